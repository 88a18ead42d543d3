"""Find where the scripts of a package.json leave what they build: options, configuration files, habits of the tools."""

from __future__ import annotations

import fnmatch
import posixpath
import re
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.errors import UndecidedError
from dockgen.records import dataclass
from dockgen.stacks.node import adapters, conventions, frameworks, scripts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dockgen.project import Project
    from dockgen.stacks.node.package import Package
    from dockgen.stacks.node.scripts import Command

MAX_CONFIGS = 12
MAX_SETTINGS = 400  # of one file, and constants
MAX_PARTS = 12  # of one path
# Sites beside an app, not its face.
DOCUMENTATION = frozenset({"vitepress", "vuepress", "docusaurus", "slidev", "rspress", "hexo"})
CODE = (".js", ".mjs", ".cjs", ".ts", ".mts", ".json")
# Options of bundlers and compilers that name a file or folder to write.
FLAGS = frozenset({
    "-o", "--output", "--outfile", "--out-file", "--file", "-d", "--dir", "--outDir", "--outdir", "--out-dir",
    "--dist-dir", "--output-path", "--dest", "--destination",
})  # fmt: skip
COPIERS = frozenset({"cp", "mv", "cpx", "cpx2", "cpy", "ncp", "rsync", "copyfiles", "move-cli"})
RUNNERS = frozenset({"run-s", "run-p", "npm-run-all", "npm-run-all2", "concurrently", "wireit"})
# Programs that make something for a browser; a script that runs none of these is no build of a front-end.
BUNDLERS = frozenset({
    "vite", "webpack", "webpack-cli", "rollup", "esbuild", "parcel", "tailwindcss", "cli", "postcss", "sass",
    "node-sass", "lessc", "stylus", "gulp", "grunt", "mix", "ng", "react-scripts", "vue-cli-service", "rspack",
    "rsbuild", "nuxt", "nuxi", "next", "astro", "svelte-kit", "browserify", "encore", "snowpack", "swc", "babel",
    "unocss", "uglifyjs", "terser", "cleancss", "preact", "ember", "umi", "quasar", "craco", "react-app-rewired",
    "rescript", "elm", "elm-app", "tsc", "tsup", "vue-tsc", "bun", "node", "tsx", "deno", "remix", "react-router",
    "lit", "web-dev-server", "brunch", "shadow-cljs", "gatsby", "eleventy", "max", "vp", "tsdown", "rolldown",
})  # fmt: skip
# Those whose configuration file says where to, unless an option does.
CONFIGURED = frozenset({"vite", "webpack", "webpack-cli", "rollup", "rolldown", "gulp", "mix", "node", "ng", "tsx",
    "vue-cli-service", "rspack", "rsbuild", "svelte-kit", "astro", "encore", "grunt"})  # fmt: skip
_OVERRIDES = frozenset({"--outDir", "--output-path", "--dest", "--dist-dir"})
CONFIGS = lazy.pattern(
    r"(?:vite|esbuild|webpack|rollup|rspack|rsbuild|svelte|astro|next|nuxt|vue|angular|build|gulpfile|webpack\.mix"
    r"|rolldown|tsup)\b[\w.-]*\.(?:[cm]?[jt]s|json)"
)
# Settings whose value is a place to write to; those in the second group mean other things as well.
_KEY = lazy.pattern(
    r"[\"']?\b(?:(outDir|outdir|outfile|outputPath|outputDir|distDir|setOutputPath|setPublicPath|dest(?=\())"
    r"|(path|dir|file|filename))[\"']?\s*[:=(]\s*"
)
_MIX = lazy.pattern(r"\.(?:js|ts|react|vue|sass|less|stylus|postCss|css|copy|styles|scripts)\(([^()]{1,300})\)")
_CONSTANT = lazy.pattern(r"\b(?:const|let|var)\s+([A-Za-z_$][\w$]*)\s*=\s*")
_ROOT = lazy.pattern(r"^\s*root\s*:\s*", re.MULTILINE)
_TOKEN = lazy.pattern(r"\"([^\"\n]*)\"|'([^'\n]*)'|`([^`\n]*)`|([A-Za-z_$][\w$]*)")
_TEXT = lazy.pattern(r"\"([^\"\n]*)\"|'([^'\n]*)'|`([^`\n]*)`")
_DEVELOPMENT = lazy.pattern(
    r"(?:^|[:_-])(?:dev|develop|development|watch|serve|analy[sz]e|debug|test|docs?|stats|docker|image|server|backend"
    r"|types|storybook|electron|desktop|android|ios|healthcheck)(?:$|[:_-])"
)
_PART = lazy.pattern(r"(?:build|compile)[:_-][\w:-]+|[\w:-]+[:_-](?:build|compile)|css|js|styles|assets|tailwind")
_WATCHES = lazy.pattern(r"(?:^|\s)(?:--watch|-w|--serve|watch)(?:\s|$)")
# Names of the one script that builds it all, the usual first.
NAMES = (*conventions.BUILD_SCRIPTS, "release", "production", "prod", "bundle", "package", "generate", "build-prod")


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """A file or folder that a build makes. `sure`: the project says so, rather than the habits of its tool."""

    path: str
    sure: bool


