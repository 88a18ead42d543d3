"""The commands of the RUN instructions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen.importing import shell, starts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockgen.dockerfile import Instruction
    from dockgen.importing.stages import Place


def script(instruction: Instruction) -> str:
    """What a RUN runs: its heredocs, or its value without options; the words of the exec form in a row."""
    value = re.sub(r"^(?:--\S+\s+)+", "", instruction.value)
    if instruction.heredocs and re.match(r"\d*<<", value):
        return "\n".join(h.content for h in instruction.heredocs)
    argv = starts.words(value)
    if argv is None:
        return value
    is_shell = len(argv) > 2 and argv[0].rpartition("/")[2] in ("sh", "bash") and argv[1] in ("-c", "-lc", "-ec")
    return argv[2] if is_shell else " ".join(argv)


def ran(places: Iterable[Place]) -> Iterator[tuple[Place, list[shell.Command]]]:
    """The RUN instructions among PLACES with their commands, variables put in where they are known."""
    for place in places:
        if place.instruction.name == "RUN":
            yield place, shell.commands(place.scope.shell(script(place.instruction)).text)
