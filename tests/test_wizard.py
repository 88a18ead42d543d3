"""The wizard's flow, answered by a script: what is shown and asked, what is written, what is kept in dockgen.yaml."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess

import pytest
from dockgen import cli
from dockgen.cli.prompts import can_ask, is_plain, scripted
from dockgen.cli.prompts.plain import PlainPrompter
from dockgen.cli.prompts.scripted import BACK, ENTER, INTERRUPT, ScriptedPrompter
from dockgen.wizard.screens import BackError, Item, Line, Marks, Menu
from helpers import PROJECTS, dockgen

FLASK = {
    "requirements.txt": "flask==3.1.3\n",
    "app.py": "from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get('/')\ndef home():\n    return 'hi'\n",
}
NODE = {
    "package.json": '{"name": "web", "scripts": {"start": "node server.js"}}',
    "server.js": "require('http').createServer((q, r) => r.end('ok')).listen(3000)\n",
}
CHANGE = "Change something"
PORT = "Port: port that the app listens on?"


def make(folder, files):
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def names(folder):
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and ".git/" not in str(p)}


@pytest.fixture
def init(monkeypatch, capsys):
    """Run `dockgen init ARGS` with ANSWERS; the exit code, what the wizard showed, what was printed."""

    def run(*args, answers):
        prompter = ScriptedPrompter(answers)
        monkeypatch.setattr("dockgen.cli.prompts.can_ask", lambda: True)
        monkeypatch.setattr("dockgen.cli.prompts.prompter", lambda **_: prompter)
        code = cli.run(["init", *map(str, args)])
        said = capsys.readouterr()
        return code, prompter.text, said.out + said.err

    return run


@pytest.fixture
def flask(tmp_path):
    return make(tmp_path / "tides", FLASK)


def test_enter_writes_what_was_found_and_nothing_is_asked_before(flask, init):
    code, seen, out = init(flask, answers=[ENTER])
    assert code == 0
    assert "requirements.txt:1 flask" in seen
    assert "  Will create  Dockerfile, .dockerignore" in seen
    assert seen.count("?") == 1
    assert [line[2:].partition(":")[0] for line in seen.splitlines() if line.startswith("* ")] == [
        "Write them", "See the files", CHANGE, "Quit",
    ]  # fmt: skip
    assert names(flask) == {*FLASK, "Dockerfile", ".dockerignore"}
    assert out.endswith(
        f"The same again, without questions:\n  dockgen generate {flask}\n\nWhy it is so:\n  dockgen explain -C {flask}\n"
    )


@pytest.mark.parametrize(
    "answers", [["Quit"], [BACK], ["See the files", "Quit"], [CHANGE, "Back", "Quit"]], ids=" ".join
)
def test_leaving_writes_nothing(flask, init, answers):
    code, _, out = init(flask, answers=answers)
    assert (code, out) == (0, "Nothing was written.\n")
    assert names(flask) == set(FLASK)


PATHS = {
    "the hub": [],
    "what to change": [CHANGE],
    "a version": [CHANGE, "Version"],
    "a port": [CHANGE, "Port"],
    "a base": [CHANGE, "Base image"],
    "a preset": [CHANGE, "Preset"],
    "another setting": [CHANGE, "Another setting"],
    "a variable": [CHANGE, "Another setting", "env.…"],
    "after a change": [CHANGE, "Port", "9000"],
}


@pytest.mark.parametrize("path", PATHS)
def test_an_interrupt_anywhere_leaves_everything_as_it_was(flask, init, path):
    code, _, out = init(flask, answers=[*PATHS[path], INTERRUPT])
    assert (code, out) == (130, "\nNothing was written.\n")
    assert names(flask) == set(FLASK)


def test_a_change_is_shown_kept_and_needs_no_flag_later(flask, init):
    code, seen, out = init(flask, answers=[CHANGE, "Port", "9000", ENTER])
    assert code == 0
    assert "Port        9000" in seen
    assert "dockgen.yaml:3:9" in seen
    assert "  Will create  Dockerfile, .dockerignore, dockgen.yaml" in seen
    assert (flask / "dockgen.yaml").read_text() == "dockgen: 1\nset:\n  port: 9000\n"
    assert "EXPOSE 9000" in (flask / "Dockerfile").read_text()
    assert dockgen("check", flask).code == 0
    before = {p.name: p.read_bytes() for p in flask.iterdir()}
    assert dockgen("generate", flask).code == 0
    assert {p.name: p.read_bytes() for p in flask.iterdir()} == before
    assert f"dockgen generate {flask}" in out


def test_flags_are_kept_too_and_comments_of_people_stay(flask, init):
    (flask / "dockgen.yaml").write_text("# ours\ndockgen: 1\nset:\n  base: slim # company policy\n")
    code, seen, _ = init("--set", "env.LOG_LEVEL=info", "-p", "flask", flask, answers=[ENTER])
    assert code == 0
    assert "Will update  dockgen.yaml" in seen
    assert (flask / "dockgen.yaml").read_text() == (
        "# ours\ndockgen: 1\nset:\n  base: slim # company policy\n  env:\n    LOG_LEVEL: info\npreset: [flask]\n"
    )
    assert dockgen("check", flask).code == 0


def test_a_dockgen_yaml_that_cannot_be_patched_is_told_and_left_alone(flask, init):
    (flask / "dockgen.yaml").write_text("dockgen: 1\nset:\n  start:\n    - python\n    - app.py\n")
    before = (flask / "dockgen.yaml").read_text()
    code, seen, _ = init("--set", "start=flask run", flask, answers=[BACK])
    assert code == 0
    assert (
        "error: cannot write set.start into it\n  at dockgen.yaml\n  hint: write it yourself: set: start: flask run"
        in seen
    )
    assert dockgen("init", "--yes", "--set", "start=flask run", flask).code == 2
    assert (flask / "dockgen.yaml").read_text() == before


def test_the_member_of_a_workspace_is_kept_at_its_root(tmp_path, init, monkeypatch):
    make(tmp_path, {
        "package.json": '{"private": true, "workspaces": ["apps/*"]}',
        "apps/api/package.json": '{"name": "api", "scripts": {"start": "node server.js"}}',
        "apps/api/server.js": NODE["server.js"],
    })  # fmt: skip
    monkeypatch.chdir(tmp_path / "apps/api")
    code, _, out = init(answers=[CHANGE, "Port", "4000", ENTER])
    assert code == 0
    assert (tmp_path / "dockgen.yaml").read_text() == "dockgen: 1\napps:\n  apps/api:\n    set:\n      port: 4000\n"
    assert "docker build -t api -f Dockerfile ../.." in out
    assert dockgen("check", cwd=tmp_path / "apps/api").code == 0


def test_nothing_to_write_says_so_and_enter_leaves(flask, init):
    dockgen("generate", flask)
    code, seen, out = init(flask, answers=[ENTER])
    assert (code, out) == (0, "Nothing was written.\n")
    assert "Up to date   Dockerfile, .dockerignore" in seen


def test_a_wrong_value_is_told_and_asked_for_again(flask, init):
    code, seen, _ = init(flask, answers=[CHANGE, "Port", "ninety", "99999", "9000", ENTER])
    assert code == 0
    assert "! port: not a port: 'ninety'" in seen
    assert "! port: not a port: '99999'" in seen


def test_what_cannot_be_had_is_shown_with_the_reason(tmp_path, init):
    folder = make(tmp_path / "app", FLASK | {"requirements.txt": "flask==3.1.3\n", ".python-version": "3.13\n"})
    _, seen, _ = init(folder, answers=[CHANGE, "Base image", BACK, "Quit"])
    assert "- chainguard: Chainguard's free image has the newest Python only" in seen
    assert "* slim: Debian with glibc: everything installs" in seen


def test_every_setting_can_be_reached(flask, init):
    code, seen, _ = init(flask, answers=[CHANGE, "Another setting", "comments", "none", ENTER])
    assert code == 0
    assert "set:\n  comments: none\n" in (flask / "dockgen.yaml").read_text()
    assert "label.…" in seen
    code, _, _ = init(flask, answers=[CHANGE, "Another setting", "env.…", "nothing", "A=b c", ENTER])
    assert "  env:\n    A: b c\n" in (flask / "dockgen.yaml").read_text()


@pytest.mark.parametrize("setting", ["Version", "Package manager", "Start", "Port", "Health check", "Base image"])
def test_enter_on_what_is_so_already_keeps_nothing(flask, init, setting):
    code, seen, _ = init(flask, answers=[CHANGE, setting, ENTER, ENTER])
    assert code == 0
    assert "dockgen.yaml" not in seen
    assert names(flask) == {*FLASK, "Dockerfile", ".dockerignore"}


def test_the_base_that_nobody_asked_for_is_the_one_that_enter_takes(tmp_path, init):
    project = shutil.copytree(PROJECTS / "go-chi", tmp_path / "ledger")
    code, seen, _ = init(project, answers=[CHANGE, "Base image", ENTER, ENTER])
    assert code == 0
    assert "* Base image: gcr.io/distroless/static-debian13:nonroot" in seen
    assert "FROM gcr.io/distroless/static-debian13:nonroot AS" in (project / "Dockerfile").read_text()
    assert init(project, answers=[CHANGE, "Base image", "slim", ENTER])[0] == 0
    assert "base: slim" in (project / "dockgen.yaml").read_text()


def test_health_none_is_kept_as_people_write_it(flask, init):
    code, _, _ = init(flask, answers=[CHANGE, "Health check", "none", ENTER])
    assert code == 0
    assert "  health: none\n" in (flask / "dockgen.yaml").read_text()
    assert "HEALTHCHECK" not in (flask / "Dockerfile").read_text()
    assert dockgen("check", flask).code == 0


def test_a_preset_is_added_to_those_in_use(flask, init):
    code, seen, _ = init(flask, answers=[CHANGE, "Preset", "flask", ENTER])
    assert code == 0
    assert "- nextjs: for other projects" in seen
    assert (flask / "dockgen.yaml").read_text() == "dockgen: 1\npreset: [flask]\n"


def test_the_files_can_be_seen_before_they_are_written(flask, init):
    _, seen, _ = init(flask, answers=["See the files", "Quit"])
    assert "--- Dockerfile\n# syntax=" in seen
    assert "--- .dockerignore\n" in seen


# What only the user can say.


def test_an_empty_folder_says_what_was_looked_for_and_enter_leaves(tmp_path, init):
    code, seen, out = init(tmp_path, answers=[ENTER])
    assert (code, out) == (0, "Nothing was written.\n")
    assert "looked for: package.json" in seen


def test_stack_and_start_are_asked_for_where_nothing_says_them(tmp_path, init):
    make(tmp_path, {"main.txt": "x"})
    code, seen, _ = init(tmp_path, answers=["python", "python -m http.server 8000", ENTER])
    assert code == 0, seen
    assert "stack: python" in (tmp_path / "dockgen.yaml").read_text()
    assert "start: python -m http.server 8000" in (tmp_path / "dockgen.yaml").read_text()
    assert dockgen("check", tmp_path).code == 0


def test_a_start_that_cannot_be_read_is_asked_for_again(tmp_path, init):
    make(tmp_path, {"package.json": '{"name": "x"}', "lib/a.js": "module.exports = 1\n"})
    code, seen, _ = init(tmp_path, answers=["node 'x", "node server.js", ENTER])
    assert code == 0
    assert "error: cannot read the" in seen
    assert seen.count("How does the app start?") == 2


def test_candidates_are_offered_first(tmp_path, init):
    make(tmp_path, {"requirements.txt": "flask\n", "alpha.py": FLASK["app.py"], "beta.py": FLASK["app.py"]})
    code, seen, _ = init(tmp_path, answers=["gunicorn beta:app", ENTER])
    assert code == 0
    assert "* gunicorn alpha:app: alpha.py:3 flask" in seen
    assert "start: 'gunicorn beta:app'" in (tmp_path / "dockgen.yaml").read_text()


def test_back_from_a_line_shows_the_candidates_again(tmp_path, init):
    make(tmp_path, {"requirements.txt": "flask\n", "alpha.py": FLASK["app.py"], "beta.py": FLASK["app.py"]})
    code, seen, _ = init(tmp_path, answers=["Something else", BACK, "gunicorn beta:app", ENTER])
    assert code == 0
    assert seen.count("* gunicorn alpha:app") == 2


def test_a_release_without_fixes_is_a_question(tmp_path, init):
    make(tmp_path, FLASK | {".python-version": "3.8\n"})
    code, seen, _ = init(tmp_path, answers=[ENTER, ENTER])
    assert code == 0
    assert "Which release?" in seen
    assert "Python 3.8: no security fixes since" in seen
    assert "version:" in (tmp_path / "dockgen.yaml").read_text()


def test_what_no_answer_settles_is_an_error(tmp_path, init):
    make(tmp_path, {"Cargo.toml": "[package]\n", "src/main.rs": "fn main() {}\n"})
    code, _, out = init(tmp_path, answers=[])
    assert code == 3
    assert "error: this looks like a Rust project" in out


# Several apps.


@pytest.fixture
def shop(tmp_path):
    files = {f"api/{p}": t for p, t in FLASK.items()} | {f"web/{p}": t for p, t in NODE.items()}
    return make(tmp_path / "shop", files | {f"jobs/{p}": t for p, t in NODE.items()})


def test_one_app_of_several(shop, init):
    code, seen, out = init(shop, answers=["web", CHANGE, "Port", "4000", ENTER])
    assert code == 0
    assert "* api: python, flask, web" in seen
    assert {"web/Dockerfile", "web/.dockerignore", "dockgen.yaml"} <= names(shop)
    assert not names(shop) & {"api/Dockerfile", "jobs/Dockerfile"}
    assert (shop / "dockgen.yaml").read_text() == "dockgen: 1\napps:\n  web:\n    set:\n      port: 4000\n"
    assert f"dockgen generate {shop} --app web" in out
    assert dockgen("check", shop, "--app", "web").code == 0


def test_several_apps_have_a_build_command_each(shop, init):
    code, seen, out = init(shop, answers=["Several of them", "api, web", ENTER])
    assert code == 0
    assert "2 apps" in seen
    made = names(shop)
    assert {"api/Dockerfile", "web/Dockerfile"} <= made
    assert "jobs/Dockerfile" not in made
    assert f"docker build -t api {shop}/api" in out
    assert f"docker build -t web {shop}/web" in out
    assert f"without questions:\n  dockgen generate {shop} --app api --app web\n" in out
    before = {name: (shop / name).read_bytes() for name in names(shop)}
    assert dockgen("generate", shop, "--app", "web", "--app", "api").code == 0
    assert {name: (shop / name).read_bytes() for name in names(shop)} == before
    assert dockgen("check", shop, "--app", "api", "--app", "web").code == 0


def test_what_is_said_of_all_apps_is_said_once_and_the_rest_with_its_app(shop, init):
    (shop / "api/.env").write_text("TOKEN=x\n")
    (shop / "web/package-lock.json").write_text("{")
    seen = init(shop, answers=["All of them", "Quit"])[1]
    told = [line for line in seen.splitlines() if line.startswith(("  ! ", "  ? "))]
    assert len(told) == len(set(told))
    assert any(line.startswith("  ! api: ") and ".env" in line for line in told)
    one = init(shop, answers=["api", "Quit"])[1]
    assert "  ! api: " not in one


def test_a_setting_of_all_apps_shows_what_holds_for_all(shop, init):
    seen = init(shop, answers=["Several of them", "api, web", CHANGE, "All of them", "Back", "Quit"])[1]
    assert "- Port: each app has its own" in seen
    assert "- Start: each app has its own" in seen
    assert "- Version: they are of several languages" in seen
    assert re.search(r"\* Base image: not the same: node:\S+, python:\S+\n", seen)
    code, _, _ = init(
        shop, answers=["Several of them", "api, web", CHANGE, "All of them", "Health check", ENTER, ENTER]
    )
    assert code == 0
    assert "dockgen.yaml" not in names(shop)
    seen = init(shop, answers=["All of them", CHANGE, "api", "Back", CHANGE, "Back", "Quit"])[1]
    assert "- Preset: it holds for all apps" in seen
    assert "* Version: 3" in seen


def test_settings_that_one_app_has_for_itself_are_refused_for_several(shop):
    done = dockgen("generate", shop, "--app", "api", "--app", "web", "--set", "port=9000")
    assert done.code == 2
    assert "error: several apps and port: it would hold for every app\n  hint: --app NAME takes one of them" in done.err


def test_apps_can_be_named_twice_and_in_any_order(shop):
    done = dockgen("generate", shop, "--app", "web", "--app", "./api/", "--app", "api", "--json", "--dry-run")
    assert [app["folder"] for app in json.loads(done.out)["apps"]] == ["api", "web"]
    assert [
        app["folder"]
        for app in json.loads(dockgen("detect", shop, "--app", "web", "--app", "api", "--json").out)["apps"]
    ] == ["api", "web"]
    assert dockgen("update", shop, "--app", "web", "--app", "api").code == 0
    assert {"api/Dockerfile", "web/Dockerfile"} <= names(shop)
    assert dockgen("diff", shop, "--app", "web", "--app", "api", "--exit-code").code == 0


@pytest.mark.parametrize("command", ["explain", "context"])
def test_commands_about_one_app_say_so(shop, command):
    done = dockgen(command, "-C", shop, "--app", "api", "--app", "web")
    assert done.code == 2
    assert "--app api and web: this is about one app; name one" in done.err


def contexts(folder):
    """What the services of FOLDER's compose.yaml are built from."""
    return re.findall(r"^ +context: (.*)$", (folder / "compose.yaml").read_text(), re.MULTILINE)


