"""Does a lock file still belong to its package.json? A strict install fails where it does not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.project import Project
    from dockgen.stacks.node.package import Package

HEAD = 262_144  # the root's entry stands at the top of package-lock.json, those of pnpm and bun near it
# Not from a registry: lock files write these in ways of their own.
_OTHER = lazy.pattern(r"(?:file|link|workspace|portal|patch|catalog|npm|git|github|https?|git\+\w+):|[\w.-]+/[\w.-]+")


def missing(project: Project, package: Package, lock: str) -> str:
    """The first dependency that LOCK does not know as package.json asks for it; "" if it knows them all.

    Formats that are not known are trusted.
    """
    known = {"package-lock.json": _npm, "npm-shrinkwrap.json": _npm, "yarn.lock": _yarn, "pnpm-lock.yaml": _pnpm}.get(
        lock
    )
    if known is None:
        return ""
    wanted = {**package.dev_dependencies, **package.optional_dependencies, **package.dependencies}
    plain = [(name, spec) for name, spec in sorted(wanted.items()) if not _OTHER.match(spec)]
    return next(known(project, lock, plain), "")


def _npm(project: Project, lock: str, wanted: list[tuple[str, str]]) -> Iterator[str]:
    text = project.head(lock, HEAD)
    if re.search(r'"lockfileVersion":\s*1\b', text):
        whole = project.whole(lock)
        return (name for name, _ in wanted if f'"{name}": {{' not in whole)
    return (
        name for name, spec in wanted if not re.search(re.escape(f'"{name}"') + r":\s*" + re.escape(f'"{spec}"'), text)
    )


def _yarn(project: Project, lock: str, wanted: list[tuple[str, str]]) -> Iterator[str]:
    text = project.whole(lock)
    mark = "@npm:" if "__metadata:" in text else "@"
    return (name for name, spec in wanted if f"{name}{mark}{spec}" not in text)


def _pnpm(project: Project, lock: str, wanted: list[tuple[str, str]]) -> Iterator[str]:
    text = project.head(lock, HEAD)
    return (name for name, _ in wanted if not re.search(rf"^\s+[\"']?{re.escape(name)}[\"']?:", text, re.MULTILINE))
