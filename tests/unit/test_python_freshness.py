"""A lock that is older than its manifest is told, and the build then brings it up to date."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import pytest
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.rendering import render
from dockgen.settings import NOTHING
from dockgen.stacks.python.freshness import stale

if TYPE_CHECKING:
    from dockgen.plans import Plan

APP = {"main.py": "from fastapi import FastAPI\napp = FastAPI()\n"}
PROJECT = (
    '[project]\nname = "My_App"\nversion = "1"\nrequires-python = ">=3.12"\n'
    'dependencies = ["fastapi >= 0.100.0", "uvicorn[standard]==0.30.*", "own"]\n'
    '[project.optional-dependencies]\npg = ["psycopg~=3.2"]\n'
    '[dependency-groups]\nlint = ["ruff"]\ndev = ["pytest>=08.1", {include-group = "lint"}]\n'
    '[tool.uv.sources]\nown = { path = "own" }\n'
)
UV = """version = 1
requires-python = ">=3.12"

[[package]]
name = "my-app"
version = "1"
source = { virtual = "." }
dependencies = [
    { name = "fastapi" },
]

[package.metadata]
requires-dist = [
    { name = "fastapi", specifier = ">=0.100.0" },
    { name = "own", directory = "own" },
    { name = "psycopg", marker = "extra == 'pg'", specifier = "~=3.2" },
    { name = "uvicorn", extras = ["standard"], specifier = "==0.30.*" },
]
provides-extras = ["pg"]

