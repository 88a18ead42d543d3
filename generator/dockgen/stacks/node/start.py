"""Find the production start: the command behind `scripts.start`, a Procfile, `main`, or a file that is usually it."""

from __future__ import annotations

import posixpath
import re
import shlex
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.facts import Evidence
from dockgen.stacks.node import hints, programs, scripts, source, typescript

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockgen.project import Project
    from dockgen.stacks.node.package import Package
    from dockgen.stacks.node.scripts import Command

# Scripts that start an app, the one meant for production first.
SCRIPTS = ("start:prod", "start:production", "start", "prod", "production", "serve", "start:server", "start-server",
    "server", "serve:prod", "preview")  # fmt: skip
# Files that are usually the entry of an app without scripts.
FILES = ("server", "app", "index", "main", "src/server", "src/app", "src/index", "src/main", "bin/www",
    "server/index", "server/server", "server/app", "bot", "src/bot", "worker", "src/worker")  # fmt: skip
DEVELOPMENT_SCRIPTS = ("dev", "start:dev", "develop", "serve", "start")
RUNS = frozenset({"node", "bun", "program", "typescript"})  # kinds that production can run
_RANK = {"node": 4, "bun": 4, "program": 3, "typescript": 2, "files": 1, "watcher": 1, "parallel": 0, "development": 0}
# Options of node that only serve development, or that fail where a file is missing.
_DROPPED = lazy.pattern(
    r"--(?:watch(?:-path=.*|-preserve-output)?|inspect(?:-brk|-wait)?(?:=.*)?|hot|no-clear-screen)$"
)
_VALUED = frozenset({"-r", "--require", "--import", "--loader", "--experimental-loader", "-C", "--conditions",
    "--env-file", "--env-file-if-exists", "--title", "--icu-data-dir"})  # fmt: skip
# What restarts TypeScript on a change, and what does the same once, the quickest first.
RELOADERS: Mapping[str, tuple[str, ...]] = {"ts-node-dev": ("tsx", "ts-node"), "tsnd": ("tsx", "ts-node")}
# Options of these and of `tsx watch` for the reload, those of them that have a value, and those of ts-node's compiler.
_RELOADS = lazy.pattern(
    r"watch|--(?:watch|respawn|clear-screen|no-clear-screen|cls|clear|rs|poll|interval|debounce|exit-child|quiet|notify"
    r"|no-notify|dedupe|deps|no-deps|all-deps|deps-level|tree-kill|ignore|ignore-watch|include|exclude|inspect"
    r"|inspect-brk|debug)"
)
_RELOADS_WITH = frozenset(
    {"--interval", "--debounce", "--deps-level", "--ignore", "--ignore-watch", "--include", "--exclude"}
)
_CHECKS = frozenset({"--transpile-only", "--transpileOnly", "-T", "--files", "--type-check", "--typeCheck"})