def test_files_beside_several_apps_are_about_these(shop, init):
    code, _, out = init(
        shop, answers=["Several of them", "api, web", CHANGE, "All of them", "Files beside it", "compose", ENTER]
    )
    assert code == 0
    assert contexts(shop) == ["api", "web"]
    again = re.search(r"without questions:\n  dockgen (.*)\n", out)[1]
    before = {name: (shop / name).read_bytes() for name in names(shop)}
    assert dockgen(*again.split()).code == 0
    assert {name: (shop / name).read_bytes() for name in names(shop)} == before
    assert dockgen("check", *again.split()[1:]).code == 0


def test_what_dockgen_yaml_wants_once_for_all_apps_is_no_matter_of_some(shop):
    (shop / "dockgen.yaml").write_text("dockgen: 1\nset: {with: compose}\n")
    assert dockgen("generate", shop, "--app", "api", "--app", "web").code == 0
    assert "compose.yaml" not in names(shop)
    assert dockgen("generate", shop, "--all").code == 0
    assert contexts(shop) == ["api", "jobs", "web"]


def test_apps_of_the_same_name_have_images_of_their_own(tmp_path, init):
    for name in ("api", "jobs"):
        shutil.copytree(PROJECTS / "python-fastapi-uv", tmp_path / "shop" / name)
    code, _, out = init(tmp_path / "shop", "--with", "compose", answers=["All of them", ENTER])
    assert code == 0
    assert f"docker build -t parcels {tmp_path}/shop/api\n" in out
    assert f"docker build -t parcels-2 {tmp_path}/shop/jobs\n" in out
    compose = (tmp_path / "shop/compose.yaml").read_text()
    assert re.findall("image: (.*)", compose) == ["parcels", "parcels-2"]


