"""What ours does better, as far as the old file alone tells: the guard rails, and the practices of rules.py."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import guards, rules
from dockgen.importing import bases, packages, starts
from dockgen.importing.model import Note
from dockgen.importing.runs import ran

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dockgen.breaches import Subject
    from dockgen.importing.stages import Place, Stages

# The guard rails that a file of ours keeps, and the practice that says more about each.
_GUARDS: Mapping[str, str] = {
    "DG101": "numeric-user", "DG102": "exec-form", "DG103": "secret-mount", "DG104": "base-image", "DG105": "",
    "DG106": "system-packages", "DG107": "",
}  # fmt: skip
_RULES = {rule.name: rule for rule in rules.RULES}
RELEASES = {
    "python": "https://endoflife.date/python",
    "node": "https://endoflife.date/nodejs",
    "go": "https://endoflife.date/go",
}
NO_PROBE = "there is no HEALTHCHECK"
_INSTALL = re.compile(
    r"\b(?:pip3? install\b.* -\w*r|npm (?:ci|i|install)$|npm (?:ci|i|install) --|yarn(?: install|$)|pnpm (?:i|install)"
    r"|poetry install|uv sync|pipenv install|go mod download|bun install)"
)


def find(subject: Subject, found: Stages, builds: Sequence[Place], ships: Sequence[Place]) -> Iterator[Note]:
    """What ours does better than SUBJECT, whose needed stages have the places BUILDS and SHIPS."""
    used = {p.instruction.first for p in (*builds, *ships)} | {s.start.first for s in subject.stages}
    for breach in guards.of(subject):
        if breach.guard.id in _GUARDS and breach.line in used:
            rule = _RULES.get(_GUARDS[breach.guard.id])
            yield Note(line=breach.line, what=breach.what, why=breach.guard.why, link=rule.link if rule else "")
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
    for place, commands in ran(ships):
        line = place.instruction.first
        for command in commands:
            tool, names = packages.installed(command)
            if alone and (compilers := sorted({n for n in names if packages.only_builds(n)})):
                yield _note("multi-stage", line, f"{', '.join(compilers[:4])} ship with the app: there is one stage")
            if tool == "apt" and names and "--no-install-recommends" not in place.instruction.value:
                yield _note("system-packages", line, "apt-get install without --no-install-recommends")
                break


def _order(places: Sequence[Place]) -> Iterator[Note]:
    """The whole project copied before its dependencies are installed."""
    copied: dict[int, int] = {}
    installs = {id(p): c for p, c in ran(places)}
    for place in places:
        instruction = place.instruction
        if instruction.name in ("COPY", "ADD"):
            value = re.sub(r"^(?:--\S+\s+)+", "", instruction.value)
            paths = starts.words(value) or value.split()
            if paths[:-1] in (["."], ["./"]) and "--from" not in instruction.value:
                copied[place.stage] = instruction.first
        elif place.stage in copied and any(_INSTALL.search(" ".join(c.argv)) for c in installs.get(id(place), ())):
            what = "everything is copied before the dependencies are installed: each change installs them again"
            yield _note("bind-mount", copied.pop(place.stage), what)
