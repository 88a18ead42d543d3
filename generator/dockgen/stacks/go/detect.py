"""Find out what a Go project is: its module, its program, what that listens on, needs and opens."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dockgen.about import description, image_name, licence
from dockgen.facts import About, Evidence, Fact, Facts, assumed, fact
from dockgen.stacks.go import assets as files
from dockgen.stacks.go import (
    codegen,
    configs,
    demands,
    gomod,
    gopath,
    health,
    listen,
    mains,
    native,
    private,
    programs,
    source,
    stamp,
    tags,
    version,
)
from dockgen.stacks.go.network import Network, network
from dockgen.values import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockgen.project import Project
    from dockgen.settings import Settings
    from dockgen.stacks.go.frontend import Frontends

AIR = (".air.toml", ".air.conf")  # where air looks for its settings
MANIFESTS = ("go.mod", "go.sum", "go.work", "go.work.sum")
VENDOR_BY_ITSELF = (1, 14)  # from then on `go build` uses vendor/ without being told
# Packages that are behind GOEXPERIMENT in the releases up to the one named ("" for all known).
EXPERIMENTS = (
    ("encoding/json/v2", "jsonv2", "1.26"),
    ("encoding/json/jsontext", "jsonv2", "1.26"),
    ("simd/archsimd", "simd", ""),
    ("runtime/secret", "runtimesecret", ""),
    ("arena", "arenas", ""),
)
GENERIC = re.compile(r"server|api|web|app|service|backend|main|src|cmd|go|v\d+", re.IGNORECASE)
WORKER_HINTS = re.compile(
    r"\bsignal\.Notify(?:Context)?\(|\btime\.(?:NewTicker|Tick)\(|\bcron\.New\(|\.Consume\(|\.ReadMessage\(|\.QueueSubscribe\("
)
READS_ARGUMENTS = re.compile(
    r"\bflag\.(?:Parse|NArg|Args?|String|Bool|Int)\b|\bos\.Args\b|\bcobra\.Command\{|\bcli\.(?:App|Command)\{|\bkingpin\."
    r"|\bkong\.Parse\(|\bpflag\."
)
NEEDS_ARGUMENTS = re.compile(
    r"\bp?flag\.NArg\(\)\s*(?:<|==\s*0|!=)|\blen\((?:os\.Args|p?flag\.Args\(\))\)\s*(?:<|==\s*[01]\b|!=)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoFacts:
    """What only the planner of Go programs reads.

    `name` is the binary's, `binary` where it is installed; other paths are relative to the project's root.
    """

    name: str
    binary: str
    main: Fact[mains.Program]
    module: gomod.Module | None
    workspace: tuple[gomod.Module, ...]
    outside: bool  # there is a go.work, which does not know the module
    import_path: str
    vendored: bool
    vendor_flag: str
    has_sum: bool
    manifests: tuple[str, ...]
    needs_modules: bool
    directive: Fact[str] | None
    experiments: tuple[str, ...]
    tags: Fact[tuple[str, ...]] | None
    private: private.Private | None  # modules that only some may fetch
    cgo: native.Cgo | None
    programs: programs.Programs | None  # what it starts
    frontends: Frontends | None
    generated: tuple[codegen.Generated, ...]
    version_variable: Fact[str] | None  # what the linker sets, as `main.version=dev`
    embedded: tuple[str, ...]
    compiled: tuple[str, ...]
    assets: tuple[files.Asset, ...]
    states: tuple[files.State, ...]
    configuration: Evidence | None  # names a file that the project does not have
    beside: Evidence | None  # the program looks for its files where it lies
    network: Network
    required: Mapping[str, str]  # variables without which it does not start, each with a value
    env_file: Evidence | None  # where it ends if there is no file .env
    health: Fact[tuple[str, ...]] | None
    air: Evidence | None = None  # what sets the reloader `air` up
    stops: Fact[str] | None  # the signal at which it shuts down, if that is not SIGTERM


def detect(project: Project, stack: Fact[str], settings: Settings) -> Facts:
    """The facts about a Go program. UndecidedError if there is none or if several are equally likely."""
    within, own = ".", project
    if project.workspace and project.workspace.manifest == "go.mod":  # its modules may need each other
        within, project = project.workspace.path, project.workspace.root
    modules = _usable(project, gomod.modules(project))
    path = "" if modules else gopath.import_path(project)
    set_tags = tags.tags(project)
    paths = {m.folder: m.path for m in modules} or {".": path}
    code = source.Code(project, paths, set_tags.value if set_tags else ())
    main = mains.choose(
        project, code, modules, settings, lambda folder: bool(listen.serves(code.program(folder))), within
    )
    module = mains.module_of(main.value.folder, modules)
    home = module.folder if module else "."
    program = code.program(main.value.folder)
    if not module:
        gopath.check(project, program, code)
    kind = _kind(program, main.value.folder, listen.exposed(project, home))
    line = version.directive(module, project)
    embeds = files.embeds(program, project)
    built = _frontends(project, embeds, program, home) if settings.wants_front_end else None
    inner = files.embedded(embeds, project)
    found = listen.framework(program)
    assets = files.assets(program, project, home, inner)
    settled = configs.shipped(project, [*(a.source for a in assets), *(e.pattern for e in embeds)])
    net = network(program, project, home, settled) if kind.value == "web" else Network()
    serves = kind.value != "cli"
    given = frozenset({*net.env, *net.other_env})
    required = demands.variables(program, own, given) if serves else {}
    workspace = tuple(m for m in modules if m.folder in gomod.used_by_work(project))
    workspace = workspace if module in workspace else ()
    vendored = gomod.vendor_fits(project, module) if module else project.has_folder("vendor")
    name = _name(project, main.value, module, path)
    beside = files.beside(program)
    binary = f"/app/{name}" if beside else f"/usr/local/bin/{name}"
    detail = GoFacts(
        binary=binary,
        name=name,
        main=main,
        module=module,
        workspace=workspace,
        outside=project.has("go.work") and module is not None and not workspace,
        import_path=path,
        vendored=vendored,
        vendor_flag=_vendor_flag(project, module, vendored=vendored),
        has_sum=any(project.has(gomod.inside(f, "go.sum")) for f in (home, *(m.folder for m in workspace))),
        manifests=tuple(f for f in project.files if posixpath.basename(f) in MANIFESTS),
        needs_modules=_needs_modules(module, modules, program, code),
        directive=line,
        experiments=_experiments(program),
        tags=set_tags,
        private=private.private(project, modules if workspace else (module,)) if module and not vendored else None,
        cgo=native.cgo(project, program, module, gomod.line_number(module.go) if module else None),
        programs=programs.programs(program),
        frontends=built,
        generated=codegen.generated(project, code, program, module) if not workspace else (),
        version_variable=stamp.variable(project, code, main.value.folder),
        embedded=inner,
        compiled=tuple(f.path for f in program),
        assets=assets,
        states=files.states(program) if serves else (),
        configuration=files.missing_configuration(program, project, home) if serves else None,
        beside=beside,
        network=net,
        required=required,
        env_file=demands.file(program) if serves else None,
        air=next((Evidence(f) for f in AIR if project.has(gomod.inside(home, f))), None),
        health=health.command(program, binary),
        stops=health.stops(program),
    )
    return Facts(
        about=About(
            name=image_name(name if name != "app" else project.name),
            description=description(project),
            source=_address(module.path if module else path),
            licence=licence(project),
        ),
        stack=stack,
        kind=kind,
        version=version.release(line, project, home),
        framework=Fact(found[0], (found[1],)) if found and kind.value == "web" else None,
        start=Fact((binary, *net.arguments_for(net.port.value if net.port else None)), main.evidence),
        port=net.port,
        health=health.route(program),
        warnings=(
            *project.notes,
            *_warnings(embeds, built, detail),
            *net.warnings,
            *(demands.warnings(program, own, given | required.keys()) if serves else ()),
        ),
        ended=(*version.over(settings.get("version")), *(f.ended for f in (built.builds if built else ()) if f.ended)),
        detail=detail,
    )


def _frontends(
    project: Project, embeds: Sequence[files.Embed], program: Sequence[source.GoFile], home: str
) -> Frontends | None:
    """The front-ends that must be built; None without a package.json that could say how."""
    if not any(project.ending("package.json")):
        return None
    from dockgen.stacks.go.frontend import frontends  # noqa: PLC0415  (start-up time: few programs have one)

    return frontends(project, embeds, program, home)


def _usable(project: Project, modules: Sequence[gomod.Module]) -> tuple[gomod.Module, ...]:
    """Modules that hold Go files; a go.mod in a folder of examples or tests is not the project's."""
    kept = [m for m in modules if any(f.endswith(".go") for f in project.below(m.folder))]
    return tuple(kept) if kept or not modules else tuple(modules)


