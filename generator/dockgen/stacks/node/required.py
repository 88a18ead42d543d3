"""Variables without which the app does not start, each with a value to show in a command."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import examples, lazy
from dockgen.placeholders import placeholder, shown
from dockgen.stacks.node import buildenv

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.project import Project
    from dockgen.stacks.node.model import App

# Strapi's configuration reads variables by a function; AdonisJS validates them when it starts.
_STRAPI = lazy.pattern(r"\benv(?:\.(?:array|json))?\(\s*[\"']([A-Z][A-Z0-9_]*)[\"']\s*\)")
_ADONIS = lazy.pattern(
    r"^\s*([A-Z][A-Z0-9_]*)\s*:\s*Env\.schema\.(\w+)\b(?!\.optional)(?:\(\s*\[[^\]]*?[\"'](\w+)[\"'])?", re.MULTILINE
)
_GIVEN = frozenset({"NODE_ENV", "PORT", "HOST", "HOSTNAME", "CI", "TZ"})  # by the image


def find(project: Project, app: App, texts: list[str], known: frozenset[str]) -> dict[str, str]:
    """The variables that the source TEXTS demand; KNOWN are those that the image sets."""
    if app.kind.value not in ("web", "worker", "job"):
        return {}
    given = examples.read(project)
    demanded = {**buildenv.demanded(texts), **dict(_of_framework(project, app))}
    names = sorted(n for n in demanded if n not in _GIVEN | known and not n.startswith(("NEXT_PUBLIC_", "VITE_")))
    return {n: shown(given.get(n, ""), demanded[n]) for n in names}


def _of_framework(project: Project, app: App) -> Iterator[tuple[str, str]]:
    name = app.framework.value if app.framework else ""
    if name == "strapi":
        for file in project.below("config"):
            for m in _STRAPI.finditer(project.text(file)):
                yield m[1], placeholder(m[1])
    if name == "adonis":
        for m in _ADONIS.finditer(project.text("start/env.ts")):
            yield m[1], m[3] if m[2] == "enum" and m[3] else placeholder(m[1])
