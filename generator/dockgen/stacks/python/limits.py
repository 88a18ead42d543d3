"""The newest Python that a project's old dependencies, and the modules that its code imports, allow."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.facts import Evidence
from dockgen.lines import line_at
from dockgen.stacks.python import wheels
from dockgen.stacks.python.caps import DATED, FALLS_BACK, NEEDS, OLDEST_BY_DATE, REMOVED, RUNS, WHEELS, WHEELS_FROM
from dockgen.stacks.python.ranges import key, upper

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dockgen.project import Project
    from dockgen.stacks.python.locks import Locked
    from dockgen.stacks.python.manifests import Dependency

Limit = tuple[str, Evidence]  # a release line, and why it is the last that will do

_REMOVED = {name: (limit, package) for name, limit, package in REMOVED}
_REMOVED_IMPORT = lazy.pattern(rf"^(?:import|from)[ \t]+({'|'.join(_REMOVED)})\b", re.MULTILINE)


def limits(
    dependencies: Iterable[Dependency],
    locked: Mapping[str, Locked],
    lock: str,
    project: Project,
    sources: Iterable[str],
) -> list[Limit]:
    """The newest Python that each old dependency or removed module allows."""
    dependencies = tuple(dependencies)
    pinned = pins(dependencies, locked)
    # Where the lock lists the files of a package, they say more than a table.
    untold = {n: v for n, v in pinned.items() if n not in locked or not locked[n].is_listed}
    brought = {d.name for d in dependencies} | set(locked)
    return [
        *_of_wheels(untold),
        *_of_files(locked, lock),
        *_of_versions(pinned),
        *_of_dates(pinned),
        *_of_imports(project, sources, brought),
    ]


def pins(dependencies: Iterable[Dependency], locked: Mapping[str, Locked]) -> dict[str, tuple[str, Evidence]]:
    """The newest version of each package that can be installed, where that is bounded, and where it stands."""
    found = {d.name: (v, d.evidence) for d in dependencies if (v := upper(d.spec))}
    return found | {n: (p.version, found[n][1] if n in found else Evidence(note=n)) for n, p in locked.items()}


def without_wheel(
    python: str, pinned: Mapping[str, tuple[str, Evidence]], locked: Mapping[str, Locked], *, musl: bool = False
) -> set[str]:
    """The packages that must be compiled on the release line PYTHON, as far as the lock or the table tells.

    MUSL: on Alpine, for which there are other wheels.
    """
    listed = {n: p for n, p in locked.items() if p.is_always and p.has_source and n not in FALLS_BACK}
    found = {n for n, p in listed.items() if not wheels.fits(p.wheels, python, musl=musl)}
    for name, below, limit in WHEELS:
        if name in pinned and not (name in locked and locked[name].is_listed):
            version = pinned[name][0]
            if "9999" not in version and key(version) < key(below) and key(python) > key(limit):
                found.add(name)
    return found


def least(pinned: Mapping[str, tuple[str, Evidence]]) -> str:
    """The oldest supported Python on which what is pinned runs; "" if any does."""
    return max(
        (line for n, since, line in NEEDS if n in pinned and key(pinned[n][0]) >= key(since)), key=key, default=""
    )


def _of_wheels(pinned: Mapping[str, tuple[str, Evidence]]) -> Iterator[Limit]:
    for name, below, limit in WHEELS:
        if name in pinned and key(pinned[name][0]) < key(below):
            version, where = pinned[name]
            yield limit, Evidence(where.path, where.line, f"{name} {version} has wheels for Python {limit} at most")


def _of_files(locked: Mapping[str, Locked], lock: str) -> Iterator[Limit]:
    for name, package in locked.items():
        if package.is_always and name not in FALLS_BACK and (limit := wheels.newest(package.wheels)):
            note = f"{name} {package.version} has wheels for Python {limit} at most"
            yield limit, Evidence(lock, None, note)


def _of_versions(pinned: Mapping[str, tuple[str, Evidence]]) -> Iterator[Limit]:
    for name, below, limit, _ in RUNS:
        if name in pinned and key(pinned[name][0]) < key(below):
            version, where = pinned[name]
            yield limit, Evidence(where.path, where.line, f"{name} {version} runs on Python {limit} at most")


def _of_imports(project: Project, sources: Iterable[str], brought: set[str]) -> Iterator[Limit]:
    """The last Python of each imported module that left the standard library and is not BROUGHT by a package."""
    told: set[str] = set()  # counting the lines before each of thousands would take its time
    for path in sources:
        for m in _REMOVED_IMPORT.finditer(project.text(path)):
            limit, package = _REMOVED[m[1]]
            if package not in brought and m[1] not in told:
                told.add(m[1])
                line = line_at(project.text(path), m.start())
                yield limit, Evidence(path, line, f"module {m[1]} left Python after {limit}")


def _of_dates(pinned: Mapping[str, tuple[str, Evidence]]) -> list[Limit]:
    """The newest Python for which there were wheels when the pins were made, if a package's version tells when."""
    dates = []
    for name in DATED:
        numbers = key(pinned[name][0]) if name in pinned else ()
        if len(numbers) >= 2 and 9999 not in numbers:
            year = numbers[0] if numbers[0] > 2000 else 2000 + numbers[0]
            # A version such as 23.2 is the second of its year, not of February: count it as the year's end.
            month = numbers[1] if numbers[0] > 2000 and numbers[1] <= 12 else 12
            if 2015 < year < 2100:
                dates.append(((year, month), name))
    if not dates:
        return []
    date, name = max(dates)
    version, where = pinned[name]
    limit = next((python for python, since in WHEELS_FROM if date >= since), OLDEST_BY_DATE)
    if limit == WHEELS_FROM[0][0]:
        return []
    note = f"{name} {version}: pins of {date[0]} have wheels for Python {limit} at most"
    return [(limit, Evidence(where.path, where.line, note))]
