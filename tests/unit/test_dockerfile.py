"""Reading Dockerfiles: as BuildKit's own parser reads them, and each character's place in the file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import dockerfile as buildkit
import pytest
from dockgen import dockerfile
from helpers import ROOT, instructions
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

if TYPE_CHECKING:
    from pathlib import Path

SNAPSHOTS = sorted((ROOT / "tests/__snapshots__/test_golden").glob("*.Dockerfile"))
# Without the directive `check`, which is younger than the parser in that package.
LINES = st.sampled_from([
    "FROM node:26-trixie-slim AS build", "from scratch", "FROM --platform=$BUILDPLATFORM a \\", "FROM a `", "  b:1 AS c",
    "ARG X=1", "RUN echo a \\", "RUN echo b `", "RUN echo \\\\", "RUN echo ``", "RUN a \\  ", "    && b", "\t&& c \\",
    "# a comment", "  # an indented comment", "#", "", "   ", "\t", "\\", "`", "# escape=`", "# syntax=docker/dockerfile:1", "# Escape = `", "# unknown=1", "RUN <<EOF", "RUN <<-EOF", 'RUN <<"EOF"', "RUN cat <<A <<B", "EOF",
    "\tEOF", " EOF", "A", "B", "COPY <<EOF /a", "COPY --from=build /a /b", "ADD <<EOF <<'B' /", 'RUN ["a", "<<EOF"]',
    "RUN echo '<<EOF'", "RUN a<<EOF", "RUN 3<<EOF cat", "RUN echo it's <<EOF", "ENV A=b \\", "LABEL a=b", "ONBUILD RUN <<EOF",
    "CMD <<EOF", "RUN <<E'O'F", "RUN a\u00a0\\",
])  # fmt: skip
files = st.tuples(st.lists(LINES, max_size=14), st.sampled_from(["\n", "\r\n"]), st.booleans()).map(
    lambda made: ("\ufeff" if made[2] else "") + made[1].join(made[0]) + made[1]
)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


@given(files)
@how(max_examples=1000)
def test_it_reads_what_buildkit_reads(text):
    try:
        theirs = [c for c in buildkit.parse_string(text) if c.cmd]  # an empty instruction does not build
    except buildkit.GoParseError:
        dockerfile.read(text)  # a file that does not build is no error here
        return
    ours = dockerfile.read(text).instructions
    assert [(i.name, i.first, i.last) for i in ours] == [(c.cmd.upper(), c.start_line, c.end_line) for c in theirs]
    for mine, command in zip(ours, theirs, strict=True):
        if mine.name == "ONBUILD":  # that package tells no heredocs of what ONBUILD holds
            continue
        assert [(h.name, h.content) for h in mine.heredocs] == [(h.name, h.content) for h in command.heredocs]
        if mine.name == "FROM":
            assert tuple(re.split(r"[\t\v\f\r ]+", mine.value)) == (*command.flags, *command.value)
        elif not command.heredocs:
            assert squeezed(f"{mine.name} {mine.value}") == squeezed(re.sub(r"^\s*\S+", mine.name, command.original))


@given(files)
def test_each_character_of_a_value_stands_where_it_is_said_to(text):
    for instruction in dockerfile.read(text).instructions:
        assert [text[instruction.offset(i)] for i in range(len(instruction.value))] == list(instruction.value)


@given(st.text())
def test_any_text_can_be_read(text):
    for instruction in dockerfile.read(text).instructions:
        assert instruction.name


@pytest.mark.parametrize("file", SNAPSHOTS, ids=lambda file: file.name)
def test_what_we_write_is_read_as_buildkit_reads_it(file: Path):
    text = file.read_text()
    assert [i.name for i in dockerfile.read(text).instructions] == [name for name, _ in instructions(text)]
    assert [(i.name, i.first, i.last) for i in dockerfile.read(text).instructions] == [
        (c.cmd.upper(), c.start_line, c.end_line) for c in buildkit.parse_string(text)
    ]


def test_check_is_a_directive():
    found = dockerfile.read("# check=skip=all\n# escape=`\nFROM a `\n  AS b")
    assert [d.name for d in found.directives] == ["check", "escape"]
    assert found.instructions[0].value == "a   AS b"


def test_directives_end_at_the_first_other_line():
    text = "#syntax = docker/dockerfile:1 \n# escape=`\n\n# check=skip=all\nFROM a"
    found = dockerfile.read(text).directives
    assert [(d.name, d.value, text[d.offset :][:3]) for d in found] == [
        ("syntax", "docker/dockerfile:1", "doc"),
        ("escape", "`", "`\n\n"),
    ]


def test_a_heredoc_without_an_end_takes_the_rest():
    (only,) = dockerfile.read("RUN <<EOF\nFROM a\nFROM b\n").instructions
    assert only.heredocs[0].content.startswith("FROM a\nFROM b\n")


@pytest.mark.parametrize(
    ("value", "words"),
    [("a  b", ["a", "b"]), ("'a b' c", ["'a b'", "c"]), ('"a\\" b"', ['"a\\" b"']), ("a\\ b", ["a\\ b"]), ("it's", [])],
)
def test_words(value, words):
    assert dockerfile.words(value) == words
