"""Decide how a Go program is built and run."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dockgen import given, ignore, process, releases, values
from dockgen.choices import Chooser
from dockgen.errors import InputError
from dockgen.facts import Fact
from dockgen.plans import Account, IgnoreGroup, Plan, Runtime
from dockgen.stacks.go import health, private
from dockgen.stacks.go.gomod import inside, line_number, package_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.facts import Facts
    from dockgen.given import Secret
    from dockgen.settings import Settings
    from dockgen.stacks.go.detect import GoFacts
    from dockgen.stacks.node.stage import FrontendStage, Made

DISTROLESS = "gcr.io/distroless/{kind}-" + releases.DISTROLESS_SUITE + ":nonroot"
NONROOT = Account(uid=65532, gid=65532)
ALWAYS_RUN = ("ca-certificates", "tzdata")  # what distroless has and slim Debian lacks
MODULES = "type=cache,target=/go/pkg/mod"
ACCEPT = "ssh -o StrictHostKeyChecking=accept-new"  # nobody is there to say yes
COMPILED = "type=cache,target=/root/.cache/go-build"
LEFTOVERS = IgnoreGroup(
    title="not needed to build",
    patterns=("**/*_test.go", "**/testdata", "**/node_modules", "*.md", "LICENSE*", "docs", "bin", "dist", "tmp",
              ".golangci.y*ml", ".goreleaser.y*ml", ".air.toml", "coverage.out", "**/*.test", "**/*.prof"),
)  # fmt: skip

# What of this stays only where the project has it.
SIGNS: Mapping[str, tuple[str, ...]] = {
    "**/node_modules": ("package.json",),
    "LICENSE*": (),
    "docs": (),
    "dist": ("ignored dist", ".goreleaser.yml", ".goreleaser.yaml"),
    "tmp": ("ignored tmp", ".air.toml"),
    ".golangci.y*ml": (),
    ".goreleaser.y*ml": (),
    ".air.toml": (),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Something that the running program opens: `folder` if a whole folder; `stage` if one makes it."""

    source: str
    target: str
    folder: bool
    stage: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoBuild:
    """What the templates print."""

    version: str
    suite: str
    image: str
    name: str
    binary: str  # where it is installed
    cgo: bool
    apt: tuple[str, ...]
    workdir: str
    source: str  # where the project goes, seen from the working directory
    download: tuple[str, ...]  # mounts of the step that downloads dependencies; empty: no such step
    mounts: tuple[str, ...]  # mounts of the step that compiles
    vendored: bool
    tidy: bool
    env: Mapping[str, str]  # of the stage
    secrets: tuple[Secret, ...]  # what lets the build in to private modules
    git: tuple[tuple[str, ...], ...]  # commands that have git fetch with a key
    private: str  # GOPRIVATE, which linters take for a secret in ENV, so each command gets it
    generators: tuple[str, ...]  # names of what writes code in the build
    generate: tuple[tuple[str, ...], ...]  # their commands
    stamp: str  # the variable that the linker gives the version, "" if none
    stamped: str  # the version that it has otherwise
    flags: tuple[str, ...]
    package: str
    frontends: tuple[FrontendStage, ...]
    embedded: tuple[Made, ...]  # of the front-ends, relative to the working directory
    assets: tuple[Copy, ...]
    state: tuple[str, ...]
    env_file: str  # where an empty file .env goes, without which the program ends; "" if nowhere


