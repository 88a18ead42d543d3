"""The Python API: what it is called, that it says the same as the command line, and that its steps touch nothing."""

from __future__ import annotations

import subprocess
import sys

import dockgen
import pytest
from conftest import PROJECTS, cases
from dockgen import (
    InputError,
    Project,
    RefusedError,
    Settings,
    UndecidedError,
    detect,
    generate,
    header,
    plan,
    render,
    scan,
)
from dockgen.pipeline import choose, decide
from dockgen.settings import NOTHING
from helpers import ROOT, environment, tree
from helpers import dockgen as cli

NAMES = [
    "Artifact", "Change", "DockgenError", "Facts", "InputError", "Plan", "Project", "RefusedError", "Result",
    "Settings", "UndecidedError", "UnsupportedError", "__version__", "detect", "generate", "plan", "render", "scan",
]  # fmt: skip
FLASK = {
    "requirements.txt": "flask==3.1.3\ngunicorn==23.0.0\n",
    "app.py": "from flask import Flask\n\napp = Flask(__name__)\n",
}
NODE = {"package.json": '{"name": "tides", "scripts": {"start": "node server.js"}}', "server.js": "http.listen(3000)\n"}
GO = {"go.mod": "module example.com/tides\n\ngo 1.26\n", "main.go": "package main\n\nfunc main() {}\n"}


@pytest.fixture
def flask(tmp_path):
    for path, text in FLASK.items():
        (tmp_path / path).write_text(text)
    return tmp_path


def python(code, *, cwd=ROOT):
    return subprocess.run(
        [sys.executable, "-c", code], env=environment({}), cwd=cwd, capture_output=True, text=True, check=False
    )


def test_names_are_pinned():
    assert sorted(dockgen.__all__) == NAMES == dir(dockgen)
    assert all(getattr(dockgen, name) is not None for name in NAMES)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        dockgen.nonsense  # noqa: B018


def test_no_module_is_called_like_a_function():
    modules = {p.stem for p in (ROOT / "generator" / "dockgen").iterdir()}
    assert not modules & set(NAMES)


def test_importing_dockgen_imports_nothing_else():
    done = python("import sys; before = set(sys.modules); import dockgen; print(*set(sys.modules) - before)")
    assert done.stdout.split() == ["dockgen"], done.stderr


def test_package_is_marked_as_typed():
    assert (ROOT / "generator" / "dockgen" / "py.typed").exists()


def test_steps_and_generate_and_command_line_agree(flask):
    settings = {"port": 9000, "apt.run": ["curl", "jq"], "dev": True, "env": {"TZ": "UTC"}}
    result = generate(flask, settings=settings)
    steps = render(plan(detect(scan(flask), settings=settings), settings=settings))
    assert [header.split(a.text)[1] for a in steps] == [header.split(a.text)[1] for a in result.artifacts]
    assert dict(header.split(result.text("Dockerfile"))[0].asked)["port"] == "9000", "who gave it is not asked again"
    flags = ("--set", "port=9000", "--set", "apt.run=curl jq", "--dev", "--set", "env.TZ=UTC")
    run = cli("generate", *flags, "-o", "-", flask)
    assert run.code == 0, run.err
    without_header = [line for line in run.out.splitlines() if not line.startswith("# dockgen ")]
    assert [t for t in result.text("Dockerfile").splitlines() if not t.startswith("# dockgen ")] == without_header
    assert set(tree(flask)) == set(FLASK)


def test_without_settings_the_bytes_are_those_of_the_command_line(flask):
    assert cli("generate", "-o", "-", flask).out == generate(flask).text("Dockerfile")


def test_settings_object_is_taken_too():
    settings = Settings.of({"port": 9000})
    assert plan(detect(Project.of(FLASK), settings=settings), settings=settings).runtime.port == 9000


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        ({"prot": 1}, "settings: unknown key 'prot'"),
        ({"port": "many"}, "settings['port']: not a port"),
        ({"port": 70000}, "settings['port']: not a port"),
        ({"version": 3.10}, "settings['version'] must be text"),
        ({"start": {"a": "b"}}, "settings['start'] must be text"),
        ({"apt.run": ["curl", 7]}, "settings['apt.run'] must be text"),
        ({"port": None}, "settings['port'] must be text"),
        ({"dev": "perhaps"}, "settings['dev']: unknown value 'perhaps'"),
        ({7: "a"}, "settings: a key is text, not 7"),
        ("port=80", "settings must be a mapping of keys to values, not str"),
        ({"env": {"A B": "c"}}, "settings['env.A B']: not the name"),
        ({"env": {"A": "b\nRUN evil"}}, "line break"),
    ],
)
def test_what_cannot_be_set_is_told(settings, what):
    with pytest.raises(InputError) as error:
        detect(Project.of(FLASK), settings=settings)
    assert what in error.value.what


def test_words_of_a_list_are_quoted_as_in_a_shell():
    decided = plan(detect(Project.of(FLASK)), settings={"start": ["python", "app.py", "a b"]})
    assert decided.runtime.command == ("python", "app.py", "a b") or decided.runtime.entrypoint


def test_nothing_recognised():
    with pytest.raises(UndecidedError):
        detect(Project.of({"notes.txt": ""}))


def test_nothing_is_written_unless_asked(flask):
    before = tree(flask)
    result = generate(flask)
    assert (result.written, result.kept, tree(flask)) == ((), (), before)
    assert [c.kind for c in result.changes] == ["create", "create"]


