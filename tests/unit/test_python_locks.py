"""What a lock says about its packages, and which Python and which Debian packages follow from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.settings import NOTHING
from dockgen.stacks.python import native, tools, wheels
from dockgen.stacks.python.debian import NATIVE
from dockgen.stacks.python.locks import locked
from dockgen.stacks.python.managers import BY_NAME

if TYPE_CHECKING:
    from dockgen.plans import Plan

APP = {"main.py": "from fastapi import FastAPI\napp = FastAPI()\n"}
PROJECT = '[project]\nname = "x"\nrequires-python = ">=3.11"\ndependencies = ["fastapi", "uvicorn", "fast"]\n'
LINUX = "manylinux_2_17_x86_64.manylinux2014_x86_64"


def plan(files: dict[str, str]) -> Plan:
    return decide(detect(Project.of(APP | files), NOTHING), NOTHING)


@pytest.mark.parametrize(
    ("files", "newest", "on_313"),
    [
        (["a-1-py3-none-any.whl"], "", True),
        (["a-1-py2.py3-none-any.whl"], "", True),
        ([f"a-1-cp312-cp312-{LINUX}.whl", f"a-1-cp311-cp311-{LINUX}.whl"], "3.12", False),
        ([f"a-1-cp313-cp313t-{LINUX}.whl", f"a-1-cp312-cp312-{LINUX}.whl"], "3.12", False),
        ([f"a-1-cp37-abi3-{LINUX}.whl"], "", True),
        (["a-1-cp312-cp312-musllinux_1_2_x86_64.whl", "a-1-cp312-cp312-win_amd64.whl"], "", False),
        ([f"a-1-1-cp313-cp313-{LINUX}.whl"], "3.13", True),
        (["a-1-cp312-cp312-manylinux2014_aarch64.whl"], "", False),
        (["a-1-py3-none-manylinux1_x86_64.whl"], "", True),
        (["nonsense.whl"], "", False),
        ([], "", False),
    ],
)
def test_wheels(files, newest, on_313):
    assert wheels.newest(files) == newest
    assert wheels.fits(files, "3.13") is on_313


def uv_lock(*files: str, marker: str = "") -> str:
    listed = "".join(f'    {{ url = "https://files.example/a/{f}", hash = "sha256:0", size = 1 }},\n' for f in files)
    return (
        'version = 1\n\n[[package]]\nname = "x"\nversion = "0"\nsource = { virtual = "." }\n'
        f'dependencies = [\n    {{ name = "fastapi" }},\n    {{ name = "fast"{marker} }},\n]\n'
        '\n[[package]]\nname = "fastapi"\nversion = "0.110"\n'
        '\n[[package]]\nname = "fast"\nversion = "1.5"\n'
        'sdist = { url = "https://files.example/a/fast-1.5.tar.gz", hash = "sha256:0", size = 1 }\n'
        f"wheels = [\n{listed}]\n"
    )


def poetry_lock(*files: str, at_the_end: bool = False) -> str:
    listed = "".join(f'    {{file = "{f}", hash = "sha256:0"}},\n' for f in (*files, "fast-1.5.tar.gz"))
    head = '[[package]]\nname = "fast"\nversion = "1.5"\n'
    if at_the_end:  # Poetry 1.4 and older
        return f"{head}\n[metadata]\nlock-version = '1.1'\n\n[metadata.files]\nfast = [\n{listed}]\nother = []\n"
    return f"{head}files = [\n{listed}]\n"


@pytest.mark.parametrize(
    ("lock", "text"),
    [
        ("uv.lock", uv_lock(f"fast-1.5-cp311-cp311-{LINUX}.whl")),
        ("poetry.lock", poetry_lock(f"fast-1.5-cp311-cp311-{LINUX}.whl")),
        ("poetry.lock", poetry_lock(f"fast-1.5-cp311-cp311-{LINUX}.whl", at_the_end=True)),
        ("pdm.lock", poetry_lock(f"fast-1.5-cp311-cp311-{LINUX}.whl")),
    ],
)
def test_the_wheels_in_a_lock_bound_the_python(lock, text):
    found = locked(Project.of({lock: text}), lock, ["fast"])["fast"]
    assert (found.is_listed, found.has_source, found.wheels) == (True, True, (f"fast-1.5-cp311-cp311-{LINUX}.whl",))
    made = plan({"pyproject.toml": PROJECT, lock: text})
    assert made.build.image == "python:3.11-slim-trixie"
    assert made.build.apt == ()
    reason = next(c.reason for c in made.choices if c.key == "version")
    assert f"{lock} fast 1.5 has wheels for Python 3.11 at most" in reason


def test_a_package_for_other_pythons_bounds_nothing():
    text = uv_lock(f"fast-1.5-cp311-cp311-{LINUX}.whl", marker=", marker = \"python_full_version < '3.12'\"")
    made = plan({"pyproject.toml": PROJECT.replace(', "fast"', ""), "uv.lock": text})
    assert made.build.image == "python:3.14-slim-trixie"
    assert made.build.apt == ()


def test_what_has_no_wheel_for_the_python_that_is_asked_for_is_compiled():
    text = uv_lock(f"fast-1.5-cp311-cp311-{LINUX}.whl")
    pyproject = PROJECT.replace(">=3.11", ">=3.13")
    made = plan({"pyproject.toml": pyproject, "uv.lock": text})
    assert made.build.image == "python:3.14-slim-trixie"
    assert made.build.apt == ("build-essential",)
    assert any("has wheels for Python 3.11 at most, but pyproject.toml:3 >=3.13" in w for w in made.warnings)


@pytest.mark.parametrize(
    ("source_only", "has_wheel", "build", "run"),
    [
        ([], [], (), ()),
        (["lxml"], [], ("build-essential", "libxml2-dev", "libxslt1-dev", "zlib1g-dev"), ("libxml2", "libxslt1.1")),
        (["unheard-of"], [], ("build-essential",), ()),
        (["orjson"], [], ("build-essential", "cargo", "rustc"), ()),
        (["docopt", "django-something"], [], (), ()),
        (["lxml", "netifaces"], ["netifaces"], ("build-essential", "libxml2-dev", "libxslt1-dev", "zlib1g-dev"), ...),
    ],
)
def test_compilers_only_where_no_wheel_fits(source_only, has_wheel, build, run):
    found = native.needed([("lxml", ()), ("orjson", ())], "trixie", {}, source_only, has_wheel)
    assert found.build == build
    assert run is ... or found.run == run


def test_a_version_older_than_the_wheels_is_compiled():
    assert native.needed([("pycurl", ())], "trixie", {"pycurl": "7.45.2"}).run == ("libcurl4t64",)
    assert native.needed([("pycurl", ())], "trixie", {"pycurl": "7.45.3"}).run == ()
    assert native.needed([("pycurl", ())], "trixie").run == ()


def test_a_pin_without_a_wheel_for_the_wanted_python_is_compiled():
    files = {"requirements.txt": "fastapi\nuvicorn\nnumpy==1.25.2\n", ".python-version": "3.12\n"}
    made = plan(files)
    assert made.build.image == "python:3.12-slim-trixie"
    assert "gfortran" in made.build.apt
    assert plan({"requirements.txt": files["requirements.txt"]}).build.apt == ()


def test_what_debian_has_no_more_stands_on_the_suite_before():
    made = plan({"requirements.txt": "fastapi\nuvicorn\npdfkit\npython-magic\n"})
    assert made.build.image == "python:3.14-slim-bookworm"
    assert made.runtime.apt == ("fonts-dejavu-core", "libmagic1", "wkhtmltopdf")


def test_the_table_is_in_order_and_names_each_package_once():
    names = [n.package for n in NATIVE]
    assert len(names) == len(set(names))
    assert all(n.build or n.run for n in NATIVE)


@pytest.mark.parametrize(
    ("manager", "files", "expected"),
    [
        ("uv", {}, "0.13.9"),
        ("uv", {"pyproject.toml": '[tool.uv]\nrequired-version = ">=0.5,<0.6"\n'}, "0.5.31"),
        ("uv", {"pyproject.toml": '[tool.uv]\nrequired-version = "==0.7.3"\n'}, "0.7.3"),
        ("uv", {"pyproject.toml": '[tool.uv]\nrequired-version = ">=0.5"\n'}, "0.13.9"),
        ("uv", {"uv.toml": 'required-version = "~=0.8.0"\n'}, "0.8.24"),
        ("uv", {".tool-versions": "python 3.12.1\nuv 0.6.1\n"}, "0.6.1"),
        ("poetry", {"pyproject.toml": '[tool.poetry]\nrequires-poetry = ">=1.6,<2.0"\n'}, "1.8.5"),
        ("poetry", {"pyproject.toml": '[tool.poetry]\nrequires-poetry = "^2.0"\n'}, "2.5.1"),
        ("poetry", {"mise.toml": '[tools]\npoetry = "2.1.3"\n'}, "2.1.3"),
    ],
)
def test_the_version_of_the_tool(manager, files, expected):
    project = Project.of(files)
    data = project.toml("pyproject.toml") if project.has("pyproject.toml") else {}
    assert tools.version(project, data, BY_NAME[manager], "3.13")[0] == expected


@pytest.mark.parametrize(
    ("version", "plugin"),
    [
        ("1.1.15", None),
        ("1.4.2", "1.3.0"),
        ("1.7.1", "1.6.0"),
        ("1.8.5", "1.8.0"),
        ("2.0.1", "1.9.0"),
        ("2.5.1", "1.10.1"),
    ],
)
def test_the_export_plugin_goes_with_poetry(version, plugin):
    wanted = (f"poetry=={version}", *([f"poetry-plugin-export=={plugin}"] if plugin else []))
    assert tools.requirements(BY_NAME["poetry"], version) == wanted
