"""The stage for development: what runs in it, on which port, with what installed; and where there is none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from dockgen.cli import console
from dockgen.cli.work import Found
from dockgen.pipeline import choose, decide
from dockgen.project import Project
from dockgen.rendering import render
from dockgen.settings import NOTHING, read

if TYPE_CHECKING:
    from pathlib import Path

    from dockgen.dev import Dev
    from dockgen.plans import Plan

DEV = read(["dev=yes"], {})
SERVER = 'require("express")().listen(process.env.PORT || 4000)\n'


def plan_of(files: dict[str, str], *more: str) -> Plan:
    settings = read(["dev=yes", *more], {})
    return decide(choose(Project.of(files), settings).facts, settings)


def dev_of(files: dict[str, str], *more: str) -> Dev:
    dev = plan_of(files, *more).dev
    assert dev is not None
    return dev


def node(scripts: dict[str, str], *packages: str, **files: str) -> dict[str, str]:
    manifest = {"name": "x", "scripts": scripts, "dependencies": dict.fromkeys(packages, "^1.0.0")}
    found = {"package.json": json.dumps(manifest), "package-lock.json": "{}", "index.html": "<h1>x</h1>"}
    return found | {name.replace("__", "/").replace("_", "."): text for name, text in files.items()}


def test_without_the_setting_there_is_no_stage():
    files = node({"dev": "vite", "build": "vite build"}, "vite")
    plan = decide(choose(Project.of(files), NOTHING).facts, NOTHING)
    assert plan.dev is None
    assert " AS dev" not in render(plan)[0].text


@pytest.mark.parametrize(
    ("script", "command", "port"),
    [
        ("vite", ("vite", "--host", "0.0.0.0"), 5173),
        ("vite --host localhost --port 4000", ("vite", "--port", "4000", "--host", "0.0.0.0"), 4000),
        ("vite --host", ("vite", "--host", "0.0.0.0"), 5173),
        ("vite --host=127.0.0.1 --open", ("vite", "--open", "--host", "0.0.0.0"), 5173),
        ("npx vite", ("vite", "--host", "0.0.0.0"), 5173),
        ("tsc -b && vite", ("npm", "run", "dev", "--", "--host", "0.0.0.0"), 5173),
        ("dotenv -e .env.local -- vite", ("npm", "run", "dev", "--", "--host", "0.0.0.0"), 5173),
        ("vite --port $PORT", ("npm", "run", "dev", "--", "--host", "0.0.0.0"), 5173),
        # No option reaches the one of several that needs it, so the framework's own server runs instead.
        ('concurrently "vite" "sass --watch a:b"', ("vite", "--host", "0.0.0.0"), 5173),
    ],
)
def test_the_program_of_a_script(script, command, port):
    dev = dev_of(node({"dev": script, "build": "vite build"}, "vite", "concurrently"))
    assert (dev.command, dev.port) == (command, port)


@pytest.mark.parametrize(
    ("scripts", "command"),
    [
        ({"start": "node server.js", "dev": "nodemon server.js"}, ("nodemon", "server.js")),
        ({"start": "node server.js", "dev": "node --watch server.js"}, ("node", "--watch", "server.js")),
        ({"start": "node server.js", "dev": "node server.js"}, ("node", "--watch", "server.js")),
        ({"start": "node server.js"}, ("node", "--watch", "server.js")),
        ({"start": "node server.js", "watch": "nodemon server.js"}, ("nodemon", "server.js")),
        ({"start": "node server.js", "dev": "npm run w", "w": "nodemon server.js"}, ("nodemon", "server.js")),
        ({"start": "node server.js", "predev": "mkdir -p x", "dev": "nodemon server.js"}, ("npm", "run", "dev")),
    ],
)
def test_a_server(scripts, command):
    dev = dev_of(node(scripts, "express", server_js=SERVER))
    assert (dev.command, dev.port) == (command, 4000)
    assert dev.env["NODE_ENV"] == "development"
    assert dev.volumes == ("/app/node_modules",)


def test_variables_of_a_script_are_those_of_the_stage():
    dev = dev_of(node({"start": "node server.js", "dev": "cross-env DEBUG=x nodemon server.js"}, server_js=SERVER))
    assert (dev.env["DEBUG"], dev.command) == ("x", ("nodemon", "server.js"))


def test_vite_says_its_port_in_its_configuration():
    files = node(
        {"dev": "vite", "build": "vite build"}, "vite", vite_config_js="export default { server: { port: 3210 } }"
    )
    assert dev_of(files).port == 3210


@pytest.mark.parametrize(
    ("files", "why"),
    [
        (node({"start": "node dist/x.js", "build": "tsc"}, "express", "typescript", src__x_ts=SERVER), "TypeScript"),
        ({"package.json": '{"name": "x", "bin": "x.js"}', "x.js": "console.log(1)"}, "ends by itself"),
        ({"conf.py": "extensions = []\nhtml_theme = 'x'\nproject = 'x'", "index.rst": "x"}, "sphinx-autobuild"),
        ({"go.mod": "module x\n", "main.go": "package main\nfunc main() { flag.Parse() }\n"}, "ends by itself"),
        ({"main.py": "import sys\nif __name__ == '__main__':\n    print(sys.argv[1])\n"}, "ends by itself"),
    ],
)
def test_where_there_is_none_a_warning_says_why(files, why):
    plan = plan_of(files)
    assert plan.dev is None
    assert [w for w in plan.warnings if w.startswith("there is no target dev:") and why in w]


FASTAPI = "from fastapi import FastAPI\napp = FastAPI()\n"
FLASK = "from flask import Flask\napp = Flask(__name__)\n"


@pytest.mark.parametrize(
    ("requirements", "code", "command"),
    [
        ("fastapi\nuvicorn", FASTAPI, ("uvicorn", "main:app", "--host=0.0.0.0", "--port=8000", "--reload")),
        ("flask\ngunicorn", FLASK, ("flask", "--app=main:app", "run", "--debug", "--host=0.0.0.0", "--port=8000")),
        ("flask", FLASK, ("flask", "--app=main:app", "run", "--debug", "--host=0.0.0.0", "--port=8000")),
        (
            "watchfiles\ntornado",
            "from tornado.web import Application\nif __name__ == '__main__':\n    Application([]).listen(8888)\n",
            ("python", "-m", "tornado.autoreload", "main.py"),
        ),
        ("watchfiles\npika", "import pika\nwhile True: pass\n", ("watchfiles", "--filter=python", "python main.py")),
        ("pika", "import pika\nwhile True: pass\n", ("python", "main.py")),
    ],
)
def test_a_python_app(requirements, code, command):
    dev = dev_of({"requirements.txt": f"{requirements}\n", "main.py": code})
    assert dev.command == command
    assert dev.reload.startswith("The source is mounted; nothing") == (command == ("python", "main.py"))


@pytest.mark.parametrize(
    ("files", "installs"),
    [
        (
            {"requirements.txt": "fastapi\nuvicorn\n", "requirements-dev.txt": "-r requirements.txt\npytest\n"},
            "pip install -r requirements-dev.txt",
        ),
        (
            {"requirements.txt": "fastapi\nuvicorn\n", "requirements-dev.txt": "pytest\n"},
            "pip install -r requirements.txt -r requirements-dev.txt",
        ),
        (
            {
                "pyproject.toml": '[project]\nname = "x"\nversion = "1"\ndependencies = ["fastapi", "uvicorn"]\n'
                '[dependency-groups]\ndev = ["pytest"]\n',
                "uv.lock": "version = 1\n",
            },
            "uv sync --locked --no-install-project",
        ),
        (
            {
                "pyproject.toml": '[project]\nname = "x"\nversion = "1"\ndependencies = ["fastapi", "uvicorn"]\n'
                '[project.optional-dependencies]\ndev = ["pytest"]\n',
            },
            "uv pip install -r pyproject.toml --extra dev",
        ),
    ],
)
def test_what_developers_need_is_installed(files, installs):
    dev = dev_of(files | {"main.py": FASTAPI})
    assert installs in [c for step in dev.steps for c in step.commands]


def test_requirements_without_hashes_are_a_command_of_their_own():
    hashed = f"fastapi==1.0 --hash=sha256:{'0' * 64}\nuvicorn==1.0 --hash=sha256:{'1' * 64}\n"
    dev = dev_of({"requirements.txt": hashed, "requirements-dev.txt": "pytest\n", "main.py": FASTAPI})
    commands = [c for step in dev.steps for c in step.commands]
    assert {"pip install -r requirements.txt", "pip install -r requirements-dev.txt"} <= set(commands)


GO = {
    "go.mod": "module example.org/x\n\ngo 1.26\n",
    "main.go": 'package main\n\nimport "net/http"\n\nfunc main() { http.ListenAndServe(":8080", nil) }\n',
}


def test_go_runs_the_package():
    dev = dev_of(GO)
    assert (dev.command, dev.mount, dev.source) == (("go", "run", "."), "/src", ".")


def test_air_is_installed_where_it_is_set_up():
    dev = dev_of(GO | {".air.toml": "[build]\n"})
    assert dev.command == ("air",)
    assert any("go install github.com/air-verse/air@v1" in c for step in dev.steps for c in step.commands)
    tool = dev_of(GO | {".air.toml": "[build]\n", "go.mod": GO["go.mod"] + "\ntool github.com/air-verse/air\n"})
    assert tool.command == ("go", "tool", "air")


def test_a_go_module_in_a_folder_is_mounted_alone():
    dev = dev_of({f"api/{name}": text for name, text in GO.items()}, "stack=go")
    assert (dev.mount, dev.source, dev.workdir) == ("/src", "api", "/src")


def test_the_folder_of_a_site_is_mounted_read_only():
    dev = dev_of({"public/index.html": "<h1>x</h1>"})
    assert (dev.source, dev.mount, dev.read_only) == ("public", "/usr/share/nginx/html", True)


def test_the_commands_are_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    facts = choose(Project.of(node({"dev": "vite", "build": "vite build"}, "vite")), DEV).facts
    found = Found(str(tmp_path / "my site"), "", "", facts, decide(facts, DEV), ())
    lines = console.next_steps([found], "my site").splitlines()
    assert lines[-2:] == [
        "  docker build --target dev -t x-dev 'my site'",
        "  docker run --rm -it --init -p 127.0.0.1:5173:5173 -v \"$PWD\"/'my site':/app -v /app/node_modules x-dev",
    ]
