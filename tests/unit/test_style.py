"""How a Dockerfile is written changes nothing of what it builds."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from conftest import cases
from dockgen import dockerfile, rules, style
from dockgen.plans import Style
from helpers import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SNAPSHOTS = ROOT / "tests" / "__snapshots__" / "test_golden"
FILES = {case: (SNAPSHOTS / f"test_dockerfile[{case}].Dockerfile") for case in cases()}


def said(text: str) -> list[tuple[str, str, tuple]]:
    """What a Dockerfile says, comments left out."""
    return [(i.name, i.value, i.heredocs) for i in dockerfile.read(text).instructions]


def text_of(case: str) -> str:
    file: Path = FILES[case]
    return re.sub(r"^# dockgen VERSION.*\n", "", file.read_text(), flags=re.MULTILINE)


@pytest.mark.parametrize("case", FILES)
def test_comments_are_all_that_changes(case):
    text = text_of(case)
    bare = style.apply(text, Style(comments="none"))
    assert said(bare) == said(text)
    outside = {n for i in dockerfile.read(bare).instructions for n in range(i.first, i.last + 1)}
    left = [line for n, line in enumerate(bare.splitlines(), 1) if n not in outside and line.strip()]
    assert left == ["# syntax=docker/dockerfile:1"]
    taught = style.apply(text, Style(comments="teach"))
    assert said(taught) == said(text)
    assert len(taught.splitlines()) > len(text.splitlines()) + 5
    assert max(map(len, (line for line in taught.splitlines() if line.startswith("# ")))) <= 130


@pytest.mark.parametrize("case", FILES)
def test_a_stage_keeps_its_description(case):
    lines = style.apply(text_of(case), Style(comments="teach")).splitlines()
    for above, line in pairwise(lines):
        if stage := re.match(r"FROM .* AS (\S+)$", line):
            assert above.startswith(f"# {stage[1]} ")
        if argument := re.match(r"ARG (\w+)", line):
            assert not above.startswith("#") or above.startswith(f"# {argument[1]} ")


@pytest.mark.parametrize("case", FILES)
def test_versions_as_arguments_name_the_same_images(case):
    text = style.apply(text_of(case), Style(versions="arg"))
    values = dict(re.findall(r"^ARG (\w+_VERSION)=(\S+)$", text, re.MULTILINE))
    assert values
    filled = re.sub(r"\$\{(\w+_VERSION)\}", lambda m: values[m[1]], text)
    bases = [(n, v) for n, v, _ in said(filled) if n == "FROM"]
    assert bases == [(n, v) for n, v, _ in said(text_of(case)) if n == "FROM"]
    assert said(text)[0][0] == "ARG"


def test_one_release_for_each_argument():
    text = (
        "FROM node:26-trixie-slim AS a\n\nFROM node:24-trixie-slim AS b\n\nFROM gcr.io/distroless/cc-debian13:nonroot\n"
    )
    assert style.apply(text, Style(versions="arg")) == (
        "# NODE_VERSION is the release of node\nARG NODE_VERSION=26\n\nFROM node:${NODE_VERSION}-trixie-slim AS a\n\n"
        "FROM node:24-trixie-slim AS b\n\nFROM gcr.io/distroless/cc-debian13:nonroot\n"
    )


@pytest.mark.parametrize("case", FILES)
def test_nothing_that_buildah_lacks(case):
    text = style.apply(text_of(case), Style(builder="podman"))
    assert "COPY --link" not in text
    assert not re.search(r"type=secret[^\s]*,env=", text)
    assert [n for n, _, _ in said(text)] == [n for n, _, _ in said(text_of(case))]


def test_secrets_become_variables_of_the_step():
    text = (
        "FROM a:1\nRUN --mount=type=secret,id=A,env=A \\\n    --mount=type=secret,id=B,env=C,required=true \\\n"
        "    --mount=type=cache,target=/x \\\n    one \\\n    && two\n"
    )
    assert style.apply(text, Style(builder="podman")) == (
        "FROM a:1\nRUN --mount=type=secret,id=A \\\n    --mount=type=secret,id=B,required=true \\\n"
        '    --mount=type=cache,target=/x \\\n    A="$(cat /run/secrets/A || true)" && export A \\\n'
        '    && C="$(cat /run/secrets/B)" && export C \\\n    && one \\\n    && two\n'
    )


def test_the_stage_for_development_is_not_what_is_explained():
    text = "FROM a:1 AS dev\n\nUSER 1000:1000\n\nFROM a:1 AS runtime\n\nUSER 1000:1000\n"
    taught = style.apply(text, Style(comments="teach"))
    before, after = taught.split("AS runtime")
    assert "Kubernetes" not in before
    assert "Kubernetes" in after


def test_no_syntax_line():
    text = "# syntax=docker/dockerfile:1\n\n# a is a stage\nFROM a:1 AS a\n"
    assert style.apply(text, Style(syntax=False)) == "\n# a is a stage\nFROM a:1 AS a\n"


def test_the_reasons():
    names = [rule.name for rule in rules.RULES]
    assert len(set(names)) == len(names)
    for rule in rules.RULES:
        assert re.fullmatch(r"[A-Z-].*[.:]|-\S.*\.", rule.why), rule.name
        assert len(rule.why) <= 98, rule.name
        assert rule.link.startswith("https://")


def test_each_reason_is_of_use():
    """Each rule is followed by a golden file, or by a variant of one."""
    files = [*SNAPSHOTS.glob("*.Dockerfile"), *(SNAPSHOTS.parent / "test_variants").glob("*.Dockerfile")]
    used = {rule.name for file in files for _, rule in rules.first_uses(dockerfile.read(file.read_text()).instructions)}
    assert {rule.name for rule in rules.RULES} - used <= {"stop-signal"}
