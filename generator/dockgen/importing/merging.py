"""The options of an old start that ours does not have, added to ours: both start the same program on the same thing."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Servers that take options behind what they serve.
SERVERS = frozenset({"daphne", "granian", "gunicorn", "hypercorn", "sanic", "uvicorn", "waitress-serve"})
_LONG: Mapping[str, str] = {"-w": "--workers", "-k": "--worker-class", "-t": "--timeout", "-c": "--config"}
# What ours decides by other settings, or has its own way of.
_OURS = re.compile(
    r"-b|-B|-p|-H|-A|--(?:bind|host|port|listen|reload\S*|debug|chdir|app-dir|access-?log\S*|error-?log\S*|log-file"
    r"|worker-tmp-dir|factory|call|interface|name|pid)"
)


def merged(old: Sequence[str], ours: Sequence[str], target: str) -> str:
    """OURS with the options of OLD that it has not, as one line; "" if that cannot be told, or if there are none.

    TARGET is what both run. Where a program is none of the servers, OLD is taken if it has all the words of OURS.
    """
    if ours[:1] and ours[0].rpartition("/")[2] not in SERVERS:
        return shlex.join(old) if set(ours) < set(old) else ""
    mine = {_name(word) for word in ours}
    added: list[str] = []
    index = 1
    while index < len(old):
        word = old[index]
        index += 1
        if not word.startswith("-"):
            if word.partition(":")[0] != target.partition(":")[0]:
                return ""
            continue
        group = [word]
        if "=" not in word and index < len(old) and _is_value(old[index], target):
            group.append(old[index])
            index += 1
        if _name(word) not in mine and not _OURS.fullmatch(_name(word)):
            added += group
    return shlex.join((*ours, *added)) if added else ""


def _is_value(word: str, target: str) -> bool:
    """True if WORD can be the value of the option before it; `-` is the standard output."""
    return word == "-" or (not word.startswith("-") and word != target)


def _name(word: str) -> str:
    """The long name of an option."""
    name = word.partition("=")[0]
    return _LONG.get(name, name)
