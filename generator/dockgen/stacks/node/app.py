"""Decide what of a project runs: a site, a framework's server, a start script, a program, or nothing at all."""

from __future__ import annotations

import posixpath
import re
import shlex
from typing import TYPE_CHECKING

from dockgen.errors import Open, UndecidedError, Way
from dockgen.facts import Evidence, Fact, assumed, default, fact
from dockgen.stacks.node import (
    adapters,
    conventions,
    frameworks,
    programs,
    refusals,
    rivals,
    sites,
    source,
    start,
    typescript,
)
from dockgen.stacks.node.model import App
from dockgen.values import is_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.project import Project
    from dockgen.stacks.node.frameworks import Framework
    from dockgen.stacks.node.package import Package
    from dockgen.stacks.node.start import Start

# Documentation tools that often stand beside an app rather than being it.
DOCUMENTATION = frozenset(row.name for row in frameworks.GENERATORS)


def find(project: Project, package: Package, asked: str | None = None) -> App:
    """The app. UndecidedError if there is nothing to run."""
    refusals.check(project, package)
    begin = start.find(project, package)
    meta = frameworks.by_name(asked) if asked else frameworks.match(frameworks.META, package)
    runs = bool(begin and begin.kind in start.RUNS)
    if meta and not (runs and begin and _stands_beside(project, package, meta, begin)):
        return adapters.of_framework(project, package, meta, begin if runs else None)
    made = next(
        (row for row in frameworks.SERVERS if row.name in adapters.SERVERS and frameworks.uses(row, package)), None
    )
    if made and (not runs or made.name == "adonis"):
        return adapters.SERVERS[made.name](project, package, made)
    if begin and runs and not _is_program(project, package, begin):
        return _of_start(project, package, begin)
    if (spa := frameworks.match(frameworks.SPAS, package)) and _is_site(project, package, spa):
        return adapters.of_framework(project, package, spa, None)
    if begin and begin.kind == "files" and (app := _of_files(project, package, begin)):
        return app
    row = frameworks.match(frameworks.SERVERS, package)
    if row and row.start and (not begin or begin.kind == "development"):
        return conventions.server(project, package, row, None)
    if package.bins:
        return _program(project, package, begin)
    hint = start.development_entry(project, package)
    usual = (hint if hint and hint.kind == "bun" else None) or rivals.find(project, package)
    if usual := usual or start.usual_file(project, package) or hint:
        return _of_start(project, package, usual)
    listening = start.listening_files(project)
    if len(listening) == 1 and frameworks.match(frameworks.SERVERS, package):
        evidence = Evidence(listening[0], None, "the one file that listens for connections")
        return _of_start(project, package, start.file_start(project, package, listening[0], evidence))
    refusals.check_platform(project, package)
    refusals.check_nx(project)
    raise UndecidedError(
        "package.json names nothing that can be run"
        f"\n  looked for: a start script, a framework, bin, main, {', '.join(start.FILES[:4])}.js"
        f"\n  found: {_found(package)}",
        where=package.path,
        hint="a library needs no image; else say how it starts: "
        f"--set start='node {next(iter(listening), 'src/server.js')}'",
        open=Open(
            key="start",
            ways=tuple(Way.start(f"node {shlex.quote(file)}", "listens for connections") for file in listening),
            example="node src/server.js",
        ),
    )


def _found(package: Package) -> str:
    names = ", ".join(package.scripts) or "no scripts"
    return f"scripts {names}"[:200]


def _stands_beside(project: Project, package: Package, meta: Framework, begin: Start) -> bool:
    """True if a server runs the project, and META only makes its documentation or the pages that it serves."""
    if meta.name == "angular":
        serves = any(p in package.dependencies for row in frameworks.SERVERS for p in row.packages)
        return serves and begin.kind == "node" and not sites.has_server(project)
    return meta.name in DOCUMENTATION


