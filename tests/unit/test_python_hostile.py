"""Sources and manifests that were made to break their reader, or only look as if."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from dockgen.errors import DockgenError
from dockgen.pipeline import detect
from dockgen.project import Project
from dockgen.settings import read
from dockgen.stacks.python.code import Code
from dockgen.stacks.python.source import MAX_SOURCE, parse

FLASK = "from flask import Flask\n"
MEGABYTE = 1_048_576 - 100


def test_modules_that_hand_a_name_to_each_other():
    files = {"a.py": "from b import make\napp = make()", "b.py": "from a import make\n", "c.py": "from c import x\nx()"}
    code = Code(Project.of(files))
    assert code.apps() == []
    module = code.module("a.py")
    assert module
    assert code.resolve(module, "b.make") == (None, "b.make")


def test_a_long_ring_of_modules():
    files = {f"m{i}.py": f"from m{(i + 1) % 300} import make\napp = make()" for i in range(300)}
    assert Code(Project.of(files)).apps() == []


def test_a_name_that_is_handed_on_is_found():
    files = {
        "wsgi.py": "from shop import make\napp = make()",
        "shop/__init__.py": "from shop.core import make\n",
        "shop/core.py": FLASK + "def make(): return Flask('x')\n",
    }
    assert {a.path: a.name for a in Code(Project.of(files)).apps()} == {"wsgi.py": "app", "shop/core.py": "make"}


def filled(line: str, size: int = MEGABYTE) -> str:
    return line * (size // len(line))


def ring_of_factories() -> str:
    calls = [f"def f{i}():\n" + "".join(f" x = f{(i + j) % 40}()\n" for j in range(100)) for i in range(40)]
    return FLASK + "".join(f"{c} return x\n" for c in calls)


def fanned_paths() -> str:
    names = "".join(f"p{i} = os.path.join({','.join([f'p{i + 1}'] * 500)})\n" for i in range(9))
    return f"{FLASK}import os\n{names}p9 = 'a'\nos.mkdir(p0)\n"


HOSTILE = {
    "empty lines": "\n" * MEGABYTE,
    "spaces": FLASK + "app" + " " * (MEGABYTE - 50),
    "one long name": FLASK + "a" * (MEGABYTE - 50),
    "statements": filled("a\n"),
    "minus": FLASK + "app=" + "-" * 100_000 + "1",
    "parentheses": FLASK + "app=" + "(" * 60_000 + ")" * 60_000,
    "attributes": FLASK + "app=a" + ".a" * 60_000,
    "deep test": FLASK + "if app" + "+a" * 900 + ":\n pass\n",
    "removed modules": filled("import imp\n"),
    "sqlite": FLASK + filled("'sqlite:///a.db';", 100_000),
    "servers": filled("app=y.server\n", 100_000),
    "nested ifs": FLASK + "".join(" " * i + "if app:\n" for i in range(98)) + (" " * 98 + "os.mkdir(a)\n") * 900,
    "docs": "docs" + "\n" * (MEGABYTE - 50),
    "groups": "if __name__ == '__main__':\n x='" + filled("DefaultGroup,", 1_000_000),
    "factories": ring_of_factories(),
    "paths": fanned_paths(),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_any_source_is_read_in_time(name):
    project = Project.of({"app.py": HOSTILE[name], "requirements.txt": "flask\n", "docs/x.md": "", "README.md": ""})
    settings = read((), {})
    start = time.process_time()
    with suppress(DockgenError):
        detect(project, settings)
    assert time.process_time() - start < 2


def test_what_is_too_long_is_not_parsed():
    assert parse("a.py", "a\n" * MAX_SOURCE) is None
    assert parse("a.py", "a\n" * 100) is not None


def test_setup_py_too_deep_to_parse():
    project = Project.of({"setup.py": "setup(name=" + "-" * 100_000 + "1)", "main.py": "print(1)\nmain()\n"})
    assert detect(project, read((), {})).about.name == "app"
