"""Decide how a front-end is built in a stage of another stack's Dockerfile."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import releases, values
from dockgen.records import dataclass
from dockgen.stacks.node import buildenv, ceilings, install, layout, monorepo, runtime
from dockgen.stacks.node.model import Cache, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.choices import Chooser
    from dockgen.given import Secret
    from dockgen.stacks.node.frontend import Frontend
    from dockgen.stacks.node.model import NodeFacts, Shared

HOME = "/app"  # where the project lies in the stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A file or folder that a stage makes: where it lies there, and its path in the project."""

    stage: str
    source: str
    path: str
    is_folder: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontendStage:
    """What templates/common/frontend.j2 prints; the first six fields are those that node/tools.j2 reads."""

    env: Mapping[str, str]
    workdir: str
    suite: str
    apt: tuple[str, ...]
    bun_image: str | None
    setup: Step | None
    name: str
    comment: str
    image: str
    source: str  # what is copied in, "." for the whole project
    target: str
    source_first: bool  # the installation needs the source
    install: Step
    build_env: Mapping[str, str]
    arguments: Mapping[str, str | None]  # of `docker build`, with their defaults
    build: Step
    made: tuple[Made, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """The paths of the project that the stage copies or mounts by name."""
        named = [self.install.folder + path for path in (*self.install.mounts, *self.install.copies)]
        return (*named, *((self.source,) if self.source != "." else ()))

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """What the stage is given by `docker build --secret` and `--ssh`."""
        return (*self.install.secrets, *self.build.secrets)


def stages(found: tuple[Frontend, ...], pick: Chooser) -> tuple[FrontendStage, ...]:
    """One stage for each front-end, its choices noted."""
    names = ["frontend"] if len(found) == 1 else [f"frontend-{i}" for i in range(1, len(found) + 1)]
    made = []
    for name, front in zip(names, found, strict=True):
        pick.note(name, front.shown, "detected", str(front.where))
        pick.note(f"{name}.version", front.version.value, "detected", front.version.why)
        pick.note(f"{name}.manager", front.node.manager.name.value, "detected", front.node.manager.name.why)
        made.append(_stage(name, front))
    return tuple(made)


def _stage(name: str, front: Frontend) -> FrontendStage:
    node, line = front.node, front.version.value
    folder = _below(front).rstrip("/")
    workdir = posixpath.join(HOME, folder).rstrip("/")
    manager = node.manager.name.value
    release = releases.by_line(releases.NODE, line)
    image = values.image(runtime.image(line, node.said))
    legacy = int(line) >= layout.OPENSSL_3 and ceilings.hashes_with_md4(node.package, node.manager.resolved)
    steps = _in_workspace(front, node.shared, image) if node.shared and front.scripts else _alone(front, workdir)
    return FrontendStage(
        env={**install.MANAGERS[manager].env, **install.permissions(node, int(line)), **node.native.env},
        workdir=workdir,
        suite=release.suite if release else releases.DEBIAN_SUITE,
        apt=tuple(values.apt_package(p) for p in node.native.build),
        bun_image=values.image(f"oven/bun:{node.manager.version.value}-slim") if manager == "bun" else None,
        setup=install.setup(node),
        name=name,
        comment=f"{'builds' if front.scripts else 'installs'} {_shown(front.outputs)}, which the server needs",
        image=image,
        source="." if front.whole else folder,
        target=f"{HOME}/" if front.whole and workdir != HOME else "./",
        source_first=steps.source_first,
        install=replace(steps.install, folder=f"{folder}/" if folder else ""),
        build_env={**steps.env, **({"NODE_OPTIONS": "--openssl-legacy-provider"} if legacy else {})},
        arguments=node.build_env.arguments,
        build=steps.build,
        made=tuple(
            Made(stage=name, source=f"{HOME}/{values.path(o)}", path=o, is_folder=not posixpath.splitext(o)[1])
            for o in front.outputs
        ),
    )


def _below(front: Frontend) -> str:
    """The folder of the project that FRONT is installed in, with a slash at its end; "" for the top."""
    return "" if front.folder == "." or front.node.shared else f"{values.path(front.folder)}/"


def _shown(made: tuple[str, ...]) -> str:
    folder = posixpath.commonpath(made)
    return made[0] if len(made) == 1 else f"{len(made)} things in {folder}" if folder else ", ".join(made[:3])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Steps:
    install: Step
    build: Step
    env: Mapping[str, str]
    source_first: bool


def _alone(front: Frontend, workdir: str) -> _Steps:
    """A package that installs by itself."""
    node, below = front.node, _below(front)
    whole = bool(node.members) or node.lifecycle.whole or _has_local(node)
    run = tuple(install.run(node, (script,)) for script in front.scripts)
    caches = tuple(Cache(_cache_id(node, c), f"{workdir}/{c}", "locked") for c in node.app.caches)
    return _Steps(
        install=install.install(
            node, int(front.version.value), production=not front.scripts, whole=whole, at=workdir, below=below
        ),
        build=Step(
            comment=buildenv.comment(node.build_env),
            secrets=(*node.build_env.secrets, *install.secrets(node, at=workdir, below=below)),
            caches=caches,
            commands=(*buildenv.exports(node.build_env), *run) if run else (),
        ),
        env=node.app.build_env,
        source_first=whole,
    )


def _in_workspace(front: Frontend, shared: Shared, image: str) -> _Steps:
    """A package of a workspace, installed and built from its root as an app of it would be."""
    node, line = front.node, int(front.version.value)
    made = [monorepo.stages(node, shared, image, (script,), line) for script in front.scripts]
    commands = dict.fromkeys(c for stages in made for c in stages[-1].steps[-1].commands)
    return _Steps(
        install=made[0][0].steps[0],
        build=replace(made[0][-1].steps[-1], commands=tuple(commands)),
        env=made[0][-1].env,
        source_first=monorepo.whole(node),
    )


def _has_local(node: NodeFacts) -> bool:
    """True if a dependency lies elsewhere in the project."""
    return any(spec.startswith(("file:", "link:", "portal:")) for spec in node.package.all_dependencies.values())


def _cache_id(node: NodeFacts, folder: str) -> str:
    return f"{node.app.framework.value if node.app.framework else 'build'}{folder.replace('/', '-')}"
