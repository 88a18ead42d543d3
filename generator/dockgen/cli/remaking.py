"""Make again what dockgen wrote, from the project as git has it, where nobody kept the file itself."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dockgen import header, history, sources
from dockgen import work as steps
from dockgen.errors import DockgenError
from dockgen.sources import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from dockgen.work import Found


def remaker(found: Sequence[Found], asked: Request, apps: tuple[str, ...], *, every: bool) -> Callable[..., str | None]:
    """What gives the text without header of a file of FOUND as it was written, by its root, path and digest.

    That is None if none of the states of the project in git's history gives a text of that digest: nothing is guessed.
    """
    own = {one.app: tuple(_flags(one)) for one in found}
    names = dict.fromkeys(name for one in found for name in _presets(one))
    request = Request(own=own, presets=tuple(names), packs=asked.packs, templates=asked.templates)

    def remake(root: Path, path: str, body: str) -> str | None:
        for folder in history.projects(root, path, body):
            try:
                there = steps.look(folder, request, os.environ, apps, every=every)
                texts = {file.path: file.text for _, files in steps.rendered_all(there) for file in files}
            except DockgenError:
                continue
            made = header.split(texts.get(path, ""))[1]
            if header.digest(made) == body:
                return made
        return None

    return remake


def _flags(found: Found) -> list[str]:
    """What was asked for FOUND, as flags."""
    said = [f"{key}={value}" for key, value in found.asked if key not in (sources.PRESETS, sources.NEEDS)]
    return [*said, f"with={' '.join(found.companions)}"] if found.companions else said


def _presets(found: Found) -> list[str]:
    return [name for key, value in found.asked if key == sources.PRESETS for name in value.split(",")]
