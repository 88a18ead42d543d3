"""`dockgen pin` as a user runs it; the registry is a stand-in for crane that knows three tags."""

from __future__ import annotations

import json
import shutil

import pytest
from helpers import PROJECTS, dockgen, tree

NEW, OLD = "sha256:" + "a" * 64, "sha256:" + "b" * 64
CRANE = f"""#!/bin/sh
case "$2" in
    */library/node:26|*/library/node:latest|*/x/y:1) echo {NEW};;
    "") exit 0;;
    *) echo "Error: GET $2: MANIFEST_UNKNOWN: manifest unknown" >&2; exit 1;;
esac
"""


@pytest.fixture
def pin(tmp_path):
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "crane").write_text(CRANE)
    (programs / "crane").chmod(0o755)
    work = tmp_path / "work"
    work.mkdir()

    def run(*args, path=str(programs)):
        return dockgen("pin", *args, cwd=work, env={"PATH": path})

    run.work = work
    run.file = work / "Dockerfile"
    return run


def test_pin_then_check_then_generate(pin):
    (pin.work / "index.html").write_text("hello")
    assert dockgen("generate", pin.work).code == 0
    text = pin.file.read_text().replace("nginxinc/nginx-unprivileged:1.30-trixie AS", "x/y:1 AS")
    pin.file.write_text(text)
    run = pin()
    assert (run.code, run.err) == (0, "")
    assert run.out == "Dockerfile:5  x/y:1  unpinned  aaaaaaaaaaaa\nRewrote Dockerfile\n"
    assert pin.file.read_text() == text.replace("FROM x/y:1", f"FROM x/y:1@{NEW}")
    run = pin("--check")
    assert (run.code, run.out) == (0, "Dockerfile:5  x/y:1  current  aaaaaaaaaaaa\n")
    assert pin().out.endswith("Unchanged Dockerfile\n")


def test_generate_keeps_what_was_pinned(pin):
    (pin.work / "index.html").write_text("hello")
    dockgen("generate", pin.work)
    pinned = pin.file.read_text().replace("-trixie AS", f"-trixie@{NEW} AS")
    pin.file.write_text(pinned)
    run = dockgen("generate", pin.work)
    assert (run.code, run.out.splitlines()[0].split(" (")[0]) == (0, "Unchanged Dockerfile")
    assert pin.file.read_text() == pinned
    assert "warning: Dockerfile" not in run.err
    run = dockgen("generate", "--set", "port=9000", pin.work)
    assert run.out.startswith("Rewrote Dockerfile")
    assert f"-trixie@{NEW} AS" in pin.file.read_text()
    assert "@sha256" not in dockgen("generate", "-o", "-", pin.work).out


def test_an_image_that_is_new_has_no_digest_and_that_is_said(pin):
    shutil.copytree(PROJECTS / "python-job", pin.work, dirs_exist_ok=True)
    assert dockgen("generate", "--set", "python=3.13", pin.work).code == 0
    pin.file.write_text(pin.file.read_text().replace("trixie AS", f"trixie@{NEW} AS"))
    run = dockgen("generate", "--set", "python=3.14", cwd=pin.work)
    assert run.code == 0
    said = "warning: Dockerfile was pinned, and has no digest yet for python:3.14-slim-trixie: dockgen pin Dockerfile\n"
    assert run.err.count(said) == 1
    assert "sha256" not in pin.file.read_text()


def test_check_says_what_moved_and_writes_nothing(pin):
    text = f"FROM node:26@{OLD}\r\nFROM node:26\r\nFROM x/y:1@{NEW}\r\nCOPY --from=x/y:1 a b"
    pin.file.write_bytes(text.encode())
    before = tree(pin.work)
    run = pin("--check")
    assert (run.code, run.err) == (1, "")
    assert run.out == (
        "Dockerfile:1  node:26  moved     bbbbbbbbbbbb -> aaaaaaaaaaaa\n"
        "Dockerfile:2  node:26  unpinned  aaaaaaaaaaaa\n"
        "Dockerfile:3  x/y:1    current   aaaaaaaaaaaa\n"
        "Dockerfile:4  x/y:1    unpinned  aaaaaaaaaaaa\n"
    )
    shown = pin("--dry-run")
    assert (shown.code, shown.out.count("\n+FROM"), shown.out.count("\n+COPY")) == (0, 2, 1)
    assert tree(pin.work) == before
    assert pin("--check", "--json").code == 1
    run = pin("--json")
    images = json.loads(run.out)["images"]
    assert images[0] == {"file": "Dockerfile", "line": 1, "place": "FROM", "image": "node:26", "state": "moved",
                         "old": OLD, "new": NEW}  # fmt: skip
    written = text.replace(OLD, NEW).replace("26\r", f"26@{NEW}\r").replace("=x/y:1", f"=x/y:1@{NEW}")
    assert pin.file.read_bytes() == written.encode()


