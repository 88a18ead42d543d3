"""What was written, or would be, as plain data for JSON: files, settings and sources, the commands to run next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen import changes, work
from dockgen.cli import console
from dockgen.plans import to_data

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockgen import outputs
    from dockgen.changes import Change
    from dockgen.work import Found


def data(
    found: Sequence[tuple[Found, Sequence[Change]]], directory: str, kept: Sequence[str], *, every: bool, dry_run: bool
) -> outputs.Written | outputs.AllWritten:
    """The result for each app of FOUND with its changes; a list `apps` of them if EVERY one is listed."""
    names = console.tags([one for one, _ in found])
    apps = [
        _app(one, todo, console.commands(one, directory, name), dry_run=dry_run)
        for (one, todo), name in zip(found, names, strict=True)
    ]
    if every:
        return {"dry_run": dry_run, "kept": list(kept), "apps": apps}
    return {"dry_run": dry_run, "kept": list(kept), **apps[0]}


def _app(found: Found, todo: Sequence[Change], commands: Mapping[str, str], *, dry_run: bool) -> outputs.App:
    plan = found.plan
    settings = [_stack(found), *(to_data(choice) for choice in plan.choices)]
    return {
        "name": plan.about.name,
        "folder": found.folder,
        "context": found.context,
        "files": [_file(change, dry_run=dry_run) for change in todo],
        "presets": [{"name": p.name, "from": p.shelf, "path": p.path} for p in found.presets],
        "settings": settings,
        "warnings": work.told(found),
        "commands": {"build": commands["build"], "run": commands["run"]},
    }


def _stack(found: Found) -> outputs.Choice:
    from dockgen.settings import detected

    stack = detected(found.facts.stack)
    return {
        "key": "stack",
        "value": stack.value,
        "source": stack.source,
        "reason": stack.reason,
        "confidence": stack.confidence,
        "rivals": list(stack.rivals),
    }


def _file(change: Change, *, dry_run: bool) -> outputs.File:
    """One file; with the difference, where it is not written."""
    made: outputs.File = {"path": change.path, "change": change.kind, "lines": change.text.count("\n")}
    if dry_run:
        made["diff"] = changes.diff(change)
    return made
