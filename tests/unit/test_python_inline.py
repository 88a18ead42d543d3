"""Projects without a list of dependencies: scripts that carry their own, and what is told where nothing does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dockgen.errors import InputError
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.rendering import render
from dockgen.settings import read

if TYPE_CHECKING:
    from dockgen.plans import Plan

BLOCK = """# /// script
# requires-python = ">=3.10,<3.13"
# dependencies = [
#   "requests[socks]<3",
#   "rich",
# ]
# ///
"""


def plan(files: dict[str, str]) -> Plan:
    settings = read((), {})
    return decide(detect(Project.of(files), settings), settings)


def dockerfile(made: Plan) -> str:
    return next(a.text for a in render(made) if a.path == "Dockerfile")


def test_a_script_brings_its_dependencies_and_its_python():
    made = plan({"fetch.py": BLOCK + "import requests\nprint(requests)\n"})
    assert made.build.packages == ("requests[socks]<3", "rich")
    assert made.runtime.image == "python:3.12-slim-trixie"
    assert made.runtime.command == ("python", "fetch.py") or made.runtime.entrypoint == ("python", "fetch.py")
    assert "uv pip install 'requests[socks]<3' rich\n" in dockerfile(made)
    assert not any("nothing lists" in w for w in made.warnings)


def test_a_script_with_an_app_gets_a_server():
    source = '# /// script\n# dependencies = ["flask"]\n# ///\nfrom flask import Flask\napp = Flask("x")\n'
    made = plan({"app.py": source})
    assert "uv pip install flask gunicorn==" in dockerfile(made)


def test_any_other_list_wins():
    made = plan({"requirements.txt": "flask\n", "main.py": BLOCK + "main()\n"})
    assert made.build.packages == ()


def test_a_block_without_an_end_is_none():
    made = plan({"main.py": "# /// script\n# dependencies = ['x']\nmain()\n"})
    assert made.build.packages == ()


@pytest.mark.parametrize(
    "wanted", ["-r /etc/passwd", "--index-url=x", "x<<EOF", "x\\nRUN evil", "x`id`", "$(id)", "x\\\\", "x\\u2028y", "'"]
)  # fmt: skip
def test_what_is_no_requirement(wanted):
    with pytest.raises(InputError, match="not a requirement"):
        plan({"main.py": f'# /// script\n# dependencies = ["{wanted}"]\n# ///\nmain()\n'})


def test_a_block_that_is_not_toml():
    with pytest.raises(InputError, match="not valid TOML"):
        plan({"main.py": "# /// script\n# dependencies = [\n# ///\nmain()\n"})


def test_quotes_for_the_shell():
    text = "# /// script\n# dependencies = [\"x; python_version > '3'\"]\n# ///\nmain()\n"
    assert """uv pip install 'x; python_version > '"'"'3'"'"''""" in dockerfile(plan({"main.py": text}))


def test_packages_that_nothing_lists_are_told():
    optional = "try:\n    import orjson\nexcept ImportError: ...\n"
    source = f"import os, requests\nimport own\n{optional}from rich.table import T\nmain()\n"
    (told,) = [w for w in plan({"main.py": source, "own.py": ""}).warnings if "nothing lists" in w]
    assert told.startswith("main.py:1 imports requests, main.py:6 imports rich, but ")


def test_the_standard_library_is_not_told():
    assert not plan({"main.py": "import json, distutils\nmain()\n"}).warnings[1:]
