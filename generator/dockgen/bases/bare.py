"""Images without a shell: an interpreter and nothing else (distroless, Chainguard)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dockgen import process, releases, values
from dockgen.bases.alpine import Names
from dockgen.bases.common import ALWAYS, account, language, mapped
from dockgen.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockgen.facts import Facts
    from dockgen.plans import Plan

INTERPRETERS = {"distroless": "/nodejs/bin/node", "chainguard": "/usr/bin/node"}
_WITHOUT_SHELL = "has no shell and no package manager"


def distroless(plan: Plan, facts: Facts) -> Plan:
    """Google's images: the interpreter, its libraries, and nothing else."""
    runtime = plan.runtime
    if plan.stack == "go":
        if "/distroless/" in runtime.image:
            return plan
        raise _lacks(plan, "distroless", runtime.apt)
    if runtime.image.startswith("nginxinc/"):
        raise InputError("there is no distroless image of nginx", hint="--base alpine or --base chainguard")
    name, line = language(runtime.image)
    if name not in ("node", "python"):
        raise InputError(f"there is no distroless image for {runtime.image}", hint="--base slim or --base alpine")
    if name == "node":
        if line not in releases.DISTROLESS_NODE:
            raise InputError(
                f"there is no distroless image of Node {line}", hint=f"one of {', '.join(releases.DISTROLESS_NODE)}"
            )
        image = f"gcr.io/distroless/nodejs{line}-{releases.DISTROLESS_SUITE}:nonroot"
    else:
        if line != releases.DISTROLESS_PYTHON:
            raise InputError(
                f"distroless has Python {releases.DISTROLESS_PYTHON} only, and this is {line}",
                hint=f"--set python={releases.DISTROLESS_PYTHON}, or --base slim",
            )
        image = f"gcr.io/distroless/python3-{releases.DISTROLESS_SUITE}:nonroot"
    return _bare(plan, facts, "distroless", image)


def chainguard(plan: Plan, facts: Facts) -> Plan:
    """Chainguard's free images, of which only `latest` is free: `dockgen pin` makes them reproducible."""
    runtime, name = plan.runtime, plan.stack
    if name == "go":
        if "/distroless/" not in runtime.image:
            raise _lacks(plan, "chainguard", runtime.apt)
        kind = "static" if "/static-" in runtime.image else "glibc-dynamic"
        return _pinned(replace(plan, runtime=replace(runtime, image=f"cgr.dev/chainguard/{kind}:latest")))
    if runtime.image.startswith("nginxinc/"):
        served = replace(
            runtime, image="cgr.dev/chainguard/nginx:latest", system="none", account=account(plan), health=None
        )
        return _pinned(replace(plan, runtime=replace(served, entrypoint=("nginx",), command=("-g", "daemon off;"))))
    name, line = language(runtime.image)
    table = {"node": releases.NODE, "python": releases.PYTHON}
    if name not in table:
        raise InputError(f"Chainguard has no free image for {runtime.image}", hint="--base slim or --base alpine")
    newest = releases.newest(table[name]) or table[name][0]
    if line != newest.line:
        title = name.title()
        raise InputError(
            f"Chainguard's free image has the newest {title} only, {newest.line}, and this is {line}",
            hint=f"--set {name}={newest.line}, or --base slim",
        )
    build = mapped(
        plan.build, {"image": lambda ref: f"cgr.dev/chainguard/{name}:latest-dev" if language(ref)[0] == name else ref}
    )
    build = replace(build, apt=Names(plan).packages("apt.build", build.apt), suite="wolfi", root=True)
    if name == "python":
        build = replace(build, python="/usr/bin/python")
    return _pinned(_bare(replace(plan, build=build), facts, "chainguard", f"cgr.dev/chainguard/{name}:latest"))


