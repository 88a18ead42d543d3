"""The tutorials with an engine: every command in their order, and what the container answers. Pages that need one, too."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import subprocess
import sys
import uuid
import venv
from pathlib import Path

import engine
import pytest
from helpers import ROOT, environment
from test_docs import shown_as, steps, without_warnings

HERE = Path(__file__).parent
# The page, what it calls its folder, image and container, and the port that it publishes.
TUTORIALS = {
    "tutorials/first-dockerfile": ("tides", 8000),
    "tutorials/static": ("lights", 8080),
    "tutorials/go": ("buoys", 8080),
    "tutorials/python": ("parcels", 8000),
    "tutorials/node": ("ferry", 3000),
}
PAGES = TUTORIALS | {"how-to/air-gapped": ("buoys", 8080), "how-to/migrate-an-old-dockerfile": ("app", 8000)}


def blocks(text):
    """(language, the block with its fences, its text) of the blocks of a page, in order."""
    return [found.group(1, 0, 2) for found in re.finditer(r"^```(\w+)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)]


def test_each_tutorial_is_here():
    names = {f"tutorials/{page.stem}" for page in (ROOT / "docs/tutorials").glob("*.md")}
    assert names == set(TUTORIALS)


@pytest.fixture
def shell(scratch, request):
    """Runs commands in a folder where `dockgen` is this checkout's and `docker` the tests'; what they printed."""
    name, port = PAGES[request.param]
    own = f"{engine.PREFIX}-{uuid.uuid4().hex[:8]}"
    programs = {
        "dockgen": [sys.executable, "-m", "dockgen"],
        "pip": [str(scratch / "venv/bin/pip")],
        "docker": ["env", f"PYTHONPATH={HERE}:{ROOT / 'tests'}", sys.executable, str(HERE / "tutorials.py"), name, own],
    }
    (scratch / "bin").mkdir()
    for program, argv in programs.items():
        (scratch / "bin" / program).write_text(f'#!/bin/sh\nexec {shlex.join(argv)} "$@"\n')
        (scratch / "bin" / program).chmod(0o755)
    (scratch / "work").mkdir()
    if request.param == "how-to/air-gapped":
        venv.create(scratch / "venv", with_pip=True)
    path = {"PATH": f"{scratch / 'bin'}:{os.environ['PATH']}", "REAL_PATH": os.environ["PATH"]}

    def run(script, *, fails=False):
        done = subprocess.run(
            ["bash", "-eu", "-o", "pipefail", "-c", script],
            cwd=scratch / "work",
            env=environment(path | {"no_proxy": "localhost", "NO_PROXY": "localhost"}),
            capture_output=True,
            text=True,
            timeout=900,
            check=False,
        )
        assert bool(done.returncode) is fails, f"{script}\n{done.stdout}{done.stderr[-6000:]}"
        return done.stdout

    engine.wait_for(f"free: port {port}", lambda: engine.is_free(port), "", 60)
    yield run
    with contextlib.suppress(engine.EngineError):  # the page stopped it, and it is being removed
        engine.docker("rm", "--force", own)
    engine.wait_for("removed", lambda: not engine.docker("ps", "--all", "--quiet", "--filter", f"name={own}"), "", 30)
    engine.docker("image", "rm", "--force", own, *(f"{own}:{tag}" for tag in ("old", "new")))


@pytest.mark.parametrize(("page", "shell"), [(page, page) for page in PAGES], indirect=["shell"], ids=PAGES)
def test_every_command_works(page, shell):
    answers, printed = 0, ""
    for language, block, text in blocks((ROOT / f"docs/{page}.md").read_text(encoding="utf-8")):
        if language == "console":
            for command, shown in steps(block + "\n"):
                shell(f"{command}\n", fails=any(line.startswith("error:") for line in shown))
        elif language == "bash":  # what is released is what is here
            printed = shell(text.replace("--wheel-dir wheelhouse dockgen-cli", f"--wheel-dir wheelhouse {ROOT}"))
        elif language == "text" and page in TUTORIALS:
            answers += 1
            assert shown_as(text.splitlines()).fullmatch(without_warnings(printed).rstrip("\n") + "\n"), printed
    assert bool(answers) is (page in TUTORIALS)
