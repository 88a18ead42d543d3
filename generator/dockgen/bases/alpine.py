"""Alpine: musl instead of glibc, apk instead of apt."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import probes, process, releases, values
from dockgen.bases import packages
from dockgen.bases.common import language, mapped, together
from dockgen.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockgen.facts import Facts
    from dockgen.plans import Plan

LINES = {"node": releases.NODE, "python": releases.PYTHON, "golang": releases.GO}


def alpine(plan: Plan, facts: Facts) -> Plan:  # noqa: ARG001
    """Alpine: musl instead of glibc, apk instead of apt."""
    compiles = plan.stack != "go" or plan.build.cgo
    names = Names(plan)
    build = plan.build
    if compiles:
        build = mapped(build, {"image": names.image, "bun_image": names.image})
        compiler = ("build-base",) if plan.stack == "go" else ()  # Debian's image of Go has one, Alpine's has not
        found = together(names.packages("apt.build", build.apt), compiler)
        build = replace(build, apt=found, suite=f"alpine{releases.ALPINE}")
    was = plan.runtime
    apt = names.packages("apt.run", was.apt)
    runtime = replace(
        was,
        image=names.image(was.image) if plan.stack != "go" else f"alpine:{releases.ALPINE}",
        system="alpine",
        apt=apt,
        entrypoint=tuple(w if w != process.TINI["debian"] else process.TINI["alpine"] for w in was.entrypoint or ())
        or None,
        health=_probe(plan) if was.health and was.health[0] == "perl" else was.health,
    )
    warnings = _of_musl(plan)
    dev = plan.dev
    if dev and compiles:
        dev = mapped(dev, {"image": names.image})
        dev = replace(dev, apt=names.packages("apt.build", dev.apt), suite=f"alpine{releases.ALPINE}", system="alpine")
    return replace(plan, build=build, dev=dev, runtime=runtime, warnings=(*plan.warnings, *warnings))


class Names:
    """Debian's names on Alpine; what the user set is Alpine's already."""

    def __init__(self, plan: Plan) -> None:
        self._given = {c.key for c in plan.choices if c.source != "detected"}

    def image(self, ref: str) -> str:
        """The image on Alpine that has the same program as REF; a stage's name is left as it is."""
        name, _, tag = ref.partition(":")
        if name == "nginxinc/nginx-unprivileged":
            return f"{name}:{releases.NGINX}-alpine{releases.NGINX_ALPINE}-slim"
        if name == "oven/bun":
            return f"{name}:{tag.removesuffix('-slim')}-alpine"
        name, line = language(ref)
        if not name:
            return ref
        release = releases.by_line(LINES[name], line)
        is_patch = name == "python" and re.match(r"\d+\.\d+\.\d", tag)
        if not release or not release.is_supported or is_patch:
            raise InputError(
                f"there is no image of {ref.partition('-')[0]} on Alpine {releases.ALPINE}",
                hint="--base slim, or a release that has support",
            )
        return f"{name}:{line}-alpine{releases.ALPINE}"

    def packages(self, key: str, names: Iterable[str]) -> tuple[str, ...]:
        """The packages NAMES of Debian, by Alpine's names. InputError for one that is not known there."""
        if key in self._given:
            return tuple(names)
        found: list[str] = []
        for name in names:
            known = packages.renamed(name)
            if known is None:
                raise InputError(
                    f"it is not known which package of Alpine brings what {name} brings on Debian",
                    hint=f"--set {key}='…' with Alpine's names, or --base slim",
                )
            found += known
        return tuple(sorted({values.apt_package(n) for n in found}))


def _of_musl(plan: Plan) -> tuple[str, ...]:
    if plan.stack != "python" or plan.build.is_locked:
        return ()
    return (
        "Alpine has another C library (musl): what has no wheel for it is compiled; --set apt.build=build-base helps",
    )


def _probe(plan: Plan) -> tuple[str, ...] | None:
    """What Debian's Perl asks, asked by Alpine's BusyBox."""
    asked = next((c.value for c in reversed(plan.choices) if c.key == "health"), probes.TCP)
    return probes.busybox(asked, plan.runtime.port or 0)
