"""`dockgen explain`: settings with what lost, lines with what printed them, rules with their reasons."""

from __future__ import annotations

import json
import re
import shutil

import pytest
from dockgen import guards, header, rendering, rules, work
from dockgen.settings import VALUES
from dockgen.sources import Request
from helpers import PROJECTS, dockgen


@pytest.fixture
def project(tmp_path):
    shutil.copytree(PROJECTS / "python-fastapi-uv", tmp_path, dirs_exist_ok=True)
    return tmp_path


def explained(project, *what):
    run = dockgen("explain", "--json", "-C", project, *what)
    assert (run.code, run.err) == (0, "")
    data = json.loads(run.out)
    assert data.pop("schema") == 1
    return data


def line_of(project, start):
    lines = dockgen("generate", "-o", "-", project).out.splitlines()
    return next(n for n, line in enumerate(lines, 1) if line.startswith(start))


def test_every_setting_has_value_source_and_evidence(project):
    found = {s["key"]: s for s in explained(project)["settings"]}
    assert found["stack"]["value"] == "python"
    assert found["version"]["value"] == "3.13"
    assert ".python-version:1" in found["version"]["evidence"]
    assert found["version"]["source"] == "detected"
    assert all(s["value"] is not None and s["source"] and s["evidence"] for s in found.values())


def test_a_flag_is_named_as_the_source(project):
    (port,) = explained(project, "port", "--set", "port=9000")["settings"]
    assert (port["value"], port["source"]) == ("9000", "--set")


def test_what_lost_is_told(tmp_path):
    (tmp_path / "requirements.txt").write_text("flask\ngunicorn\n")
    for name in ("app.py", "main.py"):
        (tmp_path / name).write_text("from flask import Flask\n\napp = Flask(__name__)\n")
    (start,) = explained(tmp_path, "start")["settings"]
    assert any("app:app" in rival for rival in start["lost"])
    assert "  lost  " in dockgen("explain", "start", "-C", tmp_path).out


def test_an_alias_and_a_key_that_nobody_decided(project):
    assert explained(project, "python")["settings"][0]["key"] == "version"
    assert explained(project, "registry")["settings"][0]["value"] == ""


def test_a_line_has_its_template_block_rule_and_settings(project):
    data = explained(project, f"Dockerfile:{line_of(project, 'USER ')}")
    assert data["origin"]["layer"] == "dockgen"
    assert data["origin"]["block"] == "user"
    assert data["origin"]["prints"].startswith("numeric, ")
    assert data["origin"]["place"].startswith("dockgen/templates/common/Dockerfile.j2:")
    assert [r["id"] for r in data["rules"]] == ["numeric-user"]
    data = explained(project, f"Dockerfile:{line_of(project, 'EXPOSE ')}")
    assert "port" in [s["key"] for s in data["settings"]]
    data = explained(project, ".dockerignore:5")
    assert data["origin"]["place"].startswith("dockgen/templates/common/dockerignore.j2:")


def test_a_line_of_an_override_and_of_a_slot(project):
    folder = project / ".dockgen/templates/common"
    folder.mkdir(parents=True)
    (folder / "Dockerfile.j2").write_text(
        '{% extends "!common/Dockerfile.j2" %}\n{% block user %}\nUSER 4711\n{% endblock %}\n'
    )
    data = explained(project, f"Dockerfile:{line_of(project, 'USER 4711')}")
    assert data["origin"]["layer"] == "project"
    assert data["origin"]["place"] == ".dockgen/templates/common/Dockerfile.j2:3"
    assert data["origin"]["prints"].startswith("numeric, "), "an override is for what it overrides"
    (project / "dockgen.yaml").write_text("dockgen: 1\nextra: {before_port: STOPSIGNAL SIGINT}\n")
    data = explained(project, f"Dockerfile:{line_of(project, 'STOPSIGNAL')}")
    assert data["origin"]["place"] == "extra.before_port"


def test_every_line_of_a_file_can_be_explained(project):
    for number in range(1, len(dockgen("generate", "-o", "-", project).out.splitlines()) + 1, 7):
        assert dockgen("explain", f"Dockerfile:{number}", "-C", project).code == 0


