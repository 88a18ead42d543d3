"""Does a lock file still belong to its package.json? A strict install fails where it does not.

What each package manager refuses was tried with npm 11 and 12, pnpm 10, Yarn 1 and 4, bun 1.4 (2026-11):

                                  npm ci  pnpm  Yarn 1  Yarn 4  bun
    a dependency is missing         x      x      x       x      x
    one too many                           x              x      x
    another range, version fits            x      x       x
    another range, version does not x      x      x       x      x
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.stacks.node import ranges

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockgen.project import Project
    from dockgen.stacks.node.package import Package
    from dockgen.stacks.node.resolved import Resolved

# Not from a registry: lock files write these in ways of their own.
_OTHER = lazy.pattern(r"(?:file|link|workspace|portal|patch|catalog|npm|git|github|https?|git\+\w+):|[\w.-]+/[\w.-]+")
_EXACT = frozenset({"pnpm-lock.yaml", "yarn.lock"})  # written with the ranges, which must be the same
_CLOSED = frozenset({"pnpm-lock.yaml", "bun.lock"})  # with nothing that package.json does not have


def stale(project: Project, package: Package, lock: str, found: Resolved, overridden: frozenset[str]) -> str:
    """What about LOCK, read as FOUND, does not fit package.json, as a sentence; "" if it fits.

    OVERRIDDEN are dependencies whose ranges are replaced elsewhere. Formats that are not known are trusted.
    """
    if lock not in ("package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock"):
        return ""
    wanted = {**package.dev_dependencies, **package.optional_dependencies, **package.dependencies}
    if lock == "yarn.lock" and not found.berry:
        return next(_yarn_1(project, lock, wanted, overridden), "")
    closed = lock in _CLOSED or found.berry
    return next(_differences(package, wanted, found, overridden, lock, closed=closed), "")


def _differences(
    package: Package,
    wanted: Mapping[str, str],
    found: Resolved,
    overridden: frozenset[str],
    lock: str,
    *,
    closed: bool,
) -> Iterator[str]:
    asked = found.asked
    for name, spec in sorted(wanted.items()):
        if name in overridden or _OTHER.match(spec):
            continue
        if name in asked:
            if asked[name] in (spec, ""):
                continue
            if lock in _EXACT:
                yield f"it has {name} for {asked[name]}, package.json asks for {spec}"
        elif asked or not found.version(name):
            yield f"it does not have {name}"
            continue
        version = found.version(name)
        if version and "-" not in version and ranges.satisfies(version, spec) is False:
            yield f"it has {name} {version}, package.json asks for {spec}"
    if closed and asked:
        known = {**package.all_dependencies, **wanted}
        extra = sorted(n for n in asked if n not in known)
        yield from (f"it has {name}, which package.json does not" for name in extra)


def _yarn_1(project: Project, lock: str, wanted: Mapping[str, str], overridden: frozenset[str]) -> Iterator[str]:
    text = project.whole(lock)
    for name, spec in sorted(wanted.items()):
        if name not in overridden and not _OTHER.match(spec) and f"{name}@{spec}" not in text:
            yield f"it does not have {name} for {spec}"


# Formats: package manager -> (first version, format that it writes and insists on), newest first. Yarn was tried at
# each minor version (2026-11); pnpm by its changelogs: 9 reads 6.0, nothing reads a newer one.
_WRITES = {
    "yarn-berry": (((4, 15), 10), ((4, 14), 9), ((4, 0), 8), ((3, 2), 6), ((3, 0), 5), ((2, 0), 4)),
    "pnpm": (((9, 0), 9), ((8, 0), 6), ((3, 0), 5)),
}
_READS = {("pnpm", 9, 6)}


def format_of(project: Project, lock: str) -> str:
    """The number of the lock file's format, such as `9.0`, `8` or `5.4`; "" if it has none."""
    head = project.head(lock)
    pattern = r"^__metadata:\s*\n\s+version:\s*(\d+)" if lock == "yarn.lock" else r"^lockfileVersion:\s*['\"]?([\d.]+)"
    m = re.search(pattern, head, re.MULTILINE)
    return m[1] if m else ""


def overrides(project: Project, package: Package, lock: str, major: int) -> str:
    """A sentence if pnpm's overrides are not those that LOCK was written with, which it does not take at all."""
    if lock != "pnpm-lock.yaml":
        return ""
    ours = _keys(project.text("pnpm-workspace.yaml")) or (package.pnpm_overrides if major <= 10 else frozenset())
    theirs = _keys(project.head(lock))
    if new := sorted(ours - theirs):
        return f"it was written without the override of {new[0]}"
    gone = sorted(k for k in theirs - ours if k.partition("@")[0] not in package.overridden)
    return f"it was written with an override of {gone[0]}, which is gone" if gone else ""


# Settings that pnpm writes into its lock file and insists on: key, its flag, what it is by default since pnpm 8.
_SETTINGS = (
    ("autoInstallPeers", "auto-install-peers", "true"),
    ("excludeLinksFromLockfile", "exclude-links-from-lockfile", "false"),
)


def settings(project: Project, lock: str, ours: Mapping[str, str]) -> tuple[str, ...]:
    """Flags for pnpm where LOCK was written with other settings than the project's (OURS) or those by default."""
    if lock != "pnpm-lock.yaml":
        return ()
    head = project.head(lock)
    found = []
    for key, flag, usual in _SETTINGS:
        m = re.search(rf"^  {key}: (true|false)$", head, re.MULTILINE)
        if m and m[1] != (ours.get(key) or usual):
            found.append(f"--config.{flag}={m[1]}")
    return tuple(found)


def _keys(text: str) -> frozenset[str]:
    """The keys of the table `overrides` at the top of a YAML text."""
    m = re.search(r"^overrides:[^\S\n]*\n((?:[^\S\n]+\S.*(?:\n|$)|[^\S\n]*\n)+)", text, re.MULTILINE)
    found = re.findall(r"^\s+(?:'([^'\n]+)'|\"([^\"\n]+)\"|([^\s#'\"][^:\n]*)):", m[1] if m else "", re.MULTILINE)
    return frozenset("".join(names) for names in found)


def mismatch(name: str, version: str, written: str) -> str:
    """A sentence if the package manager NAME at VERSION does not take the format WRITTEN without changing it."""
    m = re.match(r"(\d+)\.(\d+)", version)
    if not m or not written or name not in _WRITES:
        return ""
    have = (int(m[1]), int(m[2]))
    ours = next((number for first, number in _WRITES[name] if have >= first), 0)
    theirs = int(written.partition(".")[0])
    if not ours or ours == theirs or (name, ours, theirs) in _READS:
        return ""
    tool = name.removesuffix("-berry")
    return f"its format {written} is not that of {tool} {version}"
