"""What scripts read: the result of a command as JSON, and what went wrong as JSON, with the same exit code."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from dockgen import cli
from dockgen.cli import work
from dockgen.errors import ExitCode, InputError
from helpers import dockgen, environment, tree

APP = {
    "package.json": '{"name": "shop", "scripts": {"start": "node server.js"}}',
    "server.js": 'require("http").createServer((q, a) => a.end("open")).listen(3000);\n',
}


@pytest.fixture
def shop(tmp_path):
    folder = tmp_path / "shop"
    folder.mkdir()
    for name, text in APP.items():
        (folder / name).write_text(text)
    return folder


@pytest.mark.parametrize("command", [("generate",), ("init", "--yes")])
def test_a_result(shop, command):
    run = dockgen(*command, "--json", "--set", "health=tcp", "--preset", "express", shop)
    assert run.code == 0, run.err
    data = json.loads(run.out)
    assert data["schema"] == 1
    assert (data["name"], data["folder"], data["context"], data["dry_run"], data["kept"]) == ("shop", "", "", False, [])
    is_kept = command[0] == "init"  # what was said is
    written = ["Dockerfile", ".dockerignore", *(["dockgen.yaml"] if is_kept else [])]
    assert [(f["path"], f["change"]) for f in data["files"]] == [(path, "create") for path in written]
    for file in data["files"]:
        assert (shop / file["path"]).read_text().count("\n") == file["lines"]
        assert file.keys() == {"path", "change", "lines"}
    assert data["presets"] == [{"name": "express", "from": "dockgen", "path": "dockgen/presets/express.yaml"}]
    settings = {s["key"]: (s["value"], s["source"], s["reason"]) for s in data["settings"]}
    assert settings["stack"][:2] == ("node", "detected")
    assert (
        settings["health"] == ("tcp", "dockgen.yaml", "dockgen.yaml:3:11")
        if is_kept
        else ("tcp", "--set", "--set health")
    )
    assert settings["port"][:2] == ("3000", "detected")
    assert data["commands"]["build"] == f"docker build -t shop {shop}"
    assert data["commands"]["run"] == "docker run --rm -p 3000:3000 shop"
    assert any("is meant for framework express" in w for w in data["warnings"])
    again = json.loads(dockgen(*command, "--json", "--set", "health=tcp", "--preset", "express", shop).out)
    assert {f["change"] for f in again["files"]} == {"same"}


@pytest.mark.parametrize("command", [("generate",), ("init",), ("init", "--yes")])
def test_a_dry_run_has_the_differences(shop, command):
    run = dockgen(*command, "--json", "--dry-run", shop)
    data = json.loads(run.out)
    assert run.code == 0
    assert data["dry_run"] is True
    assert data["files"][0]["diff"].startswith("--- /dev/null\n+++ b/Dockerfile\n")
    assert set(tree(shop)) == set(APP)


def test_every_app_is_a_list(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for file, text in APP.items():
            (tmp_path / name / file).write_text(text)
    data = json.loads(dockgen("generate", "--all", "--json", tmp_path).out)
    assert [app["folder"] for app in data["apps"]] == ["a", "b"]
    assert [file["path"] for file in data["apps"][1]["files"]] == ["b/Dockerfile", "b/.dockerignore"]


def test_what_was_kept(shop):
    (shop / "Dockerfile").write_text("FROM scratch\n")
    refused = dockgen("generate", "--json", shop)
    error = json.loads(refused.out)["error"]
    assert refused.code == error["code"] == ExitCode.REFUSED
    assert error["name"] == "REFUSED"
    assert error["what"].startswith("Dockerfile exists")
    assert "--force" in error["hint"]
    forced = json.loads(dockgen("generate", "--json", "--force", shop).out)
    assert forced["kept"] == ["Dockerfile.orig"]
    assert forced["files"][0]["change"] == "foreign"


@pytest.mark.parametrize(("args", "code"), [
    (["generate", "--json", "--set", "prt=1"], ExitCode.INPUT),
    (["generate", "--json", "--no-such-flag"], ExitCode.INPUT),
    (["init", "--json"], ExitCode.INPUT),
    (["generate", "-o", "-", "--json"], ExitCode.INPUT),
    (["detect", "--json", "--set", "stack=x"], ExitCode.INPUT),
    (["presets", "show", "nothing", "--json"], ExitCode.INPUT),
    (["presets", "lst", "--json"], ExitCode.INPUT),
    (["generate", "--json", "--app", "x"], ExitCode.INPUT),
    (["generate", "--json", "nowhere"], ExitCode.INPUT),
])  # fmt: skip
def test_a_mistake(shop, args, code):
    run = dockgen(*args, cwd=shop)
    data = json.loads(run.out)
    assert run.code == data["error"]["code"] == code
    assert data["schema"] == 1
    assert run.err.startswith(f"error: {data['error']['what']}")
    assert data["error"]["mistakes"]
    assert set(tree(shop)) == set(APP)


def test_several_mistakes_are_a_list(shop):
    (shop / "dockgen.yaml").write_text("dockgen: 1\nset:\n  prt: 1\n  dev: maybe\n")
    error = json.loads(dockgen("generate", "--json", shop).out)["error"]
    assert error["mistakes"] == [
        {"what": "unknown key 'prt'", "where": "dockgen.yaml:3:8", "hint": "did you mean 'port'?"},
        {"what": "unknown value 'maybe' of dev", "where": "dockgen.yaml:4:8", "hint": "one of no, yes"},
    ]


def test_a_bug_is_one_in_json_too(shop, monkeypatch, capsys):
    def broken(*_, **__):
        raise RuntimeError("boom")

    monkeypatch.setattr(work, "look", broken)
    assert cli.run(["generate", "--json", str(shop)]) == ExitCode.BUG
    assert json.loads(capsys.readouterr().out)["error"]["name"] == "BUG"


def test_a_mistake_that_nobody_reads_keeps_its_exit_code(shop):
    command = (
        f'(sleep 0.5; "{sys.executable}" -m dockgen generate --json --set prt=1) | true; exit "${{PIPESTATUS[0]}}"'
    )
    done = subprocess.run(["bash", "-c", command], cwd=shop, env=environment({}), capture_output=True, check=False)
    assert done.returncode == ExitCode.INPUT
    assert done.stderr == b"error: --set: unknown key 'prt'\n  hint: did you mean 'port'?\n"


def test_an_error_as_data():
    assert InputError("what", where="a.yaml:1:2").to_data() == {
        "code": 2,
        "name": "INPUT",
        "what": "what",
        "where": "a.yaml:1:2",
        "hint": None,
        "mistakes": [{"what": "what", "where": "a.yaml:1:2", "hint": None}],
        "open": None,
    }
