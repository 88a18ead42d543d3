"""Read through package.json scripts: what a chain of `npm run`, wrappers and assignments finally executes."""

from __future__ import annotations

import posixpath
import re
import shlex
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dockgen import lazy

if TYPE_CHECKING:
    from collections.abc import Mapping

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

    @property
    def program(self) -> str:
        """The name of the program, without its folder."""
        return self.argv[0].rpartition("/")[2] if self.argv else ""


def read(script: str, scripts: Mapping[str, str], depth: int = 0) -> list[Command] | None:
    """The commands that SCRIPT runs one after another, `npm run x` replaced by what it runs.

    None if it cannot be told: unbalanced quotes, shell syntax beyond `&&`, or scripts that call each other in a circle.
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
            folder = f"{folder}/{command.argv[1]}".strip("/") if len(command.argv) == 2 else folder
            continue
        name, rest = script_name(command.argv, scripts)
        if name is None:
            commands.append(command)
            continue
        below: list[Command] = []
        for part in (f"pre{name}", name, f"post{name}"):
            if part in scripts:
                inner = read(scripts[part], scripts, depth + 1)
                if inner is None:
                    return None
                if part == name and inner and rest:
                    inner[-1] = replace(inner[-1], argv=inner[-1].argv + rest)
                below += inner
        commands += [
            replace(c, env={**command.env, **c.env}, folder=f"{folder}/{c.folder}".strip("/"), script=name)
            for c in below
        ]
    return commands


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
    if head in ("run-s", "npm-run-all", "run-p", "npm-run-all2") and len(words) == 1 and words[0] in scripts:
        return words[0], ()
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
