"""`dockgen diff`: what dockgen would write now, against what is there."""

from __future__ import annotations

import click

from dockgen.cli import console, options, work
from dockgen.errors import ExitCode


@click.command()
@options.looking
@click.option("--exit-code", is_flag=True, help="Exit 1 if there is a difference.")
def command(
    directory: str,
    flags: tuple[str, ...],
    app: str | None,
    every: bool,
    exit_code: bool,
) -> int:
    """Show how the files of DIR differ from what dockgen would write, as a unified diff; write nothing."""
    found = work.look(directory, options.given(flags), app, every=every)
    different = [change for each in found for change in work.compare(each)[1] if change.kind != "same"]
    for change in different:
        console.difference(change)
    return int(ExitCode.DIFFERENT if exit_code and different else ExitCode.OK)
