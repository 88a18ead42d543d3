"""The stage `dev`: with the source mounted, an edit on the host changes the answer without a new build."""

from __future__ import annotations

import json
import os
import shutil
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import engine
import pytest
from helpers import PROJECTS, dockgen
from test_build_and_run import make_locks

if TYPE_CHECKING:
    from pathlib import Path

OWNER = 1000  # of the files on the host, as on most machines

# Django notes how old its files are some moments after it answers first, and sees only changes after that.
FIRST_LOOK = 3.0


@dataclass(frozen=True)
class Edit:
    """A project that answers OLD at PATH until OLD is replaced by NEW in FILE. `restarts`: and it is started anew."""

    project: str
    path: str
    file: str
    old: str
    new: str
    env: tuple[str, ...] = ()
    host: str = ""
    restarts: bool = False
    thorough: bool = True


EDITS = (
    Edit("node-express-npm", "/healthz", "server.js", "ok", "afloat", thorough=False),
    Edit("node-fastify-ts-pnpm", "/health", "src/index.ts", '"ok"', '"afloat"'),
    Edit("node-next-plain", "/", "lib/tides.js", "high at noon", "low at noon"),
    Edit("node-vite-react", "/src/main.jsx", "src/main.jsx", "Deck planner", "Deck builder"),
    Edit("node-nest-npm", "/", "src/app.module.ts", "lit", "dark"),
    Edit("node-hono-bun", "/health", "src/index.ts", '"ok"', '"afloat"'),
    Edit("node-express-nodemon", "/", "app.js", "visit ", "call "),
    Edit("node-express-client", "/api/balance", "server/index.js", "12", "13"),
    Edit("python-fastapi-uv", "/parcels/0", "app/main.py", '"unknown"', '"lost"', thorough=False),
    Edit("python-flask-pip", "/", "shop/templates/index.html", "Open in", "Closed in"),
    Edit("python-django-health", "/", "harbour/urls.py", "berth 4", "berth 5", ("SECRET_KEY=x",), host="localhost"),
    Edit("python-starlette-pdm", "/", "src/tide_table/tides.py", "14:05", "15:17"),
    Edit("python-flask-pipenv", "/", "ferry/app.py", "departures", "arrivals"),
    Edit("python-extras", "/", "src/logbook/web.py", "cast off", "made fast"),
    Edit("go-chi", "/healthz", "cmd/server/main.go", "ok\\n", "afloat\\n", restarts=True),
    Edit("static-site", "/", "index.html", "Open from eight", "Open from nine", thorough=False),
    Edit("static-mkdocs", "/bends/", "docs/bends.md", "sheet bend", "carrick bend"),
    Edit("static-hugo", "/lights/roter-sand/", "content/lights/roter-sand.md", "1885", "1886"),
)


@pytest.mark.parametrize("case", EDITS, ids=lambda case: case.project)
def test_an_edit_changes_the_answer(case: Edit, scratch):
    project = scratch / case.project
    shutil.copytree(PROJECTS / case.project, project)
    make_locks(project, scratch)
    run = dockgen("generate", "--dev", "--force", project)
    assert run.code == 0, run.err
    plan = json.loads(dockgen("detect", "--dev", "--json", project).out)["plan"]
    dev = plan["dev"]
    dockerfile = engine.buildable(project / "Dockerfile", scratch)
    said = engine.check(project, dockerfile)
    assert "no warnings found" in said, said
    own(project)
    with engine.image(project, dockerfile, "--target", "dev") as tag:
        options = [*engine.INIT, *plan["run_args"], *(word for pair in case.env for word in ("--env", pair))]
        options += engine.HOST_NETWORK or ["--publish", f"{dev['port']}:{dev['port']}"]
        options += ["--volume", f"{project / dev['source']}:{dev['mount']}{':ro' if dev['read_only'] else ''}"]
        options += [word for volume in dev["volumes"] if ":" not in volume for word in ("--volume", volume)]
        engine.wait_for("free", lambda: engine.is_free(dev["port"]), "", 120)
        with engine.container(tag, *options) as name:
            answers(case, name, dev["port"], plain(case.old))
            time.sleep(FIRST_LOOK)
            file = project / case.file
            file.write_text(file.read_text().replace(case.old, case.new))
            if case.restarts:
                engine.docker("restart", "--time", "1", name)
            answers(case, name, dev["port"], plain(case.new))


def own(project: Path) -> None:
    """Give the files to the user that a developer usually is; only root can."""
    if os.geteuid() == 0:
        for path in (project, *project.rglob("*")):
            os.chown(path, OWNER, OWNER, follow_symlinks=False)


def plain(text: str) -> str:
    return text.strip('"').removesuffix("\\n")


def answers(case: Edit, name: str, port: int, text: str) -> None:
    def test() -> bool:
        answer = engine.get(port, case.path, case.host)
        return answer is not None and answer[0] == 200 and text in answer[1]

    engine.wait_for(f"answering {text!r}", test, name, 120)