def test_all_apps_and_a_setting_of_one(shop, init):
    code, _, out = init(shop, answers=["All of them", CHANGE, "api", "Port", "9001", ENTER])
    assert code == 0
    assert (shop / "dockgen.yaml").read_text() == "dockgen: 1\napps:\n  api:\n    set:\n      port: 9001\n"
    assert "EXPOSE 9001" in (shop / "api/Dockerfile").read_text()
    assert "EXPOSE 3000" in (shop / "web/Dockerfile").read_text()
    assert f"dockgen generate {shop} --all" in out
    assert dockgen("check", shop, "--all").code == 0


def test_a_setting_of_all_apps_stands_at_the_top(shop, init):
    code, _, _ = init(
        shop, answers=["All of them", CHANGE, "All of them", "Another setting", "comments", "none", ENTER]
    )
    assert code == 0
    assert (shop / "dockgen.yaml").read_text() == "dockgen: 1\nset:\n  comments: none\n"
    assert dockgen("check", shop, "--all").code == 0


def test_none_of_several_is_asked_again(shop, init):
    code, seen, _ = init(shop, answers=["Several of them", ENTER, "api", ENTER])
    assert code == 0
    assert "! mark one at least" in seen


# Files that are there already.


@pytest.fixture
def foreign(flask):
    (flask / "Dockerfile").write_text("FROM python:3.9\nCOPY . .\nCMD python app.py\n")
    return flask


