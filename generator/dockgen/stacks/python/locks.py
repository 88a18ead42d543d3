"""Read lock files: which packages production installs, and in which version.

A lock also names what only development needs. What is reached from the project's own dependencies is what ships.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen.stacks.python.manifests import normal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockgen.project import Project

_PACKAGE = re.compile(r'^name = "([^"]+)"\nversion = "([^"]+)"', re.MULTILINE)
_PIPENV = re.compile(r'^        "([^"]+)": \{[^{}]*?"version": "==([^"]+)"', re.MULTILINE)
_UV_NAMES = re.compile(r'\{ name = "([^"]+)"')
_UV_LOCAL = re.compile(r"^source = \{ (?:virtual|editable|directory) = ", re.MULTILINE)
_UV_ROOT = re.compile(r'^source = \{ (?:virtual|editable) = "\." \}', re.MULTILINE)
_POETRY_NAME = re.compile(r'^"?([A-Za-z0-9][A-Za-z0-9._-]*)"? = ', re.MULTILINE)
_PDM_GROUPS = re.compile(r"^groups = \[([^\]]*)\]", re.MULTILINE)


def locked(project: Project, lock: str, direct: Iterable[str]) -> dict[str, str]:
    """Normalised name and version of every package in LOCK that the dependencies DIRECT bring along."""
    text = project.whole(lock)
    if lock == "Pipfile.lock":
        return {normal(m[1]): m[2] for m in _PIPENV.finditer(text.partition('"develop":')[0])}
    blocks = text.split("[[package]]\n")[1:]
    versions = {normal(m[1]): m[2] for block in blocks if (m := _PACKAGE.search(block))}
    if lock == "pdm.lock":
        wanted = {normal(m[1]) for block in blocks if (m := _PACKAGE.search(block)) and _in_default(block)}
    elif lock == "uv.lock":
        wanted = _reached(*_uv_edges(blocks, direct))
    else:
        edges = {normal(m[1]): _poetry_names(block) for block in blocks if (m := _PACKAGE.search(block))}
        wanted = _reached(set(direct), edges)
    return {name: version for name, version in versions.items() if name in wanted}


def _in_default(block: str) -> bool:
    """True if PDM installs a package without being asked for a group; old locks do not say."""
    groups = _PDM_GROUPS.search(block)
    return groups is None or '"default"' in groups[1]


def _uv_edges(blocks: list[str], direct: Iterable[str]) -> tuple[set[str], dict[str, set[str]]]:
    """What the project itself depends on, and what each package does; groups and extras of its own are left out."""
    start, edges = set(direct), dict[str, set[str]]()
    for block in blocks:
        if not (m := re.search(r'^name = "([^"]+)"', block, re.MULTILINE)):
            continue
        part = block
        if _UV_LOCAL.search(block):
            part = block.partition("\ndependencies = [")[2].partition("\n]")[0]
        edges[normal(m[1])] = {normal(name) for name in _UV_NAMES.findall(part)}
        if _UV_ROOT.search(block):
            start |= edges[normal(m[1])]
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
