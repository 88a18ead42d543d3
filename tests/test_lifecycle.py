"""What becomes of the files after the first day: checked, edited, updated, merged, ejected, each state named rightly."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest
from dockgen import __version__, header
from helpers import PROJECTS, ROOT, dockgen, tree

# An edit that meets no change.
OURS = ("WORKDIR /app\n\nCOPY --link --from", "WORKDIR /app\n\n# ours\nENV REGION=eu\n\nCOPY --link --from")
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


def headers(folder):
    return {name: header.split((folder / name).read_text())[0] for name in ("Dockerfile", ".dockerignore")}


def test_the_header_says_from_what_and_what_was_written(project, newer):
    """`inputs` follows the project, `body` what dockgen wrote: an edit changes neither, a newer dockgen only the second."""
    first = headers(project)
    body = header.split((project / "Dockerfile").read_text())[1]
    assert first["Dockerfile"].body == header.digest(body)
    edit(project, *OURS)
    dockgen("update", project)
    assert headers(project) == first
    dockgen("update", project, env=newer)
    second = headers(project)
    assert second["Dockerfile"].inputs == first["Dockerfile"].inputs
    assert second["Dockerfile"].body != first["Dockerfile"].body
    assert second["Dockerfile"].version == "9.9.0"
    assert second[".dockerignore"] == first[".dockerignore"], "what stays the same is not touched, not even its header"
    edit(project, "3.13", "3.14", ".python-version")
    dockgen("update", project, env=newer)
    third = headers(project)
    assert third["Dockerfile"].inputs != second["Dockerfile"].inputs
    assert third["Dockerfile"].body != second["Dockerfile"].body
    yours = header.split((project / "Dockerfile").read_text())[1]
    assert header.digest(yours) != third["Dockerfile"].body, "the edit is still there"


def test_without_git_what_was_written_is_stored_when_an_edit_is_seen(project):
    """Later there is nothing else to merge from."""
    shutil.rmtree(project / ".git")
    body = header.split((project / "Dockerfile").read_text())[1]
    edit(project, "EXPOSE 8000\n", "EXPOSE 8000\nSTOPSIGNAL SIGINT\n")
    assert dockgen("update", "--dry-run", project).code == 0
    assert not (project / ".dockgen").exists()
    assert dockgen("update", project).out == "Unchanged Dockerfile, with your edits\nUnchanged .dockerignore\n"
    assert (project / ".dockgen/originals/Dockerfile").read_text() == body
    edit(project, "3.13", "3.14", ".python-version")
    assert "Merged Dockerfile, with your edits" in dockgen("update", project).out
    assert kinds(project) == (0, {"Dockerfile": ["edited"], ".dockerignore": []})


@pytest.fixture
def newer(tmp_path_factory):
    """The environment of a dockgen 9.9.0, whose template says more about the port than this one's."""
    home = tmp_path_factory.mktemp("newer")
    for name in ("generator/dockgen", "templates", "presets"):
        shutil.copytree(ROOT / name, home / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path, before, after in (
        ("generator/dockgen/__init__.py", f'__version__ = "{__version__}"', '__version__ = "9.9.0"'),
        ("templates/common/Dockerfile.j2", "EXPOSE {{ runtime.port }}\n", "EXPOSE {{ runtime.port }}/tcp\n"),
    ):
        edit(home, before, after, path)
    return {"PYTHONPATH": str(home / "generator")}


def test_a_whole_life(project, newer):  # noqa: PLR0915  (one life, one story)
    """Written, edited by hand, the project changes, dockgen changes, both at once, a conflict, resolved, ejected."""

    def state(env=None):
        run = dockgen("check", "--json", project, env=env)
        differs = dockgen("diff", "--exit-code", project, env=env)
        reasons = {f["path"]: [r["kind"] for r in f["reasons"]] for f in json.loads(run.out)["files"]}
        assert bool(differs.out.strip()) == (differs.code == 1)
        return run.code, differs.code, reasons["Dockerfile"], reasons[".dockerignore"]

    def said(env=None):
        return dockgen("check", project, env=env).out

    def updated(env=None):
        """`update` twice, of which the second changes no byte."""
        first = dockgen("update", project, env=env)
        there = tree(project)
        again = dockgen("update", project, env=env)
        assert tree(project) == there
        assert again.code == 0 or first.code == 1
        return first

    # 1. As it was written; a person edits it.
    assert state() == (0, 0, [], [])
    edit(project, *OURS)
    assert state() == (0, 1, ["edited"], [])
    commit(project)
    # 2. The project changes: told with its value and its place.
    edit(project, "3.13", "3.14", ".python-version")
    assert state() == (1, 1, ["project", "edited"], [])
    assert ".python-version:1" in said()
    assert "Merged Dockerfile, with your edits" in updated().out
    assert state() == (0, 1, ["edited"], [])
    text = (project / "Dockerfile").read_text()
    assert "ENV REGION=eu" in text
    assert "FROM python:3.14-slim" in text
    commit(project)
    # 3. dockgen changes: told apart from the project.
    assert state(newer) == (1, 1, ["dockgen", "edited"], [])
    assert f"written by dockgen {__version__}, this is 9.9.0" in said(newer)
    # 4. Both at once.
    edit(project, "3.14", "3.13", ".python-version")
    assert state(newer) == (1, 1, ["dockgen", "project", "edited"], [])
    assert state() == (1, 1, ["project", "edited"], [])
    assert updated(newer).code == 0
    text = (project / "Dockerfile").read_text()
    assert "EXPOSE 8000/tcp" in text
    assert "FROM python:3.13-slim" in text
    assert "ENV REGION=eu" in text
    assert header.split(text)[0].version == "9.9.0"
    assert state(newer) == (0, 1, ["edited"], [])
    commit(project)
    # 5. An edit meets a change: both stay in the file, and nothing calls it success.
    edit(project, "EXPOSE 8000/tcp", "EXPOSE 8000/tcp 8001/udp")
    (project / "dockgen.yaml").write_text("dockgen: 1\nset: {port: 9000}\n")
    first = dockgen("update", project, env=newer)
    assert first.code == 1
    assert "Conflicts in Dockerfile" in first.out
    text = (project / "Dockerfile").read_text()
    assert "<<<<<<< your edits\n" in text
    assert "EXPOSE 9000/tcp\n" in text
    # 6. A person resolves it.
    resolved = re.sub(r"<<<<<<< .*?=======\n(.*?)>>>>>>> [^\n]*\n", r"\1", text, flags=re.DOTALL)
    (project / "Dockerfile").write_text(resolved)
    assert state(newer)[0] == 0
    assert "ENV REGION=eu" in resolved
    before = tree(project)
    assert dockgen("update", project, env=newer).code == 0
    assert tree(project) == before
    commit(project)
    # 7. It leaves dockgen.
    assert dockgen("eject", project, env=newer).code == 0
    assert state(newer) == (1, 1, ["foreign"], ["foreign"])
    assert (project / "Dockerfile").read_text() == header.split(resolved)[1]
    before = tree(project)
    assert dockgen("update", project, env=newer).code == 4
    assert dockgen("generate", project, env=newer).code == 4
    assert tree(project) == before


def test_sarif_names_files_from_the_folder_that_it_is_run_in(project):
    (project / "Dockerfile").unlink()
    done = dockgen("check", "--format", "sarif", project.name, cwd=project.parent)
    results = json.loads(done.out)["runs"][0]["results"]
    uri = results[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == f"{project.name}/Dockerfile"
