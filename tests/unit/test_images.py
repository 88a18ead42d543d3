"""The images that a Dockerfile names, their digests put in and kept, everything else byte for byte the same."""

from __future__ import annotations

import pytest
from dockgen import header, pins
from dockgen.changes import compare
from dockgen.images import keep, references, with_digests
from dockgen.rendering import Artifact
from helpers import ROOT

A, B = "sha256:" + "a" * 64, "sha256:" + "b" * 64
SNAPSHOTS = sorted((ROOT / "tests/__snapshots__/test_golden").glob("*.Dockerfile"))


def named(text):
    return [(r.text, r.line, r.place) for r in references(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM node:26 AS a\nFROM A\nFROM scratch\nFROM b:1", [("node:26", 1, "FROM"), ("b:1", 4, "FROM")]),
        ("from --platform=$BUILDPLATFORM golang:1.27 as build", [("golang:1.27", 1, "FROM")]),
        ("# syntax=docker/dockerfile:1\nFROM a:1", [("docker/dockerfile:1", 1, "syntax"), ("a:1", 2, "FROM")]),
        ("# escape=`\nFROM `\n  # c\n  a:1 `\n AS x", [("a:1", 4, "FROM")]),
        ("RUN <<EOF\nFROM a:1\nEOF\nFROM b:1", [("b:1", 4, "FROM")]),
        ("FROM a:1 AS x\nCOPY --from=x --chown=1:1 a b\nCOPY --from=0 a b\nCOPY a --from=c:1 b", [("a:1", 1, "FROM")]),
        ("FROM a:1\nCOPY --link --from=b:2@" + A + " a b", [("a:1", 1, "FROM"), ("b:2@" + A, 2, "COPY")]),
        ("FROM a:1\nCOPY --from=context a b\nRUN --mount=from=other,target=/x ls", [("a:1", 1, "FROM")]),
        ("FROM a:1\nRUN --mount=type=cache,target=/c --mount=from=u/v:1,target=/x,source=/y echo --mount=from=no:1",
         [("a:1", 1, "FROM"), ("u/v:1", 2, "RUN")]),
        ("FROM a:1\nRUN \\\n --mount=from=u/v:1,target=/x \\\n ls", [("a:1", 1, "FROM"), ("u/v:1", 3, "RUN")]),
        ("ARG V=1\nFROM a:${V}", [("a:${V}", 2, "FROM")]),
        ("ARG BASE=prod\nFROM a:1 AS base-prod\nFROM base-$BASE", [("a:1", 2, "FROM")]),
        ("FROM a:1 AS build-arm64\nFROM a:1 AS build-amd64\nFROM build-${TARGETARCH}", [("a:1", 1, "FROM"), ("a:1", 2, "FROM")]),
        ("FROM a:1 AS b\nFROM ${X:-b}\nFROM $X", [("a:1", 1, "FROM"), ("$X", 3, "FROM")]),
        ("FROM a:1 AS b\nARG T=b\nFROM $T", [("a:1", 1, "FROM"), ("$T", 3, "FROM")]),  # not global
    ],
)  # fmt: skip
def test_images_of_others(text, expected):
    assert named(text) == expected
    for reference in references(text):
        assert text[reference.start : reference.end] == reference.text


@pytest.mark.parametrize(
    ("text", "image", "tag", "digest"),
    [
        ("node:26", "node:26", "26", ""),
        ("node", "node:latest", "", ""),
        ("localhost:5000/a/b", "localhost:5000/a/b:latest", "", ""),
        ("localhost:5000/a/b:1@" + A, "localhost:5000/a/b:1", "1", A),
        ("node@" + A, "node", "", A),
    ],
)
def test_parts_of_a_name(text, image, tag, digest):
    (found,) = references(f"FROM {text}")
    assert (found.image, found.tag, found.digest) == (image, tag, digest)


