"""Installed in any way, dockgen finds its templates and writes the same bytes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tarfile
import zipapp
import zipfile
from typing import TYPE_CHECKING

import precompile
import pytest
from baking import bake
from conftest import PROJECTS
from helpers import ROOT, environment, tree

if TYPE_CHECKING:
    import os
    from pathlib import Path

CASE = "static-site"
# dockgen where no template can be compiled, so that each must have been.
COMPILED = "import jinja2; jinja2.Environment.compile = None; from dockgen.__main__ import main; main()"
COOKIECUTTER = "templates/cookiecutter"
# What an installation reads of the data on releases, and from which of its files.
NODES = "import dockgen.releases as r; print(*(f'{n.line}={n.end_of_life}' for n in r.of('node')))"
# The presets that it finds, and what it makes of one.
PRESETS = ("presets", "list", "--json"), ("generate", "--preset", "fastapi", "-o", "-")
SHIPPED = (
    "generator",
    "templates",
    "presets",
    "docs",
    "tools",
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "CHANGELOG.md",
)


def run(*argv: str | os.PathLike[str], cwd: Path, **env: str) -> str:
    # Neither this checkout nor a package index is in reach of what is tried.
    clean = {k: v for k, v in environment(env).items() if k != "PYTHONPATH" or "PYTHONPATH" in env}
    done = subprocess.run(argv, cwd=cwd, env=clean, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, f"{argv}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Path:
    """A copy of what the distribution is built from, so that the checkout stays clean."""
    folder = tmp_path_factory.mktemp("source") / "dockgen"
    folder.mkdir()
    for name in SHIPPED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def built(source, tmp_path_factory) -> Path:
    """A folder with the sdist and the wheel that was built from it."""
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, source, cwd=out)
    return out


@pytest.fixture(scope="module")
def expected(tmp_path_factory) -> dict[str, bytes]:
    """What the checkout writes for the sample."""
    return written(tmp_path_factory, sys.executable, "-m", "dockgen", PYTHONPATH=str(ROOT / "generator"))


def written(factory, *command: str | os.PathLike[str], **env: str) -> dict[str, bytes]:
    work = factory.mktemp("work")
    shutil.copytree(PROJECTS / CASE, work / CASE)
    run(*command, "init", "--yes", CASE, cwd=work, **env)
    found = tree(work / CASE)
    assert "Dockerfile" in found
    return found


def of_presets(factory, *command: str | os.PathLike[str], **env: str) -> list[str]:
    """What COMMAND says of presets, in an empty folder that always has the same name."""
    work = factory.mktemp("empty") / "app"
    work.mkdir()
    found = [run(*command, *args, cwd=work, **env) for args in PRESETS]
    names = {row["name"] for row in json.loads(found[0])["presets"]}
    assert names == {p.stem for p in (ROOT / "presets").glob("*.yaml")}
    return found


def nodes() -> str:
    """What `NODES` prints, from the checkout's own file."""
    data = json.loads((ROOT / "generator" / "dockgen" / "releases.json").read_text(encoding="utf-8"))
    return " ".join(f"{r['cycle']}={r['eol']}" for r in data["products"]["node"]["releases"]) + "\n"


def wheel_in(folder: Path) -> Path:
    (wheel,) = folder.glob("dockgen_cli-*-py3-none-any.whl")
    return wheel


def unpacked(built: Path, folder: Path) -> Path:
    with zipfile.ZipFile(wheel_in(built)) as wheel:
        wheel.extractall(folder)
    return folder


def test_wheel_holds_what_it_should(built):
    with zipfile.ZipFile(wheel_in(built)) as wheel:
        names = wheel.namelist()
    assert "dockgen/templates/common/Dockerfile.j2" in names
    assert {f"dockgen/presets/{p.name}" for p in (ROOT / "presets").iterdir()} <= set(names)
    assert "dockgen/releases.json" in names
    assert "dockgen/py.typed" in names
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    templates = {p.relative_to(ROOT).as_posix() for p in (ROOT / "templates").rglob("*.j2")}
    assert {f"dockgen/{name}" for name in templates} <= set(names)
    services = {p.relative_to(ROOT).as_posix() for p in (ROOT / COOKIECUTTER).rglob("*") if p.is_file()}
    assert {f"dockgen/{name}" for name in services} <= set(names)
    ours = [name for name in names if COOKIECUTTER not in name]
    assert not [name for name in ours if "test" in name or "__pycache__" in name]


def test_wheel_has_the_manual(built):
    with zipfile.ZipFile(wheel_in(built)) as wheel:
        (page,) = [name for name in wheel.namelist() if name.endswith(".data/data/share/man/man1/dockgen.1")]
        assert wheel.read(page) == (ROOT / "docs/man/dockgen.1").read_bytes()


def test_sdist_holds_what_it_should(built):
    (archive,) = built.glob("dockgen_cli-*.tar.gz")
    with tarfile.open(archive) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert {
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "templates/common/Dockerfile.j2",
        "generator/dockgen/cli/init.py",
        "generator/dockgen/releases.json",
        "generator/dockgen/py.typed",
        f"{COOKIECUTTER}/cookiecutter.json",
        f"{COOKIECUTTER}/{{{{cookiecutter.__folder}}}}/README.md",
    } <= names


