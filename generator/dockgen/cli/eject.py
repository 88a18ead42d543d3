"""`dockgen eject`: take the header line out of files, so that they are a person's alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dockgen import header, lazy, writer
from dockgen.changes import Change
from dockgen.cli import console, options
from dockgen.companions import table
from dockgen.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen import outputs

_OURS = lazy.pattern(r"(?i:.*(?:docker|container)file.*|\.dockerignore)")


@click.command()
@options.paths
@options.as_json
@click.option("-n", "--dry-run", is_flag=True, help="Show what would change; write nothing.")
def command(paths: tuple[str, ...], as_json: bool, dry_run: bool) -> None:
    """Take the header out of FILE, or of the files that dockgen wrote in DIR; nothing else of them changes.

    They are yours alone from then on.
    """
    if not dry_run:
        writer.clean(Path(), [str(place) for path in map(Path, paths) for place in _places(path)])
    todo = [_without(file) for path in paths for file in _files(Path(path))]
    if not dry_run:
        writer.apply(Path(), todo)
    if as_json:
        made: outputs.Ejected = {"dry_run": dry_run, "files": [change.path for change in todo]}
        console.data(made)
        return
    for change in todo:
        (console.out if dry_run else console.note)(f"{'Would eject' if dry_run else 'Ejected'} {change.path}")


def _places(path: Path) -> list[Path]:
    """Where a write that was cut short may have left something: beside PATH, or beside all files in that folder."""
    if not path.is_dir():
        return [path]
    return [path / name for name in ("Dockerfile", *(file.path for file in table.files(tuple(table.COMPANIONS))))]


def _files(path: Path) -> list[str]:
    """PATH itself, or the files in that folder that have a header. InputError if there is none."""
    if not path.is_dir():
        return [str(path)]
    own = (path / file.path for file in table.files(tuple(table.COMPANIONS)))
    alone = (found for name in _alone() for found in path.glob(name))
    named = (each for each in path.iterdir() if _OURS.fullmatch(each.name))
    there = sorted(str(file) for file in {*named, *own, *alone} if file.is_file())
    ours = [file for file in there if header.split(_text(file))[0]]
    if not ours:
        raise InputError("no file here was written by dockgen", where=str(path))
    return ours


def _alone() -> Iterator[str]:
    """Patterns of the companions that several apps have at one place, each its own."""
    for file in table.files(tuple(table.COMPANIONS)):
        if file.alone:
            yield file.alone.format(name="*")


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
