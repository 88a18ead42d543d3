"""What real projects taught: starts, ports, health routes and packages that were told wrongly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dockgen.errors import UndecidedError
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.rendering import render
from dockgen.settings import NOTHING, read
from dockgen.stacks import workspaces
from dockgen.stacks.python import called, locks, managers, tools, versions
from dockgen.stacks.python.statements import Wanted

if TYPE_CHECKING:
    from dockgen.plans import Plan

FASTAPI = "from fastapi import FastAPI\napp = FastAPI()\n"
FLASK = "from flask import Flask\napp = Flask(__name__)\n"
UVICORN = {"requirements.txt": "fastapi\nuvicorn\n"}
GUNICORN = {"requirements.txt": "flask\ngunicorn==23.0.0\n"}


def plan(files: dict[str, str]) -> Plan:
    return decide(detect(Project.of(files), NOTHING), NOTHING)


def argv(files: dict[str, str]) -> str:
    made = plan(files)
    return " ".join((*(made.runtime.entrypoint or ()), *(made.runtime.command or ())))


def health(files: dict[str, str]) -> str:
    return next((c.value for c in plan(files).choices if c.key == "health"), "")


# --- lock files: what only development needs is not installed


UV = """version = 1
requires-python = ">=3.11"

[[package]]
name = "x"
version = "0.1.0"
source = { virtual = "." }
dependencies = [
    { name = "fastapi", extra = ["standard"] },
]

[package.dev-dependencies]
dev = [
    { name = "selenium" },
    { name = "gunicorn" },
]

[package.metadata]
requires-dist = [{ name = "fastapi" }]

[[package]]
name = "fastapi"
version = "0.120.0"
source = { registry = "https://index.example/simple" }
dependencies = [
    { name = "Starlette" },
]

[package.optional-dependencies]
standard = [
    { name = "uvicorn" },
]

[[package]]
name = "starlette"
version = "0.49.0"

[[package]]
name = "uvicorn"
version = "0.38.0"

[[package]]
name = "selenium"
version = "4.38.0"

[[package]]
name = "gunicorn"
version = "23.0.0"
"""
POETRY = """[[package]]
name = "flask"
version = "3.1.0"
groups = ["main"]

[package.dependencies]
Werkzeug = ">=3.1"
"importlib_metadata" = {version = ">=3.6", markers = "python_version < \\"3.10\\""}

[package.extras]
async = ["asgiref"]

[[package]]
name = "werkzeug"
version = "3.1.3"

[[package]]
name = "selenium"
version = "4.38.0"
"""
PDM = """[[package]]
name = "flask"
version = "3.1.0"
groups = ["default"]

[[package]]
name = "selenium"
version = "4.38.0"
groups = ["dev"]

