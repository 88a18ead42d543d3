"""What the wizard asks, as data that any prompter can show: menus, lists to mark, lines to type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sized


class BackError(Exception):
    """The user wants to go back one step. (Ctrl-C is a KeyboardInterrupt, as everywhere.)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One line of a menu: what choosing it returns, what it is called, a note, and why it cannot be chosen, if so."""

    value: str
    label: str
    note: str = ""
    closed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu:
    """A question with ITEMS to choose one of; Enter takes the DEFAULT, which is "" for the first that can be chosen."""

    question: str
    items: tuple[Item, ...]
    default: str = ""

    @property
    def first(self) -> str:
        """The value that Enter takes."""
        able = [item.value for item in self.items if not item.closed]
        return self.default if self.default in able else able[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """A question with ITEMS to mark any number of; MARKED are so at first, LEAST how many it has to be."""

    question: str
    items: tuple[Item, ...]
    marked: tuple[str, ...] = ()
    least: int = 0

    def wrong(self, chosen: Sized) -> str:
        """What is wrong with what was CHOSEN; "" if nothing."""
        return "" if len(chosen) >= self.least else f"mark {'one' if self.least == 1 else self.least} at least"


def anything(_: str) -> str:
    """Accept what was typed."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A question that is answered by typing; Enter alone takes the DEFAULT. CHECK says what is wrong, "" if nothing."""

    question: str
    default: str = ""
    example: str = ""
    check: Callable[[str], str] = anything


class Prompter(Protocol):
    """Whoever shows and asks. Each question raises BackError or KeyboardInterrupt if it is not answered."""

    def show(self, text: str) -> None:
        """Show TEXT, which may have several lines."""

    def page(self, text: str) -> None:
        """Show a long TEXT, a screen at a time where that is possible."""

    def choose(self, menu: Menu) -> str:
        """The value of the item that was chosen."""

    def mark(self, marks: Marks) -> tuple[str, ...]:
        """The values of the items that are marked."""

    def type(self, line: Line) -> str:
        """What was typed, and is right."""
