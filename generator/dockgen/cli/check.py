"""`dockgen check`: are the files what dockgen would write now, and if not, why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from dockgen import drift
from dockgen.cli import console, options, work
from dockgen.errors import ExitCode
from dockgen.rendering import names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockgen import outputs
    from dockgen.changes import Change
    from dockgen.drift import Drift

FORMATS = ("text", "json", "sarif")
# What each kind of difference is called, and what is done about it.
TITLES = {
    "missing": ("missing", "dockgen generate writes it"),
    "foreign": ("not ours", "dockgen generate --force replaces it and keeps it as .orig"),
    "project": ("out of date", "the project changed; dockgen update brings it in"),
    "settings": ("out of date", "other settings are asked for; dockgen update brings them in"),
    "dockgen": ("out of date", "dockgen changed; dockgen update brings it in"),
    "edited": ("edited", "dockgen update keeps it"),
    "conflict": ("conflict", "resolve what stands between <<<<<<< and >>>>>>>"),
    "leftover": ("left over", "delete it, or keep it as yours: dockgen eject FILE"),
}


@click.command()
@options.looking
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", show_default=True, help="What to print.")
@click.option("--json", "as_json", is_flag=True, help="Short for --format json.")
def command(
    directory: str,
    flags: tuple[str, ...],
    apps: tuple[str, ...],
    every: bool,
    form: str,
    as_json: bool,
) -> int:
    """Say whether the files of DIR are what dockgen would write; exit 1 if one is not. Edits by hand are no fault.

    The reasons are: the project changed, dockgen changed, other settings are asked for, somebody edited the file, a
    conflict is left in it, it is missing, it is not ours, or nothing asks for it any more.
    """
    found = work.look(directory, options.recalled(flags), apps, every=every)
    compared = work.compare_all(found)
    for each, _ in compared:
        for warning in each.broken:
            console.err(f"warning: {warning}")
    drifts = list(_drifts(compared))
    drifts += [drift.leftover(path) for path in work.leftovers(found, [d.path for d in drifts])]
    if as_json or form == "json":
        console.data(_data(drifts))
    elif form == "sarif":
        console.out(_sarif(drifts, found[0].root))
    else:
        console.table(_text(drifts), wrap=True)
    return int(ExitCode.OK if all(d.is_current for d in drifts) else ExitCode.DIFFERENT)


def _drifts(compared: Sequence[tuple[work.Found, Sequence[Change]]]) -> Iterator[Drift]:
    """How each file differs. A companion is made from all apps, and from the databases that these need."""
    from dockgen.companions import table

    every = [choice for each, _ in compared for choice in work.decisions(each)]
    for each, changed in compared:
        own = names(each.folder, each.context, each.file)
        for change in changed:
            if change.path in own:
                yield drift.of(change, each.plan.choices)
            else:
                yield drift.of(change, every, table.named(change.path))


def _text(drifts: list[Drift]) -> str:
    width = max(len(d.path) for d in drifts)
    return "\n".join(line for d in drifts for line in _lines(d, width))


def _lines(one: Drift, width: int) -> Iterator[str]:
    if not one.reasons:
        yield f"{one.path:<{width}}  up to date"
    for number, reason in enumerate(one.reasons):
        title, remedy = TITLES[reason.kind]
        told = remedy.replace("FILE", one.path)
        yield f"{'' if number else one.path:<{width}}  {title:<11}  {reason.text}; {told}"


def _data(drifts: list[Drift]) -> outputs.Check:
    files: list[outputs.Checked] = [
        {"path": d.path, "current": d.is_current, "reasons": [{"kind": r.kind, "text": r.text} for r in d.reasons]}
        for d in drifts
    ]
    return {"current": all(d.is_current for d in drifts), "files": files}


def _sarif(drifts: list[Drift], root: str) -> str:
    """The form that code scanning reads."""
    from dockgen.cli import sarif

    below = sarif.below(root)
    results = [
        sarif.result(
            reason.kind,
            "note" if reason.kind == "edited" else "error",
            f"{TITLES[reason.kind][0]}: {reason.text}; {TITLES[reason.kind][1]}",
            below + d.path,
        )
        for d in drifts
        for reason in d.reasons
    ]
    rules = [
        {"id": kind, "shortDescription": {"text": f"{title}: {remedy}"}} for kind, (title, remedy) in TITLES.items()
    ]
    return sarif.report(rules, results)
