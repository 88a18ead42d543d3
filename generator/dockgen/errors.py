"""What can go wrong, as typed errors: what happened, where, what to do, and the exit code it ends in."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Protocol

from dockgen.records import dataclass

if TYPE_CHECKING:
    from dockgen import outputs
    from dockgen.outputs import Error


class ExitCode(IntEnum):
    """Exit status of the command line; what each means stands below it, for the reference and the manual page."""

    OK = 0
    "done, or nothing to do"
    DIFFERENT = 1
    """files differ (check, diff --exit-code), conflicts are left in one (update, templates rebase), an override has
    gone stale (templates lint), an image is unpinned or has moved (pin --check), something does not hold of an image
    (verify)"""
    INPUT = 2
    """something you can fix: a flag, a setting, a file that cannot be read or has mistakes (dockgen.yaml, a preset,
    answers)"""
    UNDECIDED = 3
    "nothing was recognised, there are several answers, or input is needed and there is no terminal"
    REFUSED = 4
    """a file would be lost, the folder or the output cannot be written, or the project pins a release without security
    fixes"""
    BUG = 70
    "dockgen failed; run it again with --debug and report what it prints"
    INTERRUPTED = 130
    "interrupted, or the question was left unanswered"


class Mistake(Protocol):
    """One of several things that are wrong."""

    @property
    def what(self) -> str:
        """What is wrong."""

    @property
    def where(self) -> str:
        """Its place; "" if it has none."""

    @property
    def hint(self) -> str:
        """What to do about it; "" if nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way out: the settings that it takes (`KEY=VALUE`), how it is shown, and what speaks for it or against it."""

    sets: tuple[str, ...]
    shown: str
    note: str = ""

    @classmethod
    def start(cls, command: str, note: str = "") -> Way:
        """The way that starts the app with COMMAND, written as for a shell."""
        return cls(sets=(f"start={command}",), shown=command, note=note)


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """What only the user can decide: the key of a setting, or `app`; the ways that were found, the likeliest first.

    An `example` shows what else can be typed; without one, only the ways are possible.
    """

    key: str
    ways: tuple[Way, ...] = ()
    example: str = ""


class DockgenError(Exception):
    """Something the user can understand and act on; never shown with a traceback.

    `what` is one line, `where` is `file` or `file:line`, `hint` says what to do about it. Where several things are
    wrong at once, `what` tells all of them, and `mistakes` has them one by one. `open` is what an answer would settle.
    """

    code = ExitCode.INPUT

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        hint: str | None = None,
        mistakes: tuple[Mistake, ...] = (),
        open: Open | None = None,  # noqa: A002
    ) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint
        self.mistakes = mistakes
        self.open = open

    def __str__(self) -> str:
        """The message as the command line prints it, without the leading `error:`."""
        lines = self.what.split("\n")
        if self.where:
            lines.append(f"  at {self.where}")
        if self.hint:
            lines += f"  hint: {self.hint}".split("\n")
        return "\n".join(map(_printable, lines))

    def to_data(self) -> Error:
        """The same as plain data, for JSON."""
        alone = (self,) if not self.mistakes else self.mistakes
        return {
            "code": int(self.code),
            "name": self.code.name,
            "what": self.what,
            "where": self.where,
            "hint": self.hint,
            "mistakes": [{"what": m.what, "where": m.where or None, "hint": m.hint or None} for m in alone],
            "open": _open(self.open) if self.open else None,
        }


def _printable(line: str) -> str:
    """LINE without what a terminal would take for a command: names of files are whatever somebody made them."""
    return "".join(char if char.isprintable() or char == "\t" else ascii(char)[1:-1] for char in line)


def _open(what: Open) -> outputs.Open:
    return {"key": what.key, "ways": [{"set": list(w.sets), "shown": w.shown, "note": w.note} for w in what.ways]}


class InputError(DockgenError):
    """A file, a flag or an answer that cannot be used as it is."""


class UndecidedError(DockgenError):
    """Nothing was recognised, or there are several answers and only the user can choose."""

    code = ExitCode.UNDECIDED


class NothingFoundError(UndecidedError):
    """There is no project here."""


class UnsupportedError(UndecidedError):
    """It was recognised, and dockgen has nothing for it: another language, an extension, a library."""


class RefusedError(DockgenError):
    """Writing would lose somebody's file, leave the project, or is not permitted."""

    code = ExitCode.REFUSED


class BugError(DockgenError):
    """A failure of dockgen itself."""

    code = ExitCode.BUG


def is_interrupt(error: BaseException | None) -> bool:
    """True if ERROR is Ctrl-C, or comes of it: Python makes a RuntimeError of it where a class is being made."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None
