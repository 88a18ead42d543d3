"""Renovate and Dependabot find each base image of what we write, and their new digests are no edit.

Their rules in our words (read in August 2026). Dependabot looks at lines that begin with FROM, at a tag that is written
out, and replaces the whole name up to white space; Renovate skips names with a variable, and replaces the name where it
stands first. Both move `name:tag@sha256:…` in place, which is what `dockgen pin` writes.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from dockgen import header
from dockgen.images import references, with_digests

SNAPSHOTS = sorted((Path(__file__).parent / "__snapshots__" / "test_golden").glob("*.Dockerfile"))
OLD, NEW = "sha256:" + "a" * 64, "sha256:" + "b" * 64
PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
FROM = re.compile(
    r"FROM (?:--platform=\S+ )?"
    rf"(?P<name>(?:[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::[0-9]+)?/)?{PART}(?:/{PART})*)"
    r":(?P<tag>\w[\w.-]{0,127})(?:@(?P<digest>sha256:[0-9a-f]{64}))? AS [\w-]+"
)


def original(file: Path) -> str:
    return file.read_text().replace("# dockgen VERSION", "# dockgen 0.1.0")


def pinned(text: str, digest: str) -> str:
    return with_digests(text, dict.fromkeys((r for r in references(text) if r.place == "FROM"), digest))


def found_by_dependabot(text: str) -> list[tuple[str, str, str | None]]:
    return [(m["name"], m["tag"], m["digest"]) for line in text.splitlines() if (m := FROM.fullmatch(line))]


def updated_by_dependabot(text: str) -> str:
    for name, tag, digest in set(found_by_dependabot(text)):
        assert digest
        old = re.compile(rf"^(FROM(?: --platform=\S+)? ){re.escape(f'{name}:{tag}@{digest}')}(?=\s|$)", re.MULTILINE)
        text, times = old.subn(rf"\g<1>{name}:{tag}@{NEW}", text)
        assert times
    return text


def updated_by_renovate(text: str) -> str:
    for reference in references(text):
        if reference.place == "FROM":
            assert "$" not in reference.text
            text = text.replace(reference.text, f"{reference.image}@{NEW}", 1)
    return text


@pytest.mark.parametrize("digest", ["", OLD], ids=["unpinned", "pinned"])
@pytest.mark.parametrize("file", SNAPSHOTS, ids=lambda file: file.name)
def test_every_base_is_found(file, digest):
    text = pinned(original(file), digest) if digest else original(file)
    ours = [(r.image.rpartition(":")[0], r.tag, r.digest or None) for r in references(text) if r.place == "FROM"]
    assert found_by_dependabot(text) == ours
    assert ours
    assert {r.place for r in references(text)} <= {"syntax", "FROM"}  # Dependabot knows no other place


@pytest.mark.parametrize("update", [updated_by_dependabot, updated_by_renovate])
@pytest.mark.parametrize("file", SNAPSHOTS, ids=lambda file: file.name)
def test_an_update_gives_what_pin_would_and_is_no_edit(file, update):
    text = original(file)
    updated = update(pinned(text, OLD))
    assert updated == pinned(text, NEW)
    assert header.digest(header.split(updated)[1]) == header.digest(header.split(text)[1])
