"""Tell from names and the heads of files how much a project looks like Go."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from dockgen.facts import Evidence
from dockgen.stacks import Claim
from dockgen.stacks.go import mains

if TYPE_CHECKING:
    from dockgen.project import Project


def claim(project: Project) -> Claim | None:
    """go.mod with a program where one usually lies, else go.mod anywhere near, else a main.go."""
    manifest = project.first("go.work", "go.mod")
    if manifest:
        for path in project.ending(".go"):
            if (
                ("/" not in path or path.startswith("cmd/"))
                and not path.endswith("_test.go")
                and _is_main(project, path)
            ):
                return Claim(95, Evidence(manifest))
        return Claim(60, Evidence(manifest))
    for depth, score in ((1, 55), (2, 40)):
        for nested in project.ending("/go.mod"):
            if nested.count("/") == depth and not (depth > 1 and mains.is_aside(posixpath.dirname(nested))):
                return Claim(score, Evidence(nested))
    if main := next((f for f in project.ending(".go") if "/" not in f and _is_main(project, f)), None):
        return Claim(50, Evidence(main))
    return None


def _is_main(project: Project, path: str) -> bool:
    return bool(re.search(r"^package main\b", project.head(path, 8192), re.MULTILINE))
