"""The life of companions and of what flags said: known later, edited, updated, left over, ejected, in monorepos too."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest
from dockgen import header
from helpers import PROJECTS, dockgen, tree

COMPANIONS = "compose,github,make,renovate,devcontainer,hadolint"
FILES = {
    "Dockerfile", ".dockerignore", "compose.yaml", ".devcontainer/devcontainer.json", "docker.mk",
    ".github/workflows/image.yml", "renovate.json5", ".hadolint.yaml",
}  # fmt: skip
WEB = {
    "package.json": '{"name": "shop", "version": "1.0.0", "scripts": {"start": "node server.js"},'
    ' "dependencies": {"express": "^5", "pg": "^8"}}',
    "server.js": 'require("express")().listen(3000)\n',
}


def git(folder, *arguments):
    who = ["-c", "user.email=a@example.com", "-c", "user.name=a", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], cwd=folder, capture_output=True, check=True)


def commit(folder):
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "x")


def edit(folder, name, before, after):
    file = folder / name
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


def app(folder):
    shutil.copytree(PROJECTS / "python-fastapi-uv", folder, dirs_exist_ok=True)
    return folder


@pytest.fixture
def plain(tmp_path):
    """A project in a repository, without files of dockgen."""
    app(tmp_path)
    git(tmp_path, "init", "-q")
    return tmp_path


@pytest.fixture
def project(plain):
    """The same, its files and companions written by a flag and committed."""
    assert dockgen("generate", "--with", COMPANIONS, plain).code == 0
    commit(plain)
    return plain


def state(folder, *arguments):
    """What check says of each file that is not up to date; its exit code agrees, and so does diff."""
    run = dockgen("check", "--json", *arguments, cwd=folder)
    data = json.loads(run.out)
    assert data["current"] == (run.code == 0)
    return {f["path"]: [r["kind"] for r in f["reasons"]] for f in data["files"] if f["reasons"]}


def checked(folder, *arguments):
    """The paths that check looks at."""
    return {f["path"] for f in json.loads(dockgen("check", "--json", *arguments, cwd=folder).out)["files"]}


def updated(folder, *arguments):
    """`update`, after which a second one changes no byte."""
    done = dockgen("update", *arguments, cwd=folder)
    there = tree(folder)
    again = dockgen("update", *arguments, cwd=folder)
    assert (again.code, tree(folder)) == (done.code, there)
    return done


# Companions


def test_companions_that_are_there_are_known_without_a_flag(project):
    before = tree(project)
    assert state(project) == {}
    assert checked(project) == FILES
    assert all(line.startswith("Unchanged ") for line in updated(project).out.splitlines())
    assert dockgen("diff", "--exit-code", project).code == 0
    assert dockgen("generate", project).code == 0
    assert tree(project) == before
    (said,) = json.loads(dockgen("explain", "with", "--json", "-C", project).out)["settings"]
    assert said["source"] == "files"
    assert "compose" in said["value"].split()


def test_edits_of_companions_survive_changes_of_the_project(project):
    edit(project, "compose.yaml", "mem_limit: 512m", "mem_limit: 1g")
    edit(project, ".github/workflows/image.yml", "17 4 * * 1", "3 3 * * 1")
    assert state(project) == {"compose.yaml": ["edited"], ".github/workflows/image.yml": ["edited"]}
    assert updated(project).code == 0
    edit(project, ".python-version", "3.13", "3.14")
    assert state(project)["Dockerfile"] == ["project"]
    assert state(project)[".devcontainer/devcontainer.json"] == ["project"]
    edit(project, "pyproject.toml", '"uvicorn>=0.34",', '"uvicorn>=0.34",\n    "psycopg[binary]>=3.2",')
    assert state(project)["compose.yaml"] == ["project", "edited"]
    assert "store postgres (pyproject.toml:" in dockgen("check", project).out
    assert "Merged compose.yaml, with your edits" in updated(project).out
    text = (project / "compose.yaml").read_text()
    assert "mem_limit: 1g" in text
    assert "image: postgres:" in text
    assert state(project) == {"compose.yaml": ["edited"], ".github/workflows/image.yml": ["edited"]}


def test_a_conflict_in_a_companion_is_named_until_it_is_resolved(project):
    edit(project, "compose.yaml", '"127.0.0.1:8000:8000"', '"8000:8000"')
    (project / "dockgen.yaml").write_text("dockgen: 1\nset: {port: 9000}\n")
    done = dockgen("update", project)
    assert done.code == 1
    assert "Conflicts in compose.yaml: 1 of your edits" in done.out
    assert state(project) == {"compose.yaml": ["conflict"]}
    before = tree(project)
    again = dockgen("update", project)
    assert (again.code, tree(project)) == (1, before)
    assert "Conflicts are left in compose.yaml" in again.out
    edit(project, "dockgen.yaml", "9000", "9100")  # nothing is merged on top of conflicts
    assert state(project)["compose.yaml"] == ["project", "conflict"]
    assert dockgen("update", project).code == 1
    assert (project / "compose.yaml").read_bytes() == before["compose.yaml"]
    assert dockgen("update", "--on-conflict", "fail", project).code == 4
    edit(project, "dockgen.yaml", "9100", "9000")
    text = (project / "compose.yaml").read_text()
    resolved = re.sub(r"<<<<<<< .*?=======\n(.*?)>>>>>>> [^\n]*\n", r"\1", text, flags=re.DOTALL)
    (project / "compose.yaml").write_text(resolved)
    dockgen("update", project)
    assert state(project) == {}


def test_a_file_that_dockgen_yaml_no_longer_asks_for_is_left_over(project):
    (project / "dockgen.yaml").write_text("dockgen: 1\nset: {with: [compose, github, make, renovate, devcontainer]}\n")
    assert state(project) == {".hadolint.yaml": ["leftover"]}
    assert "dockgen eject .hadolint.yaml" in dockgen("check", project).out
    before = tree(project)
    done = updated(project)
    assert done.code == 0
    assert ".hadolint.yaml is left over" in done.err
    assert tree(project) == before, "nothing is deleted, and the build still does not see it"
    assert dockgen("eject", project / ".hadolint.yaml").code == 0
    assert header.split((project / ".hadolint.yaml").read_text())[0] is None
    assert state(project) == {".dockerignore": ["project"]}
    assert "no longer have `.hadolint.yaml`" in dockgen("check", project).out
    updated(project)
    assert state(project) == {}
    assert checked(project) == FILES - {".hadolint.yaml"}


def test_a_flag_adds_to_what_is_there_and_none_means_none(project):
    assert dockgen("generate", "--with", "bake", "--with", "just", project).code == 0
    assert state(project) == {}
    assert checked(project) == FILES | {"docker-bake.hcl", "docker.just"}
    said = state(project, "--set", "with=")
    assert {path for path, kinds in said.items() if kinds == ["leftover"]} == (
        FILES - {"Dockerfile", ".dockerignore"}
    ) | {"docker-bake.hcl", "docker.just"}


def test_a_file_that_was_deleted_is_not_wanted_any_more(project):
    (project / "docker.mk").unlink()
    assert state(project) == {".dockerignore": ["project"]}
    updated(project)
    assert not (project / "docker.mk").exists()
    assert state(project) == {}


def test_a_foreign_companion_is_left_alone_and_told(plain):
    (plain / "compose.yaml").write_text("services: {}\n")
    before = tree(plain)
    done = dockgen("generate", "--with", "compose,make", plain)
    assert (done.code, tree(plain)) == (4, before)
    (plain / "dockgen.yaml").write_text("dockgen: 1\nset: {with: [compose, make]}\n")
    assert state(plain)["compose.yaml"] == ["foreign"]
    assert "`with` asks for compose" in dockgen("check", plain).out
    (plain / "dockgen.yaml").write_text("dockgen: 1\nset: {with: [make]}\n")
    assert dockgen("generate", plain).code == 0
    assert state(plain) == {}
    assert (plain / "compose.yaml").read_bytes() == before["compose.yaml"]
    assert dockgen("generate", "--with", "compose", "--force", plain).code == 0
    assert (plain / "compose.yaml.orig").read_bytes() == before["compose.yaml"]


def test_the_file_for_development_comes_and_goes_with_its_stage(plain):
    assert dockgen("generate", "--with", "compose", "--dev", plain).code == 0
    assert "compose.dev.yaml" in checked(plain)
    assert state(plain) == {}
    done = dockgen("generate", plain)
    assert "note: Dockerfile was written with dev=yes" in done.err
    assert "compose.dev.yaml is left over" in done.err
    assert state(plain) == {"compose.dev.yaml": ["leftover"]}


def test_one_file_of_a_companion_is_ejected_and_the_other_kept(plain):
    dockgen("generate", "--with", "kubernetes", plain)
    assert dockgen("eject", plain / "k8s/app.yaml").code == 0
    assert state(plain) == {}
    before = (plain / "k8s/app.yaml").read_bytes()
    edit(plain, ".python-version", "3.13", "3.14")
    assert updated(plain).code == 0
    assert (plain / "k8s/app.yaml").read_bytes() == before
    assert "k8s/kustomization.yaml" in checked(plain)
    assert state(plain, "--with", "kubernetes") == {"k8s/app.yaml": ["foreign"]}, "whoever names it is told"


def test_everything_is_ejected(project):
    done = dockgen("eject", project)
    assert done.code == 0
    assert {line.removeprefix(f"Ejected {project}/") for line in done.out.splitlines()} == FILES
    assert not any(header.split((project / name).read_text())[0] for name in FILES)
    assert state(project) == {"Dockerfile": ["foreign"], ".dockerignore": ["foreign"]}


# What flags said


def test_what_flags_said_is_kept_by_the_header(plain):
    flags = ("--base", "alpine", "-p", "hardened", "--set", "port=9000", "--set", 'env.MOTTO="a \\"b\\" c=d (e)"')
    assert dockgen("generate", *flags, "--with", "compose", plain).code == 0
    said, _ = header.split((plain / "Dockerfile").read_text())
    assert dict(said.asked) == {
        "base": "alpine", "port": "9000", "env.MOTTO": '"a \\"b\\" c=d (e)"', "preset": "hardened",
    }  # fmt: skip
    before = tree(plain)
    assert state(plain) == {}
    assert updated(plain).code == 0
    assert tree(plain) == before
    edit(plain, ".python-version", "3.13", "3.14")
    assert updated(plain).code == 0
    text = (plain / "Dockerfile").read_text()
    assert "FROM python:3.14-alpine" in text
    assert "EXPOSE 9000" in text
    assert header.split(text)[0].asked == said.asked
    (plain / "dockgen.yaml").write_text("dockgen: 1\nset: {port: 9100}\n")  # what is written down is stronger
    assert state(plain) == {"Dockerfile": ["project"], "compose.yaml": ["project"]}
    assert "port 9100 (dockgen.yaml:2" in dockgen("check", plain).out
    updated(plain)
    assert "port" not in dict(header.split((plain / "Dockerfile").read_text())[0].asked)


def test_other_flags_now_are_told_apart_from_a_change_of_the_project(plain):
    dockgen("generate", "--set", "port=9000", plain)
    assert state(plain, "--set", "port=9001") == {"Dockerfile": ["settings"]}
    assert "port 9001 (--set port); other settings are asked for" in dockgen("check", "--set", "port=9001", plain).out
    done = dockgen("generate", plain)  # what is said now is all that counts
    assert done.code == 0
    assert "note: Dockerfile was written with port=9000, which this does not ask for" in done.err
    assert "EXPOSE 8000" in (plain / "Dockerfile").read_text()
    assert state(plain) == {}


def test_init_moves_it_into_dockgen_yaml(plain):
    dockgen("generate", "--set", "port=9000", plain)
    assert dockgen("init", "--yes", plain).code == 0
    assert "port: 9000" in (plain / "dockgen.yaml").read_text().replace('"', "")
    assert header.split((plain / "Dockerfile").read_text())[0].asked == ()
    assert state(plain) == {}


def test_a_dockerfile_of_another_name_is_found(plain):
    dockgen("generate", "--set", "file=app.Dockerfile", "--with", "compose", plain)
    assert checked(plain) == {"app.Dockerfile", "app.Dockerfile.dockerignore", "compose.yaml"}
    assert state(plain) == {}
    dockgen("generate", "--set", "file=Dockerfile.small", "--base", "alpine", plain)
    assert state(plain, "--set", "file=Dockerfile.small", "--set", "with=compose").keys() <= {"compose.yaml"}
    assert "-alpine" in (plain / "Dockerfile.small").read_text()


def test_a_dockerfile_that_dockgen_yaml_calls_otherwise_is_left_over(plain):
    dockgen("generate", plain)
    (plain / "dockgen.yaml").write_text("dockgen: 1\nset: {file: app.Dockerfile}\n")
    assert dockgen("generate", plain).code == 0
    assert state(plain) == {"Dockerfile": ["leftover"], ".dockerignore": ["leftover"]}
    assert dockgen("eject", plain / "Dockerfile", plain / ".dockerignore").code == 0
    assert state(plain) == {}


def test_options_that_have_to_be_given_again_are_named(plain, tmp_path_factory):
    templates = tmp_path_factory.mktemp("templates")
    (templates / "common").mkdir()
    (templates / "common/Dockerfile.j2").write_text(
        '{% extends "!common/Dockerfile.j2" %}\n{% block user %}\nUSER 4711\n{% endblock %}\n'
    )
    dockgen("generate", "--templates", templates, plain)
    text = (plain / "Dockerfile").read_text()
    assert str(templates) not in text
    done = dockgen("check", plain)
    assert done.code == 1
    assert "it was written with --templates, which is not given now" in done.err
    assert "for `USER 4711`" in done.out
    done = dockgen("check", "--templates", templates, plain)
    assert (done.code, done.err) == (0, "")


def test_presets_that_are_files_are_found_again_if_they_lie_in_the_project(plain, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "ours.yaml"
    for place in (plain / "ours.yaml", outside):
        place.write_text("dockgen: 1\nsummary: ours\nset: {port: 9000}\n")
    dockgen("generate", "-p", plain / "ours.yaml", plain)
    assert "preset=./ours.yaml " in (plain / "Dockerfile").read_text()
    assert state(plain) == {}
    assert state(plain.parent, plain) == {}
    dockgen("generate", "-p", outside, plain)
    assert "needs=--preset " in (plain / "Dockerfile").read_text()
    done = dockgen("check", plain)
    assert done.code == 1
    assert "it was written with --preset, which is not given now" in done.err


def test_a_header_that_says_what_cannot_be_is_an_error(plain):
    dockgen("generate", "--set", "port=9000", plain)
    edit(plain, "Dockerfile", "port=9000 ", "prot=9000 ")
    done = dockgen("check", plain)
    assert done.code == 2
    assert "Dockerfile: unknown key 'prot'" in done.err
    edit(plain, "Dockerfile", "prot=9000 ", "port=many ")
    assert "Dockerfile: not a port" in dockgen("update", plain).err
    assert dockgen("generate", plain).code == 0


# What an edit is merged from


def test_an_edit_from_before_the_first_commit_is_merged(plain):
    """git has never seen what dockgen wrote, but the project that it was made from: it is made again."""
    dockgen("generate", "--with", "compose", "--set", "port=9000", plain)
    edit(plain, "compose.yaml", "mem_limit: 512m", "mem_limit: 1g")
    edit(plain, "Dockerfile", "EXPOSE 9000\n", "EXPOSE 9000\nSTOPSIGNAL SIGINT\n")
    commit(plain)
    edit(plain, ".python-version", "3.13", "3.14")
    edit(plain, "pyproject.toml", '"uvicorn>=0.34",', '"uvicorn>=0.34",\n    "psycopg[binary]>=3.2",')
    commit(plain)
    status = subprocess.run(["git", "status", "--porcelain"], cwd=plain, capture_output=True, check=True).stdout
    done = updated(plain)
    assert (done.code, status) == (0, b""), done.err
    assert "Merged Dockerfile, with your edits" in done.out
    assert "Merged compose.yaml, with your edits" in done.out
    text = (plain / "Dockerfile").read_text()
    assert "STOPSIGNAL SIGINT" in text
    assert "FROM python:3.14" in text
    assert state(plain) == {"Dockerfile": ["edited"], "compose.yaml": ["edited"]}


def test_an_edit_of_what_was_only_staged_is_merged(plain):
    dockgen("generate", plain)
    git(plain, "add", "-A")
    edit(plain, "Dockerfile", "EXPOSE 8000\n", "EXPOSE 8000\nSTOPSIGNAL SIGINT\n")
    edit(plain, ".python-version", "3.13", "3.14")
    assert "Merged Dockerfile" in updated(plain).out


def test_nothing_is_guessed_where_the_project_is_not_what_it_was(plain):
    edit(plain, ".python-version", "3.13", "3.12")
    dockgen("generate", plain)
    edit(plain, "Dockerfile", "EXPOSE 8000\n", "EXPOSE 8000\nSTOPSIGNAL SIGINT\n")
    edit(plain, ".python-version", "3.12", "3.14")
    commit(plain)
    before = tree(plain)
    done = dockgen("update", plain)
    assert (done.code, tree(plain)) == (4, before)
    assert "what dockgen wrote is not in git's history" in done.err


# Several apps


@pytest.fixture
def monorepo(tmp_path):
    app(tmp_path / "api")
    (tmp_path / "web").mkdir()
    for name, text in WEB.items():
        (tmp_path / "web" / name).write_text(text)
    git(tmp_path, "init", "-q")
    done = dockgen("generate", "--all", "--with", "compose,github,ecs,make", "--base", "alpine", cwd=tmp_path)
    assert done.code == 0, done.err
    commit(tmp_path)
    return tmp_path


def test_one_companion_for_all_apps(monorepo):
    before = tree(monorepo)
    assert state(monorepo, "--all") == {}
    assert state(monorepo, "--app", "api") == {}
    assert state(monorepo / "web") == {}
    assert updated(monorepo, "--all").code == 0
    assert tree(monorepo) == before
    edit(monorepo, "web/package.json", '"pg": "^8"', '"pg": "^8", "redis": "^5"')
    assert state(monorepo, "--all") == {"compose.yaml": ["project"]}
    assert "store valkey (package.json:1" in dockgen("check", "--all", cwd=monorepo).out
    assert state(monorepo, "--app", "web") == {}
    updated(monorepo, "--all")
    assert state(monorepo, "--all") == {}
    where = json.loads(dockgen("explain", "compose.yaml:2", "--json", cwd=monorepo).out)
    assert where["file"] == "compose.yaml"
    several = dockgen("explain", "Dockerfile:5", cwd=monorepo)
    assert several.code == 2
    assert "api/Dockerfile, web/Dockerfile" in several.err


def test_companions_of_one_app_beside_those_of_all(monorepo):
    done = dockgen("generate", "--app", "api", "--base", "alpine", "--with", "compose,github", cwd=monorepo)
    assert done.code == 0
    own = {"api/compose.yaml", ".github/workflows/image-parcels.yml"}
    assert own <= checked(monorepo, "--app", "api")
    assert state(monorepo, "--app", "api") == {}
    assert state(monorepo, "--all") == {}
    assert not own & checked(monorepo, "--all")
    ejected = dockgen("eject", "--dry-run", cwd=monorepo).out
    assert "image-parcels.yml" in ejected
    assert "Would eject compose.yaml" in ejected


def test_an_ignore_file_is_the_same_for_one_app_and_for_all(tmp_path):
    """In a workspace the build of each app starts at the root, where the companions of all lie."""
    (tmp_path / "package.json").write_text('{"name": "all", "private": true, "workspaces": ["apps/*"]}')
    for name in ("one", "two"):
        folder = tmp_path / "apps" / name
        folder.mkdir(parents=True)
        (folder / "package.json").write_text(WEB["package.json"].replace("shop", name))
        (folder / "server.js").write_text(WEB["server.js"])
    git(tmp_path, "init", "-q")
    (tmp_path / "dockgen.yaml").write_text("dockgen: 1\nset: {with: [make, hadolint]}\n")
    assert dockgen("generate", "--all", cwd=tmp_path).code == 0
    assert "docker.mk" in (tmp_path / "apps/one/Dockerfile.dockerignore").read_text()
    assert state(tmp_path, "--all") == {}
    assert state(tmp_path, "--app", "apps/one") == {}
    assert state(tmp_path / "apps" / "two") == {}
