"""How a stack is chosen: by its claim alone, without the modules that do the work."""

from __future__ import annotations

import subprocess
import sys

import pytest
from dockgen.stacks import STACKS
from helpers import environment

# What a command that only reads and prints has no use for.
SLOW = ("pathlib", "tempfile", "difflib", "shutil", "logging", "packaging", "jinja2")


def imported(code: str) -> set[str]:
    """The modules that are loaded after CODE has run in a fresh Python, as its own imports had it."""
    script = f"import sys; before = set(sys.modules); {code}; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment({}), capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("name", STACKS)
def test_a_claim_is_made_without_detection(name):
    code = "from dockgen import stacks; from dockgen.project import Project; p = Project.of({'x': ''});"
    found = imported(f"{code} stacks.claim({name!r}, p)")
    assert f"dockgen.stacks.{name}.claim" in found
    assert not {f"dockgen.stacks.{name}.{module}" for module in ("detect", "plan")} & found
    assert not {m for m in found if m.startswith("dockgen.stacks.") and m.split(".")[2] != name}


def test_detection_imports_nothing_slow():
    found = imported("from dockgen import pipeline; from dockgen.cli import console, detect, work")
    assert not found.intersection(SLOW)
