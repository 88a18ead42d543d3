"""Tell what git leaves out of the repository: files that lie there on one machine only."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from dockgen.patterns import is_ignored

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.project import Project

FILE = ".gitignore"


def leaves_out(project: Project, path: str) -> bool:
    """True if PATH, a file or all that a folder holds, is not committed by the project's .gitignore files."""
    folder = posixpath.dirname(path)
    above = ["", *(folder[:i] for i, c in enumerate(folder + "/") if c == "/" and i)]
    for home in reversed(above):  # the nearest file decides
        text = project.text(f"{home}/{FILE}" if home else FILE)
        lines = list(_patterns(text)) if text else []
        inner = path[len(home) + 1 :] if home else path
        if lines and (is_ignored(inner, lines) or is_ignored(f"{inner}/a-file-that-a-build-makes", lines)):
            return True
    return False


def names(project: Project) -> Iterator[str]:
    """The names, of files and folders, that the .gitignore at the top leaves out, without wildcards."""
    for line in _patterns(project.text(FILE)):
        if re.fullmatch(r"(?:\*\*/)?[\w.-]+", line):
            yield line.removeprefix("**/")


def _patterns(text: str) -> Iterator[str]:
    """The lines of a .gitignore as Docker would write them: a name without a slash means one at any depth."""
    for raw in text.split("\n"):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        back, pattern = ("!", line[1:]) if line.startswith("!") else ("", line)
        bare = pattern.rstrip("/")
        if bare.strip("*"):
            yield back + (bare.removeprefix("/") if "/" in bare else f"**/{bare}")