def test_a_dockerfile_of_others_is_kept_and_ours_written_beside_it(foreign, init):
    before = (foreign / "Dockerfile").read_text()
    code, seen, out = init(foreign, answers=[ENTER])
    assert code == 0
    assert "Not ours     Dockerfile" in seen
    assert (foreign / "Dockerfile").read_text() == before
    assert {"Dockerfile.dockgen", "Dockerfile.dockgen.dockerignore", "dockgen.yaml"} <= names(foreign)
    assert ".dockerignore" not in names(foreign)
    assert f"docker build -t tides -f {foreign}/Dockerfile.dockgen {foreign}" in out
    assert dockgen("check", foreign).code == 0


def test_it_can_be_compared_and_replaced(foreign, init):
    before = (foreign / "Dockerfile").read_text()
    code, seen, out = init(foreign, answers=["See the differences", "Replace it, keep it as Dockerfile.orig"])
    assert code == 0
    assert "-FROM python:3.9" in seen
    assert (foreign / "Dockerfile.orig").read_text() == before
    assert "Kept the old file as Dockerfile.orig" in out
    assert "dockgen.yaml" not in names(foreign)


def test_an_ignore_file_of_others_is_kept_and_the_dockerfile_has_its_usual_name(flask, init):
    (flask / ".dockerignore").write_text("theirs\n")
    code, seen, _ = init(flask, answers=[ENTER])
    assert code == 0
    assert "Keep yours, write Dockerfile beside it" in seen
    assert (flask / ".dockerignore").read_text() == "theirs\n"
    assert {"Dockerfile", "Dockerfile.dockerignore"} <= names(flask)
    assert dockgen("check", flask).code == 0


