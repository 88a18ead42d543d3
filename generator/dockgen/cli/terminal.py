"""What a stream can show, colour and width, and text made for it; nothing of it reaches a pipe unasked."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, NamedTuple, TextIO

from dockgen import lazy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

WHEN = ("auto", "always", "never")
STYLES = {"red": "31", "green": "32", "yellow": "33", "cyan": "36", "dim": "2", "bold": "1"}
# The word that a message begins with -> how it is shown.
WORDS = {"error:": "red", "warning:": "yellow", "note:": "cyan", "hint:": "cyan"}
LINES = {"+": "green", "-": "red", "@": "cyan"}  # of a diff
FALLBACK = 80  # columns of a terminal that does not tell
NARROWEST = 20  # columns that are worth fitting into
ROOM = 30  # columns of a last column that is continued below itself

_WORD = lazy.pattern(rf"^( *)({'|'.join(WORDS)})", re.MULTILINE)
_COLOUR = lazy.pattern(r"\x1b\[[0-9;]*m")
_GAP = lazy.pattern(r"(?<=\S) {2,}(?=\S)")


class Asked(NamedTuple):  # here and below: a dataclass takes a millisecond to make, and this is imported by all
    """What the user wants of all output."""

    color: str = "auto"
    quiet: bool = False


class Screen(NamedTuple):
    """What a stream can show; a pipe has no width."""

    colour: bool = False
    width: int | None = None
    ellipsis: str = "…"

    def paint(self, text: str, style: str) -> str:
        """TEXT in a STYLE, where there is colour."""
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if self.colour and text else text


asked = Asked()


def ask(*, color: str | None = None, quiet: bool | None = None) -> None:
    """Remember what the user wants, for all streams."""
    global asked  # noqa: PLW0603  (one terminal, one user)
    asked = asked._replace(color=color or asked.color, quiet=asked.quiet if quiet is None else quiet)


def start(argv: Sequence[str]) -> None:
    """Forget what was asked before; take `--color` from ARGV, which holds for a wrong command line as well."""
    global asked  # noqa: PLW0603
    asked = Asked()
    for word, after in zip(argv, (*argv[1:], ""), strict=False):
        if word == "--":
            return
        name, _, value = word.partition("=")
        if name == "--color" and (value or after) in WHEN:
            ask(color=value or after)


def has_colour(flag: str, environment: Mapping[str, str], *, is_terminal: bool) -> bool:
    """Whether a stream gets colour: the flag, then NO_COLOR, FORCE_COLOR, TERM=dumb, then whether it is a terminal."""
    if flag in ("always", "never"):
        return flag == "always"
    if environment.get("NO_COLOR"):
        return False
    if (force := environment.get("FORCE_COLOR")) is not None and force != "":
        return force not in ("0", "false")
    return is_terminal and environment.get("TERM") != "dumb"


def columns(environment: Mapping[str, str], measure: Callable[[], int]) -> int:
    """How wide a terminal is: COLUMNS, else what MEASURE says."""
    given = environment.get("COLUMNS", "")
    if re.fullmatch(r"[1-9][0-9]{0,4}", given):
        return int(given)
    try:
        return measure() or FALLBACK
    except (OSError, ValueError):
        return FALLBACK


def screen(stream: TextIO | None) -> Screen:
    """What STREAM can show."""
    is_terminal = stream is not None and not stream.closed and stream.isatty()
    colour = has_colour(asked.color, os.environ, is_terminal=is_terminal)
    if stream is None or not is_terminal:
        return Screen(colour=colour)
    width = max(NARROWEST, columns(os.environ, lambda: os.get_terminal_size(stream.fileno()).columns))
    is_unicode = (stream.encoding or "").lower().replace("-", "").startswith("utf")
    return Screen(colour=colour, width=width, ellipsis="…" if is_unicode else "...")


def message(text: str, on: Screen) -> str:
    """An error or a warning, with its first words in colour."""
    return _WORD.sub(lambda m: m[1] + on.paint(m[2], WORDS[m[2]]), text) if on.colour else text


def diff(text: str, on: Screen) -> str:
    """A unified diff, its lines in colour; the signs at their beginning say the same."""
    if not on.colour:
        return text
    return "\n".join(on.paint(line, style) if (style := _of_diff(line)) else line for line in text.split("\n"))


def _of_diff(line: str) -> str:
    return "bold" if line.startswith(("--- ", "+++ ")) else LINES.get(line[:1], "")


def table(text: str, on: Screen, *, wrap: bool = False) -> str:
    """Lines of columns, two spaces or more between these: fitted to the width, the last of three or more dim.

    A line that is too wide is cut, or (WRAP) its last column is continued: below itself, or below the second column
    where there is too little room for it.
    """
    if on.width is None and not on.colour:
        return text
    return "\n".join(_row(line, on, wrap=wrap) for line in text.split("\n"))


def _row(line: str, on: Screen, *, wrap: bool) -> str:
    gaps = list(_GAP.finditer(line))
    start = gaps[-1].end() if gaps else len(line) - len(line.lstrip())
    head, last = line[:start], line[start:]
    style = on if len(gaps) > 1 else on._replace(colour=False)
    if on.width is None or cells(line) <= on.width:
        return head + style.paint(last, "dim")
    if not wrap:
        return cut(line, on.width, on.ellipsis)
    indent, first = cells(head), head
    room = on.width - indent
    if gaps and (room < ROOM or max(map(cells, last.split(" "))) > room):
        indent = cells(line[: gaps[0].end()])
        first = _head(line[: gaps[0].end()], head[gaps[0].end() :].rstrip(), on) + "\n" + " " * indent
    return first + f"\n{' ' * indent}".join(style.paint(part, "dim") for part in lines(last, on.width - indent))


def _head(label: str, value: str, on: Screen) -> str:
    """LABEL and VALUE, which goes on below itself if it is one column; several are cut."""
    width = on.width or FALLBACK
    indent = cells(label)
    if _GAP.search(value) or width - indent < ROOM:
        return cut(label + value, width, on.ellipsis)
    parts = (cut(part, width - indent, on.ellipsis) for part in lines(value, width - indent))
    return label + f"\n{' ' * indent}".join(parts)


def lines(text: str, width: int) -> list[str]:
    """TEXT in lines of at most WIDTH columns; a word that is wider has a line of its own."""
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and cells(f"{lines[-1]} {word}") > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return lines


def broken(text: str, width: int) -> str:
    """TEXT with lines of at most WIDTH columns: what does not fit stands below, a little further in than its line.

    In a line of columns, it stands below the last one of them.
    """
    return "\n".join(_broken(line, width) for line in text.split("\n"))


def _broken(line: str, width: int) -> str:
    if cells(_COLOUR.sub("", line)) <= width:
        return line
    start = len(line) - len(line.lstrip())
    gaps = list(_GAP.finditer(line))
    indent = gaps[-1].end() if gaps and width - gaps[-1].end() >= ROOM else start + 2
    at = indent if gaps and indent == gaps[-1].end() else start
    first, *rest = lines(line[at:], width - indent)
    return "\n".join([line[:at] + first, *(" " * indent + part for part in rest)])


def cut(text: str, width: int, ellipsis: str = "…") -> str:
    """TEXT in at most WIDTH columns, with an ellipsis where something was taken away."""
    if cells(text) <= width:
        return text
    room, kept = width - len(ellipsis), 0
    for place, character in enumerate(text):
        kept += cells(character)
        if kept > room:
            return text[:place].rstrip() + ellipsis
    return text


def cells(text: str) -> int:
    """The columns that TEXT takes in a terminal."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)
