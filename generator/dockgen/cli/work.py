"""From a folder to its changes: the steps that `init` and `generate` share."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dockgen import apps, pipeline
from dockgen import settings as sources
from dockgen.cli import age, console
from dockgen.errors import InputError, RefusedError, UndecidedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockgen.apps import App
    from dockgen.changes import Change
    from dockgen.facts import Facts
    from dockgen.plans import Plan
    from dockgen.project import Project
    from dockgen.settings import Settings


@dataclass(frozen=True, slots=True)
class Found:
    """What an app is and what will be built.

    ROOT is the folder that all paths are relative to; CONTEXT the folder that the engine is sent, FOLDER the one that
    the files are written to, both "" for the root itself.
    """

    root: str
    context: str
    folder: str
    facts: Facts
    plan: Plan
    notes: tuple[str, ...]  # what the scan left out


def look(directory: str, flags: Sequence[str], app: str | None = None, *, every: bool = False) -> tuple[Found, ...]:
    """Scan, detect and decide for the app in DIRECTORY, or those below it: the one called APP, or EVERY one.

    DockgenError if that cannot be done.
    """
    wanted = sources.read(flags, os.environ)
    if told := age.note(age.today()):
        console.err(told)
    root, project = pipeline.look(directory)
    if every:
        return _all(root, project, wanted, app)
    if app is not None:
        chosen = apps.named(apps.find(project, wanted), app)
        return (_found(root, chosen, chosen.path, wanted),)
    chosen = pipeline.choose(project, wanted)
    return (_found(root, chosen, "" if chosen.project.workspace else chosen.path, wanted),)


def _all(root: str, project: Project, wanted: Settings, app: str | None) -> tuple[Found, ...]:
    if app is not None:
        raise InputError("--app and --all exclude each other", hint="--app NAME takes one app, --all takes every one")
    for key in ("name", "port", "start", "main"):
        if wanted.get(key):
            raise InputError(f"--all and {key}: it would hold for every app", hint="--app NAME takes one of them")
    found = [app for app in apps.find(project, wanted) if not app.is_documentation]
    if not found:
        raise UndecidedError(f"no apps were found below {project.name!r}", hint="dockgen detect shows what is here")
    return tuple(_found(root, chosen, chosen.path, wanted) for chosen in found)


def _found(root: str, app: App, folder: str, wanted: Settings) -> Found:
    app = pipeline.settle(app, wanted)
    workspace = app.project.workspace
    if workspace and not app.path:  # asked for in the folder of a member
        folder = workspace.path
    try:
        plan = pipeline.decide(app.facts, wanted)
    except RefusedError as error:
        if app.path:  # places are told from the app's folder, and there may be several apps
            error.what = f"{app.path}: {error.what}"
        raise
    return Found(root, app.context, folder, app.facts, plan, app.project.notes)


def compare(found: Found) -> tuple[Change, ...]:
    """Render, and compare with what is there."""
    from pathlib import Path

    from dockgen import changes, writer
    from dockgen.rendering import render

    artifacts = render(found.plan, folder=found.folder, context=found.context)
    return changes.compare(artifacts, writer.on_disk(Path(found.root), [a.path for a in artifacts]))
