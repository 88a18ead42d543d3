"""Which Python is chosen, and why."""

from __future__ import annotations

import pytest
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.settings import NOTHING, read
from dockgen.stacks.python.ranges import key, poetry_spec, satisfies, upper

APP = {"main.py": "from fastapi import FastAPI\napp = FastAPI()\n", "requirements.txt": "fastapi\nuvicorn\n"}


def version_of(files: dict[str, str]) -> tuple[str, str]:
    found = detect(Project.of(APP | files), NOTHING).version
    assert found is not None
    return found.value, found.why


@pytest.mark.parametrize(
    ("files", "expected", "why"),
    [
        ({}, "3.14", "newest supported"),
        ({".python-version": "3.12.4\n"}, "3.12", ".python-version:1"),
        ({".python-version": "# pinned\n3.13\n"}, "3.13", ".python-version:2"),
        ({".tool-versions": "nodejs 22.1.0\npython 3.12.1\n"}, "3.12", ".tool-versions:2"),
        ({"mise.toml": '[tools]\npython = "3.13"\n'}, "3.13", "mise.toml:2"),
        ({"runtime.txt": "python-3.11.9\n"}, "3.11", "runtime.txt:1"),
        ({"Pipfile": '[packages]\nfastapi = "*"\n[requires]\npython_version = "3.12"\n'}, "3.12", "Pipfile:4"),
        ({"pyproject.toml": '[project]\nname = "x"\nrequires-python = ">=3.10,<3.13"\n'}, "3.12", "pyproject.toml:3"),
        ({"pyproject.toml": '[project]\nname = "x"\nrequires-python = "~=3.12.0"\n'}, "3.12", "pyproject.toml:3"),
        (
            {"pyproject.toml": '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\npython = "^3.11,<3.14"\n'},
            "3.13",
            "pyproject",
        ),
        ({".python-version": "3.12\n", "runtime.txt": "python-3.11.2\n"}, "3.12", ".python-version:1"),
        ({"requirements.txt": "fastapi\nnumpy==1.25.2\n"}, "3.11", "requirements.txt:2 numpy 1.25.2"),
        ({"requirements.txt": "fastapi\nnumpy>=1.20\n"}, "3.14", "newest"),
        ({".python-version": "3.12.x\n"}, "3.12", ".python-version:1"),
        ({".python-version": "myenv\ncpython-3.12.4\n3.11\n"}, "3.12", ".python-version:2 cpython-3.12.4"),
        ({".python-version": "pypy3.11-7.3.19\n"}, "3.11", "pypy3.11-7.3.19"),
        ({".python-version": "3.13t\n"}, "3.13", "3.13t"),
        ({".python-version": ">=3.11,<3.13\n"}, "3.12", ">=3.11,<3.13"),
        ({".tool-versions": "python latest\n"}, "3.14", "newest"),
        ({"mise.toml": '[tools]\npython = ["3.12", "3.11"]\n'}, "3.12", "mise.toml:2"),
        ({"mise.toml": '[tools]\npython = { version = "3.12" }\n'}, "3.12", "mise.toml:2"),
        ({"runtime.txt": "3.12\n"}, "3.12", "runtime.txt:1"),
        ({"runtime.txt": "python-3.11.x\n"}, "3.11", "runtime.txt:1"),
        ({"setup.py": "setup(python_requires='>=3.9, <3.13')\n"}, "3.12", "setup.py:1"),
        ({"tox.ini": "[tox]\nenvlist = py{38,312}\n  py311-x\n"}, "3.12", "tox.ini:2 names Python 3.12"),
        ({"noxfile.py": '@nox.session(python=["3.11", "3.13"])\n'}, "3.13", "noxfile.py:1 names Python 3.13"),
        ({"environment.yml": "dependencies:\n  - python=3.12\n"}, "3.12", "environment.yml:2 names Python 3.12"),
        ({"Dockerfile": "FROM python:3.12-slim\n"}, "3.12", "Dockerfile:1 names Python 3.12"),
        ({"Dockerfile": "# syntax\n# dockgen 0 inputs=\nFROM python:3.12-slim\n"}, "3.14", "newest"),
        (
            {".github/workflows/ci.yml": 'matrix:\n  python-version: ["3.10", "3.12"]\n'},
            "3.12",
            ".github/workflows/ci.yml:2 names Python 3.12",
        ),
        ({".github/workflows/ci.yml": "python-version:\n  - '3.11'\n  - '3.13'\n"}, "3.13", "names Python 3.13"),
        ({".github/workflows/ci.yml": "python-version: 3.x\n"}, "3.14", "newest"),
        (
            {"setup.cfg": "[metadata]\nclassifiers =\n  Programming Language :: Python :: 3.7\n"},
            "3.11",
            "names Python 3.7; the nearest that is supported is taken",
        ),
        (
            {"Dockerfile": "FROM python:3.11\n", "requirements.txt": "fastapi\ndjango==6.0\n"},
            "3.12",
            "the nearest that is supported",
        ),
        ({"requirements.txt": "fastapi\npsycopg2==2.8.6\n"}, "3.9", "psycopg2 2.8.6 runs on Python 3.9 at most"),
        ({"requirements.txt": "fastapi\ndjango<4\n"}, "3.11", "django"),
        ({"main.py": "import distutils\n" + APP["main.py"]}, "3.11", "main.py:1 module distutils"),
        ({"main.py": "import cgi\n" + APP["main.py"]}, "3.12", "module cgi"),
    ],
)
def test_source_and_precedence(files, expected, why):
    found, reason = version_of(files)
    assert found == expected
    assert why in reason


