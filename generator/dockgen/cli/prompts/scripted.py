"""Answers that are known before: for tests, which see what was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen.wizard.screens import BackError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockgen.wizard.screens import Item, Line, Marks, Menu

ENTER, BACK, INTERRUPT = "\r", "\x1b", "\x03"


class ScriptedPrompter:
    """Gives ANSWERS one after another: the label of an item, labels with commas between them, a line; or a key.

    Once they are used up, the next question is left by Ctrl-C. `seen` has all that was shown and asked.
    """

    def __init__(self, answers: Iterable[str]) -> None:
        self._answers = iter(answers)
        self.seen: list[str] = []

    @property
    def text(self) -> str:
        """All that was shown and asked."""
        return "\n".join(self.seen)

    def show(self, text: str) -> None:
        """Note TEXT."""
        self.seen.append(text)

    def page(self, text: str) -> None:
        """Note TEXT."""
        self.seen.append(text)

    def choose(self, menu: Menu) -> str:
        """The value of the item with the label that is next."""
        self._note(menu.question, menu.items)
        answer = self._next()
        if answer == ENTER:
            return menu.first
        return _named(menu.items, answer)

    def mark(self, marks: Marks) -> tuple[str, ...]:
        """The values of the items with the labels that are next."""
        self._note(marks.question, marks.items)
        while True:
            answer = self._next()
            labels = answer.split(", ") if answer != ENTER else []
            chosen = tuple(_named(marks.items, label) for label in labels) or marks.marked
            if not (wrong := marks.wrong(chosen)):
                return chosen
            self.seen.append(f"! {wrong}")

    def type(self, line: Line) -> str:
        """The line that is next, and the one after that if it is wrong."""
        self.seen.append(line.question)
        while True:
            answer = self._next()
            text = line.default if answer == ENTER else answer
            if not (wrong := line.check(text)):
                return text
            self.seen.append(f"! {wrong}")

    def _note(self, question: str, items: Iterable[Item]) -> None:
        self.seen.append(question)
        self.seen += [f"{'-' if item.closed else '*'} {item.label}: {item.closed or item.note}" for item in items]

    def _next(self) -> str:
        answer = next(self._answers, INTERRUPT)
        if answer == INTERRUPT:
            raise KeyboardInterrupt
        if answer == BACK:
            raise BackError
        return answer


def _named(items: Iterable[Item], label: str) -> str:
    """The value of the item of ITEMS with LABEL. LookupError if there is none that can be chosen."""
    for item in items:
        if item.label == label and not item.closed:
            return item.value
    raise LookupError(label)
