"""`dockgen` without a command: the help, what the current folder is, and the command to go on with; writes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dockgen.cli import console, usage

if TYPE_CHECKING:
    import click


def show(context: click.Context) -> None:
    """Print the help, the stack of the folder that is meant, and a command."""
    from dockgen.cli.options import DIRECTORY

    console.out(usage.page(context, brief=True))
    line, command = _here(str(context.meta.get(DIRECTORY, ".")))
    console.note(f"\n{line}\nNext: {command}")


def _here(directory: str) -> tuple[str, str]:
    """What DIRECTORY is, in a line, and the command to go on with."""
    import os
    import shlex

    from dockgen import header, writer
    from dockgen.errors import DockgenError
    from dockgen.rendering import names
    from dockgen.sources import Request
    from dockgen.values import one_line
    from dockgen.work import look

    place = "" if directory == "." else f" {shlex.quote(directory)}" if directory.isprintable() else " DIR"
    try:
        (found,) = look(directory, Request(recalls=True), os.environ)
        path = names(found.folder, found.context, found.file)[0]
        there = writer.on_disk(Path(found.root), [path])[path]
    except DockgenError as error:
        return f"Here: {one_line(error.what.partition(chr(10))[0], 200)}", f"dockgen detect{place}"
    chosen = {choice.key: choice.value for choice in found.plan.choices}
    parts = (found.plan.stack, chosen.get("version"), chosen.get("framework"))
    line = f"Here: {found.plan.about.name}: {', '.join(part for part in parts if part)}"
    if there is None:
        return line, f"dockgen init{place}"
    return line, f"dockgen check{place}" if header.split(there)[0] else f"dockgen diff{place}"
