"""`dockgen verify` on a real engine: all holds of what dockgen writes, what was broken is named, nothing is left."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import engine
import pytest
from cases import CASES, Case
from helpers import PROJECTS, dockgen
from test_build_and_run import make_locks

if TYPE_CHECKING:
    from pathlib import Path

BY_NAME = {case.project: case for case in CASES}
# One of each way to be asked is verified on each run; all others join where `-m` asks for e2e.
DAILY = ("static-spa", "python-fastapi-uv", "python-worker-uv", "node-fastify-ts-pnpm", "node-cli", "go-chi")


class Thorough:
    """A case that is left out of a plain run, unless it is one of DAILY."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.project = case.project
        self.thorough = case.project not in DAILY


def prepared(case: Case, scratch: Path) -> Path:
    """The project of CASE with locks and a Dockerfile that builds here."""
    project = scratch / case.project
    shutil.copytree(PROJECTS / case.project, project)
    if not case.keeps_lock:
        make_locks(project, scratch)
    run = dockgen("generate", "--force", "--no-syntax", project)
    assert run.code == 0, run.err
    provided(project)
    return project


def provided(project: Path) -> None:
    """The images that the Dockerfile names are there."""
    if engine.TOOL.exists():
        engine.run(engine.TOOL, "provide", "--dockerfile", project / "Dockerfile")


def verified(project: Path, *args: str) -> tuple[dict, dict[str, tuple[str, str]]]:
    """What verify says of PROJECT, and each check with its status; nothing is left behind."""
    before = left()
    run = dockgen("verify", "--json", *args, project, timeout=1500)
    assert run.code in (0, 1), run.err
    assert left() == before
    (app,) = json.loads(run.out)["apps"]
    return app, {check["name"]: (check["status"], check["said"]) for check in app["checks"]}


def left() -> list[str]:
    """Containers and images of verify."""
    names = engine.docker("ps", "--all", "--format", "{{.Names}}") + engine.docker(
        "images", "--format", "{{.Repository}}"
    )
    return sorted(name for name in names.split() if name.startswith("dockgen-verify"))


@pytest.mark.parametrize("case", [Thorough(case) for case in CASES], ids=lambda each: each.project)
def test_all_holds(case: Thorough, scratch):
    project = prepared(case.case, scratch)
    _, checks = verified(project, *(word for pair in case.case.env for word in ("--env", pair)))
    assert {name: check for name, check in checks.items() if check[0] == "failed"} == {}
    assert {name for name, (status, _) in checks.items() if status == "skipped"} <= {"no-dev", "healthy", "stops"}


SERVER = "require('http').createServer((_, r) => r.end('ok')).listen({listen})\nprocess.on('SIGTERM', () => process.exit(0))\n"
MANIFEST = '{"name": "broken", "version": "1.0.0", "scripts": {"start": "node server.js"}}\n'
DOCKERFILE = """\
FROM node:24-trixie-slim
WORKDIR /app
COPY . .
{more}
USER 1000:1000
EXPOSE 3000
CMD ["node", "server.js"]
"""


def broken(
    scratch: Path, *, listen: str = "3000, '0.0.0.0'", more: str = "", files: tuple[tuple[str, str], ...] = ()
) -> Path:
    """A server of Node's with a Dockerfile by hand, and what is wrong with it."""
    project = scratch / "broken"
    project.mkdir()
    (project / "server.js").write_text(SERVER.format(listen=listen))
    (project / "package.json").write_text(MANIFEST)
    (project / "Dockerfile").write_text(DOCKERFILE.format(more=more))
    for path, text in files:
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text)
    provided(project)
    return project


@pytest.mark.parametrize(
    ("listen", "said", "address"),
    [
        (
            "3000, '127.0.0.1'",
            "it listens on 127.0.0.1:3000 only, which nobody outside of the container reaches",
            "127.0.0.1",
        ),
        ("3999, '0.0.0.0'", "it listens on 0.0.0.0:3999, not on port 3000", "0.0.0.0"),
    ],
    ids=["loopback", "another port"],
)
def test_who_listens(listen, said, address, scratch):
    app, checks = verified(broken(scratch, listen=listen), "--timeout", "4", "--set", "port=3000")
    assert checks["answers"] == ("failed", said)
    assert address in {found["address"] for found in app["failure"]["listening"]}
    assert checks["starts"][0] == "passed"


def test_what_lies_in_a_layer_is_found_though_it_was_deleted(scratch):
    files = ((".env", "TOKEN=abc"), (".git/config", "[core]"), ("node_modules/jest/package.json", '{"name": "jest"}'))
    project = broken(scratch, more="RUN rm -r .env .git node_modules\nENV API_TOKEN=9c5b1e7a", files=files)
    (project / "package.json").write_text(MANIFEST.replace('"scripts"', '"devDependencies": {"jest": "1"}, "scripts"'))
    _, checks = verified(project)
    assert {name for name, (status, _) in checks.items() if status == "failed"} == {"no-secrets", "no-dev", "no-vcs"}
    assert "/app/.env is named as secrets are" in checks["no-secrets"][1]
    assert "the variable API_TOKEN" in checks["no-secrets"][1]
    assert "9c5b1e7a" not in checks["no-secrets"][1]
    assert checks["no-vcs"][1] == "/app/.git/"
    assert checks["no-dev"][1] == "only development needs jest"


def test_a_layout_that_installs_at_each_edit_and_an_app_that_is_root_and_does_not_stop(scratch):
    project = broken(scratch)
    (project / "Dockerfile").write_text(
        "FROM node:24-trixie-slim\nWORKDIR /app\nCOPY . .\nRUN npm install\nEXPOSE 3000\n"
        'CMD ["sh", "-c", "trap \'\' TERM; node server.js & while :; do sleep 1; done"]\n'
    )
    app, checks = verified(project)
    assert {name for name, (status, _) in checks.items() if status == "failed"} == {"non-root", "stops", "rebuild"}
    assert checks["rebuild"][1] == "after an edit of server.js the dependencies are installed again"
    assert (app["failure"]["step"], app["failure"]["exit_code"]) == ("stop", 137)


def test_a_build_that_fails_and_one_that_does_not_start(scratch):
    project = broken(scratch, more='RUN echo hello && \\\n    sh -c "exit 7"')
    app, checks = verified(project)
    assert checks["builds"][1].endswith(': `RUN echo hello && sh -c "exit 7"` ended with exit code 7')
    failure = app["failure"]
    assert (failure["step"], failure["exit_code"], failure["line"]) == ("build", 7, 4)
    assert failure["log"].startswith("hello\n")
    (project / "Dockerfile").write_text(DOCKERFILE.format(more=""))
    (project / "server.js").write_text("require('fs').writeFileSync('/app/x', '')\n" + SERVER.format(listen="3000"))
    app, checks = verified(project)
    assert checks["starts"] == ("failed", "it ended by itself before it answered with exit code 1")
    assert "EROFS" in app["failure"]["log"] or "EACCES" in app["failure"]["log"]
