"""Read lock files: which packages production installs, in which version, and whether there are wheels for them.

A lock also names what only development needs. What is reached from the project's own dependencies is what ships.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.records import dataclass
from dockgen.stacks.python.manifests import normal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dockgen.project import Project

_NAME = lazy.pattern(r'^name = "([^"]+)"', re.MULTILINE)
_VERSION = lazy.pattern(r'^version = "([^"]+)"', re.MULTILINE)
_PIPENV = lazy.pattern(r'^        "([^"]+)": \{[^{}]*?"version": "==([^"]+)"', re.MULTILINE)
_UV_NAMES = lazy.pattern(r'\{ name = "([^"]+)"([^\n]*)')
_UV_LOCAL = lazy.pattern(r"^source = \{ (?:virtual|editable|directory) = ", re.MULTILINE)
_UV_HERE = lazy.pattern(r'^source = \{ (?:virtual|editable) = "([^"]+)" \}', re.MULTILINE)
_POETRY_NAME = lazy.pattern(r'^"?([A-Za-z0-9][A-Za-z0-9._-]*)"? = (.*)', re.MULTILINE)
_PDM_GROUPS = lazy.pattern(r"^(?:groups|sections) = \[([^\]]*)\]", re.MULTILINE)
# uv lists addresses, Poetry and PDM names of files, at the package or (Poetry 1.4 and older, PDM 2.7 and older) at the
# end of the lock.
_WHEEL = lazy.pattern(r'[/"]([^/"\s]+\.whl)"')
_SDIST = lazy.pattern(r'^sdist = |\.(?:tar\.gz|zip|tar\.bz2)"', re.MULTILINE)
_FILES = lazy.pattern(r'^"?([A-Za-z0-9][A-Za-z0-9._-]*)(?: [^"=]*)?"? = \[\n((?:[ \t]+\{.*\n)*)', re.MULTILINE)
# A dependency that some Pythons or some systems only have.
_ONLY_SOME = lazy.pattern(r"python|platform|sys_|os_name")


@dataclass(frozen=True, slots=True)
class Locked:
    """A package in a lock: its version, the names of its wheels, and what is known about them.

    `is_listed`: the lock lists its files. `has_source`: an archive of its source is among them. `is_always`: every
    Python and every system needs it.
    """

    version: str
    wheels: tuple[str, ...] = ()
    is_listed: bool = False
    has_source: bool = False
    is_always: bool = True


def locked(project: Project, lock: str, direct: Iterable[str]) -> dict[str, Locked]:
    """What LOCK says of every package that the dependencies DIRECT bring along, by normalised name."""
    text = project.whole(lock)
    if lock == "Pipfile.lock":
        return {normal(m[1]): Locked(m[2]) for m in _PIPENV.finditer(text.partition('"develop":')[0])}
    packages, _, end = text.partition("\n[metadata.files]\n")
    blocks: dict[str, str] = {}
    for block in packages.split("[[package]]\n")[1:]:
        if m := _NAME.search(block):  # there may be several versions of one, for several Pythons: the last counts
            blocks[normal(m[1])] = block + blocks.get(normal(m[1]), "")
    home = project.workspace.path if project.workspace else "."
    always, every = _wanted(lock, blocks, direct, home)
    files = {normal(m[1]): m[2] for m in _FILES.finditer(end)} if end else {}
    found = {}
    for name, block in blocks.items():
        if name in every and (m := _VERSION.search(block)):
            listing = block + files.get(name, "")
            wheels = tuple(_WHEEL.findall(listing))
            has_source = bool(_SDIST.search(listing))
            found[name] = Locked(
                version=m[1],
                wheels=wheels,
                is_listed=has_source or bool(wheels),
                has_source=has_source,
                is_always=name in always,
            )
    return found


def _wanted(lock: str, blocks: Mapping[str, str], direct: Iterable[str], home: str) -> tuple[set[str], set[str]]:
    """The packages that are installed on every Python and system, and all that may be."""
    if lock == "pdm.lock":
        every = {name for name, block in blocks.items() if _in_default(block)}
        always = {n for n in every if not re.search(rf'^marker = ".*(?:{_ONLY_SOME.pattern})', blocks[n], re.MULTILINE)}
        return always, every
    if lock == "uv.lock":
        start, edges = _uv_edges(blocks, direct, home)
    else:
        start = dict.fromkeys(direct, "")
        edges = {name: _poetry_edges(block) for name, block in blocks.items()}
    plain = {n: {other for other, marker in to.items() if not _ONLY_SOME.search(marker)} for n, to in edges.items()}
    first = {name for name, marker in start.items() if not _ONLY_SOME.search(marker)}
    return _reached(first, plain), _reached(set(start), {n: set(to) for n, to in edges.items()})


def _in_default(block: str) -> bool:
    """True if PDM installs a package without being asked for a group; old locks do not say."""
    groups = _PDM_GROUPS.search(block)
    return groups is None or '"default"' in groups[1]


def _uv_edges(
    blocks: Mapping[str, str], direct: Iterable[str], home: str
) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """What the project in HOME depends on, and what each package does, with markers; none of its groups and extras."""
    start = dict.fromkeys(direct, "")
    edges = dict[str, dict[str, str]]()
    for name, block in blocks.items():
        part = block
        if _UV_LOCAL.search(block):
            part = block.partition("\ndependencies = [")[2].partition("\n]")[0]
        edges[name] = {normal(other): _marker(rest) for other, rest in _UV_NAMES.findall(part)}
        if (here := _UV_HERE.search(block)) and here[1] == home:
            start |= edges[name]
    return start, edges


def _poetry_edges(block: str) -> dict[str, str]:
    part = block.partition("[package.dependencies]\n")[2].partition("\n[")[0]
    return {normal(name): _marker(rest) for name, rest in _POETRY_NAME.findall(part)}


def _marker(rest: str) -> str:
    """The marker in what follows the name of a dependency."""
    return rest.partition("marker")[2]


def _reached(start: set[str], edges: Mapping[str, set[str]]) -> set[str]:
    """START and everything that it leads to."""
    reached: set[str] = set()
    queue = list(start)
    while queue:
        name = queue.pop()
        if name not in reached:
            reached.add(name)
            queue += edges.get(name, ())
    return reached