def test_a_name_that_is_taken_as_well_closes_that_way(foreign, init):
    (foreign / "Dockerfile.dockgen").write_text("FROM scratch\n")
    (foreign / "dockgen.yaml").write_text("dockgen: 1\nset: {file: Dockerfile.dockgen}\n")
    code, seen, _ = init(foreign, answers=["Quit"])
    assert code == 0
    assert "- Keep yours: Dockerfile.dockgen is not ours either" in seen


@pytest.fixture
def composed(flask):
    """A project with a compose.yaml of its own."""
    (flask / "compose.yaml").write_text("services: {}\n")
    return flask


def test_a_companion_of_others_is_kept_and_ours_left_out(composed, init):
    code, seen, _ = init("--with", "compose make", composed, answers=[ENTER])
    assert code == 0
    assert "  Not ours     compose.yaml" in seen
    assert "* Keep yours, leave compose out: " in seen
    assert "Take over what yours says" not in seen
    assert (composed / "compose.yaml").read_text() == "services: {}\n"
    assert "docker.mk" in names(composed)
    assert (composed / "dockgen.yaml").read_text() == "dockgen: 1\nset:\n  with: make\n"
    assert dockgen("check", composed).code == 0


def test_nothing_is_kept_of_a_companion_that_was_left_out(composed, init):
    assert init("--with", "compose", composed, answers=[ENTER])[0] == 0
    assert names(composed) == {*FLASK, "compose.yaml", "Dockerfile", ".dockerignore"}
    (composed / "dockgen.yaml").write_text("dockgen: 1\nset: {with: compose}\n")
    assert init(composed, answers=[ENTER])[0] == 0
    assert "compose" not in (composed / "dockgen.yaml").read_text()
    assert dockgen("check", composed).code == 0


def test_a_companion_of_others_can_be_compared_and_replaced(composed, init):
    code, seen, out = init(
        "--with", "compose", composed, answers=["See the differences", "Replace it, keep it as compose.yaml.orig"]
    )
    assert code == 0
    assert seen.index("-services: {}") < seen.index("--- Dockerfile")  # what is there comes first
    assert "Kept the old file as compose.yaml.orig" in out
    assert (composed / "compose.yaml.orig").read_text() == "services: {}\n"


def test_both_are_kept(composed, init):
    (composed / "Dockerfile").write_text("FROM scratch\n")
    code, seen, _ = init("--with", "compose", composed, answers=[ENTER])
    assert code == 0
    assert "What should happen to them?" in seen
    assert "* Keep yours, write Dockerfile.dockgen beside it, leave compose out: " in seen
    assert "* Replace them, keep yours as .orig: " in seen
    assert (composed / "Dockerfile").read_text() == "FROM scratch\n"
    assert (composed / "dockgen.yaml").read_text() == "dockgen: 1\nset:\n  file: Dockerfile.dockgen\n"


def test_without_questions_a_companion_of_others_is_an_error(composed):
    done = dockgen("init", "--yes", "--with", "compose", composed)
    assert done.code == 4
    assert "error: compose.yaml exists and was not written by dockgen; nothing was written" in done.err
    assert "--force replaces it and keeps it as compose.yaml.orig; or do without compose" in done.err
    assert names(composed) == {*FLASK, "compose.yaml"}
    assert dockgen("init", "--yes", "--with", "compose", "--force", composed).code == 0


def test_a_dockerfile_of_others_in_one_of_several_apps_with_files_beside_them(shop, init):
    (shop / "web/Dockerfile").write_text("FROM scratch\n")
    code, seen, _ = init("--all", "--with", "compose", shop, answers=[ENTER])
    assert code == 0
    assert "* Keep yours, write Dockerfile.dockgen beside it: " in seen
    assert {"api/Dockerfile", "web/Dockerfile.dockgen", "jobs/Dockerfile", "compose.yaml"} <= names(shop)
    assert "dockerfile: Dockerfile.dockgen" in (shop / "compose.yaml").read_text()
    assert dockgen("check", "--all", shop).code == 0