[[package]]
name = "old"
version = "1"
"""


@pytest.mark.parametrize(
    ("lock", "text", "direct", "found"),
    [
        ("uv.lock", UV, (), {"fastapi", "starlette", "uvicorn"}),
        ("uv.lock", UV, ("gunicorn",), {"fastapi", "starlette", "uvicorn", "gunicorn"}),
        ("poetry.lock", POETRY, ("flask",), {"flask", "werkzeug"}),
        ("pdm.lock", PDM, ("flask",), {"flask", "old"}),
        ("uv.lock", "version = 1\n", ("flask",), set()),
    ],
)
def test_of_a_lock_only_what_is_installed_counts(lock, text, direct, found):
    assert set(locks.locked(Project.of({lock: text}), lock, direct)) == found


def test_an_old_pdm_lock_names_sections_before_versions():
    lock = '[[package]]\nname = "sanic"\nsections = ["default"]\nversion = "21.3.4"\n'
    lock += '[[package]]\nname = "black"\nsections = ["dev"]\nversion = "21.1"\n'
    assert locks.locked(Project.of({"pdm.lock": lock}), "pdm.lock", ()) == {"sanic": locks.Locked("21.3.4")}


def test_a_framework_that_only_development_installs_is_told():
    pipfile = {"Pipfile": "[dev-packages]\nflask = '*'\n", "Pipfile.lock": '{"default": {}, "develop": {}}'}
    assert any("flask is not among" in w for w in plan(pipfile | {"app.py": FLASK}).warnings)
    pipfile["Pipfile"] = "[packages]\nflask = '*'\n"
    assert not any("flask is not among" in w for w in plan(pipfile | {"app.py": FLASK}).warnings)


def test_poetrys_group_for_production_is_installed():
    pyproject = (
        '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\nfastapi = "*"\n'
        '[tool.poetry.group.prod.dependencies]\nuvicorn = "*"\n[tool.poetry.group.dev.dependencies]\nhypercorn = "*"\n'
    )
    made = plan({"pyproject.toml": pyproject, "poetry.lock": "", "main.py": FASTAPI})
    assert made.build.options == " --only main,prod"
    assert made.build.server == ""


def test_what_only_development_needs_brings_no_debian_package_and_no_server():
    pyproject = '[project]\nname = "x"\nrequires-python = ">=3.11"\ndependencies = ["fastapi[standard]"]\n'
    made = plan({"pyproject.toml": pyproject, "uv.lock": UV, "main.py": FASTAPI})
    assert "chromium" not in made.runtime.apt
    assert made.build.server == ""
    assert made.runtime.command[0] == "uvicorn"


# --- starts


def test_a_manage_py_that_is_not_djangos_decides_nothing():
    files = {
        "manage.py": '"""Like the one of Django."""\nprint(1)\n',
        "shop/asgi.py": "from litestar import Litestar\napplication = Litestar()\n",
        "requirements.txt": "litestar\nuvicorn\n",
    }
    assert argv(files).startswith("uvicorn shop.asgi:application ")


def test_a_script_that_works_inside_an_app_is_not_the_app():
    job = "from shop import create_app\napp = create_app()\nwith app.app_context():\n    print(1)\n"
    factory = "from flask import Flask\ndef create_app():\n    return Flask(__name__)\n"
    assert "shop:create_app()" in argv(GUNICORN | {"update_things.py": job, "shop/__init__.py": factory})
    # Where the app's own file makes its tables, it is the app all the same.
    assert "app:app" in argv(GUNICORN | {"app.py": FLASK + "with app.app_context():\n    print(1)\n"})


def test_a_web_app_in_webapp_py_is_served_and_its_script_is_not_run():
    files = {
        "requirements.txt": "flask\n",
        "setup.py": "from setuptools import setup\nsetup(name='x', entry_points={'console_scripts': ['x = x.webapp:run']})\n",
        "x/__init__.py": "",
        "x/webapp.py": FLASK + "def run():\n    app.run()\n",
    }
    assert argv(files).startswith("gunicorn x.webapp:app ")


def test_of_several_scripts_the_one_named_like_the_project_however_it_is_spelt():
    pyproject = (
        '[project]\nname = "sqlite-web"\nversion = "1"\n[project.scripts]\nsqlite_web = "w:main"\nother = "w:b"\n'
    )
    assert argv({"pyproject.toml": pyproject, "w.py": "def main(): ...\n", "x/__main__.py": "1\n"}) == "sqlite_web"


def test_a_script_that_reads_its_arguments_at_module_level_is_run():
    script = "import argparse\nparser = argparse.ArgumentParser()\nargs = parser.parse_args()\nprint(args)\n"
    assert argv({"requirements.txt": "requests\n", "crawl.py": script, "core/__init__.py": ""}) == "python crawl.py"


def test_a_bot_is_started_and_not_the_web_app_that_is_part_of_it():
    files = {
        "requirements.txt": "aiogram\nfastapi\nuvicorn\n",
        "bot/__main__.py": "import asyncio\nasyncio.run(main())\n",
        "bot/api/app.py": FASTAPI,
    }
    assert argv(files).endswith("python -m bot")
    assert argv(files | {"bot/__main__.py": "import uvicorn\nuvicorn.run('bot.api.app:app')\n"}).startswith("uvicorn ")


def test_a_page_that_is_made_in_one_file_and_shown_by_another():
    main = "from ui import make\nif __name__ == '__main__':\n    make().launch(server_port=7861)\n"
    files = {"requirements.txt": "gradio\n", "ui.py": "import gradio as gr\ndef make(): ...\n", "main.py": main}
    made = plan(files)
    assert (made.framework, made.runtime.port) == ("gradio", 7861)
    assert argv(files).endswith("python main.py")


@pytest.mark.parametrize("path", ["runtests.py", "run_tests.py", "tests.py", "demos/chat/main.py"])
def test_tests_and_demos_are_no_app(path):
    files = {
        "setup.py": "from setuptools import setup\nsetup(name='x')\n",
        "x/__init__.py": "",
        path: FASTAPI + "main()\n",
    }
    with pytest.raises(UndecidedError):
        plan(files)


# --- refusals that say what to do


def test_several_programs_are_named_in_the_refusal():
    pyproject = '[project]\nname = "x"\nversion = "1"\n[project.scripts]\na-b = "x:a"\nb-a = "x:b"\n'
    with pytest.raises(UndecidedError, match=r"installs several programs.*: a-b, b-a") as caught:
        plan({"pyproject.toml": pyproject, "x/__init__.py": ""})
    assert "--set start=a-b" in str(caught.value.hint)


def test_a_front_end_beside_the_app_is_told():
    files = UVICORN | {"main.py": FASTAPI, "frontend/package.json": '{"scripts": {"build": "vite build"}}'}
    assert any("frontend/" in w for w in plan(files).warnings)
    assert not any("frontend/" in w for w in plan(files | {"frontend/package.json": "{}"}).warnings)


# --- ports and health


@pytest.mark.parametrize(
    ("line", "port"),
    [
        ("import os\nm = os.getenv('METRICS_PORT', '9090')", 8000),
        ("import os\nm = os.getenv('APP_PORT', '9090')", 9090),
        ("import redis\nr = redis.Redis(host='redis', port=6379)", 8000),
        ("import os\nr = os.environ.get('DB_PORT', 7000)\nPORT = 5000", 5000),
    ],
)
def test_a_port_that_the_app_connects_to_is_not_the_one_it_listens_on(line, port):
    assert plan(UVICORN | {"main.py": FASTAPI + line}).runtime.port == port


ROUTER = "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get('/health')\ndef h(): ...\n"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"main.py": FASTAPI + "@app.get('/healthz')\ndef h(): ...\n"}, "/healthz"),
        ({"main.py": FASTAPI + "@app.get(\n    '/livez/',\n)\ndef h(): ...\n"}, "/livez/"),
        ({"main.py": FASTAPI + "app.add_api_route('/health', h)\n"}, "/health"),
        ({"main.py": FASTAPI, "audit.py": "def f(path):\n    return path.startswith('/health')\n"}, "tcp"),
        ({"main.py": FASTAPI, "client.py": "requests.get(url + '/health')\nquiet = ['/health']\n"}, "tcp"),
        ({"main.py": FASTAPI + "import r\napp.include_router(r.router)\n", "r.py": ROUTER}, "/health"),
        ({"main.py": FASTAPI + "import r\napp.include_router(r.router, prefix='/v1')\n", "r.py": ROUTER}, "/v1/health"),
        ({"main.py": FASTAPI, "r.py": ROUTER.replace("APIRouter()", "APIRouter(prefix='/v1')")}, "tcp"),
        ({"main.py": FASTAPI + "@app.get('/health')\ndef h(): ...\n", "a.py": ROUTER.replace("health", "healthz")}, "/health"),
    ],
)  # fmt: skip
def test_only_a_route_whose_whole_path_is_known_is_asked(files, expected):
    assert health(UVICORN | files) == expected


def test_a_program_is_asked_for_its_own_route_alone():
    bot = "import asyncio\nserver = HTTPServer(('0.0.0.0', 8081), H)\nserver.serve_forever()\n"
    routes = "routes = web.RouteTableDef()\n@routes.get('/health')\ndef h(): ...\n"
    assert health({"requirements.txt": "aiohttp\n", "bot.py": bot, "dashboard.py": routes}) == "tcp"


# --- versions and tools


def test_an_exact_python_is_its_line():
    pyproject = (
        '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\npython = "3.11.7"\nfastapi = "*"\nuvicorn = "*"\n'
    )
    made = plan({"pyproject.toml": pyproject, "poetry.lock": "", "main.py": FASTAPI})
    assert made.build.image.startswith("python:3.11-")
    assert not any("no Python" in w for w in made.warnings)


@pytest.mark.parametrize(
    ("spec", "line"), [("==3.12.1", "3.12"), ("!=3.13.1,>=3.12", "3.14"), (">=3.12.4,<3.13", "3.12")]
)
def test_only_an_equality_is_shortened_to_a_line(spec, line):
    assert versions.resolve([Wanted(spec, versions.Evidence())]).version.value == line


@pytest.mark.parametrize(
    ("tool", "python", "expected"),
    [
        ("pipenv", "3.6", ("pipenv==2022.4.8",)),
        ("pipenv", "3.7", ("pipenv==2023.10.3",)),
        ("poetry", "3.6", ("poetry==1.1.15",)),
        ("poetry", "3.7", ("poetry==1.5.1", "poetry-plugin-export==1.4.0")),
        ("poetry", "3.8", ("poetry==1.8.5", "poetry-plugin-export==1.8.0")),
    ],
)
def test_tools_run_on_the_pythons_of_old_projects(tool, python, expected):
    manager = managers.BY_NAME[tool]
    version, _ = tools.version(Project.of({}), {}, manager, python)
    assert tools.requirements(manager, version) == expected


def test_the_migration_of_an_old_flask_needs_no_option_of_a_new_one():
    files = {
        "requirements.txt": "flask==1.0\nflask-migrate\nflask-sqlalchemy\ngunicorn==23.0.0\n",
        "app.py": FLASK + "URI = 'sqlite:///app.db'\n",
        "migrations/versions/1.py": "",
    }
    made = plan(files)
    assert made.runtime.env["FLASK_APP"] == "app:app"
    assert made.runtime.command is not None
    assert made.runtime.command[-1].startswith("flask db upgrade && exec gunicorn app:app ")


# --- what is installed


@pytest.mark.parametrize("folder", ["backend", "server", "api", "bot"])
def test_the_list_of_dependencies_beside_the_app(folder):
    listed = {f"{folder}/requirements.txt": "fastapi\nuvicorn\n", f"{folder}/main.py": FASTAPI}
    made = plan(listed | {"pyproject.toml": "[tool.ruff]\n"})
    assert made.build.requirements == (f"{folder}/requirements.txt",)


@pytest.mark.parametrize(
    ("text", "packages"),
    [
        ("import subprocess\nsubprocess.run(['ffmpeg', '-i', x])", ("ffmpeg",)),
        ("import subprocess\nsubprocess.check_output('pdftotext a.pdf', shell=True)", ("poppler-utils",)),
        ("import shutil\nif shutil.which('ffprobe'): ...", ("ffmpeg",)),
        ("import asyncio\nasyncio.subprocess\ncmd = ['git', 'clone', url]", ("git",)),
        ("import subprocess\nsubprocess.check_output(['git', 'rev-parse', 'HEAD'])", ()),
        ("WORDS = ['ffmpeg', 'git']\nprint('ffmpeg')", ()),
        ("import git\n", ("git",)),
        ("from pydub import AudioSegment\n", ("ffmpeg",)),
        ("from gitlab import x\nimport pydub_like\n", ()),
        ("from discord import FFmpegPCMAudio\nFFmpegPCMAudio(url)", ("ffmpeg", "libopus0")),
    ],
)
def test_programs_that_the_code_runs(text, packages):
    assert called.find(Project.of({"main.py": text}), ["main.py"]).packages == packages


def test_the_image_has_the_programs_and_says_why():
    made = plan(UVICORN | {"main.py": FASTAPI + "import subprocess\nsubprocess.run(['ffmpeg'])\n"})
    assert made.runtime.apt == ("ffmpeg",)
    assert any("the code runs ffmpeg" in c.reason for c in made.choices if c.key == "apt.run")


def test_a_dependency_from_git_is_the_reason_for_git():
    made = plan({"requirements.txt": "uvicorn\nfastapi @ git+https://github.com/a/b\n", "main.py": FASTAPI})
    assert next(c.reason for c in made.choices if c.key == "apt.build") == "a dependency comes from git"


# --- Django's settings


SETTINGS = """import os
# os.environ["COMMENTED"] is explained here
SITE_ID = int(os.environ["SITE"])
KEY = os.environ["SECRET_KEY"]
ENGINE = os.environ["DB_ENGINE"]
"""


def test_variables_get_values_of_their_kind_and_comments_ask_for_none():
    files = {
        "manage.py": "import django\n",
        "requirements.txt": "django\ngunicorn\nwhitenoise\n",
        "site/wsgi.py": "application = 1\n",
        "site/settings.py": SETTINGS + "# whitenoise\nSTATIC_ROOT = 'staticfiles'\n",
    }
    assert plan(files).build.prepare[0][:3] == (
        "DB_ENGINE=django.db.backends.sqlite3",
        "SECRET_KEY=only-for-the-build",
        "SITE=1",
    )


# --- what a person has to give when it is started


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("name = input('Your name? ')\nprint(name)\nmain()\n", ("-it",)),
        ("import questionary\nquestionary.text('x').ask()\nimport argparse\nmain()\n", ("-it",)),
        (
            "import argparse\nargs = argparse.ArgumentParser().parse_args()\nif args.y or input('sure?'): ...\nmain()\n",
            (),
        ),
        ("while True:\n    time.sleep(1)\n", ()),
    ],
)
def test_a_program_that_asks_is_given_a_terminal(text, options):
    assert plan({"requirements.txt": "questionary\n", "main.py": text}).run_args == options


EXAMPLE = {".env.example": "TOKEN=abc\nPREFIX=!\nUNUSED=1\nPORT=80\nFALLS=1\nEMPTY=\n"}


def test_variables_of_the_example_that_the_app_reads_are_told():
    text = (
        "import os\nimport time\ntoken = os.getenv('TOKEN')\nprefix = os.environ.get(\"PREFIX\")\nport = os.getenv('PORT')\n"
        "falls = os.getenv('FALLS', '2')\nempty = os.getenv('EMPTY') or ''\nwhile True:\n    time.sleep(1)\n"
    )
    files = {"requirements.txt": "requests\n", "main.py": text}
    assert "the app reads TOKEN, PREFIX (.env.example): docker run --env-file .env" in plan(files | EXAMPLE).warnings
    assert not [w for w in plan(files).warnings if "the app reads" in w]


def test_a_variable_that_the_command_gives_already_is_not_told_again():
    text = FASTAPI + "import os\nTOKEN = os.environ['TOKEN']\n"
    made = plan(UVICORN | EXAMPLE | {"main.py": text})
    assert made.run_args == ("-e", "TOKEN=change-me")
    assert not [w for w in made.warnings if "the app reads" in w]


def test_settings_made_of_settings_of_the_project():
    files = {
        "base.py": "from pydantic_settings import BaseSettings\nclass Base(BaseSettings):\n    env: str = 'dev'\n",
        "config.py": "from base import Base\nclass CommonSettings(Base):\n    secret_key: str\nclass App(CommonSettings):\n    debug: bool\n",
        "main.py": "from config import App\n" + FASTAPI,
    }
    assert plan(UVICORN | files).run_args == ("-e", "DEBUG=false", "-e", "SECRET_KEY=change-me")
    other = files | {"base.py": "from pydantic import BaseModel\nclass Base(BaseModel):\n    env: str\n"}
    assert plan(UVICORN | other).run_args == ()


# --- an app that another file gives its routes


SANIC = {"requirements.txt": "sanic==23.3.0\n", "shop/__init__.py": "from sanic import Sanic\napp = Sanic('shop')\n"}


@pytest.mark.parametrize("wiring", ["app.blueprint(bp)\n", "@app.get('/')\ndef home(request): ...\n"])
def test_the_file_that_gives_an_app_its_routes_is_served(wiring):
    assert "sanic run:app" in argv(SANIC | {"run.py": "from shop import app\n" + wiring})


def test_the_name_of_the_app_in_that_file():
    assert "sanic run:site" in argv(SANIC | {"run.py": "from shop import app as site\nsite.add_route(x, '/x')\n"})


@pytest.mark.parametrize(
    "more",
    [
        {"run.py": "from shop import app\ndef main():\n    app.blueprint(bp)\n"},  # only when it runs
        {"run.py": "from other import app\napp.blueprint(bp)\n"},
        {"run.py": "from shop import app\napp.blueprint(bp)\n", "two.py": "from shop import app\napp.blueprint(bp)\n"},
        {"run.py": "from shop import app\napp.blueprint(bp)\n", "shop/views.py": "", "shop/__init__.py":
            "from sanic import Sanic\napp = Sanic('shop')\nfrom shop import urls\n", "shop/urls.py": "def add(app):\n    app.add_route(x)\n"},
    ],
)  # fmt: skip
def test_an_app_with_routes_or_in_doubt_is_served_where_it_is_made(more):
    assert "sanic shop:app" in argv(SANIC | more)


# --- ports, folders and packages


def test_how_many_connections_may_wait_is_no_port():
    waits = "import socket\ns = socket.socket()\ns.bind((host, port))\ns.listen(128)\nwhile True:\n    s.accept()\n"
    assert plan({"requirements.txt": "", "main.py": waits}).runtime.port is None
    bound = waits.replace("(host, port)", "('0.0.0.0', 7000)")
    assert plan({"requirements.txt": "", "main.py": bound}).runtime.port == 7000


@pytest.mark.parametrize(
    "folder",
    ["appdirs.user_data_dir('a')", "given or platformdirs.user_cache_path('a')", "dirs.user_log_dir", "click.get_app_dir('a')"],
)  # fmt: skip
def test_the_folders_of_a_user_lie_in_a_home_that_can_be_written(folder):
    text = FASTAPI + f"import os\nHERE = {folder}\nos.makedirs(HERE, exist_ok=True)\n"
    assert plan(UVICORN | {"main.py": text}).runtime.env["HOME"] == "/data"


def test_a_package_without_wheels_gets_a_compiler():
    made = plan({"requirements.txt": "flask\nmisaka\n", "app.py": FLASK})
    assert "build-essential" in next(c.value for c in made.choices if c.key == "apt.build")


@pytest.mark.parametrize(
    ("pin", "line"),
    [
        ("psycopg2==2.7.5", "3.7"),
        ("psycopg2==2.8.6", "3.9"),
        ("psycopg2-binary==2.8.5", "3.8"),
        ("psycopg2-binary==2.8.6", "3.9"),
    ],
)
def test_the_newest_python_that_an_old_driver_is_built_on(pin, line):
    files = {"requirements.txt": f"flask\n{pin}\n", "app.py": FLASK}
    assert detect(Project.of(files), NOTHING).version.value == line


# --- what uv does with the project itself


LOCKED = 'version = 1\nrequires-python = ">=3.12"\n\n[[package]]\nname = "shop"\nversion = "1.2.0"\nsource = {{ {kind} = "." }}\n'
PROJECT = '[project]\nname = "shop"\nversion = "{}"\nrequires-python = ">=3.12"\ndependencies = []\n'


@pytest.mark.parametrize("kind", ["virtual", "editable"])
@pytest.mark.parametrize(
    ("version", "is_stale"), [("1.2.0", False), ("1.2", False), ("1.3.0", True), ("1.2.1.dev0", True), ("odd", False)]
)
def test_a_version_that_was_raised_without_the_lock(kind, version, is_stale):
    files = {"uv.lock": LOCKED.format(kind=kind), "pyproject.toml": PROJECT.format(version), "main.py": "main()\n"}
    found = detect(Project.of(files), NOTHING)
    assert found.detail.is_stale is is_stale
    assert is_stale == any("uv.lock is of version 1.2.0, pyproject.toml of" in w for w in found.warnings)


def test_the_version_of_another_member_of_the_workspace():
    root = '[tool.uv.workspace]\nmembers = ["a", "b"]\n'
    files = {"pyproject.toml": root, "a/main.py": "main()\n"}
    files |= {f"{name}/pyproject.toml": PROJECT.format("1.2.0").replace("shop", name) for name in "ab"}
    block = '\n[[package]]\nname = "{0}"\nversion = "{1}"\nsource = {{ virtual = "{0}" }}\n'
    lock = 'version = 1\nrequires-python = ">=3.12"\n' + block.format("a", "1.2.0")
    for version, is_stale in (("1.2.0", False), ("1.1.0", True)):
        whole = Project.of(files | {"uv.lock": lock + block.format("b", version)})
        member = whole.within("a", workspaces.of(whole, "a"))
        assert detect(member, NOTHING).detail.is_stale is is_stale


SCRIPT = PROJECT.format("1.2.0") + "[project.scripts]\nshop = 'shop.cli:{}'\n"
BUILDS = "[build-system]\nrequires = ['hatchling']\nbuild-backend = 'hatchling.build'\n"


@pytest.mark.parametrize(
    ("function", "text", "started"),
    [
        ("main", "def main(): ...\nif __name__ == '__main__':\n    main()\n", ["python", "shop/cli.py"]),
        ("main", "def main(): ...\n", ["python", "-c", "from shop.cli import main; main()"]),
        ("app.run", "app = make()\n", ["python", "-c", "from shop.cli import app; app.run()"]),
    ],
)
def test_without_a_build_system_uv_installs_no_script(function, text, started):
    files = {"uv.lock": LOCKED.format(kind="virtual"), "shop/cli.py": text, "shop/__init__.py": ""}
    made = plan(files | {"pyproject.toml": SCRIPT.format(function)})
    assert [*(made.runtime.entrypoint or ()), *(made.runtime.command or ())][-len(started) :] == started
    packaged = plan(files | {"pyproject.toml": SCRIPT.format(function) + BUILDS})
    assert packaged.runtime.entrypoint[-1] == "shop"


@pytest.mark.parametrize(
    ("ends", "options"),
    [
        ("raise SystemExit('KEY is missing')", ("-e", "KEY=change-me")),
        ("print('KEY is missing')\n    sys.exit(1)", ("-e", "KEY=change-me")),
        ("key = 'made up'", ()),
    ],
)
def test_a_variable_whose_lack_is_only_told_is_needed(ends, options):
    text = f"import os, sys\ntry:\n    key = os.environ['KEY']\nexcept KeyError:\n    {ends}\n"
    assert plan(UVICORN | {"main.py": text + FASTAPI}).run_args == options


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("SECRET_KEY = os.environ.get('APP_KEY')\n", ("-e", "APP_KEY=change-me")),
        ("class Config:\n    SECRET_KEY = os.getenv('APP_KEY')\n", ("-e", "APP_KEY=change-me")),
        ("app.config['SECRET_KEY'] = os.getenv('APP_KEY')\n", ("-e", "APP_KEY=change-me")),
        ("SECRET_KEY = os.getenv('APP_KEY', 'dev')\n", ()),
        ("SECRET_KEY = os.getenv('APP_KEY') or 'dev'\n", ()),
        ("TOKEN = os.getenv('APP_KEY')\n", ()),
    ],
)
def test_the_key_that_cookies_are_signed_with_is_needed(text, options):
    assert plan(GUNICORN | {"app.py": "import os\n" + FLASK + text}).run_args == options


# --- migrations


@pytest.mark.parametrize(
    ("third", "target"),
    [("down_revision = 'b'", "head"), ("down_revision: str | None = 'a'", "heads"), ("down_revision = (\n    'b', 'a'\n)", "head")],
)  # fmt: skip
def test_revisions_with_more_than_one_head(third, target):
    revisions = {"a": "revision = 'a'\ndown_revision = None\n", "b": "revision: str = 'b'\ndown_revision = 'a'\n"}
    revisions |= {"c": f"revision = 'c'\n{third}\n"}
    files = {"requirements.txt": "fastapi\nuvicorn\nalembic\n", "main.py": FASTAPI}
    files |= {f"alembic/versions/{name}.py": text for name, text in revisions.items()}
    ini = "[alembic]\nscript_location = alembic\nprepend_sys_path = .\n"
    assert any(f"alembic upgrade {target}`" in w for w in plan(files | {"alembic.ini": ini}).warnings)


def test_flask_is_told_of_several_heads():
    files = {"requirements.txt": "flask\ngunicorn==23.0.0\nflask-migrate\n", "app.py": FLASK}
    files |= {f"migrations/versions/{r}.py": f"revision = '{r}'\ndown_revision = None\n" for r in "ab"}
    assert any("flask db upgrade heads`" in w for w in plan(files).warnings)


@pytest.mark.parametrize("library", ["sqlite3", "aiosqlite"])
def test_a_database_beside_the_code_is_kept_where_it_can_be_written(library):
    text = FASTAPI + f"import {library}\nPATH = 'shop.db'\ndef db():\n    return {library}.connect(PATH)\n"
    assert plan(UVICORN | {"main.py": text}).runtime.volumes == ("/data",)


# --- code that imports its own folder


@pytest.mark.parametrize(
    ("name", "files", "start", "package"),
    [
        ("backend", {"main.py": f"from backend.db import x\n{FASTAPI}", "db.py": "x = 1\n"}, "uvicorn backend.main:app", "backend"),
        ("backend", {"main.py": f"from backend import y\n{FASTAPI}", "__init__.py": "y = 1\n"}, "uvicorn backend.main:app", "backend"),
        ("api", {"main.py": f"from routes.x import y\n{FASTAPI}", "routes/x.py": "from api.db import x\n", "db.py": "x = 1\n"}, "uvicorn api.main:app", "api"),
        ("my-shop", {"main.py": f"from .db import x\n{FASTAPI}", "db.py": "x = 1\n"}, "uvicorn app.main:app", "app"),
        # what has that name inside the project, or is not in its folder, is no import of the folder
        ("backend", {"main.py": f"from backend.db import x\n{FASTAPI}", "backend/db.py": "x = 1\n"}, "uvicorn main:app", ""),
        ("flask", {"main.py": f"from flask.json import dumps\n{FASTAPI}", "db.py": "x = 1\n"}, "uvicorn main:app", ""),
        ("backend", {"main.py": FASTAPI, "check.py": "from backend.db import x\n", "db.py": "x = 1\n"}, "uvicorn main:app", ""),
        ("x", {"main.py": f"try:\n    from .db import x\nexcept ImportError:\n    from db import x\n{FASTAPI}", "db.py": "x = 1\n"}, "uvicorn main:app", ""),
    ],
)  # fmt: skip
def test_own_folder(name: str, files: dict[str, str], start: str, package: str) -> None:
    made = decide(detect(Project.of({**UVICORN, **files}, name=name), NOTHING), NOTHING)
    assert " ".join(made.runtime.command or ()).startswith(f"{start} ")
    assert made.build.home == (f"/app/{package}" if package else "/app")
    assert made.runtime.env.get("PYTHONPATH") == ("/app" if package else None)


def test_own_folder_of_a_factory() -> None:
    files = {
        **GUNICORN,
        "__init__.py": "from flask import Flask\ndef create_app():\n    app = Flask(__name__)\n    return app\n",
        "app.py": "from backend import create_app\napp = create_app()\n",
    }
    facts = detect(Project.of(files, name="backend"), NOTHING)
    made = decide(facts, NOTHING)
    assert (made.runtime.command or ())[:2] == ("gunicorn", "backend.app:app")
    assert made.runtime.workdir == "/app/backend"
    assert "app.py:1" in str(facts.start.why if facts.start else "")


def test_own_folder_keeps_state_and_migrations() -> None:
    files = {
        "requirements.txt": "flask\nflask-migrate\ngunicorn\n",
        "migrations/versions/1.py": "revision = '1'\n",
        "__init__.py": "from flask import Flask\nx = 1\n",
        "app.py": "import os\nfrom backend import x\nfrom flask import Flask\napp = Flask(__name__)\nos.makedirs('uploads')\n",
    }
    made = decide(detect(Project.of(files, name="backend"), NOTHING), NOTHING)
    assert made.runtime.volumes == ("/app/backend/uploads",)
    assert made.runtime.env["FLASK_APP"] == "app:app"  # the command of Flask finds backend.app from there


# --- what is left open and does not run with what is pinned


@pytest.mark.parametrize(
    ("listed", "held"),
    [
        ("flask==2.0.1\n", ("werkzeug<3",)),
        ("flask==1.1.2\n", ("itsdangerous<2.1", "jinja2<3.1", "werkzeug<2.1")),
        ("flask==1.1.2\nflask-login==0.5.0\njinja2==2.11.3\nwerkzeug==1.0.1\nitsdangerous==1.1.0\n", ("markupsafe<2.1",)),
        ("flask==2.2.5\n", ()),
        ("flask==2.0.1\nwerkzeug==2.0.3\n", ()),
        ("flask>=2.0\n", ()),
        ("flask==3.1.0\nflask-sqlalchemy==2.5.1\n", ("sqlalchemy<2",)),
        ("fastapi\npasslib[bcrypt]\n", ("bcrypt<5",)),
        ("fastapi\npasslib\n", ()),
        ("fastapi\nopenai==1.50.0\nhttpx\n", ("httpx<0.28",)),
    ],
)  # fmt: skip
def test_held_back(listed: str, held: tuple[str, ...]) -> None:
    made = plan({"requirements.txt": listed, "app.py": FLASK})
    assert made.build.held == held
    assert all(any(h in w for w in made.warnings) for h in held)


def test_held_back_is_printed() -> None:
    text = render(plan({"requirements.txt": "flask==2.0.1\n", "app.py": FLASK}))[0].text
    assert "install -r requirements.txt 'werkzeug<3' gunicorn" in text


def test_what_is_constrained_is_not_held_back() -> None:
    files = {"requirements.txt": "flask==2.0.1\n-c constraints.txt\n", "constraints.txt": "werkzeug==2.0.3\n"}
    assert plan({**files, "app.py": FLASK}).build.held == ()


# --- apps that are only whole when their file is run


MAIN = "if __name__ == '__main__':\n    main()\n"
IN_MAIN = f"{FLASK}def main():\n    app.register_blueprint(x)\n    app.run(host='0.0.0.0', port=5000)\n"


@pytest.mark.parametrize(
    ("source", "start"),
    [
        (f"{IN_MAIN}{MAIN}", "python app.py"),
        (f"{IN_MAIN}@app.route('/x')\ndef x(): pass\n{MAIN}", "gunicorn app:app"),
        (f"{FLASK}def routes():\n    app.register_blueprint(x)\nroutes()\n{MAIN}", "gunicorn app:app"),
        (f"{FLASK}def routes(a):\n    app.register_blueprint(x)\nload(app)\n{MAIN}", "gunicorn app:app"),
        (f"{FLASK}args = parser.parse_args()\nif __name__ == '__main__':\n    app.run(port=args.port)\n", "python app.py"),
        (f"{FLASK}if __name__ == '__main__':\n    args = parser.parse_args()\n    app.run()\n", "gunicorn app:app"),
    ],
)  # fmt: skip
def test_only_when_run(source: str, start: str) -> None:
    assert argv({**GUNICORN, "app.py": source}).startswith(start)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("KEY = os.getenv('API_KEY')\nif not KEY:\n    raise ValueError('API_KEY')\n", ["API_KEY"]),
        (
            "class P:\n    URL = os.environ.get('API_URL')\n    if not URL:\n        raise ValueError('API_URL')\n",
            ["API_URL"],
        ),
        ("KEY = os.getenv('API_KEY')\nif not KEY:\n    sys.exit('API_KEY')\n", ["API_KEY"]),
        ("KEY = os.getenv('API_KEY')\nif not KEY:\n    print('none')\n", []),
        ("KEY = os.getenv('API_KEY', 'x')\nif not KEY:\n    raise ValueError('API_KEY')\n", []),
        ("def f():\n    KEY = os.getenv('API_KEY')\n    if not KEY:\n        raise ValueError('API_KEY')\n", []),
    ],
)
def test_variable_whose_lack_is_refused(source: str, names: list[str]) -> None:
    made = plan({**GUNICORN, "app.py": f"import os, sys\n{source}{FLASK}"})
    assert [w.partition("=")[0] for w in made.run_args if w != "-e"] == names


@pytest.mark.parametrize(
    ("pin", "python"),
    [("pillow==6.2.2", "3.8"), ("pillow==8.3.1", "3.9"), ("regex==2020.11.13", "3.9"), ("typed-ast==1.4.2", "3.9")],
)
def test_last_python_with_wheels(pin: str, python: str) -> None:
    made = plan({"requirements.txt": f"flask\ngunicorn\n{pin}\n", "app.py": FLASK})
    assert made.runtime.image.startswith(f"python:{python}-slim")


def test_port_of_an_option_whose_default_comes_last() -> None:
    source = "p.add_argument('--port', help='default 8093', type=int, default=8093)\nargs = p.parse_args()\n"
    made = plan({**GUNICORN, "app.py": f"{FLASK}{source}if __name__ == '__main__':\n    app.run(port=args.port)\n"})
    assert made.runtime.port == 8093


# --- Django: what wsgi.py names says nothing


DJANGO = {
    "requirements.txt": "django==5.2\ngunicorn==23.0.0\n",
    "manage.py": "import django, os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings.development')\n",
    "shop/__init__.py": "",
    "shop/wsgi.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\napplication = 1\n",
    "shop/settings/base.py": "DEBUG = False\n",
    "shop/settings/development.py": "from .base import *\nimport os\nPLACE = os.environ['PLACE']\n",
}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"shop/settings/__init__.py": ""}, "shop.settings.development"),
        ({"shop/settings/__init__.py": '"""All."""\n', "shop/settings/prod.py": ""}, "shop.settings.prod"),
        ({"shop/settings/__init__.py": "from .base import *\n", "shop/settings/prod.py": ""}, ""),
        ({"shop/settings/__init__.py": "include('base.py')\n", "shop/settings/prod.py": ""}, ""),
        ({"shop/settings/__init__.py": "", "manage.py": "import django\n"}, ""),
    ],
)
def test_settings_that_say_nothing_are_not_used(more, expected):
    made = plan(DJANGO | more)
    assert dict(made.runtime.env).get("DJANGO_SETTINGS_MODULE", "") == expected
    is_told = any("which is empty" in warning for warning in made.warnings)
    assert is_told == bool(expected)
    if expected == "shop.settings.development":
        assert "PLACE" in " ".join(made.run_args)


def test_the_settings_that_the_user_gives_are_the_ones_that_are_read():
    files = DJANGO | {
        "shop/settings/__init__.py": "",
        "shop/settings/prod.py": "import os\nPLACE = os.environ['PLACE']\n",
    }
    wanted = read(["env.DJANGO_SETTINGS_MODULE=shop.settings.base"], {})
    made = decide(detect(Project.of(files), wanted), wanted)
    assert made.runtime.env["DJANGO_SETTINGS_MODULE"] == "shop.settings.base"
    assert not any("which is empty" in warning for warning in made.warnings)
    assert "PLACE" not in " ".join(made.run_args)
