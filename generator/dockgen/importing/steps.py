"""What the RUN instructions say: package managers, packages of the system, accounts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen.importing import flow, shell
from dockgen.importing import packages as names
from dockgen.importing.model import Package, Said
from dockgen.importing.runs import ran, script

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockgen.importing.stages import Place, Stages

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
_SOURCE = re.compile(r"sources\.list|add-apt-repository|apt-key|nodesource|apt/keyrings|/etc/apk/repositories")
_ACCOUNTS = frozenset({"useradd", "adduser"})


def managers(places: Sequence[Place]) -> Iterator[Said]:
    """The package managers that install what the project needs, of any language."""
    for place, commands in ran(places):
        for command in commands:
            line = " ".join(command.argv)
            for name, form in _MANAGERS:
                if form.search(line):
                    yield Said(value=name, line=place.instruction.first)


def build(places: Sequence[Place]) -> Said | None:
    """The last script of a package.json that is called a build."""
    found = None
    for place, commands in ran(places):
        for command in commands:
            if _BUILD.match(" ".join(command.argv)):
                found = Said(value=" ".join(command.argv), line=place.instruction.first)
    return found


def packages(found: Stages, builds: Sequence[Place], ships: Sequence[Place]) -> Iterator[Package]:
    """What the system's package managers install, that of the stages that build first."""
    for places, is_shipped in ((builds, False), (ships, True)):
        gone = _removed(places)
        outside: dict[int, int] = {}  # by stage: where another source of packages was added
        for place, commands in ran(places):
            line = place.instruction.first
            unsure = _unsure(place)
            for command in commands:
                if _SOURCE.search(" ".join(command.argv)) or _SOURCE.search(script(place.instruction)):
                    outside.setdefault(place.stage, line)
                tool, listed = names.installed(command)
                is_virtual = names.virtual(command) in gone
                other = command.program == "apk" and "--repository" in command.argv
                for name in listed:
                    yield Package(
                        name=name,
                        line=line,
                        tool=tool,
                        ships=is_shipped,
                        language=found.base(place.stage).language,
                        alone=not builds,
                        removed=is_virtual or name in gone,
                        is_sure=command.argv not in unsure,
                        outside=line if other else outside.get(place.stage, 0),
                    )


def _unsure(place: Place) -> frozenset[tuple[str, ...]]:
    """The commands of a RUN that are run under a condition only."""
    steps = flow.steps(place.scope.shell(script(place.instruction)).text)
    return frozenset(step.command.argv for step in steps if not step.always)


def _removed(places: Sequence[Place]) -> frozenset[str]:
    """The names of packages, and of virtual ones, that are taken away again."""
    gone: set[str] = set()
    for _, commands in ran(places):
        for command in commands:
            gone.update(names.removed(command)[1])
            if command.program == "apk" and "del" in command.argv:
                gone.update(command.argv)
    return frozenset(gone)


def uids(places: Sequence[Place]) -> dict[str, str]:
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