def test_json_has_each_file_with_its_app(shop):
    done = json.loads(dockgen("init", "--yes", "--all", "--with", "compose", "--json", shop).out)
    assert [[file["path"] for file in app["files"]] for app in done["apps"]] == [
        ["api/Dockerfile", "api/.dockerignore", "compose.yaml", "dockgen.yaml"],
        ["jobs/Dockerfile", "jobs/.dockerignore"],
        ["web/Dockerfile", "web/.dockerignore"],
    ]


def test_what_it_says_is_taken_over(foreign, init):
    (foreign / "Dockerfile").write_text(
        "FROM python:3.9\nENV CURRENCY=EUR API_TOKEN=s3cr3t\nRUN apt-get update && apt-get install -y ffmpeg\n"
        "COPY . .\nRUN curl https://example.com/x | sh\nCMD flask run --port 9000\n"
    )
    code, seen, _ = init(foreign, answers=["Take over what yours says", ENTER])
    assert code == 0
    assert "Taken from Dockerfile\n" in seen
    assert "env.CURRENCY = EUR" in seen
    assert "Not carried over\n" in seen
    text = (foreign / "dockgen.yaml").read_text()
    assert "CURRENCY: EUR" in text
    assert "apt.run: +ffmpeg" in text
    assert "s3cr3t" not in text + seen
    assert "file: Dockerfile.dockgen" in text
    assert dockgen("check", foreign).code == 0


def test_import_by_flag(foreign, init, tmp_path):
    assert "Better in ours\n" in init("--import", foreign, answers=[ENTER])[1]
    other = tmp_path / "web.Dockerfile"
    other.write_text("FROM python:3.13\nENV CURRENCY=EUR\nCMD python app.py\n")
    done = dockgen("init", "--yes", "--import-from", other, foreign)
    assert done.code == 0
    assert "CURRENCY: EUR" in (foreign / "dockgen.yaml").read_text()


def test_import_reads_the_script_that_starts(flask, tmp_path):
    (flask / "docker").mkdir()
    (flask / "docker/entrypoint.sh").write_text('#!/bin/sh\nflask seed\nexport CURRENCY=EUR\nexec "$@"\n')
    (flask / "Dockerfile").write_text(
        'FROM python:3.14\nCOPY docker/entrypoint.sh /\nENTRYPOINT ["/entrypoint.sh"]\nCMD ["gunicorn", "app:app"]\n'
    )
    done = dockgen("init", "--yes", "--import", flask)
    assert done.code == 0
    assert "docker/entrypoint.sh:2  runs flask seed" in done.out + done.err
    assert "CURRENCY: EUR" in (flask / "dockgen.yaml").read_text()
    outside = tmp_path / "outside.sh"
    (flask / "docker/entrypoint.sh").rename(outside)
    (flask / "docker/entrypoint.sh").symlink_to(outside)
    done = dockgen("init", "--yes", "--import", flask)
    assert (done.code, "flask seed" in done.out + done.err) == (0, False)


@pytest.mark.parametrize(("text", "said"), [
    (None, "there is no Dockerfile to take anything over from"), ("\x00\x01", "Dockerfile"), ("hello\n", "Dockerfile"),
])  # fmt: skip
def test_a_file_that_is_no_dockerfile_is_one_error(flask, text, said):
    if text:
        (flask / "Dockerfile").write_text(text)
    done = dockgen("init", "--yes", "--import", flask)
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err
    assert names(flask) - {"Dockerfile"} == set(FLASK)


def test_dockgens_own_file_is_not_imported(flask):
    dockgen("generate", flask)
    assert "dockgen wrote this file itself" in dockgen("init", "--yes", "--import", flask).err


def git(folder, *args):
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", *args], cwd=folder, check=True, capture_output=True
    )


@pytest.fixture
def edited(flask):
    """A project whose Dockerfile was committed, then edited by hand."""
    git(flask, "init", "-q")
    dockgen("generate", flask)
    git(flask, "add", "-A")
    git(flask, "commit", "-qm", "first")
    file = flask / "Dockerfile"
    first, rest = file.read_text().split("\n\n", 1)
    file.write_text(f"{first}\n\n# mine\n\n{rest}")
    return flask


def test_edits_alone_are_no_reason_to_write(edited, init):
    before = (edited / "Dockerfile").read_text()
    code, seen, out = init(edited, answers=[ENTER])
    assert (code, out) == (0, "Nothing was written.\n")
    assert "Your edits   Dockerfile" in seen
    assert (edited / "Dockerfile").read_text() == before


def test_edits_are_merged_with_what_changes(edited, init):
    code, seen, _ = init(edited, answers=[CHANGE, "Port", "9000", ENTER])
    assert code == 0
    assert "* Write them, keep your edits" in seen
    text = (edited / "Dockerfile").read_text()
    assert "# mine" in text
    assert "EXPOSE 9000" in text


