"""Projects from before Go modules: find the import path under which a GOPATH build finds the code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen.errors import UndecidedError
from dockgen.stacks.go.source import Code
from dockgen.values import is_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockgen.project import Project
    from dockgen.stacks.go.source import GoFile

MENTIONS = ("Dockerfile", "Makefile", "README.md", ".travis.yml", "readme.md")
ALONE = "app"  # any path will do for a program that imports no package of its own
HINT = "make it a module: go mod init && go mod tidy"


def import_path(project: Project) -> str:
    """The import path that the project's own packages are imported by.

    Taken from imports that end in one of the project's folders; files that say how to install it decide.
    UndecidedError if that leaves more than one.
    """
    code = Code(project, {})
    folders = {f for f in code.folders if f != "."}
    found: list[str] = []
    for folder in code.folders[:50]:
        for path in (i for f in code.package(folder) for i in f.imports if "." in i.partition("/")[0]):
            found += [path.removesuffix("/" + own) for own in folders if path.endswith("/" + own)]
    candidates = [c for c in dict.fromkeys(found) if is_path(c)]
    if len(candidates) <= 1:
        return candidates[0] if candidates else ALONE
    texts = "\n".join(project.text(p) for p in MENTIONS)
    named = [c for c in candidates if re.search(rf"{re.escape(c)}(?![\w/.-])", texts)]
    named = named or [c for c in candidates if c.rpartition("/")[2].lower() == project.name.lower()]
    if len(named) == 1:
        return named[0]
    raise UndecidedError(
        f"there is no go.mod, and the code imports its own packages in several ways: {', '.join(candidates[:4])}",
        hint=HINT,
    )


def check(project: Project, program: Sequence[GoFile], code: Code) -> None:
    """UndecidedError if the program imports packages that are neither its own nor vendored."""
    if project.has_folder("vendor"):
        return
    for file in program:
        for path in file.imports:
            if "." in path.partition("/")[0] and code.folder_of(path) is None:
                raise UndecidedError(
                    f"there is no go.mod and no vendor folder, so nothing says which version of {path[:80]} to use",
                    where=file.path,
                    hint=HINT,
                )
