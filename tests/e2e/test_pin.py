"""`dockgen pin` against a real registry: digests of indexes, tags that move, mirrors, and what goes wrong."""

from __future__ import annotations

import shutil

import engine
import pytest
import registry
from dockgen.registry import CLIENTS
from helpers import PROJECTS, dockgen, tree

UV, PYTHON = "ghcr.io/astral-sh/uv:0.13.9", "python:3.13-slim-trixie"
IN_MIRROR = {UV: "astral-sh/uv:0.13.9", PYTHON: "library/python:3.13-slim-trixie"}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    if reason := registry.missing():
        pytest.skip(f"NOTHING WAS PINNED: {reason}")
    with registry.serve(tmp_path_factory.mktemp("registry")) as found:
        yield found


def with_client(client):
    if not shutil.which(client.argv[0]):
        pytest.skip(f"there is no {client.argv[0]} on this machine")
    return ["--with", client.name]


def short(digest: str) -> str:
    return digest.removeprefix("sha256:")[:12]


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
def test_pin_check_move_pin(served, client, tmp_path):
    ask = [*with_client(client), "--mirror", served.host]
    project = tmp_path / "project"
    shutil.copytree(PROJECTS / "python-fastapi-uv", project)
    assert dockgen("generate", project).code == 0
    file = project / "Dockerfile"
    text = file.read_text()
    old = {image: served.push(name, f"{image} of {client.name}") for image, name in IN_MIRROR.items()}

    assert dockgen("pin", "--check", *ask, project).code == 1
    assert file.read_text() == text
    run = dockgen("pin", *ask, project)
    assert run.code == 0, run.err
    pinned = text
    for image, digest in old.items():
        pinned = pinned.replace(f"FROM {image} ", f"FROM {image}@{digest} ")
    assert file.read_text() == pinned != text
    run = dockgen("pin", "--check", *ask, project)
    assert (run.code, run.out.count("  current  ")) == (0, 3), run

    new = served.push(IN_MIRROR[PYTHON], f"a newer one for {client.name}")
    before = tree(project)
    run = dockgen("pin", "--check", *ask, project)
    assert run.code == 1
    assert run.out.count(f"  moved    {short(old[PYTHON])} -> {short(new)}\n") == 2
    assert run.out.count(f"  current  {short(old[UV])}\n") == 1
    assert tree(project) == before

    assert dockgen("pin", *ask, project).code == 0
    assert file.read_text() == pinned.replace(old[PYTHON], new)
    assert dockgen("pin", "--check", *ask, project).code == 0
    run = dockgen("generate", project)
    assert run.out.startswith("Unchanged Dockerfile"), run
    assert file.read_text() == pinned.replace(old[PYTHON], new)


def test_a_pinned_file_builds_what_was_pinned(served, tmp_path):
    base = f"{served.host}/acme/base:1"
    (tmp_path / "Dockerfile").write_text(f"FROM {base} AS base\nFROM scratch\nCOPY --from=base /text /\n")
    served.push("acme/base:1", "the first")
    assert dockgen("pin", tmp_path).code == 0
    served.push("acme/base:1", "the second")
    out = tmp_path / "out"
    engine.docker("build", "--output", out, tmp_path)
    assert (out / "text").read_text() == "the first"
    assert dockgen("pin", tmp_path).code == 0
    engine.docker("build", "--output", out, tmp_path)
    assert (out / "text").read_text() == "the second"


@pytest.mark.parametrize("client", CLIENTS, ids=lambda client: client.name)
def test_one_clear_error_and_nothing_written(served, client, tmp_path, tmp_path_factory):
    ask = with_client(client)
    served.push("library/there:1", "there")
    with registry.serve(tmp_path_factory.mktemp("locked"), login=True) as locked:
        for image, said in {
            f"{served.host}/library/there:2": "there is no such image",
            f"{served.host}/library/gone:1": "there is no such image",
            f"{locked.host}/library/there:1": "there is no such image, or it needs a login",
            "127.0.0.1:9/library/there:1": "the registry cannot be reached",
            "registry.invalid/library/there:1": "the registry cannot be reached",
        }.items():
            (tmp_path / "Dockerfile").write_text(f"FROM {served.host}/library/there:1\nFROM {image}\n")
            before = tree(tmp_path)
            run = dockgen("pin", *ask, tmp_path)
            lines = run.err.splitlines()
            assert run.code == 2
            assert lines[0] == "error: no digest for 1 of 2 images; nothing was written"
            assert lines[1].startswith(f"  {image}: {said}: ")
            assert lines[2] == f"  at {tmp_path / 'Dockerfile'}:2"
            assert lines[3].startswith("  hint: ")
            assert len(lines) == 4
            assert tree(tmp_path) == before
