"""Every project in tests/projects has a reviewed Dockerfile and .dockerignore that dockgen still writes."""

from __future__ import annotations

from functools import cache

import pytest
from conftest import PROJECTS, cases
from dockgen import __version__
from dockgen.ignore import is_ignored
from dockgen.pipeline import decide, detect
from dockgen.project import scan
from dockgen.render import render
from dockgen.settings import NOTHING


@cache
def generated(case: str) -> dict[str, str]:
    plan = decide(detect(scan(PROJECTS / case), NOTHING), NOTHING)
    # A new version of dockgen alone is no change of its output.
    return {a.path: a.text.replace(f"# dockgen {__version__} ", "# dockgen VERSION ", 1) for a in render(plan)}


@pytest.mark.parametrize("case", cases())
def test_dockerfile(case, dockerfile):
    assert generated(case)["Dockerfile"] == dockerfile


@pytest.mark.parametrize("case", cases())
def test_dockerignore(case, dockerignore):
    assert generated(case)[".dockerignore"] == dockerignore


@pytest.mark.parametrize("case", cases())
def test_ignore_file_lets_through_what_is_copied(case):
    plan = decide(detect(scan(PROJECTS / case), NOTHING), NOTHING)
    lines = generated(case)[".dockerignore"].splitlines()
    hidden = [s for s in plan.sources if s != "." and is_ignored(s, lines)]
    assert hidden == []
