"""The variables of a Dockerfile: ARG and ENV with their values, put in where the builder puts them in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from dockgen import dockerfile

MAX_DEPTH = 8  # of defaults within defaults
MAX_LENGTH = 8192  # of a value: variables may double each other
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# What the builder itself knows, and differs from machine to machine.
PREDEFINED = re.compile(r"(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT)|(?i:https?_proxy|ftp_proxy|no_proxy|all_proxy)")


@dataclass(frozen=True, slots=True)
class Value:
    """A text; `is_known` is False if a part of it is given to the build, or cannot be told."""

    text: str
    is_known: bool = True


UNKNOWN = Value("", is_known=False)


@dataclass(slots=True)
class Scope:
    """The variables that are seen at one place of the file. ENV goes before ARG."""

    args: dict[str, Value] = field(default_factory=dict)
    env: dict[str, Value] = field(default_factory=dict)
    escape: str = "\\"

    def copy(self) -> Scope:
        """The same, to be changed without this one."""
        return Scope(dict(self.args), dict(self.env), self.escape)

    def get(self, name: str) -> Value:
        """The value of the variable NAME: empty if there is none, as the builder has it."""
        if name in self.env:
            return self.env[name]
        if name in self.args:
            return self.args[name]
        return UNKNOWN if PREDEFINED.fullmatch(name) else Value("")

    def expand(self, text: str) -> Value:
        """TEXT without its quotes, its variables put in."""
        return _expand(text, self, 0)

    def shell(self, text: str) -> Value:
        """TEXT of a shell's, quotes kept, with the variables that this scope knows put in."""
        known = True

        def put(match: re.Match[str]) -> str:
            nonlocal known
            found = _braced(match[1], self, 0) if match[1] else self.get(match[2])
            is_here = found.is_known and bool(found.text) and re.fullmatch(r"[\w.:/@%+,=-]*", found.text)
            known = known and bool(is_here)
            return found.text if is_here else match[0]

        text = re.sub(r"(?<!\\)\$(?:\{([^{}]*)\}|([A-Za-z_]\w*))", put, text[: MAX_LENGTH * 8])
        return Value(text[: MAX_LENGTH * 8], known)


def _expand(text: str, scope: Scope, depth: int) -> Value:
    out: list[str] = []
    known, index, quote, length = True, 0, "", 0
    while index < len(text):
        character = text[index]
        index += 1
        if quote == "'" or (character in "'\"" and quote in ("", character)):
            if character in ("'", quote) or not quote:
                quote = "" if quote else character
                continue
        elif character == scope.escape and index < len(text):
            if quote == '"' and text[index] not in f'"${scope.escape}':
                out.append(character)
            character = text[index]
            index += 1
        elif character == "$":
            name, index = _reference(text, index)
            if name:
                found = _braced(name[1:], scope, depth) if name[0] == "{" else scope.get(name)
                known = known and found.is_known
                character = found.text
        length += len(character)
        if length > MAX_LENGTH:
            return UNKNOWN
        out.append(character)
    return Value("".join(out), known)


def _reference(text: str, index: int) -> tuple[str, int]:
    """What stands after a $ at INDEX: a name, or `{` and what is in the braces; and the offset behind it."""
    if text[index : index + 1] == "{":
        depth = 0
        for end in range(index, len(text)):
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            if not depth:
                return text[index:end], end + 1
        return "{?", len(text)
    match = _NAME.match(text, index)
    return (match[0], match.end()) if match else ("", index)


def _braced(inner: str, scope: Scope, depth: int) -> Value:
    """`NAME`, `NAME:-default`, `NAME-default`, `NAME:+other`, `NAME+other`; anything else is not known."""
    match = _NAME.match(inner)
    if not match or depth >= MAX_DEPTH:
        return UNKNOWN
    found, rest = scope.get(match[0]), inner[match.end() :]
    form = re.match(r":?[-+]", rest)
    if not rest:
        return found
    if not form:
        return UNKNOWN
    other = _expand(rest[form.end() :], scope, depth + 1)
    if form[0][-1] == "-":
        return found if found.text else Value(other.text, other.is_known)
    return other if found.text else Value("", found.is_known)


def pairs(value: str) -> list[tuple[str, str]]:
    """The names and raw values of ENV and LABEL, also in the old form `ENV NAME value`; none if it cannot be read."""
    words = dockerfile.words(value)
    if not words:
        return []
    if "=" not in words[0]:
        return [(words[0].strip("\"'"), value[value.index(words[0]) + len(words[0]) :].strip())]
    return [(name.strip("\"'"), text) for name, equals, text in (w.partition("=") for w in words) if equals]


def declare(scope: Scope, value: str, above: Scope | None = None) -> list[str]:
    """Add what `ARG value` declares to SCOPE, ABOVE being what stands before the first FROM; the names."""
    names = []
    for word in dockerfile.words(value):
        name, equals, default = word.partition("=")
        names.append(name)
        if equals:
            scope.args[name] = scope.expand(default)
        elif above and name in above.args:
            scope.args[name] = above.args[name]
        else:
            scope.args[name] = UNKNOWN
    return names


def assign(scope: Scope, value: str) -> list[tuple[str, Value]]:
    """Add what `ENV value` sets to SCOPE; the names and values. One instruction sees what was there before it."""
    found = [(name, scope.expand(text)) for name, text in pairs(value)]
    scope.env.update(found)
    return found
