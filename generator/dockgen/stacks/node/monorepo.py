"""Lay the build of an app in a workspace out in stages: what is installed and built of the others, and what ships."""

from __future__ import annotations

import posixpath
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import nginx, values
from dockgen.records import dataclass
from dockgen.stacks.node import buildenv, install, package, programs, serving
from dockgen.stacks.node.model import DATA, Cache, Copy, Shared, Stage, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockgen.stacks.node.model import NodeFacts

# How each task runner is asked for the build of an app, and its environment.
RUNNERS: Mapping[str, tuple[tuple[str, ...], Mapping[str, str]]] = {
    "turbo": (("turbo", "run", "{task}", "--filter={name}"), {"TURBO_TELEMETRY_DISABLED": "1"}),
    "nx": (("nx", "run", "{name}:{task}"), {"NX_DAEMON": "false"}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Focus:
    """How a package manager installs for one app of a workspace, its own packages included.

    `partial`: the manifests of the packages that it needs are enough; `run`: a script of the package NAME in FOLDER.
    """

    install: str = ""  # appended to the installation of everything
    production: str
    partial: bool
    run: str
    program: str


FOCUS: Mapping[str, Focus] = {
    "npm": Focus(
        install=" --workspace={folder} --include-workspace-root",
        production="{command} --workspace={folder}",
        partial=True,
        run="npm run {script} --workspace={folder}",
        program="npm exec --workspace={folder} -- {words}",
    ),
    "pnpm": Focus(
        install=' --filter "{name}..."',
        production='{command} --filter "{name}..."',
        partial=True,
        run="pnpm --filter {name} run {script}",
        program="pnpm --filter {name} exec {words}",
    ),
    "yarn": Focus(
        production="{command}",
        partial=False,
        run="yarn workspace {name} run {script}",
        program="yarn workspace {name} run {words}",
    ),
    "yarn-berry": Focus(
        production="{tool} workspaces focus --production {name}",
        partial=False,
        run="{tool} workspace {name} run {script}",
        program="{tool} workspace {name} run {words}",
    ),
    "bun": Focus(
        production="{command} --filter {name}",
        partial=False,
        run="bun run --cwd={folder} {script}",
        program="bun run --cwd={folder} {words}",
    ),
}


def command(facts: NodeFacts, argv: tuple[str, ...]) -> tuple[str, ...]:
    """ARGV for a program of node_modules: hoisting may have put it beside the app or at the root, so by its name."""
    name = {path: program for program, path in programs.BINS.items()}.get(argv[1]) if argv[1:] else None
    if argv[0] == "node" and name:
        return (name, *argv[2:])
    if argv[0].startswith("node_modules/.bin/"):
        return (argv[0].rpartition("/")[2], *argv[1:])
    is_hoisted = facts.manager.name.value != "pnpm"
    if argv[0] == "node" and argv[1:] and argv[1].startswith("node_modules/") and facts.shared and is_hoisted:
        return ("node", posixpath.relpath(argv[1], facts.shared.path), *argv[2:])
    return argv


def path(facts: NodeFacts, argv: tuple[str, ...]) -> tuple[str, ...]:
    """The folders that a program called by its name is found in; none if ARGV needs none."""
    if not facts.shared or argv[0] in ("node", "bun") or "/" in argv[0]:
        return ()
    return (f"/app/{facts.shared.path}/node_modules/.bin", "/app/node_modules/.bin")


def stages(facts: NodeFacts, shared: Shared, image: str, build: tuple[str, ...] | None, node: int) -> tuple[Stage, ...]:
    """Dependencies, build, production dependencies; the first two in one where installing needs the source."""
    commands = tuple(_commands(facts, shared, build))
    if not commands and not whole(facts):
        step = _installation(facts, shared, node, production=True)
        comment = f"installs what {shared.path} and its packages need"
        return (Stage(name="prod-deps", comment=comment, image=image, first=True, steps=(step,)),)
    separate = ships(facts) and not whole(facts)
    made = []
    if separate:
        made.append(Stage(name="base", comment="is where the stages that build start", image=image, first=True))
    made += _building(facts, shared, commands, node, below="base" if separate else image)
    if separate:
        step = replace(_installation(facts, shared, node, production=True), comment="")  # said above
        comment = "installs the dependencies that ship"
        made.append(Stage(name="prod-deps", comment=comment, image="base", steps=(step,)))
    elif ships(facts) and facts.manager.parts and not facts.app.keep_dev:
        row = install.MANAGERS[facts.manager.name.value]
        command = row.prune.replace("{tool}", install.tool(facts))
        prune = Step(caches=(row.cache,), secrets=install.secrets(facts), commands=(command,))
        comment = "leaves out the dependencies that only the build needed"
        made.append(Stage(name="prod-deps", comment=comment, image="build", steps=(prune,)))
    return tuple(made)


def _building(facts: NodeFacts, shared: Shared, commands: tuple[str, ...], node: int, *, below: str) -> Iterator[Stage]:
    first = below != "base"
    deps = _installation(facts, shared, node, production=False)
    caches = tuple(
        Cache(f"{_title(facts)}{c.replace('/', '-')}", f"/app/{shared.path}/{c}", "locked") for c in facts.app.caches
    )
    wanted = facts.build_env
    make = Step(
        comment=buildenv.comment(wanted),
        secrets=(*wanted.secrets, *install.secrets(facts)),
        caches=caches,
        commands=(*buildenv.exports(wanted), *commands),
    )
    made, given = (make,) if commands else (), wanted.arguments
    env = {**facts.app.build_env, **(RUNNERS[shared.runner][1] if shared.runner else {})}
    if whole(facts):
        comment = f"installs what {shared.path} needs, and builds it"
        yield Stage(
            name="build",
            comment=comment,
            image=below,
            first=first,
            source=True,
            steps=(deps, *made),
            env=env,
            arguments=given,
        )
        return
    comment = f"installs what {shared.path} and its packages need, those for the build included"
    yield Stage(name="deps", comment=comment, image=below, first=first, steps=(deps,))
    comment = "builds the packages that the app uses, then the app"
    yield Stage(name="build", comment=comment, image="deps", source=True, steps=made, env=env, arguments=given)


def copies(facts: NodeFacts, shared: Shared, made: tuple[Stage, ...], *, is_site: bool) -> tuple[Copy, ...]:
    """What the image takes from the stages that were MADE."""
    app, at, last = facts.app, shared.path, made[-1].name
    outputs = tuple(values.path(o) for o in app.output)
    if is_site:
        return (
            Copy(
                stage="build",
                sources=(f"/app/{posixpath.join(at, outputs[0])}/",),
                target=nginx.HTML + serving.below(app.serving, "/"),
            ),
        )
    if app.standalone:
        public = (
            (Copy(stage="build", sources=(f"/app/{at}/public",), target=f"./{at}/public"),)
            if "public/" in shared.own
            else ()
        )
        return (
            Copy(stage="build", sources=(f"/app/{at}/{outputs[0]}/standalone",), target="./"),
            Copy(stage="build", sources=(f"/app/{at}/{outputs[0]}/static",), target=f"./{at}/{outputs[0]}/static"),
            *public,
        )
    own = Copy(stage="", sources=(f"{at}/package.json",), target=f"./{at}/")
    if app.bundled:
        return (own, *_outputs(at, outputs))
    if whole(facts):
        return (Copy(stage=last, sources=("/app",), target="./"),)
    is_built = any(stage.name == "build" for stage in made)
    return (
        Copy(stage=last, sources=("/app",), target="./"),
        *((Copy(stage="", sources=(package.MANIFEST,), target="./"),) if package.MANIFEST in shared.files else ()),
        *(_folder(f, is_built=is_built) for f in shared.shipped if f != at or not outputs),
        *((own, *_data(shared, outputs), *_outputs(at, outputs)) if outputs else ()),
    )


def _folder(folder: str, *, is_built: bool) -> Copy:
    if not is_built:
        return Copy(stage="", sources=(folder,), target=f"./{folder}")
    return Copy(stage="build", sources=(f"/app/{folder}",), target=f"./{folder}", exclude=("node_modules",))


def _outputs(at: str, outputs: tuple[str, ...]) -> tuple[Copy, ...]:
    return tuple(Copy(stage="build", sources=(f"/app/{at}/{o}",), target=f"./{at}/{o}") for o in outputs)


def _data(shared: Shared, outputs: tuple[str, ...]) -> tuple[Copy, ...]:
    """The folders of data that a compiled app reads, and Next.js' configuration."""
    config = [f for f in shared.own if f.startswith("next.config.") and ".next" in outputs]
    names = [*config, *(d for d in DATA if f"{d}/" in shared.own and d not in outputs)]
    return tuple(Copy(stage="", sources=(f"{shared.path}/{n}",), target=f"./{shared.path}/{n}") for n in names)


def whole(facts: NodeFacts) -> bool:
    """True if installing needs the whole source, or makes something in node_modules that another would lack."""
    generates = "@prisma/client" in facts.package.all_dependencies and ships(facts)
    return facts.lifecycle.whole or facts.lifecycle.works or generates or facts.app.keep_dev


def ships(facts: NodeFacts) -> bool:
    """True if node_modules go into the image."""
    return facts.app.kind.value != "static" and not facts.app.bundled


def ignored(facts: NodeFacts) -> tuple[str, ...]:
    """The folders of other apps, where the package manager does not miss them."""
    return facts.shared.apps if facts.shared and FOCUS[facts.manager.name.value].partial else ()


def _installation(facts: NodeFacts, shared: Shared, node: int, *, production: bool) -> Step:
    """The step that installs for this app: the one for a lone app, narrowed, with the manifests of its packages."""
    row, focus = install.MANAGERS[facts.manager.name.value], FOCUS[facts.manager.name.value]
    step = install.install(facts, node, production=production, whole=whole(facts))
    if production:
        plain = row.production if facts.manager.is_locked else row.loose_production
        line = focus.production.replace("{command}", plain) if facts.manager.parts else row.install
    else:
        plain = row.install if facts.manager.is_locked else row.loose
        line = plain + focus.install
    words = {"folder": shlex.quote(shared.path), "name": shlex.quote(shared.name), "tool": install.tool(facts)}
    line = _fill(line, words)
    folders = shared.needed if focus.partial else (*shared.needed, *shared.members)
    manifests = () if whole(facts) else tuple(f"{f}/package.json" for f in sorted(set(folders)))
    commands = tuple(c.replace(_fill(plain, words), line) for c in step.commands)
    return replace(step, mounts=(*step.mounts, *manifests), commands=commands)


def _fill(line: str, words: Mapping[str, str]) -> str:
    for key, value in words.items():
        line = line.replace(f"{{{key}}}", value)
    return line


def _commands(facts: NodeFacts, shared: Shared, build: tuple[str, ...] | None) -> list[str]:
    """The commands that build: by the workspace's task runner where it has one, else package by package."""
    ask = RUNNERS[shared.runner][0] if shared.runner else ()
    is_script = build is not None and len(build) == 1 and build[0] in facts.package.scripts
    generate = _generate(facts, shared, build)
    if ask and build and is_script:
        words = [w.replace("{name}", shared.name).replace("{task}", build[0]) for w in ask]
        manager = install.MANAGERS[facts.manager.name.value]
        return [*generate, f"{manager.program.replace('{tool}', install.tool(facts))} {shlex.join(words)}"]
    others = [f for f in shared.needed if f != shared.path and "build" in shared.packages[f].scripts]
    lines = [_run(facts, f, shared.packages[f].name, ("build",), is_script=True) for f in others]
    if build:
        lines.append(_run(facts, shared.path, shared.name, build, is_script=is_script))
    return [*generate, *lines]


def _generate(facts: NodeFacts, shared: Shared, build: tuple[str, ...] | None) -> list[str]:
    """`prisma generate` in each package that has a schema, unless a script of it does that."""
    made = []
    for folder in shared.needed:
        package_ = shared.packages[folder]
        texts = " ".join(
            package_.scripts.get(s, "") for s in ("postinstall", "prepare", "prebuild", *(build or ("build",)))
        )
        if "prisma" in package_.all_dependencies and "prisma generate" not in texts and folder in shared.schemas:
            made.append(_run(facts, folder, package_.name, ("prisma", "generate"), is_script=False))
    return made


def _run(facts: NodeFacts, folder: str, name: str, words: tuple[str, ...], *, is_script: bool) -> str:
    focus = FOCUS[facts.manager.name.value]
    line = focus.run if is_script else focus.program
    fill = {"folder": shlex.quote(folder), "name": shlex.quote(name or f"./{folder}"), "tool": install.tool(facts),
            "script": shlex.quote(words[0]), "words": shlex.join(words)}  # fmt: skip
    return _fill(line, fill)


def _title(facts: NodeFacts) -> str:
    return facts.app.framework.value if facts.app.framework else "build"
