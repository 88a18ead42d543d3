"""The stages of an old file: which one ships, what it stands on and copies from, and the variables in each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen.importing import bases, variables
from dockgen.importing.variables import Scope
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockgen.breaches import Stage
    from dockgen.dockerfile import Instruction
    from dockgen.importing.model import Base

_ASIDE = re.compile(r"(?:^|[-_])(?:dev|develop|development|test|tests|testing|debug|lint|ci|local)\d*(?:$|[-_])")
# What the stage is called that runs, where the last one only hands something out.
_MAIN = frozenset({"app", "final", "main", "prod", "production", "release", "run", "runner", "runtime", "web"})
_FROM = re.compile(r"(?:--from=|[,=]from=)([^\s,]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An instruction with the variables that hold after it, and its stage."""

    instruction: Instruction
    scope: Scope
    stage: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """All stages: `images` as FROM names them with variables put in, and the stage below each, if it is one."""

    stages: tuple[Stage, ...]
    images: tuple[str, ...]
    below: tuple[int | None, ...]
    places: tuple[tuple[Place, ...], ...]
    scopes: tuple[Scope, ...]  # at the end of each
    ships: int

    def chain(self, index: int) -> tuple[int, ...]:
        """The stages that the stage INDEX consists of, the lowest first."""
        found = [index]
        while (lower := self.below[found[0]]) is not None:
            found.insert(0, lower)
        return tuple(found)

    def needed(self, index: int) -> tuple[int, ...]:
        """The stages that those of the chain of INDEX copy from, in the order of the file."""
        found: set[int] = set()
        left = list(self.chain(index))
        while left:
            for name in _sources(self.stages[left.pop()]):
                other = self.find(name)
                if other is not None:
                    new = set(self.chain(other)) - found
                    found |= new
                    left += new
        return tuple(sorted(found - set(self.chain(index))))

    def find(self, name: str) -> int | None:
        """The stage called NAME, or of that number."""
        if name.isdecimal() and len(name) < 5 and int(name) < len(self.stages):
            return int(name)
        return next((i for i, stage in enumerate(self.stages) if stage.name and stage.name == name.lower()), None)

    def base(self, index: int) -> Base:
        """The image at the bottom of the chain of INDEX."""
        lowest = self.chain(index)[0]
        return bases.read(self.images[lowest], self.stages[lowest].start.first, self.stages[index].name)


def read(head: Sequence[Instruction], stages: tuple[Stage, ...], escape: str) -> Stages:
    """The STAGES of a file whose instructions before the first FROM are HEAD."""
    above = Scope(escape=escape)
    for instruction in head:
        if instruction.name == "ARG":
            variables.declare(above, instruction.value)
    images: list[str] = []
    below: list[int | None] = []
    places: list[tuple[Place, ...]] = []
    scopes: list[Scope] = []
    names: dict[str, int] = {}
    for index, stage in enumerate(stages):
        image = above.expand(stage.image).text[:300]
        lower = names.get(image.lower())
        scope = scopes[lower].copy() if lower is not None else Scope(escape=escape)
        places.append(tuple(_walk(stage, scope, above, index)))
        images.append(image)
        below.append(lower)
        scopes.append(scope)
        if stage.name:
            names[stage.name] = index
    return Stages(
        stages=stages,
        images=tuple(images),
        below=tuple(below),
        places=tuple(places),
        scopes=tuple(scopes),
        ships=_ships(stages),
    )


def _walk(stage: Stage, scope: Scope, above: Scope, index: int) -> list[Place]:
    """Each instruction of STAGE with the variables after it; SCOPE ends as the last one leaves it."""
    found = []
    now = scope
    for instruction in stage.instructions:
        if instruction.name in ("ARG", "ENV"):
            now = now.copy()
            if instruction.name == "ARG":
                variables.declare(now, instruction.value, above)
            else:
                variables.assign(now, instruction.value)
        found.append(Place(instruction=instruction, scope=now, stage=index))
    scope.args, scope.env = now.args, now.env
    return found


def _ships(stages: Sequence[Stage]) -> int:
    """The last stage, as without --target, unless it is called one for development or tests and another is not."""
    last = len(stages) - 1
    if not _ASIDE.search(stages[last].name):
        return last if _starts(stages[last]) or not stages[last].name else _main(stages, last)
    return next((i for i in range(last, -1, -1) if not _ASIDE.search(stages[i].name)), last)


def _main(stages: Sequence[Stage], last: int) -> int:
    """The last stage called the one that runs and that starts something; LAST if there is none, or if it is one."""
    if stages[last].name in _MAIN:
        return last
    named = (i for i in range(last, -1, -1) if stages[i].name in _MAIN and _starts(stages[i]))
    found = next(named, last)
    return last if stages[last].image.lower() == stages[found].name else found


def _starts(stage: Stage) -> bool:
    """True if STAGE itself says what its image starts."""
    return any(instruction.name in ("CMD", "ENTRYPOINT") for instruction in stage.instructions)


def _sources(stage: Stage) -> list[str]:
    return [
        name
        for instruction in stage.instructions
        if instruction.name in ("COPY", "RUN")
        for name in _FROM.findall(instruction.value)
    ]
