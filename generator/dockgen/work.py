"""From a folder to its changes: the steps that the commands and the Python API share."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import apps, doubts, pipeline, sources
from dockgen.errors import InputError, RefusedError, UndecidedError
from dockgen.patterns import is_ignored
from dockgen.records import dataclass
from dockgen.settings import NOTHING, OWN
from dockgen.values import one_line

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dockgen.apps import App
    from dockgen.changes import Change
    from dockgen.companions.bundle import Bundle
    from dockgen.facts import Facts
    from dockgen.plans import Choice, IgnoreGroup, Plan
    from dockgen.presets import Found as Preset
    from dockgen.project import Project
    from dockgen.rendering import Artifact
    from dockgen.settings import Setting, Settings
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
    kept: tuple[str, ...] = ()  # those of them that nobody names: files of them are there
    asked: tuple[tuple[str, str], ...] = ()  # what no file of the project says

    @property
    def dockerfile(self) -> str:
        """The path of its Dockerfile, from the root."""
        from dockgen.rendering import names  # noqa: PLC0415  (start-up time)

        return names(self.folder, self.context, self.file)[0]


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
    names = (app,) if isinstance(app, str) else app or ()
    if every:
        return _all(project, inputs, names)
    if names and names != (".",):
        return _named(project, inputs, names)
    if (assumed := inputs.assumed()) and pipeline.is_empty(project, wanted):
        found = _found(pipeline.choose(assumed, wanted), "", inputs)
        note = f"there is no project here yet: this is for the one that the preset assumes ({', '.join(assumed.files)})"
        return (replace(found, notes=(note,)),)
    chosen = pipeline.choose(project, wanted, inputs.settings)
    if chosen.project.workspace:
        return (_found(chosen, "", inputs, is_part=True, is_alone=True),)
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


def _named(project: Project, inputs: Sources, names: tuple[str, ...]) -> tuple[Found, ...]:
    """The apps with these NAMES, in the order in which they were found."""
    there = apps.find(project, inputs.settings(), inputs.settings)
    paths = {apps.named(there, name).path for name in names}
    chosen = [each for each in there if each.path in paths]
    if len(chosen) > 1:
        _require_shareable(inputs, "several apps")
    return tuple(_found(each, each.path, inputs, is_part=True, is_alone=len(chosen) == 1) for each in chosen)


def _all(project: Project, inputs: Sources, names: tuple[str, ...]) -> tuple[Found, ...]:
    if names:
        raise InputError("--app and --all exclude each other", hint="--app NAME takes one app, --all takes every one")
    wanted = inputs.settings()
    found = [app for app in apps.find(project, wanted, inputs.settings) if not app.is_documentation]
    if not found:  # the folder is the only app, or none
        chosen = pipeline.choose(project, wanted, inputs.settings)
        return (_found(chosen, "" if chosen.project.workspace else chosen.path, inputs),)
    _require_shareable(inputs, "--all")
    return tuple(_found(chosen, chosen.path, inputs) for chosen in found)


def _require_shareable(inputs: Sources, those: str) -> None:
    """InputError if a setting that one app has for itself is wanted for all of THOSE."""
    for key in OWN:
        if inputs.settings().get(key) and not inputs.is_recalled("", key):
            raise InputError(f"{those} and {key}: it would hold for every app", hint="--app NAME takes one of them")


def _found(app: App, folder: str, inputs: Sources, *, is_part: bool = False, is_alone: bool = False) -> Found:
    """APP with its plan; IS_PART if there may be other apps, IS_ALONE if it is then the only one that is asked for."""
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
    if inputs.root:
        made = replace(made, asked=inputs.asked(called), broken=inputs.lost(called))
    shared = inputs.settings() if is_part and folder else NOTHING
    return _with_companions(made, inputs.settings(), shared, is_closed=inputs.is_closed(wanted))


def _companions(wanted: Settings, of_all: Settings) -> tuple[str, ...]:
    """The companions that are WANTED, but for those that dockgen.yaml wants once for all apps (OF_ALL)."""
    asked, shared = wanted.get("with"), of_all.get("with")
    if asked and (asked.source == sources.THERE or (asked == shared and asked.source == sources.FILE)):
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

    made = rendering.make(
        found.plan,
        layers=found.layers,
        folder=found.folder,
        context=found.context,
        file=found.file,
        asked=found.asked,
    )
    return replace(found, broken=(*found.broken, *made.warnings)) if made.warnings else found, made.files


def _with_companions(found: Found, of_all: Settings, shared: Settings, *, is_closed: bool) -> Found:
    """FOUND with the companions that are wanted for it. Its build sees no file of theirs, nor of those for all apps.

    OF_ALL are the settings of the root. Those that are there are wanted as well, unless the list IS_CLOSED.
    """
    asked = found.wanted.get("with")
    if not asked and not found.wanted.value("with"):
        return found
    names, at_root, beside = _companions(found.wanted, shared), list[str](), list[str]()
    if (said := of_all.get("with")) and said.source == sources.FILE:
        at_root += said.value.split()
    if found.root:
        from dockgen import lock  # noqa: PLC0415  (start-up time: only where they are wanted)
        from dockgen.companions import bundle  # noqa: PLC0415

        label = bundle.label(found.plan.about.name)
        beside += lock.companions(found.root, found.folder, found.folder, label).values()
        there = list(lock.companions(found.root, "", found.folder).values())
        at_root += there
        named = names
        names = names if is_closed else tuple(dict.fromkeys([*names, *(beside if found.place else there)]))
        found = replace(found, kept=tuple(name for name in names if name not in named))
    places = ((found.place, names), ("", tuple(at_root)), (found.folder, tuple(beside)))
    plan = replace(found.plan, ignore=_hiding(found, places))
    wanted = found.wanted
    if asked and names:
        wanted = replace(wanted, given={**wanted.given, "with": replace(asked, value=" ".join(names))})
        plan = replace(plan, choices=(*plan.choices, *_beside(wanted)))
    return replace(found, plan=plan, companions=names, wanted=wanted)


def _beside(wanted: Settings) -> Iterator[Choice]:
    """What was WANTED of companions, as decisions."""
    for key in ("with", "image"):
        if (said := wanted.get(key)) and said.value:
            yield choice(key, said)


def choice(key: str, said: Setting[str]) -> Choice:
    """What was SAID of KEY, as a decision."""
    from dockgen.plans import Choice  # noqa: PLC0415  (start-up time)

    return Choice(key=key, value=said.value, source=said.source, reason=said.reason, confidence=said.confidence)


def _hiding(found: Found, places: Sequence[tuple[str, tuple[str, ...]]]) -> tuple[IgnoreGroup, ...]:
    """The lines of FOUND's .dockerignore, with those that hide the companions named for each of PLACES from it."""
    from dockgen.companions import bundle, table  # noqa: PLC0415
    from dockgen.plans import IgnoreGroup  # noqa: PLC0415

    label = bundle.label(found.plan.about.name)
    below = f"{found.context}/" if found.context else ""
    lines = [pattern for group in found.plan.ignore for pattern in group.patterns]
    hidden: dict[str, None] = {}
    files = table.files(tuple(name for _, names in places for name in names))
    for file in (file for file in files if not file.each):
        for place in (place for place, names in places if file in table.files(names)):
            path = table.path(file, place, label)
            inside = path.removeprefix(below)
            if path and path.startswith(below) and not is_ignored(inside, lines) and inside not in found.plan.sources:
                hidden[inside] = None
    hidden |= {f"**/{file.path}": None for file in files if file.each}  # those of other apps as well
    group = IgnoreGroup(title="companions", patterns=tuple(hidden))
    return (*found.plan.ignore, group) if hidden else found.plan.ignore


