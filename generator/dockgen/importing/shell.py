"""The commands of a RUN, a CMD or a health check: split as a shell splits them, without running anything."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_SCRIPT = 65536
_COMMENT = re.compile(r"^[ \t]*#.*$|`[ \t]*#[^`]*`", re.MULTILINE)
_ENDS = frozenset({"&&", "||", ";", "|", "&", ";;", "|&", "\n"})
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=")
# Words that a shell reads before a command, and programs that run the rest of their line.
_WORDS = frozenset({"then", "do", "else", "!", "(", ")", "{", "}", "time"})
_WRAPPERS = frozenset({"exec", "sudo", "nice", "nohup", "command"})
_DUPLICATED = re.compile(r"(?<![\w&])\d?>&[\d-](?!\w)")  # 2>&1
_BOTH = re.compile(r"&>>?")
_REDIRECTION = re.compile(r"\d*(?:>>?|<|>&|&>)")


@dataclass(frozen=True, slots=True)
class Command:
    """One command: its words without redirections, the variables set for it, and the operator before it."""

    argv: tuple[str, ...]
    before: str = ""
    env: tuple[str, ...] = ()

    @property
    def program(self) -> str:
        """The name of the program, without its folder."""
        return self.argv[0].rpartition("/")[2]


def commands(script: str) -> list[Command]:
    """The commands of SCRIPT in order; none if its quotes do not end, or if it is very long."""
    words = _words(script)
    found: list[Command] = []
    before, argv = "", list[str]()
    for word in [*words, ";"]:
        if word not in _ENDS:
            argv.append(word)
            continue
        if command := _command(argv, before):
            found.append(command)
        before, argv = word, []
    return found


def _words(script: str) -> list[str]:
    if len(script) > MAX_SCRIPT:
        return []
    plain = _COMMENT.sub("", script).replace("\\\n", " ").replace("\n", " ; ")
    plain = _BOTH.sub(" > ", _DUPLICATED.sub(" ", plain))
    lexer = shlex.shlex(plain, posix=True, punctuation_chars=";&|")
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        return list(lexer)
    except ValueError:
        return []


def _command(words: Sequence[str], before: str) -> Command | None:
    argv: list[str] = []
    env: list[str] = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif redirection := _REDIRECTION.match(word):
            skip = redirection.end() == len(word)
        elif not argv and (word in _WORDS or word in _WRAPPERS or word.endswith(")")):  # `a)` of a case
            continue
        elif not argv and _ASSIGNMENT.match(word):
            env.append(word)
        elif argv or word != "env":
            argv.append(word)
    is_test = bool(argv) and argv[0].startswith("-")  # the rest of `[[ a || -z b ]]`
    return Command(tuple(argv), before, tuple(env)) if argv and not is_test else None


def options(argv: Sequence[str], *names: str) -> str:
    """The value of the first of the options NAMES in ARGV, `--port 80`, `--port=80` or `-p80`; "" if it has none."""
    for index, word in enumerate(argv):
        for name in names:
            if word == name:
                return argv[index + 1] if index + 1 < len(argv) else ""
            if name.startswith("--") and word.startswith(f"{name}="):
                return word.partition("=")[2]
            if not name.startswith("--") and word.startswith(name) and len(word) > len(name):
                return word[len(name) :].removeprefix("=")
    return ""
