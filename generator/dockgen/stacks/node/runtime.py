"""Which release of Node a project runs on."""

from __future__ import annotations

import re
from dataclasses import field, replace
from typing import TYPE_CHECKING

from dockgen import releases, support
from dockgen.confidence import CONVENTION
from dockgen.errors import InputError
from dockgen.facts import Evidence, Fact, Rejected, default
from dockgen.records import dataclass
from dockgen.stacks.node import ceilings, ranges, statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dockgen.facts import Ended
    from dockgen.project import Project
    from dockgen.releases import Release
    from dockgen.settings import Setting
    from dockgen.stacks.node.managers import ManagerFacts
    from dockgen.stacks.node.package import Package


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The release line ("26"), what the project said ("" if nothing), warnings, and its end if that is past."""

    version: Fact[str]
    said: Fact[str]
    warnings: tuple[str, ...] = ()
    ended: Ended | None = None


def detect(project: Project, package: Package, asked: Setting[str] | None, limits: Bounds) -> Chosen:
    """The release to run on, as the project says it and its dependencies allow it.

    InputError if what was asked for is no release of Node.
    """
    if asked:
        return _asked(asked)
    wishes = list(statements.said(project, package))
    found = [(w, r) for w in wishes if (r := _choose(ranges.named(w.value), limits))]
    if not found:
        stated = next((w for w in wishes if re.match(r"v?\d", w.value)), None)
        return _without_image(stated, limits) if stated else _unsaid(limits)
    (said, release), *lost = found
    plain = ranges.best(ranges.named(said.value)) or release
    rejected = [Rejected(r.line, w.evidence[0]) for w, r in lost if r.line != release.line]
    evidence = said.evidence
    if plain.line != release.line:
        note = limits.why if int(plain.line) > limits.ceiling else _unsuited(plain, limits)
        evidence = (*evidence, Evidence(limits.place, None, note))
        rejected.insert(0, Rejected(plain.line, said.evidence[0]))
    hinted = CONVENTION if said.confidence == CONVENTION else 0
    version = Fact(release.line, evidence, tuple(rejected), confidence=hinted)
    warnings = (
        *_conflicts(release, found),
        *_warnings(said, release, limits, lowered=plain.line != release.line),
    )
    over = _over(release, [w for w, _ in found], limits) if not release.is_supported else None
    if _is_pinned_below(said.value, release, limits):
        said = Fact(release.line, said.evidence)  # the newest of its line instead
    return Chosen(version=version, said=said, warnings=warnings, ended=over)


def _asked(asked: Setting[str]) -> Chosen:
    """The release that the user wants. InputError if there is none."""
    release = ranges.best(ranges.named(asked.value))
    if not release:
        near = _later(releases.numbers(asked.value.lstrip("v")), ())
        raise InputError(f"no release of Node is {asked.value!r}", hint=f"such as {near.line}")
    said = Fact(asked.value, (Evidence(note=asked.reason),))
    place = said.evidence[0]
    over = None
    if not release.is_supported:
        near = _later(releases.numbers(release.line), ())
        over = support.end_of("node", release, place, pin=place, nearest=near.line)
    told = tuple(support.warnings("node", release, place))
    return Chosen(version=Fact(release.line, said.evidence), said=said, warnings=told, ended=over)


def _over(release: Release, wishes: list[Fact[str]], limits: Bounds) -> Ended:
    """That RELEASE, which was taken for the first of WISHES, has ended: a pin if no supported one fits that wish."""
    said, *others = wishes
    if any(r.is_supported and ranges.fits(r, ranges.named(said.value)) for r in releases.NODE):
        note = limits.why or _unsuited(releases.NODE[0], limits)
        return support.end_of("node", release, Evidence(limits.place, None, note))
    place = said.evidence[0]
    near = _later(releases.numbers(release.line), [ranges.named(w.value) for w in others], limits.least)
    but = limits.why if int(near.line) > limits.ceiling else ""
    return support.end_of("node", release, place, pin=place, nearest=near.line, but=but)


def _later(wanted: tuple[int, ...], specs: Iterable[str], least: int = 0) -> Release:
    """The oldest supported release that is not older than WANTED, in as many of SPECS as can be, the first first."""
    later = [r for r in releases.NODE if r.is_supported and int(r.line) >= max(least, *wanted[:1], 0)]
    for spec in specs:
        later = [r for r in later if ranges.fits(r, spec)] or later
    return later[-1] if later else releases.NODE[0]


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
        yield f"{_told(release)}, but {limits.why}; consider replacing it"
        return
    elif note := _newer(release, limits):
        yield f"{place} asks for Node {line}, but {note}"
    yield from support.warnings("node", release, place)


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


def _told(release: Release) -> str:
    return next(support.warnings("node", release, None), f"Node {release.line}")


def _unsaid(limits: Bounds) -> Chosen:
    nothing = default("", "the project does not say")
    release = _choose("*", limits) or releases.NODE[0]
    if release.line == releases.NODE[0].line:
        newest = default(release.line, "Active LTS; the project does not say which Node it wants")
        return Chosen(version=newest, said=nothing)
    why = limits.why if limits.ceiling < int(releases.NODE[0].line) else _unsuited(releases.NODE[0], limits)
    place = Evidence(limits.place, None, why)
    version = Fact(release.line, (place,))
    if release.is_supported:
        return Chosen(version=version, said=nothing, warnings=tuple(support.warnings("node", release, place)))
    note = f"{_told(release)}, but {why}; consider replacing it"
    return Chosen(version=version, said=nothing, warnings=(note,), ended=support.end_of("node", release, place))


def _without_image(said: Fact[str], limits: Bounds) -> Chosen:
    """For a release that dockgen has no image of, such as 23 or 10: what dependencies want, else the next supported."""
    place = said.evidence[0]
    number = int(re.findall(r"\d+", said.value)[0])
    near = _later((number,), (), limits.least)
    over = support.ended("node", str(number))
    end = support.end_of("node", over, place, pin=place, nearest=near.line) if over else None
    end = replace(end, is_used=False) if end else None
    if limits.why:
        found = _unsaid(limits)
        return replace(found, ended=end or found.ended)
    state = "has ended" if over else "dockgen does not know"
    note = f"{place} asks for Node {said.value}, which {state}; {near.line} is used"
    nothing = default("", "the project names no supported Node")
    return Chosen(version=Fact(near.line, said.evidence), said=nothing, warnings=(note,), ended=end)


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
