"""scan → detect → decide → render, as functions that hand one value on to the next."""

from __future__ import annotations

import contextlib
import os
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from dockgen import apps, bases, doubts, packoptions, sensitive, stacks, support, values, writable
from dockgen.apps import App
from dockgen.errors import UndecidedError, UnsupportedError
from dockgen.plans import Choice, Style
from dockgen.project import above, scan
from dockgen.settings import GROUPS, NEEDED
from dockgen.stacks import workspaces

if TYPE_CHECKING:
    from collections.abc import Callable

    from dockgen.facts import Facts
    from dockgen.plans import Plan
    from dockgen.project import Project
    from dockgen.settings import Settings


def look(directory: str | os.PathLike[str]) -> tuple[str, Project]:
    """The folder that paths are relative to, and the view of DIRECTORY: a member of a workspace is seen from its root.

    So is a Go module that needs another one beside it.

    InputError if DIRECTORY is no readable folder.
    """
    for root, path, marks in above(directory, workspaces.MARKERS):
        if any(d.covers(path) for d in workspaces.declarations(marks)):
            whole = scan(root)
            if (workspace := workspaces.of(whole, path)) is not None:
                return root, whole.within(path, workspace)
    project = scan(directory)
    if (steps := workspaces.levels(project)) and (found := next(islice(above(directory, ()), steps - 1, None), None)):
        root, path, _ = found
        whole = scan(root)
        if (workspace := workspaces.of(whole, path)) is not None:
            return root, whole.within(path, workspace)
    return os.path.realpath(directory), project


def choose(project: Project, settings: Settings, of: Callable[[str], Settings] | None = None) -> App:
    """The app that PROJECT is, or the only one that lies in it; there may be settings OF each folder.

    UndecidedError if it is nothing that can be run, or if only the user can choose.
    """
    try:
        app = settle(_alone(project, settings), settings)
    except UndecidedError as why:
        if isinstance(why, UnsupportedError) or project.workspace or settings.get("stack") or apps.is_library(project):
            raise
        return apps.pick(project, apps.find(project, settings, of), why)
    if project.workspace or settings.get("stack") or not (told := apps.untold(project, app, settings)):
        return app
    return replace(app, facts=replace(app.facts, warnings=(*app.facts.warnings, *told)))


def _alone(project: Project, settings: Settings) -> App:
    """The app that PROJECT is, with the user's defaults where detection alone comes to no end."""
    try:
        return App(path="", project=project, facts=detect(project, settings))
    except UndecidedError:
        if (insisting := settings.insisting(NEEDED)) is settings:
            raise
        with contextlib.suppress(UndecidedError):  # it is the user's defaults that do not help then
            return App(path="", project=project, facts=detect(project, insisting))
        raise


def is_empty(project: Project, settings: Settings) -> bool:
    """True if PROJECT is none of any language, and no app lies below it."""
    return not stacks.is_any(project) and not project.workspace and not apps.find(project, settings)


def settle(app: App, settings: Settings) -> App:
    """APP as it is seen with what SETTINGS say by default about things that no file of it says."""
    settled = settings.settled(app.facts)
    return app if settled is settings else replace(app, facts=detect(app.project, settled))


def detect(project: Project, settings: Settings) -> Facts:
    """What PROJECT is. UndecidedError if it is nothing that can be run."""
    stack = stacks.choose(project, settings)
    return stacks.detect(project, stack, settings)


def decide(facts: Facts, settings: Settings) -> Plan:
    """What to build for FACTS. UndecidedError if something is missing that only the user can say.

    RefusedError if the project pins what ships to a release without security fixes, and the user does not allow it.
    """
    settings = settings.settled(facts)
    style = Style(
        comments=settings.choice("comments"),
        syntax=settings.choice("syntax") == "yes",
        versions=settings.choice("versions"),
        builder=settings.choice("builder"),
        registry=settings.value("registry"),
    )
    plan = bases.apply(replace(stacks.decide(facts, settings), style=style), facts, settings)
    plan = packoptions.apply(writable.apply(_with_own(plan, settings), settings), settings)
    found = sensitive.warnings(facts.sensitive, (line for group in plan.ignore for line in group.patterns))
    plan = replace(plan, warnings=(*plan.warnings, *found))
    if settings.choice("guesses") == "refuse":
        _refuse_guesses(facts, plan)
    if not facts.ended:
        return plan
    if plan.kind != "static" and settings.choice("allow-eol") == "no":
        support.require(facts.ended)
    return replace(plan, notes=tuple(support.comment(e) for e in facts.ended if e.is_used))


def _with_own(plan: Plan, settings: Settings) -> Plan:
    """PLAN with the variables, labels and instructions that the user adds, whatever the app is."""
    groups = {name: settings.group(name) for name in GROUPS}
    if file := settings.get("file"):
        chosen = Choice(
            key="file", value=file.value, source=file.source, reason=file.reason, confidence=file.confidence
        )
        plan = replace(plan, choices=(*plan.choices, chosen))
    if not any(groups.values()):
        return plan
    made = tuple(
        Choice(key=f"{name}.{key}", value=values.summary(given.value), source=given.source, reason=given.reason,
               confidence=given.confidence)
        for name, group in groups.items() for key, given in group.items()
    )  # fmt: skip
    own = {name: {key: given.value for key, given in group.items()} for name, group in groups.items()}
    return replace(
        plan,
        runtime=replace(plan.runtime, env={**plan.runtime.env, **own["env"]}),
        labels=own["label"],
        extra=own["extra"],
        choices=(*plan.choices, *made),
    )


def _refuse_guesses(facts: Facts, plan: Plan) -> None:
    """UndecidedError if PLAN has a decision that nothing speaks for."""
    if found := doubts.find(facts, plan):
        raise UndecidedError(
            "not everything could be found out\n" + "\n".join(f"  {doubt}" for doubt in found),
            hint="guesses=allow takes them",
        )
