"""From a folder to its changes: the steps that the commands and the Python API share."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import apps, doubts, pipeline, sources
from dockgen.errors import InputError, RefusedError, UndecidedError
from dockgen.patterns import is_ignored
from dockgen.records import dataclass
from dockgen.settings import NOTHING
from dockgen.values import one_line

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from dockgen.apps import App
    from dockgen.changes import Change
    from dockgen.companions.bundle import Bundle
    from dockgen.facts import Facts
    from dockgen.plans import Plan
    from dockgen.presets import Found as Preset
    from dockgen.project import Project
    from dockgen.rendering import Artifact
    from dockgen.settings import Settings
    from dockgen.sources import Request, Sources
    from dockgen.templating.layers import Layers
    from dockgen.templating.origins import Origin


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
    layers: Layers | None = None  # of templates; None: dockgen's own only
    presets: tuple[Preset, ...] = ()  # the weakest first
    broken: tuple[str, ...] = ()  # what the guard rails say of the files, once these are rendered
    app: str = ""  # the folder under which settings of this app alone are kept
    file: str = ""  # the name that was asked for
    wanted: Settings = NOTHING  # what was asked for, of all keys
    place: str = ""  # the folder that companions are written to: the app's, if it is one of several
    companions: tuple[str, ...] = ()  # that are wanted


def look(
    directory: str | os.PathLike[str],
    asked: Request,
    environment: Mapping[str, str],
    app: str | tuple[str, ...] | None = None,
    *,
    every: bool = False,
) -> tuple[Found, ...]:
    """Scan, detect and decide for the app in DIRECTORY, or those below it: the one or those called APP, or EVERY one.

    Where there is no project, it is the one that a preset assumes. DockgenError if that cannot be done.
    """
    root, project = pipeline.look(directory)
    inputs = sources.gather(root, asked, environment)
    inputs.require_apps(project)
    wanted = inputs.settings()
    if every:
        return _all(project, inputs, app)
    names = (app,) if isinstance(app, str) else app
    if names is not None and names != (".",):
        there = apps.find(project, wanted, inputs.settings)
        several = [apps.named(there, name) for name in names]
        return tuple(_found(chosen, chosen.path, inputs, is_alone=True) for chosen in several)
    if (assumed := inputs.assumed()) and pipeline.is_empty(project, wanted):
        found = _found(pipeline.choose(assumed, wanted), "", inputs)
        note = f"there is no project here yet: this is for the one that the preset assumes ({', '.join(assumed.files)})"
        return (replace(found, notes=(note,)),)
    chosen = pipeline.choose(project, wanted, inputs.settings)
    if chosen.project.workspace:
        return (_found(chosen, "", inputs, is_alone=True),)
    return (_found(chosen, chosen.path, inputs),)


def imagine(project: Project | None, asked: Request, name: str = "app") -> Found:
    """Detect and decide for PROJECT, which lies in no folder; without one, for what a preset assumes, called NAME.

    DockgenError if that cannot be done.
    """
    inputs = sources.without_folder(project, asked)
    project = project or inputs.assumed(name)
    if project is None:
        called = " ".join(asked.presets)
        raise InputError(f"the preset {called} assumes no project", hint="name one of a framework, or give the files")
    chosen = pipeline.choose(project, inputs.settings(), inputs.settings)
    if chosen.path:
        raise UndecidedError(f"the app lies in {chosen.path}/", hint="ask for its files there")
    return _found(chosen, "", inputs)


def _all(project: Project, inputs: Sources, app: str | tuple[str, ...] | None) -> tuple[Found, ...]:
    if app is not None:
        raise InputError("--app and --all exclude each other", hint="--app NAME takes one app, --all takes every one")
    wanted = inputs.settings()
    found = [app for app in apps.find(project, wanted, inputs.settings) if not app.is_documentation]
    if not found:  # the folder is the only app, or none
        chosen = pipeline.choose(project, wanted, inputs.settings)
        return (_found(chosen, "" if chosen.project.workspace else chosen.path, inputs),)
    for key in ("name", "port", "start", "main"):
        if wanted.get(key):
            raise InputError(f"--all and {key}: it would hold for every app", hint="--app NAME takes one of them")
    return tuple(_found(chosen, chosen.path, inputs) for chosen in found)


def _found(app: App, folder: str, inputs: Sources, *, is_alone: bool = False) -> Found:
    """APP with its plan; IS_ALONE if it may be one of several."""
    workspace = app.project.workspace
    if workspace and not app.path:  # asked for in the folder of a member
        folder = workspace.path
    called = app.path or folder
    wanted = inputs.settings(called)
    if wanted != inputs.settings():  # what is said of this app alone may change what is found
        app = replace(app, facts=pipeline.detect(app.project, wanted))
    inputs.require(called, wanted)
    app = pipeline.settle(app, wanted)
    try:
        plan = pipeline.decide(app.facts, wanted)
    except RefusedError as error:
        if app.path:  # places are told from the app's folder, and there may be several apps
            error.what = f"{app.path}: {error.what}"
        raise
    misfits = inputs.misfits(called, app.facts)
    plan = replace(plan, warnings=(*plan.warnings, *misfits)) if misfits else plan
    layers = inputs.layers() if inputs.has_own else None
    made = Found(inputs.root, app.context, folder, app.facts, plan, app.project.notes, layers, inputs.presets(called))
    made = replace(made, app=called, file=wanted.value("file"), wanted=wanted, place=folder if is_alone else "")
    names = _companions(wanted, inputs.settings() if made.place else NOTHING)
    return _with_companions(made, names) if names else made


def _companions(wanted: Settings, of_all: Settings) -> tuple[str, ...]:
    """The companions that are WANTED, but for those that dockgen.yaml wants once for all apps (OF_ALL)."""
    asked, shared = wanted.get("with"), of_all.get("with")
    if asked and asked == shared and asked.source == sources.FILE:
        return ()
    return tuple(wanted.value("with").split())


def told(found: Found, *, asked: bool = False) -> list[str]:
    """What the scan left out, what the plan and the guard rails warn of, and guesses, unless the user was ASKED."""
    guesses = () if asked else doubts.find(found.facts, found.plan)
    said = (*found.notes, *found.plan.warnings, *found.broken, *map(str, guesses))
    return [one_line(warning, 400) for warning in said]


def render(found: Found) -> tuple[Artifact, ...]:
    """The files of an app."""
    return rendered(found)[1]


def rendered(found: Found) -> tuple[Found, tuple[Artifact, ...]]:
    """The files of an app, and the app with what the guard rails say of them."""
    from dockgen import rendering  # noqa: PLC0415  (start-up time)

    made = rendering.make(found.plan, layers=found.layers, folder=found.folder, context=found.context, file=found.file)
    return replace(found, broken=made.warnings) if made.warnings else found, made.files


def _with_companions(found: Found, names: tuple[str, ...]) -> Found:
    """FOUND with the companions NAMES, whose files its build does not see."""
    from dockgen.companions import table  # noqa: PLC0415  (start-up time: only where they are wanted)
    from dockgen.plans import Choice, IgnoreGroup  # noqa: PLC0415

    below = f"{found.context}/" if found.context else ""
    files = table.files(names)
    paths = [f"{found.place}/{file.path}".lstrip("/") for file in files if not file.each]
    inside = [path.removeprefix(below) for path in paths if path.startswith(below)]
    lines = [pattern for group in found.plan.ignore for pattern in group.patterns]
    hidden = tuple(path for path in inside if not is_ignored(path, lines) and path not in found.plan.sources)
    hidden += tuple(f"**/{file.path}" for file in files if file.each)  # those of other apps as well
    ignore = (*found.plan.ignore, *([IgnoreGroup(title="companions", patterns=hidden)] if hidden else []))
    told = [(key, said) for key in ("with", "image") if (said := found.wanted.get(key)) and said.value]
    made = (Choice(key=k, value=s.value, source=s.source, reason=s.reason, confidence=s.confidence) for k, s in told)
    plan = replace(found.plan, ignore=ignore, choices=(*found.plan.choices, *made))
    return replace(found, plan=plan, companions=names)


def compare_all(found: Sequence[Found]) -> tuple[tuple[Found, tuple[Change, ...]], ...]:
    """What writing the files of each app would change, and the app with what the guard rails say.

    The companions, which are about all of them, stand with the first.
    """
    return tuple((one, compared(one, files)) for one, files in rendered_all(found))


def rendered_all(found: Sequence[Found]) -> tuple[tuple[Found, tuple[Artifact, ...]], ...]:
    """The files of each app, and the app with what the guard rails say; the companions stand with the first."""
    first, *others = map(rendered, found)
    one, files = first
    said, made = companions(found)
    return (replace(one, broken=(*one.broken, *said)), (*files, *made)), *others


def companions(found: Sequence[Found]) -> tuple[tuple[str, ...], tuple[Artifact, ...]]:
    """What the guard rails say of the companions that any of the apps FOUND wants, and their files."""
    names = _names(found)
    if not names:
        return (), ()
    from dockgen.companions import printing  # noqa: PLC0415  (start-up time: only where they are wanted)

    made = printing.make(_bundle(found, names), names, layers=found[0].layers)
    return made.warnings, made.files


def companion_origins(found: Sequence[Found]) -> dict[str, tuple[Origin | None, ...]]:
    """What printed each line of the companions that any of the apps FOUND wants, by their paths."""
    from dockgen.companions import printing  # noqa: PLC0415

    names = _names(found)
    return printing.origins(_bundle(found, names), names, layers=found[0].layers)


def _names(found: Sequence[Found]) -> tuple[str, ...]:
    """The companions that any of the apps FOUND wants."""
    return tuple(dict.fromkeys(name for one in found for name in one.companions))


def _bundle(found: Sequence[Found], names: tuple[str, ...]) -> Bundle:
    """What the templates of the companions NAMES print."""
    from pathlib import PurePath  # noqa: PLC0415  (start-up time)

    from dockgen.companions import bundle  # noqa: PLC0415  (start-up time: only where they are wanted)
    from dockgen.rendering import names as paths  # noqa: PLC0415

    each = [
        bundle.App(
            facts=one.facts,
            plan=one.plan,
            folder=one.folder,
            context=one.context,
            dockerfile=paths(one.folder, one.context, one.file)[0],
            image=one.wanted.value("image"),
        )
        for one in found
    ]
    at = found[0].place if len(found) == 1 else ""
    name = found[0].plan.about.name if len(found) == 1 else PurePath(found[0].root).name
    return bundle.make(each, name=name, at=at, wanted=names)


def compared(found: Found, artifacts: Sequence[Artifact]) -> tuple[Change, ...]:
    """What writing the ARTIFACTS of an app would change."""
    from pathlib import Path  # noqa: PLC0415  (start-up time)

    from dockgen import changes, writer  # noqa: PLC0415

    return changes.compare(artifacts, writer.on_disk(Path(found.root), [a.path for a in artifacts]))