def _bare(plan: Plan, facts: Facts, base: str, image: str) -> Plan:
    """PLAN on an image that has an interpreter and nothing else."""
    was = plan.runtime
    without_tini = tuple(p for p in was.apt if p != "tini")
    if without_tini:
        raise _lacks(plan, base, without_tini)
    warnings = list(plan.warnings)
    entrypoint, command = was.entrypoint, was.command
    if entrypoint and entrypoint[0] == process.TINI["debian"]:
        _refuse_asked_tini(plan, base)
        entrypoint = entrypoint[2:] or None
        warnings.append(
            f"nothing in the code handles SIGTERM, and {base} has no tini: start it with `docker run --init`"
        )
    argv = (*(entrypoint or ()), *(command or ()))
    if argv[0] in ("sh", "/bin/sh"):
        raise InputError(
            f"what runs before the app needs a shell, and {base} {_WITHOUT_SHELL}",
            hint="--set migrate=job, or --base slim",
        )
    start, health = _interpreted(plan, base, argv), was.health
    if health and health[0] == "node":
        health = (INTERPRETERS[base], *health[1:])
    folders = _folders(plan, facts, base)
    stages = [s.name for s in plan.build.stages] if plan.stack == "node" else ["build"] * (plan.build.install != "none")
    if folders and not stages:
        raise InputError(
            f"the app writes to folders, no stage of the build can make them, and {base} {_WITHOUT_SHELL}",
            hint="--base slim",
        )
    build = _without_places(plan.build, base)
    runtime = replace(
        was,
        image=values.image(image),
        system="none",
        account=account(plan),
        apt=(),
        entrypoint=start[:1],
        command=start[1:] or None,
        init="",
        health=health,
        folders=folders,
        empty=stages[-1] if folders else "",
    )
    return replace(plan, build=build, runtime=runtime, warnings=tuple(warnings))


def _refuse_asked_tini(plan: Plan, base: str) -> None:
    asked = next((c for c in plan.choices if c.key == "init" and c.source not in ("detected", "default")), None)
    if asked:
        raise InputError(
            f"init=tini: {base} {_WITHOUT_SHELL} that could install tini",
            where=asked.reason,
            hint="--base slim, or leave it to who starts the container: docker run --init",
        )


def _interpreted(plan: Plan, base: str, argv: tuple[str, ...]) -> tuple[str, ...]:
    """ARGV by the path of the image's interpreter. InputError if it starts something else."""
    if plan.stack == "python":
        return argv
    if argv[0] != "node":
        raise InputError(
            f"the app is started by {argv[0]}, and {base} has nothing but Node itself",
            hint="--set start='node FILE', or --base slim",
        )
    return (INTERPRETERS[base], *argv[1:])


def _folders(plan: Plan, facts: Facts, base: str) -> tuple[str, ...]:
    """The folders that the app writes to, as absolute paths. InputError if they need more than to be there."""
    if plan.stack == "python":
        made, more = plan.build.folders, bool(plan.build.links or plan.build.kept)
    else:
        storage = facts.detail.storage
        is_on = bool(plan.build.places)
        made = tuple(f if f[0] == "/" else f"/app/{f}" for f in storage.folders) if is_on else ()
        more = is_on and bool(storage.links or storage.kept)
    if more:
        raise InputError(
            f"the app keeps files among its own, which need a shell to be arranged, and {base} {_WITHOUT_SHELL}",
            hint="--base slim",
        )
    return tuple(made)


def _without_places(build: Any, base: str) -> Any:
    """BUILD without the commands that make folders in the final stage, and for another interpreter."""
    if hasattr(build, "places"):
        return replace(build, places=())
    return replace(build, folders=(), interpreter="/usr/bin/python3" if base == "distroless" else "")


def _lacks(plan: Plan, base: str, packages: Iterable[str]) -> InputError:
    names = " ".join(p for p in packages if p not in ALWAYS)
    return InputError(f"the app needs packages of the system ({names}), and {base} {_WITHOUT_SHELL}",
                      hint=f"--base slim; it is {plan.runtime.image} by itself")  # fmt: skip


def _pinned(plan: Plan) -> Plan:
    told = "Chainguard's free images are `latest` only, which moves: `dockgen pin` fixes what is built on"
    return replace(plan, warnings=(*plan.warnings, told))
