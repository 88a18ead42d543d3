"""The commands of a shell script in the order of its lines, and which of them run in any case. Nothing is run.

No parser of a whole shell: what it cannot follow is said to depend on something.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dockgen.importing import shell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.importing.shell import Command

MAX_LINES = 2000
_LOOPS = frozenset({"while", "until"})  # run at least once, where they try something again
_OPEN = frozenset({"if", "for", "case", "select", *_LOOPS})
_CLOSE = frozenset({"fi", "done", "esac"})
_TESTS = frozenset({"[", "[[", "test"})
_FUNCTION = re.compile(r"\s*(?:function\s+([\w:-]+)\s*(?:\(\s*\))?|([\w:-]+)\s*\(\s*\))\s*\{?")
_HEREDOC = re.compile(r"(?<!<)<<-?\s*[\"'\\]?(\w+)")
_ASSIGNMENT = re.compile(r"\s*(export\s+|readonly\s+|local\s+|declare\s+(?:-\w+\s+)?)?([A-Za-z_]\w*)=(.*)", re.DOTALL)
_COLON = re.compile(r"\s*:\s+[\"']?\$\{([A-Za-z_]\w*):?=([^{}`$]*)\}[\"']?\s*")
_PUT_IN = re.compile(r"\$\(\([^()]*\)\)|\$\([^()]*\)|`[^`]*`")
_LIST = re.compile(r"\w\+?=\([^()]*$")  # that goes on
_CONSTANT = re.compile(r"[\w.:/@%+,=-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A command, the first line of what it stands in, and that as a TEXT.

    `always` says that it runs whatever the script is given, `within` that a function holds it, `beside` that the
    script does not wait for its end.
    """

    command: Command
    line: int
    text: str
    always: bool
    within: bool = False
    beside: bool = False

    @property
    def words(self) -> str:
        """The command as one line."""
        return " ".join(self.command.argv)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A variable that a script sets in any case: `value` is None if it cannot be told."""

    value: str | None
    line: int
    is_default: bool = False  # it is only set if nobody else did
    is_exported: bool = False


def steps(script: str) -> list[Step]:
    """The commands of SCRIPT; none if it is no text that a shell could read."""
    found: list[Step] = []
    around: list[str] = []  # what is open: the words of the shell, or `function`
    for line, text in _lines(script):
        if match := _FUNCTION.match(text):
            around.append("function")
            text = text[match.end() :]  # noqa: PLW2901  (the body may begin on the same line)
        guarded, last, in_test = False, "", False
        for command in _with_braces(_flat(text)):
            if in_test:  # `[[ a && b ]]` is one test
                in_test = command.argv[-1] != "]]"
                continue
            in_test = "[[" in command.argv and command.argv[-1] != "]]"
            step = _step(command, line, text, around)
            if step is None:
                continue
            if command.before in ("", ";", "&", "\n"):
                guarded = False
            guarded = guarded or command.before == "||" or (command.before == "&&" and last in _TESTS)
            last = step.command.program
            found.append(replace(step, always=step.always and not guarded))
    return found


def _flat(text: str) -> str:
    """TEXT with what is put in by other commands, and with lists, as one word each."""
    for _ in range(3):
        text = _PUT_IN.sub("$_", text)
    return re.sub(r"(\w\+?=)\([^()]*\)", r"\1_", text)


def _with_braces(text: str) -> list[Command]:
    """The commands of TEXT, a closing brace being one: it ends a function."""
    plain = shell.commands(text)
    return [*plain, shell.Command(("}",))] if re.match(r"\s*\}|.*;\s*\}\s*$", text, re.DOTALL) else plain


def _step(command: Command, line: int, text: str, around: list[str]) -> Step | None:
    """COMMAND as a step, AROUND changed by the words of the shell in it; None if it consists of these alone."""
    word, rest = command.argv[0], command.argv
    always = all(opener in _LOOPS for opener in around)
    within = "function" in around
    if word == "}":
        if around[-1:] == ["function"]:
            around.pop()
        return None
    if word in _CLOSE:
        if around and around[-1] != "function":
            around.pop()
        return None
    if word in _OPEN:
        around.append(word)
        rest = rest[1:]
        always = always and word in ("if", *_LOOPS)
    elif word == "elif":
        rest, always = rest[1:], False
    rest = rest[1:] if rest[:1] == ("!",) else rest
    if not rest or word in ("for", "case", "select"):
        return None
    beside = re.search(r"(?<![&>|])&\s*$", text) is not None
    return Step(
        command=replace(command, argv=rest), line=line, text=text.strip(), always=always, within=within, beside=beside
    )


def variables(script: str) -> dict[str, Variable]:
    """The variables that SCRIPT sets outside of functions, by their names."""
    found: dict[str, Variable] = {}
    depth = 0
    for line, text in _lines(script):
        first = text.split(maxsplit=1)[0].rstrip(";") if text.split() else ""
        depth += (first in _OPEN or bool(_FUNCTION.match(text))) - (first in _CLOSE or first == "}")
        if match := _COLON.fullmatch(text):
            found[match[1]] = Variable(value=match[2].strip("\"'"), line=line, is_default=True)
        elif match := _ASSIGNMENT.fullmatch(text):
            found[match[2]] = _variable(match, line, found.get(match[2]), is_sure=depth <= 0)
        elif match := re.fullmatch(r"\s*export((?:\s+[A-Za-z_]\w*)+)\s*", text):
            found |= {name: replace(found[name], is_exported=True) for name in match[1].split() if name in found}
    return found


def _variable(match: re.Match[str], line: int, before: Variable | None, *, is_sure: bool) -> Variable:
    """What an assignment says; nothing certain if it stands under a condition, or if the variable had a value."""
    raw = match[3].strip()
    is_exported = (match[1] or "").startswith("export") or bool(before and before.is_exported)
    plain = raw[1:-1] if len(raw) > 1 and raw[0] == raw[-1] and raw[0] in "\"'" else raw
    own = re.fullmatch(rf"\$\{{{match[2]}:?-([^{{}}`$]*)\}}", plain)
    value = own[1].strip("\"'") if own else plain
    is_constant = is_sure and before is None and (bool(_CONSTANT.fullmatch(value)) or (own is None and _quoted(raw)))
    return Variable(value=value if is_constant else None, line=line, is_default=bool(own), is_exported=is_exported)


def _quoted(raw: str) -> bool:
    """True if RAW is one text in quotes in which nothing is put in."""
    return bool(re.fullmatch(r"'[^']*'|\"[^\"$`\\]*\"", raw))


def _lines(script: str) -> Iterator[tuple[int, str]]:
    """What a shell reads as one line, with its number; without comments and heredocs."""
    first, parts, quote, until = 0, list[str](), "", ""
    for number, line in enumerate(script.splitlines()[:MAX_LINES], 1):
        if until:
            until = "" if line.strip() == until else until
            continue
        first = first or number
        text, quote = _bare(line, quote)
        if match := _HEREDOC.search(text):
            until = match[1]
        if quote or (text.endswith("\\") and not text.endswith("\\\\")):
            parts.append(text.removesuffix("\\") if not quote else f"{text}\n")
            continue
        whole = "".join((*parts, text))
        if _LIST.search(whole):
            parts.append(f"{text} ")
            continue
        if whole.strip():
            yield first, whole
        first, parts = 0, []


def _bare(line: str, quote: str) -> tuple[str, str]:
    """LINE without its comment, and the quote that is open at its end; QUOTE is the one that is open before it."""
    index = 0
    while index < len(line):
        character = line[index]
        if character == "\\" and quote != "'":
            index += 1
        elif quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character == "#" and (not index or line[index - 1] in " \t;&|("):
            return line[:index].rstrip(), quote
        index += 1
    return line.rstrip() if not quote else line, quote
