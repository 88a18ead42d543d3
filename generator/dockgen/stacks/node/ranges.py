"""npm version ranges against the releases of Node: common forms by hand, the others by the node-semver library."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from dockgen import lazy, releases

if TYPE_CHECKING:
    from collections.abc import Callable

    from dockgen.releases import Release

# One comparator with at least a major: `>=18`, `^20.1`, `~22.3.1`, `24.x`, `v20.11.0`, `<=24`.
_SIMPLE = lazy.pattern(r"(>=|\^|~|<|<=|>|=)?v?(\d+)(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?")
_NUMBERS = lazy.pattern(r"(\d+)\.\d+(?:\.\d+)?")
_SPACE = lazy.pattern(r"(>=|\^|~|<|<=|>|=)\s+")
_ALIASES = {
    "*": "*",
    "x": "*",
    "": "*",
    "latest": "*",
    "current": "*",
    "node": "*",
    "stable": "*",
    "lts": "*",
    "lts/*": "*",
}
CODENAMES = {
    "krypton": "24",
    "jod": "22",
    "iron": "20",
    "hydrogen": "18",
    "gallium": "16",
    "fermium": "14",
    "erbium": "12",
}

Version = tuple[int, int, int]


def version(text: str) -> Version:
    """`24.1.0` as numbers; missing parts are 0."""
    parts = [int(p) for p in re.findall(r"\d+", text)[:3]]
    major, minor, patch = (*parts, 0, 0, 0)[:3]
    return major, minor, patch


@lru_cache(maxsize=4096)
def satisfies(latest: str, spec: str) -> bool | None:
    """True if the release LATEST lies in the npm range SPEC; None if SPEC cannot be read."""
    spec = spec.strip()
    if spec.lower() in _ALIASES:
        return True
    have = version(latest)
    found = [_all(have, part) for part in spec.split("||")]
    if None not in found:
        return any(found)
    import nodesemver  # noqa: PLC0415  (slow to import; only unusual ranges need it)

    try:
        return bool(nodesemver.satisfies(latest, spec, loose=True))
    except (ValueError, TypeError, IndexError, AttributeError, RecursionError):
        return None


def _all(have: Version, comparators: str) -> bool | None:
    """True if HAVE fits each of the simple COMPARATORS; None if one of them is not simple."""
    words = _SPACE.sub(r"\1", comparators.strip()).split()
    found = [_SIMPLE.fullmatch(word) for word in words]
    if not words or None in found:
        return None
    return all(_compare(have, m[1] or "", [p for p in (m[2], m[3], m[4]) if p and p not in "xX*"]) for m in found if m)


def _compare(have: Version, operator: str, parts: list[str]) -> bool:
    want = version(".".join(parts))
    width = len(parts)
    tests: dict[str, Callable[[], bool]] = {
        "": lambda: have[:width] == want[:width],
        "=": lambda: have[:width] == want[:width],
        ">=": lambda: have >= want,
        ">": lambda: have[:width] > want[:width],
        "<": lambda: have < want,
        "<=": lambda: have[:width] <= want[:width],
        "^": lambda: have >= want and have[: _fixed(want, width)] == want[: _fixed(want, width)],
        "~": lambda: have[: min(width, 2)] == want[: min(width, 2)] and have >= want,
    }
    return tests[operator]()


def _fixed(want: Version, width: int) -> int:
    """How many numbers a caret holds: up to the first that is not 0."""
    return next((i + 1 for i in range(width) if want[i]), width)


def best(spec: str) -> Release | None:
    """The release of Node to take for the npm range SPEC; None if SPEC cannot be read or fits none."""
    return releases.newest(releases.NODE, lambda r: fits(r, spec))


def fits(release: Release, spec: str) -> bool:
    """True if some version of the release line fits: its newest, or one that SPEC names."""
    if satisfies(release.latest, spec):
        return True
    named_in = (m[0] for m in _NUMBERS.finditer(spec) if m[1] == release.line)
    return any(satisfies(".".join(map(str, version(v))), spec) for v in named_in)


def named(text: str) -> str:
    """What a version file says, as an npm range: `lts/*`, `lts/jod`, `v22.1`, `node` and so on."""
    text = text.strip().lower().removeprefix("node@").removeprefix("node-")
    if text.startswith("lts"):
        name = text.removeprefix("lts").strip("/-_")
        return CODENAMES.get(name, "*")
    return text.removeprefix("v")
