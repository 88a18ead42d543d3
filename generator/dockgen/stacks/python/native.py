"""Packages that need more than Python: which Debian packages an image must have to build them, and to run them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen.records import dataclass
from dockgen.stacks.python.debian import (
    COMPILER,
    EXTRAS,
    IN_RUST,
    NATIVE,
    OLDER_NAMES,
    PURE,
    PURE_PREFIXES,
    RUST,
    Native,
)
from dockgen.stacks.python.ranges import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

BY_NAME: Mapping[str, Native] = {n.package: n for n in NATIVE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """Debian packages to build with and to run with, and the Python packages that want them."""

    build: tuple[str, ...]
    run: tuple[str, ...]
    wanting: tuple[str, ...]


def needed(
    packages: Iterable[tuple[str, tuple[str, ...]]],
    suite: str,
    versions: Mapping[str, str] | None = None,
    source_only: Iterable[str] = (),
    has_wheel: Iterable[str] = (),
) -> Needed:
    """What the image needs of Debian.

    PACKAGES are normalised names with their extras, direct and locked; SUITE is the Debian suite of the image; VERSIONS
    are those that are pinned; SOURCE_ONLY are packages for which no wheel fits, and HAS_WHEEL those with one that does,
    as far as a lock or a table tells.
    """
    source_only, has_wheel, versions = set(source_only), set(has_wheel), versions or {}
    names = _names(packages) | source_only
    hits = [
        BY_NAME[name] for name in sorted(names) if name in BY_NAME and _counts(BY_NAME[name], versions, source_only)
    ]
    hits += [_compiled(n) for n in sorted(source_only - BY_NAME.keys()) if not _is_pure(n)]
    build = {renamed(p, suite) for h in hits if h.package not in has_wheel for p in h.build}
    run = {renamed(p, suite) for h in hits for p in h.run}
    wanting = sorted(h.package for h in hits if h.run or (h.build and h.package not in has_wheel))
    return Needed(build=tuple(sorted(build)), run=tuple(sorted(run)), wanting=tuple(wanting))


def _names(packages: Iterable[tuple[str, tuple[str, ...]]]) -> set[str]:
    """The names that rows are looked up by: an extra may stand for another package."""
    listed = list(packages)
    names = {name for name, _ in listed}
    if "psycopg-binary" in names:
        names.discard("psycopg")
    for name, extras in listed:
        for extra in extras:
            if (name, extra) in EXTRAS:
                names.discard(name)
                names.add(EXTRAS[name, extra])
    return names


def _counts(row: Native, versions: Mapping[str, str], source_only: set[str]) -> bool:
    """True if no wheel brings along what a row names."""
    if row.bundled is None or row.package in source_only:
        return True
    pinned = versions.get(row.package, "")
    return bool(pinned) and key(pinned) < key(row.bundled)


def _compiled(name: str) -> Native:
    return Native(name, RUST if name in IN_RUST else COMPILER)


def _is_pure(name: str) -> bool:
    return name in PURE or name.startswith(PURE_PREFIXES)


def renamed(package: str, suite: str) -> str:
    """The name that a package of trixie has on another SUITE: before Debian's 64-bit time there was no `t64` in it."""
    if suite == "trixie":
        return package
    return OLDER_NAMES.get(suite, {}).get(package) or package.replace("t64", "")
