"""Read an old Dockerfile: what its image is made of and how it runs, each value with its line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import breaches
from dockgen.errors import InputError
from dockgen.importing import others, practices, probing, starts, steps, variables
from dockgen.importing import stages as graph
from dockgen.importing.model import Imported, Note, Probe, Said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockgen.breaches import Subject
    from dockgen.dockerfile import Instruction
    from dockgen.importing.stages import Place, Stages

MAX_SIZE = 256 * 1024
MAX_INSTRUCTIONS = 1000
_OWN_SYNTAX = re.compile(r"(?:docker\.io/)?docker/dockerfile(?:-upstream)?(?:[:@]|$)")


def read(text: str, path: str) -> Imported:
    """The Dockerfile TEXT, told as PATH. InputError with its line if it is none."""
    subject = _subject(text, path)
    found = graph.read(_before_from(subject), subject.stages, _escape(subject))
    chain, building = found.chain(found.ships), found.needed(found.ships)
    ships = [place for index in chain for place in found.places[index]]
    builds = [place for index in building for place in found.places[index]]
    scope = found.scopes[found.ships]
    places = [*builds, *ships]
    env, labels, secrets = _variables(ships)
    entry, command = _last_start(ships)
    return Imported(
        path=path,
        bases=tuple(dict.fromkeys(found.base(i) for i in (found.ships, *building))),
        managers=tuple(steps.managers(places)),
        build=steps.build(places),
        packages=tuple(steps.packages(found, builds, ships)),
        ports=tuple(_ports(ships)),
        env=env,
        labels=labels,
        workdirs=tuple(_workdirs(ships)),
        user=_last(ships, "USER"),
        uids=steps.uids(ships),
        start=starts.read(entry, command, scope),
        probe=_probe(ships),
        stop_signal=_last(ships, "STOPSIGNAL"),
        volumes=tuple(_volumes(ships)),
        secrets=secrets,
        others=tuple(others.find(found, builds, ships)),
        by_hand=others.by_hand(places),
        copied=tuple(_copied(ships)),
        written=_written(ships),
        built_with=_built_with(places),
        hints=tuple(practices.find(subject, found, builds, ships)),
        stages_left=tuple(_left(found, (*chain, *building))),
    )


def _subject(text: str, path: str) -> Subject:
    if len(text) > MAX_SIZE:
        raise InputError(f"{path} is too long for a Dockerfile: {len(text)} characters", where=path)
    if "\0" in text:
        raise InputError(f"{path} is no text", where=path)
    subject = breaches.subject(text, (), frozenset())
    if len(subject.file.instructions) > MAX_INSTRUCTIONS:
        raise InputError(f"{path} has more than {MAX_INSTRUCTIONS} instructions", where=path)
    is_own = all(d.name != "syntax" or _OWN_SYNTAX.match(d.value) for d in subject.file.directives)
    for find in (breaches.unknown, breaches.no_from, breaches.before_from) if is_own else (breaches.no_from,):
        for line, what in find(subject):
            raise InputError(f"{path} is no Dockerfile: {what}", where=f"{path}:{line}", hint="fix it, or leave it out")
    return subject


def _escape(subject: Subject) -> str:
    return next((d.value for d in subject.file.directives if d.name == "escape"), "\\")


def _before_from(subject: Subject) -> list[Instruction]:
    found = subject.file.instructions
    return list(found[: next(i for i, instruction in enumerate(found) if instruction.name == "FROM")])


def _last(places: Sequence[Place], name: str) -> Said | None:
    """The value of the last instruction NAME."""
    for place in reversed(places):
        if place.instruction.name == name:
            value = place.scope.expand(place.instruction.value)
            return Said(value=value.text, line=place.instruction.first, is_known=value.is_known)
    return None


def _last_start(places: Sequence[Place]) -> tuple[Instruction | None, Instruction | None]:
    """The ENTRYPOINT and the CMD that hold: a stage that sets an ENTRYPOINT alone drops the CMD below it."""
    entry = command = None
    stage = -1
    for place in places:
        if place.instruction.name == "CMD":
            command, stage = place.instruction, place.stage
        elif place.instruction.name == "ENTRYPOINT":
            entry = place.instruction
            command = command if stage == place.stage else None
    return entry, command


def _variables(places: Sequence[Place]) -> tuple[dict[str, Said], dict[str, Said], tuple[Note, ...]]:
    """The variables and the labels of the image, and what looks like a secret, which is in neither."""
    env: dict[str, Said] = {}
    labels: dict[str, Said] = {}
    secrets: list[Note] = []
    for place in places:
        instruction = place.instruction
        if instruction.name == "MAINTAINER":
            labels["org.opencontainers.image.authors"] = Said(
                value=instruction.value.strip("\"'"), line=instruction.first
            )
        if instruction.name not in ("ENV", "LABEL"):
            continue
        for name, raw in variables.pairs(instruction.value):
            value = place.scope.env.get(name) if instruction.name == "ENV" else place.scope.expand(raw)
            value = value or place.scope.expand(raw)
            if value.text and (breaches.is_secret(name) or breaches.is_secret_value(value.text)):
                secrets.append(_secret(instruction, name))
                continue
            into = env if instruction.name == "ENV" else labels
            into[name] = Said(value=value.text, line=instruction.first, is_known=value.is_known)
    return env, labels, tuple(secrets)


def _secret(instruction: Instruction, name: str) -> Note:
    return Note(
        line=instruction.first,
        what=f"{instruction.name} {name[:60]} looks like a secret: its value is not taken",
        way=f"give it when the container starts: docker run -e {name[:60]}",
    )


def _workdirs(places: Sequence[Place]) -> Iterator[Said]:
    current = "/"
    for place in places:
        if place.instruction.name == "WORKDIR":
            value = place.scope.expand(place.instruction.value)
            current = value.text if value.text.startswith("/") else f"{current.rstrip('/')}/{value.text}"
            yield Said(value=current.rstrip("/") or "/", line=place.instruction.first, is_known=value.is_known)


def _ports(places: Sequence[Place]) -> Iterator[Said]:
    seen = set()
    for place in places:
        if place.instruction.name == "EXPOSE":
            for word in place.instruction.value.split()[:50]:
                port, _, protocol = place.scope.expand(word).text.partition("/")
                if re.fullmatch(r"[0-9]{1,5}", port) and protocol in ("", "tcp") and port not in seen:
                    seen.add(port)
                    yield Said(value=str(int(port)), line=place.instruction.first)


def _volumes(places: Sequence[Place]) -> Iterator[Said]:
    for place in places:
        if place.instruction.name == "VOLUME":
            for word in (starts.words(place.instruction.value) or place.instruction.value.split())[:50]:
                value = place.scope.expand(word)
                yield Said(value=value.text, line=place.instruction.first, is_known=value.is_known)


def _probe(places: Sequence[Place]) -> Probe | None:
    last = next((p for p in reversed(places) if p.instruction.name == "HEALTHCHECK"), None)
    return probing.read(last.instruction, last.scope) if last else None


def _left(found: Stages, used: Sequence[int]) -> Iterator[Said]:
    for index, stage in enumerate(found.stages):
        if index not in used:
            yield Said(value=stage.name or str(index), line=stage.start.first)


def _copied(places: Sequence[Place]) -> Iterator[Said]:
    """What COPY takes, from wherever."""
    for place in places:
        if place.instruction.name == "COPY":
            value = re.sub(r"^(?:--\S+\s+)+", "", place.instruction.value)
            words = (starts.words(value) or value.split())[:50]
            for word in words[:-1]:
                target = place.scope.expand(words[-1]).text
                yield Said(value=place.scope.expand(word).text, line=place.instruction.first, target=target)


def _written(places: Sequence[Place]) -> dict[str, tuple[int, str]]:
    """The files that COPY makes of heredocs: the line above each, and its text."""
    found = {}
    for place in places:
        instruction = place.instruction
        if instruction.name == "COPY" and len(instruction.heredocs) == 1:
            target = place.scope.expand(instruction.value.split()[-1]).text
            found[target] = (instruction.first, instruction.heredocs[0].content)
    return found


def _built_with(places: Sequence[Place]) -> dict[str, int]:
    """The variables that the build itself uses, with the line that does."""
    found: dict[str, int] = {}
    for place in places:
        if place.instruction.name in ("RUN", "COPY", "ADD", "WORKDIR", "USER"):
            text = "\n".join([place.instruction.value, *(h.content for h in place.instruction.heredocs)])
            for name in re.findall(r"\$\{?([A-Za-z_]\w*)", text):
                found.setdefault(name, place.instruction.first)
    return found
