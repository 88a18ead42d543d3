"""`dockgen detect`: what was found, and where."""

from __future__ import annotations

from typing import Any

import click

from dockgen.cli import console, options, work


@click.command()
@options.looking
@click.option("--json", "as_json", is_flag=True, help="Print facts and plan as JSON (schema 1).")
def command(
    directory: str,
    flags: tuple[str, ...],
    app: str | None,
    every: bool,
    as_json: bool,
) -> None:
    """Show what was found in DIR, and where; write nothing."""
    found = work.look(directory, options.given(flags), app, every=every)
    if as_json:
        console.data({"apps": [_data(f) for f in found]} if every else _data(found[0]))
    else:
        console.cards(found)
    for each in found:
        console.warnings(each)


def _data(found: work.Found) -> dict[str, Any]:
    from dockgen.plans import to_data

    return {"context": found.context, "folder": found.folder, "facts": to_data(found.facts),
            "plan": to_data(found.plan)}  # fmt: skip
