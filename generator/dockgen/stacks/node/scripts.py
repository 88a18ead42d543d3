"""Read through package.json scripts: what a chain of `npm run`, wrappers and assignments finally executes."""

from __future__ import annotations

import posixpath
import re
import shlex
from dataclasses import field, replace
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.records import dataclass
from dockgen.stacks.node import programs

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_DEPTH = 8
_ASSIGNMENT = lazy.pattern(r"([A-Za-z_][A-Za-z0-9_]*)=(.*)", re.DOTALL)
_DEFAULT = lazy.pattern(r"\$\{[A-Za-z_][A-Za-z0-9_]*:-([^}]*)\}")
_OPERATORS = {"&&", "||", ";", "|", "&"}
# Wrappers that run the rest of the line in another environment: name -> options that take a value.
WRAPPERS: Mapping[str, frozenset[str]] = {
    "cross-env": frozenset(),
    "cross-env-shell": frozenset(),
    "env": frozenset(),
    "exec": frozenset(),
    "dotenv": frozenset({"-e", "-c", "-v", "-p"}),
    "dotenvx": frozenset({"-f", "--env-file", "-e", "--env"}),
    "env-cmd": frozenset({"-f", "-e", "-r"}),
    "npx": frozenset({"-p", "--package"}),
    "bunx": frozenset(),
    "doppler": frozenset(),
    "infisical": frozenset(),
    "op": frozenset(),
}
# Words after a package manager's name that run a script by name, and those that run a program.
RUN = frozenset({"run", "run-script"})
PROGRAM = frozenset({"exec", "x", "dlx"})
MANAGERS = frozenset({"npm", "pnpm", "yarn", "bun"})
# Options of package managers that name the folder whose package.json is meant.
FOLDER_OPTIONS = ("--prefix", "--cwd", "--dir", "-C")
# Programs that run several scripts, one after another or at the same time, and their options with a value.
PARALLEL = frozenset({"concurrently", "conc", "run-p"})
SEQUENTIAL = frozenset({"run-s", "npm-run-all", "npm-run-all2"})
_VALUED = frozenset({"-n", "--names", "-c", "--prefix-colors", "-p", "--prefix", "-m", "--max-processes", "-l",
    "--restart-tries", "--restart-after", "--success", "-s", "--default-input-target", "--max-parallel"})  # fmt: skip
# What runs of several processes that start together: the one that production has too.
_RANK = ("node", "bun", "program", "typescript", "watcher", "files", "development")
BUILTIN = frozenset(
    {"install", "i", "ci", "add", "version", "publish", "prune", "rebuild", "dedupe", "audit", "config", "link"}
)


@dataclass(frozen=True, slots=True)
class Command:
    """One program with its arguments, the variables set for it, the folder that a `cd` went to, the script it is in."""

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    folder: str = ""
    script: str = ""
    beside: tuple[str, ...] = ()  # other processes that start at the same time

    @property
    def program(self) -> str:
        """The name of the program, without its folder."""
        return self.argv[0].rpartition("/")[2] if self.argv else ""


def read(
    script: str,
    scripts: Mapping[str, str],
    depth: int = 0,
    within: Callable[[str], Mapping[str, str]] | None = None,
) -> list[Command] | None:
    """The commands that SCRIPT runs one after another, `npm run x` replaced by what it runs.

    WITHIN gives the scripts of the package.json in another folder. None if it cannot be told: unbalanced quotes, shell
    syntax beyond `&&`, or scripts that call each other in a circle.
    """
    words = _words(script)
    if words is None or depth > MAX_DEPTH:
        return None
    commands: list[Command] = []
    folder = ""
    for argv in _split(words):
        command = _unwrap(Command(tuple(argv), folder=folder))
        if not command.argv:
            continue
        if command.argv[0] == "cd":
            folder = _joined(folder, command.argv[1]) if len(command.argv) == 2 else folder
            continue
        below = _below(command, scripts, depth, within)
        if below is None:
            return None
        commands += below
    return commands