def test_backport_lifts_the_cap():
    assert (
        version_of({"main.py": "import cgi\n" + APP["main.py"], "requirements.txt": "fastapi\nlegacy-cgi\n"})[0]
        == "3.14"
    )


def test_exact_statement_beats_old_pins():
    files = {".python-version": "3.13\n", "requirements.txt": "fastapi\nnumpy==1.25.2\n"}
    assert version_of(files)[0] == "3.13"


def test_unsupported_release_is_used_with_a_warning():
    facts = detect(Project.of(APP | {"runtime.txt": "python-3.9.1\n"}), NOTHING)
    assert facts.version is not None
    assert facts.version.value == "3.9"
    assert any("has had no security fixes since 2025-10-31" in w for w in facts.warnings)


@pytest.mark.parametrize(
    ("files", "expected", "warning"),
    [
        (
            {".python-version": "3.12\n", "runtime.txt": "python-3.11.2\n"},
            "3.12",
            "runtime.txt:1 python-3.11.2 contradicts .python-version:1 3.12, which is used",
        ),
        (  # what the package manager enforces comes first: outside of it nothing can be installed
            {".python-version": "3.11\n", "pyproject.toml": '[project]\nname = "x"\nrequires-python = ">=3.13"\n', "uv.lock": "version = 1\n"},
            "3.14",
            ".python-version:1 3.11 contradicts pyproject.toml:3 >=3.13, which is used",
        ),
        (
            {".python-version": "3.13\n", "requirements.txt": "fastapi\nnumpy==1.25.2\n"},
            "3.13",
            "requirements.txt:2 numpy 1.25.2 has wheels for Python 3.11 at most, but .python-version:1 3.13",
        ),
    ],
)  # fmt: skip
def test_sources_that_contradict_each_other_are_told(files, expected, warning):
    facts = detect(Project.of(APP | files), NOTHING)
    assert facts.version is not None
    assert facts.version.value == expected
    assert any(warning in w for w in facts.warnings), facts.warnings


@pytest.mark.parametrize(
    ("wanted", "image"),
    [
        ("==3.12.4", "python:3.12.4-slim-bookworm"),
        ("==3.11.2", "python:3.11.2-slim-bullseye"),
        (">=3.12,<=3.13.7", "python:3.12-slim-trixie"),
        (">=3.13,<=3.13.7", "python:3.13.7-slim-trixie"),
        ("==3.13.*", "python:3.13-slim-trixie"),
    ],
)
def test_a_patch_release_where_uv_allows_no_newer_one(wanted, image):
    files = {"pyproject.toml": f'[project]\nname = "x"\nrequires-python = "{wanted}"\n', "uv.lock": "version = 1\n"}
    made = decide(detect(Project.of(APP | files), NOTHING), NOTHING)
    assert made.build.image == image


def test_the_user_may_ask_for_a_patch_release():
    asked = read(["version=3.12.4"], {})
    assert decide(detect(Project.of(APP), asked), asked).build.image == "python:3.12.4-slim-bookworm"


def test_unknown_release_is_told_and_replaced():
    facts = detect(Project.of(APP | {"runtime.txt": "python-2.7.14\n"}), NOTHING)
    assert facts.version is not None
    assert facts.version.value == "3.14"
    assert any("runtime.txt:1" in w for w in facts.warnings)


@pytest.mark.parametrize(
    ("version", "spec", "expected"),
    [
        ("3.12.1", ">=3.9", True),
        ("3.12.1", ">=3.9,<3.12", False),
        ("3.12.1", "<=3.12", False),
        ("3.12", "<=3.12", True),
        ("3.12.1", "==3.12.*", True),
        ("3.12.1", "!=3.12.1", False),
        ("3.12.1", "~=3.11", True),
        ("3.12.1", "rubbish ]", True),
        ("3.12.1", "<3.12, rubbish ]", False),
        ("3.12.1", "rubbish ], <3.12", False),
        ("3.12.1", "!=3.12.1, rubbish ]", False),
        ("3.12.1", "rubbish ], !=3.12.1", False),
        ("3.12.1", "rubbish ], ==3.12.*", True),
        ("3.12.1", ">=2.7,<3||>=3.12", True),
        ("3.11.1", ">=2.7,<3||>=3.12", False),
        ("3.12.1", "===3.12.1", True),
        ("3.12.1", "!=3.12.*", False),
    ],
)
def test_satisfies(version, spec, expected):
    assert satisfies(version, spec) is expected


@pytest.mark.parametrize(
    ("spec", "expected"),
    [("==1.2.3", "1.2.3"), (">=1,<2", "1.9999"), ("<2.0", "1.9999"), ("~=1.4.2", "1.4.9999"), (">=1", ""), ("", "")],
)
def test_upper(spec, expected):
    found = upper(spec)
    assert found == expected or key(found) == key(expected)


@pytest.mark.parametrize(
    ("poetry", "pep440"),
    [
        ("^3.9", ">=3.9,<4"),
        ("~3.9", ">=3.9,<3.10"),
        ("^0.2.3", ">=0.2.3,<0.3"),
        ("3.9", "==3.9"),
        (">=3.9,<4", ">=3.9,<4"),
        ("*", ""),
        (">=3.9 <4", ">=3.9,<4"),
        (">= 3.9, < 4", ">=3.9,<4"),
        ("^3.9 || ^2.7", ">=3.9,<4||>=2.7,<3"),
        ("3.*", "==3.*"),
        ("~3", ">=3,<4"),
    ],
)
def test_poetry_constraints(poetry, pep440):
    assert poetry_spec(poetry) == pep440
