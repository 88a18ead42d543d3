"""`dockgen update`: write the files anew, keeping what people changed in them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dockgen import changes, header, history, merge, writer
from dockgen.changes import Change
from dockgen.cli import console, options, work
from dockgen.errors import ExitCode, RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

LABELS = ("your edits", "what dockgen wrote", "what dockgen writes now")
CHOICES = ("markers", "keep", "replace", "fail")


@click.command()
@options.looking
@click.option(
    "--on-conflict", type=click.Choice(CHOICES), default="markers", show_default=True,
    help="Where an edit and a change meet: mark both in the file, keep the file, replace it (kept as .orig), or fail.",
)  # fmt: skip
@click.option("-n", "--dry-run", is_flag=True, help="Show what would change; write nothing.")
@options.debug
def command(
    directory: str,
    flags: tuple[str, ...],
    app: str | None,
    every: bool,
    on_conflict: str,
    dry_run: bool,
    debug: bool,  # noqa: ARG001
) -> int:
    """Bring the files of DIR up to date and keep edits by hand; exit 1 if conflicts are left in them."""
    found = work.look(directory, options.given(flags), app, every=every)
    root = Path(found[0].root)
    compared = [work.compare(each) for each in found]
    for each, _ in compared:
        console.warnings(each)
    todo: list[Change] = []
    told: list[str] = []
    conflicts = 0
    for change in (c for _, changed in compared for c in changed):
        done, line, met = _one(root, change, on_conflict)
        todo += done
        told.append(line)
        conflicts += met
    if dry_run:
        for change in todo:
            console.out(changes.diff(change).rstrip("\n"))
    else:
        kept = writer.apply(root, todo)
        paths = [change.path for _, changed in compared for change in changed]
        writer.clean(root, [*paths, *(f"{history.ORIGINALS}/{path}" for path in paths)])
        told += [f"Kept the old file as {name}" for name in kept]
    console.out("\n".join(told))
    return int(ExitCode.DIFFERENT if conflicts else ExitCode.OK)


def _one(root: Path, change: Change, on_conflict: str) -> tuple[list[Change], str, int]:
    """What to write for CHANGE, a line that says so, and how many conflicts are left in it."""
    if change.kind in ("create", "rewrite"):
        return [change], f"{console.VERBS[change.kind]} {change.path}", 0
    if change.kind == "same":
        return [], f"Unchanged {change.path}", 0
    if change.kind == "foreign":
        raise RefusedError(
            f"{change.path} exists and was not written by dockgen; nothing was written",
            hint="dockgen generate --force replaces it and keeps it as .orig",
        )
    return _merged(root, change, on_conflict)


def _merged(root: Path, change: Change, on_conflict: str) -> tuple[list[Change], str, int]:
    written, yours = header.split(change.before or "")
    wanted, new = header.split(change.text)
    if written is None or wanted is None or written.body == wanted.body:
        # A process that was killed may have merged it, but not stored what it wrote; now that can be made again.
        is_known = written is None or history.base(root, change.path, written.body) is not None
        lost = [] if is_known else list(_remembered(root, change.path, new))
        return lost, f"Unchanged {change.path}, with your edits", 0
    original = history.base(root, change.path, written.body)
    hint = "--on-conflict keep, or replace"
    merged = merge.three_way(yours, original, new, LABELS, hint) if original is not None else None
    if merged and not merged.conflicts:
        text = header.restamp(merged.text, wanted)
        return (
            [replace(change, kind="rewrite", text=text), *_remembered(root, change.path, new)],
            (f"Merged {change.path}, with your edits"),
            0,
        )
    where = f"{merged.conflicts} of your edits meet changes" if merged else "what dockgen wrote is not in git's history"
    if on_conflict == "keep":
        return [], f"Kept {change.path} as it is: {where}", 0
    if on_conflict == "replace":
        return [change], f"Replaced {change.path}: {where}", 0
    if on_conflict == "fail" or merged is None:
        raise RefusedError(
            f"{change.path} was edited, and {where}; nothing was written",
            hint="--on-conflict keep, or replace (the old file is kept as .orig)",
        )
    text = header.restamp(merged.text, wanted)
    marked = [replace(change, kind="rewrite", text=text), *_remembered(root, change.path, new)]
    return (
        marked,
        f"Conflicts in {change.path}: {where}; resolve the places between <<<<<<< and >>>>>>>",
        merged.conflicts,
    )


def _remembered(root: Path, path: str, text: str) -> Iterator[Change]:
    """What dockgen wrote, stored for the next update: once it is merged with edits, no commit has it."""
    place = f"{history.ORIGINALS}/{path}"
    before = writer.on_disk(root, [place])[place]
    if before != text:
        yield Change(path=place, kind="create" if before is None else "rewrite", text=text, before=before)