[package.metadata.requires-dev]
dev = [
    { name = "pytest", specifier = ">=8.1" },
    { name = "ruff" },
]
lint = [{ name = "ruff" }]
"""


def told(files: dict[str, str], lock: str) -> str:
    project = Project.of(files)
    return stale(project, project.toml("pyproject.toml") if "pyproject.toml" in files else {}, lock)


def plan(files: dict[str, str]) -> Plan:
    return decide(detect(Project.of(APP | files), NOTHING), NOTHING)


def digest(value: object, separators: tuple[str, str] | None = None) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=separators).encode()).hexdigest()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("", "", ""),
        ('"fastapi >= 0.100.0"', '"fastapi>=0.100"', ""),  # the same range
        ('"fastapi >= 0.100.0"', '"fastapi>=0.110"', "differ in fastapi"),
        ('"own"]', '"own", "httpx"]', "differ in httpx"),
        ('"own"]', "]", "differ in own"),
        ("[standard]", "", "differ in uvicorn"),
        ('lint = ["ruff"]', 'lint = ["ruff", "black"]', "differ in black"),
        ('">=3.12"', '">=3.13"', "uv.lock is for Python >=3.12, pyproject.toml for >=3.13"),
        ('">=3.12"', '">=3.12,<4"', ""),  # the same releases
        ('"My_App"', '"other"', "uv.lock is that of 'my-app'"),
        ("version = ", 'dynamic = ["dependencies"]\nversion = ', ""),
    ],
)
def test_uv(old, new, reason):
    found = told({"pyproject.toml": PROJECT.replace(old, new, 1), "uv.lock": UV}, "uv.lock")
    assert reason in found
    assert bool(found) == bool(reason)


@pytest.mark.parametrize("lock", ["", "version = 1\n", "[[package]]\nname = 'x'\n", UV.replace("virtual", "registry")])
def test_a_lock_of_uv_that_does_not_tell(lock):
    assert told({"pyproject.toml": PROJECT, "uv.lock": lock}, "uv.lock") == ""


def test_a_lock_of_uv_that_is_no_toml_is_left_to_uv():
    broken = UV.replace("requires-dist = [", "requires-dist = [[[")
    assert told({"pyproject.toml": PROJECT, "uv.lock": broken}, "uv.lock") == ""


POETRY = '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\npython = "^3.12"\nfastapi = "*"\nuvicorn = "*"\n'
_DEPENDENCIES = {"python": "^3.12", "fastapi": "*", "uvicorn": "*"}
POETRY_HASHES = {
    "as Poetry 1 and 2 have it": digest(
        {"dependencies": _DEPENDENCIES, "source": None, "extras": None, "dev-dependencies": None}
    ),
}


def poetry_lock(value: str) -> str:
    return f'[metadata]\nlock-version = "2.1"\npython-versions = "^3.12"\ncontent-hash = "{value}"\n'


def test_poetry():
    lock = poetry_lock(POETRY_HASHES["as Poetry 1 and 2 have it"])
    assert told({"pyproject.toml": POETRY, "poetry.lock": lock}, "poetry.lock") == ""
    assert "pyproject.toml changed" in told(
        {"pyproject.toml": POETRY + 'httpx = "*"\n', "poetry.lock": lock}, "poetry.lock"
    )


@pytest.mark.parametrize("with_groups", [True, False])
def test_poetry_with_a_project_table_and_with_groups_or_without(with_groups):
    pyproject = '[project]\nname = "x"\ndependencies = ["fastapi"]\n[dependency-groups]\ndev = ["pytest"]\n'
    content: dict[str, object] = {"project": {"dependencies": ["fastapi"]}, "tool": {"poetry": {}}}
    if with_groups:  # Poetry 2.3 and newer
        content["dependency-groups"] = {"dev": ["pytest"]}
    files = {"pyproject.toml": pyproject, "poetry.lock": poetry_lock(digest(content))}
    assert told(files, "poetry.lock") == ""
    assert told(files | {"pyproject.toml": pyproject.replace("fastapi", "flask")}, "poetry.lock")


def test_pdm():
    pyproject = '[project]\nname = "x"\ndependencies = ["fastapi"]\n[tool.pdm.dev-dependencies]\nTest = ["pytest"]\n'
    content = {
        "sources": [],
        "dependencies": ["fastapi"],
        "dev-dependencies": {"test": ["pytest"]},
        "optional-dependencies": {},
        "requires-python": "",
        "resolution": {},
    }
    lock = f'[metadata]\nlock_version = "4.5.0"\ncontent_hash = "sha256:{digest(content)}"\n'
    files = {"pyproject.toml": pyproject, "pdm.lock": lock}
    assert told(files, "pdm.lock") == ""
    assert told(files | {"pyproject.toml": pyproject.replace("fastapi", "flask")}, "pdm.lock")
    assert "another generation" in told(files | {"pdm.lock": lock.replace("4.5.0", "3.1")}, "pdm.lock")


@pytest.mark.parametrize("name", ["Flask", "flask"])  # newer releases of Pipenv compare names as PEP 503 does
def test_pipenv(name):
    pipfile = (
        "[[source]]\nurl = 'https://index.example/simple'\nverify_ssl = true\nname = 'x'\n[packages]\nFlask = '*'\n"
    )
    content = {
        "_meta": {
            "sources": [{"url": "https://index.example/simple", "verify_ssl": True, "name": "x"}],
            "requires": {},
        },
        "default": {name: "*"},
        "develop": {},
    }
    meta = {"hash": {"sha256": digest(content, (",", ":"))}}
    lock = json.dumps({"_meta": meta, "default": {"flask": {"version": "==3.1.0"}}}, indent=4)
    files = {"Pipfile": pipfile, "Pipfile.lock": lock}
    assert told(files, "Pipfile.lock") == ""
    assert told(files | {"Pipfile": pipfile + "gunicorn = '*'\n"}, "Pipfile.lock") == "Pipfile.lock lacks gunicorn"
    # `pipenv sync` installs what is locked, if there is all that is asked for
    assert told(files | {"Pipfile": pipfile.replace("'*'", "'>=2'")}, "Pipfile.lock") == ""


def test_a_stale_lock_is_brought_up_to_date_and_told():
    made = plan({"pyproject.toml": PROJECT.replace('"own"]', '"httpx"]'), "uv.lock": UV})
    assert (made.build.stale, made.build.strict) == ("uv.lock", "")
    assert made.build.needs_source  # for the package beside it
    assert any("differ in httpx" in w and "`uv lock`" in w for w in made.warnings)
    kept = plan({"pyproject.toml": PROJECT, "uv.lock": UV})
    assert kept.build.strict == "--locked "
    assert not any("uv lock" in w for w in kept.warnings)


BUILT = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
ALONE = PROJECT.replace(', "own"', ', "httpx"').partition("[tool.uv")[0] + BUILT


def build_stage(files: dict[str, str]) -> str:
    text = next(a.text for a in render(plan(files)) if a.path == "Dockerfile")
    return text.partition("WORKDIR /app")[2].partition("# runtime")[0]


def test_dependencies_of_a_stale_lock_come_before_the_source():
    text = build_stage({"pyproject.toml": ALONE, "uv.lock": UV})
    first, copied, rest = text.partition("COPY --link --exclude=uv.lock . .")
    assert "COPY --link pyproject.toml uv.lock ./" in first
    assert "uv sync --no-install-project --no-editable" in first
    assert copied
    assert "uv sync --locked --no-editable" in rest


def test_the_source_comes_first_where_the_new_lock_wants_it():
    dynamic = ALONE.replace('version = "1"', 'dynamic = ["version"]')
    text = build_stage({"pyproject.toml": dynamic, "uv.lock": UV})
    assert "COPY --link . ." in text
    assert "exclude" not in text
    assert text.count("uv sync --no-editable") == 1


def test_a_stale_lock_of_poetry_is_made_anew_without_the_source():
    text = build_stage({"pyproject.toml": POETRY, "poetry.lock": poetry_lock("0" * 64), "x/__init__.py": ""})
    order = ["COPY --link pyproject.toml poetry.lock ./", "poetry lock", " install -r", "COPY --link . ."]
    assert sorted(order, key=text.index) == order
    assert "type=bind" not in text


@pytest.mark.parametrize(
    ("extra", "verb"),
    [("", "lock"), ('requires-poetry = "<2"\n', "lock --no-update"), ('requires-poetry = "2.1.2"\n', "lock")],
)
def test_poetry_brings_a_stale_lock_up_to_date(extra, verb):
    pyproject = POETRY.replace('name = "x"\n', f'name = "x"\n{extra}')
    made = plan({"pyproject.toml": pyproject, "poetry.lock": poetry_lock("0" * 64)})
    assert made.build.verb == verb


@pytest.mark.parametrize(("lock", "verb"), [("{}", "sync"), (None, "install --skip-lock")])
def test_pipenv_installs_what_is_locked(lock, verb):
    files = {"Pipfile": "[packages]\nfastapi='*'\nuvicorn='*'\n"} | ({"Pipfile.lock": lock} if lock else {})
    assert plan(files).build.verb == verb


def test_poetry_without_a_lock_installs_what_only_it_can_read():
    made = plan({"pyproject.toml": POETRY})  # no package of that name, so nothing that pip could build
    assert (made.build.install, made.build.is_locked) == ("poetry", False)
    package = plan({"pyproject.toml": POETRY + "[build-system]\nrequires = ['poetry-core']\n", "x/__init__.py": ""})
    assert package.build.install == "project"
