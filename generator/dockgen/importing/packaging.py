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

_WHY_NOT = "to fetch, to unpack or to look into something, from elsewhere, or under a condition"


def propose(case: Case) -> Iterator[Proposal | None]:
    """`apt.build` and `apt.run`, what is wanted of each and what is told."""
    if case.is_static:
        return
    for key, wanted, chosen in _sorted(case):
        named = [(n, p.line) for p in chosen for n in _names(case, p, key) or ()]
        if named:
            why = "installs them" if wanted else _WHY_NOT
            names = packages.spaced(name for name, _ in named)
            yield _proposal(case, key, names, min(line for _, line in named), why, wanted=wanted)


def _proposal(case: Case, key: str, names: str, line: int, why: str, *, wanted: bool) -> Proposal | None:
    choice = case.choices.get(key)
    if choice and choice.confidence == confidence.ASKED:
        wanted = False
    try:
        value = settings.checked(key, f"+{names}", case.old.path)
    except InputError:
        return None
    return Proposal(key=key, value=value, reason=why, where=case.old.where(line), wanted=wanted)


def _names(case: Case, package: Package, key: str) -> tuple[str, ...] | None:
    """PACKAGE by the names of our image's system, without what that has already; None if it is not known."""
    is_alpine = case.found is not None and case.found.plan.runtime.system == "alpine"
    found = (packages.of_alpine if is_alpine else packages.of_debian)(package.name, package.tool)
    if key == "apt.run" and found and packages.only_builds(package.name) and not is_alpine:
        found = tuple(packages.RUNTIME[n] for n in found if n in packages.RUNTIME)
    there = _there(case, key)
    return None if found is None else tuple(n for n in found if n not in there and n not in packages.PRESENT)


def _there(case: Case, key: str) -> frozenset[str]:
    """What our image, or the stage that builds, has without being told."""
    if case.found is None:
        return frozenset()
    plan = case.found.plan
    if key == "apt.run":
        has_always = plan.runtime.system == "none" or plan.stack == "python"
        return frozenset((*plan.runtime.apt, *(packages.ALWAYS if has_always else ())))
    image = getattr(plan.build, "image", "")
    is_full = plan.stack == "go" or (bool(image) and "slim" not in image and "alpine" not in image)
    has = (*packages.COMPILERS, *packages.TOOLS) if is_full and plan.runtime.system != "alpine" else ()
    return frozenset((*getattr(plan.build, "apt", ()), *packages.ALWAYS, *has))


def unmapped(case: Case) -> tuple[Package, ...]:
    """The packages that have no name on our image's system."""
    return tuple(p for p in _own(case) if _names(case, p, "apt.run" if p.ships else "apt.build") is None)


def _own(case: Case) -> list[Package]:
    """The packages of the stages that are of the app's language, without what the image has from elsewhere."""
    asks = {"nc": "netcat-openbsd"}.get(case.old.probe.tool, case.old.probe.tool) if case.old.probe else ""
    return [
        p
        for p in case.old.packages
        if not packages.is_of_language(p.name) and p.name != asks and (p.ships or p.language in (case.stack, ""))
    ]


def _sorted(case: Case) -> Iterator[tuple[str, bool, list[Package]]]:
    """The packages for each key, those that are wanted and those that are told."""
    own = [p for p in _own(case) if not p.outside and p.is_sure]
    aside = packages.FETCHERS | packages.TOOLS
    builds = [p for p in own if packages.only_builds(p.name) or p.removed or not p.ships]
    runs = [p for p in own if p.ships and not p.removed]
    yield "apt.build", True, [p for p in builds if p.name not in aside]
    yield "apt.run", True, [p for p in runs if p.name not in aside]
    doubtful = [p for p in runs if p.name in packages.TOOLS or (p.name in packages.FETCHERS and not p.alone)]
    elsewhere = [p for p in _own(case) if (p.outside or not p.is_sure) and p.ships and not packages.only_builds(p.name)]
    yield "apt.run", False, [p for p in (*doubtful, *elsewhere) if p.name not in packages.ALWAYS]
