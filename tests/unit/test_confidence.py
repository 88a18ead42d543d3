"""How far a decision is believed, what is told of a guess, and which choices are left to the user."""

from __future__ import annotations

import json

import pytest
from dockgen import cli, confidence, doubts
from dockgen.cli.prompts.scripted import ScriptedPrompter
from dockgen.errors import UndecidedError
from dockgen.facts import Evidence, Fact, Rejected, assumed, default, fact, first
from dockgen.pipeline import decide, detect
from dockgen.plans import to_data
from dockgen.project import Project
from dockgen.settings import NOTHING, read
from dockgen.stacks import choose
from helpers import dockgen


@pytest.mark.parametrize(
    ("path", "note", "worth"),
    [
        ("", "--set port", confidence.ASKED),
        ("", "environment variable DOCKGEN_PORT", confidence.ASKED),
        (".nvmrc", "", confidence.DECLARED),
        ("api/.python-version", "", confidence.DECLARED),
        ("Procfile", "", confidence.DECLARED),
        ("package.json", "", confidence.MANIFEST),
        ("requirements/production.txt", "", confidence.MANIFEST),
        ("pnpm-lock.yaml", "", confidence.MANIFEST),
        ("uv.lock", "", confidence.MANIFEST),
        ("go.mod", "", confidence.MANIFEST),
        ("app/main.py", "", confidence.CODE),
        ("src/package.json.ts", "", confidence.CODE),
        ("", "Express serves HTTP", confidence.CONVENTION),
    ],
)
def test_what_a_source_is_worth(path, note, worth):
    assert fact(1, path, 1, note).confidence == worth


def test_no_evidence_is_a_convention_and_the_best_of_several_counts():
    assert Fact(1).confidence == confidence.CONVENTION
    assert Fact(1, (Evidence(note="x"), Evidence("a.py"), Evidence("go.mod"))).confidence == confidence.MANIFEST
    assert default(1, "x").confidence == confidence.CONVENTION
    assert assumed(1, "x").confidence < confidence.DOUBTFUL


@pytest.mark.parametrize(
    ("winner", "loser", "confident"),
    [
        ("package.json", "a.js", confidence.MANIFEST),
        ("package.json", "go.mod", confidence.MANIFEST - confidence.RIVAL),
        ("a.py", "b.py", confidence.CODE - confidence.RIVAL),
        ("a.py", "Procfile", confidence.CODE - confidence.RIVAL),
        (".nvmrc", "package.json", confidence.DECLARED),
    ],
)
def test_a_rival_from_as_good_a_source_takes_something_away(winner, loser, confident):
    assert Fact(1, (Evidence(winner),), (Rejected(2, Evidence(loser)),)).confidence == confident
    assert first([fact(1, winner), fact(2, loser)]).confidence == confident
    assert first([fact(1, winner), fact(1, loser)]).confidence == Fact(1, (Evidence(winner),)).confidence


def test_what_its_finder_says_of_it_stays():
    assert Fact(1, (Evidence("go.mod"),), (), 50).confidence == 50
    assert [confidence.name(n) for n in (100, 90, 89, 60, 59, 1)] == ["certain"] * 2 + ["likely"] * 2 + ["guess"] * 2


def found(files, *flags):
    settings = read(flags, {})
    facts = detect(Project.of(files), settings)
    plan = decide(facts, settings)
    return facts, plan, doubts.find(facts, plan)


QUIET = {
    "package.json": '{"dependencies": {"express": "5"}, "scripts": {"start": "node a.js"}}',
    "a.js": "require(x)\n",
}
SILENT = {"main.py": "def main():\n    pass\n\n\nif __name__ == '__main__':\n    main()\n"}
GO = {"go.mod": "module example.com/x\n\ngo 1.27\n", "main.go": "package main\n\nfunc main() { run() }\n"}


@pytest.mark.parametrize(
    ("files", "key", "flags"),
    [
        (QUIET, "port", ["port=3000"]),
        (SILENT, "kind", ["kind=job"]),
        (GO, "kind", ["kind=cli"]),
        ({"package.json": '{"scripts": {"start": "node a.js"}}', "a.js": "work()\n"}, "kind", ["kind=worker"]),
    ],
)
def test_a_guess_is_told_until_the_user_settles_it(files, key, flags):
    _, plan, guesses = found(files)
    assert [g.key for g in guesses] == [key]
    assert f"{key} " in str(guesses[0])
    assert f"--set {key}=" in str(guesses[0])
    assert next(c.confidence for c in plan.choices if c.key == key) < confidence.DOUBTFUL
    _, plan, guesses = found(files, *flags)
    assert guesses == ()
    assert next(c.confidence for c in plan.choices if c.key == key) == confidence.ASKED


