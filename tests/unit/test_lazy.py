"""What waits until it is needed: patterns are compiled when they are first used, modules imported where they are."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from dockgen import lazy
from helpers import PROJECTS, environment

# One project for each stack.
SAMPLES = ("go-chi", "node-express-npm", "python-fastapi-uv", "static-site")
# Run in a process of its own: its last line has each pattern that a module compiles while it is imported.
WATCHED = """
import re, sys

said, real = [], re.compile

def watching(pattern, flags=0):
    frame = sys._getframe(1)
    while frame.f_code.co_name in ("<dictcomp>", "<genexpr>", "<listcomp>"):
        frame = frame.f_back
    if frame.f_code.co_name == "<module>" and frame.f_globals["__name__"].startswith("dockgen"):
        said.append(f"{frame.f_globals['__name__']}: {pattern}")
    return real(pattern, flags)

re.compile = watching
from dockgen.cli import run
assert run(sys.argv[1:]) == 0
print(said)
"""
# The same: its last line has each frozen dataclass of a module that was loaded, for which six methods were compiled.
FROZEN = """
import sys
from dockgen.cli import run
assert run(sys.argv[1:]) == 0
modules = [module for name, module in sys.modules.items() if name.startswith("dockgen")]
params = {c: getattr(c, "__dataclass_params__", None) for module in modules for c in vars(module).values()
          if isinstance(c, type)}
print(sorted(f"{c.__module__}.{c.__name__}" for c, made in params.items() if made and made.frozen))
"""


def last_line(code: str, *arguments: str) -> str:
    """The last line that CODE prints, run in a process of its own."""
    argv = [sys.executable, "-c", code, *arguments]
    return subprocess.run(argv, env=environment({}), capture_output=True, text=True, check=True).stdout.split("\n")[-2]


def test_nothing_is_compiled_before_a_method_is_called():
    broken = lazy.pattern("(")
    with pytest.raises(re.error):
        broken.search("")


def test_methods_are_those_of_the_pattern():
    number = lazy.pattern(r"a(\d)", re.IGNORECASE)
    assert number.search("xA1")[1] == "1"
    assert [m[1] for m in number.finditer("a1 A2")] == ["1", "2"]
    assert number.sub("-", "a1") == "-"


@pytest.mark.parametrize("project", SAMPLES)
def test_no_pattern_is_compiled_while_modules_are_imported(project):
    assert last_line(WATCHED, "generate", "-o", "-", str(PROJECTS / project)) == "[]"


@pytest.mark.parametrize("project", SAMPLES)
def test_frozen_dataclasses_are_records(project):
    assert last_line(FROZEN, "generate", "-o", "-", str(PROJECTS / project)) == "[]"


def test_python_does_not_look_through_all_objects_when_it_ends():
    code = (
        "import atexit, gc, sys; from dockgen.__main__ import main;"
        "atexit.register(lambda: print(len(gc.get_objects()) < gc.get_freeze_count())); main()"
    )
    assert last_line(code, "detect", str(PROJECTS / "static-site")) == "True"
