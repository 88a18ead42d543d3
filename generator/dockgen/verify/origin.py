"""Which instructions of a Dockerfile make the image that ships, and which of its layers stand above its base."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import breaches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockgen.breaches import Stage
    from dockgen.dockerfile import Instruction
    from dockgen.verify.layers import Image, Layer

_NOP = re.compile(r"^/bin/sh -c #\(nop\) +")


def stages(text: str) -> tuple[Stage, ...]:
    """The stages of the Dockerfile TEXT."""
    return breaches.subject(text, (), frozenset()).stages


def own(text: str) -> tuple[Instruction, ...]:
    """The instructions that the last stage is made by, those of the stages that it stands on first."""
    every = stages(text)
    found: tuple[Instruction, ...] = ()
    at = len(every) - 1
    while at >= 0:
        found = (*every[at].instructions, *found)
        name = every[at].image.lower()
        at = next((i for i in range(at - 1, -1, -1) if every[i].name and every[i].name == name), -1)
    return found


def instruction(text: str, line: int | None, shown: str) -> Instruction | None:
    """The instruction of the Dockerfile TEXT that spans LINE, else the one that a log has SHOWN."""
    every = [i for stage in stages(text) for i in (stage.start, *stage.instructions)]
    if line:
        return next((i for i in every if i.first <= line <= i.last), None)
    wanted = " ".join(shown.split())
    return next((i for i in every if wanted and collapsed(i) == wanted), None)


def stage_of(text: str, line: int) -> str:
    """The name of the stage that spans LINE, "" if it has none."""
    return next((s.name for s in reversed(stages(text)) if s.start.first <= line), "")


def collapsed(found: Instruction) -> str:
    """An instruction as logs show it: white space is one blank."""
    return " ".join(f"{found.name} {found.value}".split())


def above_base(image: Image, text: str) -> tuple[tuple[Layer, ...], tuple[str, ...]] | None:
    """The layers and the history that the instructions of TEXT made; None where these do not fit together.

    Each instruction is one entry of the history, which begins with its name. One may stand for a layer or for none.
    """
    names = [i.name for i in own(text)]
    said = [_called(entry) for entry in image.history]
    if len(names) > len(said) or said[len(said) - len(names) :] != names:
        return None
    history = image.history[len(said) - len(names) :]
    return _last(image.layers, history), history


def _last(layers: Sequence[Layer], history: Sequence[str]) -> tuple[Layer, ...]:
    """Those of LAYERS, from the end, whose entry is in HISTORY."""
    found: list[Layer] = []
    left = list(history)
    for layer in reversed(layers):
        if layer.made_by not in left:
            break
        left = left[: len(left) - 1 - left[::-1].index(layer.made_by)]
        found.append(layer)
    return tuple(reversed(found))


def _called(entry: str) -> str:
    """The name of the instruction that made an ENTRY of the history; Buildah writes a RUN as its shell."""
    said = _NOP.sub("", entry)
    return "RUN" if said is entry and said.startswith("/bin/sh -c") else said.partition(" ")[0].upper()
