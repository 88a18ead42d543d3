"""The version of the package manager itself: the one that the project pins or allows, else ours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dockgen.facts import Evidence
from dockgen.lazy import pattern
from dockgen.releases import TOOLS
from dockgen.stacks.python.manifests import string, table
from dockgen.stacks.python.ranges import key, poetry_spec, satisfies

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockgen.project import Project
    from dockgen.stacks.python.managers import Manager

# The newest release of each line, for projects that do not allow ours. Source: the index, 2026-11-23.
LINES: Mapping[str, tuple[str, ...]] = {
    "uv": ("0.12.24", "0.11.33", "0.10.12", "0.9.30", "0.8.24", "0.7.22", "0.6.17", "0.5.31", "0.4.30"),
    "poetry": (
        "2.4.3", "2.3.4", "2.2.1", "2.1.4", "2.0.1", "1.8.5", "1.7.1", "1.6.1", "1.5.1", "1.4.2", "1.3.2", "1.2.2",
        "1.1.15",
    ),
}  # fmt: skip
# Newer releases of what a tool itself depends on that break it.
# PDM 2.29 with hishel 2 or unearth 0.19: tried 2026-11-23.
LIMITS: Mapping[str, tuple[str, ...]] = {"pdm": ("hishel<2", "unearth<0.19")}
# Poetry's version, and the export plug-in that goes with it ("": built in). Source: what the plug-in requires.
EXPORT = (
    ("1.1.", ""),
    ("1.2.", "1.2.0"),
    ("1.3.", "1.3.0"),
    ("1.4.", "1.3.0"),
    ("1.5.", "1.4.0"),
    ("1.6.", "1.6.0"),
    ("1.7.", "1.6.0"),
    ("1.", "1.8.0"),
    ("2.0.", "1.9.0"),
    ("2.1.", "1.9.0"),
    ("2.2.", "1.9.0"),
    ("", "1.10.1"),
)
# The last versions of the tools that run on a Python that ours no longer run on: tool, newest such Python, version.
OLD_TOOLS = (
    ("poetry", "3.6", "1.1.15"),
    ("poetry", "3.7", "1.5.1"),
    ("pdm", "3.7", "2.10.4"),
    ("pipenv", "3.6", "2022.4.8"),
    ("pipenv", "3.7", "2023.10.3"),
    ("poetry", "3.8", "1.8.5"),
    ("poetry", "3.9", "2.2.1"),
    ("pdm", "3.8", "2.22.4"),
    ("pipenv", "3.8", "2024.4.1"),
    ("pipenv", "3.9", "2025.0.4"),
)
# Files of version managers that name tools: `poetry 1.8.3`, `poetry = "1.8.3"`.
_PINNED = {
    tool: pattern(rf"^{tool}(?:[ \t]+|[ \t]*=[ \t]*[\"'])(\d+(?:\.\d+)+)\b", re.MULTILINE)
    for tool in ("uv", "poetry", "pdm", "pipenv")
}


def requirements(manager: Manager, version: str) -> tuple[str, ...]:
    """What pip installs to have the tool in VERSION; empty for pip itself and for uv, which comes as an image."""
    if manager.tool in ("", "uv"):
        return ()
    plugin = next(v for prefix, v in EXPORT if version.startswith(prefix))
    extra = (f"poetry-plugin-export=={plugin}",) if manager.tool == "poetry" and plugin else ()
    return (f"{manager.tool}=={version}", *extra)


def version(project: Project, data: Mapping[str, Any], manager: Manager, python: str) -> tuple[str, Evidence]:
    """The version of the tool: what the project pins, else ours if the project and its PYTHON allow it."""
    for path, wanted in _wanted(project, data, manager.tool):
        place = Evidence(path, project.line_of(path, wanted), wanted)
        if m := re.fullmatch(r"(?:===?)?\s*(\d+\.\d+\.\d+)", wanted):
            return m[1], place
        ours = TOOLS[manager.tool]
        spec = poetry_spec(wanted)
        if fitting := next((v for v in (ours, *LINES.get(manager.tool, ())) if satisfies(v, spec)), ""):
            if fitting != ours:
                return fitting, place
            break
    for tool, limit, last in OLD_TOOLS:
        if tool == manager.tool and key(python) <= key(limit):
            return last, Evidence(note=f"the last that runs on Python {python}")
    return TOOLS[manager.tool], Evidence(note="built-in default")


def _wanted(project: Project, data: Mapping[str, Any], tool: str) -> Iterator[tuple[str, str]]:
    """The file and what it says of the tool's version, the strongest first."""
    said = {"uv": ("uv", "required-version"), "poetry": ("poetry", "requires-poetry")}.get(tool)
    if said and (wanted := string(table(data, "tool", said[0]).get(said[1]))):
        yield "pyproject.toml", wanted.strip()
    own = project.toml("uv.toml") if tool == "uv" and project.has("uv.toml") else {}
    if wanted := string(own.get("required-version")):
        yield "uv.toml", wanted.strip()
    for path in (".tool-versions", "mise.toml", ".mise.toml"):
        if m := _PINNED[tool].search(project.text(path)):
            yield path, m[1]
