"""What commands print with --json is what the published schemas say, and nothing else is on standard output."""

from __future__ import annotations

import json
import subprocess

import pytest
from dockgen import cli, outputs
from helpers import PROJECTS, ROOT, dockgen
from jsonschema import Draft202012Validator

SCHEMAS = {
    command: json.loads((ROOT / f"docs/reference/schemas/output-{command.replace(' ', '-')}.json").read_text("utf-8"))
    for command in outputs.BY_COMMAND
}
DIGEST = f"sha256:{'0' * 64}"


def strict(schema):
    """SCHEMA with no other field in any object than those that it names."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: strict(value) for key, value in schema.items()}
    return made | ({"additionalProperties": False} if "properties" in schema else {})


def printed(command, *args, cwd, code=0):
    """What COMMAND prints, held to its schema."""
    run = dockgen(*command.split(), *args, "--json", cwd=cwd)
    assert run.code == code, run
    data = json.loads(run.out)
    assert data["schema"] == 1
    Draft202012Validator(strict(SCHEMAS[command])).validate(data)
    return data


@pytest.fixture
def site(tmp_path):
    (tmp_path / "index.html").touch()
    return tmp_path


def git(*args, cwd):
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *args], cwd=cwd, check=True, capture_output=True
    )


@pytest.mark.parametrize("command", SCHEMAS)
def test_each_is_a_schema(command):
    Draft202012Validator.check_schema(SCHEMAS[command])


def test_every_command_has_one():
    assert {command.split()[0] for command in outputs.BY_COMMAND} == set(cli.COMMANDS) - {"completion"}
    for group in ("templates", "presets"):
        module = __import__(f"dockgen.cli.{group}", fromlist=["TABLE"])
        assert {c.split()[1] for c in outputs.BY_COMMAND if c.startswith(f"{group} ")} == set(module.TABLE)


@pytest.mark.parametrize("command", SCHEMAS)
def test_an_error(command, tmp_path):
    data = printed(command, "--nope", cwd=tmp_path, code=2)
    assert data["error"]["what"] == "no option --nope"


@pytest.mark.parametrize("project", ["python-fastapi-uv", "node-express-npm", "go-chi", "static-site"])
def test_detect(project):
    assert printed("detect", cwd=PROJECTS / project)["plan"]["stack"] == project.partition("-")[0]


def test_every_project_is_detected_as_the_schema_says(capsys):
    validator = Draft202012Validator(strict(SCHEMAS["detect"]))
    for project in sorted(PROJECTS.iterdir()):
        cli.run(["detect", "--json", str(project)])
        validator.validate(json.loads(capsys.readouterr().out))


def test_several_apps(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "package.json").write_text('{"scripts": {"start": "node a.js"}}')
    assert len(printed("detect", "--all", cwd=tmp_path)["apps"]) == 2
    assert len(printed("generate", "--all", "--dry-run", cwd=tmp_path)["apps"]) == 2
    assert len(printed("init", "--all", "--yes", cwd=tmp_path)["apps"]) == 2


def test_generate_and_init(site):
    assert "diff" in printed("init", "--dry-run", cwd=site)["files"][0]
    assert "diff" not in printed("generate", "--preset", "static", cwd=site)["files"][0]
    assert printed("init", "--yes", cwd=site)["files"][0]["change"] == "same"


def test_check_diff_and_eject(site):
    assert printed("check", cwd=site, code=1)["files"][0]["reasons"][0]["kind"] == "missing"
    assert [f["path"] for f in printed("diff", cwd=site)["files"]] == ["Dockerfile", ".dockerignore"]
    assert printed("diff", "--exit-code", cwd=site, code=1)
    dockgen("generate", cwd=site)
    assert printed("check", cwd=site)["current"] is True
    assert printed("diff", "--exit-code", cwd=site)["files"] == []
    assert printed("eject", "--dry-run", cwd=site) == printed("eject", cwd=site) | {"dry_run": True}
    assert {f["reasons"][0]["kind"] for f in printed("check", cwd=site, code=1)["files"]} == {"foreign"}
    assert printed("update", cwd=site, code=4)["error"]["name"] == "REFUSED"


def test_errors_of_check_in_every_way_of_asking_for_json(tmp_path):
    for args in (["--json"], ["--format", "json"], ["--format=json"]):
        assert json.loads(dockgen("check", *args, cwd=tmp_path).out)["error"]["name"] == "UNDECIDED"
    assert dockgen("check", "--format", "text", cwd=tmp_path).out == ""
    assert dockgen("check", "--", "--json", cwd=tmp_path).out == ""


def test_update(tmp_path):
    (tmp_path / "package.json").write_text('{"scripts": {"start": "node a.js"}, "engines": {"node": "24"}}')
    assert {f["state"] for f in printed("update", cwd=tmp_path)["files"]} == {"created"}
    assert {f["state"] for f in printed("update", cwd=tmp_path)["files"]} == {"unchanged"}
    git("init", "-q", cwd=tmp_path)
    git("add", "-A", cwd=tmp_path)
    git("commit", "-qm", "x", cwd=tmp_path)
    file = tmp_path / "Dockerfile"
    first = next(line for line in file.read_text().splitlines() if line.startswith("FROM "))
    file.write_text(file.read_text().replace(first, f"{first}\nLABEL a=b"))
    (tmp_path / "package.json").write_text('{"scripts": {"start": "node a.js"}, "engines": {"node": "26"}}')
    data = printed("update", "--dry-run", cwd=tmp_path, code=1)
    assert (data["dry_run"], data["files"][0]["state"], data["files"][0]["conflicts"]) == (True, "conflicts", 1)
    assert "<<<<<<<" in data["files"][0]["diff"]
    assert printed("update", "--on-conflict", "keep", cwd=tmp_path)["files"][0]["state"] == "kept"
    data = printed("update", "--on-conflict", "replace", cwd=tmp_path)
    assert (data["files"][0]["state"], data["kept"]) == ("replaced", ["Dockerfile.orig"])


def test_templates(tmp_path, site):
    name = "static/Dockerfile.j2"
    assert printed("templates list", cwd=site)["templates"][0]["layers"][0]["name"] == "dockgen"
    shown = printed("templates show", name, cwd=site)
    block = shown["blocks"][0]["name"]
    assert printed("templates show", name, "--block", block, cwd=site)["block"] == block
    made = printed("templates override", name, "--block", block, "--dry-run", cwd=site)
    assert printed("templates override", name, "--block", block, cwd=site) == made | {"dry_run": False}
    file = site / made["file"]
    assert file.read_text() == made["text"]
    assert printed("templates lint", cwd=site)["findings"] == []
    assert printed("templates rebase", cwd=site)["files"] == []
    assert printed("templates rebase", name, "--dry-run", cwd=site)["files"] == [{"file": made["file"], "conflicts": 0}]
    file.write_text(file.read_text().replace(f"block {block}", "block blok"))
    assert printed("templates lint", cwd=site, code=2)["findings"][0]["file"] == made["file"]


def test_templates_add(tmp_path, site):
    pack = tmp_path / "acme"
    pack.mkdir()
    (pack / "pack.yaml").write_text("dockgen: 1\nname: acme\nversion: 1.0\n")
    git("init", "-q", cwd=pack)
    git("add", "-A", cwd=pack)
    git("commit", "-qm", "x", cwd=pack)
    data = printed("templates add", str(pack), cwd=site)
    assert (data["name"], data["before"], data["is_new_in_config"]) == ("acme", "", True)


def test_presets(site):
    (site / ".dockgen/presets").mkdir(parents=True)
    (site / ".dockgen/presets/broken.yaml").write_text("x")
    (site / "good.yaml").write_text("dockgen: 1\nsummary: a preset\nset: {port: 1}\nneeds: {registry: why}\n")
    listed = {p["name"]: p for p in printed("presets list", cwd=site)["presets"]}
    assert listed["broken"]["error"]["code"] == 2
    assert listed["fastapi"]["fits"] is False
    shown = printed("presets show", "fastapi", "./good.yaml", cwd=site)
    assert {s["strength"] for s in shown["settings"]} == {"set", "default"}
    files = printed("presets validate", "good.yaml", ".dockgen/presets/broken.yaml", cwd=site, code=2)["files"]
    assert [f["valid"] for f in files] == [True, False]


@pytest.mark.parametrize(
    "what", [[], ["port"], ["DG101"], ["exec-form"], ["Dockerfile:1"], ["Dockerfile:3"], [".dockerignore:4"]]
)
def test_explain(site, what):
    assert printed("explain", *what, cwd=site)


def test_context(site):
    (site / ".env").write_text("A=1\n")
    (site / "dump.sql").write_text("x")
    data = printed("context", cwd=site)
    assert data["secrets"] == [{"path": ".env", "stays_out": True}]
    assert data["odd"]


def test_pin(site):
    (site / "Dockerfile").write_text(f"ARG A\nFROM $A AS a\nFROM node@{DIGEST}\n")
    images = printed("pin", cwd=site)["images"]
    assert {image["state"] for image in images} == {"variable", "untagged"}
