"""Every project in tests/projects has a reviewed Dockerfile and .dockerignore that dockgen still writes."""

from __future__ import annotations

import re
from functools import cache

import pytest
from conftest import PROJECTS, cases
from dockgen import __version__
from dockgen.patterns import is_ignored
from dockgen.pipeline import choose, decide
from dockgen.project import scan
from dockgen.rendering import render
from dockgen.settings import NOTHING


def masked(text: str) -> str:
    """TEXT without what its header says: a new version of dockgen or a new field of the plan is alone no change."""
    header = f"# dockgen {__version__} inputs="
    return re.sub(
        rf"(?m)^{re.escape(header)}[0-9a-f]{{8}} body=[0-9a-f]{{8}}.*?(?= \(to write)",
        "# dockgen VERSION inputs=… body=…",
        text,
        count=1,
    )


@cache
def generated(case: str) -> dict[str, str]:
    plan = decide(choose(scan(PROJECTS / case), NOTHING).facts, NOTHING)
    return {a.path: masked(a.text) for a in render(plan)}


@pytest.mark.parametrize("case", cases())
def test_dockerfile(case, dockerfile):
    assert generated(case)["Dockerfile"] == dockerfile


@pytest.mark.parametrize("case", cases())
def test_dockerignore(case, dockerignore):
    assert generated(case)[".dockerignore"] == dockerignore


@pytest.mark.parametrize("case", cases())
def test_ignore_file_lets_through_what_is_copied(case):
    plan = decide(choose(scan(PROJECTS / case), NOTHING).facts, NOTHING)
    lines = generated(case)[".dockerignore"].splitlines()
    hidden = [s for s in plan.sources if s != "." and is_ignored(s, lines)]
    assert hidden == []
