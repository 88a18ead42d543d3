"""A service that cookiecutter bakes builds, passes its own tests, runs hardened, answers and stops, unedited."""

from __future__ import annotations

import re
from dataclasses import dataclass

import engine
import pytest
from baking import bake
from cases import Case
from test_build_and_run import plan_of, serve

NAME = "Harbour \"office\" 'No. 7'"


@dataclass(frozen=True)
class Baked:
    """The language of a service, and what runs its tests in the image that it is built in."""

    language: str
    tests: str
    port: int
    thorough: bool = False


CASES = (
    Baked("python", "pip install -q --root-user-action ignore -r requirements-dev.txt; python -m pytest -q", 8191),
    Baked("node", "npm test", 8192),
    Baked("go", "go vet ./... && go test ./...", 8193),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.language)
def test_baked_service(case: Baked, scratch):
    answers = [f"project_name={NAME}", f"language={case.language}", f"port={case.port}"]
    project = bake(scratch, *answers)
    dockerfile = engine.buildable(project / "Dockerfile", scratch)
    said = engine.check(project, dockerfile)
    assert "no warnings found" in said, said
    base = re.search(r"^FROM (?:--platform=\S+ )?(\S+)", dockerfile.read_text(), re.MULTILINE)
    with engine.image(project, dockerfile) as tag:
        serve(
            Case(project.name, path="/", text="Hello from harbour-office-no-7"),
            plan_of(project),
            tag,
            [*engine.HARDENED],
        )
    assert "fail" not in engine.in_base(
        base[1], project, f"export HOME=/tmp; {case.tests}; chmod -R a+rwX ."
    ).lower().replace("fail 0", "")
