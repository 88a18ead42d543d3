"""Projects that were made to fail, each in one way: `verify` names what fails and why, and --fix mends what a setting can."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import engine
import pytest
import yaml
from helpers import PROJECTS, dockgen
from test_build_and_run import make_locks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Sabotage:
    """A project of tests/projects with something wrong.

    SETTINGS, EXTRA and FILES are there when its Dockerfile is written, LATER are changed after that; `edit` is what somebody
    did to the files that dockgen wrote. `check` must fail and `cause` be named, "" where the check says all there is;
    `sets` is what --fix must set so that everything holds, () where no setting can mend it. `needs` are images.
    """

    name: str
    project: str
    check: str
    cause: str = ""
    sets: tuple[str, ...] = ()
    hint: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    later: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    env: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    keeps_lock: bool = True
    thorough: bool = True


def tides(before: str = "", address: str = "0.0.0.0", port: str = 'int(os.environ.get("PORT", "8090"))') -> str:
    """A server in Python alone that does something BEFORE it serves."""
    return f"""\
import os
import subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
{before}

class Tides(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"high water")


def main() -> None:
    server = ThreadingHTTPServer(("{address}", {port}), Tides)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
"""


def hours(before: str = "", after: str = 'process.on("SIGTERM", () => server.close(() => process.exit(0)));') -> str:
    """A server of Express that does something BEFORE it serves."""
    return f"""\
