"""Docker's own build checks warn of nothing in any golden Dockerfile."""

from __future__ import annotations

import json
import re

import engine
import pytest
from helpers import PROJECTS, instructions

SNAPSHOTS = PROJECTS.parent / "__snapshots__" / "test_golden"
CASES = sorted(p.name for p in PROJECTS.iterdir() if p.is_dir())


def outside(dockerfile: str) -> set[str]:
    """The images of a Dockerfile that are no stages of it."""
    words = [rest.split() for name, rest in instructions(dockerfile) if name == "FROM"]
    froms = [[w for w in line if not w.startswith("--")] for line in words]
    return {line[0] for line in froms} - {line[2] for line in froms if len(line) > 2} - {"scratch"}


def target(name: str, dockerfile: str, ignore: str, work) -> dict:
    """A target for `buildx bake` that is only checked: an empty folder stands for each image, so that none is needed."""
    folder = work / name
    folder.mkdir()
    (folder / "Dockerfile").write_text(re.sub(r"\A# syntax=.*\n", "", dockerfile))
    (folder / "Dockerfile.dockerignore").write_text(ignore)
    (work / "empty").mkdir(exist_ok=True)
    return {
        "context": str(PROJECTS / name) if name in CASES else str(work / "empty"),
        "dockerfile": str(folder / "Dockerfile"),
        "contexts": dict.fromkeys(outside(dockerfile), str(work / "empty")),
        "call": "check",
    }


def check(targets: dict, work) -> str:
    """What the checks say of all TARGETS, in one process; EngineError if they warn of anything."""
    (work / "bake.json").write_text(json.dumps({"group": {"default": {"targets": list(targets)}}, "target": targets}))
    return engine.docker("buildx", "bake", "--allow", "fs.read=*", "--progress", "plain", "-f", work / "bake.json")


def test_no_golden_dockerfile_is_warned_of(scratch):
    files = [[(SNAPSHOTS / f"test_{kind}[{c}].{end}").read_text() for c in CASES]
             for kind, end in (("dockerfile", "Dockerfile"), ("dockerignore", "dockerignore"))]  # fmt: skip
    targets = {case: target(case, *both, scratch) for case, *both in zip(CASES, *files, strict=True)}
    assert check(targets, scratch).count("Check complete, no warnings found.") == len(CASES)


def test_a_bad_dockerfile_is_warned_of(scratch):
    bad = "FROM debian:trixie-slim as a\nWORKDIR app\nCMD ls\n"
    with pytest.raises(engine.EngineError, match="FromAsCasing"):
        check({"bad": target("bad", bad, "", scratch)}, scratch)
