"""Plan how a Node project is developed in a container: every dependency beside a mounted source."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import values
from dockgen.dev import Dev, DevCopy, DevStep, named_in
from dockgen.plans import Account
from dockgen.stacks.node import install, layout

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockgen.choices import Chooser
    from dockgen.facts import Facts
    from dockgen.plans import Plan
    from dockgen.stacks.node.development import Development
    from dockgen.stacks.node.model import NodeFacts, Step
    from dockgen.stacks.node.stage import Made

MODULES = "/app/node_modules"
BIN = "/usr/local/bin"


def stage(facts: Facts, plan: Plan, image: str, line: int, pick: Chooser) -> tuple[Dev | None, tuple[str, ...]]:
    """The stage for development on IMAGE, Node's release LINE; or why there is none, as a warning."""
    detail: NodeFacts = facts.detail
    found = detail.development
    if not found or (why := _against(detail, plan.kind, found)):
        return None, (f"there is no target dev: {why}",) if found else ()
    command = found.argv
    if found.script:
        manager = detail.manager.name.value.removesuffix("-berry")
        dashes = ("--",) if manager == "npm" and found.argv else ()
        command = (manager, "run", found.script, *dashes, *found.argv)
    pick.note("dev", command, "detected", str(found.evidence))
    base = next((s.name for s in plan.build.stages if s.name == "base"), "")
    setup = None if base else plan.build.setup
    steps = tuple(_steps(detail, setup, line))
    installs = _installs(detail, line)
    build = plan.build
    made = copies((m for front in build.frontends for m in front.made), "/app")
    env = {} if base else dict(build.env)
    if plan.kind != "static":
        env |= plan.runtime.env
    env |= {"NODE_ENV": "development", "HOME": "/tmp", **found.env}  # noqa: S108  (any user can write there)
    if found.port and not found.is_app:
        env.pop("PORT", None)
    folders = named_in(env, plan.runtime.volumes)
    bun = ("bun", "bunx") if build.bun_image and not base else ()
    folder = posixpath.join("/app", values.path(detail.app.folder)) if detail.app.folder and not found.script else ""
    return Dev(
        image=base or image,
        system=plan.runtime.system if plan.kind != "static" else "debian",
        account=Account(uid=1000, gid=1000),
        folder=folder,
        path=(f"{MODULES}/.bin",),
        env={values.env_name(k): values.text(v, k) for k, v in env.items()},
        apt=tuple(sorted({*build.apt, *found.apt, *(p for p in plan.runtime.apt if p != "tini")})),
        suite=build.suite,
        brought=tuple(DevCopy(stage="bun", source=f"{BIN}/{n}", target=f"{BIN}/{n}") for n in bun),
        steps=steps,
        made=made,
        folders=folders,
        port=values.port(found.port) if found.port else plan.runtime.port if found.is_app else None,
        reload="The source is mounted: what is saved on the host takes effect at once",
        command=tuple(values.text(w, "command for development") for w in command),
        volumes=(*((MODULES,) if installs else ()), *(c.target.rstrip("/") for c in made), *folders),
        sources=tuple(p for step in installs for p in (*step.mounts, *step.copies)),
    ), ()


def _against(detail: NodeFacts, kind: str, found: Development) -> str:
    """Why there is no stage for development; "" if there can be one."""
    if kind in ("cli", "job"):
        return "a program that ends by itself has nothing to load anew"
    if detail.shared or detail.members:
        return "the packages of a workspace share their node_modules, which a mount of the source would hide in part"
    if detail.manager.plug_and_play:
        return "Plug'n'Play keeps its map of the packages among the source, which a mount would hide"
    if found.script and detail.manager.release:
        return "the package manager lies in the project, and the script for development needs it"
    return found.missing


def _whole(detail: NodeFacts) -> bool:
    """True if what is installed needs the source."""
    return layout.needs_source(detail) or bool(layout.generate(detail, ()))


def _installs(detail: NodeFacts, line: int) -> tuple[Step, ...]:
    """The installation; none where there is nothing to install."""
    if not detail.package.all_dependencies:
        return ()
    return (install.install(detail, line, production=False, whole=_whole(detail)),)


def _steps(detail: NodeFacts, setup: Step | None, line: int) -> Iterator[DevStep]:
    """The package manager, then all dependencies, left for any user to write to: some tools cache beside them."""
    if setup:
        yield of(setup)
    for step in _installs(detail, line):
        made = of(step)
        whole = _whole(detail)
        yield replace(
            made,
            copies=(".",) if whole else made.copies,
            commands=(*made.commands, *layout.generate(detail, ()), "chmod -R a+rwX node_modules"),
        )


def copies(made: Iterable[Made], into: str) -> tuple[DevCopy, ...]:
    """The folders that the stages of front-ends make for the server, below the folder INTO."""
    return tuple(
        DevCopy(stage=m.stage, source=f"{m.source}/", target=f"{posixpath.join(into, m.path)}/")
        for m in made
        if m.is_folder
    )


def of(step: Step) -> DevStep:
    """A step of a build stage, as one of the stage for development."""
    return DevStep(
        comment=step.comment,
        copies=step.copies,
        mounts=(
            *(f"type=bind,source={p},target={p}{',rw' if step.writable else ''}" for p in step.mounts),
            *(secret.mount for secret in step.secrets),
            *(
                f"type=cache,id={c.id},target={c.target}{f',sharing={c.sharing}' if c.sharing != 'shared' else ''}"
                for c in step.caches
            ),
        ),
        commands=step.commands,
    )