def decide(facts: Facts, settings: Settings) -> Plan:
    """The plan for a Go program. InputError if the user asks for a Go release that is older than the project's."""
    detail: GoFacts = facts.detail
    pick = Chooser(settings)
    kind = pick.text("kind", facts.kind)
    version = _version(pick, facts)
    others = tuple(f"{package_path(r.value.folder)} ({r.evidence})" for r in detail.main.rejected)
    pick.note(
        "main", package_path(detail.main.value.folder), "detected", detail.main.why, detail.main.confidence, others
    )
    if detail.tags:
        pick.note("tags", detail.tags.value, "detected", detail.tags.why)
    if detail.private:
        pick.note("private", detail.private.patterns.value, "detected", detail.private.patterns.why)
    for generated in detail.generated:
        pick.note("generate", generated.argv, "detected", str(generated.where))
    if facts.framework:
        pick.fact("framework", facts.framework)
    port = pick.port(facts.port) if kind == "web" or settings.get("port") else None
    cgo = detail.cgo
    if cgo:
        pick.note("cgo", "on", "detected", str(cgo.evidence))
    apt_build = pick.packages("apt.build", cgo.build if cgo else (), str(cgo.evidence) if cgo else "")
    web = _stages(detail, pick)
    build = _build(detail, version, apt_build, web)
    found = Fact((detail.binary, *detail.network.arguments_for(port)), facts.start.evidence if facts.start else ())
    start = pick.argv("start", found) or (detail.binary,)
    if detail.env_file:
        pick.note("env_file", build.env_file, "detected", str(detail.env_file))
    runtime, first = _runtime(pick, facts, kind, build, port, start)
    sources = _sources(detail, build)
    made = ignore.made(m.path for stage in web for m in stage.made)
    plan = Plan(
        stack="go",
        kind=kind,
        framework=facts.framework.value if facts.framework else None,
        about=pick.about(facts.about),
        build=build,
        runtime=runtime,
        ignore=ignore.compose(
            (*ignore.COMMON, ignore.used(LEFTOVERS, SIGNS, facts.traces), *made),
            (*sources, *detail.compiled, *detail.embedded),
            facts.sensitive,
        ),
        sources=sources,
        build_args=given.arguments((*build.secrets, *(s for f in build.frontends for s in f.secrets)), pick),
        choices=pick.made,
        run_args=tuple(
            w for n, v in detail.required.items() for w in ("-e", f"{values.env_name(n)}={values.text(v, n)}")
        ),
        warnings=(*facts.warnings, *first.warnings),
    )
    if settings.choice("dev") != "yes":
        return plan
    from dockgen.stacks.go import dev  # noqa: PLC0415  (start-up time: only where it is asked for)

    stage, warnings = dev.stage(detail, plan, pick)
    return replace(plan, dev=stage, choices=pick.made, warnings=(*plan.warnings, *warnings))


def _version(pick: Chooser, facts: Facts) -> str:
    version = pick.text("version", facts.version)
    values.version(version, "Go version")
    chosen, wanted = line_number(version), facts.detail.directive
    if chosen and wanted and chosen < (line_number(wanted.value) or (0, 0)):
        place = wanted.evidence[0]
        raise InputError(
            f"Go {version} is older than the {wanted.value.removeprefix('go')} that the project asks for",
            where=f"{place.path}:{place.line}",
            hint=f"--set version={releases.GO[0].line}",
        )
    return version


def _build(detail: GoFacts, version: str, apt: tuple[str, ...], web: tuple[FrontendStage, ...]) -> GoBuild:
    module = detail.module
    home = module.folder if module else "."
    embedded = [m for stage in web for m in stage.made if detail.frontends and m.path in detail.frontends.embedded]
    whole = bool(detail.workspace) or bool(module and any(not _within(f, home) for f in module.local)) or bool(embedded)
    shown = "." if whole else home
    src = f"/go/src/{detail.import_path}" if not module else "/src"
    base = "." if detail.workspace else home
    tidy = bool(module) and not detail.workspace and detail.needs_modules and not detail.has_sum and not detail.vendored
    stamp, _, stamped = detail.version_variable.value.partition("=") if detail.version_variable else ("", "", "")
    writes = ",rw" if tidy or detail.generated else ""
    mounts = [] if embedded else [_bind(shown, "." if base == shown else src) + writes]
    downloads = detail.needs_modules and not detail.vendored
    mounts += [MODULES] if module and (downloads or detail.generated) else []
    manifests = _manifests(detail) if module and detail.needs_modules and detail.has_sum and not detail.vendored else ()
    lets_in = private.secrets(detail.private) if detail.private and downloads else ()
    mounts += [secret.mount for secret in lets_in]
    here = src if base in (".", shown) else f"{src}/{base}"
    return GoBuild(
        version=version,
        suite=releases.DEBIAN_SUITE,
        image=values.image(f"golang:{version}-{releases.DEBIAN_SUITE}"),
        name=detail.name,
        binary=detail.binary,
        cgo=bool(detail.cgo or apt),
        apt=apt,
        workdir=here,
        source=posixpath.relpath(".", base),
        download=tuple(_bind(p, posixpath.relpath(p, base)) for p in manifests)
        + ((MODULES, *(secret.mount for secret in lets_in)) if manifests else ()),
        mounts=(*mounts, COMPILED),
        secrets=lets_in,
        git=tuple(_by_key(r) for r in detail.private.rewrites) if detail.private and lets_in else (),
        private=detail.private.patterns.value if detail.private and lets_in else "",
        vendored=detail.vendored,
        tidy=tidy,
        env=_env(detail, version, cgo=bool(detail.cgo or apt)),
        generators=tuple(dict.fromkeys(g.name for g in detail.generated)),
        generate=tuple(g.argv for g in detail.generated),
        stamp=stamp,
        stamped=stamped,
        flags=_flags(detail, tidy=tidy),
        package=_package(posixpath.relpath(detail.main.value.folder, base)),
        frontends=web,
        embedded=tuple(replace(m, path=posixpath.relpath(m.path, base)) for m in embedded),
        assets=_copies(detail, web),
        state=_state(detail)[1],
        env_file=f"{_state(detail)[0]}/.env" if detail.env_file else "",
    )