def _is_program(project: Project, package: Package, begin: Start) -> bool:
    """True if the start script merely runs the program that `bin` names, without any server."""
    bins = {posixpath.normpath(b) for b in package.bins.values()}
    if begin.file not in bins or begin.argv[2:] or frameworks.match(frameworks.SERVERS, package):
        return False
    return not (begin.entry and source.read(project, begin.entry).listens)


def _is_site(project: Project, package: Package, spa: Framework) -> bool:
    if not conventions.build_of(project, package, spa):
        return False
    if spa.name in ("vite", "webpack", "parcel", "rsbuild"):
        pages = [
            f
            for f in project.ending("index.html", "index.pug", "index.ejs")
            if f.count("/") <= 2 and not f.startswith(("docs/", "test"))
        ]
        return bool(pages) or "html-webpack-plugin" in package.all_dependencies or spa.name == "rsbuild"
    return True


def _of_start(project: Project, package: Package, begin: Start) -> App:
    """An app that its start script (or its entry file) describes."""
    row = frameworks.match(frameworks.SERVERS, package)
    worker = frameworks.match(frameworks.WORKERS, package)
    facts = source.read(project, begin.entry) if begin.entry else source.SourceFacts()
    port = conventions.port_option(begin.argv)
    is_web = facts.listens or bool(port) or bool(row and row.kind == "server" and not (worker and begin.entry))
    named = row if is_web else worker or row
    built = bool(begin.kind == "node" and begin.file and not _exists(project, begin.file))
    build = _build(project, package, begin, row, built=built)
    warnings = list(_start_warnings(project, begin, build))
    if begin.kind == "typescript":
        warnings.append("the app starts from TypeScript sources, so development dependencies ship; a build would help")
    return App(
        kind=_kind(begin, facts, named, is_web=is_web),
        framework=conventions.told_by(project, package, named) if named else None,
        title=named.title if named else "",
        start=Fact(begin.argv, (begin.evidence,)),
        build=build,
        output=_outputs(project, package, begin) if built and not facts.reads_source else (),
        keep_dev=begin.kind == "typescript" or (bool(begin.needs) and begin.needs not in package.shipped),
        folder=begin.folder,
        port=(port or (named.port if named else None) or 3000) if is_web else None,
        may_not_listen=bool(is_web and worker and worker.name in frameworks.BOTS),
        reads_port=is_web and bool((named and named.reads_port) or begin.needs in programs.ENVIRONMENT),
        entry=begin.entry,
        source=facts,
        env={
            **(named.env if named else {}),
            **programs.ENVIRONMENT.get(begin.needs, {}),
            **conventions.plain_env(begin.env),
        },
        writes=named.writes if named else (),
        migrates=next((" ".join(c.argv) for c in begin.before if _is_migration(c.argv)), ""),
        built=built,
        warnings=tuple(warnings),
    )


def _of_files(project: Project, package: Package, begin: Start) -> App | None:
    """A folder of files that the start script serves: `serve -s build`, `http-server dist`."""
    folder = next((w for w in begin.argv[1:] if not w.startswith("-") and not w.isdigit()), ".")
    folder = posixpath.normpath(posixpath.join(begin.folder, folder))
    build = conventions.build_of(project, package)
    if not is_path(folder) or (not build and not project.has(posixpath.normpath(f"{folder}/index.html"))):
        return None
    is_spa = any(w in ("-s", "--single", "--spa") for w in begin.argv[1:])
    return App(
        kind=Fact("static", (begin.evidence,)),
        title="site",
        build=build,
        output=(folder,),
        bundled=True,
        fallback="/index.html" if is_spa else "",
        not_found="" if is_spa else "/404.html",
    )