def test_digests_change_nothing_else():
    text = "# syntax=docker/dockerfile:1\r\n\r\nFROM  node:26@OLD \\\r\n  # why\r\n  AS a\r\nFROM node AS b # é\r\nRUN <<EOF\r\nFROM node\r\nEOF\r\n"
    before = text.replace("OLD", B)
    after = with_digests(before, {r: A for r in references(before) if r.place != "syntax"})
    assert after == text.replace("OLD", A).replace("FROM node AS", f"FROM node:latest@{A} AS")


def test_a_name_broken_over_lines_stays_a_name():
    text = "FROM no\\\nde:26 AS a\n"
    assert with_digests(text, {references(text)[0]: A}) == f"FROM node:26@{A} AS a\n"


def test_states():
    text = f"ARG V=1\nFROM a:1\nFROM a:1@{A}\nFROM b:1@{A}\nFROM c@{A}\nFROM d:$V\n"
    found = pins.compare(text, {"a:1": A, "b:1": B})
    assert [p.state for p in found] == ["unpinned", "current", "moved", "untagged", "variable"]
    assert pins.apply(text, found) == text.replace("FROM a:1\n", f"FROM a:1@{A}\n").replace(f"b:1@{A}", f"b:1@{B}")


def pinned(text: str) -> str:
    return with_digests(text, dict.fromkeys(references(text), A))


@pytest.mark.parametrize("file", SNAPSHOTS, ids=lambda file: file.name)
def test_what_we_write_is_ours_and_the_same_when_it_is_pinned(file):
    body = header.split(file.read_text().replace("dockgen VERSION", "dockgen 0.1.0"))[1]
    text = header.stamp(body, version="0.1.0", inputs="00000000")
    on_disk = pinned(text)
    assert on_disk.count(A) == len(references(text)) >= 2
    found, rest = header.split(on_disk)
    assert found
    assert header.digest(rest) == found.body
    (change,) = compare([Artifact(path="Dockerfile", text=text)], {"Dockerfile": on_disk})
    assert (change.kind, change.text, change.unpinned) == ("same", on_disk, ())


def test_only_the_digests_of_bases_do_not_count():
    text = f"# syntax=docker/dockerfile:1@{A}\nFROM a:1@{A} AS a\nENV D=@{A}\n"
    assert (
        header.digest(text) == header.digest(text.replace(f"1@{A}", "1")) != header.digest(text.replace(f"=@{A}", ""))
    )
    assert header.digest(text) == header.digest(text.replace(f"1@{A}", f"1@{B}").replace("\n", "\r\n"))
    assert header.digest(text) != header.digest(text.replace("a:1", "a:2"))
    assert header.digest(text) != header.digest(text.replace(f"a:1@{A}", f"a:1@{A[:-1]}"))


def test_a_digest_is_kept_for_the_same_image_only():
    before = f"FROM node:24@{A}\nFROM uv:1@{B}\nFROM uv:1@{A}\n"
    text = "FROM node:26 AS a\nFROM uv:1 AS b\nFROM new:$V\nFROM node:26\n"
    assert keep(text, before) == (text.replace("uv:1", f"uv:1@{B}"), ("node:26", "new:$V"))


@pytest.mark.parametrize("before", ["FROM node:24\n", f"RUN <<EOF\nFROM node:26@{A}\nEOF\n", f"FROM node@{A}\n"])
def test_nothing_is_said_of_a_file_that_was_not_pinned(before):
    assert keep("FROM node:26\n", before) == ("FROM node:26\n", ())


def test_the_digest_of_the_syntax_line_is_kept_and_asks_for_no_other():
    before = f"# syntax=docker/dockerfile:1@{A}\nFROM node:24\n"
    text = "# syntax=docker/dockerfile:1\nFROM node:26\n"
    assert keep(text, before) == (text.replace("file:1", f"file:1@{A}"), ())


def test_a_moved_tag_is_an_edit():
    text = header.stamp("FROM node:26\n", version="0.1.0", inputs="00000000")
    bumped = text.replace("node:26", f"node:28@{A}")
    (change,) = compare([Artifact(path="Dockerfile", text=text)], {"Dockerfile": bumped})
    assert (change.kind, change.unpinned) == ("edited", ("node:26",))
