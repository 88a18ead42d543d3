"""`dockgen detect`: what was found, and where."""

from __future__ import annotations

import click

from dockgen.cli import console, options, work


@click.command()
@options.directory
@options.settings
@click.option("--json", "as_json", is_flag=True, help="Print facts and plan as JSON (schema 1).")
@options.debug
def command(directory: str, flags: tuple[str, ...], as_json: bool, debug: bool) -> None:  # noqa: ARG001
    """Show what was found in DIR, and where; write nothing."""
    found = work.look(directory, flags)
    if as_json:
        import json

        from dockgen.plan import to_data

        data = {"schema": 1, "facts": to_data(found.facts), "plan": to_data(found.plan)}
        console.out(json.dumps(data, indent=2))
    else:
        console.out(console.card(found.facts, found.plan))
    console.warnings(found)
