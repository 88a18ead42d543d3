"""What a learner has at the end of each tutorial builds, starts and answers."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys

import engine
import pytest
from cases import Case
from helpers import ROOT, dockgen, environment
from test_build_and_run import serve
from test_docs import steps

# tutorial -> the folder that it makes, the address that it opens and what stands there
TUTORIALS = {
    "first-dockerfile": Case("tides", path="/", text="high"),
    "node": Case("greeter", path="/", text="Hello"),
    "python": Case("notes", path="/health", text="true"),
    "go": Case("links", path="/", text="links"),
    "static": Case("site", path="/", text="Hello"),
}


@pytest.mark.parametrize("name", TUTORIALS)
def test_the_project_of_a_tutorial_builds_and_runs(name, scratch):
    case = TUTORIALS[name]
    command = scratch / "bin" / "dockgen"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m dockgen "$@"\n')
    command.chmod(0o755)
    variables = environment({})
    variables["PATH"] = f"{command.parent}:{variables['PATH']}"
    for line, _ in steps((ROOT / f"docs/tutorials/{name}.md").read_text(encoding="utf-8")):
        subprocess.run(["sh", "-c", line], cwd=scratch, env=variables, capture_output=True, timeout=120, check=False)
    project = scratch / case.project
    flags = ["--set", "main=./cmd/public"] if name == "go" else []
    plan = json.loads(dockgen("detect", "--json", *flags, project).out)["plan"]
    with engine.image(project, engine.buildable(project / "Dockerfile", scratch)) as tag:
        serve(case, plan, tag, [*engine.HARDENED, *plan["run_args"]])