def _joined(folder: str, path: str) -> str:
    return "" if path.startswith("..") else f"{folder}/{path.removeprefix('./')}".strip("/").rstrip("/")


def _below(
    command: Command,
    scripts: Mapping[str, str],
    depth: int,
    within: Callable[[str], Mapping[str, str]] | None,
) -> list[Command] | None:
    """What COMMAND stands for: itself, the scripts that it runs, or the one of several that production needs."""
    argv, folder = _folder(command)
    known = within(folder) if folder and within else scripts
    inside = (lambda path: within(_joined(folder, path))) if within else None
    if argv[0] in PARALLEL or argv[0] in SEQUENTIAL:
        return _together(replace(command, argv=argv, folder=folder), known, depth, inside)
    name, rest = script_name(argv, known)
    if name is None:
        return [replace(command, argv=argv, folder=folder)]
    below: list[Command] = []
    for part in (f"pre{name}", name, f"post{name}"):
        if part in known:
            inner = read(known[part], known, depth + 1, inside)
            if inner is None:
                return None
            if part == name and inner and rest:
                inner[-1] = replace(inner[-1], argv=inner[-1].argv + rest)
            below += inner
    return [
        replace(c, env={**command.env, **c.env}, folder=f"{folder}/{c.folder}".strip("/"), script=name) for c in below
    ]


def _folder(command: Command) -> tuple[tuple[str, ...], str]:
    """The argv without an option that names another folder (`npm --prefix server start`), and that folder."""
    argv = list(command.argv)
    if argv[0] not in MANAGERS:
        return command.argv, command.folder
    for i, word in enumerate(argv):
        option, equals, value = word.partition("=")
        if word == "--" or option not in FOLDER_OPTIONS:
            continue
        path = value if equals else argv[i + 1] if i + 1 < len(argv) else ""
        del argv[i : i + (1 if equals else 2)]
        return tuple(argv), _joined(command.folder, path)
    return command.argv, command.folder


def _together(
    command: Command,
    scripts: Mapping[str, str],
    depth: int,
    within: Callable[[str], Mapping[str, str]] | None,
) -> list[Command] | None:
    """What `run-s a b`, `run-p a b` and `concurrently "a" "npm:b"` run: all in turn, or the one for production."""
    parallel = command.argv[0] in PARALLEL
    texts: list[str] = []
    skip = False
    for word in command.argv[1:]:
        if word == "--":
            break
        parallel = parallel or (word in ("-p", "--parallel") and command.argv[0] in SEQUENTIAL)
        if skip or word.startswith("-"):
            skip = not skip and command.argv[0] in PARALLEL and word in _VALUED
            continue
        texts += _named(word, scripts, is_script=command.argv[0] not in ("concurrently", "conc"))
    groups = [read(text, scripts, depth + 1, within) for text in texts]
    if any(g is None for g in groups):
        return None
    found = [[replace(c, env={**command.env, **c.env}, folder=f"{command.folder}/{c.folder}".strip("/")) for c in g]
             for g in groups if g]  # fmt: skip
    if not parallel or not found:
        return [c for g in found for c in g]
    ranked = sorted(found, key=lambda g: _rank(g[-1]))
    others = tuple(" ".join(g[-1].argv) for g in ranked[1:] if _rank(g[-1]) <= _RANK.index("typescript"))
    return [*ranked[0][:-1], replace(ranked[0][-1], beside=others)]


def _rank(command: Command) -> int:
    kind = programs.kind(command.argv)
    return _RANK.index(kind) if kind in _RANK else len(_RANK)