def test_wheel(built, expected, tmp_path_factory):
    target = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-index", "--no-deps", "--target", target]
    run(*pip, wheel_in(built), cwd=target)
    where = "import dockgen.resources as r; print(r.root())"
    assert run(sys.executable, "-c", where, cwd=target, PYTHONPATH=str(target)).strip() == str(target / "dockgen")
    found = written(tmp_path_factory, sys.executable, target / "bin" / "dockgen", PYTHONPATH=str(target))
    assert found == expected
    ours = of_presets(tmp_path_factory, sys.executable, "-m", "dockgen", PYTHONPATH=str(ROOT / "generator"))
    installed = (sys.executable, target / "bin" / "dockgen")
    assert of_presets(tmp_path_factory, *installed, PYTHONPATH=str(target)) == ours
    assert run(sys.executable, "-c", NODES, cwd=target, PYTHONPATH=str(target)) == nodes()


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory) -> Path:
    """The folder that the wheel is installed to."""
    target = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-index", "--no-deps", "--target", target]
    run(*pip, wheel_in(built), cwd=target)
    return target


def test_a_wheel_has_its_templates_compiled(built, installed, expected, tmp_path_factory):
    with zipfile.ZipFile(wheel_in(built)) as wheel:
        names = [name for name in wheel.namelist() if name.startswith("dockgen/compiled/")]
        found = {name[17:-3]: wheel.read(name).decode() for name in names}
    assert found.pop("__init__")
    assert found == {name: f"{code}\n" for name, code in precompile.compiled().items()}
    made = written(tmp_path_factory, sys.executable, "-c", COMPILED, PYTHONPATH=str(installed))
    assert made == expected
    with pytest.raises(AssertionError, match="'NoneType' object is not callable"):
        written(tmp_path_factory, sys.executable, "-c", COMPILED, PYTHONPATH=str(ROOT / "generator"))


def test_a_fault_below_a_compiled_template_is_told_as_ever(installed, tmp_path):
    (tmp_path / "index.html").touch()
    (tmp_path / ".dockgen/templates/common").mkdir(parents=True)
    (tmp_path / ".dockgen/templates/common/labels.j2").write_text("{{ stack.nothing }}\n")
    told = []
    for place in (installed, ROOT / "generator"):
        argv = [sys.executable, "-m", "dockgen", "generate", "-o", "-", "--set", "label.a=b"]
        env = environment({"PYTHONPATH": str(place)})
        done = subprocess.run(argv, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        told.append((done.returncode, done.stdout, done.stderr))
    assert told[0] == told[1]
    assert told[0][0] == 2
    assert "included from dockgen/templates/common/" in told[0][2]


def test_a_template_that_was_changed_after_it_was_installed_is_compiled_anew(installed, tmp_path, tmp_path_factory):
    shutil.copytree(installed / "dockgen", tmp_path / "dockgen")
    template = tmp_path / "dockgen/templates/common/dockerignore.j2"
    template.write_text(f"# changed\n{template.read_text()}")
    found = written(tmp_path_factory, sys.executable, "-m", "dockgen", PYTHONPATH=str(tmp_path))
    assert b"# changed\n" in found[".dockerignore"]


def test_template_of_a_wheel_is_baked(built, tmp_path):
    """With the extension of the same wheel, as pip installs both."""
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-index", "--no-deps", "--target", tmp_path / "site"]
    run(*pip, wheel_in(built), cwd=tmp_path)
    baked = {}
    for place, site in (("checkout", ROOT / "generator"), ("wheel", tmp_path / "site")):
        template = ROOT / COOKIECUTTER if place == "checkout" else site / "dockgen" / COOKIECUTTER
        (tmp_path / place).mkdir()
        baked[place] = tree(bake(tmp_path / place, "language=go", template=template, directory="", python=site))
    assert baked["wheel"] == baked["checkout"]
    assert b"golang" in baked["wheel"]["Dockerfile"]


def test_editable(source, expected, tmp_path_factory):
    target = tmp_path_factory.mktemp("editable")
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-index", "--no-deps", "--no-build-isolation", "--target"]
    run(*pip, target, "--editable", source, cwd=target)
    (pth,) = target.glob("*.pth")
    assert pth.read_text().strip() == str(source / "generator")
    assert not list(target.rglob("compiled"))
    # The tests may run in an environment where this very checkout is installed: that one must not be found.
    away = f"import site, sys; sys.path = [p for p in sys.path if p != {str(ROOT / 'generator')!r}]; "
    away += f"site.addsitedir({str(target)!r}); "
    start = away + "from dockgen.__main__ import main; main()"
    where = away + "import dockgen.resources as r; print(r.root())"
    assert run(sys.executable, "-c", where, cwd=target).strip() == str(source)
    assert written(tmp_path_factory, sys.executable, "-c", start) == expected
    assert run(sys.executable, "-c", away + NODES, cwd=target) == nodes()


def test_zipapp(built, expected, tmp_path_factory):
    folder = tmp_path_factory.mktemp("zipapp")
    app = folder / "dockgen.pyz"
    zipapp.create_archive(unpacked(built, folder / "app"), app, main="dockgen.__main__:main")
    assert written(tmp_path_factory, sys.executable, app) == expected
    ours = of_presets(tmp_path_factory, sys.executable, "-m", "dockgen", PYTHONPATH=str(ROOT / "generator"))
    assert of_presets(tmp_path_factory, sys.executable, app) == ours
    where = f"import sys; sys.path.insert(0, {str(app)!r}); import dockgen; print(dockgen.__file__)"
    assert str(app) in run(sys.executable, "-c", where, cwd=folder)
    assert run(sys.executable, "-c", NODES, cwd=folder, PYTHONPATH=str(app)) == nodes()


def test_templates_of_a_project_are_not_mistaken_for_ours(built, expected, tmp_path_factory):
    """Installed into a folder of a project that has `templates/common` itself."""
    project = tmp_path_factory.mktemp("project")
    (project / "templates" / "common").mkdir(parents=True)
    unpacked(built, project / "libs" / "generator")
    found = written(tmp_path_factory, sys.executable, "-m", "dockgen", PYTHONPATH=str(project / "libs" / "generator"))
    assert found == expected
