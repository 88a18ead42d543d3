"""`dockgen eject`: take the header line out of files, so that they are a person's alone."""

from __future__ import annotations

from pathlib import Path

import click

from dockgen import header, writer
from dockgen.changes import Change
from dockgen.cli import console, options
from dockgen.errors import InputError

USUAL = ("Dockerfile", ".dockerignore", "Dockerfile.dockerignore")


@click.command()
@click.argument("paths", nargs=-1, metavar="[DIR|FILE]...")
@click.option("-n", "--dry-run", is_flag=True, help="Show what would change; write nothing.")
@options.debug
def command(paths: tuple[str, ...], dry_run: bool, debug: bool) -> None:  # noqa: ARG001
    """Take the header out of FILE, or of the files that dockgen wrote in DIR; nothing else of them changes."""
    if not dry_run:
        writer.clean(Path(), [str(path / USUAL[0] if path.is_dir() else path) for path in map(Path, paths or (".",))])
    todo = [_without(file) for path in paths or (".",) for file in _files(Path(path))]
    if not dry_run:
        writer.apply(Path(), todo)
    for change in todo:
        console.out(f"{'Would eject' if dry_run else 'Ejected'} {change.path}")


def _files(path: Path) -> list[str]:
    """PATH itself, or the files in that folder that have a header. InputError if there is none."""
    if not path.is_dir():
        return [str(path)]
    there = [str(path / name) for name in USUAL if (path / name).is_file()]
    ours = [file for file in there if header.split(_text(file))[0]]
    if not ours:
        raise InputError("no file here was written by dockgen", where=str(path))
    return ours


def _without(file: str) -> Change:
    text = _text(file)
    said, body = header.split(text)
    if said is None:
        raise InputError("dockgen did not write this file", where=file)
    return Change(path=file, kind="rewrite", text=body, before=text)


def _text(file: str) -> str:
    text = writer.on_disk(Path(), [file])[file]
    if text is None:
        raise InputError("no such file", where=file)
    return text