const express = require("express");
{before}
const app = express();
app.get("/healthz", (request, response) => response.send("ok"));
const port = process.env.PORT || 4000;
const server = app.listen(port, () => console.log(`listening on ${{port}}`));
{after}
"""


def dependency(name: str, section: str = "dependencies") -> Callable[[str], str]:
    """package.json with one more dependency."""

    def edit(text: str) -> str:
        data = json.loads(text)
        data.setdefault(section, {})[name] = "*"
        return json.dumps(data, indent=2)

    return edit


def replaced(old: str, new: str) -> Callable[[str], str]:
    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return edit


def added(text: str) -> Callable[[str], str]:
    return lambda before: before + text


# The first key of Amazon's own examples, in halves: as a whole it would be found here.
KEY = "AKIA" + "Q3EGRIGLWOPR5T2M"
LEAK = replaced("COPY --link . /app/", "COPY --link . /app/\nCOPY --link .env* /app/")
# A wheel that was built before is not taken from the cache.
FROM_SOURCE = {"before_build_install": "ENV PIP_NO_CACHE_DIR=1"}
TIDES = {"project": "python-interrupt"}
SABOTAGES = (
    Sabotage(
        name="wrong port", **TIDES, check="answers", cause="other-port", sets=("port=8091",),
        files={"main.py": tides(port="int('80' + '91')")}, settings={"kind": "web", "port": "9797"},
    ),
    Sabotage(
        name="loopback in the code", **TIDES, check="answers", cause="loopback", hint="0.0.0.0",
        files={"main.py": tides(address="127.0.0.1")}, settings={"port": "8090"},
    ),
    Sabotage(
        name="loopback in the start command", project="python-flask-pip", check="answers", cause="loopback",
        settings={"start": "gunicorn wsgi:app --bind 127.0.0.1:5050 --worker-tmp-dir=/dev/shm", "port": "5050"},
        sets=("start=gunicorn wsgi:app --bind 0.0.0.0:5050 --worker-tmp-dir=/dev/shm",),
    ),
    Sabotage(
        name="a path of root's is written", **TIDES, check="starts", cause="read-only-path",
        files={"main.py": tides("os.makedirs('/'.join(('', 'srv', 'tides')), exist_ok=True)")}, sets=("writable=/srv/tides",),
        thorough=False,
    ),
    Sabotage(
        name="a folder of the app is written", project="node-express-npm", check="starts", cause="read-only-path",
        files={"server.js": hours("require('fs').mkdirSync(['cache', 'pages'].join('/'), { recursive: true });")},
        sets=("writable=/app/cache/pages",), keeps_lock=False,
    ),
    Sabotage(
        name="a home is written", **TIDES, check="starts", cause="read-only-path",
        files={"main.py": tides("os.makedirs(os.path.join(os.environ['HO' + 'ME'], '.tides'), exist_ok=True)")},
        sets=("env.HOME=/tmp",),
    ),
    Sabotage(
        name="missing library at build", project="python-psycopg2", check="builds", cause="missing-tool",
        settings={"apt.build": "build-essential"}, extra=FROM_SOURCE, sets=("apt.build=+libpq-dev",),
    ),
    Sabotage(
        name="missing compiler at build", project="python-psycopg2", check="builds", cause="missing-tool",
        settings={"apt.build": "libpq-dev"}, extra=FROM_SOURCE, sets=("apt.build=+build-essential",),
    ),
    Sabotage(
        name="missing library at run", project="python-psycopg2", check="starts", cause="missing-shared-library",
        settings={"apt.run": ""}, sets=("apt.run=+libpq5",),
    ),
    Sabotage(
        name="missing program", **TIDES, check="starts", cause="missing-program",
        files={"main.py": tides("subprocess.run([''.join(('g', 'i', 't')), '--version'], check=True)")},
        sets=("apt.run=+git",),
    ),
    Sabotage(
        name="stale lock of npm", project="node-express-npm", check="builds", cause="stale-lock-npm", keeps_lock=False,
        later={"package.json": dependency("left-pad")}, hint="npm install",
    ),
    Sabotage(
        name="stale lock of pnpm", project="node-bcrypt-pnpm", check="builds", cause="stale-lock-pnpm",
        keeps_lock=False, later={"package.json": dependency("left-pad")}, hint="pnpm install",
    ),
    Sabotage(
        name="stale lock of Yarn", project="node-koa-yarn1", check="builds", cause="stale-lock-yarn", keeps_lock=False,
        later={"package.json": dependency("left-pad")}, hint="yarn install",
    ),
    Sabotage(
        name="stale lock of modern Yarn", project="node-next-yarn-berry", check="builds", cause="stale-lock-yarn-berry",
        keeps_lock=False, later={"package.json": dependency("left-pad")}, hint="yarn install",
    ),
    Sabotage(
        name="stale lock of Bun", project="node-hono-bun", check="builds", cause="stale-lock-bun", keeps_lock=False,
        later={"package.json": dependency("left-pad")}, hint="bun install",
    ),
    Sabotage(
        name="stale lock of uv", project="python-worker-uv", check="builds", cause="stale-lock-uv", keeps_lock=False,
        later={"pyproject.toml": replaced("dependencies = [", 'dependencies = ["six", ')}, hint="uv lock",
    ),
    Sabotage(
        name="stale lock of Poetry", project="python-django-poetry", check="builds", cause="stale-lock-poetry",
        keeps_lock=False, later={"pyproject.toml": replaced("[tool.poetry.dependencies]", '[tool.poetry.dependencies]\nsix = "*"')},
        hint="poetry lock",
    ),
    Sabotage(
        name="stale lock of PDM", project="python-starlette-pdm", check="builds", cause="stale-lock-pdm",
        keeps_lock=False, later={"pyproject.toml": replaced("dependencies = [", 'dependencies = ["six", ')},
        hint="pdm lock",
    ),
    Sabotage(
        name="stale lock of Pipenv", project="python-flask-pipenv", check="starts", cause="missing-python-module",
        keeps_lock=False, later={
            "Pipfile": replaced("[packages]", '[packages]\nsix = "*"'), "ferry/app.py": lambda text: f"import six\n{text}",
        }, hint="pipenv install six",
    ),
    Sabotage(
        name="stale go.sum", project="go-chi", check="builds", cause="stale-lock-go", keeps_lock=False,
        later={"go.sum": lambda text: "\n".join(line for line in text.splitlines() if "/chi/" not in line) + "\n"},
        hint="go mod tidy",
    ),
    Sabotage(
        name="missing variable", **TIDES, check="starts", cause="missing-variable", sets=("env.HARBOUR=change-me",),
        files={"main.py": tides("HARBOUR = os.environ[''.join(('HAR', 'BOUR'))]")}, thorough=False,
    ),
    Sabotage(
        name="missing secret", **TIDES, check="starts", cause="missing-variable", hint="docker run --env TIDES_API_KEY=",
        files={"main.py": tides("KEY = os.environ['_'.join(('TIDES', 'API', 'KEY'))]")},
    ),
    Sabotage(
        name="development dependency at run", project="node-express-npm", check="starts", cause="missing-node-module",
        files={"server.js": hours("const name = ['node', 'mon'].join('');\nrequire(name);")}, keeps_lock=False,
        hint="move it to `dependencies`",
    ),
    Sabotage(
        name="planted secret", **TIDES, check="no-secrets",
        files={".env": f"AWS_ACCESS_KEY_ID={KEY}\nAWS_SECRET_ACCESS_KEY={'bXlzZWNyZXRrZXlteXNlY3JldGtleW15c2VjcmV0'}\n"},
        later={"Dockerfile": LEAK, ".dockerignore": added("\n!.env\n")},
    ),
    Sabotage(
        name=".git in a layer", **TIDES, check="no-vcs", files={".git/HEAD": "ref: refs/heads/main\n"},
        later={".dockerignore": added("\n!.git\n")},
    ),
    Sabotage(
        name="root", **TIDES, check="non-root", later={"Dockerfile": replaced("USER 10001:10001", "USER root")},
        thorough=False,
    ),
    Sabotage(
        name="SIGTERM is ignored", project="node-express-npm", check="stops", cause="ignores-sigterm",
        files={"server.js": hours(after="")}, settings={"init": "none"}, sets=("init=tini",), keeps_lock=False,
    ),
    Sabotage(
        name="wrong health path", project="python-flask-pip", check="healthy", cause="wrong-health-path",
        settings={"health": "/well"}, sets=("health=tcp",),
    ),
    Sabotage(
        name="wrong start command", **TIDES, check="starts", cause="missing-command",
        settings={"start": "python serve.py", "port": "8090"}, sets=("start=python main.py",),
    ),
    Sabotage(
        name="module not found", project="python-flask-pip", check="starts", cause="missing-python-module",
        settings={"start": "gunicorn shopp:app --bind=0.0.0.0:5050", "port": "5050"},
        sets=("start=gunicorn wsgi:app --bind=0.0.0.0:5050 --worker-tmp-dir=/dev/shm --access-logfile=-",),
    ),
    Sabotage(
        name="object not found", project="python-flask-pip", check="starts", cause="missing-object",
        settings={"start": "gunicorn wsgi:application --bind=0.0.0.0:5050", "port": "5050"},
        sets=("start=gunicorn wsgi:app --bind=0.0.0.0:5050 --worker-tmp-dir=/dev/shm --access-logfile=-",),
    ),
    Sabotage(
        name="too old Python", **TIDES, check="starts", cause="newer-python", settings={"version": "3.11"},
        files={"main.py": tides("from typing import override")}, sets=("version=3.14",),
        needs=("python:3.14-slim-trixie",),
    ),
    Sabotage(
        name="too old Node", project="node-express-npm", check="starts", cause="newer-node",
        files={"server.js": hours("new URLPattern({ pathname: '/:day' });")}, settings={"version": "22"},
        sets=("version=26",), needs=("node:26-trixie-slim",), keeps_lock=False,
    ),
    Sabotage(
        name="crash at start", **TIDES, check="starts", files={"main.py": tides("raise ValueError('low water')")},
    ),
    Sabotage(
        name="port below 1024", **TIDES, check="starts", cause="privileged-port", settings={"port": "81"},
        sets=("port=8081", "env.PORT=8081"),
    ),
    Sabotage(
        name="a command without --help", project="node-cli", check="answers", keeps_lock=False,
        files={"cli.js": "#!/usr/bin/env node\nimport 'commander';\nconsole.error('what?');\nprocess.exit(2);\n"},
    ),
    Sabotage(
        name="ends at once", **TIDES, check="starts", cause="ended-at-once", files={"main.py": tides() + "\n"},
        settings={"start": "python -c 'import main'", "port": "8090"}, sets=("start=python main.py",),
    ),
)  # fmt: skip


@pytest.mark.parametrize("case", SABOTAGES, ids=lambda case: case.name)
def test_it_is_named_and_mended(case: Sabotage, scratch):
    project = sabotaged(case, scratch)
    found = verify(project, case)
    failed = [check["name"] for check in found["checks"] if check["status"] == "failed"]
    proposal = found["proposal"] or {"cause": "", "sets": [], "hint": "", "said": ""}
    print(f"{case.name}: {failed}, {proposal['cause'] or 'no cause'}: {proposal['said']} {proposal['hint']}")
    assert failed[:1] == [case.check], json.dumps(found, indent=1)[-6000:]
    assert (proposal["cause"], tuple(proposal["sets"])) == (case.cause, case.sets), json.dumps(found, indent=1)[-6000:]
    assert case.hint in proposal["hint"]
    before = (project / "dockgen.yaml").read_text()
    fixed = verify(project, case, "--fix")
    failed = [check["name"] for check in fixed["checks"] if check["status"] == "failed"]
    if not case.sets:
        assert failed[:1] == [case.check]
        assert fixed["fixes"] == []
        assert (project / "dockgen.yaml").read_text() == before
        return
    assert failed == [], json.dumps(fixed, indent=1)[-6000:]
    assert [fix["cause"] for fix in fixed["fixes"]] == [case.cause]
    assert "# ours" in (project / "dockgen.yaml").read_text()


def sabotaged(case: Sabotage, scratch: Path) -> Path:
    """The project with what is wrong, and the files that dockgen wrote for it."""
    project = scratch / case.project
    shutil.copytree(PROJECTS / case.project, project)
    if not case.keeps_lock:
        make_locks(project, scratch)
    settings = {**case.settings, **({"syntax": "no"} if engine.TOOL.exists() else {})}
    (project / "dockgen.yaml").write_text(
        f"# ours\ndockgen: 1\n{yaml.safe_dump({'set': settings, 'extra': dict(case.extra)})}"
    )
    for name, text in case.files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    run = dockgen("generate", "--force", project)
    assert run.code == 0, run.err
    if engine.TOOL.exists():
        engine.run(engine.TOOL, "provide", "--dockerfile", project / "Dockerfile")
        if case.needs:
            engine.run(engine.TOOL, "provide", *case.needs)
    for name, edit in case.later.items():
        (project / name).write_text(edit((project / name).read_text()))
    return project


def verify(project: Path, case: Sabotage, *flags: str) -> dict:
    """What `verify` reports of the app."""
    env = [word for pair in case.env for word in ("--env", pair)]
    run = dockgen("verify", "--json", "--timeout", "20", *env, *flags, project, timeout=1500)
    print(run.err)
    assert run.code in (0, 1), run.err
    return json.loads(run.out)["apps"][0]
