"""`dockgen presets`: what is there is listed with its place, shown as it counts, and checked with every mistake."""

from __future__ import annotations

import json

import pytest
from helpers import ROOT, dockgen

SHIPPED = sorted(p.stem for p in (ROOT / "presets").glob("*.yaml"))
OWN = "dockgen: 1\nsummary: our services\nextends: hardened\ndefaults: {port: 7000}\nset: {apt.run: +curl}\n"


@pytest.fixture
def project(tmp_path):
    (tmp_path / "main.go").write_text(
        'package main\nimport "net/http"\nfunc main() { http.ListenAndServe(":80", nil) }\n'
    )
    (tmp_path / "go.mod").write_text("module example.com/app\ngo 1.25\n")
    (tmp_path / ".dockgen/presets").mkdir(parents=True)
    (tmp_path / ".dockgen/presets/ours.yaml").write_text(OWN)
    return tmp_path


def listed(*args, **more):
    run = dockgen("presets", "list", "--json", *args, **more)
    assert run.code == 0, run.err
    return {row["name"]: row for row in json.loads(run.out)["presets"]}


def test_list_marks_what_fits(project):
    rows = listed(project)
    assert list(rows) == ["ours", *SHIPPED]
    assert rows["go"] == {
        "name": "go",
        "from": "dockgen",
        "path": "dockgen/presets/go.yaml",
        "summary": "an HTTP service in Go, on distroless",
        "match": {"stack": ["go"], "kind": ["web"], "framework": [], "manager": []},
        "fits": True,
    }
    assert rows["fastapi"]["fits"] is False
    assert rows["ours"]["fits"] is rows["hardened"]["fits"] is None
    text = dockgen("presets", "list", project).out.splitlines()
    assert text[0].startswith("  ours ")
    assert [line for line in text if line.startswith("*")] == [
        "* go         an HTTP service in Go, on distroless (dockgen)",
        "* fits this project",
    ]


def test_list_without_a_project(tmp_path):
    assert {row["fits"] for row in listed(tmp_path).values()} == {None, False}
    assert "*" not in dockgen("presets", "list", tmp_path).out


def test_a_name_that_is_taken_is_asked_for_with_its_place(project):
    (project / ".dockgen/presets/go.yaml").write_text(OWN)
    rows = listed(project)
    assert rows["go"]["from"] == "project"
    assert rows["dockgen/go"]["summary"] == "an HTTP service in Go, on distroless"
    shown = json.loads(dockgen("presets", "show", "dockgen/go", "--json", "-C", project).out)
    assert shown["presets"][0]["from"] == "dockgen"


def test_the_users_own(project, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    (home / "dockgen/presets").mkdir(parents=True)
    (home / "dockgen/presets/mine.yaml").write_text(OWN)
    rows = listed(project, env={"XDG_CONFIG_HOME": str(home)})
    assert rows["mine"]["from"] == "user"
    run = dockgen("generate", "-o", "-", "--preset", "mine", project, env={"XDG_CONFIG_HOME": str(home)})
    assert run.code == 0, run.err


def test_a_broken_one_does_not_hide_the_others(project):
    (project / ".dockgen/presets/bad.yaml").write_text("dockgen: 2\n")
    rows = listed(project)
    assert rows["bad"]["error"]["mistakes"][1]["what"] == "'2' is none of 1"
    assert set(SHIPPED) < set(rows)
    assert "bad        this cannot be read: dockgen presets validate" in dockgen("presets", "list", project).out


def test_show(project):
    run = dockgen("presets", "show", "ours", "-C", project)
    assert run.code == 0, run.err
    lines = run.out.splitlines()
    assert lines[0].startswith("hardened: ")
    assert lines[1] == "ours: our services"
    assert "  set      base        distroless slim  dockgen/presets/hardened.yaml:4:9" in lines
    assert "  set      apt.run     +curl            .dockgen/presets/ours.yaml:5:16" in lines
    assert "  default  port        7000             .dockgen/presets/ours.yaml:4:18" in lines
    assert run.out.endswith(OWN)


def test_show_as_json(project):
    data = json.loads(dockgen("presets", "show", "ours", "go", "airgapped", "--json", "-C", project).out)
    assert [p["name"] for p in data["presets"]] == ["hardened", "ours", "go", "airgapped"]
    assert data["presets"][1]["extends"] == ["hardened"]
    assert data["presets"][1]["text"] == OWN
    assert data["presets"][2]["project"] == ["go.mod", "main.go"]
    assert data["presets"][3]["needs"].keys() == {"registry"}
    settings = {s["key"]: s for s in data["settings"]}
    assert settings["port"] == {
        "key": "port", "value": "8080", "strength": "default", "source": "default of preset go",
        "where": "dockgen/presets/go.yaml:4:29",
    }  # fmt: skip
    assert settings["base"]["strength"] == "set"


def test_show_a_file(project):
    assert dockgen("presets", "show", ".dockgen/presets/ours.yaml", cwd=project).out.startswith("hardened: ")


@pytest.mark.parametrize(("args", "what", "hint"), [
    (["show", "fastap"], "there is no preset 'fastap'", "did you mean 'fastapi'?"),
    (["show", "dockgen/hardend"], "there is no preset 'dockgen/hardend'", "did you mean 'hardened'?"),
    (["show", "a b"], "not the name of a preset: 'a b'", "a name such as fastapi"),
    (["show", "./none.yaml"], "no such file", ""),
    (["shwo", "go"], "no command 'shwo'", "did you mean 'show'?"),
    (["frobnicate"], "no command 'frobnicate'", "one of list, show, validate"),
    (["show"], "missing argument", "dockgen presets show --help"),
])  # fmt: skip
def test_mistakes(project, args, what, hint):
    run = dockgen("presets", *args, cwd=project)
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith(f"error: {what}")
    assert hint in run.err


def test_help_imports_no_command():
    run = dockgen("presets", "--help")
    assert run.code == 0
    assert "validate  Whether a file is a preset" in run.out
    assert dockgen("presets").code == 2


def test_validate(project):
    good, bad, worse = ".dockgen/presets/ours.yaml", "bad.yaml", "worse"
    (project / bad).write_text("dockgen: 1\nsumary: x\nset:\n  prt: 1\nextends: hardend\n")
    (project / worse).write_text("a: [")
    run = dockgen("presets", "validate", good, bad, worse, "none.yaml", cwd=project)
    assert run.code == 2
    assert run.out == f"{good}: valid\n"
    assert run.err == (
        "error: bad.yaml has 3 mistakes\n"
        "  bad.yaml:1:1: 'summary' is missing\n"
        "  bad.yaml:2:1: unknown key 'sumary'; did you mean 'summary'?\n"
        "  bad.yaml:4:8: unknown key 'prt'; did you mean 'port'?\n"
        "error: not YAML: did not find expected node content\n  at worse:2:1\n"
        "error: no such file\n  at none.yaml\n"
    )
    data = json.loads(dockgen("presets", "validate", good, bad, "--json", cwd=project).out)
    assert [(f["path"], f["valid"], len(f["mistakes"])) for f in data["files"]] == [(good, True, 0), (bad, False, 3)]


def test_validate_follows_what_is_extended(project):
    (project / "a.yaml").write_text("dockgen: 1\nsummary: on nothing\nextends: nothing\n")
    run = dockgen("presets", "validate", "a.yaml", cwd=project)
    assert run.code == 2
    assert "there is no preset 'nothing'\n  at a.yaml:3:10\n" in run.err


def test_all_that_ship_are_valid():
    assert dockgen("presets", "validate", *(ROOT / "presets").glob("*.yaml")).code == 0
