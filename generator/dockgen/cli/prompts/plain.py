"""Questions as numbered lines: for screen readers, terminals that cannot move the cursor, and Windows consoles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TextIO

from dockgen.cli.terminal import broken, screen
from dockgen.wizard.screens import BackError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockgen.wizard.screens import Item, Line, Marks, Menu

BACK, NONE = "<", "0"


class PlainPrompter:
    """Reads lines from SOURCE and writes lines to TARGET; `<` goes back one step, the end of SOURCE leaves."""

    def __init__(self, source: TextIO, target: TextIO) -> None:
        self._source, self._target = source, target

    def show(self, text: str) -> None:
        """Write TEXT, lines that are too long for the terminal being broken between words."""
        width = screen(self._target).width
        self._target.write((text if width is None else broken(text, width)) + "\n")
        self._target.flush()

    def page(self, text: str) -> None:
        """Write TEXT as it is."""
        self._target.write(f"\n{text}\n")
        self._target.flush()

    def choose(self, menu: Menu) -> str:
        """Ask for the number of an item that can be chosen; Enter takes the first one."""
        self._list(menu.question, menu.items)
        last = len(menu.items)
        default = next(number for number, item in enumerate(menu.items, 1) if item.value == menu.first)
        while True:
            answer = self._read(f"Enter a number from 1 to {last} [{default}]: ") or str(default)
            if not _is_in(answer, last):
                self.show(f"{answer[:40]!r} is no number from 1 to {last}.")
            elif closed := menu.items[int(answer) - 1].closed:
                self.show(f"{answer} cannot be chosen: {closed}.")
            else:
                return menu.items[int(answer) - 1].value

    def mark(self, marks: Marks) -> tuple[str, ...]:
        """Ask for the numbers of any items that can be chosen; Enter takes those that are marked."""
        self._list(marks.question, marks.items)
        last = len(marks.items)
        values = [item.value for item in marks.items]
        none = "" if marks.least else f", or {NONE} for none"
        default = " ".join(str(values.index(value) + 1) for value in marks.marked)
        while True:
            answer = (
                self._read(f"Enter numbers from 1 to {last}, with spaces between them{none} [{default}]: ") or default
            )
            numbers = [] if answer == NONE else answer.replace(",", " ").split()
            wrong = [number for number in numbers if not _is_in(number, last)]
            if wrong:
                self.show(f"{wrong[0][:40]!r} is no number from 1 to {last}.")
                continue
            chosen = tuple(sorted({int(n) - 1 for n in numbers}))
            closed = next((n for n in chosen if marks.items[n].closed), None)
            if closed is not None:
                self.show(f"{closed + 1} cannot be chosen: {marks.items[closed].closed}.")
            elif told := marks.wrong(chosen):
                self.show(f"{told}.")
            else:
                return tuple(values[n] for n in chosen)

    def type(self, line: Line) -> str:
        """Ask for a line; Enter takes the default."""
        hint = f" [{line.default}]" if line.default else f" (such as {line.example})" if line.example else ""
        while True:
            answer = self._read(f"{line.question}{hint} ") or line.default
            if not (wrong := line.check(answer)):
                return answer
            self.show(f"{wrong}.")

    def _list(self, question: str, items: Sequence[Item]) -> None:
        lines = [question]
        for number, item in enumerate(items, 1):
            closed = f" (cannot be chosen: {item.closed})" if item.closed else ""
            lines.append(f"  {number}. {item.label}{f': {item.note}' if item.note else ''}{closed}")
        self.show("\n".join(lines))

    def _read(self, question: str) -> str:
        self._target.write(question)
        self._target.flush()
        answer = self._source.readline()
        if not answer:
            self.show("")
            raise KeyboardInterrupt
        answer = answer.strip()
        if answer == BACK:
            raise BackError
        return answer


def _is_in(text: str, last: int) -> bool:
    """True if TEXT is a number from 1 to LAST."""
    return bool(re.fullmatch(r"[0-9]{1,4}", text)) and 0 < int(text) <= last
