"""The bake file, used as it says: it builds images that run, all those of a workspace at once, and checks them."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import engine
import pytest
from cases import CASES
from helpers import PROJECTS, dockgen
from test_build_and_run import make_locks, plan_of, serve

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Baked:
    """A project, and the images that its bake file builds."""

    project: str
    images: tuple[str, ...]
    thorough: bool = False


BAKED = (
    Baked("static-site", ("static-site",), thorough=True),
    Baked("python-flask-pip", ("python-flask-pip",)),
    Baked("node-workspace-npm", ("api", "web")),
)


@pytest.mark.parametrize("case", BAKED, ids=lambda case: case.project)
def test_bake(case: Baked, scratch):
    project = scratch / case.project
    shutil.copytree(PROJECTS / case.project, project)
    make_locks(project, scratch)
    several = ["--all"] if len(case.images) > 1 else []
    made = dockgen("generate", "--with", "bake", "--set", "syntax=no", *several, project)
    assert made.code == 0, made.err
    for dockerfile in project.rglob("Dockerfile"):
        engine.buildable(dockerfile, scratch)

    said = bake(project, "check")
    assert said.count("no warnings found") == len(case.images), said
    tag = engine.PREFIX
    try:
        bake(project, *here(case, scratch), tag=tag)
        ask = next(known for known in CASES if known.project == case.project)
        if not several:
            serve(ask, plan_of(project), f"{case.images[0]}:{tag}", [*engine.HARDENED])
        for name in case.images:
            assert engine.docker("image", "inspect", "--format", "{{.Config.User}}", f"{name}:{tag}").strip()
    finally:
        for name in case.images:
            engine.docker("image", "rm", "--force", f"{name}:{tag}")


def here(case: Baked, folder: Path) -> list[str | Path]:
    """Options for the engine that lies beside this checkout, which has only the host's network."""
    if not engine.HOST_NETWORK:
        return []
    override = folder / "network.json"
    override.write_text(json.dumps({"target": {name: {"network": "host"} for name in case.images}}))
    return ["--file", "docker-bake.hcl", "--file", override, "--allow", "network.host"]


def bake(folder, *arguments, tag="latest"):
    """What bake said in FOLDER."""
    return engine.run(
        "env", "-C", folder, f"TAG={tag}", "docker", "buildx", "bake", "--progress", "plain", *arguments, timeout=1500
    )