def test_conflicts_are_told_before_and_after(edited, init):
    file = edited / "Dockerfile"
    file.write_text(file.read_text().replace("EXPOSE 8000", "EXPOSE 7000"))
    code, seen, out = init(
        edited,
        answers=[
            CHANGE,
            "Port",
            "9000",
            "See the differences",
            "Write them, mark where your edits meet changes",
        ],
    )
    assert code == 1
    assert "+<<<<<<< your edits" in seen
    assert "Resolve what stands between" in out
    assert f"without questions:\n  dockgen update {edited}\n" in out  # generate would not touch what was edited
    assert "<<<<<<<" in file.read_text()


def test_edits_that_cannot_be_merged_close_that_way(flask, init):
    dockgen("generate", flask)
    file = flask / "Dockerfile"
    file.write_text(file.read_text() + "\n# mine\n")
    code, seen, _ = init(flask, answers=[CHANGE, "Port", "9000", "Write them anew, keep yours as .orig"])
    assert code == 0
    assert (
        "- Write them, keep your edits: Dockerfile was edited, and what dockgen wrote is not in git's history" in seen
    )
    assert "# mine" in (flask / "Dockerfile.orig").read_text()


# Options that packs ask for.

PACK = """\
dockgen: 1
name: acme
options:
  team: {default: platform, help: Which team is it, ask: yes}
  tier: {type: choice, choices: [gold, silver], default: silver, ask: yes, when: stack == 'python'}
  cloud: {default: a, ask: yes, when: stack == 'go'}
  quiet: {default: b}
"""


@pytest.fixture
def packed(flask):
    return make(flask, {"acme/pack.yaml": PACK, "dockgen.yaml": "dockgen: 1\npacks: [./acme]\n"})


def test_options_of_packs_are_asked_for_where_they_apply(packed, init):
    code, seen, _ = init(packed, answers=["payments", "gold", ENTER])
    assert code == 0, seen
    assert "Which team is it?" in seen
    assert (
        "acme.cloud"
        not in seen.partition("Write these")[0].replace("default of the pack acme", "").partition("\n\n")[0]
    )
    text = (packed / "dockgen.yaml").read_text()
    assert "acme.team: payments" in text
    assert "acme.tier: gold" in text
    assert "cloud" not in text
    again, seen, _ = init(packed, answers=[ENTER])
    assert again == 0
    assert "Which team is it?" not in seen


@pytest.mark.parametrize(("when", "said"), [
    ("stack ==", "not a condition"), ("nothing.at.all", "cannot decide the condition"), ("stack < 1", "cannot decide the condition"),
])  # fmt: skip
def test_a_wrong_condition_is_told_with_its_place(packed, init, when, said):
    (packed / "acme/pack.yaml").write_text(PACK.replace("stack == 'go'", f'"{when}"'))
    code, _, out = init(packed, answers=["payments", "gold", ENTER])
    assert code == 2
    assert said in out
    assert "pack.yaml:6:" in out
    assert "Traceback" not in out


# Without a terminal.


def test_the_error_names_the_commands_that_ask_nothing(flask):
    done = dockgen("init", flask)
    assert done.code == 3
    assert "dockgen init --yes, or dockgen generate" in done.err
    assert dockgen("init", "--no-input", flask).code == 3
    assert names(flask) == set(FLASK)


@pytest.mark.parametrize("value", ["true", "1", "woodpecker"])
def test_nothing_is_asked_in_continuous_integration(monkeypatch, value):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr("sys.stdout", Terminal())
    assert can_ask({})
    assert not can_ask({"CI": value})
    monkeypatch.setattr("sys.stdin", None)
    assert not can_ask({})


@pytest.mark.parametrize(("environment", "plain"), [
    ({"TERM": "xterm"}, False), ({"TERM": "dumb"}, True), ({"TERM": "xterm", "DOCKGEN_PLAIN": "1"}, True),
    ({"TERM": "xterm", "ACCESSIBLE": "1"}, True), ({"TERM": "xterm", "ACCESSIBLE": "0"}, False),
])  # fmt: skip
def test_plain_lines_where_they_are_wanted(environment, plain):
    assert is_plain(environment) is plain


# Plain lines.

MENU = Menu(question="Which?", items=(Item(value="a", label="One"), Item(value="b", label="Two", note="more"), Item(value="c", label="Three", closed="not here")))  # fmt: skip


def plain(answers):
    target = io.StringIO()
    return PlainPrompter(io.StringIO(answers), target), target


@pytest.mark.parametrize(
    ("typed", "value"), [("\n", "a"), ("2\n", "b"), ("9\n2\n", "b"), ("x\n\n", "a"), ("3\n2\n", "b")]
)
def test_a_number_chooses(typed, value):
    prompter, target = plain(typed)
    assert prompter.choose(MENU) == value
    assert target.getvalue().startswith(
        "Which?\n  1. One\n  2. Two: more\n  3. Three (cannot be chosen: not here)\nEnter a number from 1 to 3 [1]: "
    )
    assert "\x1b" not in target.getvalue()


def test_numbers_mark():
    marks = Marks(question="Which?", items=MENU.items, marked=("b",))
    assert plain("\n")[0].mark(marks) == ("b",)
    assert plain("1, 2\n")[0].mark(marks) == ("a", "b")
    assert plain("0\n")[0].mark(marks) == ()
    assert plain("7\n1\n")[0].mark(marks) == ("a",)
    prompter, target = plain("1 3\n1\n")
    assert prompter.mark(marks) == ("a",)
    assert "3 cannot be chosen: not here." in target.getvalue()


