"""Tell from package.json, or from names alone, how much a project looks like Node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen.errors import InputError
from dockgen.facts import Evidence
from dockgen.stacks import Claim
from dockgen.stacks.node import frameworks, package, start

if TYPE_CHECKING:
    from dockgen.project import Project
    from dockgen.stacks.node.package import Package

PLAIN_FILES = (
    "server.js",
    "app.js",
    "index.js",
    "main.js",
    "server.mjs",
    "index.mjs",
    "server.ts",
    "index.ts",
    "main.ts",
)

# Tools whose output is the app of most projects that have them.
BUNDLERS = tuple(row for row in frameworks.SPAS if row.name in ("create-react-app", "vue-cli", "vite"))


def claim(project: Project) -> Claim | None:
    """A package.json: strong with a server or a start, weaker with a site's build, weak if it is only tooling."""
    if not project.has(package.MANIFEST):
        file = project.first(*PLAIN_FILES)
        return (
            Claim(25 if file.endswith(("server.js", "server.mjs", "server.ts")) else 12, Evidence(file))
            if file
            else _members_only(project)
        )
    try:
        manifest = package.read(project)
    except InputError:
        return Claim(60, Evidence(package.MANIFEST))  # the error is told when it is read for good
    return Claim(_score(project, manifest), Evidence(package.MANIFEST))


def _members_only(project: Project) -> Claim | None:
    return Claim(60, Evidence("pnpm-workspace.yaml")) if project.has("pnpm-workspace.yaml") else None


def _score(project: Project, manifest: Package) -> int:
    if frameworks.match(frameworks.APPS, manifest) or any(
        p in manifest.dependencies for r in frameworks.SERVERS for p in r.packages
    ):
        return 85
    begin = start.find(project, manifest)
    if begin and begin.kind in ("node", "bun", "program", "typescript") and (begin.entry or begin.needs or begin.file):
        return 85
    if frameworks.match(frameworks.META, manifest) or frameworks.match(BUNDLERS, manifest):
        return 70
    return 60 if manifest.bins or manifest.dependencies else 35
