"""Read lock files: which packages production installs, and in which version.

A lock also names what only development needs. What is reached from the project's own dependencies is what ships.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen.stacks.python.manifests import normal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dockgen.project import Project

_NAME = re.compile(r'^name = "([^"]+)"', re.MULTILINE)
_VERSION = re.compile(r'^version = "([^"]+)"', re.MULTILINE)
_PIPENV = re.compile(r'^        "([^"]+)": \{[^{}]*?"version": "==([^"]+)"', re.MULTILINE)
_UV_NAMES = re.compile(r'\{ name = "([^"]+)"')
_UV_LOCAL = re.compile(r"^source = \{ (?:virtual|editable|directory) = ", re.MULTILINE)
_UV_HERE = re.compile(r'^source = \{ (?:virtual|editable) = "([^"]+)" \}', re.MULTILINE)
_POETRY_NAME = re.compile(r'^"?([A-Za-z0-9][A-Za-z0-9._-]*)"? = ', re.MULTILINE)
_PDM_GROUPS = re.compile(r"^(?:groups|sections) = \[([^\]]*)\]", re.MULTILINE)


def locked(project: Project, lock: str, direct: Iterable[str]) -> dict[str, str]:
    """Normalised name and version of every package in LOCK that the dependencies DIRECT bring along."""
    text = project.whole(lock)
    if lock == "Pipfile.lock":
        return {normal(m[1]): m[2] for m in _PIPENV.finditer(text.partition('"develop":')[0])}
    blocks: dict[str, str] = {}
    for block in text.split("[[package]]\n")[1:]:
        if m := _NAME.search(block):  # there may be several versions of one, for several Pythons: the last counts
            blocks[normal(m[1])] = block + blocks.get(normal(m[1]), "")
    if lock == "pdm.lock":
        wanted = {name for name, block in blocks.items() if _in_default(block)}
    elif lock == "uv.lock":
        wanted = _reached(*_uv_edges(blocks, direct, project.workspace.path if project.workspace else "."))
    else:
        wanted = _reached(set(direct), {name: _poetry_names(block) for name, block in blocks.items()})
    return {name: m[1] for name, block in blocks.items() if name in wanted and (m := _VERSION.search(block))}


def _in_default(block: str) -> bool:
    """True if PDM installs a package without being asked for a group; old locks do not say."""
    groups = _PDM_GROUPS.search(block)
    return groups is None or '"default"' in groups[1]


def _uv_edges(blocks: Mapping[str, str], direct: Iterable[str], home: str) -> tuple[set[str], dict[str, set[str]]]:
    """What the project in HOME depends on, and what each package does; groups and extras of its own are left out."""
    start, edges = set(direct), dict[str, set[str]]()
    for name, block in blocks.items():
        part = block
        if _UV_LOCAL.search(block):
            part = block.partition("\ndependencies = [")[2].partition("\n]")[0]
        edges[name] = {normal(other) for other in _UV_NAMES.findall(part)}
        if (here := _UV_HERE.search(block)) and here[1] == home:
            start |= edges[name]
    return start, edges


def _poetry_names(block: str) -> set[str]:
    part = block.partition("[package.dependencies]\n")[2].partition("\n[")[0]
    return {normal(name) for name in _POETRY_NAME.findall(part)}


def _reached(start: set[str], edges: dict[str, set[str]]) -> set[str]:
    """START and everything that it leads to."""
    reached: set[str] = set()
    queue = list(start)
    while queue:
        name = queue.pop()
        if name not in reached:
            reached.add(name)
            queue += edges.get(name, ())
    return reached
