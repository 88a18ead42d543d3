"""What wins: flag, answers, variable, dockgen.yaml, preset `set`, detection, preset `defaults`, built-in; and says so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest
from dockgen import header, settings, sources
from dockgen.cli import work
from dockgen.documents import Config, Preset
from dockgen.errors import InputError
from dockgen.pipeline import choose, decide
from dockgen.project import Project
from dockgen.settings import DETECTED, KEYS, VALUES, Setting, Settings
from dockgen.sources import Request, gather
from dockgen.yamldoc import decode
from helpers import ROOT, dockgen, environment, tree

EXPRESS = {
    "package.json": '{"name": "shop", "scripts": {"start": "node server.js"}, "dependencies": {"express": "^5.1.0"}}',
    "server.js": 'const app = require("express")();\napp.listen(process.env.PORT || 4000);\n',
}


def put(folder, files):
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


@pytest.fixture
def shop(tmp_path):
    return put(tmp_path / "shop", EXPRESS)


def wrong(root, request=None, env=None, app=""):
    with pytest.raises(InputError) as caught:
        gather(str(root), request or Request(), env or {}).settings(app)
    return caught.value


# Precedence -----------------------------------------------------------------------------------------------------------

PRESET = "dockgen: 1\nsummary: of the project\n"
LADDER = [
    ({"FLAG": "1"}, "9001", "--set", "--set port"),
    ({"ANSWERS": "1"}, "9002", "--answers a.yaml", "a.yaml:1:7"),
    ({"ENV": "1"}, "9003", "DOCKGEN_PORT", "environment variable DOCKGEN_PORT"),
    ({"YAML": "1"}, "9004", "dockgen.yaml", "dockgen.yaml:3:13"),
    ({"SET": "1"}, "9005", "preset strong", ".dockgen/presets/strong.yaml:3:13"),
    ({"CODE": "1"}, "4000", "detected", "server.js:2"),
    ({"DEFAULTS": "1"}, "9006", "default of preset weak", ".dockgen/presets/weak.yaml:3:18"),
    ({}, "3000", "default", "Express usually listens on it"),
]


@pytest.mark.parametrize("top", range(len(LADDER)), ids=[next(iter(row[0]), "built-in") for row in LADDER])
def test_the_ladder(shop, top, monkeypatch):
    """Each rung wins over all below it, and the result says where it comes from."""
    there = {key for rung in LADDER[top:] for key in rung[0]}
    presets = []
    for name, key, text in (("weak", "DEFAULTS", "defaults: {port: 9006}\n"), ("strong", "SET", "set: {port: 9005}\n")):
        if key in there:
            put(shop, {f".dockgen/presets/{name}.yaml": PRESET + text})
            presets.append(name)
    put(
        shop,
        {
            "dockgen.yaml": f"dockgen: 1\npreset: [{', '.join(presets)}]\n"
            + ("set: {port: 9004}\n" if "YAML" in there else "")
        },
    )
    if "CODE" not in there:
        put(shop, {"server.js": 'const app = require("express")();\nlisten(app);\n'})
    put(shop, {"a.yaml": "port: 9002\n"})
    args = ["--set", "port=9001"] if "FLAG" in there else []
    args += ["--answers", "a.yaml"] if "ANSWERS" in there else []
    run = dockgen("detect", "--json", *args, cwd=shop, env={"DOCKGEN_PORT": "9003"} if "ENV" in there else {})
    assert run.code == 0, run.err
    (port,) = [c for c in json.loads(run.out)["plan"]["choices"] if c["key"] == "port"]
    _, value, source, reason = LADDER[top]
    assert (port["value"], port["source"]) == (value, source)
    assert reason in port["reason"]
    card = dockgen("detect", *args, cwd=shop, env={"DOCKGEN_PORT": "9003"} if "ENV" in there else {}).out
    assert f"Port        {value} " in card
    assert reason in card


def test_what_is_said_of_an_app_goes_before_what_is_said_of_all(tmp_path):
    put(tmp_path, {
        "dockgen.yaml": "dockgen: 1\nset: {user: 20000, init: none}\napps:\n  b: {set: {user: 20001, port: 7000}}\n  c: {set: {user: 20001}}\n",
        "c/dockgen.yaml": "dockgen: 1\nset: {user: 20002}\n",
        **{f"{app}/{name}": text for app in "abc" for name, text in EXPRESS.items()},
    })  # fmt: skip
    found = work.look(str(tmp_path), Request(), every=True)
    assert [f.plan.runtime.account.uid for f in found] == [20000, 20001, 20002]
    assert [f.plan.runtime.port for f in found] == [4000, 7000, 4000]
    user = [next(c for c in f.plan.choices if c.key == "user") for f in found]
    assert [u.reason for u in user] == ["dockgen.yaml:2:13", "dockgen.yaml:4:19", "c/dockgen.yaml:2:13"]


def test_an_app_that_is_none_without_what_is_said_of_it(tmp_path):
    put(tmp_path, {
        "a/requirements.txt": "requests==2.32.0\n",
        "a/job/__init__.py": "",
        "b/index.html": "",
        "dockgen.yaml": "dockgen: 1\napps:\n  a: {set: {start: python -m job, kind: job}}\n",
    })  # fmt: skip
    assert [f.folder for f in work.look(str(tmp_path), Request(), every=True)] == ["a", "b"]
    (found,) = work.look(str(tmp_path), Request(), "a")
    assert found.plan.runtime.command == ("python", "-m", "job")


def test_a_member_of_a_workspace(tmp_path):
    put(tmp_path, {
        "package.json": '{"private": true, "workspaces": ["apps/*"]}',
        "package-lock.json": '{"lockfileVersion": 3, "packages": {}}',
        "apps/web/package.json": EXPRESS["package.json"],
        "apps/web/server.js": EXPRESS["server.js"],
        "dockgen.yaml": "dockgen: 1\napps:\n  apps/web:\n    set: {port: 7000}\n",
    })  # fmt: skip
    for directory in (tmp_path, tmp_path / "apps/web"):
        (found,) = work.look(str(directory), Request())
        assert found.plan.runtime.port == 7000


def test_the_last_preset_is_the_strongest_and_each_is_above_what_it_extends(shop):
    put(shop, {
        ".dockgen/presets/a.yaml": PRESET + "set: {user: 20001, init: none, comments: teach}\n",
        ".dockgen/presets/b.yaml": PRESET + "extends: a\nset: {user: 20002, init: tini}\n",
        ".dockgen/presets/c.yaml": PRESET + "extends: [a]\nset: {user: 20003}\n",
    })  # fmt: skip

    def read(*presets):
        given = gather(str(shop), Request(presets=presets), {}).settings().given
        return {key: (setting.value, setting.source) for key, setting in given.items()}

    assert read("b") == {"user": ("20002", "preset b"), "init": ("tini", "preset b"), "comments": ("teach", "preset a")}
    assert read("b", "c")["user"] == ("20003", "preset c")
    assert read("b", "c")["init"] == ("none", "preset a")  # c brings a again, after b
    assert read("c", "b")["user"] == ("20002", "preset b")


@pytest.mark.parametrize(
    ("presets", "flags", "yaml", "wanted", "source"),
    [
        (("a", "b"), (), "", "compose make bake", "preset b"),
        (("b", "a"), (), "", "make bake compose", "preset a"),
        (("a",), ("with=just",), "", "compose just", "--set"),
        (("a", "none"), (), "", "", "preset none"),
        (("a",), ("with=",), "", "", "--set"),
        (("a",), (), "set: {with: [hadolint]}\n", "hadolint", "dockgen.yaml"),
        ((), ("with=just",), "set: {with: [hadolint]}\n", "just", "--set"),
        (("weak", "a"), (), "", "compose", "preset a"),
    ],
)
def test_companions_of_presets_and_flags_add_up(shop, presets, flags, yaml, wanted, source):
    """They are things to add, unless somebody says that there is none; dockgen.yaml has the last word on presets."""
    put(shop, {
        ".dockgen/presets/a.yaml": PRESET + "set: {with: [compose]}\n",
        ".dockgen/presets/b.yaml": PRESET + "set: {with: [make, bake]}\n",
        ".dockgen/presets/none.yaml": PRESET + "set: {with: []}\n",
        ".dockgen/presets/weak.yaml": PRESET + "defaults: {with: [just]}\n",
        "dockgen.yaml": f"dockgen: 1\n{yaml}",
    })  # fmt: skip
    found = gather(str(shop), Request(presets=presets, flags=flags), {}).settings()
    assert (found.value("with"), found.get("with").source) == (wanted, source)


def test_what_a_header_says_counts_above_presets_and_below_dockgen_yaml(shop):
    put(shop, {".dockgen/presets/a.yaml": PRESET + "set: {user: 20001, port: 7000}\n"})
    text = header.stamp("FROM x\n", version="1.0.0", inputs="0" * 8, asked=(("port", "7001"), ("preset", "a")))
    put(shop, {"Dockerfile": text})

    def read(request, env=None):
        found = gather(str(shop), request, env or {})
        return found.settings().value("port"), found.settings().value("user"), dict(found.asked(""))

    recalling = Request(recalls=True)
    assert read(Request()) == ("", "", {})
    assert read(recalling) == ("7001", "20001", {"port": "7001", "preset": "a"})
    assert read(recalling, {"DOCKGEN_PORT": "7002"})[0] == "7002"
    assert read(replace(recalling, flags=("port=7003",))) == ("7003", "20001", {"port": "7003", "preset": "a"})
    put(shop, {"dockgen.yaml": "dockgen: 1\nset: {port: 7004}\n"})
    assert read(recalling) == ("7004", "20001", {"preset": "a"}), "what is written down leaves the header"
    assert read(replace(recalling, flags=("port=7004",)))[2] == {"preset": "a"}


def test_variables_and_flags_name_files_too(shop):
    put(shop, {".dockgen/presets/a.yaml": PRESET + "set: {user: 20001}\n", "answers.json": '{"port": 7000}'})
    asked = Request().with_variables(
        {
            "DOCKGEN_PRESET": "a, fastapi",
            "DOCKGEN_PACKS": "x y",
            "DOCKGEN_ANSWERS": "f",
            "DOCKGEN_TEMPLATES": f"p{os.pathsep}q",
        }
    )
    assert asked == Request(presets=("a", "fastapi"), packs=("x", "y"), answers="f", templates=("p", "q"))
    assert Request(presets=("b",)).with_variables({"DOCKGEN_PRESET": "a"}).presets == ("b",)
    env = {"DOCKGEN_PRESET": "a", "DOCKGEN_ANSWERS": str(shop / "answers.json")}
    read = gather(str(shop), Request(), env).settings()
    assert (read.value("user"), read.value("port")) == ("20001", "7000")


# Defaults are weaker than detection ------------------------------------------------------------------------------------

# key -> a project that says it, what a preset says, the same project without what says it
SAID = {
    "stack": (EXPRESS, "python"),
    "kind": ({"package.json": '{"bin": "cli.js", "name": "knots"}', "cli.js": "console.log(1)\n"}, "worker"),
    "version": (EXPRESS | {".nvmrc": "22\n"}, "24"),
    "manager": (EXPRESS | {"package-lock.json": '{"lockfileVersion": 3, "packages": {"": {}}}'}, "yarn"),
    "framework": (EXPRESS, "koa"),
    "build": (EXPRESS | {"package.json": EXPRESS["package.json"].replace('"scripts": {', '"scripts": {"build": "node make.js", ')}, "node other.js"),
    "start": (EXPRESS, "node other.js"),
    "main": ({"go.mod": "module example.com/a\ngo 1.25\n", "cmd/a/main.go": "package main\nfunc main() {}\n"}, "./cmd/b"),
    "port": (EXPRESS, "9999"),
    "health": (EXPRESS | {"server.js": EXPRESS["server.js"] + 'app.get("/healthz", (q, a) => a.send("ok"));\n'}, "/other"),
}  # fmt: skip


def chosen(files, given):
    project = Project.of(files)
    plan = decide(choose(project, given).facts, given)
    return {"stack": plan.stack, "kind": plan.kind, "framework": plan.framework or ""} | {
        c.key: c.value for c in plan.choices
    }


def test_every_detected_key_is_tried():
    assert set(SAID) == set(DETECTED)


@pytest.mark.parametrize("key", DETECTED)
def test_a_default_is_weaker_than_what_is_detected(key):
    files, other = SAID[key]
    weak = Settings({}, weak={key: Setting(other, "default of preset x", "x.yaml:1:1")})
    plain = chosen(files, settings.NOTHING)
    assert plain[key]
    assert chosen(files, weak) == plain
    assert plain[key] != other


def test_a_default_is_stronger_than_a_convention():
    files = EXPRESS | {"server.js": 'const app = require("express")();\nlisten(app);\n'}
    weak = Settings(
        {},
        weak={
            k: Setting(v, "default of preset x", "x.yaml:1:1")
            for k, v in {"port": "9999", "version": "24", "health": "/up"}.items()
        },
    )
    assert {k: chosen(files, weak)[k] for k in ("port", "version", "health")} == {
        "port": "9999",
        "version": "24",
        "health": "/up",
    }


def test_a_default_helps_where_detection_gives_up():
    weak = Settings(
        {},
        weak={
            "start": Setting("python -m job", "default of preset x", "x.yaml:1:1"),
            "kind": Setting("job", "default of preset x", "x.yaml:1:1"),
        },
    )
    found = chosen({"requirements.txt": "requests==2.32.0\n", "job/__init__.py": ""}, weak)
    assert (found["start"], found["kind"]) == ("python -m job", "job")


# psycopg2 brings libpq5 by itself.
PSYCOPG = {
    "requirements.txt": "psycopg2==2.9.10\nflask==3.1.2\n",
    "app.py": "from flask import Flask\napp = Flask(__name__)\n",
}


@pytest.mark.parametrize(("how", "said", "found"), [
    ("given", "curl", "curl"),
    ("given", "+curl git", "curl git libpq5"),
    ("weak", "curl", "libpq5"),
    ("weak", "+curl", "curl libpq5"),
])  # fmt: skip
def test_packages(how, said, found):
    one = {"apt.run": Setting(said, "dockgen.yaml", "dockgen.yaml:1:1")}
    given = Settings(one) if how == "given" else Settings({}, weak=one)
    assert chosen(PSYCOPG, given)["apt.run"] == found


def test_a_default_brings_packages_where_none_are_found():
    weak = Settings({}, weak={"apt.run": Setting("curl", "default of preset x", "x.yaml:1:1")})
    assert chosen(EXPRESS, weak)["apt.run"] == "curl"


# Mistakes -------------------------------------------------------------------------------------------------------------


def test_every_mistake_of_dockgen_yaml_at_once(shop):
    put(
        shop,
        {
            "dockgen.yaml": "dockgen: 1\nst: {}\nset:\n  prt: 1\n  base: [alpin, slim]\n  user: root\n  port: 99999\n  dev: 3\n  env: {A-B: x}\nextra: {before_user: RUN true}\napps:\n  x: {set: {hlth: no}}\n"
        },
    )
    assert [str(m) for m in wrong(shop).mistakes] == [
        "dockgen.yaml:2:1: unknown key 'st'; did you mean 'set'?",
        "dockgen.yaml:4:8: unknown key 'prt'; did you mean 'port'?",
        "dockgen.yaml:5:9: unknown value 'alpin' of base; did you mean 'alpine'?",
        "dockgen.yaml:6:9: not a user that an app can run as: 'root'; UID or UID:GID, numbers from 100, such as 10001 or 10001:0",
        "dockgen.yaml:7:9: not a port: '99999'; a whole number from 1 to 65535",
        "dockgen.yaml:8:8: unknown value '3' of dev; one of no, yes",
        "dockgen.yaml:9:14: not the name of an environment variable: 'A-B'",
        "dockgen.yaml:12:19: unknown key 'hlth'; did you mean 'health'?",
    ]


def test_every_mistake_of_a_preset_at_once(shop):
    put(
        shop,
        {
            ".dockgen/presets/a.yaml": "dockgen: 1\nmatch: {stack: ruby}\ndefaults: {prt: 1}\nset: {dev: x}\nneeds: {registri: x}\nproject: {/etc/x: a, ../y: b}\n"
        },
    )
    error = wrong(shop, Request(presets=("a",)))
    assert sorted(m.what for m in error.mistakes) == [
        "'ruby' is none of node, python, go, static",
        "'summary' is missing",
        "not a path in a project: '../y'",
        "not a path in a project: '/etc/x'",
        "unknown key 'prt'",
        "unknown key 'registri'",
        "unknown value 'x' of dev",
    ]


def test_an_app_that_is_not_there(tmp_path):
    put(tmp_path, {
        "dockgen.yaml": "dockgen: 1\napps:\n  services/apo: {}\n  web:\n    set: {port: 1}\n",
        **{f"services/api/{name}": text for name, text in EXPRESS.items()},
    })  # fmt: skip
    with pytest.raises(InputError) as caught:
        work.look(str(tmp_path), Request())
    assert [str(m) for m in caught.value.mistakes] == [
        "dockgen.yaml:3:3: there is no app 'services/apo'; did you mean 'services/api'?",
        "dockgen.yaml:4:3: there is no app 'web'; one of services/api",
    ]


def test_packs_and_apps_stand_in_the_root(tmp_path):
    put(
        tmp_path,
        {"a/dockgen.yaml": "dockgen: 1\napps: {b: {}}\n", **{f"a/{name}": text for name, text in EXPRESS.items()}},
    )
    error = wrong(tmp_path, app="a")
    assert (error.what, error.where) == ("apps can be said in the dockgen.yaml of the root only", "a/dockgen.yaml")


@pytest.mark.parametrize("chain", [["a"], ["a", "b"], ["a", "b", "c"]])
def test_a_preset_that_extends_itself(shop, chain):
    for name, base in zip(chain, [*chain[1:], chain[0]], strict=True):
        put(shop, {f".dockgen/presets/{name}.yaml": PRESET + f"extends: {base}\n"})
    error = wrong(shop, Request(presets=("a",)))
    assert error.what == "the preset 'a' extends itself: " + " -> ".join(
        f".dockgen/presets/{n}.yaml" for n in [*chain, "a"]
    )


def test_a_diamond_is_no_circle(shop):
    put(
        shop,
        {
            f".dockgen/presets/{name}.yaml": PRESET + more
            for name, more in {"a": "extends: [b, c]\n", "b": "extends: d\n", "c": "extends: d\n", "d": ""}.items()
        },
    )
    assert [f.name for f in gather(str(shop), Request(presets=("a",)), {}).presets()] == ["b", "d", "c", "a"]


@pytest.mark.parametrize(("preset", "what"), [
    ("nope", "there is no preset 'nope'"),
    ("../../etc/passwd", "no such file"),
    ("a b", "not the name of a preset: 'a b'"),
    ("project/../x", "not the name of a preset: 'project/../x'"),
    ("", "not the name of a preset: ''"),
])  # fmt: skip
def test_no_such_preset(shop, preset, what):
    put(shop, {"dockgen.yaml": f"dockgen: 1\npreset: '{preset}'\n"})
    error = wrong(shop)
    assert error.what in (what, "this is a link that leads out of the project")
    assert error.where


# Files that are none --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["dockgen.yaml", ".dockgen/presets/a.yaml", ".dockgen/presets", ".dockgen"])
def test_a_link_that_leads_out_is_refused(shop, tmp_path, path):
    outside = put(tmp_path / "outside", {"dockgen.yaml": "dockgen: 1\n", "presets/a.yaml": PRESET, "a.yaml": PRESET})
    target = {
        "dockgen.yaml": outside / "dockgen.yaml",
        ".dockgen/presets/a.yaml": outside / "a.yaml",
        ".dockgen/presets": outside / "presets",
        ".dockgen": outside,
    }
    (shop / path).parent.mkdir(parents=True, exist_ok=True)
    (shop / path).symlink_to(target[path])
    error = wrong(shop, Request(presets=("a",)))
    assert error.what == "this is a link that leads out of the project"


def test_what_was_changed_is_read_anew(shop):
    for user in ("20001", "20002"):
        put(shop, {".dockgen/presets/a.yaml": PRESET + f"set: {{user: {user}}}\n"})
        assert gather(str(shop), Request(presets=("a",)), {}).settings().value("user") == user


def test_a_link_inside_is_fine(shop):
    put(shop, {"config/dockgen.yaml": "dockgen: 1\nset: {port: 7000}\n"})
    (shop / "dockgen.yaml").symlink_to("config/dockgen.yaml")
    assert gather(str(shop), Request(), {}).settings().value("port") == "7000"


def test_what_is_no_file(shop):
    (shop / "dockgen.yaml").mkdir()
    assert wrong(shop).what == "this is no file"
    (shop / "dockgen.yaml").rmdir()
    (shop / "dockgen.yaml").symlink_to("nowhere.yaml")
    assert wrong(shop).what == "no such file"
    (shop / "dockgen.yaml").unlink()
    (shop / "dockgen.yaml").write_text("# " + "x" * 300_000)
    assert wrong(shop).what == "the file is larger than 256 KiB"


def test_a_fifo_does_not_hang(shop):
    os.mkfifo(shop / "dockgen.yaml")
    assert wrong(shop).what == "this is no file"


def test_a_preset_file_is_read_from_anywhere_when_a_flag_says_so(shop, tmp_path):
    put(tmp_path, {"p.yaml": PRESET + "set: {port: 7000}\n"})
    assert gather(str(shop), Request(presets=(str(tmp_path / "p.yaml"),)), {}).settings().value("port") == "7000"
    put(shop, {"dockgen.yaml": f"dockgen: 1\npreset: {tmp_path / 'p.yaml'}\n"})
    assert wrong(shop).where == str(tmp_path / "p.yaml") or wrong(shop).what.startswith(
        ("no such file", "this is a link")
    )


# Keys -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", [k for k in VALUES if "yes" in VALUES[k]])
@pytest.mark.parametrize(
    ("written", "read"), [("yes", "yes"), ("no", "no"), ("true", "yes"), ("False", "no"), ("YES", "yes")]
)
def test_yes_and_no(key, written, read):
    config = decode(Config, f"dockgen: 1\nset: {{{key}: {written}}}\n", "dockgen.yaml")
    from dockgen import presets

    assert presets.checked(config.set, "x", "x", {})[key].value == read


def test_a_version_stays_what_it_is():
    preset = decode(Preset, "dockgen: 1\nsummary: x\nset: {version: 3.10, name: no, start: [a, 1.0]}\n", "x.yaml")
    assert {k: v.text for k, v in preset.set.items()} == {"version": "3.10", "name": "no", "start": "a 1.0"}


def test_every_key_can_be_said_in_a_file_and_by_a_variable():
    for key in KEYS:
        assert settings.named(key, "x") == key
        assert settings.variable_of(key).startswith("DOCKGEN_")


# Answers --------------------------------------------------------------------------------------------------------------


def answered(shop, data, *args):
    done = subprocess.run(
        [sys.executable, "-m", "dockgen", "generate", "-o", "-", "--answers", "-", *args, str(shop)],
        input=data, env=environment({}), capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_answers_from_standard_input(shop):
    code, out, _ = answered(shop, b'{"port": 7000, "env": {"TZ": "UTC"}}')
    assert code == 0
    assert "\nEXPOSE 7000\n" in out
    assert "TZ=UTC" in out


@pytest.mark.parametrize("data", [b"", b" \n"])
def test_no_answers_are_none(shop, data):
    code, out, err = answered(shop, data)
    assert (code, out) == (2, "")
    assert err.startswith("error: --answers -: standard input is empty\n")


def test_mistakes_in_answers(shop):
    code, _, err = answered(shop, b"prt: 1\nport: x\n")
    assert code == 2
    assert err == (
        "error: standard input has 2 mistakes\n"
        "  standard input:1:6: unknown key 'prt'; did you mean 'port'?\n"
        "  standard input:2:7: not a port: 'x'; a whole number from 1 to 65535\n"
    )


def test_closed_standard_input(shop):
    command = f'exec "{sys.executable}" -m dockgen generate --answers - "{shop}" <&-'
    done = subprocess.run(["sh", "-c", command], env=environment({}), capture_output=True, timeout=60, check=False)
    assert done.returncode == 2
    assert b"standard input is empty" in done.stderr
    assert set(tree(shop)) == set(EXPRESS)


def test_what_ships_is_read_as_the_documents_say():
    for file in (ROOT / "presets").glob("*.yaml"):
        assert decode(Preset, file.read_bytes(), file.name).dockgen == "1"


def test_the_users_folder(monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", "/elsewhere")
    assert str(sources.user_folder()) == "/elsewhere/dockgen"
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setenv("HOME", "/home/someone")
    assert str(sources.user_folder()) == "/home/someone/.config/dockgen"
