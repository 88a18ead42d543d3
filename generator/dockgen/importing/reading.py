"""Read an old Dockerfile: what its image is made of and how it runs, each value with its line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import breaches
from dockgen.errors import InputError
from dockgen.importing import others, practices, probing, shell, starts, variables
from dockgen.importing import packages as names
from dockgen.importing import stages as graph
from dockgen.importing.model import Imported, Note, Package, Probe, Said
from dockgen.importing.runs import ran

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockgen.breaches import Subject
    from dockgen.dockerfile import Instruction
    from dockgen.importing.stages import Place, Stages

MAX_SIZE = 256 * 1024
MAX_INSTRUCTIONS = 1000
_OWN_SYNTAX = re.compile(r"(?:docker\.io/)?docker/dockerfile(?:-upstream)?(?:[:@]|$)")
# What says of an address or a text that it is a secret, whatever its variable is called.
_SECRET_VALUE = re.compile(
    r"://[^/\s:@]*:[^/\s@$]+@|^(?:ghp_|gho_|github_pat_|glpat-|xox[bp]-|AKIA[0-9A-Z]{12}|sk-[A-Za-z0-9]{16}|sk_live_)"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY"
)
_MANAGERS = (
    ("uv", re.compile(r"\buv (?:sync|pip install)\b")),
    ("poetry", re.compile(r"\bpoetry install\b")),
    ("pdm", re.compile(r"\bpdm (?:install|sync)\b")),
    ("pipenv", re.compile(r"\bpipenv (?:install|sync)\b")),
    ("pnpm", re.compile(r"\bpnpm (?:--\S+ )*(?:i|install|fetch)\b")),
    ("yarn", re.compile(r"\byarn(?: install| --|$)")),
    ("bun", re.compile(r"\bbun (?:i|install)\b")),
    ("npm", re.compile(r"\bnpm (?:ci|i|install)(?! (?:-g|--global|--location))(?: --?\S+)*$")),
    ("pip", re.compile(r"\bpip3? install\b.* (?:-\w*r|--requirement|\.)")),
)
_BUILD = re.compile(r"^(?:npm|yarn|pnpm|bun)(?: run)? (?:build\S*|generate)$")
_SOURCE = re.compile(
    r"sources\.list|add-apt-repository|apt-key|nodesource|apt/keyrings|apk-tools|/etc/apk/repositories"
)
_ACCOUNTS = frozenset({"useradd", "adduser"})


def read(text: str, path: str) -> Imported:
    """The Dockerfile TEXT, told as PATH. InputError with its line if it is none."""
    subject = _subject(text, path)
    found = graph.read(_before_from(subject), subject.stages, _escape(subject))
    chain, building = found.chain(found.ships), found.needed(found.ships)
    ships = [place for index in chain for place in found.places[index]]
    builds = [place for index in building for place in found.places[index]]
    scope = found.scopes[found.ships]
    steps = [*builds, *ships]
    env, labels, secrets = _variables(ships)
    entry, command = _last_start(ships)
    return Imported(
        path=path,
        text=text,
        chain=tuple(subject.stages[i] for i in chain),
        building=tuple(subject.stages[i] for i in building),
        bases=tuple(dict.fromkeys(found.base(i) for i in (found.ships, *building))),
        manager=_manager(steps),
        build=_build(steps),
        packages=tuple(_packages(builds, ships)),
        ports=tuple(_ports(ships)),
        env=env,
        args=_args(ships),
        labels=labels,
        workdirs=tuple(_workdirs(ships)),
        user=_last(ships, "USER"),
        uids=_uids(ships),
        start=starts.read(entry, command, scope),
        probe=_probe(ships),
        has_probe=any(p.instruction.name == "HEALTHCHECK" for p in ships),
        stop_signal=_last(ships, "STOPSIGNAL"),
        volumes=tuple(_volumes(ships)),
        secrets=secrets,
        others=tuple(others.find(found, builds, ships)),
        by_hand=others.by_hand(steps),
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
            if value.text and (breaches.is_secret(name) or _SECRET_VALUE.search(value.text)):
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


def _args(places: Sequence[Place]) -> dict[str, Said]:
    found = {}
    for place in places:
        if place.instruction.name == "ARG":
            for name in re.findall(r"(?:^|\s)([A-Za-z_]\w*)", place.instruction.value):
                if name in place.scope.args and not breaches.is_secret(name):
                    value = place.scope.args[name]
                    found[name] = Said(value=value.text, line=place.instruction.first, is_known=value.is_known)
    return found


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


def _manager(places: Sequence[Place]) -> Said | None:
    for place, commands in ran(places):
        for command in commands:
            line = " ".join(command.argv)
            for name, form in _MANAGERS:
                if form.search(line):
                    return Said(value=name, line=place.instruction.first)
    return None


def _build(places: Sequence[Place]) -> Said | None:
    """The last script of a package.json that is called a build."""
    found = None
    for place, commands in ran(places):
        for command in commands:
            if _BUILD.match(" ".join(command.argv)):
                found = Said(value=" ".join(command.argv), line=place.instruction.first)
    return found


def _packages(builds: Sequence[Place], ships: Sequence[Place]) -> Iterator[Package]:
    """What the system's package managers install, that of the stages that build first."""
    for places, is_shipped in ((builds, False), (ships, True)):
        gone = _removed(places)
        outside: dict[int, int] = {}  # by stage: where another source of packages was added
        for place, commands in ran(places):
            line = place.instruction.first
            for command in commands:
                if _SOURCE.search(" ".join(command.argv)) or _SOURCE.search(place.instruction.value):
                    outside.setdefault(place.stage, line)
                tool, found = names.installed(command)
                is_virtual = names.virtual(command) in gone
                for name in found:
                    yield Package(name=name, line=line, tool=tool, ships=is_shipped, alone=not builds,
                                  removed=is_virtual or name in gone, outside=outside.get(place.stage, 0))  # fmt: skip


def _removed(places: Sequence[Place]) -> frozenset[str]:
    """The names of packages, and of virtual ones, that are taken away again."""
    gone: set[str] = set()
    for _, commands in ran(places):
        for command in commands:
            gone.update(names.removed(command)[1])
            if command.program == "apk" and "del" in command.argv:
                gone.update(command.argv)
    return frozenset(gone)


def _uids(places: Sequence[Place]) -> dict[str, str]:
    """The numbers of the accounts that are made, by their names."""
    found = {}
    for _, commands in ran(places):
        for command in commands:
            if command.program in _ACCOUNTS and len(command.argv) > 1:
                number = shell.options(command.argv, "--uid", "-u")
                name = next((w for w in reversed(command.argv) if re.fullmatch(r"[a-z_][\w-]*", w)), "")
                if number.isdecimal() and name:
                    found[name] = number
    return found


def _left(found: Stages, used: Sequence[int]) -> Iterator[Said]:
    for index, stage in enumerate(found.stages):
        if index not in used:
            yield Said(value=stage.name or str(index), line=stage.start.first)
