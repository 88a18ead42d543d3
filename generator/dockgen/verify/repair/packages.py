"""Settings that add packages of the system to an image, by the names that its system has for them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen.bases import packages as alpine
from dockgen.verify.repair import libraries

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockgen.verify.repair.model import Case

_SUITE = re.compile(r":[^:@]*?-(trixie|bookworm|bullseye)\b")


def adding(case: Case, *, build: Iterable[str] = (), run: Iterable[str] = ()) -> tuple[str, ...]:
    """Settings that add the packages, which are named as in Debian 13; () if the image has them all already."""
    runtime = case.plan.runtime
    sets = (*_setting(case, "apt.build", build, case.plan.build.apt), *_setting(case, "apt.run", run, runtime.apt))
    added = any(s.startswith("apt.run=") for s in sets)
    is_bare = runtime.system == "none" and case.plan.stack != "go"  # Go's leaves distroless by itself
    is_other = runtime.system == "alpine" and any(alpine.renamed(p) is None for p in (*build, *run))
    return ("base=slim", *sets) if (is_bare and added) or is_other else sets


def _setting(case: Case, key: str, wanted: Iterable[str], there: tuple[str, ...]) -> tuple[str, ...]:
    names = tuple(wanted)
    if case.plan.runtime.system == "alpine" and (found := [alpine.renamed(p) for p in names]) and None not in found:
        new = {n for each in found for n in each or ()} - {*there}
        return (f"{key}={' '.join(sorted({*there, *new} - {'tini'}))}",) if new else ()
    image = case.plan.runtime.image if case.plan.stack != "go" else "golang:1-trixie"
    suite = _SUITE.search(image)
    new = {libraries.on(suite[1] if suite else "trixie", p) for p in names} - {*there}
    return (f"{key}=+{' '.join(sorted(new))}",) if new else ()