def test_a_variable_is_left_and_told(pin):
    text = f"ARG V=26\nFROM node:${{V}} AS a\nFROM x/y@{OLD}\nFROM a\n"
    pin.file.write_text(text)
    run = pin(path="/nowhere")  # nothing is asked
    assert run.code == 0
    assert run.err == "warning: Dockerfile:2: node:${V} cannot be pinned: its name is not written out\n"
    assert pin.file.read_text() == text
    assert [line.split()[2] for line in pin("--check").out.splitlines()] == ["variable", "untagged"]
    assert pin("--check").code == 1


def test_several_files_all_or_none(pin):
    (pin.work / "api").mkdir()
    (pin.work / "api" / "Dockerfile").write_text("FROM node:26\n")
    (pin.work / "web.Dockerfile").write_text("FROM node\n")
    assert pin("api", "web.Dockerfile", "./api/").code == 0
    assert (pin.work / "api" / "Dockerfile").read_text() == f"FROM node:26@{NEW}\n"
    assert (pin.work / "web.Dockerfile").read_text() == f"FROM node:latest@{NEW}\n"
    (pin.work / "web.Dockerfile").write_text("FROM node\n")
    pin.file.write_text("FROM x/y:1\nFROM gone:1\nFROM lost:2\n")
    before = tree(pin.work)
    run = pin("web.Dockerfile", ".")
    assert run.code == 2
    assert run.err == (
        "error: no digest for 2 of 4 images; nothing was written\n"
        "  docker.io/library/gone:1: there is no such image: Error: GET docker.io/library/gone:1: MANIFEST_UNKNOWN: manifest unknown\n"
        "  docker.io/library/lost:2: there is no such image: Error: GET docker.io/library/lost:2: MANIFEST_UNKNOWN: manifest unknown\n"
        "  at Dockerfile:2\n"
        "  hint: is the name right, and the tag still there? A named context cannot be pinned\n"
    )
    assert tree(pin.work) == before


@pytest.mark.parametrize(
    ("text", "args", "said"),
    [
        (None, [], "error: there is no Dockerfile\n"),
        ("", [], "error: this is no Dockerfile: it has no FROM\n"),
        ("FROM node:26", ["--mirror", "http://m"], "error: --mirror http://m: not a mirror\n"),
        ("FROM -x", [], "error: not an image reference: '-x:latest'\n  at Dockerfile:1\n"),
        ("\nFROM Node:26", [], "error: not an image reference: 'Node:26'\n  at Dockerfile:2\n"),
        ("FROM node:26", ["--with", "skopeo"], "error: skopeo is not installed; nothing was written\n"),
        ("FROM node:26", ["--with", "wget"], "error: --with: unknown value 'wget'\n  hint: one of buildx"),
        ("FROM node:26", ["other"], "error: there is no other\n"),
        ("FROM node:26", ["--mirror", "m.example/no"], "error: no digest for 1 of 1 images; nothing was written\n"),
    ],
)
def test_errors(pin, text, args, said):
    if text is not None:
        pin.file.write_text(text)
    if args[:1] == ["--mirror"] and "example" in args[1]:
        pin.file.write_text("FROM gone:1")
    before = tree(pin.work)
    run = pin(*args)
    assert run.code == 2
    assert run.err.startswith(said), run.err
    assert tree(pin.work) == before


def test_no_client(pin):
    pin.file.write_text("FROM node:26\n")
    run = pin(path="/nowhere")
    assert run.code == 2
    assert run.err.splitlines() == [
        "error: no program that asks registries for digests is installed; nothing was written",
        "  hint: install docker with buildx, skopeo or crane",
    ]


def test_a_symlink_is_not_written_through(pin):
    (pin.work / "real").write_text("FROM node:26\n")
    pin.file.symlink_to("real")
    run = pin()
    assert (run.code, "is not a regular file" in run.err) == (4, True)
    assert (pin.work / "real").read_text() == "FROM node:26\n"


def test_the_mode_of_the_file_stays(pin):
    pin.file.write_text("FROM node:26\n")
    pin.file.chmod(0o640)
    assert pin().code == 0
    assert pin.file.stat().st_mode & 0o777 == 0o640


def test_nothing_to_pin(pin):
    pin.file.write_text("FROM scratch\n")
    run = pin("--check", path="/nowhere")
    assert (run.code, run.out) == (0, "No images of others are named: there is nothing to pin.\n")