@pytest.mark.parametrize(
    "files",
    [
        {"package.json": QUIET["package.json"], "a.js": "require('express')().listen(4000)\n"},
        {"package.json": '{"dependencies": {"next": "16"}, "scripts": {"build": "next build", "start": "next start"}}'},
        {"requirements.txt": "discord.py\n", "bot.py": "import discord\n\nif __name__ == '__main__':\n    run()\n"},
        {"requirements.txt": "flask\n", "app.py": "from flask import Flask\n\napp = Flask(__name__)\n"},
        GO | {"main.go": 'package main\n\nimport "os"\n\nfunc main() { println(len(os.Args)) }\n'},
        {"index.html": ""},
    ],
)
def test_what_is_known_is_no_guess(files):
    assert found(files)[2] == ()


def test_a_stack_that_wins_by_little_is_a_guess():
    files = {"pyproject.toml": '[project]\nname = "a"\n', "app.py": SILENT["main.py"], "index.html": "",
             "package.json": '{"dependencies": {"@docusaurus/core": "3"}}'}  # fmt: skip
    guess = choose(Project.of(files), NOTHING)
    assert (guess.value, guess.confidence) == ("python", confidence.CLOSE)
    assert found(files)[2][0].key == "stack"
    assert "node (package.json)" in str(found(files)[2][0])
    assert not [g for g in found(files, "stack=python")[2] if g.key == "stack"]


BOTH = {
    "go.mod": "module example.com/x\n\ngo 1.27\n",
    "main.go": 'package main\n\nimport "net/http"\n\nfunc main() { http.ListenAndServe(":80", nil) }\n',
    "manage.py": "import django\n",
    "site/wsgi.py": "from django.core.wsgi import get_wsgi_application\n\napplication = get_wsgi_application()\n",
    "site/settings.py": "ROOT_URLCONF = 'x'\nWSGI_APPLICATION = 'site.wsgi.application'\n",
    "requirements.txt": "django\ngunicorn\n",
}


def test_two_stacks_that_are_equally_strong_are_left_to_the_user():
    with pytest.raises(UndecidedError, match="as much go as python") as refusal:
        detect(Project.of(BOTH), NOTHING)
    assert refusal.value.hint == "say which: --set stack=go or --set stack=python"
    assert detect(Project.of(BOTH), read(["stack=python"], {})).framework.value == "django"


def test_of_two_equally_strong_stacks_the_one_with_something_to_run_is_it():
    files = {path: text for path, text in BOTH.items() if path != "main.go"}
    assert choose(Project.of(files | {"main.go": "package main\n\nfunc helper() {}\n"}), NOTHING).value == "python"


APP = "from fastapi import FastAPI\n\napp = FastAPI()\n"
LIST = {"requirements.txt": "fastapi\nuvicorn\n"}


def test_two_python_apps_of_equal_rank_are_left_to_the_user():
    files = LIST | {"alpha.py": APP, "beta.py": APP}
    with pytest.raises(UndecidedError) as refusal:
        detect(Project.of(files), NOTHING)
    assert "alpha.py:3 fastapi app" in str(refusal.value)
    assert "--set start='…' with the one that you mean, such as 'uvicorn alpha:app'" in str(refusal.value)
    facts = detect(Project.of(files), read(["start=uvicorn beta:app --port 9000"], {}))
    assert facts.start.value[1] == "beta:app"
    assert facts.kind.value == "web"


@pytest.mark.parametrize(
    "files",
    [
        {"main.py": APP, "beta.py": APP},  # a usual name
        {"alpha.py": f"import beta\n\n{APP}app.mount('/b', beta.app)\n", "beta.py": APP},  # one takes in the other
        {"pkg/__init__.py": "", "pkg/alpha.py": f"from .beta import app as b\n\n{APP}", "pkg/beta.py": APP},
        {"alpha.py": f"{APP}other = FastAPI()\n"},  # in one file
        {"alpha.py": APP, "tests/beta.py": APP},
        {"alpha.py": APP, "beta.py": APP, "Procfile": "web: uvicorn alpha:app\n"},
    ],
)
def test_python_apps_that_something_tells_apart(files):
    assert detect(Project.of(LIST | files), NOTHING).start.value[1].rpartition(".")[2] in ("main:app", "alpha:app")


def test_programs_of_one_name_in_like_places_are_left_to_the_user():
    files = {"one/main.py": SILENT["main.py"], "two/main.py": SILENT["main.py"], "requirements.txt": "requests\n"}
    with pytest.raises(UndecidedError, match="2 programs are equally likely") as refusal:
        detect(Project.of(files), NOTHING)
    assert refusal.value.hint == "say which: --set start='python one/main.py'"
    assert detect(Project.of(files), read(["start=python two/main.py"], {})).start.value == ("python", "two/main.py")
    assert detect(Project.of(files | {"main.py": SILENT["main.py"]}), NOTHING).start.value == ("python", "main.py")


