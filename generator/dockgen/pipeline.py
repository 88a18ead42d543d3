"""scan → detect → decide → render, as functions that hand one value on to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen import stacks

if TYPE_CHECKING:
    from dockgen.facts import Facts
    from dockgen.plan import Plan
    from dockgen.project import Project
    from dockgen.settings import Settings


def detect(project: Project, settings: Settings) -> Facts:
    """What PROJECT is. UndecidedError if it is nothing that can be run."""
    stack = stacks.choose(project, settings)
    return stacks.detect(project, stack, settings)


def decide(facts: Facts, settings: Settings) -> Plan:
    """What to build for FACTS. UndecidedError if something is missing that only the user can say."""
    return stacks.decide(facts, settings)
