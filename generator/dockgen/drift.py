"""Tell how the files on disk differ from what dockgen would write now, and why: the project, dockgen, or a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen import __version__, header
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockgen.changes import Change
    from dockgen.plans import Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a file is not what dockgen would write: `kind` is project, dockgen, edited, foreign or missing."""

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


def of(change: Change, choices: Sequence[Choice]) -> Drift:
    """How the file of CHANGE differs; CHOICES are those of the plan, by which a change of the project is named."""
    return Drift(path=change.path, reasons=tuple(_reasons(change, choices)))


def _reasons(change: Change, choices: Sequence[Choice]) -> Iterator[Reason]:
    if change.before is None:
        yield Reason(kind="missing", text="there is no such file yet")
        return
    written, before = header.split(change.before)
    wanted, after = header.split(change.text)
    if written is None or wanted is None:
        yield Reason(kind="foreign", text="dockgen did not write it")
        return
    if wanted.body != written.body:
        if written.version != __version__:
            yield Reason(kind="dockgen", text=f"written by dockgen {written.version}, this is {__version__}")
        if written.inputs != wanted.inputs and (why := _named(before, after, choices)):
            yield Reason(kind="project", text="; ".join(why))
        elif written.inputs != wanted.inputs and written.version == __version__:
            yield Reason(kind="project", text="something that it is made from")
        elif written.version == __version__:
            yield Reason(kind="project", text="its templates")
    if header.digest(before) != written.body:
        yield Reason(kind="edited", text=_edited(before, after, is_current=wanted.body == written.body))


def _named(before: str, after: str, choices: Sequence[Choice]) -> list[str]:
    """The choices whose value stands in a line that is new, and in none of those that it replaces."""
    old, new = before.splitlines(), after.splitlines()
    gone = "\n".join(line for line in old if line not in new)
    come = "\n".join(line for line in new if line not in old)
    return [
        f"{c.key} {c.value} ({c.reason})"
        for c in choices
        if c.value and c.value in come and c.value not in gone and c.source != "default"
    ]


def _edited(before: str, after: str, *, is_current: bool) -> str:
    if not is_current:
        return "edited by hand since"
    import difflib  # noqa: PLC0415

    lines = [
        line
        for line in difflib.unified_diff(after.splitlines(), before.splitlines(), n=0, lineterm="")
        if line[:1] in "+-" and not line.startswith(("+++", "---"))
    ]
    return f"edited by hand: {len(lines)} line{'s' if len(lines) != 1 else ''} differ{'' if len(lines) != 1 else 's'}"
