"""Starts under names of their own, and files that listen side by side: the only one, or the refusal to choose."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.errors import Open, UndecidedError, Way
from dockgen.facts import Evidence
from dockgen.stacks.node import scripts, source, start
from dockgen.values import one_line

if TYPE_CHECKING:
    from dockgen.project import Project
    from dockgen.stacks.node.package import Package
    from dockgen.stacks.node.start import Start

MAX_TOLD = 8
# `start:api` and the like; not those for development or for another machine.
_NAMED = lazy.pattern(
    r"(?:start|serve|run)[:_-](?!dev|local|debug|watch|test|hmr|docker|staging|stage|win|mac|linux|mock|e2e|ci\b|all\b)[\w:.-]+"
)


def find(project: Project, package: Package) -> Start | None:
    """The only start under a name of its own such as `start:api`; None if there is none.

    UndecidedError if there are several, or if several files at usual places listen and none of them loads the others.
    """
    named: dict[str, Start] = {}
    for name, text in package.scripts.items():
        if _NAMED.fullmatch(name) and (found := _resolved(project, package, name, text)) and found.file not in named:
            named[found.file] = found
    if len(named) > 1:
        raise _several("start scripts", [f"{s.script}: {' '.join(s.argv)}" for s in named.values()], [*named.values()])
    if named:
        return next(iter(named.values()))
    files = _listening(project, package)
    if len(files) > 1:
        starts = [start.file_start(project, package, f, Evidence(f)) for f in files]
        raise _several("files listen", files, starts)
    return None


def _resolved(project: Project, package: Package, name: str, text: str) -> Start | None:
    commands = scripts.read(text, package.scripts)
    if not commands:
        return None
    evidence = Evidence(package.path, project.line_of(package.path, f'"{name}"'), f"scripts.{name}: {text}")
    found = start.resolve(project, package, commands[-1], evidence)
    runs = found.kind in ("node", "bun", "typescript") and found.file and (found.entry or "/" in found.file)
    return replace(found, script=name) if runs else None


def _listening(project: Project, package: Package) -> list[str]:
    """The usual files that listen; only `main` if it is one of them, none that another loads."""
    found: dict[str, frozenset[str]] = {}
    for name in start.FILES:
        entry = source.entry(project, name)
        if entry and entry not in found and (read := source.read(project, entry)).listens:
            found[entry] = frozenset(read.files)
    main = source.entry(project, package.main) if package.main else None
    if main in found:
        return [main]
    loaded = {f for entry, files in found.items() for f in files if f != entry}
    return [entry for entry in found if entry not in loaded]


def _several(what: str, shown: list[str], starts: list[Start]) -> UndecidedError:
    more = [f"  and {len(shown) - MAX_TOLD} more"] if len(shown) > MAX_TOLD else []
    listed = [f"  {one_line(line, 100)}" for line in shown[:MAX_TOLD]]
    ways = tuple(Way.start(shlex.join(s.argv), note) for s, note in zip(starts, shown, strict=True))
    return UndecidedError(
        "\n".join([f"several {what}, and nothing says which of them is meant", *listed, *more]),
        hint=f"say which: --set start='{one_line(' '.join(starts[0].argv), 100)}'",
        open=Open(key="start", ways=ways, example="node server.js"),
    )
