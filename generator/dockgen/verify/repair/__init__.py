"""What a failure comes from, and which setting would mend it: a table of causes, matched against what was printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen import settings, values
from dockgen.errors import InputError
from dockgen.verify import reading
from dockgen.verify.repair import table
from dockgen.verify.repair.model import Case
from dockgen.verify.results import Proposal

if TYPE_CHECKING:
    from dockgen.facts import Facts
    from dockgen.plans import Plan
    from dockgen.verify.repair.model import Cause, Match, Remedy
    from dockgen.verify.results import Failure

_PACKAGES = settings.PACKAGES


def propose(failure: Failure, facts: Facts, plan: Plan) -> Proposal | None:
    """The first cause in the table that fits FAILURE, of an image made for FACTS by PLAN, and what would mend it.

    None if it is none of them. What a log says is hostile: a remedy with a setting that is none is dropped.
    """
    case = Case(failure=failure, facts=facts, plan=plan)
    for cause in table.CAUSES:
        if failure.step in cause.steps:
            for place in cause.places(case.log):
                remedy = cause.make(case, place)
                if remedy and (made := _proposal(cause, place, remedy)):
                    return made
    return None


def _proposal(cause: Cause, place: Match, remedy: Remedy) -> Proposal | None:
    """REMEDY with the line that speaks for it; None if one of its settings is none."""
    try:
        for each in remedy.sets:
            _check(each)
    except InputError:
        return None
    line = reading.line_of(place) if cause.patterns else ""
    said = f"{remedy.said}: {line}" if line else remedy.said
    return Proposal(
        cause=cause.id, said=values.one_line(said, 300), sets=remedy.sets, hint=values.one_line(remedy.hint, 300)
    )


def _check(setting: str) -> None:
    """InputError if SETTING, KEY=VALUE, is not one that may stand in dockgen.yaml."""
    key, _, value = setting.partition("=")
    settings.checked(settings.named(key, "a proposal"), value, "a proposal")
    if key in _PACKAGES:
        for name in value.removeprefix("+").split():
            values.apt_package(name)
    if key in ("start", "build"):
        values.words(value, key)
    if key == "version":
        values.version(value)
    if key == "health" and value not in ("tcp", "none"):
        values.request_target(value)
    if key == "main":
        values.path(value.removeprefix("./") or ".")
