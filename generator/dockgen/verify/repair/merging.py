"""What a proposal sets, put together with what is set already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen import settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockgen.settings import Settings

LISTS = (*settings.PACKAGES, "writable")  # keys that have several values, separated by spaces


def merged(sets: Sequence[str], wanted: Settings) -> tuple[str, ...]:
    """SETS, each `KEY=VALUE`; what adds to a list is added to what is WANTED already."""
    return tuple(_merged(each, wanted) for each in sets)


def _merged(setting: str, wanted: Settings) -> str:
    key, _, value = setting.partition("=")
    given = wanted.get(key)
    adds = key == "writable" or value.startswith("+")
    if key.startswith("extra.") and given and value not in given.value.split("\n"):
        return f"{key}={given.value}\n{value}"
    if key not in LISTS or not given or not adds:
        return setting
    names = dict.fromkeys([*given.value.removeprefix("+").split(), *value.removeprefix("+").split()])
    # Where the user's list stands instead of what was found, it still does.
    return f"{key}={'+' if given.value.startswith('+') else ''}{' '.join(names)}"
