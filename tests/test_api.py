"""The Python API: what it promises to whoever imports it, and that it writes what the command line writes."""

from __future__ import annotations

import importlib
import shutil
import subprocess
import sys
import textwrap

import dockgen as api
import pytest
from helpers import PROJECTS, ROOT, dockgen, environment, tree

# What scripts may rely on: a name that goes, or one that comes, is a decision and stands in the changelog.
PUBLIC = [
    "Artifact", "BugError", "DockgenError", "ExitCode", "Facts", "InputError", "NothingFoundError", "Plan", "Project",
    "RefusedError", "Result", "UndecidedError", "UnsupportedError", "__version__", "detect", "generate", "plan",
    "render", "scan",
]  # fmt: skip
CASES = ["python-fastapi-uv", "node-express-npm", "go-gin", "static-site"]
FILES = {"requirements.txt": "flask\ngunicorn\n", "app.py": "from flask import Flask\napp = Flask(__name__)\n"}


def python(code, *argv, **env):
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), *map(str, argv)], env=environment(env), capture_output=True,
        text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.fixture
def flask(tmp_path):
    folder = tmp_path / "shop"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    return folder


def test_public_names():
    assert sorted(api.__all__) == sorted(PUBLIC)
    assert set(PUBLIC) <= set(dir(api))
    for name in PUBLIC:
        assert getattr(api, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = api.nothing
    assert api.InputError is importlib.import_module("dockgen.errors").InputError


def test_importing_it_imports_nothing():
    done = python("import sys, dockgen; print(*sorted(m for m in sys.modules if m.startswith('dockgen')))")
    assert done.stdout == "dockgen\n", done.stderr


@pytest.mark.parametrize("project", CASES)
def test_each_step_by_itself_makes_what_all_at_once_make(project):
    made = api.render(api.plan(api.detect(api.scan(PROJECTS / project))))
    assert made == api.generate(PROJECTS / project).artifacts


@pytest.mark.parametrize("project", CASES)
def test_the_command_line_writes_the_same_bytes(project, tmp_path):
    for name in ("one", "two"):
        shutil.copytree(PROJECTS / project, tmp_path / name / project)
    flags = ["--preset", "hardened", "--set", "port=9000", "--set", "dev=yes"]
    assert dockgen("generate", *flags, tmp_path / "one" / project).code == 0
    settings = {"port": 9000, "dev": True}
    result = api.generate(tmp_path / "two" / project, settings=settings, preset="hardened", write=True)
    assert tree(tmp_path / "one") == tree(tmp_path / "two")
    assert result.plan.runtime.port == 9000
    assert all((tmp_path / "two" / project / a.path).read_text() == a.text for a in result.artifacts)


def test_nothing_is_written_unless_it_is_asked_for(flask):
    before = tree(flask)
    result = api.generate(flask)
    assert tree(flask) == before
    assert [a.path for a in result.artifacts] == ["Dockerfile", ".dockerignore"]
    assert result.root == str(flask.resolve())


def test_what_a_person_wrote_is_kept(flask):
    (flask / "Dockerfile").write_text("FROM scratch\n")
    with pytest.raises(api.RefusedError) as refused:
        api.generate(flask, write=True)
    assert refused.value.code == api.ExitCode.REFUSED
    assert not (flask / ".dockerignore").exists()
    assert api.generate(flask, write=True, force=True).kept == ("Dockerfile.orig",)
    assert (flask / "Dockerfile.orig").read_text() == "FROM scratch\n"
    with pytest.raises(api.InputError, match="force is for writing"):
        api.generate(flask, force=True)


def test_variables_of_the_environment_do_not_count(flask, monkeypatch):
    monkeypatch.setenv("DOCKGEN_PORT", "9999")
    monkeypatch.setenv("DOCKGEN_PRESET", "no-such-preset")
    assert api.generate(flask).plan.runtime.port != 9999


def test_files_of_the_project_count(flask):
    (flask / "dockgen.yaml").write_text("dockgen: 1\nset: {port: 9100}\n")
    assert api.generate(flask).plan.runtime.port == 9100
    assert api.generate(flask, settings={"port": 9200}).plan.runtime.port == 9200


def test_templates(flask, tmp_path):
    own = tmp_path / "own" / "common"
    own.mkdir(parents=True)
    (own / "dockerignore.j2").write_text("only-mine\n")
    for given in (tmp_path / "own", [str(tmp_path / "own")]):
        assert "only-mine\n" in api.generate(flask, templates=given).artifacts[1].text
    with pytest.raises(api.InputError, match="no such folder"):
        api.generate(flask, templates=tmp_path / "none")


def test_one_of_several_apps(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for file, text in FILES.items():
            (tmp_path / name / file).write_text(text)
    with pytest.raises(api.UndecidedError, match="2 apps"):
        api.generate(tmp_path)
    assert api.generate(tmp_path, app="b").artifacts[0].path == "b/Dockerfile"


def test_an_app_further_down_is_not_taken_for_the_folder(tmp_path):
    (tmp_path / "api").mkdir()
    for file, text in FILES.items():
        (tmp_path / "api" / file).write_text(text)
    with pytest.raises(api.UndecidedError, match="it is in api"):
        api.detect(api.scan(tmp_path))
    assert api.generate(tmp_path).artifacts[0].path == "api/Dockerfile"


def test_a_project_that_exists_nowhere():
    project = api.Project.of(
        {"go.mod": "module example.com/tool\n\ngo 1.25\n", "main.go": "package main\n\nfunc main() {}\n"}
    )
    facts = api.detect(project, settings={"kind": "job"})
    plan = api.plan(facts, settings={"kind": "job", "base": ["alpine", "slim"]})
    dockerfile, ignore = api.render(plan, folder="tool", context="")
    assert (dockerfile.path, ignore.path) == ("tool/Dockerfile", "tool/Dockerfile.dockerignore")
    assert plan.stack == "go"
    assert plan.runtime.system == "alpine"


@pytest.mark.parametrize(
    ("settings", "flags"),
    [
        ({"port": 80, "dev": True, "syntax": False}, ["port=80", "dev=yes", "syntax=no"]),
        ({"apt.run": ["curl", "git"], "apt.build": ()}, ["apt.run=curl git", "apt.build="]),
        ({"start": ["python", "a b.py"]}, ["start=python 'a b.py'"]),
        ({"name": None, "env.A": "x=y"}, ["env.A=x=y"]),
        ({"env": {"A": 1, "B": None}, "label": {"org.example/a": "b"}}, ["env.A=1", "label.org.example/a=b"]),
    ],
)
def test_settings(settings, flags):
    assert list(importlib.import_module("dockgen.mapping").flags(settings)) == flags


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"prot": 80}, "unknown key 'prot'"),
        ({"port": 80.5}, "number with a fraction"),
        ({"version": 3.1}, "number with a fraction"),
        ({"port": True}, "port is not a question of yes or no"),
        ({"env": {"A": {}}}, "env.A cannot be dict"),
        ({"ports": {"A": "b"}}, "unknown key 'ports.A'"),
        ({"apt.run": [True]}, "apt.run cannot be list"),
        ({"port=80": "90"}, "not a key"),
        ({"base": "slimm"}, "unknown value 'slimm'"),
        ("port=80", "expected a mapping"),
    ],
)
def test_settings_that_cannot_be(settings, said, flask):
    before = tree(flask)
    with pytest.raises(api.InputError, match=said):
        api.generate(flask, settings=settings, write=True)
    assert tree(flask) == before


