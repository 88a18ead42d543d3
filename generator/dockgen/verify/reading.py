"""Read what a build or a container printed: text that anyone may have written, of any length."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from dockgen.values import is_plain, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_LINES = 2000  # the last ones; what went wrong stands near the end
MAX_LINE = 400
MAX_PLACES = 40  # of one pattern
_ESCAPES = re.compile(r"\x1b(?:\[[0-9;?]{0,20}[A-Za-z]|\][^\x07\x1b\n]{0,200}(?:\x07|\x1b\\)?|[@-Z\\-_])")
# `#12 3.456 `, `12.34 ` and the time of `docker logs --timestamps`.
_PREFIX = re.compile(r"^(?:#\d{1,5} (?:\d{1,7}\.\d{1,3} )?|\d{1,7}\.\d{3} |\d{4}-\d\d-\d\dT[\d:.]{8,20}Z )")


def shown(log: str) -> str:
    """LOG for a terminal or a report: without colours, without what else a terminal would obey."""
    text = _ESCAPES.sub("", log.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    "))
    return "\n".join(line if is_plain(line) else one_line(line, MAX_LINE) for line in text.split("\n"))


def clean(log: str) -> str:
    """LOG without colours and prefixes: its last lines, each cut where it is very long."""
    lines = log.replace("\r\n", "\n").replace("\r", "\n").split("\n")[-MAX_LINES:]
    return "\n".join(_PREFIX.sub("", _ESCAPES.sub("", line[: 2 * MAX_LINE]))[:MAX_LINE] for line in lines)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE)


def found(pattern: str, log: str) -> Iterator[re.Match[str]]:
    """The places of PATTERN in LOG, the first ones."""
    return islice(_compiled(pattern).finditer(log), MAX_PLACES)


def has(pattern: str, log: str) -> bool:
    """True if PATTERN is in LOG."""
    return _compiled(pattern).search(log) is not None


def line_of(place: re.Match[str]) -> str:
    """The line on which PLACE begins, made harmless and short."""
    text = place.string
    start = text.rfind("\n", 0, place.start()) + 1
    end = text.find("\n", place.start())
    return one_line(text[start : end if end >= 0 else len(text)], 160)
