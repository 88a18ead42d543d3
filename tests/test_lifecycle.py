"""What becomes of the files after the first day: checked, edited, updated, merged, ejected, each state named rightly."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest
from dockgen import header
from helpers import PROJECTS, dockgen, tree

OLDER = re.compile(r"^# dockgen \S+", re.MULTILINE)


@pytest.fixture
def project(tmp_path):
    """A project in a repository, its files written and committed."""
    shutil.copytree(PROJECTS / "python-fastapi-uv", tmp_path, dirs_exist_ok=True)
    git(tmp_path, "init", "-q")
    assert dockgen("generate", tmp_path).code == 0
    commit(tmp_path)
    return tmp_path


def git(folder, *arguments):
    who = ["-c", "user.email=a@example.com", "-c", "user.name=a", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *who, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout


def commit(folder):
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "x")


def edit(folder, before, after, name="Dockerfile"):
    file = folder / name
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


def kinds(folder, *arguments):
    """The exit code of check and the kinds of reasons for each file."""
    run = dockgen("check", "--json", folder, *arguments)
    data = json.loads(run.out)
    assert data["current"] == (run.code == 0)
    return run.code, {f["path"]: [r["kind"] for r in f["reasons"]] for f in data["files"]}


def test_what_was_just_written_is_up_to_date(project):
    before = tree(project)
    assert kinds(project) == (0, {"Dockerfile": [], ".dockerignore": []})
    assert dockgen("update", project).out == "Unchanged Dockerfile\nUnchanged .dockerignore\n"
    assert dockgen("diff", "--exit-code", project).code == 0
    assert tree(project) == before


def test_nothing_written_yet(tmp_path):
    shutil.copytree(PROJECTS / "go-chi", tmp_path, dirs_exist_ok=True)
    assert kinds(tmp_path) == (1, {"Dockerfile": ["missing"], ".dockerignore": ["missing"]})


def test_an_edit_is_told_and_is_no_fault(project):
    edit(project, "EXPOSE 8000\n", "EXPOSE 8000\nSTOPSIGNAL SIGINT\n")
    assert kinds(project) == (0, {"Dockerfile": ["edited"], ".dockerignore": []})
    assert "1 line differs" in dockgen("check", project).out
    before = tree(project)
    assert "Unchanged Dockerfile, with your edits" in dockgen("update", project).out
    assert tree(project) == before


def test_a_change_of_the_project_is_told_with_its_place_and_brought_in(project):
    edit(project, "3.13", "3.14", ".python-version")
    run = dockgen("check", project)
    assert run.code == 1
    assert "out of date  version 3.14 (.python-version:1" in run.out
    assert kinds(project)[1]["Dockerfile"] == ["project"]
    assert dockgen("diff", "--exit-code", project).code == 1
    assert dockgen("update", project).out.startswith("Rewrote Dockerfile\n")
    assert "FROM python:3.14" in (project / "Dockerfile").read_text()
    assert kinds(project)[0] == 0


def older(project, changes):
    """Make the Dockerfile what an older dockgen wrote, in which CHANGES were not yet made, and commit it."""
    said, body = header.split((project / "Dockerfile").read_text())
    for now, then in changes.items():
        assert now in body
        body = body.replace(now, then)
    (project / "Dockerfile").write_text(header.stamp(body, version="0.0.9", inputs=said.inputs))
    commit(project)


def test_a_change_of_dockgen_is_told_apart(project):
    older(project, {"--start-interval=2s ": ""})
    assert kinds(project) == (1, {"Dockerfile": ["dockgen"], ".dockerignore": []})
    assert "written by dockgen 0.0.9" in dockgen("check", project).out
    edit(project, "3.13", "3.14", ".python-version")
    assert kinds(project)[1]["Dockerfile"] == ["dockgen", "project"]


def test_a_new_version_that_writes_the_same_touches_nothing(project):
    for name in ("Dockerfile", ".dockerignore"):
        file = project / name
        file.write_text(OLDER.sub("# dockgen 0.0.9", file.read_text(), count=1))
    before = tree(project)
    assert kinds(project)[0] == 0
    assert dockgen("update", project).code == 0
    assert tree(project) == before


def test_edits_survive_an_update_and_the_next_one(project):
    edit(project, "EXPOSE 8000\n", "EXPOSE 8000\nSTOPSIGNAL SIGINT\n")
    edit(project, "3.13", "3.14", ".python-version")
    assert kinds(project)[1]["Dockerfile"] == ["project", "edited"]
    assert "Merged Dockerfile, with your edits" in dockgen("update", project).out
    text = (project / "Dockerfile").read_text()
    assert "STOPSIGNAL SIGINT" in text
    assert "FROM python:3.14" in text
    assert kinds(project) == (0, {"Dockerfile": ["edited"], ".dockerignore": []})
    before = tree(project)
    assert dockgen("update", project).code == 0
    assert tree(project) == before
    edit(project, "3.14", "3.13", ".python-version")  # what was merged is in no commit; it is stored
    assert "Merged Dockerfile" in dockgen("update", project).out
    text = (project / "Dockerfile").read_text()
    assert "STOPSIGNAL SIGINT" in text
    assert "3.14" not in text


def conflict(project):
    edit(project, "FROM python:3.13-slim-trixie AS runtime", "FROM python:3.13-slim-bookworm AS runtime")
    edit(project, "3.13", "3.14", ".python-version")


def test_a_conflict_stays_in_the_file_and_is_never_called_success(project):
    conflict(project)
    run = dockgen("update", project)
    assert run.code == 1
    assert "Conflicts in Dockerfile: 1 of your edits" in run.out
    text = (project / "Dockerfile").read_text()
    assert "<<<<<<< your edits\nFROM python:3.13-slim-bookworm AS runtime\n||||||| what dockgen wrote\n" in text
    resolved = re.sub(r"<<<<<<< .*?=======\n(.*?)>>>>>>> [^\n]*\n", r"\1", text, flags=re.DOTALL)
    (project / "Dockerfile").write_text(resolved)
    assert kinds(project) == (0, {"Dockerfile": [], ".dockerignore": []})


@pytest.mark.parametrize(("choice", "code", "kept"), [("keep", 0, True), ("fail", 4, True), ("replace", 0, False)])
def test_other_ways_with_a_conflict(project, choice, code, kept):
    conflict(project)
    before = (project / "Dockerfile").read_text()
    assert dockgen("update", "--on-conflict", choice, project).code == code
    assert ((project / "Dockerfile").read_text() == before) is kept
    if not kept:
        assert (project / "Dockerfile.orig").read_text() == before


def test_an_edited_file_whose_origin_is_lost_is_not_touched(project):
    shutil.rmtree(project / ".git")
    conflict(project)
    before = tree(project)
    run = dockgen("update", project)
    assert (run.code, tree(project)) == (4, before)
    assert "not in git's history" in run.err


def test_a_dry_run_shows_the_merge_and_writes_nothing(project):
    edit(project, "EXPOSE 8000\n", "EXPOSE 8000\nSTOPSIGNAL SIGINT\n")
    edit(project, "3.13", "3.14", ".python-version")
    before = tree(project)
    run = dockgen("update", "--dry-run", project)
    assert run.code == 0
    assert "+FROM python:3.14-slim-trixie AS runtime" in run.out
    assert "-STOPSIGNAL" not in run.out
    assert tree(project) == before


def test_a_file_of_somebody_else_is_left_alone(project):
    (project / "Dockerfile").write_text("FROM scratch\n")
    assert kinds(project) == (1, {"Dockerfile": ["foreign"], ".dockerignore": []})
    before = tree(project)
    assert dockgen("update", project).code == 4
    assert tree(project) == before


def test_an_ejected_file_is_nobody_s_but_the_user_s(project):
    body = header.split((project / "Dockerfile").read_text())[1]
    assert dockgen("eject", project / "Dockerfile", "--dry-run").code == 0
    assert kinds(project)[0] == 0
    run = dockgen("eject", project)
    assert run.code == 0
    assert len(run.out.splitlines()) == 2
    assert (project / "Dockerfile").read_text() == body
    assert kinds(project)[1] == {"Dockerfile": ["foreign"], ".dockerignore": ["foreign"]}
    assert dockgen("eject", project).code == 2
    assert dockgen("generate", project).code == 4


def test_sarif_has_a_result_for_each_reason(project):
    edit(project, "3.13", "3.14", ".python-version")
    data = json.loads(dockgen("check", "--format", "sarif", project).out)
    (result,) = data["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("project", "error")
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "Dockerfile"


def test_originals_are_not_written_through_a_link(project, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (project / ".dockgen").symlink_to(outside)
    edit(project, "EXPOSE 8000\n", "EXPOSE 8000\nSTOPSIGNAL SIGINT\n")
    edit(project, "3.13", "3.14", ".python-version")
    before = tree(project)
    run = dockgen("update", project)
    assert run.code == 4
    assert "leads out of the project" in run.err
    assert tree(project) == before
    assert list(outside.iterdir()) == []
