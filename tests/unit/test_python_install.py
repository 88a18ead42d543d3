"""What is installed, by which package manager, with which Debian packages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dockgen.errors import InputError
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.rendering import render
from dockgen.settings import NOTHING, read
from dockgen.stacks.python.locks import Locked, locked
from dockgen.stacks.python.manifests import production_requirements, requirement, requirements
from dockgen.stacks.python.native import needed

if TYPE_CHECKING:
    from dockgen.plans import Plan

APP = {"main.py": "from fastapi import FastAPI\napp = FastAPI()\n"}
PROJECT = '[project]\nname = "x"\ndependencies = ["fastapi", "uvicorn"]\n'


def plan(files: dict[str, str]) -> Plan:
    return decide(detect(Project.of(APP | files), NOTHING), NOTHING)


@pytest.mark.parametrize(
    ("files", "install", "manifests"),
    [
        ({"uv.lock": "version = 1\n", "pyproject.toml": PROJECT}, "uv", ("pyproject.toml", "uv.lock")),
        ({"poetry.lock": "", "pyproject.toml": PROJECT}, "poetry", ("pyproject.toml", "poetry.lock")),
        ({"pdm.lock": "", "pyproject.toml": PROJECT}, "pdm", ("pyproject.toml", "pdm.lock")),
        (
            {"Pipfile": "[packages]\nfastapi='*'\nuvicorn='*'\n", "Pipfile.lock": "{}"},
            "pipenv",
            ("Pipfile", "Pipfile.lock"),
        ),
        ({"Pipfile": "[packages]\nfastapi='*'\nuvicorn='*'\n"}, "pipenv", ("Pipfile",)),
        ({"requirements.txt": "fastapi\nuvicorn\n"}, "requirements", ("requirements.txt",)),
        (
            {"requirements.txt": "-r a.txt\n", "a.txt": "fastapi\n-c b.txt\n", "b.txt": "uvicorn==1\n"},
            "requirements",
            ("requirements.txt", "a.txt", "b.txt"),
        ),
        ({"pyproject.toml": PROJECT}, "pyproject", ("pyproject.toml",)),
        (
            {"pyproject.toml": '[project]\nname = "x"\ndynamic = ["dependencies"]\n', "setup.py": "setup()"},
            "project",
            (),
        ),
        (
            {"pyproject.toml": "[tool.ruff]\n", "requirements.txt": "fastapi\nuvicorn\n"},
            "requirements",
            ("requirements.txt",),
        ),
    ],
)
def test_manager(files, install, manifests):
    made = plan(files)
    assert made.build.install == install
    assert made.build.manifests == manifests


def test_several_locks_are_told():
    made = plan({"uv.lock": "version = 1\n", "poetry.lock": "", "pyproject.toml": PROJECT})
    assert made.build.install == "uv"
    assert any("several lock files" in w for w in made.warnings)


@pytest.mark.parametrize(
    ("files", "roots"),
    [
        ({"requirements.txt": "fastapi\n"}, ("requirements.txt",)),
        ({"requirements.txt": "fastapi\n", "requirements-prod.txt": "fastapi\nsentry\n"}, ("requirements-prod.txt",)),
        (
            {"requirements.txt": "fastapi\n", "requirements-prod.txt": "gunicorn\n"},
            ("requirements.txt", "requirements-prod.txt"),
        ),
        (
            {"requirements.txt": "fastapi\n", "requirements-prod.txt": "-r requirements.txt\ngunicorn\n"},
            ("requirements-prod.txt",),
        ),
        (
            {"requirements/base.txt": "fastapi\n", "requirements/production.txt": "-r base.txt\n"},
            ("requirements/production.txt",),
        ),
    ],
)
def test_production_requirements(files, roots):
    found = production_requirements(Project.of(files))
    assert found is not None
    assert found.roots == roots


def test_requirement_lines():
    text = (
        "a==1 \\\n    --hash=sha256:00\n# c\nB_c.d[x,Y]>=2 ; python_version > '3' # why\n-e .\n"
        "git+https://x/y#egg=egg_z\n--index-url https://x\n-r ../outside.txt\n"
    )
    found = requirements(Project.of({"requirements.txt": text}), "requirements.txt")
    assert [(d.name, d.spec, d.extras, d.evidence.line) for d in found.dependencies] == [
        ("a", "==1", (), 1),
        ("b-c-d", ">=2", ("x", "y"), 4),
        ("egg-z", "", (), 6),
    ]
    assert found.needs_source
    assert found.needs_git
    assert found.files == ("requirements.txt",)


@pytest.mark.parametrize(
    ("text", "names", "needs_source", "needs_git"),
    [
        ("-e git+https://example.org/x.git#egg=Some_X", ["some-x"], False, True),
        ("--editable=git+ssh://git@example.org/x.git@v1#egg=x", ["x"], False, True),
        ("-e hg+https://example.org/x#egg=x", ["x"], False, False),
        ("-e .", [], True, False),
        ("--editable ./lib", [], True, False),
        ("-e lib[extra]", [], True, False),
        ("./lib", [], True, False),
        ("file:lib", [], True, False),
        ("--no-binary :all:", [], False, False),
    ],
)
def test_editable_requirements(text, names, needs_source, needs_git):
    found = requirements(Project.of({"requirements.txt": text}), "requirements.txt")
    assert [d.name for d in found.dependencies] == names
    assert (found.needs_source, found.needs_git) == (needs_source, needs_git)


def test_name_in_setup_cfg_alone():
    files = {"setup.cfg": "[metadata]\nname = Ferry-Times\n[options]\npy_modules = main\n", "main.py": "main()\n"}
    assert detect(Project.of(files), NOTHING).about.name == "ferry-times"


def test_requirements_that_include_each_other_end():
    found = requirements(Project.of({"a.txt": "-r b.txt\nx\n", "b.txt": "-r a.txt\ny\n"}), "a.txt")
    assert found.files == ("a.txt", "b.txt")


def test_utf16_requirements_are_read():
    found = requirements(Project.of({"requirements.txt": "flask==3.0.0\r\n".encode("utf-16")}), "requirements.txt")
    assert [d.name for d in found.dependencies] == ["flask"]


@pytest.mark.parametrize("text", ["", "-", "@", "=="])
def test_what_names_no_requirement(text):
    assert requirement(text, "requirements.txt") is None


def test_locked_names():
    uv = '[[package]]\nname = "Psycopg2"\nversion = "2.9.9"\n'
    pipfile = (
        '{\n    "default": {\n        "flask": {\n            "hashes": [],\n'
        '            "version": "==3.0.0"\n        }\n    },\n    "develop": {\n'
        '        "pytest": {\n            "version": "==8"\n        }\n    }\n}'
    )
    assert locked(Project.of({"uv.lock": uv}), "uv.lock", ["psycopg2"]) == {"psycopg2": Locked("2.9.9")}
    assert locked(Project.of({"Pipfile.lock": pipfile}), "Pipfile.lock", []) == {"flask": Locked("3.0.0")}


@pytest.mark.parametrize(
    ("packages", "suite", "build", "run"),
    [
        ([("psycopg2", ())], "trixie", ("build-essential", "libpq-dev"), ("libpq5",)),
        ([("psycopg2-binary", ())], "trixie", (), ()),
        ([("psycopg", ("binary",)), ("psycopg-binary", ())], "trixie", (), ()),
        ([("psycopg", ("c",))], "trixie", ("build-essential", "libpq-dev"), ("libpq5",)),
        ([("psycopg", ())], "trixie", (), ("libpq5",)),
        ([("python-magic", ())], "trixie", (), ("libmagic1t64",)),
        ([("python-magic", ())], "bookworm", (), ("libmagic1",)),
    ],
)
def test_native_packages(packages, suite, build, run):
    found = needed(packages, suite)
    assert (found.build, found.run) == (build, run)


def test_native_packages_of_the_lock_count():
    lock = 'version = 1\n[[package]]\nname = "fastapi"\nversion = "1"\ndependencies = [\n    { name = "mysqlclient" },\n]\n'
    lock += '[[package]]\nname = "mysqlclient"\nversion = "2.2.4"\n'
    made = plan({"uv.lock": lock, "pyproject.toml": PROJECT})
    assert "default-libmysqlclient-dev" in made.build.apt
    assert made.runtime.apt == ("libmariadb3",)


def test_version_from_git_is_replaced():
    text = PROJECT + (
        'dynamic = ["version"]\n[build-system]\nrequires = ["hatchling", "hatch-vcs"]\n'
        'build-backend = "hatchling.build"\n'
    )
    assert plan({"uv.lock": "version = 1\n", "pyproject.toml": text}).build.env == {
        "SETUPTOOLS_SCM_PRETEND_VERSION": "0.0.0"
    }


def test_readme_that_the_build_reads_is_not_ignored():
    text = PROJECT + 'readme = "README.md"\n[build-system]\nrequires = ["hatchling"]\n'
    made = plan({"uv.lock": "version = 1\n", "pyproject.toml": text, "README.md": "# x"})
    assert all("*.md" not in group.patterns for group in made.ignore)


@pytest.mark.parametrize(
    ("files", "where"),
    [
        ({"pyproject.toml": "[project\n"}, "pyproject.toml:1"),
        ({"requirements.txt": "fastapi\x00\n"}, "requirements.txt"),
        ({"pyproject.toml": "x = " + "[" * 100_000}, "pyproject.toml"),
    ],
)
def test_unreadable_manifests_name_the_place(files, where):
    with pytest.raises(InputError) as error:
        plan(files)
    assert error.value.where is not None
    assert error.value.where.startswith(where)


@pytest.mark.parametrize(
    "text",
    [
        "[project]\nname = 3\ndependencies = 7\n",
        '[project]\nname = "x"\ndependencies = [1, {}]\nscripts = 1\nrequires-python = []\n',
        '[project]\nname = "x"\n[tool]\nuv = 1\npoetry = "x"\npdm = []\n',
        'project = "x"\ntool = 1\nbuild-system = 5\n',
        '[project]\nname = "x"\nurls = []\nlicense = 3\nreadme = 4\nlicense-files = "x"\n',
    ],
)
def test_wrong_types_do_no_harm(text):
    assert plan({"pyproject.toml": text}).stack == "python"


@pytest.mark.parametrize(
    ("files", "version", "bare", "line"),
    [
        ({"requirements.txt": "flask==3.1.3\n"}, "3.14", True, "pip --python /app/.venv/bin/python install -r"),
        ({"requirements.txt": "flask==3.1.3\n"}, "3.12", True, "pip --python /app/.venv/bin/python install -r"),
        # A virtual environment of an older Python has setuptools too, which apps import without saying so.
        ({"requirements.txt": "flask==3.1.3\n"}, "3.11", False, "    pip install -r"),
        ({"Pipfile": "[packages]\nflask='*'\n", "Pipfile.lock": "{}"}, "3.14", True, "VIRTUALENV_NO_PIP=true"),
        ({"Pipfile": "[packages]\nflask='*'\n", "Pipfile.lock": "{}"}, "3.11", False, "PIPENV_VENV_IN_PROJECT=1\n"),
    ],
)
def test_no_pip_in_the_environment_that_ships(files, version, bare, line):
    settings = read((f"version={version}",), {})
    app = {"app.py": "from flask import Flask\napp = Flask('x')\n"}
    made = decide(detect(Project.of(app | files), settings), settings)
    text = next(a.text for a in render(made) if a.path == "Dockerfile")
    assert made.build.without_pip is bare
    assert line in text
    assert ("--without-pip /app/.venv" in text) is (bare and "requirements.txt" in files)
