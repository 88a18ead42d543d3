"""Options that commands share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable

directory = click.argument("directory", default=".", metavar="[DIR]")
settings = click.option(
    "-s", "--set", "flags", multiple=True, metavar="KEY=VALUE", help="Decide a value yourself; may be repeated."
)
app = click.option("-a", "--app", metavar="NAME", help="The app that is meant, where DIR has several: folder or name.")
every = click.option("--all", "every", is_flag=True, help="Every app below DIR, each with a Dockerfile of its own.")
debug = click.option("--debug", is_flag=True, help="Show the traceback if dockgen itself fails.")


def writing(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of the commands that write files."""
    for option in (
        click.option("-n", "--dry-run", is_flag=True, help="Show what would change; write nothing."),
        click.option(
            "-f", "--force", is_flag=True, help="Replace files that dockgen did not write; keep them as .orig."
        ),
        debug,
        every,
        app,
        settings,
        directory,
    ):
        function = option(function)
    return function