def _build(
    project: Project, package: Package, begin: Start, row: Framework | None, *, built: bool
) -> Fact[tuple[str, ...]] | None:
    """The build script, TypeScript's compiler where BUILT says that what starts must be made, what runs before."""
    build = conventions.build_of(project, package, row if "@nestjs/cli" in package.all_dependencies else None)
    if build:
        return build
    scripts = [(c.script,) for c in begin.before if c.script in package.scripts and not _is_migration(c.argv)]
    compilers = [c.argv for c in begin.before if not c.script and c.argv[0] in programs.COMPILERS]
    if built and not compilers and "typescript" in package.all_dependencies and project.has("tsconfig.json"):
        return default(("tsc",), "TypeScript without a build script")
    before = [*compilers, *scripts]
    return fact(before[0], begin.evidence.path, begin.evidence.line, "runs before the app starts") if before else None


def _start_warnings(project: Project, begin: Start, build: Fact[tuple[str, ...]] | None) -> Iterator[str]:
    for other in begin.beside:
        yield f"the start script also starts `{other}`, which this image does not: run it as a container of its own"
    if not build and (missing := [w for w in begin.argv[1:] if _is_missing(project, begin, w)]):
        yield f"the start names {missing[0]}, which the project does not have: mount it, or make it"


def _kind(begin: Start, facts: source.SourceFacts, row: Framework | None, *, is_web: bool) -> Fact[str]:
    if is_web and facts.listens:
        return Fact("web", (Evidence(begin.entry or "", None, "listens for connections"),))
    if is_web:
        return default("web", f"{row.title} serves HTTP" if row else "the start command names a port")
    if row:
        return default("worker", f"{row.title}: listens on no port")
    return assumed("worker", "nothing in the source listens on a port")


def _exists(project: Project, file: str) -> bool:
    return project.first(file, f"{file}.js", f"{file}.mjs", f"{file}.cjs", f"{file}/index.js") is not None


def _is_missing(project: Project, begin: Start, word: str) -> bool:
    """True if WORD of the start is a file of configuration that is not there."""
    path = posixpath.normpath(posixpath.join(begin.folder, word))
    return bool(re.fullmatch(r"[\w./-]+\.(?:c?js|json|ya?ml|toml|ini|conf)", word)) and not (
        word.startswith(("/", "node_modules/")) or path == begin.file or path.startswith("../") or project.has(path)
    )


def _is_migration(argv: tuple[str, ...]) -> bool:
    return programs.kind(argv) == "step" and argv[0] in programs.MIGRATIONS and "generate" not in argv


def _outputs(project: Project, package: Package, begin: Start) -> tuple[str, ...]:
    """The folder that the build makes and the start file lies in; nothing if that is not all it makes."""
    out = typescript.out_folder(project)
    top = out if out and begin.file.startswith(f"{out}/") else begin.file.split("/")[0]
    if frameworks.match(frameworks.SPAS, package) or "/" not in begin.file or project.has_folder(top):
        return ()
    return (top,)


def _program(project: Project, package: Package, begin: Start | None) -> App:
    """A command line program: the entry of `bin` under the package's own name, else the first."""
    short = package.name.rpartition("/")[2]
    name = short if short in package.bins else next(iter(package.bins))
    file = posixpath.normpath(package.bins[name])
    built = not _exists(project, file)
    entry = source.entry(project, file)
    build = conventions.build_of(project, package)
    if built and not build and not entry:
        raise UndecidedError(
            f"bin names {file}, which is neither there nor made by a build script",
            where=package.path,
            hint="--set build='…' or --set start='node …'",
        )
    top = file.split("/")[0]
    return App(
        kind=fact("cli", package.path, project.line_of(package.path, '"bin"'), f"bin: {name}"),
        title="command line program",
        start=fact(("node", file), package.path, project.line_of(package.path, '"bin"'), f"bin: {name}"),
        build=(build or default(("tsc",), "TypeScript without a build script")) if built else None,
        output=(top,) if built and "/" in file else (),
        entry=entry,
        built=built,
        env=conventions.plain_env(begin.env) if begin else {},
    )
