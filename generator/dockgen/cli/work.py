"""The work of the commands: with the variables of the environment, and the age of the data on releases told first."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dockgen import work
from dockgen.cli import age, console
from dockgen.work import (
    Found,
    choice,
    companion_origins,
    companions,
    compare_all,
    decisions,
    leftovers,
    render,
    rendered,
    rendered_all,
)

if TYPE_CHECKING:
    from dockgen.sources import Request

__all__ = [
    "Found", "choice", "companion_origins", "companions", "compare_all", "decisions", "leftovers", "look", "render",
    "rendered", "rendered_all",
]  # fmt: skip


def look(directory: str, asked: Request, apps: tuple[str, ...] = (), *, every: bool = False) -> tuple[Found, ...]:
    """What `work.look` finds; DockgenError if that cannot be done."""
    if told := age.note(age.today()):
        console.err(told)
    return work.look(directory, asked, os.environ, apps, every=every)