def builds(package: Package) -> list[tuple[str, ...]]:
    """The scripts that may build the front-end, the likeliest first: one, or several parts that belong together."""
    present = [n for n in NAMES if n in package.scripts and _bundles(package, (n,))]
    if present:
        return [(n,) for n in dict.fromkeys(present)]
    parts = (n for n in package.scripts if _PART.fullmatch(n) and not _DEVELOPMENT.search(n))
    kept = tuple(n for n in parts if _bundles(package, (n,)) and not _WATCHES.search(package.scripts[n]))
    return [kept] if kept else []


def _bundles(package: Package, names: tuple[str, ...]) -> bool:
    return any(_program(c) in BUNDLERS for c in commands(package, names))


def _program(command: Command) -> str:
    return posixpath.basename(command.argv[1 if command.argv[0] == "shx" and len(command.argv) > 1 else 0])


def commands(package: Package, names: Iterable[str], seen: set[str] | None = None) -> list[Command]:
    """What the scripts NAMES of this package finally run, each once, those before and after them included."""
    done = set() if seen is None else seen
    found: list[Command] = []
    for name in (part for n in names for part in (f"pre{n}", n, f"post{n}")):
        if name not in package.scripts or name in done:
            continue
        done.add(name)
        for command in scripts.plain(package.scripts[name]):
            inner = [] if command.folder else list(_inner(command, name, package.scripts))
            below = commands(package, inner, done)
            found += [replace(c, env={**command.env, **c.env}, script=c.script or name) for c in below]
            if not inner:
                found.append(replace(command, script=name))
    return found


def _inner(command: Command, name: str, table: Mapping[str, str]) -> Iterator[str]:
    """The scripts that a command runs: one, or those that a runner of several is given."""
    if command.program not in RUNNERS:
        one, _ = scripts.script_name(command.argv, table)
        yield from (n for n in (one,) if n and n != name)
        return
    for word in command.argv[1:]:
        pattern = re.sub(r"^(?:(?:npm|pnpm|yarn)(?: run |:)|npm run )", "", word)
        yield from (n for n in table if n != name and fnmatch.fnmatchcase(n, pattern))


def of(project: Project, package: Package, names: tuple[str, ...]) -> tuple[Output, ...]:
    """Where the scripts NAMES write to, relative to the package's own folder; it may lie above that.

    An option overrides the configuration, which overrides what the tool does by itself.
    """
    run = commands(package, names)
    found: dict[str, bool] = {}
    for path in (p for c in run for p in _written(c)):
        found.setdefault(_normal(path), True)
    overridden = any(w.partition("=")[0] in _OVERRIDES for c in run for w in c.argv)
    if not overridden and (not found or any(_program(c) in CONFIGURED for c in run)):
        for path, sure in _configured(project, run):
            found[_normal(path)] = sure or found.get(_normal(path), False)
    if not any(found.values()):
        found = {**dict.fromkeys(_habits(project, package, run), False), **found}
    return tuple(Output(path=p, sure=sure) for p, sure in found.items() if p not in ("", "."))


def _normal(path: str) -> str:
    return posixpath.normpath(path.strip()).removeprefix("/")


def _written(command: Command) -> Iterator[str]:
    """The files and folders that a command line names as its output."""
    argv = list(command.argv[1:] if command.argv[0] == "shx" else command.argv)
    program, words = posixpath.basename(argv[0]), argv[1:]
    plain = [w for w in words if not w.startswith("-")]
    found = []
    for word, following in zip(words, [*words[1:], ""], strict=False):
        flag, equals, value = word.partition("=")
        if flag in FLAGS and program != "tsc":
            found.append(value if equals else following)
    if program in COPIERS and len(plain) > 1:
        found.append(plain[-1])
    if program in ("sass", "node-sass", "lessc") and not found:
        pairs = [w.partition(":")[2] for w in plain if ":" in w]
        found += pairs or plain[1:2]
    if value := command.env.get("BUILD_PATH", ""):
        found.append(value)
    for path in found:
        if path and not path.startswith(("-", "/", "~")) and "$" not in path and "*" not in path:
            yield posixpath.join(command.folder, path)


