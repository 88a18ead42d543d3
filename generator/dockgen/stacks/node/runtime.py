"""Which release of Node a project runs on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import lazy, releases
from dockgen.errors import InputError
from dockgen.facts import Evidence, Fact, Rejected, default
from dockgen.stacks.node import ranges

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.project import Project
    from dockgen.settings import Setting
    from dockgen.stacks.node.package import Package

_TOOL_LINE = lazy.pattern(r"^(?:nodejs|node)\s+(\S+)", re.MULTILINE)
_MISE_LINE = lazy.pattern(
    r"^[\"']?(?:nodejs|node)[\"']?\s*=\s*(?:\{[^}\n]*version\s*=\s*)?\[?\s*[\"']([^\"'\n]+)[\"']", re.MULTILINE
)
_CI_LINE = lazy.pattern(r"^\s*-?\s*node-version:\s*[\"']?([\w.*/^~-]+)[\"']?\s*$", re.MULTILINE)
MISE = ("mise.toml", ".mise.toml")
# Dependencies that fix the oldest or newest usable Node: package, major of the package -> newest Node that still works.
CEILINGS = (
    ("node-sass", ((4, 14), (5, 14), (6, 16), (7, 18), (8, 18), (9, 20))),  # node-sass/README: supported Node versions
    ("fibers", ((4, 14), (5, 14))),
)


def detect(
    project: Project, package: Package, asked: Setting[str] | None, least: int
) -> tuple[Fact[str], Fact[str], tuple[str, ...]]:
    """The release line ("26"), what the project said ("" if nothing), and warnings. LEAST is what the tools need.

    InputError if what was asked for is no release of Node.
    """
    if asked:
        release = ranges.best(ranges.named(asked.value))
        if not release:
            raise InputError(f"no release of Node is {asked.value!r}", hint=f"such as {releases.NODE[0].line}")
        said = Fact(asked.value, (Evidence(note=asked.reason),))
        return Fact(release.line, said.evidence), said, ()
    found = [(f, release) for f in _wishes(project, package) if (release := ranges.best(ranges.named(f.value)))]
    ceiling = _ceiling(package)
    if not found:
        unsupported = next((w for w in _wishes(project, package) if re.match(r"v?\d", w.value)), None)
        return _nearest(unsupported, least) if unsupported and not ceiling else _unsaid(least, ceiling)
    (said, release), *lost = found
    warnings = []
    if ceiling and int(release.line) > int(ceiling.value) and ranges.satisfies(f"{ceiling.value}.99.99", said.value):
        return ceiling, said, (_old(ceiling),)
    if least > int(release.line):
        warnings.append(
            f"{said.evidence[0]} asks for Node {release.line}, but the package manager needs {least} or newer"
        )
    rejected = tuple(Rejected(r.line, f.evidence[0]) for f, r in lost if r.line != release.line)
    chosen = Fact(release.line, said.evidence, rejected)
    if not release.is_supported:
        warnings.append(
            f"Node {release.line} ({said.evidence[0]}) has had no security fixes since {release.end_of_life}"
        )
    return chosen, said, tuple(warnings)


def says(project: Project, package: Package) -> bool:
    """True if something in PROJECT says which Node it wants."""
    return next(_wishes(project, package), None) is not None


def _unsaid(least: int, ceiling: Fact[str] | None) -> tuple[Fact[str], Fact[str], tuple[str, ...]]:
    nothing = default("", "the project does not say")
    if ceiling:
        return ceiling, nothing, (_old(ceiling),)
    release = releases.newest(releases.NODE, lambda r: int(r.line) >= least) or releases.NODE[0]
    return default(release.line, "Active LTS; the project does not say which Node it wants"), nothing, ()


def _nearest(said: Fact[str], least: int) -> tuple[Fact[str], Fact[str], tuple[str, ...]]:
    """For a release that has no image any more, such as 23 or 10: the next one that is supported."""
    wanted = max(least, int(re.findall(r"\d+", said.value)[0]))
    later = [r for r in releases.NODE if r.is_supported and int(r.line) >= wanted]
    release = later[-1] if later else releases.NODE[0]
    nothing = default("", "the project names no supported Node")
    note = f"{said.evidence[0]} asks for Node {said.value}, which has ended; {release.line} is used"
    return Fact(release.line, said.evidence), nothing, (note,)


def _old(ceiling: Fact[str]) -> str:
    return f"Node {ceiling.value} is out of support, but {ceiling.evidence[0].note}; consider replacing it"


def _ceiling(package: Package) -> Fact[str] | None:
    for name, table in CEILINGS:
        major = package.major(name)
        if major is not None:
            line = dict(table).get(major)
            if line and line < int(releases.NODE[0].line):
                return Fact(str(line), (Evidence(package.path, None, f"{name} {major} runs on Node {line} at most"),))
    return None


def _wishes(project: Project, package: Package) -> Iterator[Fact[str]]:
    """What the project says about Node, strongest first."""
    for file in (".nvmrc", ".node-version"):
        text = project.text(file).strip().split("\n")[0].split("#")[0].strip()
        if text:
            yield Fact(text[:40], (Evidence(file, 1),))
    for file, pattern in ((".tool-versions", _TOOL_LINE), *((m, _MISE_LINE) for m in MISE)):
        if m := pattern.search(project.text(file)):
            yield Fact(m[1][:40], (Evidence(file, project.line_of(file, m[0].strip())),))
    if wanted := package.volta.get("node"):
        yield _said(project, package, wanted, "volta")
    name, wanted = package.dev_engines.get("runtime", ("", ""))
    if name == "node" and wanted:
        yield _said(project, package, wanted, "devEngines")
    if wanted := package.engines.get("node"):
        yield _said(project, package, wanted, "engines")
    yield from _continuous_integration(project)


def _continuous_integration(project: Project) -> Iterator[Fact[str]]:
    """What GitHub workflows run on; an old release there is a habit, not a wish."""
    for file in sorted(project.below(".github/workflows")):
        if m := _CI_LINE.search(project.text(file)):
            line = project.text(file).count("\n", 0, m.start(1)) + 1
            release = ranges.best(ranges.named(m[1]))
            if release and release.is_supported:
                yield Fact(m[1], (Evidence(file, line, "CI runs on it"),))


def _said(project: Project, package: Package, wanted: str, key: str) -> Fact[str]:
    at = project.text(package.path).find(f'"{key}"')
    text = project.text(package.path)
    at = max(at, text.find('"node"', max(at, 0)))
    line = text.count("\n", 0, at) + 1 if at >= 0 else None
    return Fact(wanted, (Evidence(package.path, line, f"{key} {wanted}"),))


def image(line: str, said: str) -> str:
    """The tag of the official image for a release line; the minor version is kept where the project pins it exactly.

    docker-node publishes trixie variants since 22.19 and 24.7; older pins get the line's newest image.
    """
    release = releases.by_line(releases.NODE, line)
    suite = release.suite if release else releases.DEBIAN_SUITE
    pinned = re.fullmatch(r"[=v\s]*(\d+)\.(\d+)\.\d+", said.strip())
    if (
        pinned
        and pinned[1] == line
        and (int(line), int(pinned[2])) >= _FIRST_TRIXIE.get(line, (0, 0))
        and suite == releases.DEBIAN_SUITE
    ):
        return f"node:{line}.{pinned[2]}-{suite}-slim"
    return f"node:{line}-{suite}-slim"


_FIRST_TRIXIE = {"22": (22, 19), "24": (24, 7), "20": (99, 0)}
