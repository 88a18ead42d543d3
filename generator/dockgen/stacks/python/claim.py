"""Tell from names and manifests alone how much a project looks like Python."""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from dockgen.facts import Evidence
from dockgen.lines import line_at
from dockgen.stacks import Claim
from dockgen.stacks.python.frameworks import TABLE

if TYPE_CHECKING:
    from dockgen.project import Project

MANIFESTS = ("pyproject.toml", "requirements.txt", "Pipfile", "setup.py", "setup.cfg", "uv.lock", "poetry.lock")
# How the names of files end that are run, where no manifest says that this is Python.
PROGRAMS = ("main.py", "__main__.py", "app.py", "server.py", "bot.py")


def claim(project: Project) -> Claim | None:
    """Manifests of Python with an app in sight; weaker without one, weakest for bare .py files."""
    manifest = project.first(*MANIFESTS) or next(
        (f for f in project.ending(".txt") if re.fullmatch(r"requirements[\w./-]*\.txt", f)), None
    )
    python = [*takewhile(lambda path: path.count("/") <= 2, project.ending(".py"))]  # shallow first
    if not manifest and not python:
        return None
    if project.has("manage.py"):
        return Claim(95, Evidence("manage.py"))
    if manifest:
        return (_framework(project, manifest) if python else None) or Claim(72 if python else 30, Evidence(manifest))
    scripts = [f for f in python if "/" not in f or f.endswith("/__main__.py")]
    if not scripts:
        return None
    return Claim(45 if any(f.endswith(PROGRAMS) for f in scripts) else 12, Evidence(scripts[0]))


def _framework(project: Project, manifest: str) -> Claim | None:
    """The claim of a project whose manifests name a framework."""
    text = "".join(project.head(f) for f in (*MANIFESTS, manifest) if project.has(f)).lower()
    for framework in TABLE:
        if re.search(rf"(?<![\w.-]){re.escape(framework.package)}(?![\w-])", text):
            whole = project.text(manifest).lower()
            listed = re.search(rf"^.*(?<![\w.-]){re.escape(framework.package)}(?![\w-])", whole, re.MULTILINE)
            line = line_at(whole, listed.start()) if listed else None
            return Claim(90, Evidence(manifest, line, framework.name))
    return None
