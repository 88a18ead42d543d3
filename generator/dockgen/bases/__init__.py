"""What a plan made for Debian becomes on another base: Alpine, distroless, Chainguard, or Debian where it was not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen.errors import InputError
from dockgen.plans import Choice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockgen.facts import Facts
    from dockgen.plans import Plan, Runtime
    from dockgen.settings import Setting, Settings


def apply(plan: Plan, facts: Facts, settings: Settings) -> Plan:
    """PLAN on the base that SETTINGS ask for, and with its packages upgraded if they ask for that.

    InputError where the app needs something that the base does not have.
    """
    asked, upgrade = settings.get("base"), settings.choice("os-upgrade")
    if asked:
        plan = _on(plan, facts, asked, asked.value.split())
    if upgrade == "no" or (upgrade == "auto" and plan.runtime.system == "none"):
        return plan
    return replace(plan, runtime=_upgraded(plan))


def _on(
    plan: Plan, facts: Facts, asked: Setting[str], names: Sequence[str], failed: tuple[tuple[str, str], ...] = ()
) -> Plan:
    """PLAN on the first base of NAMES that the app can stand on, with a warning of those that FAILED before it.

    InputError of the last if there is none.
    """
    from dockgen.bases import on  # noqa: PLC0415  (start-up time: few ask for another base)

    name, *others = names
    warnings = tuple(f"it stands on {name}, not on {other}: {why}" for other, why in failed)
    rivals = tuple(f"{other} ({why})" for other, why in failed)
    choice = Choice(key="base", value=name, source=asked.source, reason=asked.reason, confidence=100, rivals=rivals)
    told = replace(plan, choices=(*plan.choices, choice), warnings=(*plan.warnings, *warnings))
    try:
        return on.BASES[name](told, facts)
    except InputError as error:
        if not others:
            raise
        return _on(plan, facts, asked, others, (*failed, (name, error.what)))


def _upgraded(plan: Plan) -> Runtime:
    if plan.runtime.system == "none":
        raise InputError(
            f"os-upgrade: {plan.runtime.image} has no package manager",
            hint="its maker rebuilds it when something is fixed: build again with --pull",
        )
    return replace(plan.runtime, upgrade=True)
