"""The bases by the names that the setting `base` has for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen.bases.alpine import alpine
from dockgen.bases.bare import chainguard, distroless

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dockgen.facts import Facts
    from dockgen.plans import Plan


def slim(plan: Plan, facts: Facts) -> Plan:  # noqa: ARG001
    """Debian's slim image, for which all plans are made: that of a Go program too, if it is asked for."""
    return plan


BASES: Mapping[str, Callable[[Plan, Facts], Plan]] = {
    "slim": slim,
    "alpine": alpine,
    "distroless": distroless,
    "chainguard": chainguard,
}
