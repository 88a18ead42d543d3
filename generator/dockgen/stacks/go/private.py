"""Find the modules that are not public, which the build has to be let in to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen.facts import Evidence, Fact
from dockgen.lines import line_at

if TYPE_CHECKING:
    from dockgen.project import Project

FILES = ("Dockerfile", "Makefile", "Taskfile.yml", "justfile", ".envrc", "mise.toml", ".gitlab-ci.yml", "README.md")
_SAID = re.compile(r"\b(?:GOPRIVATE|GONOSUMDB|GONOPROXY)[\"']?\s*[:=]\s*[\"']?([A-Za-z0-9][\w./*,-]*)")


def private(project: Project) -> Fact[str] | None:
    """The patterns of GOPRIVATE that the project is built with, and where they are said; None if there are none."""
    for path in (*FILES, *project.below(".github/workflows")):
        text = project.text(path)
        if match := _SAID.search(text):
            return Fact(match[1].rstrip(","), (Evidence(path, line_at(text, match.start()), "GOPRIVATE"),))
    return None
