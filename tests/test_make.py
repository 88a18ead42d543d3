"""docker.mk and docker.just: make and just read them, for every project, and no name becomes a command."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PROJECTS, cases
from deployed import HOST, added, looked
from dockgen.templating.environment import just_form, make_form
from helpers import dockgen
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="there is no make on this machine")
JUST = shutil.which("just") or Path(sys.prefix) / "bin" / "just"
LINES = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1)
EVERYDAY = {"build", "run", "check", "current", "tag", "push", "pull", "save", "load", "history", "inspect", "size"}
EVERYDAY |= {"prune", "scan", "sbom", "digest", "sign", "verify"}
SAID = ["TO=1.4", "IDENTITY=me@example.com", "ISSUER=https://accounts.example.com", "TAG=1.3"]


def run(*argv, folder, text=""):
    return subprocess.run(
        [str(word) for word in argv], cwd=folder, input=text, capture_output=True, text=True, check=False
    )


def targets(text):
    """The targets that a docker.mk says are none of its files."""
    return [name for line in text.splitlines() if line.startswith(".PHONY: ") for name in line.split()[1:]]


@pytest.mark.parametrize("project", cases())
def test_make_reads_every_target(project, tmp_path):
    (text,) = added(looked(project), "make")[1].values()
    (tmp_path / "docker.mk").write_text(text)
    names = targets(text)
    assert {name.partition("-")[0] for name in names} >= EVERYDAY
    done = run("make", "-f", "docker.mk", "--dry-run", "--warn-undefined-variables", *SAID, *names, folder=tmp_path)
    undefined = [line for line in done.stderr.splitlines() if "OPTIONS" not in line and "PORT" not in line]
    assert (done.returncode, [line for line in undefined if "ARGS" not in line]) == (0, [])
    assert f" {HOST}/app-0:1.3" in done.stdout
    assert run("sh", "-n", folder=tmp_path, text=done.stdout).stderr == ""
    assert [line for line in done.stdout.splitlines() if line.startswith("docker image tag")] == [
        f"docker image tag {HOST}/app-{number}:1.3 {HOST}/app-{number}:1.4" for number in range(len(looked(project)))
    ]


@pytest.mark.parametrize("project", cases())
def test_just_reads_every_recipe(project, tmp_path):
    (text,) = added(looked(project), "just")[1].values()
    (tmp_path / "docker.just").write_text(text)
    done = run(JUST, "--justfile", "docker.just", "--dump", "--dump-format", "json", folder=tmp_path)
    assert done.stderr == ""
    recipes = json.loads(done.stdout)["recipes"]
    assert {name.partition("-")[0] for name in recipes} >= EVERYDAY
    assert all(recipe["doc"] for name, recipe in recipes.items() if name != "default")
    assert set(recipes) - {"default"} == set(targets(added(looked(project), "make")[1]["docker.mk"])) - {"help"}
    said = ""
    for name, recipe in recipes.items():
        words = ["a'b $(false)"] * sum(each["kind"] == "singular" for each in recipe["parameters"])
        dry = run(
            JUST, "--justfile", "docker.just", "--dry-run", "tag=1.3", name, *([] if name == "default" else words),
            folder=tmp_path,
        )  # fmt: skip
        assert dry.returncode == 0, dry.stderr
        said += dry.stderr if not name.startswith("tag") else ""
    assert f" {HOST}/app-0:1.3" in said
    assert run("sh", "-n", folder=tmp_path, text=said).stderr == ""


def test_they_say_the_same(tmp_path):
    """What make would run, but for the names of its own files, is what just would run."""
    for project in ("python-django-sqlite", "go-private", "python-private-index", "static-site", "node-workspace-npm"):
        _, made = added(looked(project), "make", "just")
        for path, text in made.items():
            (tmp_path / path).write_text(text)
        for name in ("build", "check", "run", "start", "push", "save", "size", "prune"):
            for target in [n for n in targets(made["docker.mk"]) if n == name or n.startswith(f"{name}-")]:
                one = run("make", "-f", "docker.mk", "--dry-run", "TAG=1.3", target, folder=tmp_path).stdout
                other = run(JUST, "--justfile", "docker.just", "--dry-run", "tag=1.3", target, folder=tmp_path).stderr
                assert one.replace("\\\n", "").split() == other.replace("\\\n", "").split()


@given(st.lists(LINES, min_size=1, max_size=8))
def test_make_and_its_shell_read_a_name_as_it_is(names):
    recipe = "".join(f"\t@printf '%s\\n' {make_form(name)}\n" for name in names)
    done = subprocess.run(
        ["make", "--no-print-directory", "-f", "-"], input=f"all:\n{recipe}".encode(), capture_output=True, check=False
    )
    assert done.stdout.decode() == "".join(f"{name}\n" for name in names), done.stderr


@given(st.lists(LINES, min_size=1, max_size=8))
def test_just_and_its_shell_read_a_name_as_it_is(names):
    recipe = "".join(f"    @printf '%s\\n' {just_form(name)}\n" for name in names)
    done = subprocess.run(
        [JUST, "--justfile", "/dev/stdin", "--working-directory", "/"],
        input=f"all:\n{recipe}".encode(),
        capture_output=True,
        check=False,
    )
    assert done.stdout.decode() == "".join(f"{name}\n" for name in names), done.stderr


@given(st.lists(LINES, min_size=1, max_size=4))
def test_words_stay_words(words):
    done = subprocess.run(
        ["make", "--no-print-directory", "-f", "-"],
        input=f"all:\n\t@printf '%s\\n' {make_form(words)}\n".encode(),
        capture_output=True,
        check=False,
    )
    assert done.stdout.decode() == "".join(f"{word}\n" for word in words), done.stderr


def test_a_makefile_of_the_project_stays_as_it_is(tmp_path):
    shutil.copytree(PROJECTS / "go-nethttp", tmp_path / "shop")
    for name in ("Makefile", "justfile"):
        (tmp_path / "shop" / name).write_text("mine:\n\techo mine\n")
    assert dockgen("generate", "--with", "make,just", tmp_path / "shop").code == 0
    for name in ("Makefile", "justfile"):
        assert (tmp_path / "shop" / name).read_text() == "mine:\n\techo mine\n"
    (tmp_path / "shop" / "Makefile").write_text("docker-%:\n\t@$(MAKE) --no-print-directory -f docker.mk $*\n")
    help_ = run("make", "docker-help", folder=tmp_path / "shop").stdout
    assert help_.splitlines()[0].split(None, 1) == ["help", "show this"]
    assert "push it" in help_
    (tmp_path / "shop" / "justfile").write_text("mod docker 'docker.just'\n")
    assert "push it" in run(JUST, "--list", "docker", folder=tmp_path / "shop").stdout


@pytest.mark.parametrize("argv", [("make", "-f", "docker.mk"), (JUST, "--justfile", "docker.just")])
def test_without_a_target_it_shows_them(argv, tmp_path):
    for path, text in added(looked("node-workspace-npm"), "make", "just")[1].items():
        (tmp_path / path).write_text(text)
    shown = run(*argv, folder=tmp_path).stdout
    assert {"build", "build-api", "build-web", "verify-web", "prune"} <= set(shown.split())


def test_a_tag_has_to_be_said(tmp_path):
    (tmp_path / "docker.mk").write_text(added(looked("go-nethttp"), "make")[1]["docker.mk"])
    done = run("make", "-f", "docker.mk", "--dry-run", "tag", folder=tmp_path)
    assert done.returncode == 2
    assert "which tag? TO=1.4" in done.stderr


def test_an_env_file_is_used_where_there_is_one(tmp_path):
    for path, text in added(looked("python-django-sqlite"), "make", "just")[1].items():
        (tmp_path / path).write_text(text)
    for expected in ("--env SECRET_KEY ", "--env-file .env "):
        for argv in (("make", "-f", "docker.mk", "-n"), (JUST, "--justfile", "docker.just", "-n")):
            done = run(*argv, "run", folder=tmp_path)
            assert expected in done.stdout + done.stderr
        (tmp_path / ".env").touch()
