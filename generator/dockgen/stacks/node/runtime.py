"""Which release of Node a project runs on."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dockgen import lazy, releases
from dockgen.confidence import CONVENTION
from dockgen.errors import InputError
from dockgen.facts import Evidence, Fact, Rejected, default
from dockgen.lines import line_at
from dockgen.stacks.node import ceilings, ranges

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockgen.project import Project
    from dockgen.releases import Release
    from dockgen.settings import Setting
    from dockgen.stacks.node.managers import ManagerFacts
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


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the tools and the dependencies allow: the newest Node with its reason, the oldest, `engines` by package."""

    ceiling: int = 99
    why: str = ""
    place: str = "package.json"  # where the versions were read
    least: int = 0
    engines: Mapping[str, str] = field(default_factory=dict)
    strict: bool = False  # .npmrc has engine-strict: a package that asks for another Node stops the installation

    def allows(self, release: Release) -> bool:
        """True if nothing is known to break on RELEASE."""
        return self.least <= int(release.line) <= self.ceiling

    def suits(self, release: Release) -> bool:
        """True if every direct dependency says that it runs on RELEASE."""
        return all(ranges.satisfies(release.latest, spec) is not False for spec in self.engines.values())


def bounds(package: Package, manager: ManagerFacts) -> Bounds:
    """The bounds that the lock file (else package.json) and the package manager set."""
    found = manager.resolved
    ceiling, why = min(ceilings.bounds(package, found), default=(99, ""))
    direct = {**package.dependencies, **package.dev_dependencies}
    names = found.node if manager.config.engine_strict else [n for n in direct if n in found.node]
    return Bounds(
        ceiling=ceiling,
        why=why,
        place=manager.lock or package.path,
        least=manager.least_node,
        engines={f"{n} {found.version(n)}": found.node[n] for n in names},
        strict=manager.config.engine_strict,
    )


def detect(
    project: Project, package: Package, asked: Setting[str] | None, limits: Bounds
) -> tuple[Fact[str], Fact[str], tuple[str, ...]]:
    """The release line ("26"), what the project said ("" if nothing), and warnings.

    InputError if what was asked for is no release of Node.
    """
    if asked:
        release = ranges.best(ranges.named(asked.value))
        if not release:
            raise InputError(f"no release of Node is {asked.value!r}", hint=f"such as {releases.NODE[0].line}")
        said = Fact(asked.value, (Evidence(note=asked.reason),))
        return Fact(release.line, said.evidence), said, ()
    wishes = list(_wishes(project, package))
    found = [(w, r) for w in wishes if (r := _choose(ranges.named(w.value), limits))]
    if not found:
        ended = next((w for w in wishes if re.match(r"v?\d", w.value)), None)
        return _nearest(ended, limits.least) if ended and not limits.why else _unsaid(limits)
    (said, release), *lost = found
    plain = ranges.best(ranges.named(said.value)) or release
    rejected = [Rejected(r.line, w.evidence[0]) for w, r in lost if r.line != release.line]
    evidence = said.evidence
    if plain.line != release.line:
        note = limits.why if int(plain.line) > limits.ceiling else _unsuited(plain, limits)
        evidence = (*evidence, Evidence(limits.place, None, note))
        rejected.insert(0, Rejected(plain.line, said.evidence[0]))
    hinted = CONVENTION if said.confidence == CONVENTION else 0
    chosen = Fact(release.line, evidence, tuple(rejected), confidence=hinted)
    if _is_pinned_below(said.value, release, limits):
        said = Fact(release.line, said.evidence)  # the newest of its line instead
    return (
        chosen,
        said,
        (
            *_conflicts(release, found),
            *_warnings(said, release, limits, lowered=plain.line != release.line),
        ),
    )


def _is_pinned_below(said: str, release: Release, limits: Bounds) -> bool:
    """True if a dependency wants a newer version of the line than the one that is pinned."""
    if not re.fullmatch(r"[=v\s]*\d+\.\d+\.\d+", said.strip()):
        return False
    pinned = ".".join(map(str, ranges.version(said)))
    specs = limits.engines.values()
    return any(ranges.satisfies(pinned, s) is False and ranges.satisfies(release.latest, s) for s in specs)


def _conflicts(release: Release, found: list[tuple[Fact[str], Release]]) -> Iterator[str]:
    """What package.json says of Node where something stronger says otherwise."""
    (said, _), *lost = found
    for wish, _ in lost:
        place = wish.evidence[0]
        if place.path.endswith("package.json") and "types" not in place.note:
            spec = ranges.named(wish.value)
            if not ranges.fits(release, spec):
                yield f"{said.evidence[0]} asks for Node {release.line}, {place} for another: the first is taken"