def test_programs_in_go_that_are_close_are_a_guess():
    main = 'package main\n\nimport "flag"\n\nfunc main() { flag.Parse() }\n'
    files = {"go.mod": "module example.com/shop\n\ngo 1.27\n", "cmd/shop/main.go": main, "cmd/server/main.go": main}
    facts, _, guesses = found(files)
    assert facts.detail.main.value.folder == "cmd/shop"
    assert [g.key for g in guesses] == ["main"]
    assert "it could be ./cmd/server (cmd/server/main.go:5 package main)" in str(guesses[0])
    assert found(files, "main=./cmd/server")[2] == ()
    assert found(files | {".goreleaser.yml": "builds:\n  - main: ./cmd/shop\n"})[2] == ()


SERVER = "require('http').createServer().listen(process.env.PORT || 3000)\n"


def node(scripts=None, **more):
    return {"package.json": json.dumps({"name": "a", "scripts": scripts or {}, **more})}


def test_several_start_scripts_under_names_of_their_own_are_left_to_the_user():
    files = node({"start:api": "node api.js", "start:web": "node web.js"}) | {"api.js": SERVER, "web.js": SERVER}
    with pytest.raises(UndecidedError, match="several start scripts") as refusal:
        detect(Project.of(files), NOTHING)
    assert "start:api: node api.js" in str(refusal.value)
    assert refusal.value.hint == "say which: --set start='node api.js'"
    facts = detect(Project.of(files), read(["start=node web.js"], {}))
    assert (facts.start.value, facts.kind.value) == (("node", "web.js"), "web")


@pytest.mark.parametrize(
    ("scripts", "start"),
    [
        ({"start:api": "node api.js"}, "api.js"),
        ({"start:api": "node api.js", "start:dev": "node web.js"}, "api.js"),
        ({"start:api": "node api.js", "start:again": "cross-env A=1 node api.js"}, "api.js"),
        ({"start:api": "node api.js", "start:web": "node web.js", "start": "node web.js"}, "web.js"),
    ],
)
def test_start_scripts_that_leave_no_choice(scripts, start):
    files = node(scripts) | {"api.js": SERVER, "web.js": SERVER}
    assert detect(Project.of(files), NOTHING).start.value == ("node", start)


def test_files_that_listen_side_by_side_are_left_to_the_user():
    with pytest.raises(UndecidedError, match="several files listen") as refusal:
        detect(Project.of(node() | {"server.js": SERVER, "index.js": SERVER}), NOTHING)
    assert refusal.value.hint == "say which: --set start='node server.js'"


@pytest.mark.parametrize(
    "files",
    [
        node(main="server.js") | {"server.js": SERVER, "index.js": SERVER},
        node() | {"server.js": "require('./app')\n" + SERVER, "app.js": SERVER},
        node() | {"server.js": SERVER, "index.js": "console.log(1)\n"},
    ],
)
def test_files_of_which_one_is_it(files):
    assert detect(Project.of(files), NOTHING).start.value == ("node", "server.js")


def test_the_data_tell_the_confidence(tmp_path):
    facts, plan, _ = found(QUIET)
    data = to_data(facts)
    assert data["port"]["confidence"] == confidence.ASSUMED
    assert data["stack"]["confidence"] == confidence.MANIFEST
    assert {c["key"]: c["confidence"] for c in to_data(plan)["choices"]}["port"] == confidence.ASSUMED


@pytest.fixture
def quiet(tmp_path):
    for path, text in QUIET.items():
        (tmp_path / path).write_text(text)
    return tmp_path


@pytest.mark.parametrize("command", [("init", "--yes"), ("generate",), ("generate", "--dry-run"), ("detect",)])
def test_without_questions_a_guess_is_a_warning(quiet, command):
    done = dockgen(*command, quiet)
    assert done.code == 0
    warning = "warning: port 3000 is a guess: Express usually listens on it; to settle it: --set port=NUMBER\n"
    assert done.err.count(warning) == 1
    assert warning not in dockgen(*command, quiet, "--set", "port=3000").err


def test_the_card_says_how_sure_it_is(quiet):
    lines = {line.split()[0]: line for line in dockgen("detect", quiet).out.splitlines() if line.strip()}
    assert "  certain  package.json" in lines["Stack"]
    assert "  guess    Express usually listens on it" in lines["Port"]


def test_before_the_question_a_guess_is_shown(quiet, monkeypatch, capsys):
    asked = ScriptedPrompter(["Write them"])
    monkeypatch.setattr("dockgen.cli.prompts.can_ask", lambda: True)
    monkeypatch.setattr("dockgen.cli.prompts.prompter", lambda **_: asked)
    assert cli.run(["init", str(quiet)]) == 0
    assert "Not sure:\n  ? port 3000 is a guess: Express usually listens on it; to settle it: --set port=" in asked.text
    assert "is a guess" not in capsys.readouterr().err


def test_a_coin_toss_ends_in_exit_3(tmp_path):
    for path, text in (LIST | {"alpha.py": APP, "beta.py": APP}).items():
        (tmp_path / path).write_text(text)
    done = dockgen("init", "--yes", tmp_path)
    assert done.code == 3
    assert "error: 2 apps are equally likely" in done.err
    assert not (tmp_path / "Dockerfile").exists()
