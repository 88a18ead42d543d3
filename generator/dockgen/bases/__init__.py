"""What a plan made for Debian becomes on another base: Alpine, distroless, Chainguard, or Debian where it was not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen.errors import InputError
from dockgen.plans import Choice

if TYPE_CHECKING:
    from dockgen.facts import Facts
    from dockgen.plans import Plan, Runtime
    from dockgen.settings import Settings


def apply(plan: Plan, facts: Facts, settings: Settings) -> Plan:
    """PLAN on the base that SETTINGS ask for, and with its packages upgraded if they ask for that.

    InputError where the app needs something that the base does not have.
    """
    asked, upgrade = settings.get("base"), settings.choice("os-upgrade") == "yes"
    if not asked and not upgrade:
        return plan
    if asked:
        from dockgen.bases import on  # noqa: PLC0415  (start-up time: few ask for another base)

        choice = Choice(key="base", value=asked.value, source=asked.source, reason=asked.reason, confidence=100)
        plan = on.BASES[asked.value](replace(plan, choices=(*plan.choices, choice)), facts)
    return replace(plan, runtime=_upgraded(plan)) if upgrade else plan


def _upgraded(plan: Plan) -> Runtime:
    if plan.runtime.system == "none":
        raise InputError(
            f"os-upgrade: {plan.runtime.image} has no package manager",
            hint="its maker rebuilds it when something is fixed: build again with --pull",
        )
    return replace(plan.runtime, upgrade=True)
