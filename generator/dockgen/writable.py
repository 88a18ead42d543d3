"""The setting `writable`: folders of the image that belong to the app, each a volume."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import values
from dockgen.errors import InputError
from dockgen.plans import Choice

if TYPE_CHECKING:
    from dockgen.plans import Plan
    from dockgen.settings import Settings


def apply(plan: Plan, settings: Settings) -> Plan:
    """PLAN with the folders that SETTINGS ask for. InputError if nothing in its image can make or write them."""
    given = settings.get("writable")
    if not given or not given.value:
        return plan
    runtime = plan.runtime
    if plan.stack == "static" or plan.kind == "static":
        raise InputError("writable: a site is read, and writes nothing", where=given.reason)
    asked = tuple(dict.fromkeys(values.folder(f, runtime.workdir) for f in given.value.split()))
    folders = tuple(f for f in asked if not _has(runtime.volumes, f))
    chosen = Choice(
        key="writable", value=" ".join(asked), source=given.source, reason=given.reason, confidence=given.confidence
    )
    plan = replace(plan, choices=(*plan.choices, chosen))
    volumes = tuple(sorted((*runtime.volumes, *folders)))
    if plan.stack == "go":
        state = (*plan.build.state, *(f for f in folders if f not in plan.build.state))
        return replace(plan, build=replace(plan.build, state=state), runtime=replace(runtime, volumes=volumes))
    if runtime.system != "none":
        return replace(plan, runtime=replace(runtime, writable=folders, volumes=volumes))
    empty = runtime.empty or _last_stage(plan)
    if not empty:
        raise InputError(
            "writable: no stage of the build can make the folders, and the base image has no shell that could",
            where=given.reason,
            hint="--base slim",
        )
    return replace(plan, runtime=replace(runtime, folders=(*runtime.folders, *folders), empty=empty, volumes=volumes))


def _has(volumes: tuple[str, ...], folder: str) -> bool:
    return any(f"{folder}/".startswith(f"{v}/") for v in volumes)


def _last_stage(plan: Plan) -> str:
    """The stage that builds last, in whose /mnt nothing lies; "" if nothing is built."""
    if plan.stack == "node":
        return str(plan.build.stages[-1].name) if plan.build.stages else ""
    return "build" if plan.build.install != "none" else ""