PURE = """
    import sys
    import dockgen

    files = {"requirements.txt": "flask\\n", "app.py": "from flask import Flask\\napp = Flask(__name__)\\n"}
    plan = dockgen.plan(dockgen.detect(dockgen.Project.of(files)))
    templates, seen = sys.argv[1], []
    code = (".py", ".pyc", ".so")

    def watch(event, args):
        name = str(args[0]) if args else ""
        is_import = name.endswith(code) or "__pycache__" in name or event in ("os.listdir", "os.scandir")
        if event == "open" and not name.startswith(templates) and not is_import:
            seen.append((event, name))
        if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+") and "__pycache__" not in name:
            seen.append((event, name))
        if event.split(".")[0] in ("socket", "subprocess", "shutil", "tempfile", "ftplib", "urllib") or event in (
            "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.putenv", "os.remove", "os.rename", "os.mkdir",
            "os.rmdir", "os.chmod", "os.link", "os.symlink", "os.truncate", "os.utime"
        ):
            seen.append((event, name))

    sys.dont_write_bytecode = True
    sys.addaudithook(watch)
    made = dockgen.render(plan)
    first = list(seen)
    open(sys.argv[2])
    print(len(made), first, seen[len(first):] == [("open", sys.argv[2])])
"""


def test_render_touches_nothing_but_our_templates(tmp_path):
    other = tmp_path / "other"
    other.write_text("")
    done = python(PURE, ROOT / "templates", other)
    assert done.stdout == "2 [] True\n", done.stderr


TYPED = """
from pathlib import Path

import dockgen

given: dict[str, str | int | bool | list[str]] = {"port": 80, "dev": True, "apt.run": ["curl"]}
names: dict[str, str] = {"name": "shop"}
project: dockgen.Project = dockgen.scan(Path("shop"))
facts: dockgen.Facts = dockgen.detect(project, settings=given)
plan: dockgen.Plan = dockgen.plan(facts, settings=names)
files: tuple[dockgen.Artifact, ...] = dockgen.render(plan)
try:
    result: dockgen.Result = dockgen.generate("shop", settings=given, preset=["fastapi"], write=True)
except dockgen.UndecidedError as error:
    code: int = error.code
    print(error.what, error.where, error.hint)
"""


@pytest.mark.parametrize(
    ("more", "said"),
    [("", ""), ("dockgen.scan(1)\n", "arg-type"), ("dockgen.scna('.')\n", "attr-defined"),
     ("dockgen.generate('.', settings={'port': object()})\n", "dict-item")],
)  # fmt: skip
def test_a_strict_type_checker_reads_it(more, said, tmp_path):
    """That it may read it where it is installed, py.typed says (tests/test_packaging.py)."""
    sample = tmp_path / "sample.py"
    sample.write_text(TYPED + more)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path / "cache", "--config-file=", sample],
        cwd=tmp_path, env=environment({"MYPYPATH": str(ROOT / "generator")}), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if said:
        assert f"[{said}]" in done.stdout
        assert "Found 1 error" in done.stdout
    else:
        assert done.returncode == 0, done.stdout + done.stderr
