"""`dockgen diff`: what dockgen would write now, against what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from dockgen import changes
from dockgen.cli import console, options, work
from dockgen.errors import ExitCode

if TYPE_CHECKING:
    from dockgen import outputs


@click.command()
@options.looking
@options.as_json
@click.option("--exit-code", is_flag=True, help="Exit 1 if there is a difference.")
def command(
    directory: str,
    flags: tuple[str, ...],
    apps: tuple[str, ...],
    every: bool,
    as_json: bool,
    exit_code: bool,
) -> int:
    """Show how the files of DIR differ from what dockgen would write, as a unified diff; write nothing."""
    found = work.look(directory, options.recalled(flags), apps, every=every)
    different = [change for _, changed in work.compare_all(found) for change in changed if change.kind != "same"]
    if as_json:
        files: list[outputs.Difference] = [
            {"path": c.path, "change": c.kind, "diff": changes.diff(c)} for c in different
        ]
        made: outputs.Diff = {"files": files}
        console.data(made)
    else:
        for change in different:
            console.difference(change)
    return int(ExitCode.DIFFERENT if exit_code and different else ExitCode.OK)
