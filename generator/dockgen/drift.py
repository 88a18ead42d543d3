"""Tell how the files on disk differ from what dockgen would write now, and why: the project, dockgen, or a person."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from dockgen import __version__, changes, header
from dockgen.lines import stands
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockgen.changes import Change
    from dockgen.header import Header
    from dockgen.plans import Choice

MAX_QUOTED = 60  # characters of a line that is quoted
_GIVEN = ("--", "DOCKGEN_")  # how the sources begin that are no files


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a file is not what dockgen would write.

    `kind` is project, settings, dockgen, edited, conflict, foreign, missing or leftover.
    """

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One file: what is different about it, nothing if it is up to date."""

    path: str
    reasons: tuple[Reason, ...]

    @property
    def is_current(self) -> bool:
        """True if the file is what dockgen would write, or differs only by edits of a person on top of that."""
        return all(reason.kind == "edited" for reason in self.reasons)


def of(change: Change, choices: Sequence[Choice], companion: str = "") -> Drift:
    """How the file of CHANGE differs; CHOICES are what it is made from, by which a change is named.

    COMPANION is the one that it belongs to.
    """
    return Drift(path=change.path, reasons=tuple(_reasons(change, choices, companion)))


def leftover(path: str) -> Drift:
    """A file that dockgen wrote and would not write now."""
    return Drift(path=path, reasons=(Reason(kind="leftover", text="dockgen wrote it, and nothing asks for it now"),))


def _reasons(change: Change, choices: Sequence[Choice], companion: str) -> Iterator[Reason]:
    if change.before is None:
        yield Reason(kind="missing", text="there is no such file yet")
        return
    written, before = header.split(change.before)
    wanted, after = header.split(change.text)
    if written is None or wanted is None:
        wants = f", and `with` asks for {companion}" if companion else ""
        yield Reason(kind="foreign", text=f"dockgen did not write it{wants}")
        return
    is_edited = header.digest(before) != written.body
    if wanted.body != written.body:
        yield from _changed(written, wanted, (before, after), choices, is_edited=is_edited)
    if changes.is_unresolved(before):
        yield Reason(kind="conflict", text="edits and changes that meet stand in it side by side")
    elif is_edited:
        yield Reason(kind="edited", text=_edited(before, after, is_current=wanted.body == written.body))


def _changed(
    written: Header, wanted: Header, texts: tuple[str, str], choices: Sequence[Choice], *, is_edited: bool
) -> Iterator[Reason]:
    """Why dockgen would write something else now; TEXTS are the file's and the new one."""
    is_same = written.version == __version__
    if not is_same:
        yield Reason(kind="dockgen", text=f"written by dockgen {written.version}, this is {__version__}")
    if written.inputs == wanted.inputs:
        if is_same:
            yield Reason(kind="project", text=f"its templates: {_lines(*texts, is_edited=is_edited)}")
        return
    named = _named(*texts, choices)
    told = [f"{c.key} {c.value} ({c.reason})" for c in named if not c.source.startswith(_GIVEN)]
    asked = [f"{c.key} {c.value} ({c.reason})" for c in named if c.source.startswith(_GIVEN)]
    if told:
        yield Reason(kind="project", text="; ".join(told))
    if asked:
        yield Reason(kind="settings", text="; ".join(asked))
    if is_same and not (told or asked):
        yield Reason(kind="project", text=_lines(*texts, is_edited=is_edited))


def _named(before: str, after: str, choices: Sequence[Choice]) -> list[Choice]:
    """The choices whose value stands in a line that is new, and in none of those that it replaces."""
    old, new = before.splitlines(), after.splitlines()
    gone = "\n".join(line for line in old if line not in new)
    come = "\n".join(line for line in new if line not in old)
    found = {
        (c.key, c.value): c
        for c in choices
        if c.value and c.source != "default" and stands(c.value, come) and not stands(c.value, gone)
    }
    return list(found.values())


def _lines(before: str, after: str, *, is_edited: bool) -> str:
    """The first lines that would be different, of which those that only go may be a person's if the file IS_EDITED."""
    old, new = (
        [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
        for text in (before, after)
    )
    if old == new:
        return "comments in it would be different"
    told = ""
    for tag, i, j, k, m in difflib.SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag in ("insert", "replace"):
            gone = f" for `{_cut(old[i])}`" if tag == "replace" and not is_edited else ""
            return f"it would have `{_cut(new[k])}`{gone}{_more(m - k)}"
        if tag == "delete" and not told:
            told = f"it would no longer have `{_cut(old[i])}`{_more(j - i)}"
    return told


def _more(count: int) -> str:
    return f" and {count - 1} more" if count > 1 else ""


def _cut(line: str) -> str:
    line = " ".join(line.split())
    return line if len(line) <= MAX_QUOTED else f"{line[: MAX_QUOTED - 1]}…"


def _edited(before: str, after: str, *, is_current: bool) -> str:
    if not is_current:
        return "edited by hand since"
    lines = [
        line
        for line in difflib.unified_diff(after.splitlines(), before.splitlines(), n=0, lineterm="")
        if line[:1] in "+-" and not line.startswith(("+++", "---"))
    ]
    return f"edited by hand: {len(lines)} line{'s' if len(lines) != 1 else ''} differ{'' if len(lines) != 1 else 's'}"
