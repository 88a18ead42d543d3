"""The work of the commands: with the variables of the environment, and the age of the data on releases told first."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dockgen import work
from dockgen.cli import age, console
from dockgen.work import Found

if TYPE_CHECKING:
    from dockgen.changes import Change
    from dockgen.rendering import Artifact
    from dockgen.sources import Request

__all__ = ["Found", "compare", "look", "render"]


def look(directory: str, asked: Request, app: str | None = None, *, every: bool = False) -> tuple[Found, ...]:
    """What `work.look` finds; DockgenError if that cannot be done."""
    if told := age.note(age.today()):
        console.err(told)
    return work.look(directory, asked, os.environ, app, every=every)


def render(found: Found) -> tuple[Artifact, ...]:
    """The files of an app."""
    return work.render(found)


def compare(found: Found) -> tuple[Change, ...]:
    """Render, and compare with what is there."""
    return work.compare(found, render(found))