def _configured(project: Project, run: list[Command]) -> list[tuple[str, bool]]:
    """The places that the configuration files at the top, and those named on the command line, write to."""
    top = [f for f in project.files if "/" not in f and CONFIGS.fullmatch(f)]
    words = [posixpath.normpath(posixpath.join(c.folder, w.partition("=")[2] or w)) for c in run for w in c.argv[1:]]
    named = [w for w in words if project.has(w) and w.endswith(CODE)]
    folders = {posixpath.dirname(w) for w in named if "config" in w} - {""}  # of several that take from one another
    beside = [f for d in sorted(folders) for f in project.below(d) if posixpath.dirname(f) == d and f.endswith(CODE)]
    found: list[tuple[str, bool]] = []
    for file in list(dict.fromkeys([*top, *named, *beside]))[:MAX_CONFIGS]:
        found += _of_file(file, project.text(file))
    return found


def _of_file(file: str, raw: str) -> Iterator[tuple[str, bool]]:
    text = re.sub(r"(?<!:)//[^\n]*", "", raw)
    known = constants(text)
    root = ""
    if "vite" in file and (m := _ROOT.search(text)):
        root = path_at(text, m.end(), known)[0]
    for m in islice(_KEY.finditer(text), MAX_SETTINGS):
        path, is_plain = path_at(text, m.end(), known)
        before = text[max(0, m.start() - 200) : m.start()]
        is_stats = m[2] == "filename" and path.endswith(".json") and "Tracker" in before
        sure = bool(m[1]) or (m[2] != "filename" and "output" in before)
        if path and (sure or is_stats):
            here = root if is_plain else "" if "process.cwd" in text else posixpath.dirname(file)
            yield posixpath.join(here, path), sure
    for m in islice(_MIX.finditer(text), MAX_SETTINGS) if "mix" in text else ():
        if target := [next(filter(None, t), "") for t in _TEXT.findall(m[1])][1:2]:
            yield target[0], True


def _expression(text: str, start: int) -> str:
    """The expression that begins at START, up to the comma, bracket or line end that is not inside it."""
    depth = 0
    for i in range(start, min(len(text), start + 300)):
        c = text[i]
        if c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
            if depth < 0:
                return text[start:i]
        elif depth == 0 and c in ",;\n":
            return text[start:i]
    return text[start : start + 300]


def constants(text: str) -> dict[str, list[str]]:
    """The parts of the paths that constants of TEXT stand for."""
    known: dict[str, list[str]] = {}
    for m in islice(_CONSTANT.finditer(text), MAX_SETTINGS):
        expression = _expression(text, m.end()).strip()
        if m[1] not in known and _is_path(expression):
            known[m[1]] = _parts(expression, known)
    return known


def path_at(text: str, start: int, known: Mapping[str, list[str]]) -> tuple[str, bool]:
    """The path in the expression at START, such as `path.resolve(__dirname, "..", "static")`; is it one text alone?

    KNOWN are the constants of TEXT.
    """
    expression = _expression(text, start).strip()
    if not _is_path(expression):
        return "", False
    parts = _parts(expression, known)
    path = "/".join(p for p in parts if p)
    plain = len(parts) == 1 and expression[0] in "\"'`" and "${" not in expression
    return (path, plain) if re.fullmatch(r"[\w@./-]+", path) else ("", False)


def _is_path(expression: str) -> bool:
    return bool(expression) and expression[0] not in "{[" and "=>" not in expression and "require" not in expression


def _parts(expression: str, known: Mapping[str, list[str]]) -> list[str]:
    """The texts in EXPRESSION, and those of the constants that it names, in order."""
    found: list[str] = []
    for m in _TOKEN.finditer(expression):
        if m[4]:
            found += known.get(m[4], [])
            continue
        literal = next((g for g in m.groups() if g), "")
        inner = re.sub(r"^\$\{(\w+)\}/?", lambda n: "/".join([*known.get(n[1], []), ""]), literal)
        found.append(inner if len(expression) == len(m[0]) else inner.removeprefix("/"))
    return found[:MAX_PARTS]


def _habits(project: Project, package: Package, run: list[Command]) -> list[str]:
    """Where the tool writes to unless it is told."""
    programs = {_program(c) for c in run}
    rows = frameworks.META + frameworks.SPAS
    own = tuple(r for r in rows if r.name not in DOCUMENTATION and (not r.build or r.build[0] in programs))
    row = frameworks.match(own, package)
    if row is None:
        return ["dist", "build"]
    if row.name == "nuxt":
        return [".output/public", "dist"]
    try:
        app = adapters.of_framework(project, package, row, None)
    except UndecidedError:  # made for a platform that runs functions
        return []
    return list(app.output) if app.kind.value == "static" else []