TWELVE = (
    "python-django-poetry", "python-fastapi-uv", "python-flask-pip", "go-chi", "go-gin", "node-express-npm", "node-nest-npm",
    "node-next-standalone", "node-vite-react", "node-astro-static", "static-404", "static-sphinx",
)  # fmt: skip
STYLES = (
    (),
    (f"with={' '.join(VALUES['with'])}", "dev=yes"),
    ("comments=teach", "versions=arg", "registry=registry.example.com/mirror", "base=alpine"),
)


@pytest.mark.parametrize("flags", STYLES, ids=["plain", "companions", "style"])
@pytest.mark.parametrize("name", TWELVE)
def test_no_line_is_without_an_answer(name, flags):
    """A template printed it, or it is the header, an empty line, a reason, or an instruction in another style."""
    found = work.look(str(PROJECTS / name), Request(flags=flags), {})
    texts = {a.path: a.text for _, files in work.rendered_all(found) for a in files}
    places = rendering.origins(found[0].plan, layers=found[0].layers)
    places |= work.companion_origins(found) if found[0].companions else {}
    whys = {rule.why for rule in rules.RULES}
    for path, text in texts.items():
        for number, (line, origin) in enumerate(zip(text.splitlines(), places[path], strict=True), 1):
            if origin or not line.strip() or header.split(f"{line}\n")[0]:
                continue
            assert "comments=teach" in flags, f"{path}:{number} {line}"
            is_reason = line.lstrip("# ") in whys or line.startswith("# ")
            assert is_reason or re.match(r"(FROM|ARG|COPY|RUN) ", line), f"{path}:{number} {line}"


def test_what_no_template_printed_says_what_it_is(project):
    assert explained(project, "Dockerfile:2")["about"].startswith("the header: ")
    assert explained(project, "Dockerfile:3")["about"] == "an empty line, which means nothing"
    taught = dockgen("generate", "-o", "-", "--comments", "teach", project).out.splitlines()
    reason = next(r for r in rules.RULES if r.name == "exec-form")
    data = explained(project, f"Dockerfile:{taught.index(f'# {reason.why}') + 1}", "--comments", "teach")
    assert data["about"].startswith("a comment")
    assert [r["id"] for r in data["rules"]] == ["exec-form"]


def test_an_instruction_has_the_settings_that_it_is_about_and_no_others(project):
    def keys(start):
        return {s["key"] for s in explained(project, f"Dockerfile:{line_of(project, start)}")["settings"]}

    assert keys("CMD ") == {"start", "port"}
    assert keys("HEALTHCHECK ") == {"health", "port"}
    assert keys("RUN groupadd ") == set(), "`none` in /nonexistent is no setting"
    assert keys("USER ") == set()


@pytest.mark.parametrize("rule", [guards.GUARDS[0].id, "dg101", rules.RULES[0].name])
def test_a_rule(rule, tmp_path):
    run = dockgen("explain", rule, "-C", tmp_path)
    assert run.code == 0
    assert len(run.out.splitlines()) >= 2


@pytest.mark.parametrize("what", ["prot", "Dockerfile:0", "Dockerfile:9999", "compose.yaml:1", "DG999", "Dockerfile:"])
def test_what_is_nothing(project, what):
    run = dockgen("explain", what, "-C", project)
    assert (run.code, run.out) == (2, "")
    assert run.err.startswith("error: ")


def test_how_the_file_is_written_is_explained_too(project):
    (project / "dockgen.yaml").write_text("dockgen: 1\nset: {registry: registry.example.com}\n")
    said = dockgen("explain", "-C", project, "registry").out
    assert "registry  registry.example.com\n" in said
    assert "from  dockgen.yaml" in said


def test_a_line_of_a_companion():
    run = dockgen("explain", "compose.yaml:2", "-C", PROJECTS / "go-chi", "--with", "compose")
    assert run.code == 0, run.err
    assert "from  dockgen/templates/companions/compose/compose.yaml.j2:" in run.out
    assert "block compose_name" in run.out
    run = dockgen("explain", "compose.yaml:2", "-C", PROJECTS / "go-chi")
    assert run.code == 2
    assert "dockgen does not write compose.yaml" in run.err


def test_a_guard_rail_of_companions():
    run = dockgen("explain", "dg204", "-C", PROJECTS / "go-chi")
    assert run.code == 0
    assert run.out.startswith("DG204: Actions are named by a commit.\n")