def test_written_once(flask):
    result = generate(flask, write=True)
    assert result.written == ("Dockerfile", ".dockerignore")
    assert (flask / "Dockerfile").read_text() == result.text("Dockerfile")
    again = generate(flask, write=True)
    assert (again.written, [c.kind for c in again.changes]) == ((), ["same", "same"])


def test_foreign_files_are_kept(flask):
    (flask / "Dockerfile").write_text("FROM scratch\n")
    before = tree(flask)
    with pytest.raises(RefusedError, match="was not written by dockgen"):
        generate(flask, write=True)
    assert tree(flask) == before
    assert generate(flask, write=True, force=True).kept == ("Dockerfile.orig",)
    assert (flask / "Dockerfile.orig").read_text() == "FROM scratch\n"


def test_file_that_is_not_made(flask):
    with pytest.raises(InputError, match=r"no file 'compose\.yaml'"):
        generate(flask).text("compose.yaml")


def test_presets_and_files_of_the_project_count_as_on_the_command_line(flask):
    (flask / "dockgen.yaml").write_text("dockgen: 1\nset: {port: 9100}\n")
    assert generate(flask).plan.runtime.port == 9100
    assert generate(flask, settings={"port": 9200}).plan.runtime.port == 9200
    assert (
        generate(flask, preset="hardened").text("Dockerfile") == cli("generate", "-p", "hardened", "-o", "-", flask).out
    )


def test_a_preset_that_is_edited_is_read_again(flask):
    preset = flask / ".dockgen" / "presets" / "ours.yaml"
    preset.parent.mkdir(parents=True)
    for port in (9300, 9400):
        preset.write_text(f"dockgen: 1\nsummary: ours\nset: {{port: {port}}}\n")
        assert generate(flask, preset="ours").plan.runtime.port == port


def test_templates_of_a_folder(flask, tmp_path_factory):
    folder = tmp_path_factory.mktemp("templates")
    (folder / "common").mkdir()
    (folder / "common" / "dockerignore.j2").write_text("# ours alone\n")
    for given in (str(folder), folder, [folder]):
        assert "# ours alone" in generate(flask, templates=given).text(".dockerignore")


def test_environment_counts_only_if_it_is_given(flask, monkeypatch):
    monkeypatch.setenv("DOCKGEN_PORT", "9500")
    assert generate(flask).plan.runtime.port == 8000
    assert generate(flask, environment={"DOCKGEN_PORT": "9500"}).plan.runtime.port == 9500


def test_one_app_of_several(tmp_path):
    for name in ("api", "web"):
        (tmp_path / name).mkdir()
        for path, text in FLASK.items():
            (tmp_path / name / path).write_text(text)
    with pytest.raises(UndecidedError):
        generate(tmp_path)
    assert [a.path for a in generate(tmp_path, app="web").artifacts] == ["web/Dockerfile", "web/.dockerignore"]


PURE = """
import sys
from dockgen import Project, detect, plan, render

projects = [Project.of(files) for files in {projects!r}]
def steps():
    return [render(plan(detect(project, settings={settings!r}), settings={settings!r})) for project in projects]

once = steps()  # everything is imported now
seen = []
armed = True
def hook(event, args):
    if armed and event in {{"open", "os.listdir", "os.scandir", "subprocess.Popen", "os.system", "socket.connect",
                            "os.mkdir", "os.rename", "os.remove", "os.putenv", "time.sleep"}}:
        seen.append((event, str(args[0])))
sys.addaudithook(hook)
assert steps() == once
armed = False
for event, what in seen:
    print(event, what)
"""


def test_detect_plan_and_render_touch_nothing_but_our_templates(tmp_path):
    done = python(PURE.format(projects=[FLASK, NODE, GO], settings={"dev": True, "comments": "teach"}), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    touched = [line.partition(" ") for line in done.stdout.splitlines()]
    assert touched, "the hook saw not even the templates"
    templates = str(ROOT / "templates")
    assert [(event, what) for event, _, what in touched if not (event == "open" and what.startswith(templates))] == []


def test_types_are_seen_by_mypy(tmp_path):
    sample = ROOT / "tests" / "samples" / "typed" / "uses_api.py"
    wrong = tmp_path / "wrong.py"
    wrong.write_text(
        "from dockgen import generate, plan\n\ngenerate('.', writ=True)\nplan('text')\ngenerate('.').text(7)\n"
        "import dockgen\n\ndockgen.generat('.')\n"
    )
    argv = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path / "cache", "--config-file", "/dev/null"]
    env = environment({"MYPYPATH": str(ROOT / "generator")})
    found = {}
    for file in (sample, wrong):
        done = subprocess.run([*argv, file], cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        found[file] = done.stdout
    assert "Success" in found[sample], found[sample]
    assert [line.rpartition("[")[2] for line in found[wrong].splitlines() if ": error:" in line] == [
        "call-arg]", "arg-type]", "arg-type]", "attr-defined]",
    ]  # fmt: skip


@pytest.mark.parametrize("case", cases())
def test_what_dockgen_wrote_is_no_evidence(case):
    """A second run, which sees the Dockerfile of the first, decides the same with the same reasons."""
    app = choose(scan(PROJECTS / case), NOTHING)
    before = decide(app.facts, NOTHING)
    written = render(before)[0].text
    seen = app.project
    after = Project(
        name=seen.name,
        files={*seen.files, "Dockerfile"},
        folders=seen.folders,
        notes=seen.notes,
        workspace=seen.workspace,
        reader=lambda path, limit: written.encode()[:limit] if path == "Dockerfile" else seen._bytes(path, limit),
    )
    if seen.has("Dockerfile"):
        pytest.skip("has a Dockerfile of its own, which is evidence")
    assert decide(choose(after, NOTHING).facts, NOTHING) == before
