"""`dockgen init`: show what was found, ask once, write."""

from __future__ import annotations

import os
import sys

import click

from dockgen.cli import console, options, work
from dockgen.cli.generate import finish
from dockgen.errors import InputError, UndecidedError


@click.command()
@options.writing
@click.option("-y", "--yes", is_flag=True, help="Take what was found; ask nothing. Never overwrites what is not ours.")
def command(
    directory: str,
    flags: tuple[str, ...],
    app: str | None,
    every: bool,
    dry_run: bool,
    force: bool,
    as_json: bool,
    yes: bool,
) -> None:
    """Find out what DIR is, show it, and write its Dockerfile and .dockerignore."""
    if as_json and not yes and not dry_run:
        raise InputError("--json: there is nobody who could answer", hint="dockgen init --yes --json")
    if not yes and not dry_run and not _can_ask():
        raise UndecidedError("not a terminal, so nothing can be asked", hint="dockgen init --yes, or dockgen generate")
    found = work.look(directory, options.given(flags), app, every=every)
    show = console.out if not yes and not as_json else console.err
    for each in found:
        show(console.card(each))
        show("")
        if not yes and (guesses := console.guesses(each)):
            show(guesses)
    what = "Write Dockerfile and .dockerignore?" if not every else f"Write the files of {len(found)} apps?"
    if not yes and not dry_run and not click.confirm(what, default=True):
        console.out("Nothing was written.")
        return
    finish(found, directory, dry_run=dry_run, force=force, as_json=as_json, every=every, asked=not yes)


def _can_ask() -> bool:
    return sys.stdin is not None and sys.stdin.isatty() and not os.environ.get("CI")
