"""Find the variable in which a program's release build writes its version."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.facts import Evidence, Fact
from dockgen.lines import line_at

if TYPE_CHECKING:
    from dockgen.project import Project
    from dockgen.stacks.go.source import Code

# Files that say how the project is built for its users.
FILES = (".goreleaser.yml", ".goreleaser.yaml", "Dockerfile", "Makefile", "Taskfile.yml", "justfile")
_SET = lazy.pattern(r"-X[ =]+[\"']?([\w./-]+)\.(\w*[vV]ersion|VERSION)=")


def variable(project: Project, code: Code, main: str) -> Fact[str] | None:
    """What the linker is told to set, with the value that the code has without it; None if there is no such variable.

    Names that a Makefile puts together are passed over.
    """
    for path in FILES:
        text = project.text(path)
        for match in _SET.finditer(text):
            folder = main if match[1] == "main" else code.folder_of(match[1])
            if folder is None:
                continue
            declared = re.compile(
                rf"^(?:var[ \t]+|[ \t]+){match[2]}\b[ \t]*(?:string)?[ \t]*(?:=[ \t]*\"([\w.+-]*)\")?", re.MULTILINE
            )
            found = next((m for f in code.package(folder) if (m := declared.search(f.text))), None)
            if found:
                where = Evidence(path, line_at(text, match.start()), "sets it")
                return Fact(f"{match[1]}.{match[2]}={found[1] or ''}", (where,))
    return None
