"""Lay the build out in stages: dependencies, build, production dependencies, and what is copied into the image."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import nginx, values
from dockgen.records import dataclass
from dockgen.stacks.node import buildenv, ceilings, install, monorepo, serving
from dockgen.stacks.node.model import DATA, Cache, Copy, Stage, Step

if TYPE_CHECKING:
    from dockgen.stacks.node.model import NodeFacts

OPENSSL_3 = 17  # the first Node with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The stages that build, and what the final stage copies."""

    stages: tuple[Stage, ...]
    copies: tuple[Copy, ...]


def arrange(facts: NodeFacts, *, image: str, build: tuple[str, ...] | None, node: int, is_site: bool) -> Layout:
    """The stages for a project with or without a BUILD."""
    if facts.shared:
        made = monorepo.stages(facts, facts.shared, image, build, node)
        return Layout(stages=made, copies=monorepo.copies(facts, facts.shared, made, is_site=is_site))
    if is_site and not build:
        folder = values.path(facts.app.output[0]) if facts.app.output[0] != "." else "."
        source = "." if folder == "." else f"{folder}/"
        return Layout(stages=(), copies=(Copy(stage="", sources=(source,), target=f"{nginx.HTML}/"),))
    if build:
        return _built(facts, image, build, node, is_site=is_site)
    return _plain(facts, image, node)


def _ships(facts: NodeFacts) -> bool:
    """True if node_modules go into the image."""
    if facts.app.bundled:
        return False
    package = facts.package
    return bool(package.shipped or facts.members or (facts.app.keep_dev and package.dev_dependencies))


def _plain(facts: NodeFacts, image: str, node: int) -> Layout:
    """No build: dependencies in one stage, the source straight into the image."""
    source = Copy(stage="", sources=(".",), target="./")
    if not _ships(facts):
        return Layout(stages=(), copies=(source,))
    whole = needs_source(facts)
    can_part = not facts.app.keep_dev and facts.manager.parts
    production = can_part and not facts.lifecycle.works
    steps = [install.install(facts, node, production=production, whole=whole)]
    if can_part and not production:
        steps.append(_prune(facts))
    what = "production dependencies" if not facts.app.keep_dev else "dependencies, with those that the start needs"
    stage = Stage(
        name="prod-deps", comment=f"installs the {what}", image=image, first=True, source=whole, steps=tuple(steps)
    )
    if whole:
        return Layout(stages=(stage,), copies=(Copy(stage="prod-deps", sources=("/app",), target="./"),))
    return Layout(stages=(stage,), copies=(*_modules(facts, "prod-deps"), source))


def _built(facts: NodeFacts, image: str, build: tuple[str, ...], node: int, *, is_site: bool) -> Layout:
    """Dependencies, build, and what ships of the dependencies, each in a stage of its own."""
    ships, whole = _ships(facts) and not is_site, needs_source(facts)
    can_part = ships and not facts.app.keep_dev and facts.manager.parts
    prune = can_part and (facts.lifecycle.works or whole or _generates(facts))
    separate = can_part and not prune
    stages: list[Stage] = []
    if separate:
        stages.append(Stage(name="base", comment="is where the stages that build start", image=image, first=True))
    stages += _building(facts, build, node, below="base" if separate else image, whole=whole)
    if separate:
        step = install.install(facts, node, production=True)
        stages.append(
            Stage(
                name="prod-deps",
                comment="installs the dependencies that ship",
                image="base",
                steps=(replace(step, comment=""),),  # said above
            )
        )
    elif prune:
        comment = "leaves out the dependencies that only the build needed"
        stages.append(Stage(name="prod-deps", comment=comment, image="build", steps=(_prune(facts),)))
    modules = "prod-deps" if separate or prune else "build" if ships else ""
    return Layout(stages=tuple(stages), copies=_final(facts, modules, is_site=is_site, whole=whole))


def _building(facts: NodeFacts, build: tuple[str, ...], node: int, *, below: str, whole: bool) -> list[Stage]:
    """The stages deps and build; one alone where the installation needs the source."""
    deps = install.install(facts, node, production=False, whole=whole)
    make = Step(
        comment=buildenv.comment(facts.build_env),
        secrets=(*facts.build_env.secrets, *install.secrets(facts)),
        caches=tuple(Cache(_cache_id(facts, c), f"/app/{c}", "locked") for c in facts.app.caches),
        commands=(*buildenv.exports(facts.build_env), *generate(facts, build), install.run(facts, build)),
    )
    legacy = node >= OPENSSL_3 and ceilings.hashes_with_md4(facts.package, facts.manager.resolved)
    env = {**facts.app.build_env, **({"NODE_OPTIONS": "--openssl-legacy-provider"} if legacy else {})}
    first = below != "base"
    if whole:
        comment = "installs all dependencies and builds"
        return [
            Stage(
                name="build",
                comment=comment,
                image=below,
                first=first,
                source=True,
                steps=(deps, make),
                env=env,
                arguments=facts.build_env.arguments,
            )
        ]
    comment = "installs all dependencies, those for the build included"
    return [
        Stage(name="deps", comment=comment, image=below, first=first, steps=(deps,)),
        Stage(
            name="build",
            comment="builds from the source",
            image="deps",
            source=True,
            steps=(make,),
            env=env,
            arguments=facts.build_env.arguments,
        ),
    ]


