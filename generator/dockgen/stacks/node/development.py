"""Find how a Node project is developed: its own script for that, its framework's server, or a watcher of its entry."""

from __future__ import annotations

import posixpath
import re
import shlex
from dataclasses import field, replace
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.facts import Evidence
from dockgen.records import dataclass
from dockgen.stacks.node import conventions, programs, scripts, start

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.project import Project
    from dockgen.stacks.node.model import App
    from dockgen.stacks.node.package import Package

SCRIPTS = ("dev", "start:dev", "dev:server", "develop", "serve", "watch", "start", "docs:dev")
ANY = ("--host", "0.0.0.0")


@dataclass(frozen=True, slots=True)
class Server:
    """A development server: its port, None if it only runs the app; and the options that make it listen outward."""

    port: int | None = None
    outward: tuple[str, ...] = ANY


_APP = Server(None, ())
# Programs that follow changes of the source. Ports and options: their own documentation, 2026-11.
SERVERS: Mapping[str, Server] = {
    "vite": Server(5173),
    "react-router": Server(5173),
    "remix": Server(5173),
    "next": Server(3000, ()),  # listens on every address
    "nuxt": Server(3000),
    "nuxi": Server(3000),
    "astro": Server(4321),
    "ng": Server(4200),
    "vue-cli-service": Server(8080),
    "react-scripts": Server(3000, ()),
    "react-app-rewired": Server(3000, ()),
    "craco": Server(3000, ()),
    "webpack": Server(8080),
    "webpack-dev-server": Server(8080),
    "rsbuild": Server(3000),
    "rspack": Server(8080),
    "parcel": Server(1234),
    "vinxi": Server(3000),
    "gatsby": Server(8000),
    "docusaurus": Server(3000),
    "vitepress": Server(5173),
    "vuepress": Server(8080),
    "rspress": Server(3000),
    "eleventy": Server(8080, ()),
    "storybook": Server(6006, ()),
    "slidev": Server(3030, ("--remote",)),
    "qwik": Server(5173),
    "nest": _APP,
    "strapi": _APP,
    "adonis": _APP,
}
# Sub-commands and options without which a program serves nothing, or does not follow changes.
_FOLLOWS = {
    "webpack": re.compile(r"\b(?:serve|server|s)\b"),
    "rspack": re.compile(r"\b(?:serve|dev)\b"),
    "eleventy": re.compile(r"--serve\b"),
    "nest": re.compile(r"(?:--watch|-w)\b"),
    "strapi": re.compile(r"\bdevelop\b"),
    "vue-cli-service": re.compile(r"\bserve\b"),
    "remix": re.compile(r"\bvite:dev\b"),
    "vite": re.compile(r"^(?!.*\b(?:build|preview|optimize)\b)"),
    "docusaurus": re.compile(r"\bstart\b"),
    "gatsby": re.compile(r"\bdevelop\b"),
    "ng": re.compile(r"\bserve\b"),
    "vitepress": re.compile(r"^(?!.*\b(?:build|preview|serve)\b)"),
    "vuepress": re.compile(r"\bdev\b"),
    "rsbuild": re.compile(r"^(?!.*\b(?:build|preview)\b)"),
    "rspress": re.compile(r"\bdev\b"),
    "parcel": re.compile(r"^(?!.*\b(?:build|watch)\b)"),
    "astro": re.compile(r"^(?!.*\b(?:build|preview|check)\b)"),
    "qwik": re.compile(r"\bdev\b"),
    "vinxi": re.compile(r"\bdev\b"),
    "slidev": re.compile(r"^(?!.*\b(?:build|export)\b)"),
    "storybook": re.compile(r"\bdev\b"),
}
# What frameworks are developed with where no script says it.
USUAL: Mapping[str, tuple[str, ...]] = {
    "next": ("next", "dev"),
    "nuxt": ("nuxt", "dev"),
    "astro": ("astro", "dev"),
    "sveltekit": ("vite", "dev"),
    "react-router": ("react-router", "dev"),
    "remix": ("remix", "vite:dev"),
    "vite": ("vite",),
    "angular": ("ng", "serve"),
    "vue-cli": ("vue-cli-service", "serve"),
    "create-react-app": ("react-scripts", "start"),
    "gatsby": ("gatsby", "develop"),
    "docusaurus": ("docusaurus", "start"),
    "eleventy": ("eleventy", "--serve"),
    "nest": ("nest", "start", "--watch"),
    "strapi": ("strapi", "develop"),
}
_WATCHES = lazy.pattern(r"--watch\b|--hot\b|--hmr\b|\bwatch\b|\bace serve\b")
_VITE_PORT = lazy.pattern(r"\bserver\s*:\s*\{[^{}]*?\bport\s*:\s*(\d{2,5})\b")
_VITE = frozenset({"vite", "react-router", "remix", "vitepress", "qwik"})
_CONFIGS = tuple(f"vite.config.{suffix}" for suffix in ("ts", "js", "mts", "mjs"))
# Programs that end what they started with the help of `ps`, which slim images lack: they fail at the first change.
_PS = lazy.pattern(r"\b(?:nest|ts-node-dev|tsnd|tsc-watch)\b")
# What has nothing to do with files that are read: the words before the program itself.
_PLAIN_WRAPPERS = frozenset({"cross-env", "npx", "exec", "env"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Development:
    """How the project is developed; `script` is set where the package manager has to run it, `argv` being its options.

    `port` is None where the app itself listens. `missing` says what stands against it, "" if nothing.
    """

    argv: tuple[str, ...] = ()
    script: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    port: int | None = None
    apt: tuple[str, ...] = ()  # Debian packages that it needs
    is_app: bool = False  # what listens is the app, on its own port
    evidence: Evidence = field(default_factory=Evidence)
    missing: str = ""


def find(project: Project, package: Package, app: App) -> Development:
    """How PROJECT is developed: its script for that, else what its framework has, else a watcher of its entry."""
    for name in SCRIPTS:
        if found := _script(project, package, name):
            return found
    if (row := app.framework) and (argv := USUAL.get(row.value)) and _has(package, argv[0]):
        return _served(project, argv, Evidence(note=f"what {app.title} is developed with"))
    return _watched(package, app)


def _has(package: Package, program: str) -> bool:
    """True if a dependency brings PROGRAM."""
    names = {programs.package(program), {"eleventy": "@11ty/eleventy", "docusaurus": "@docusaurus/core"}.get(program)}
    brought = {"react-router": "@react-router/dev", "remix": "@remix-run/dev", "nuxi": "nuxt", "vite": "rolldown-vite"}
    return bool((names | {brought.get(program)}) & package.all_dependencies.keys())


def _script(project: Project, package: Package, name: str) -> Development | None:
    """What the script NAME does, if it follows changes."""
    text = package.scripts.get(name, "")
    commands = start.read_script(project, package, text) if text else []
    if not commands or commands[-1].folder or not _follows(commands[-1].argv):
        return None
    if other := _called(package, name, text):
        return _script(project, package, other)
    last = commands[-1]
    evidence = Evidence(package.path, project.line_of(package.path, f'"{name}"'), f"scripts.{name}: {text}")
    found = _served(project, _argv(last), evidence)
    if _PS.search(text):
        found = replace(found, apt=("procps",))
    if _is_one_program(package, name, text, last):
        return replace(found, env=conventions.plain_env(last.env))
    outward = found.argv[len(_argv(last)) :]
    if outward and (last.beside or not _reaches_last(text)):
        return None  # nothing passes the options on to the one of several that needs them
    return replace(found, script=name, argv=outward)


def _called(package: Package, name: str, text: str) -> str:
    """The script that the script NAME only calls, as in `npm run start:dev`; "" if it does more."""
    words = tuple(text.split())
    other, rest = scripts.script_name(words, package.scripts)
    around = {f"{edge}{n}" for edge in ("pre", "post") for n in (name, other)} & package.scripts.keys()
    return other if other and not rest and not around else ""


def _reaches_last(text: str) -> bool:
    """True if options that follow a script's text reach its last program."""
    return scripts.plain(text)[-1].argv[0] not in (*scripts.PARALLEL, *scripts.SEQUENTIAL, *scripts.MANAGERS)


def _argv(command: scripts.Command) -> tuple[str, ...]:
    """COMMAND as found on the PATH, which has node_modules/.bin on it."""
    argv = (command.program, *command.argv[1:])
    if command.argv[0] in ("node", "nodejs") and not _WATCHES.search(" ".join(argv)):
        return ("node", "--watch", *command.argv[1:])
    return argv


def _follows(argv: tuple[str, ...]) -> bool:
    """True if what ARGV starts notices changes of the source."""
    program, words = argv[0].rpartition("/")[2], " ".join(argv[1:])
    if program in SERVERS:
        wanted = _FOLLOWS.get(program)
        return bool(wanted.search(words)) if wanted else programs.kind(argv) == "development"
    if program in ("nodemon", "node-dev", "ts-node-dev", "tsnd"):
        return True
    return bool(_WATCHES.search(words)) and (program in ("node", "bun") or program in programs.TYPESCRIPT)


def _is_one_program(package: Package, name: str, text: str, last: scripts.Command) -> bool:
    """True if the script is one program that can be started without a shell or a package manager."""
    if any(c in text for c in "$`*?<>"):
        return False
    try:
        words = shlex.split(text)
    except ValueError:
        return False
    while words and (re.match(r"[A-Za-z_]\w*=", words[0]) or words[0] in _PLAIN_WRAPPERS):
        words = words[1:]
    around = {f"pre{name}", f"post{name}"} & package.scripts.keys()
    return not around and not last.folder and not last.beside and tuple(words) == last.argv


def _served(project: Project, argv: tuple[str, ...], evidence: Evidence) -> Development:
    """ARGV with the options that make it listen outward, and its port."""
    row = SERVERS.get(argv[0], _APP)
    told = conventions.port_option(argv)
    port = told or row.port
    if argv[0] in _VITE and not told:
        configured = (m for name in _CONFIGS if (m := _VITE_PORT.search(project.text(name))))
        port = next((int(m[1]) for m in configured), port)
    return Development(
        argv=_outward(argv, row.outward),
        apt=("procps",) if _PS.search(argv[0]) else (),
        port=port,
        is_app=row.port is None,
        evidence=evidence,
    )


def _outward(argv: tuple[str, ...], options: tuple[str, ...]) -> tuple[str, ...]:
    """ARGV with OPTIONS, whatever host it names itself."""
    if not options or options[0] != "--host":
        return (*argv, *options)
    kept: list[str] = []
    skip = False
    for i, word in enumerate(argv):
        following = argv[i + 1] if i + 1 < len(argv) else "-"
        if skip:
            skip = False
        elif word in ("--host", "--hostname", "-H"):
            skip = not following.startswith("-")
        elif not word.startswith(("--host=", "--hostname=")):
            kept.append(word)
    return (*kept, *options)


def _watched(package: Package, app: App) -> Development:
    """The entry of the app, started again when a file changes."""
    begin = app.start.value if app.start else ()
    entry = posixpath.relpath(app.entry, app.folder or ".") if app.entry else ""
    evidence = Evidence(app.entry or "", None, "the entry of the app")
    if begin[:1] == ("bun",) and entry:
        return Development(argv=("bun", "--watch", entry), is_app=True, evidence=evidence)
    if entry.endswith((".ts", ".mts", ".cts", ".tsx")):
        if "tsx" in package.all_dependencies:
            return Development(argv=("tsx", "watch", entry), is_app=True, evidence=evidence)
        return Development(missing="nothing in the project runs TypeScript as it is: tsx would, in a script `dev`")
    if entry and begin[:1] == ("node",) and not app.built:
        return Development(argv=("node", "--watch", *begin[1:]), is_app=True, evidence=evidence)
    return Development(missing="no script follows changes of the source: name one `dev`")
