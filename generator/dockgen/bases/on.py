"""The bases by the names that the setting `base` has for them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import releases
from dockgen.bases.alpine import alpine
from dockgen.bases.bare import chainguard, distroless
from dockgen.bases.common import ALWAYS, CREATED, together

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dockgen.facts import Facts
    from dockgen.plan import Plan


def slim(plan: Plan, facts: Facts) -> Plan:  # noqa: ARG001
    """Debian's slim image, which all but Go programs stand on anyway."""
    if "/distroless/" not in plan.runtime.image:
        return plan
    runtime = replace(
        plan.runtime,
        image=f"debian:{releases.DEBIAN_SUITE}-slim",
        system="debian",
        account=CREATED,
        apt=together(plan.runtime.apt, ALWAYS),
    )
    return replace(plan, runtime=runtime)


BASES: Mapping[str, Callable[[Plan, Facts], Plan]] = {
    "slim": slim,
    "alpine": alpine,
    "distroless": distroless,
    "chainguard": chainguard,
}