def needs_source(facts: NodeFacts) -> bool:
    """True if installing needs the source: scripts that run then, or packages of a workspace."""
    return facts.lifecycle.whole or bool(facts.members)


def _prune(facts: NodeFacts) -> Step:
    row = install.MANAGERS[facts.manager.name.value]
    command = row.prune.replace("{tool}", install.tool(facts))
    return Step(caches=(row.cache,), secrets=install.secrets(facts), commands=(command,))


def _generates(facts: NodeFacts) -> bool:
    """True if Prisma writes its client into node_modules, which a separate installation would lack."""
    return "@prisma/client" in facts.package.all_dependencies and "prisma" in facts.package.all_dependencies


def generate(facts: NodeFacts, build: tuple[str, ...]) -> tuple[str, ...]:
    """`prisma generate`, unless the build or an install script does it."""
    if not _generates(facts) or not ({"prisma/", "prisma.config.ts"} & set(facts.files)):
        return ()
    texts = [
        *(facts.package.scripts.get(name, "") for name in build[:1]),
        *(facts.package.scripts.get(h, "") for h in ("postinstall", "prepare", "prebuild")),
    ]
    return () if any("prisma generate" in t for t in texts) else (install.run(facts, ("prisma", "generate")),)


def _cache_id(facts: NodeFacts, folder: str) -> str:
    return f"{facts.app.framework.value if facts.app.framework else 'build'}{folder.replace('/', '-')}"


def _extra(facts: NodeFacts, data: list[str], outputs: tuple[str, ...]) -> tuple[str, ...]:
    """What a migration reads, unless it is there already."""
    return tuple(values.path(e) for e in facts.extra if e.split("/")[0] not in (*data, *outputs, ""))


def _is_next(facts: NodeFacts) -> bool:
    return facts.app.framework is not None and facts.app.framework.value == "next"


def _modules(facts: NodeFacts, stage: str) -> tuple[Copy, ...]:
    """node_modules, or what Plug'n'Play has instead."""
    if facts.manager.plug_and_play:
        return (
            Copy(stage=stage, sources=("/app/.pnp.*",), target="./"),
            Copy(stage=stage, sources=("/app/.yarn",), target="./.yarn"),
        )
    return (Copy(stage=stage, sources=("/app/node_modules",), target="./node_modules"),)


def _final(facts: NodeFacts, modules: str, *, is_site: bool, whole: bool) -> tuple[Copy, ...]:
    """What the image takes from the stages: a site's files, a bundle, or modules and output."""
    app = facts.app
    outputs = tuple(values.path(o) for o in app.output)
    if is_site:
        return (
            Copy(
                stage="build",
                sources=(f"/app/{outputs[0]}/" if outputs[0] != "." else "/app/",),
                target=f"{nginx.HTML}{serving.below(app.serving, '/')}",
            ),
        )
    if app.standalone:
        public = (Copy(stage="build", sources=("/app/public",), target="./public"),) if "public/" in facts.files else ()
        shared = _modules(facts, modules) if modules else ()
        return (
            *shared,
            *(Copy(stage="", sources=(e,), target=f"./{e}") for e in _extra(facts, [], outputs)),
            Copy(stage="build", sources=(f"/app/{outputs[0]}/standalone",), target="./"),
            Copy(stage="build", sources=(f"/app/{outputs[0]}/static",), target=f"./{outputs[0]}/static"),
            *public,
        )
    if app.bundled:
        manifest = Copy(stage="", sources=("package.json",), target="./")
        extra = (Copy(stage="", sources=(e,), target=f"./{e}") for e in _extra(facts, [], outputs))
        made = (Copy(stage="build", sources=(f"/app/{o}",), target=f"./{o}") for o in outputs)
        return (manifest, *extra, *made)
    if modules and (whole or (modules == "build" and not outputs)):
        return (Copy(stage=modules, sources=("/app",), target="./"),)
    own = _modules(facts, modules) if modules else ()
    if not outputs:
        return (*own, Copy(stage="build", sources=("/app",), target="./", exclude=("node_modules",)))
    data = [d for d in DATA if f"{d}/" in facts.files and d not in outputs]
    data += [f for f in facts.lifecycle.linked if f.split("/")[0] not in (*data, *outputs)]
    files = ["package.json", *(f for f in facts.files if f.startswith("next.config.") and _is_next(facts))]
    return (
        *own,
        Copy(stage="", sources=tuple(files), target="./"),
        *(Copy(stage="", sources=(d,), target=f"./{d}") for d in (*data, *_extra(facts, data, outputs))),
        *(Copy(stage="build", sources=(f"/app/{o}",), target=f"./{o}") for o in outputs),
    )
