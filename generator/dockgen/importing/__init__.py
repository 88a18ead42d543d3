"""`init --import`: read an old Dockerfile for evidence, and compare what it says with what was found.

read() and compare() are pure. What is `wanted` becomes settings through requested().
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen.importing.model import Comparison, Imported, Note, Proposal
from dockgen.importing.practices import NO_PROBE
from dockgen.importing.reading import read
from dockgen.importing.scripts import opened, places
from dockgen.importing.telling import text, to_data
from dockgen.values import one_line

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from dockgen.work import Found

__all__ = [
    "Comparison",
    "Imported",
    "Note",
    "Proposal",
    "compare",
    "opened",
    "places",
    "read",
    "requested",
    "text",
    "to_data",
]


def compare(imported: Imported, found: Found | None) -> Comparison:
    """What IMPORTED and the app that was FOUND say differently.

    Without FOUND, where detection came to no end, the proposals are what it should be told.
    """
    from dockgen.importing import losing, proposing, scripts  # noqa: PLC0415  (start-up time)

    imported = scripts.written(imported)
    has_probe = found is None or bool(found.plan.runtime.health)
    findings = [n for n in imported.hints if n.what != NO_PROBE or has_probe]
    return Comparison(
        path=imported.path,
        proposals=proposing.find(imported, found),
        findings=_once(findings),
        lost=tuple(map(_harmless, losing.find(imported, found))),
    )


def _once(notes: list[Note]) -> tuple[Note, ...]:
    """NOTES in the order of their lines, what several lines are told for only once."""
    first: dict[str, Note] = {}
    lines: dict[str, list[int]] = {}
    for note in sorted(notes, key=lambda note: note.line):
        first.setdefault(note.what, note)
        lines.setdefault(note.what, []).append(note.line)
    also = {what: sorted(set(found))[1:] for what, found in lines.items()}
    return tuple(map(_harmless, _with_lines(first, also)))


def _with_lines(first: dict[str, Note], also: dict[str, list[int]]) -> Iterator[Note]:
    for what, note in first.items():
        yield replace(note, what=f"{what} (also {_listed(also[what])})") if also[what] else note


def _harmless(note: Note) -> Note:
    """NOTE without what a terminal would act on."""
    return replace(note, what=one_line(note.what), way=one_line(note.way))


def _listed(lines: list[int]) -> str:
    return f"line{'s' * (len(lines) > 1)} {', '.join(map(str, lines))}"


def requested(given: Container[str], comparison: Comparison) -> tuple[str, ...]:
    """What is wanted of COMPARISON as `KEY=VALUE` flags, without the keys that are GIVEN already."""
    return tuple(p.flag for p in comparison.wanted if p.key not in given)
