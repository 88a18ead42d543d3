"""A comparison as lines for the terminal, and as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dockgen.values import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockgen.importing.model import Comparison, Note, Proposal

SCHEMA = 1
MAX_TOLD = 12  # lines of a section in text; data has all


def text(comparison: Comparison) -> list[str]:
    """What the user reads: what is taken, what is not, what is better, what is lost."""
    path = comparison.path
    sections = (
        (f"Taken from {path}", [_proposal(p) for p in comparison.wanted]),
        ("Not taken", [_proposal(p, flag=True) for p in comparison.offered]),
        ("Better in ours", [_better(path, n) for n in comparison.findings]),
        ("Not carried over", [_lost(path, n) for n in comparison.lost]),
    )
    lines: list[str] = []
    for title, rows in sections:
        if rows:
            lines += [title, *_cut(rows), ""]
    return lines[:-1] if lines else [f"{path} says nothing that is not known here"]


def _cut(rows: list[list[str]]) -> Iterator[str]:
    for row in rows[:MAX_TOLD]:
        yield from row
    if len(rows) > MAX_TOLD:
        yield f"  and {len(rows) - MAX_TOLD} more"


def _proposal(proposal: Proposal, *, flag: bool = False) -> list[str]:
    lines = [
        f"  {proposal.key} = {one_line(proposal.value, 200)}",
        f"      {proposal.where}  {one_line(proposal.reason, 140)}".rstrip(),
    ]
    return [lines[0] + "   (--set to take it)", lines[1]] if flag else lines


def _better(path: str, note: Note) -> list[str]:
    return [f"  {path}:{note.line}  {note.what}", f"      {note.why}"]


def _lost(path: str, note: Note) -> list[str]:
    return (
        [f"  {note.path or path}:{note.line}  {note.what}", f"      {note.way}"]
        if note.way
        else [f"  {note.path or path}:{note.line}  {note.what}"]
    )


def to_data(comparison: Comparison) -> dict[str, Any]:
    """The same for JSON."""
    return {
        "schema": SCHEMA,
        "file": comparison.path,
        "proposals": [
            {"key": p.key, "value": p.value, "reason": p.reason, "where": p.where, "wanted": p.wanted}
            for p in comparison.proposals
        ],
        "findings": list(_notes(comparison.path, comparison.findings)),
        "lost": list(_notes(comparison.path, comparison.lost)),
    }


def _notes(path: str, notes: Iterable[Note]) -> Iterator[dict[str, str]]:
    for note in notes:
        where = f"{note.path or path}:{note.line}"
        yield {"where": where, "what": note.what, "why": note.why, "link": note.link, "way": note.way}