def _vendor_flag(project: Project, module: gomod.Module | None, *, vendored: bool) -> str:
    """The -mod flag that is needed because of a vendor folder; "" where `go build` does the right thing by itself."""
    if not module or not project.has(gomod.inside(module.folder, "vendor/modules.txt")):
        return ""
    automatic = (gomod.line_number(module.go) or (0, 0)) >= VENDOR_BY_ITSELF
    if automatic == vendored:
        return ""
    return "-mod=vendor" if vendored else "-mod=readonly"


def _needs_modules(
    module: gomod.Module | None, modules: Sequence[gomod.Module], program: Sequence[source.GoFile], code: source.Code
) -> bool:
    """True if the build needs modules that are not in the project."""
    own = {m.path for m in modules}
    required = bool(module) and any(path not in own for path in (module.requires if module else ()))
    return required or any(_is_foreign(i, code) for f in program for i in f.imports)


def _is_foreign(path: str, code: source.Code) -> bool:
    return "." in path.partition("/")[0] and code.folder_of(path) is None


def _name(project: Project, program: mains.Program, module: gomod.Module | None, path: str) -> str:
    """What to call the binary: as `go build` would, unless that cannot be a file name in a Dockerfile."""
    own = posixpath.basename(program.folder) if program.folder not in (".", program.module) else ""
    above = (module.name, *reversed(module.path.split("/")[1:])) if module else (path.rpartition("/")[2],)
    for name in (own, *above, image_name(project.name)):
        if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", name) and not GENERIC.fullmatch(name):
            return name
    return "app"


