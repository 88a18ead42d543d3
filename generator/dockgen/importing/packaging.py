"""Which packages of the system an old file speaks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen import confidence, settings
from dockgen.errors import InputError
from dockgen.importing import packages
from dockgen.importing.model import Proposal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.importing.case import Case
    from dockgen.importing.model import Package


def propose(case: Case) -> Iterator[Proposal | None]:
    if case.is_static:
        return
    for key, wanted, chosen in _sorted(case):
        if chosen:
            names = packages.spaced(n for p in chosen for n in _names(case, p) or ())
            line = min(p.line for p in chosen)
            why = (
                "installs them" if wanted else "what fetches, unpacks or looks into something, or comes from elsewhere"
            )
            if names:
                yield _proposal(case, key, names, line, why, wanted=wanted)


def _proposal(case: Case, key: str, names: str, line: int, why: str, *, wanted: bool) -> Proposal | None:
    choice = case.choices.get(key)
    if choice and choice.confidence == confidence.ASKED:
        wanted = False
    try:
        value = settings.checked(key, f"+{names}", case.old.path)
    except InputError:
        return None
    return Proposal(key=key, value=value, reason=why, where=case.old.where(line), wanted=wanted)


def _names(case: Case, package: Package) -> tuple[str, ...] | None:
    """PACKAGE by the names of our image's system, without what that has already; None if it is not known."""
    is_alpine = bool(case.found) and case.found.plan.runtime.system == "alpine" if case.found else False
    found = (packages.of_alpine if is_alpine else packages.of_debian)(package.name, package.tool)
    return None if found is None else tuple(n for n in found if n not in _there(case))


def _there(case: Case) -> frozenset[str]:
    if not case.found:
        return frozenset()
    plan = case.found.plan
    return frozenset((*plan.runtime.apt, *getattr(plan.build, "apt", ())))


def unmapped(case: Case) -> tuple[Package, ...]:
    """The packages that have no name on our image's system."""
    return tuple(p for p in case.old.packages if not packages.is_of_language(p.name) and _names(case, p) is None)


def _sorted(case: Case) -> Iterator[tuple[str, bool, list[Package]]]:
    """The packages for each key, those that are wanted and those that are told."""
    own = [p for p in case.old.packages if not packages.is_of_language(p.name)]
    aside = packages.FETCHERS | packages.TOOLS
    builds = [p for p in own if packages.only_builds(p.name) or p.removed or not p.ships]
    runs = [p for p in own if p not in builds]
    yield "apt.build", True, [p for p in builds if p.name not in aside and not p.outside]
    yield "apt.run", True, [p for p in runs if p.name not in aside and not p.outside]
    doubtful = [p for p in runs if (p.name in aside - {"ca-certificates"} or p.outside)]
    yield "apt.run", False, [p for p in doubtful if p.name not in packages.FETCHERS or p.outside or not p.alone]