def _stages(detail: GoFacts, pick: Chooser) -> tuple[FrontendStage, ...]:
    if not detail.frontends or not detail.frontends.builds:
        return ()
    from dockgen.stacks.node import stage  # noqa: PLC0415  (start-up time: few programs have a front-end)

    return stage.stages(detail.frontends.builds, pick)


def _copies(detail: GoFacts, web: tuple[FrontendStage, ...]) -> tuple[Copy, ...]:
    """What the program opens: files of the project, and what front-ends make."""
    own = [Copy(source=values.path(a.source), target=values.path(a.target), folder=a.is_folder) for a in detail.assets]
    home = detail.module.folder if detail.module else "."
    opened = detail.frontends.opened if detail.frontends else ()
    made = [m for stage in web for m in stage.made if m.path in opened]
    return (
        *(c for c in own if not any(f"{c.source}/".startswith(f"{m.path}/") for m in made)),
        *(
            Copy(source=m.source, target=posixpath.relpath(m.path, home), folder=m.is_folder, stage=m.stage)
            for m in made
        ),
    )


def _within(folder: str, home: str) -> bool:
    return (home == "." and not folder.startswith("..")) or folder == home or folder.startswith(home + "/")


def _bind(source: str, target: str) -> str:
    """The options of a mount that shows SOURCE, a path of the project, to one build step."""
    return ",".join(["type=bind", *([f"source={values.path(source)}"] if source != "." else []), f"target={target}"])


def _flags(detail: GoFacts, *, tidy: bool) -> tuple[str, ...]:
    flags = ["-trimpath", "-buildvcs=false"]
    if tidy or detail.vendor_flag:
        flags.append("-mod=mod" if tidy else detail.vendor_flag)
    if detail.tags:
        flags.append(f"-tags={','.join(detail.tags.value)}")
    return tuple(flags)


def _package(folder: str) -> str:
    return "." if folder == "." else f"./{values.path(folder)}"


def _env(detail: GoFacts, version: str, *, cgo: bool) -> dict[str, str]:
    """The environment of the stage that compiles."""
    found = {"CGO_ENABLED": "1" if cgo else "0"}
    if not detail.module:
        found["GO111MODULE"] = "off"
    if detail.outside:
        found["GOWORK"] = "off"
    if experiment := _experiment(detail, version):
        found["GOEXPERIMENT"] = experiment
    if detail.private and detail.private.rewrites:
        found["GIT_SSH_COMMAND"] = ACCEPT
    return found


def _experiment(detail: GoFacts, version: str) -> str:
    wanted = [name.partition("<=") for name in detail.experiments]
    now = line_number(version) or (0, 0)
    return ",".join(name for name, _, last in wanted if not last or now <= (line_number(last) or (0, 0)))