_ASIDE = lazy.pattern(r"(?:example|demo|test|bench|mock|dev|karma|gulpfile|gruntfile)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """How the app starts: argv, the source file behind it, and what must be done before.

    `kind` is node, bun, typescript, program, files or development. `needs` names the package that brings the program.
    """

    kind: str
    argv: tuple[str, ...]
    evidence: Evidence
    env: Mapping[str, str] = field(default_factory=dict)
    folder: str = ""
    file: str = ""  # the file that runs, as it is called in argv
    entry: str | None = None  # the source behind it
    needs: str = ""
    before: tuple[Command, ...] = ()
    beside: tuple[str, ...] = ()  # other processes that the script starts at the same time
    script: str = ""


def find(project: Project, package: Package) -> Start | None:
    """The best start of all that the project offers; None if there is none."""
    found = list(_candidates(project, package))
    if not any(s.kind in RUNS for s in found):
        found += _of_hint(project, package)
    ranked = sorted(found, key=lambda s: (-_RANK.get(s.kind, 0), _is_elsewhere(s)))
    return ranked[0] if ranked else None


def _of_hint(project: Project, package: Package) -> list[Start]:
    """The start of an image that was made by hand, if it runs a file that is there or that the build makes."""
    found = hints.image(project)
    starts = list(_of_script(project, package, *found)) if found else []
    return [s for s in starts if s.kind in RUNS and (s.entry or (s.kind == "program" and s.needs))]


def _is_elsewhere(start: Start) -> bool:
    """True if START names a file at the top that is not there: it is meant for the folder of what a build makes."""
    return start.kind == "node" and bool(start.file) and "/" not in start.file and not start.entry


def _candidates(project: Project, package: Package) -> Iterator[Start]:
    if m := re.search(r"^(?:web|worker|bot):[ \t]*(\S[^\n]*)$", project.text("Procfile"), re.MULTILINE):
        yield from _of_script(
            project, package, m[1], Evidence("Procfile", project.line_of("Procfile", m[0]), m[1].strip())
        )
    for name in SCRIPTS:
        if name in package.scripts:
            line = project.line_of(package.path, f'"{name}"')
            evidence = Evidence(package.path, line, f"scripts.{name}: {package.scripts[name]}")
            pre = package.scripts.get(f"pre{name}", "")
            script = f"{pre} && {package.scripts[name]}" if pre else package.scripts[name]
            yield from _of_script(project, package, script, evidence, name)


def _of_script(project: Project, package: Package, script: str, evidence: Evidence, name: str = "") -> Iterator[Start]:
    commands = read_script(project, package, script)
    if not commands:
        return
    runs = [(i, c) for i, c in enumerate(commands) if programs.kind(c.argv) != "step"]
    if runs:
        at, command = runs[-1]
        start = resolve(project, package, command, evidence)
        yield replace(start, before=tuple(commands[:at]), beside=command.beside, script=name)


def read_script(project: Project, package: Package, script: str) -> list[Command]:
    """The commands behind SCRIPT, through the scripts of this package and of those in folders; none if unclear."""
    return scripts.read(script, package.scripts, within=lambda folder: hints.scripts(project, folder)) or []


def resolve(project: Project, package: Package, command: Command, evidence: Evidence) -> Start:
    """What COMMAND means in production: watchers and development options gone, programs named by their file."""
    kind = programs.kind(command.argv)
    base = Start(kind=kind, argv=command.argv, evidence=evidence, env=command.env, folder=command.folder)
    arguments = command.argv[1:]
    if kind == "watcher":
        return _watched(project, package, command, evidence)
    if kind == "shell":
        return _shell(project, package, base, command)
    if kind == "node":
        return _node(project, base, ("node", *_options(arguments)))
    if kind == "bun":
        words = tuple(w for w in arguments if w != "run" and not _DROPPED.match(w))
        return _node(project, base, ("bun", *words))
    if kind == "typescript":
        return _typescript(project, package, base, command)
    if kind == "program":
        name = command.program
        direct = "/" in command.argv[0] and "node_modules" not in command.argv[0]
        argv = ("node", *command.argv) if direct and project.has(posixpath.normpath(command.argv[0])) else None
        if argv:
            return _node(project, replace(base, kind="node"), argv)
        known = programs.package(name) in package.all_dependencies or any(name in d for d in package.all_dependencies)
        return replace(
            base,
            kind="program" if known else "unknown",
            argv=programs.argv_of(name, arguments),
            needs=programs.package(name),
        )
    return base


def _options(arguments: tuple[str, ...]) -> list[str]:
    """Options of node as production wants them: no watching, no debugger, an absent .env file is no error."""
    kept = [w for w in arguments if not _DROPPED.match(w)]
    return [re.sub(r"^--env-file(?==|$)", "--env-file-if-exists", w) for w in kept]


def _file(argv: tuple[str, ...]) -> str:
    """The first word that is no option and no option's value."""
    skip = False
    for word in argv[1:]:
        if skip or word.startswith("-"):
            skip = not skip and word in _VALUED
        else:
            return word
    return ""


def _node(project: Project, start: Start, argv: tuple[str, ...]) -> Start:
    file = _file(argv)
    hook = next(
        (
            w
            for w in (*argv, *start.env.get("NODE_OPTIONS", "").split())
            if re.search(r"ts-node/|(?<![\w.-])tsx(?:/|$)|@swc-node|@babel/register|esbuild-register|tsconfig-paths", w)
        ),
        "",
    )
    needs = "/".join(hook.split("=")[-1].split("/")[: 2 if "@" in hook else 1])
    path = posixpath.normpath(f"{start.folder}/{file}" if start.folder else file) if file else ""
    entry = source.entry(project, path) if path else None
    kind = "typescript" if hook and "tsconfig-paths" not in hook else start.kind
    return replace(start, kind=kind, argv=argv, file=path, entry=entry, needs=needs)


def _shell(project: Project, package: Package, base: Start, command: Command) -> Start:
    """What a shell script runs at its end."""
    path = next((w for w in command.argv if w.endswith(".sh") or project.has(w)), "")
    inner = read_script(project, package, hints.shell(project, path)) if path else []
    runs = [c for c in inner if programs.kind(c.argv) not in ("step", "shell", "watcher")]
    if not runs:
        return replace(base, kind="development")
    return replace(resolve(project, package, runs[-1], base.evidence), before=tuple(inner[: inner.index(runs[-1])]))


def _watched(project: Project, package: Package, command: Command, evidence: Evidence) -> Start:
    """What nodemon, pm2 and the like run."""
    words = list(command.argv[1:])
    listed = re.compile(r"(?:ecosystem|pm2|process(?:es)?)[\w.]*\.(?:c?js|json)$")
    inner: list[Command] = []
    rest: tuple[str, ...] = ()
    at = next((i for i, w in enumerate(words) if w in ("--exec", "-x")), None)
    if at is not None:
        inner = read_script(project, package, words[at + 1]) if at + 1 < len(words) else []
        rest = tuple(words[at + 2 :]) if len(inner) == 1 and len(inner[0].argv) == 1 else ()
    elif file := next((w for w in words if listed.search(w)), ""):
        inner = read_script(project, package, hints.pm2(project, posixpath.normpath(file)))
    elif words[1:2] and words[1] in scripts.MANAGERS:  # pm2 start npm --name app -- run start:prod
        after = words[words.index("--") + 1 :] if "--" in words else []
        inner = read_script(project, package, shlex.join([words[1], *after]))
    elif words[1:2] and " " in words[1]:  # pm2 start "npm run start:prod"
        inner = read_script(project, package, words[1])
    if inner and programs.kind(inner[-1].argv) not in ("watcher", "shell"):
        last = replace(inner[-1], argv=inner[-1].argv + rest, env={**command.env, **inner[-1].env})
        return resolve(project, package, last, evidence)
    files = [w for w in words if w != "start" and not w.startswith("-") and re.search(r"\.[cm]?[jt]s$|/www$", w)]
    files = [f for f in files if not listed.search(f)]
    if not files:
        file = next((f for f in (package.main, *FILES) if f and source.entry(project, f)), "")
        files = [file] if file else []
    if not files:
        return Start(kind="development", argv=command.argv, evidence=evidence, env=command.env)
    program = "tsx" if files[0].endswith("ts") else "node"
    return resolve(project, package, replace(command, argv=(program, files[0])), evidence)


def _typescript(project: Project, package: Package, base: Start, command: Command) -> Start:
    """TypeScript run as it is: the compiled file where there is a build that makes it."""
    name = command.program
    tool = next((t for t in RELOADERS.get(name, ()) if t in package.all_dependencies), name)
    words = _lasting(command.argv[1:], tool)
    at = next((i for i, w in enumerate(words) if re.search(r"\.[cm]?tsx?$", w) or project.has(w)), None)
    file = posixpath.normpath(words[at]) if at is not None else ""
    entry = source.entry(project, file) if file else None
    kept = replace(
        base, argv=programs.argv_of(tool, tuple(words)), file=file, entry=entry, needs=programs.package(tool)
    )
    built = typescript.compiled(project, package, entry) if entry and not typescript.loads(project, package) else ""
    if not built or "typescript" not in package.all_dependencies or at is None:
        return kept
    return replace(kept, kind="node", argv=("node", built, *words[at + 1 :]), file=built, needs="")


def _lasting(arguments: tuple[str, ...], tool: str) -> list[str]:
    """ARGUMENTS of what runs TypeScript, without those that only serve a reload or that TOOL does not know."""
    kept: list[str] = []
    skip = False
    for word in arguments:
        option, equals, _ = word.partition("=")
        if skip or _RELOADS.fullmatch(option) or (tool == "tsx" and option in _CHECKS):
            skip = not skip and option in _RELOADS_WITH and not equals
        else:
            kept.append(word)
    return kept


def usual_file(project: Project, package: Package) -> Start | None:
    """The entry of an app whose package.json names no start: `main`, else a usual file that listens."""
    names = [package.main] if package.main else []
    for name in (*names, *FILES):
        entry = source.entry(project, name)
        if not entry or entry.endswith((".jsx", ".d.ts")):
            continue
        listens = source.read(project, entry).listens
        if listens:
            evidence = Evidence(
                entry,
                None,
                "main"
                if entry == posixpath.normpath(name) == posixpath.normpath(package.main or ".")
                else "listens for connections",
            )
            return file_start(project, package, entry, evidence)
    return None


def listening_files(project: Project) -> list[str]:
    """The files at the top that listen for connections, under whatever names; those for trying things out aside."""
    top = (f for f in source.sources(project) if "/" not in f and not _ASIDE.match(f))
    return [f for f in top if source.listens(project.text(f))]


def file_start(project: Project, package: Package, entry: str, evidence: Evidence) -> Start:
    """The start of a source file: run as it is, TypeScript compiled where tsconfig says where to."""
    base = Start(kind="node", argv=("node", entry), evidence=evidence, file=entry, entry=entry)
    if not entry.endswith((".ts", ".mts", ".cts", ".tsx")):
        return base
    built = typescript.compiled(project, package, entry) if "typescript" in package.all_dependencies else ""
    if built:
        return replace(base, argv=("node", built), file=built)
    if "tsx" in package.all_dependencies:
        return replace(base, kind="typescript", argv=programs.argv_of("tsx", (entry,)), needs="tsx")
    return base


def development_entry(project: Project, package: Package) -> Start | None:
    """The start that a development script gives away: `bun run --hot src/index.ts`, `nodemon src/index.js`."""
    for name in DEVELOPMENT_SCRIPTS:
        commands = read_script(project, package, package.scripts.get(name, ""))
        for command in reversed(commands):
            if programs.kind(command.argv) in ("bun", "watcher", "typescript", "node"):
                line = project.line_of(package.path, f'"{name}"')
                found = resolve(
                    project, package, command, Evidence(package.path, line, f"scripts.{name}: {package.scripts[name]}")
                )
                if found.entry:
                    return found
    return None
