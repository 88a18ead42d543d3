"""The variables of which a project gives an example, such as .env.example: names, and the values shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import lazy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockgen.project import Project

FILES = (".env.example", ".env.sample", ".env.template", ".env.dist", "env.example", "example.env",
    ".env.local.example", ".env.example.local", ".env.development.example", ".env.defaults")  # fmt: skip
_LINE = lazy.pattern(r"^[ \t]*(?:export )?([A-Z][A-Z0-9_]*)[ \t]*=[ \t]*([^\n]*)$", re.MULTILINE)
MAX_VARIABLES = 200
_SHOWN = 5


def file(project: Project) -> str:
    """The example, "" if there is none."""
    return project.first(*FILES) or ""


def read(project: Project) -> dict[str, str]:
    """Each variable of the example with its value, without quotes and remarks."""
    return values(project, file(project))


def values(project: Project, name: str) -> dict[str, str]:
    """The variables of the file NAME; none if there is no such file."""
    found = _LINE.finditer(project.text(name)) if name else ()
    return {m[1]: _plain(m[2]) for m, _ in zip(found, range(MAX_VARIABLES), strict=False)}


def told(project: Project, names: Sequence[str]) -> str:
    """The warning that the app reads the variables NAMES of the example, which have no defaults."""
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"the app reads {', '.join(names[:_SHOWN])}{more} ({file(project)}): docker run --env-file .env"


def _plain(value: str) -> str:
    value = value.strip()
    if value[:1] in ("'", '"') and value.find(value[0], 1) > 0:
        return value[1 : value.find(value[0], 1)]
    return value.partition(" #")[0].strip()
