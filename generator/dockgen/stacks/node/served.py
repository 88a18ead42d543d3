"""Find the front-ends in folders of their own whose build a Node server sends out."""

from __future__ import annotations

import posixpath
from itertools import islice
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.facts import Evidence, Fact
from dockgen.lines import line_at
from dockgen.records import dataclass
from dockgen.stacks.node import frontend, outputs, scripts
from dockgen.stacks.node.lifecycle import HOOKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dockgen.project import Project
    from dockgen.stacks.node.frontend import Frontend
    from dockgen.stacks.node.model import App
    from dockgen.stacks.node.outputs import Output
    from dockgen.stacks.node.package import Package
    from dockgen.stacks.node.scripts import Command

MAX_PATHS = 2_000  # of one file
# Where a path begins: a call that joins one, or a text with a slash in it.
_PATH = lazy.pattern(r"\b(?:join|resolve)\(|(?=[\"'`][^\"'`\s]*/[^\"'`\s]*[\"'`])")
# Options with which a package manager works in another folder.
_ELSEWHERE = ("--prefix", "--cwd", "-C", "--dir")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fronts:
    """The front-ends that the server sends out, and what is different for the server because of them.

    `own`: their folders that it does not read itself. `build`: what is left of its own build. `needless`: install
    scripts that only served the front-ends.
    """

    builds: tuple[Frontend, ...]
    own: tuple[str, ...]
    build: Fact[tuple[str, ...]] | None
    needless: tuple[str, ...]


def find(project: Project, package: Package, app: App, files: Iterable[str], members: tuple[str, ...]) -> Fronts | None:
    """The front-ends whose output FILES of the server name; those of the server's own workspace are built with it."""
    packages = [p for p, m in frontend.packages(project) if "/" in p and p not in members and outputs.builds(m)]
    own = outputs.builds(package) if app.build is None else []
    if not packages and not own:
        return None
    sources = tuple(files)
    named = [(place, where) for f in sources for places, where in _named(f, project.text(f)) for place in places]

    def wants(folder: str, output: Output) -> Evidence | None:
        manifest = posixpath.normpath(f"{folder}/package.json")
        where = next((w for place, w in named if f"{place}/".startswith(f"{output.path}/")), None)
        if where is None or manifest in members:
            return None
        return Evidence(where.path, where.line, f"serves {output.path}, which {manifest} builds")

    builds = frontend.find(project, wants, root=False)
    folders = tuple(f.folder for f in builds)
    build = _own_build(app.build, package, folders) if app.build else _missing(project, package, own, wants)
    if not folders and build == app.build:
        return None
    return Fronts(
        builds=builds,
        own=tuple(f for f in folders if not any(s.startswith(f"{f}/") for s in sources)),
        build=build,
        needless=tuple(h for h in HOOKS if h in package.scripts and _is_needless(package, h, folders)),
    )


def _missing(
    project: Project, package: Package, builds: list[tuple[str, ...]], wants: Callable[[str, Output], Evidence | None]
) -> Fact[tuple[str, ...]] | None:
    """The script of the server's own package that makes what it sends out, by a name that is not usual for a build."""
    for name in (n for names in builds for n in names):
        for output in outputs.of(project, package, (name,)):
            if frontend.is_made(project, output.path) and (where := wants(".", output)):
                return Fact((name,), (where,))
    return None


def _named(file: str, text: str) -> Iterator[tuple[list[str], Evidence]]:
    """The places in the project that paths in a file may mean: relative to one of the folders above it."""
    parts = posixpath.dirname(file).split("/") if "/" in file else []
    folders = ["/".join(parts[:i]) for i in range(len(parts), -1, -1)]
    known = outputs.constants(text)
    for m in islice(_PATH.finditer(text), MAX_PATHS):
        path = posixpath.normpath(outputs.path_at(text, m.start(), known)[0] or ".")
        while path.startswith("../"):
            path = path[3:]
        if path[0] not in "./":
            where = Evidence(file, line_at(text, m.start()))
            yield [posixpath.join(folder, path) for folder in folders], where


def _own_build(
    build: Fact[tuple[str, ...]] | None, package: Package, folders: Iterable[str]
) -> Fact[tuple[str, ...]] | None:
    """BUILD without what stages of their own do for the packages in FOLDERS; None if nothing is left."""
    if build is None or len(build.value) != 1 or build.value[0] not in package.scripts:
        return build
    name = build.value[0]
    run = outputs.commands(package, (name,))
    left = [c for c in run if not _is_elsewhere(c, set(folders)) and not _installs(c)]
    if len(left) == len(run):
        return build
    if not left:
        return None
    parts = {c.script for c in left}
    if parts != {name} and len(parts) == 1:
        return Fact((parts.pop(),), build.evidence)
    return Fact(left[0].argv, build.evidence) if len(left) == 1 and not left[0].env else build


def _is_needless(package: Package, name: str, folders: Iterable[str]) -> bool:
    """True if the script NAME only installs and builds the packages in FOLDERS."""
    run, known = outputs.commands(package, (name,)), set(folders)
    return bool(run) and all(_is_elsewhere(c, known) for c in run)


def _is_elsewhere(command: Command, folders: set[str]) -> bool:
    where = posixpath.normpath(command.folder or ".")
    words = command.argv
    for word, following in zip(words, [*words[1:], ""], strict=False):
        flag, equals, value = word.partition("=")
        if flag in _ELSEWHERE:
            where = posixpath.normpath(posixpath.join(where, value if equals else following))
    return where in folders


def _installs(command: Command) -> bool:
    return command.program in scripts.MANAGERS and command.argv[1:2] in (("install",), ("i",), ("ci",), ())