def compare_all(found: Sequence[Found]) -> tuple[tuple[Found, tuple[Change, ...]], ...]:
    """What writing the files of each app would change, and the app with what the guard rails say.

    The companions, which are about all of them, stand with the first.
    """
    return tuple((one, compared(one, files)) for one, files in rendered_all(found))


def decisions(found: Found) -> tuple[Choice, ...]:
    """What the files of FOUND are made from: the decisions of its plan, and the databases that it needs."""
    from dockgen.settings import detected  # noqa: PLC0415  (start-up time)

    return (*found.plan.choices, *(choice("store", detected(need.store)) for need in found.facts.stores))


def leftovers(found: Sequence[Found], written: Iterable[str]) -> tuple[str, ...]:
    """The files that dockgen wrote where those of FOUND would lie, and that are none of WRITTEN.

    They are those of companions, and of the usual names if dockgen.yaml gives the Dockerfile another.
    """
    from dockgen import lock  # noqa: PLC0415  (start-up time)
    from dockgen.companions import bundle  # noqa: PLC0415
    from dockgen.rendering import names  # noqa: PLC0415

    there: dict[str, str] = {}
    for one in found:
        named = one.wanted.get("file")
        if named and named.source == sources.FILE and "file" not in dict(lock.asked(f"{one.root}/{one.folder}")[1]):
            there |= {path: "" for path in names(one.folder, one.context) if lock.is_ours(f"{one.root}/{path}")}
        there |= lock.companions(one.root, one.place, one.folder, bundle.label(one.plan.about.name))
    known = set(written)
    return tuple(path for path in there if path not in known)


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
    return (*made.warnings, *_shadowing(found[0].root, made.files)), made.files


def _shadowing(root: str, files: Sequence[Artifact]) -> Iterator[str]:
    """A warning for each of FILES that hides one of somebody else in ROOT ("": there is no folder)."""
    from pathlib import Path  # noqa: PLC0415  (start-up time)

    from dockgen import writer  # noqa: PLC0415
    from dockgen.companions import advice  # noqa: PLC0415

    for file in files:
        if root and (there := writer.existing(Path(root), advice.hidden(file.path))):
            yield advice.of_hidden(file.path, there)


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

    each = [
        bundle.App(
            facts=one.facts,
            plan=one.plan,
            folder=one.folder,
            context=one.context,
            dockerfile=one.dockerfile,
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

    made = changes.compare(artifacts, writer.on_disk(Path(found.root), [a.path for a in artifacts]))
    if not found.kept:
        return made
    from dockgen.companions import table  # noqa: PLC0415

    # One file of a companion was ejected: nobody asks for it any more, while another of its files is kept.
    return tuple(c for c in made if c.kind != "foreign" or table.named(c.path) not in found.kept)
