"""What ours does better, as far as the old file alone tells: the guard rails, and the practices of rules.py."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import guards, rules
from dockgen.importing import bases, packages, starts
from dockgen.importing.model import Note
from dockgen.importing.runs import ran, script

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dockgen.breaches import Subject
    from dockgen.importing.stages import Place, Stages

# The guard rails that a file of ours keeps, and the practice that says more about each.
_GUARDS: Mapping[str, str] = {
    "DG101": "numeric-user", "DG102": "exec-form", "DG103": "secret-mount", "DG104": "base-image", "DG105": "",
    "DG106": "system-packages", "DG107": "numeric-user",
}  # fmt: skip
_RULES = {rule.name: rule for rule in rules.RULES}
ADD = "https://docs.docker.com/reference/dockerfile/#add---checksum"
RELEASES = {
    "python": "https://endoflife.date/python",
    "node": "https://endoflife.date/nodejs",
    "go": "https://endoflife.date/go",
}
_NONROOT = re.compile(r"nonroot|rootless|unprivileged|^cgr\.dev/")  # images whose USER is none but root
_RECOMMENDS = "--no-install-recommends"
NO_PROBE = "there is no HEALTHCHECK"
_INSTALL = re.compile(
    r"\b(?:pip3? install\b.* -\w*r|npm (?:ci|i|install)$|npm (?:ci|i|install) --|yarn(?: install|$)|pnpm (?:i|install)"
    r"|poetry install|uv sync|pipenv install|go mod download|bun install)"
)


def find(subject: Subject, found: Stages, builds: Sequence[Place], ships: Sequence[Place]) -> Iterator[Note]:
    """What ours does better than SUBJECT, whose needed stages have the places BUILDS and SHIPS."""
    used = {p.instruction.first for p in (*builds, *ships)} | {s.start.first for s in subject.stages}
    for breach in guards.of(replace(subject, stages=subject.stages[: found.ships + 1])):
        is_nonroot = breach.guard.id == "DG101" and _NONROOT.search(found.base(found.ships).image)
        if breach.guard.id in _GUARDS and breach.line in used and not is_nonroot:
            rule = _RULES.get(_GUARDS[breach.guard.id])
            yield Note(line=breach.line, what=breach.what, why=breach.guard.why, link=rule.link if rule else ADD)
    yield from _ended(found)
    if not any(p.instruction.name == "HEALTHCHECK" for p in ships):
        yield _note("health-check", subject.stages[found.ships].start.first, NO_PROBE)
    yield from _packages(ships, alone=not builds)
    for places in (builds, ships):
        yield from _order(places)
    user = next((p for p in reversed(ships) if p.instruction.name == "USER"), None)
    if user and re.match(r"(?!root\b)[A-Za-z_]", user.instruction.value):
        yield _note("numeric-user", user.instruction.first, f"USER {user.instruction.value[:40]} is a name")


def _note(rule: str, line: int, what: str) -> Note:
    return Note(line=line, what=what, why=_RULES[rule].why, link=_RULES[rule].link)


def _ended(found: Stages) -> Iterator[Note]:
    for index in (found.ships, *found.needed(found.ships)):
        base = found.base(index)
        release = bases.release(base)
        if release and not release.is_supported:
            name = f"{base.language.capitalize()} {release.line}"
            yield Note(
                line=base.line,
                what=f"{name} has had no security fixes since {release.end_of_life}",
                why="What is found in it is not mended any more.",
                link=RELEASES[base.language],
            )


def _packages(ships: Sequence[Place], *, alone: bool) -> Iterator[Note]:
    """Compilers that ship, and installations with everything that is recommended."""
    compilers: dict[str, int] = {}
    for place, commands in ran(ships):
        line = place.instruction.first
        listed = [packages.installed(command) for command in commands]
        for _, names in listed:
            compilers |= {n: line for n in names if packages.only_builds(n) and n not in compilers}
        if any(tool == "apt" and names for tool, names in listed) and _RECOMMENDS not in script(place.instruction):
            yield _note("system-packages", line, f"apt-get install without {_RECOMMENDS}")
    if alone and compilers:
        shown = ", ".join([*compilers][:4]) + (" …" if len(compilers) > 4 else "")
        yield _note("multi-stage", min(compilers.values()), f"what only builds ships with the app: {shown}")


def _order(places: Sequence[Place]) -> Iterator[Note]:
    """The whole project copied before its dependencies are installed for the first time."""
    copied: dict[int, int] = {}
    done: set[int] = set()  # the stages that have installed something
    installs = {id(p) for p, c in ran(places) if any(_INSTALL.search(" ".join(x.argv)) for x in c)}
    for place in places:
        instruction = place.instruction
        if instruction.name in ("COPY", "ADD") and place.stage not in done:
            value = re.sub(r"^(?:--\S+\s+)+", "", instruction.value)
            paths = starts.words(value) or value.split()
            if paths[:-1] in (["."], ["./"]) and "--from" not in instruction.value:
                copied.setdefault(place.stage, instruction.first)
        elif id(place) in installs:
            done.add(place.stage)
            if line := copied.pop(place.stage, 0):
                what = "everything is copied before the dependencies are installed: each change installs them again"
                yield _note("bind-mount", line, what)
