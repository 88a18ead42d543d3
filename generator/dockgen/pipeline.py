"""scan → detect → decide → render, as functions that hand one value on to the next."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import apps, bases, sensitive, stacks, support
from dockgen.apps import App
from dockgen.errors import UndecidedError, UnsupportedError
from dockgen.plan import Style
from dockgen.project import above, scan
from dockgen.stacks import workspaces

if TYPE_CHECKING:
    from dockgen.facts import Facts
    from dockgen.plan import Plan
    from dockgen.project import Project
    from dockgen.settings import Settings


def look(directory: str | os.PathLike[str]) -> tuple[str, Project]:
    """The folder that paths are relative to, and the view of DIRECTORY: a member of a workspace is seen from its root.

    InputError if DIRECTORY is no readable folder.
    """
    for root, path, marks in above(directory, workspaces.MARKERS):
        if any(d.covers(path) for d in workspaces.declarations(marks)):
            whole = scan(root)
            if (workspace := workspaces.of(whole, path)) is not None:
                return root, whole.within(path, workspace)
    return os.path.realpath(directory), scan(directory)


def choose(project: Project, settings: Settings) -> App:
    """The app that PROJECT is, or the only one that lies in it.

    UndecidedError if it is nothing that can be run, or if only the user can choose.
    """
    try:
        return App(path="", project=project, facts=detect(project, settings))
    except UndecidedError as why:
        if isinstance(why, UnsupportedError) or project.workspace or settings.get("stack") or apps.is_library(project):
            raise
        return apps.pick(project, apps.find(project, settings), why)


def detect(project: Project, settings: Settings) -> Facts:
    """What PROJECT is. UndecidedError if it is nothing that can be run."""
    stack = stacks.choose(project, settings)
    return stacks.detect(project, stack, settings)


def decide(facts: Facts, settings: Settings) -> Plan:
    """What to build for FACTS. UndecidedError if something is missing that only the user can say.

    RefusedError if the project pins what ships to a release without security fixes, and the user does not allow it.
    """
    style = Style(
        comments=settings.choice("comments"),
        syntax=settings.choice("syntax") == "yes",
        versions=settings.choice("versions"),
        builder=settings.choice("builder"),
    )
    plan = bases.apply(replace(stacks.decide(facts, settings), style=style), facts, settings)
    found = sensitive.warnings(facts.sensitive, (line for group in plan.ignore for line in group.patterns))
    plan = replace(plan, warnings=(*plan.warnings, *found))
    if not facts.ended:
        return plan
    if plan.kind != "static" and settings.choice("allow-eol") == "no":
        support.require(facts.ended)
    return replace(plan, notes=tuple(support.comment(e) for e in facts.ended if e.is_used))