def _kind(program: Sequence[source.GoFile], folder: str, exposed: Sequence[tuple[int, Evidence]]) -> Fact[str]:
    if where := listen.serves(program):
        return Fact("web", (where,))
    if exposed:  # a dependency may listen for it
        return Fact("web", (exposed[0][1],))
    if posixpath.basename(folder) in ("worker", "consumer", "daemon", "scheduler", "cron"):
        return fact("worker", folder, None, "by its name")
    for file in program:
        if match := NEEDS_ARGUMENTS.search(file.text):
            return Fact("cli", (Evidence(file.path, file.line(match.start()), "does nothing without arguments"),))
    for file in program:
        if match := WORKER_HINTS.search(file.text):
            return Fact("worker", (Evidence(file.path, file.line(match.start()), "runs until it is stopped"),))
    for file in program:
        if match := READS_ARGUMENTS.search(file.text):
            return Fact("cli", (Evidence(file.path, file.line(match.start()), "reads arguments, and opens no port"),))
    return assumed("cli", "no port was found in its code, and nothing that keeps it running")


def _experiments(program: Sequence[source.GoFile]) -> tuple[str, ...]:
    """GOEXPERIMENT values with the last release that needs them, as `name<=line`."""
    used = {i for f in program for i in f.imports}
    return tuple(sorted({f"{name}<={last}" for path, name, last in EXPERIMENTS if path in used}))


def _address(path: str) -> str:
    """The web address of a module whose path names a known forge; "" otherwise."""
    match = re.match(r"((?:github\.com|gitlab\.com|codeberg\.org|bitbucket\.org)/[\w.-]+/[\w.-]+)", path)
    return one_line(f"https://{match[1]}") if match else ""


def _warnings(embeds: Sequence[files.Embed], built: Frontends | None, detail: GoFacts) -> list[str]:
    found = [
        f"{embed.where}: {one_line(embed.pattern, 80)} is not in the project, and nothing was found that makes it"
        for embed in embeds
        if embed.missing and not any(f"{embed.pattern}/".startswith(f"{o}/") for o in (built.embedded if built else ()))
    ]
    found += [w for b in (built.builds if built else ()) for w in b.warnings]
    if detail.module and detail.needs_modules and not detail.has_sum and not detail.vendored:
        found.append("go.sum is missing, so nothing verifies what is downloaded: run `go mod tidy` and commit go.sum")
    if (wanted := detail.configuration) and wanted.note not in {a.target for a in detail.assets}:
        found.append(f"{wanted} is not in the project; if the program cannot do without, mount yours")
    found += [
        f"{asset.where}: {asset.source} is shipped as {asset.target}; mount your own over it"
        for asset in detail.assets
        if posixpath.basename(asset.source) != posixpath.basename(asset.target)
    ]
    return found
