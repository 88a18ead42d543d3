"""`dockgen detect`: what was found, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from dockgen.cli import console, options, work

if TYPE_CHECKING:
    from dockgen import outputs


@click.command()
@options.looking
@options.as_json
def command(
    directory: str,
    flags: tuple[str, ...],
    apps: tuple[str, ...],
    every: bool,
    as_json: bool,
) -> None:
    """Show what was found in DIR, and where; write nothing.

    As JSON it has facts and plan, the folder that the files would be written to and the context of the build, both
    relative to the root of the workspace or to DIR.
    """
    found = work.look(directory, options.given(flags), apps, every=every)
    if as_json:
        every_app: outputs.AllDetected = {"apps": [_data(each) for each in found]}
        console.data(every_app if every or len(apps) > 1 else every_app["apps"][0])
    else:
        console.cards(found)
    for each in found:
        console.warnings(each)


def _data(found: work.Found) -> outputs.Detected:
    from dockgen.plans import to_data

    return {"context": found.context, "folder": found.folder, "facts": to_data(found.facts),
            "plan": to_data(found.plan)}  # fmt: skip
