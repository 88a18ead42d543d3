"""What a project says about its Node, the strongest statement first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.confidence import CONVENTION
from dockgen.facts import Evidence, Fact
from dockgen.lines import line_at
from dockgen.stacks.node import ranges

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.project import Project
    from dockgen.stacks.node.package import Package

_TOOL_LINE = lazy.pattern(r"^(?:nodejs|node)\s+(\S+)", re.MULTILINE)
_MISE_LINE = lazy.pattern(
    r"^[\"']?(?:nodejs|node)[\"']?\s*=\s*(?:\{[^}\n]*version\s*=\s*)?\[?\s*[\"']([^\"'\n]+)[\"']", re.MULTILINE
)
_CI_LINE = lazy.pattern(r"^\s*-?\s*node-version:[^\S\n]*(\S.*(?:\n\s*-\s+[\"']?\d.*)*)", re.MULTILINE)
_CI_VERSION = lazy.pattern(r"(?<![\w./-])v?\d+(?:\.(?:\d+|x|\*))*|lts/[\w*-]+")
_PNPM_NODE = (
    (".npmrc", lazy.pattern(r"^use-node-version\s*=\s*v?(\d[\d.]*)", re.MULTILINE)),
    ("pnpm-workspace.yaml", lazy.pattern(r"^useNodeVersion:\s*[\"']?v?(\d[\d.]*)", re.MULTILINE)),
)
MISE = ("mise.toml", ".mise.toml")
# Where else a Node is named, weaker than what is meant to say it: file, pattern, note. Not the Dockerfile: it is what
# we write, and would decide on itself.
HINTS = (
    (".gitlab-ci.yml", lazy.pattern(r"^\s*image:\s*[\"']?node:(\d+[\d.]*)", re.MULTILINE), "CI runs on it"),
    ("netlify.toml", lazy.pattern(r"^\s*NODE_VERSION\s*=\s*[\"']v?(\d+[\d.]*)", re.MULTILINE), "NODE_VERSION"),
    ("render.yaml", lazy.pattern(r"key:\s*NODE_VERSION\s+value:\s*[\"']?v?(\d+[\d.]*)"), "NODE_VERSION"),
)  # fmt: skip


def says(project: Project, package: Package) -> bool:
    """True if something in PROJECT says which Node it wants."""
    return next(said(project, package), None) is not None


def said(project: Project, package: Package) -> Iterator[Fact[str]]:
    """What the project says about Node, strongest first."""
    for file in (".nvmrc", ".node-version"):
        text = project.text(file).strip().split("\n")[0].split("#")[0].strip()
        if text:
            yield Fact(text[:40], (Evidence(file, 1),))
    for file, pattern in ((".tool-versions", _TOOL_LINE), *((m, _MISE_LINE) for m in MISE)):
        if m := pattern.search(project.text(file)):
            yield Fact(m[1][:40], (Evidence(file, project.line_of(file, m[0].strip())),))
    for file, pattern in _PNPM_NODE:
        if m := pattern.search(project.text(file)):
            yield Fact(m[1], (Evidence(file, project.line_of(file, m[0].strip()), "what pnpm runs scripts with"),))
    runtimes = [v for name, v in package.dev_engines.get("runtime", ()) if name == "node"]
    for key, spec in (("volta", package.volta.get("node")), *(("devEngines", v) for v in runtimes),
                      ("engines", package.engines.get("node"))):  # fmt: skip
        if spec:
            yield _field(project, package, spec, key)
    yield from _continuous_integration(project)
    yield from _hints(project, package)


def _hints(project: Project, package: Package) -> Iterator[Fact[str]]:
    """What names a Node in passing."""
    for file, pattern, note in HINTS:
        if m := pattern.search(project.text(file)):
            yield from _supported(m[1], file, line_at(project.text(file), m.start(1)), note)
    if (types := package.major("@types/node")) is not None:
        line = project.line_of(package.path, '"@types/node"')
        yield from _supported(str(types), package.path, line, "types of this Node")


def _supported(wanted: str, file: str, line: int | None, note: str) -> Iterator[Fact[str]]:
    """A hint, if the release that it names is still supported: an old one is a habit, not a wish."""
    release = ranges.best(ranges.named(wanted))
    if release and release.is_supported:
        yield Fact(release.line, (Evidence(file, line, note),), confidence=CONVENTION)


def _continuous_integration(project: Project) -> Iterator[Fact[str]]:
    """The newest release that GitHub workflows run on, straight or by a matrix."""
    for file in sorted(project.below(".github/workflows")):
        text = project.text(file)
        for m in _CI_LINE.finditer(text):
            named = m[1].strip()
            matrix = re.search(r"matrix\.([\w-]+)", named) if named.startswith("${{") else None
            listed = _matrix(text, matrix[1]) if matrix else named
            versions = _CI_VERSION.findall(listed)
            lines = [r for v in versions if (r := ranges.best(ranges.named(v))) and r.is_supported]
            if lines:
                newest = max(lines, key=lambda r: int(r.line))
                yield Fact(newest.line, (Evidence(file, line_at(text, m.start(1)), "CI runs on it"),))
                return


def _matrix(text: str, key: str) -> str:
    """What a workflow's matrix lists for KEY, on one line or below each other."""
    m = re.search(rf"^\s*{re.escape(key)}:[^\S\n]*(.*(?:\n\s*-\s.*)*)", text, re.MULTILINE)
    return m[1] if m else ""


def _field(project: Project, package: Package, wanted: str, key: str) -> Fact[str]:
    at = project.text(package.path).find(f'"{key}"')
    text = project.text(package.path)
    at = max(at, text.find('"node"', max(at, 0)))
    line = line_at(text, at) if at >= 0 else None
    return Fact(wanted, (Evidence(package.path, line, f"{key} {wanted}"),))