def _choose(spec: str, limits: Bounds) -> Release | None:
    """The newest supported release for SPEC that nothing speaks against; what speaks more softly yields first."""
    fitting = [r for r in releases.NODE if ranges.fits(r, spec)]
    hard = [r for r in fitting if limits.allows(r)]
    best = releases.newest(tuple(hard or fitting))
    suited = releases.newest(tuple(r for r in hard or fitting if limits.suits(r)))
    return suited if suited and (suited.is_supported or limits.strict) else best


def _warnings(said: Fact[str], release: Release, limits: Bounds, *, lowered: bool) -> Iterator[str]:
    line, place = int(release.line), said.evidence[0]
    if limits.least > line:
        yield f"{place} asks for Node {line}, but the package manager needs {limits.least} or newer"
    if limits.ceiling < line:
        yield f"{place} asks for Node {line}, but {limits.why}"
    elif lowered and limits.why and not release.is_supported:
        yield f"Node {line} is out of support, but {limits.why}; consider replacing it"
        return
    elif note := _newer(release, limits):
        yield f"{place} asks for Node {line}, but {note}"
    if not release.is_supported:
        yield f"Node {line} ({place}) has had no security fixes since {release.end_of_life}"


def says(project: Project, package: Package) -> bool:
    """True if something in PROJECT says which Node it wants."""
    return next(_wishes(project, package), None) is not None


def _newer(release: Release, limits: Bounds) -> str:
    """The first direct dependency that needs a newer Node than RELEASE."""
    for name, spec in limits.engines.items():
        later = [r for r in releases.NODE if int(r.line) > int(release.line)]
        if ranges.satisfies(release.latest, spec) is False and any(ranges.satisfies(r.latest, spec) for r in later):
            return f"{name} needs {spec}"
    return ""


def _unsuited(release: Release, limits: Bounds) -> str:
    """Why not RELEASE, by `engines` or by the package manager."""
    for name, spec in limits.engines.items():
        if ranges.satisfies(release.latest, spec) is False:
            return f"{name} runs on {spec}"
    return f"the package manager needs Node {limits.least} or newer"


def _unsaid(limits: Bounds) -> tuple[Fact[str], Fact[str], tuple[str, ...]]:
    nothing = default("", "the project does not say")
    release = _choose("*", limits) or releases.NODE[0]
    if release.line == releases.NODE[0].line:
        return default(release.line, "Active LTS; the project does not say which Node it wants"), nothing, ()
    why = limits.why if limits.ceiling < int(releases.NODE[0].line) else _unsuited(releases.NODE[0], limits)
    note = () if release.is_supported else (f"Node {release.line} is out of support, but {why}; consider replacing it",)
    return Fact(release.line, (Evidence(limits.place, None, why),)), nothing, note


def _nearest(said: Fact[str], least: int) -> tuple[Fact[str], Fact[str], tuple[str, ...]]:
    """For a release that has no image any more, such as 23 or 10: the next one that is supported."""
    wanted = max(least, int(re.findall(r"\d+", said.value)[0]))
    later = [r for r in releases.NODE if r.is_supported and int(r.line) >= wanted]
    release = later[-1] if later else releases.NODE[0]
    nothing = default("", "the project names no supported Node")
    note = f"{said.evidence[0]} asks for Node {said.value}, which has ended; {release.line} is used"
    return Fact(release.line, said.evidence), nothing, (note,)


def _wishes(project: Project, package: Package) -> Iterator[Fact[str]]:
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
    for key, said in (("volta", package.volta.get("node")), *(("devEngines", v) for v in runtimes),
                      ("engines", package.engines.get("node"))):  # fmt: skip
        if said:
            yield _said(project, package, said, key)
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


def _said(project: Project, package: Package, wanted: str, key: str) -> Fact[str]:
    at = project.text(package.path).find(f'"{key}"')
    text = project.text(package.path)
    at = max(at, text.find('"node"', max(at, 0)))
    line = line_at(text, at) if at >= 0 else None
    return Fact(wanted, (Evidence(package.path, line, f"{key} {wanted}"),))


def image(line: str, said: str) -> str:
    """The tag of the official image for a release line; the minor version is kept where the project pins it exactly.

    docker-node publishes trixie variants since 20.19, 22.19 and 24.7; older pins get the line's newest image.
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


_FIRST_TRIXIE = {"20": (20, 19), "22": (22, 19), "24": (24, 7)}
