"""`dockgen update`: write the files anew, keeping what people changed in them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dockgen import changes, header, history, merge, writer
from dockgen.changes import Change
from dockgen.cli import console, options, remaking, work
from dockgen.errors import ExitCode, RefusedError
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dockgen import outputs
    from dockgen.header import Header

    Remake = Callable[[Path, str, str], str | None]  # root, path and digest -> what dockgen wrote
LABELS = ("your edits", "what dockgen wrote", "what dockgen writes now")
CHOICES = ("markers", "keep", "replace", "fail")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a file: its state in a word and in a line, what to write, the conflicts that are left in it."""

    change: Change
    state: str
    told: str
    todo: tuple[Change, ...] = ()
    conflicts: int = 0


@click.command()
@options.looking
@click.option(
    "--on-conflict", type=click.Choice(CHOICES), default="markers", metavar="NAME", show_default=True,
    help="Where an edit and a change meet: markers in the file, keep it, replace it (kept as .orig), or fail.",
)  # fmt: skip
@click.option("-n", "--dry-run", is_flag=True, help="Show what would change; write nothing.")
@options.as_json
def command(
    directory: str,
    flags: tuple[str, ...],
    apps: tuple[str, ...],
    every: bool,
    on_conflict: str,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Bring the files of DIR up to date and keep edits by hand; exit 1 if conflicts are left in them.

    What dockgen wrote is found in the history of git, or made again from it, or in .dockgen/originals/; without it, an
    edited file is refused.
    """
    asked = options.recalled(flags)
    found = work.look(directory, asked, apps, every=every)
    root = Path(found[0].root)
    compared = work.compare_all(found)
    for each, _ in compared:
        console.warnings(each)
    remake = remaking.remaker(found, asked, apps, every=every)
    done = [_one(root, change, on_conflict, remake) for _, changed in compared for change in changed]
    left = work.leftovers(found, [one.change.path for one in done])
    kept: Sequence[str] = ()
    if not dry_run:
        kept = writer.apply(root, [change for one in done for change in one.todo])
        paths = [one.change.path for one in done]
        writer.clean(root, [*paths, *(f"{history.ORIGINALS}/{path}" for path in paths)])
    if as_json:
        made: outputs.Update = {
            "dry_run": dry_run, "kept": list(kept), "files": [_data(one, dry_run=dry_run) for one in done],
        }  # fmt: skip
        made["files"] += [{"path": path, "state": "leftover", "conflicts": 0} for path in left]
        console.data(made)
    else:
        _show(done, kept, dry_run=dry_run)
        console.leftovers(left)
    return int(ExitCode.DIFFERENT if any(one.conflicts for one in done) else ExitCode.OK)


def _show(done: list[Outcome], kept: Sequence[str], *, dry_run: bool) -> None:
    for change in (c for one in done if dry_run for c in one.todo):
        console.difference(change)
    for one in done:
        (console.out if dry_run or one.conflicts else console.note)(one.told)
    for name in kept:
        console.note(f"Kept the old file as {name}")


def _data(one: Outcome, *, dry_run: bool) -> outputs.Updated:
    made: outputs.Updated = {"path": one.change.path, "state": one.state, "conflicts": one.conflicts}
    if dry_run:
        made["diff"] = "".join(changes.diff(change) for change in one.todo if change.path == one.change.path)
    return made


def _one(root: Path, change: Change, on_conflict: str, remake: Remake) -> Outcome:
    """What to do about CHANGE."""
    if change.kind in ("create", "rewrite"):
        state = "created" if change.kind == "create" else "rewritten"
        return Outcome(change, state, f"{console.VERBS[change.kind]} {change.path}", (change,))
    if change.kind == "same":
        return Outcome(change, "unchanged", f"Unchanged {change.path}")
    if change.kind == "foreign":
        raise RefusedError(
            f"{change.path} exists and was not written by dockgen; nothing was written",
            hint="dockgen generate --force replaces it and keeps it as .orig",
        )
    return keeping_edits(root, change, on_conflict, remake)


def keeping_edits(root: Path, change: Change, on_conflict: str, remake: Remake) -> Outcome:
    """What becomes of an edited file whose text should be that of CHANGE; REMAKE gives what dockgen wrote, if it can.

    RefusedError if the edits cannot be kept, or if ON_CONFLICT says `fail` and there are conflicts.
    """
    written, yours = header.split(change.before or "")
    wanted, new = header.split(change.text)
    if changes.is_unresolved(yours):
        return _unresolved(change, yours, on_conflict)
    if written is None or wanted is None or written.body == wanted.body:
        return _with_edits(root, change, written, wanted)
    original = history.base(root, change.path, written.body)
    if original is None:
        original = remake(root, change.path, written.body)
    hint = "--on-conflict keep, or replace"
    merged = merge.three_way(yours, original, new, LABELS, hint) if original is not None else None
    where = f"{merged.conflicts} of your edits meet changes" if merged else "what dockgen wrote is not in git's history"
    if merged is None or merged.conflicts:
        if on_conflict == "keep":
            return Outcome(change, "kept", f"Kept {change.path} as it is: {where}")
        if on_conflict == "replace":
            return Outcome(change, "replaced", f"Replaced {change.path}: {where}", (change,))
    if merged is None or (merged.conflicts and on_conflict == "fail"):
        raise RefusedError(
            f"{change.path} was edited, and {where}; nothing was written",
            hint="--on-conflict keep, or replace (the old file is kept as .orig)",
        )
    text = header.restamp(merged.text, wanted)
    todo = (replace(change, kind="rewrite", text=text), *_remembered(root, change.path, new))
    if not merged.conflicts:
        return Outcome(change, "merged", f"Merged {change.path}, with your edits", todo)
    told = f"Conflicts in {change.path}: {where}; resolve the places between <<<<<<< and >>>>>>>"
    return Outcome(change, "conflicts", told, todo, merged.conflicts)


def _unresolved(change: Change, yours: str, on_conflict: str) -> Outcome:
    """A file in which conflicts are left from before: nothing is merged into it until they are resolved."""
    where = f"conflicts are left in {change.path}"
    if on_conflict == "replace":
        return Outcome(change, "replaced", f"Replaced {change.path}: {where}", (change,))
    if on_conflict == "fail":
        raise RefusedError(f"{where}; nothing was written", hint="resolve the places between <<<<<<< and >>>>>>>")
    count = sum(line.startswith("<<<<<<< ") for line in yours.splitlines())
    told = f"Conflicts are left in {change.path}; resolve the places between <<<<<<< and >>>>>>>"
    return Outcome(change, "conflicts", told, (), count)


def _with_edits(root: Path, change: Change, written: Header | None, wanted: Header | None) -> Outcome:
    """A file that is what dockgen would write, but for edits; its header may have to say what else was asked for."""
    yours, new = header.split(change.before or "")[1], header.split(change.text)[1]
    todo: tuple[Change, ...] = ()
    if written and wanted and written.asked != wanted.asked:
        todo = (replace(change, kind="rewrite", text=header.restamp(yours, replace(written, asked=wanted.asked))),)
    # A process that was killed may have merged it, but not stored what it wrote; now that can be made again.
    if written and history.base(root, change.path, written.body) is None:
        todo += tuple(_remembered(root, change.path, new))
    return Outcome(change, "unchanged", f"Unchanged {change.path}, with your edits", todo)


def _remembered(root: Path, path: str, text: str) -> Iterator[Change]:
    """What dockgen wrote, stored for the next update: once it is merged with edits, no commit has it."""
    place = f"{history.ORIGINALS}/{path}"
    before = writer.on_disk(root, [place])[place]
    if before != text:
        yield Change(path=place, kind="create" if before is None else "rewrite", text=text, before=before)