def test_one_is_marked_at_least_where_that_is_needed():
    prompter, target = plain("\n2\n")
    assert prompter.mark(Marks(question="Which?", items=MENU.items, least=1)) == ("b",)
    assert "mark one at least." in target.getvalue()
    assert "for none" not in target.getvalue()


def test_a_line_is_checked():
    line = Line(question="Port?", default="80", check=lambda text: "" if text.isdigit() else f"not a number: {text}")
    prompter, target = plain("x\n\n")
    assert prompter.type(line) == "80"
    assert target.getvalue() == "Port? [80] not a number: x.\nPort? [80] "


def test_back_and_the_end_of_input():
    with pytest.raises(BackError):
        plain("<\n")[0].choose(MENU)
    with pytest.raises(KeyboardInterrupt):
        plain("")[0].choose(MENU)


def test_the_script_answers_by_label_only():
    with pytest.raises(LookupError):
        scripted.ScriptedPrompter(["Three"]).choose(MENU)


def test_a_dry_run_asks_nothing_and_shows_dockgen_yaml_as_well(flask):
    done = dockgen("init", "--dry-run", "--set", "port=9000", "--json", flask)
    assert [f["path"] for f in json.loads(done.out)["files"]] == ["Dockerfile", ".dockerignore", "dockgen.yaml"]
    assert names(flask) == set(FLASK)


@pytest.mark.parametrize("name", ["python-fastapi-uv", "node-express-npm", "go-chi", "static-site"])
def test_what_enter_writes_is_what_generate_writes(tmp_path, init, name):
    for folder in ("asked", "unasked"):
        shutil.copytree(PROJECTS / name, tmp_path / folder / "app")
    assert init(tmp_path / "asked/app", answers=[ENTER])[0] == 0
    assert dockgen("generate", tmp_path / "unasked/app").code == 0
    assert {n: (tmp_path / "asked/app" / n).read_bytes() for n in names(tmp_path / "asked/app")} == {
        n: (tmp_path / "unasked/app" / n).read_bytes() for n in names(tmp_path / "unasked/app")
    }


def test_the_files_of_an_app_and_dockgen_yaml_are_written_together_or_not_at_all(shop):
    before = names(shop)
    shop.chmod(0o555)  # the root, which dockgen.yaml belongs to; the folder of the app is open
    done = dockgen("init", "--yes", "--app", "api", "--set", "port=9000", shop, unprivileged=True)
    shop.chmod(0o755)
    assert done.code == 4
    assert "cannot write: Permission denied; nothing was changed" in done.err
    assert names(shop) == before


def test_files_beside_it_are_marked_and_kept(flask, init):
    code, seen, out = init(flask, answers=[CHANGE, "Files beside it", "compose, bake", ENTER])
    assert code == 0, out
    assert "runs it with what it needs, on one machine" in seen
    assert "  Will create  Dockerfile, .dockerignore, compose.yaml, docker-bake.hcl, dockgen.yaml" in seen
    assert (flask / "dockgen.yaml").read_text() == "dockgen: 1\nset:\n  with: compose bake\n"
    assert {"compose.yaml", "docker-bake.hcl"} <= names(flask)
    assert dockgen("check", flask).code == 0
    code, _, _ = init(flask, answers=[CHANGE, "Files beside it", "compose", ENTER])
    assert code == 0
    assert (flask / "dockgen.yaml").read_text() == "dockgen: 1\nset:\n  with: compose\n"


def test_what_is_to_be_known_of_files_beside_it_is_told_once(flask, init):
    seen = init("--with", "bake", flask, answers=[CHANGE, "Port", ENTER, "Quit"])[1]
    assert (
        seen.count("  ! docker-bake.hcl: nothing says where tides can be pushed to: --set image=REGISTRY/NAME does")
        == 1
    )
    seen = init(flask, answers=[CHANGE, "Files beside it", "bake", "Quit"])[1]
    assert seen.count("  ! docker-bake.hcl: nothing says where tides can be pushed to") == 1


def test_a_compose_file_of_another_name_is_not_hidden_in_silence(flask, init):
    (flask / "docker-compose.yml").write_text("services: {}\n")
    said = "docker compose up reads compose.yaml instead of docker-compose.yml: carry over what docker-compose.yml says"
    assert said in init("--with", "compose", flask, answers=["Quit"])[1]
    assert "docker-compose.yml" not in dockgen("generate", "--with", "make", flask).err
    assert f"warning: {said}" in dockgen("generate", "--with", "compose", flask).err


def test_files_that_this_app_cannot_have_are_closed(tmp_path, init):
    project = shutil.copytree(PROJECTS / "python-cli-click", tmp_path / "tool")
    code, seen, _ = init(project, answers=[CHANGE, "Files beside it", "make", "Quit"])
    assert code == 0
    assert "- kubernetes: a command that somebody calls: nothing keeps running" in seen
    assert "* make: " in seen
    assert not (project / "Dockerfile").exists()


def test_files_that_cannot_be_written_are_told_and_another_choice_is_asked_for(tmp_path, init):
    project = shutil.copytree(PROJECTS / "python-cli-click", tmp_path / "tool")
    code, seen, _ = init("--with", "ecs", project, answers=["Files beside it", "make", "Write them"])
    assert "error: ecs: " in seen
    assert code == 0
    assert {"Dockerfile", "docker.mk"} <= names(project)
