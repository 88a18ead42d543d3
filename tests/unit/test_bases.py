"""What another base changes in a plan, and what it cannot do."""

from __future__ import annotations

import pytest
from conftest import PROJECTS
from dockgen.bases import packages
from dockgen.errors import DockgenError
from dockgen.pipeline import choose, decide
from dockgen.project import Project, scan
from dockgen.settings import read
from dockgen.stacks.go.native import NATIVE as OF_GO
from dockgen.stacks.node.native import TABLE as OF_NODE
from dockgen.stacks.python.debian import NATIVE as OF_PYTHON


def plan(project, *flags):
    settings = read(flags, {})
    view = project if isinstance(project, Project) else scan(PROJECTS / project)
    return decide(choose(view, settings).facts, settings)


NODE = {"package.json": '{"name": "a", "scripts": {"start": "node server.js"}, "dependencies": {"express": "^5.0.0"}}',
        "server.js": "require('express')().listen(3000)"}  # fmt: skip


def test_alpine_takes_the_place_of_debian():
    made = plan("python-psycopg2", "base=alpine")
    assert made.runtime.image == made.build.image == "python:3.13-alpine3.24"
    assert (made.build.apt, made.runtime.apt) == (("build-base", "libpq-dev"), ("libpq",))
    assert made.runtime.system == "alpine"


def test_tini_is_at_another_place_on_alpine():
    made = plan("python-worker-uv", "base=alpine")
    assert made.runtime.entrypoint is not None
    assert made.runtime.entrypoint[:2] == ("/sbin/tini", "--")
    assert "tini" in made.runtime.apt


def test_packages_that_the_user_names_are_those_of_alpine():
    made = plan(Project.of(NODE), "base=alpine", "apt.run=vips-cpp")
    assert "vips-cpp" in made.runtime.apt


def test_a_package_that_alpine_is_not_known_to_have():
    with pytest.raises(DockgenError, match="which package of Alpine brings what wkhtmltopdf brings"):
        plan("python-wkhtmltopdf", "base=alpine")


def test_a_program_of_go_on_alpine_is_compiled_where_c_is_not_asked():
    assert plan("go-gin", "base=alpine").build.image == "golang:1.27-trixie"
    made = plan("go-sqlite", "base=alpine")
    assert (made.build.image, made.build.apt) == ("golang:1.27-alpine3.24", ("build-base",))
    assert made.runtime.image == "alpine:3.24"
    assert {"ca-certificates", "tzdata"} <= {*made.runtime.apt}


def test_musl_has_other_wheels():
    lock = (
        'version = 1\n[[package]]\nname = "a"\nversion = "1"\nsource = { virtual = "." }\n'
        'dependencies = [{ name = "numpy" }]\n'
        '[[package]]\nname = "numpy"\nversion = "2.1.0"\nsdist = { url = "https://x.invalid/numpy-2.1.0.tar.gz" }\n'
        'wheels = [{ url = "https://x.invalid/numpy-2.1.0-cp314-cp314-manylinux_2_17_x86_64.whl" }]\n'
    )
    files = {
        "pyproject.toml": '[project]\nname = "a"\nversion = "1"\nrequires-python = "==3.14.*"\ndependencies = ["numpy"]\n',
        "uv.lock": lock,
        "main.py": "import numpy\nwhile True:\n    print(numpy.__version__)\n",
    }
    assert plan(Project.of(files)).build.apt == ()
    assert "build-base" in plan(Project.of(files), "base=alpine").build.apt
    both = files | {
        "uv.lock": lock.replace("manylinux_2_17_x86_64.whl", "manylinux_2_17_x86_64.musllinux_1_2_x86_64.whl")
    }
    assert plan(Project.of(both), "base=alpine").build.apt == ()


@pytest.mark.parametrize(
    ("project", "flags", "image", "argv"),
    [
        ("node-express-npm", (), "gcr.io/distroless/nodejs24-debian13:nonroot", ("/nodejs/bin/node", "server.js")),
        ("python-fastapi-uv", (), "gcr.io/distroless/python3-debian13:nonroot", ("uvicorn", "app.main:app", "--host=0.0.0.0", "--port=8000")),
    ],
)  # fmt: skip
def test_distroless_has_an_interpreter_and_nothing_else(project, flags, image, argv):
    made = plan(project, "base=distroless", *flags)
    assert made.runtime.image == image
    assert (*(made.runtime.entrypoint or ()), *(made.runtime.command or ())) == argv
    assert (made.runtime.system, made.runtime.apt, made.runtime.account.uid) == ("none", (), 65532)


def test_folders_are_copied_where_no_shell_can_make_them():
    made = plan("node-next-plain", "base=distroless", "node=24")
    assert made.runtime.folders
    assert made.runtime.empty in [stage.name for stage in made.build.stages]
    assert made.build.places == ()


@pytest.mark.parametrize(
    ("project", "flags", "said"),
    [
        ("static-site", ("base=distroless",), "no distroless image of nginx"),
        ("python-litestar-uv", ("base=distroless", "python=3.14"), "distroless has Python 3.13 only, and this is 3.14"),
        ("python-psycopg2", ("base=distroless",), r"packages of the system \(libpq5\)"),
        ("python-fastapi-alembic", ("base=distroless", "python=3.13"), "needs a shell"),
        ("node-express-nodemon", ("base=distroless", "node=24"), "keeps files among its own"),
        ("node-hono-bun", ("base=distroless",), "no distroless image for oven/bun"),
        ("node-express-npm", ("base=chainguard",), "the newest Node only, 26, and this is 24"),
        ("node-express-npm", ("base=distroless", "os-upgrade=yes"), "has no package manager"),
        ("go-gin", ("os-upgrade=yes",), "has no package manager"),
    ],
)
def test_what_a_base_cannot_do_is_said(project, flags, said):
    with pytest.raises(DockgenError, match=said) as error:
        plan(project, *flags)
    assert error.value.hint


def test_an_unknown_base():
    with pytest.raises(DockgenError, match="unknown value 'ubuntu' of base"):
        read(["base=ubuntu"], {})


def test_chainguard_is_told_to_be_pinned():
    made = plan("go-gin", "base=chainguard")
    assert made.runtime.image == "cgr.dev/chainguard/static:latest"
    assert any("dockgen pin" in warning for warning in made.warnings)


def test_most_packages_of_debian_are_known_on_alpine():
    """The rest are refused, each by name."""
    named = {p for row in (*OF_GO, *OF_NODE, *OF_PYTHON) for p in (*row.build, *row.run)}
    unknown = {p for p in named if packages.renamed(p) is None}
    assert len(unknown) < len(named) / 5, sorted(unknown)
    assert not packages.SAME & packages.PACKAGES.keys()
