"""npm version ranges against the releases of Node: common forms by hand, the others by the node-semver library."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import lazy, releases

if TYPE_CHECKING:
    from collections.abc import Callable

    from dockgen.releases import Release

# One comparator with at least a major: `>=18`, `^20.1`, `~22.3.1`, `24.x`, `v20.11.0`, `<=24`.
_SIMPLE = lazy.pattern(r"(>=|\^|~|<|<=|>)?\s*v?(\d+)(?:\.(\d+|[xX*]))?(?:\.(\d+|[xX*]))?")
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


def satisfies(latest: str, spec: str) -> bool | None:
    """True if the release LATEST lies in the npm range SPEC; None if SPEC cannot be read."""
    spec = spec.strip()
    if spec.lower() in _ALIASES:
        return True
    if m := _SIMPLE.fullmatch(spec):
        return _compare(version(latest), m[1] or "", [p for p in (m[2], m[3], m[4]) if p and p not in "xX*"])
    import nodesemver  # noqa: PLC0415  (slow to import; only unusual ranges need it)

    try:
        return bool(nodesemver.satisfies(latest, spec, loose=True))
    except (ValueError, TypeError, IndexError, AttributeError, RecursionError):
        return None


def _compare(have: Version, operator: str, parts: list[str]) -> bool:
    want = version(".".join(parts))
    width = len(parts)
    tests: dict[str, Callable[[], bool]] = {
        "": lambda: have[:width] == want[:width],
        ">=": lambda: have >= want,
        ">": lambda: have[:width] > want[:width],
        "<": lambda: have < want,
        "<=": lambda: have[:width] <= want[:width],
        "^": lambda: have[0] == want[0] and have >= want,
        "~": lambda: have[: min(width, 2)] == want[: min(width, 2)] and have >= want,
    }
    return tests[operator]()


def best(spec: str) -> Release | None:
    """The release of Node to take for the npm range SPEC; None if SPEC cannot be read or fits none."""
    return releases.newest(releases.NODE, lambda r: _fits(r, spec))


def _fits(release: Release, spec: str) -> bool:
    """True if some version of the release line fits: its newest, or the exact one that SPEC pins."""
    if satisfies(release.latest, spec):
        return True
    pinned = re.fullmatch(r"[=v\s]*(\d+)\.\d+(?:\.\d+)?", spec.strip())
    return bool(pinned and pinned[1] == release.line)


def named(text: str) -> str:
    """What a version file says, as an npm range: `lts/*`, `lts/jod`, `v22.1`, `node` and so on."""
    text = text.strip().lower().removeprefix("node@").removeprefix("node-")
    if text.startswith("lts"):
        name = text.removeprefix("lts").strip("/-_")
        return CODENAMES.get(name, "*")
    return text.removeprefix("v")