def _named(word: str, scripts: Mapping[str, str], *, is_script: bool) -> list[str]:
    """The commands behind a word of `concurrently` or `run-p`: `npm:build-*`, `watch:*`, or a command as it is."""
    m = re.fullmatch(r"(?:npm|pnpm|yarn|bun|node):(\S+)(.*)", word)
    if not m and not is_script:
        return [word]
    name = m[1] if m else word.partition(" ")[0]
    if "*" in name:
        pattern = re.compile(re.escape(name).replace(r"\*\*", ".*").replace(r"\*", ".*" if m else "[^:]*"))
        return [f"npm run {n}" for n in scripts if pattern.fullmatch(n)]
    return [f"npm run {name}{m[2] if m else ''}"]


def _words(script: str) -> list[str] | None:
    lexer = shlex.shlex(_DEFAULT.sub(r"\1", script), posix=True, punctuation_chars="&|;")
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        return list(lexer)
    except ValueError:
        return None


def _split(words: list[str]) -> list[list[str]]:
    """The commands between operators; what follows `||` or `|` is a fallback or a filter, and dropped."""
    parts: list[list[str]] = [[]]
    keep = True
    for word in words:
        if word in _OPERATORS:
            keep = word in ("&&", ";", "&")
            if keep:
                parts.append([])
        elif keep:
            parts[-1].append(word)
    return [p for p in parts if p]


def _unwrap(command: Command) -> Command:
    """COMMAND without leading assignments and wrappers such as cross-env, dotenv and npx."""
    argv, env = list(command.argv), dict(command.env)
    while argv:
        if m := _ASSIGNMENT.fullmatch(argv[0]):
            env[m[1]] = m[2]
            argv = argv[1:]
        elif argv[0] in WRAPPERS and len(argv) > 1:
            argv = _after_options(argv[1:], WRAPPERS[argv[0]])
        elif argv[0] in MANAGERS and len(argv) > 2 and argv[1] in PROGRAM:
            argv = _after_options(argv[2:], frozenset({"--package", "-p"}))
        elif argv[0] == "bun" and len(argv) > 2 and argv[1] == "--bun":
            argv = ["bun", *argv[2:]]
        else:
            break
    return replace(command, argv=tuple(argv), env=env)


def _after_options(argv: list[str], valued: frozenset[str]) -> list[str]:
    if "--" in argv:
        at = argv.index("--")
        if all(w.startswith("-") or argv[i - 1] in valued or w == "run" for i, w in enumerate(argv[:at])):
            return argv[at + 1 :]
    while argv and argv[0].startswith("-"):
        argv = argv[2:] if argv[0] in valued else argv[1:]
    return argv[1:] if argv[:1] == ["run"] else argv


def script_name(argv: tuple[str, ...], scripts: Mapping[str, str]) -> tuple[str | None, tuple[str, ...]]:
    """The script that ARGV runs (`npm run x`, `yarn x`, `npm start`, `node --run x`), and the arguments for it."""
    head, words = argv[0], [w for w in argv[1:] if w not in ("-s", "--silent", "--if-present", "--")]
    if head == "node" and len(words) > 1 and words[0] == "--run":
        return (words[1], tuple(words[2:])) if words[1] in scripts else (None, ())
    if head not in MANAGERS or not words:
        return None, ()
    if words[0] in RUN and len(words) > 1:
        return (words[1], tuple(words[2:])) if words[1] in scripts else (None, ())
    short = {"start", "test", "stop", "restart"} if head == "npm" else scripts.keys() - BUILTIN
    if head != "bun" and words[0] in short and words[0] in scripts:
        return words[0], tuple(words[1:])
    return None, ()


def plain(script: str) -> list[Command]:
    """The commands of SCRIPT as they stand: without wrappers, `cd` followed, no name of a script looked up."""
    commands: list[Command] = []
    folder = "."
    for argv in _split(_words(script) or []):
        command = _unwrap(Command(tuple(argv)))
        if command.argv[:1] == ("cd",):
            folder = posixpath.normpath(posixpath.join(folder, *command.argv[1:2]))
        elif command.argv:
            commands.append(replace(command, folder="" if folder == "." else folder))
    return commands