def _manifests(detail: GoFacts) -> tuple[str, ...]:
    """The files that `go mod download` reads: those of the module, of its workspace, and of the modules beside it."""
    module = detail.module
    if not module:
        return ()
    folders = [m.folder for m in detail.workspace] or [module.folder, *module.local]
    found = ["go.work", "go.work.sum"] if detail.workspace else []
    found += [inside(f, name) for f in folders if values.is_path(f) or f == "." for name in ("go.mod", "go.sum")]
    known = {*found} & {*detail.manifests}
    return tuple(p for p in dict.fromkeys(found) if p in known)


def _by_key(found: private.Rewrite) -> tuple[str, ...]:
    return ("git", "config", "--global", "--add", f"url.{found.key}.insteadOf", found.address)


def _state(detail: GoFacts) -> tuple[str, tuple[str, ...]]:
    """The working directory, and the folders that the program may write to.

    Files that it opens lie in /app. A program that writes beside itself, or above, works in /data instead.
    """
    if detail.beside:
        return "/app", ("/app",)
    paths = [s.path for s in detail.states]
    up = max((p.split("/").count("..") for p in paths), default=0)
    if up:
        return "/data" + "/app" * up, ("/data",)
    opens = bool(detail.assets or detail.env_file or (detail.frontends and detail.frontends.opened))
    if "." in paths and not opens:
        return "/data", ("/data",)
    folders = tuple(sorted(f"/app/{p}" for p in paths if p != "."))
    if opens or folders:
        return "/app", (("/app",) if "." in paths else folders)
    return "", ()


def _runtime(
    pick: Chooser, facts: Facts, kind: str, build: GoBuild, port: int | None, start: tuple[str, ...]
) -> tuple[Runtime, process.Init]:
    """The final stage, and what was decided about process 1."""
    detail: GoFacts = facts.detail
    needs = [n for n in (detail.cgo, detail.programs) if n]
    found = (*(detail.cgo.run if detail.cgo else ()), *(detail.programs.packages if detail.programs else ()))
    apt = pick.packages("apt.run", found, "; ".join(str(n.evidence) for n in needs))
    if detail.programs:
        pick.note("programs", detail.programs.names, "detected", str(detail.programs.evidence))
    base = pick.given("base")
    has_system = apt or detail.programs or (base and base.value in ("slim", "alpine"))
    system = "debian" if has_system else "none"
    first = process.choose(pick, health.ending(detail.stops, kind), system, "Go", apt)
    if system == "debian":
        image = f"debian:{releases.DEBIAN_SUITE}-slim"
        account = pick.account(Account(uid=10001, gid=10001, create=True))
        apt = tuple(sorted({*apt, *ALWAYS_RUN, *first.packages}))
    else:
        flavour = "static" if not build.cgo else "cc" if detail.cgo and detail.cgo.cpp else "base"
        image, account = DISTROLESS.format(kind=flavour), replace(pick.account(NONROOT), create=False)
    env = {values.env_name(name): value for name, value in detail.network.env_for(port).items()}
    for name, value in env.items():
        pick.note(f"env.{name}", value, "detected", "; ".join(map(str, detail.network.reasons)))
    asks = health.probe(pick, facts, port, system, env)
    own = start[0] in (detail.name, f"./{detail.name}", detail.binary)
    final = Runtime(
        image=values.image(image),
        system=system,
        account=account,
        workdir=_state(detail)[0] or "/",
        env=env,
        apt=apt,
        port=port,
        health=asks,
        entrypoint=(*first.before, detail.binary if own else start[0]),
        command=start[1:] or None,
        init=first.reason,
        stop_signal=first.stop_signal,
        volumes=tuple(f for f in build.state if f != "/app"),  # there, it would hide the next release of the program
    )
    return final, first


def _sources(detail: GoFacts, build: GoBuild) -> tuple[str, ...]:
    """The files and folders that the build needs by name."""
    home = detail.module.folder if detail.module else "."
    manifests = _manifests(detail) if build.download else ()
    own = (a.source for a in build.assets if not a.stage)
    return tuple(dict.fromkeys([*manifests, *(p for f in build.frontends for p in f.sources), *own, home]))
