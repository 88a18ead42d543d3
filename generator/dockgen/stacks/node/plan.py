"""Decide how a Node project is built and run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import given, ignore, lazy, migration, nginx, probes, process, releases, values
from dockgen.choices import Chooser
from dockgen.errors import InputError, Open, UndecidedError
from dockgen.plans import Account, IgnoreGroup, Plan, Runtime
from dockgen.stacks.node import ending, frameworks, install, layout, monorepo, probe, runtime, serving, upgrade
from dockgen.stacks.node.model import Copy, NodeBuild

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.facts import Facts
    from dockgen.given import Secret
    from dockgen.migration import Migration
    from dockgen.settings import Settings
    from dockgen.stacks.node.model import NodeFacts
    from dockgen.stacks.node.stage import FrontendStage, Made

LEFTOVERS = (
    "**/node_modules", ".pnpm-store", ".yarn/cache", ".yarn/unplugged", ".yarn/install-state.gz", ".pnp.*", "**/.next",
    ".nuxt", ".output", ".svelte-kit", ".astro", ".angular", ".turbo", ".parcel-cache", ".cache", ".vercel", ".netlify",
    "**/*.tsbuildinfo", "coverage", ".nyc_output", "**/.eslintcache",
)  # fmt: skip
TESTS = (
    "**/__tests__", "**/__mocks__", "**/*.test.*", "**/*.spec.*", "test", "tests", "e2e", "cypress",
    "playwright.config.*", "jest.config.*", "vitest.config.*", ".husky",
)  # fmt: skip
DOCUMENTS = ("README*", "CHANGELOG*", "CONTRIBUTING*", "CODE_OF_CONDUCT*")  # sites may show them
# What shows that a project has a tool of which something may lie about: dependencies, files, lines of .gitignore.
SIGNS: Mapping[str, tuple[str, ...]] = {
    ".pnpm-store": ("manager pnpm",),
    ".yarn/cache": (".yarnrc.yml", "manager yarn-berry"),
    ".yarn/unplugged": (".yarnrc.yml", "manager yarn-berry"),
    ".yarn/install-state.gz": (".yarnrc.yml", "manager yarn-berry"),
    ".pnp.*": (".yarnrc.yml", "manager yarn-berry"),
    "**/.next": ("next",),
    ".nuxt": ("nuxt",),
    ".output": ("nuxt", "nitropack", "nitro", "vinxi", "@tanstack/react-start", "@solidjs/start", "wxt"),
    ".svelte-kit": ("@sveltejs/kit",),
    ".astro": ("astro",),
    ".angular": ("@angular/core",),
    ".turbo": ("turbo", "turbo.json"),
    ".parcel-cache": ("parcel",),
    ".cache": ("gatsby", "parcel-bundler", "vuepress", "ignored .cache"),
    ".vercel": ("vercel", "vercel.json", "ignored .vercel"),
    ".netlify": ("netlify-cli", "netlify.toml", "ignored .netlify"),
    "**/*.tsbuildinfo": ("typescript", "tsconfig.json"),
    "coverage": ("jest", "vitest", "react-scripts", "c8", "nyc", "karma-coverage", "ignored coverage"),
    ".nyc_output": ("nyc", "c8"),
    "**/.eslintcache": ("eslint",),
    "**/__mocks__": ("jest", "vitest", "react-scripts"),
    "e2e": ("cypress", "playwright", "@playwright/test", "detox"),
    "cypress": ("cypress",),
    "playwright.config.*": ("playwright", "@playwright/test"),
    "jest.config.*": ("jest",),
    "vitest.config.*": ("vitest",),
    ".husky": ("husky",),
    "CONTRIBUTING*": (),
    "CODE_OF_CONDUCT*": (),
}  # fmt: skip
KINDS = ("web", "worker", "job", "cli", "static")
_NODE = Account(uid=1000, gid=1000)  # of Node's and Bun's images
_TESTING = lazy.pattern(
    r"\b(?:test|tests|jest|vitest|mocha|ava|lint|eslint|prettier|README|CHANGELOG|cypress|playwright)\b"
)


def decide(facts: Facts, settings: Settings) -> Plan:
    """The plan for a Node project. UndecidedError if nothing says how it starts."""
    detail: NodeFacts = facts.detail
    pick = Chooser(settings)
    kind = pick.text("kind", facts.kind)
    if kind not in KINDS:
        raise InputError(f"unknown kind {kind!r}", hint=f"one of {', '.join(KINDS)}")
    line = pick.fact("version", facts.version) if facts.version else releases.NODE[0].line
    manager = pick.fact("manager", facts.manager) if facts.manager else "npm"
    pick.note("manager.version", detail.manager.version.value or "of Node", "detected", detail.manager.version.why)
    framework = pick.text("framework", facts.framework)
    build = pick.argv("build", facts.build)
    apt = pick.packages("apt.build", detail.native.build, _needs(detail))
    image = values.image(runtime.image(line, detail.said))
    about = pick.about(facts.about)
    run_args = tuple(w for n, v in detail.required.items() for w in ("-e", f"{values.env_name(n)}={values.text(v, n)}"))
    schema = upgrade.choose(detail, pick, kind, about.name, run_args)
    detail = schema.facts
    facts = replace(facts, detail=detail)
    if kind == "static":
        final, first = _site(facts, pick, build), process.Init()
    else:
        final, first = _process(facts, pick, kind, image, schema.before)
        image = final.image
    served = detail.app.serving if kind == "static" else None
    plan = layout.arrange(detail, image=image, build=build, node=int(line), is_site=kind == "static")
    fronts = _fronts(detail, pick)
    made = [m for stage in fronts for m in stage.made]
    node = NodeBuild(
        suite=_suite(line),
        apt=apt,
        env={**install.MANAGERS[manager].env, **install.permissions(detail, int(line)), **detail.native.env},
        bun_image=_bun(detail) if manager == "bun" and not image.startswith("oven/bun") else None,
        setup=install.setup(detail),
        stages=plan.stages,
        copies=(*(_without(c, detail.front_folders) for c in plan.copies), *(_made(m) for m in made)),
        places=detail.storage.commands(final.account) if kind not in ("static", "cli") else (),
        workdir="/app",
        port=final.port,
        fallback=detail.app.fallback or "=404",
        not_found=detail.app.not_found or None,
        is_site=kind == "static",
        frontends=fronts,
        base=values.url_path(served.base.value) if served and served.base else "",
        hashed=values.url_path(serving.below(served, served.hashed)) if served and served.hashed else "",
        compressed=bool(served and served.compressed),
    )
    sources = _sources(node)
    needed = [s for s in sources if s != "."]
    traces = facts.traces | detail.package.all_dependencies.keys() | {f"manager {manager}"}
    made_plan = Plan(
        stack="node",
        kind=kind,
        framework=framework or None,
        about=about,
        build=node,
        runtime=final,
        ignore=ignore.compose(
            (
                *_common(detail),
                *(ignore.used(group, SIGNS, traces) for group in _leftovers(detail, build)),
                *_others(detail),
                *ignore.made(m.path for m in made),
            ),
            needed,
            facts.sensitive,
        ),
        sources=sources,
        build_args=given.arguments(_secrets(node), pick),
        choices=pick.made,
        run_args=run_args,
        warnings=(*facts.warnings, *install.warnings(detail), *schema.warnings, *first.warnings),
    )
    return _for_development(made_plan, facts, image, int(line), pick) if detail.development else made_plan


def _for_development(plan: Plan, facts: Facts, image: str, line: int, pick: Chooser) -> Plan:
    from dockgen.stacks.node import dev  # noqa: PLC0415  (start-up time: only where it is asked for)

    stage, warnings = dev.stage(facts, plan, image, line, pick)
    return replace(plan, dev=stage, choices=pick.made, warnings=(*plan.warnings, *warnings))


def _fronts(detail: NodeFacts, pick: Chooser) -> tuple[FrontendStage, ...]:
    if not detail.fronts:
        return ()
    from dockgen.stacks.node import stage  # noqa: PLC0415  (start-up time: few apps have one)

    return stage.stages(detail.fronts, pick)


def _without(copy: Copy, folders: tuple[str, ...]) -> Copy:
    """COPY of the whole project, without the sources of front-ends."""
    whole = copy.sources in ((".",), ("/app",))
    return replace(copy, exclude=(*copy.exclude, *folders)) if whole else copy


def _made(made: Made) -> Copy:
    return Copy(
        stage=made.stage,
        sources=(f"{made.source}/" if made.is_folder else made.source,),
        target=f"./{made.path}" + ("/" if made.is_folder else ""),
    )


def _site(facts: Facts, pick: Chooser, build: tuple[str, ...] | None) -> Runtime:
    """nginx with the files that the build makes."""
    app = facts.detail.app
    if not app.output or (not build and app.build):
        raise UndecidedError(
            "nothing says which files the build of the site makes", hint="--set kind=web, or --set build='…'"
        )
    port = pick.port(facts.port) or nginx.PORT
    base = app.serving.base if app.serving else None
    if base:
        pick.fact("base", base)
    health = probes.choose(pick, None, missing=base.value if base else "/", why="the site's first page")
    return nginx.runtime(pick, port, health=health)


def _process(
    facts: Facts, pick: Chooser, kind: str, image: str, before: Migration | None
) -> tuple[Runtime, process.Init]:
    """The image that the app runs in, with its command, and what was decided about process 1."""
    start = pick.argv("start", facts.start)
    if not start:
        raise UndecidedError(
            "nothing says how the app starts",
            hint="--set start='node server.js'",
            open=Open(key="start", example="node server.js"),
        )
    start = monorepo.command(facts.detail, start) if facts.detail.shared else start
    port = pick.port(facts.port) if kind == "web" else None
    account = pick.account(_NODE, exists=(_NODE.uid,))
    base = Runtime(image=_bun(facts.detail) if start[0] == "bun" else image, account=account, env={}, port=port)
    start = _plug_and_play(facts.detail, start)
    made, first = _runtime(facts, pick, base, start, is_cli=kind == "cli")
    if not before:
        return made, first
    command = upgrade.started(before, start)
    period = migration.START_PERIOD
    return replace(made, entrypoint=first.before or None, command=command, start_period=period), first


def _plug_and_play(detail: NodeFacts, start: tuple[str, ...]) -> tuple[str, ...]:
    """Under Yarn Plug'n'Play node learns from .pnp.cjs where packages are, ES modules through a loader as well."""
    if not detail.manager.plug_and_play or start[0] != "node" or detail.app.bundled:
        return start
    loader = ("--experimental-loader", "./.pnp.loader.mjs") if detail.package.is_module else ()
    return ("node", "--require", "./.pnp.cjs", *loader, *start[1:])


def _needs(detail: NodeFacts) -> str:
    found = ", ".join(detail.native.builders)
    return f"needed by {found}" if found else "a dependency is fetched with git"


def _suite(line: str) -> str:
    release = releases.by_line(releases.NODE, line)
    return release.suite if release else releases.DEBIAN_SUITE


def _bun(detail: NodeFacts) -> str:
    version = detail.manager.version.value if detail.manager.name.value == "bun" else releases.TOOLS["bun"]
    return values.image(f"oven/bun:{version}-slim")


def _runtime(
    facts: Facts, pick: Chooser, base: Runtime, start: tuple[str, ...], *, is_cli: bool
) -> tuple[Runtime, process.Init]:
    """The final stage of everything but a site: the app as PID 1, or below tini where nothing handles SIGTERM."""
    detail: NodeFacts = facts.detail
    program, rest = start[:1], start[1:]
    apt = pick.packages("apt.run", detail.native.run, "needed by the running app")
    first = process.choose(pick, process.CLI if is_cli else ending.of(detail, start), base.system, "Node", apt)
    if is_cli:
        program, rest = (*first.before, *start), ()
    elif first.before:
        program, rest = first.before, start
    folder = "/".join(f for f in (detail.shared.path if detail.shared else "", detail.app.folder) if f)
    final = replace(
        base,
        workdir=f"/app/{values.path(folder)}" if folder else "/app",
        path=monorepo.path(detail, start),
        env=_environment(detail, base.port),
        apt=tuple(sorted({*apt, *first.packages})),
        volumes=() if is_cli else detail.storage.volumes,
        health=probe.argv(start[0], base.port, facts, pick),
        entrypoint=program,
        command=rest or None,
        init=first.reason,
        stop_signal=first.stop_signal,
    )
    return final, first


def _environment(detail: NodeFacts, port: int | None) -> dict[str, str]:
    env = {"NODE_ENV": "production", **detail.app.env, **detail.native.run_env, **detail.storage.env}
    if port and detail.app.reads_port:
        env["PORT"] = str(port)
    elif port and detail.source.port_variable:
        env[detail.source.port_variable] = str(port)
    elif "PORT" in env and port:
        env["PORT"] = str(port)
    if port and detail.source.host_variable and detail.app.entry:
        env[detail.source.host_variable] = frameworks.ANY
    return {values.env_name(k): values.text(v, k) for k, v in env.items()}


def _secrets(node: NodeBuild) -> tuple[Secret, ...]:
    steps = [step for stage in node.stages for step in stage.steps]
    return (*(s for step in steps for s in step.secrets), *(s for front in node.frontends for s in front.secrets))


def _sources(node: NodeBuild) -> tuple[str, ...]:
    steps = [step for stage in node.stages for step in stage.steps]
    named = [n for step in steps for n in (*step.mounts, *step.copies)]
    named += [s for copy in node.copies if not copy.stage for s in copy.sources]
    if any(stage.source for stage in node.stages):
        named.append(".")
    named += [path for front in node.frontends for path in front.sources]
    return tuple(dict.fromkeys(named))


def _common(detail: NodeFacts) -> tuple[IgnoreGroup, ...]:
    if not detail.shared:
        return ignore.COMMON
    return tuple(ignore.anywhere(g) if g is ignore.CONTAINERS else g for g in ignore.COMMON)


def _others(detail: NodeFacts) -> tuple[IgnoreGroup, ...]:
    patterns = monorepo.ignored(detail)
    return (IgnoreGroup(title="other apps of the workspace", patterns=patterns),) if patterns else ()


def _leftovers(detail: NodeFacts, build: tuple[str, ...] | None) -> tuple[IgnoreGroup, ...]:
    """What no build reads. What a build makes is left out where one makes it anew, tests where none runs them."""
    outputs = tuple(values.path(o) for o in detail.app.output if build and not o.startswith("."))
    if detail.shared:
        outputs = tuple(f"{detail.shared.path}/{o}" for o in outputs)
    kept = {".yarn/cache"} if detail.manager.config.zero_install else set()
    left = tuple(p for p in LEFTOVERS if p not in kept)
    made = IgnoreGroup(title="dependencies, caches and what the build makes", patterns=left)
    made = ignore.anywhere(made) if detail.shared else made
    made = replace(made, patterns=(*made.patterns, *outputs))
    scripts = " ".join(
        detail.package.scripts.get(f"{prefix}{name}", "") for name in build or () for prefix in ("pre", "", "post")
    )
    if _TESTING.search(scripts):
        return (made,)
    used = {f.split("/")[0] for f in detail.source.files}
    is_site = detail.app.kind.value == "static"
    patterns = tuple(p for p in (*TESTS, *(() if is_site else DOCUMENTS)) if p not in used)
    return made, IgnoreGroup(title="tests" if is_site else "tests and documents", patterns=patterns)
