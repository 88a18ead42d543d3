"""Read the instructions of a Dockerfile: name, value, lines, and where in the file each character of a value stands.

It reads as BuildKit does (continuation lines with comments and empty lines between them, heredocs, the escape
directive) and is lenient where BuildKit gives an error: what cannot be read as an instruction has an odd name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

# What Go's unicode.IsSpace takes for white space.
_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_NAME = lazy.pattern(r"([^\t\v\f\r ]+)[\t\v\f\r ]*")
_DIRECTIVE = lazy.pattern(r"#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*")
_DIRECTIVES = ("syntax", "escape", "check")
_HEREDOC = lazy.pattern(r"[0-9]*<<(-?)([^<]+)")
_WITH_HEREDOCS = ("ADD", "COPY", "RUN")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heredoc:
    """A text that follows an instruction: the word that ends it, and the text itself."""

    name: str
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """NAME in upper case and VALUE on one line, comments and continuations taken out.

    `first` and `last` are its lines in the file, from 1, with its heredocs; `pieces` say at which offset of the file
    which part of the value stands.
    """

    name: str
    value: str
    first: int
    last: int
    pieces: tuple[tuple[int, int], ...]  # (index in the value, offset in the file), in order
    heredocs: tuple[Heredoc, ...] = ()

    def offset(self, index: int) -> int:
        """The offset in the file of the character at INDEX of the value."""
        start, offset = next(piece for piece in reversed(self.pieces) if piece[0] <= index or piece is self.pieces[0])
        return offset + index - start


@dataclass(frozen=True, slots=True, kw_only=True)
class Directive:
    """A parser directive: `syntax`, `escape` or `check`, and the offset of its value in the file."""

    name: str
    value: str
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dockerfile:
    """What a Dockerfile says, in order."""

    directives: tuple[Directive, ...]
    instructions: tuple[Instruction, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the file up to its line feed: its number from 1, and its offset."""

    number: int
    offset: int
    raw: str

    @property
    def text(self) -> str:
        return self.raw.rstrip("\r")

    @property
    def is_comment(self) -> bool:
        return self.text.lstrip(_SPACE).startswith("#")


def read(text: str) -> Dockerfile:
    """The directives and instructions of TEXT."""
    lines = list(_lines(text))
    directives = tuple(_directives(lines))
    escape = next((d.value for d in directives if d.name == "escape"), "\\")
    continued = re.compile(rf"(?:^|(?<!{re.escape(escape)})){re.escape(escape)}[ \t]*$")
    rest = iter(lines)
    found = (_instruction(line, rest, continued) for line in rest if not line.is_comment)
    return Dockerfile(directives=directives, instructions=tuple(i for i in found if i))


def _lines(text: str) -> Iterator[_Line]:
    offset = 1 if text.startswith("\ufeff") else 0
    for number, line in enumerate(text[offset:].removesuffix("\n").split("\n"), 1):
        yield _Line(number, offset, line)
        offset += len(line) + 1


def _directives(lines: list[_Line]) -> Iterator[Directive]:
    seen: set[str] = set()
    for line in lines:
        stripped = line.text.lstrip(_SPACE)
        match = _DIRECTIVE.fullmatch(stripped)
        if not match or (name := match[1].lower()) not in _DIRECTIVES or name in seen:
            return
        seen.add(name)
        if name != "escape" or match[2] in ("\\", "`"):
            offset = line.offset + len(line.text) - len(stripped) + match.start(2)
            yield Directive(name=name, value=match[2], offset=offset)


def _instruction(line: _Line, rest: Iterator[_Line], continued: re.Pattern[str]) -> Instruction | None:
    """The instruction that begins with LINE; the lines that belong to it are taken from REST."""
    text = line.text.lstrip(_SPACE)
    pieces = [(0, line.offset + len(line.text) - len(text))]
    joined, last = "", line
    while end := continued.search(text):
        joined += text[: end.start()]
        text = ""
        for last in rest:
            if not last.is_comment and last.text.strip(_SPACE):
                pieces.append((len(joined), last.offset))
                text = last.text
                break
    joined += text
    head = _NAME.match(joined, len(joined) - len(joined.lstrip(_SPACE)))
    if not head:
        return None
    value = joined[head.end() :].rstrip(_SPACE)
    heredocs = []
    for tabs, name in _heredocs(head[1].upper(), value):
        last, content = _content(rest, name, last, strip=tabs)
        heredocs.append(Heredoc(name=name, content=content))
    return Instruction(
        name=head[1].upper(), value=value, first=line.number, last=last.number, heredocs=tuple(heredocs),
        pieces=tuple((index - head.end(), offset) for index, offset in pieces),
    )  # fmt: skip


def _content(rest: Iterator[_Line], name: str, last: _Line, *, strip: bool) -> tuple[_Line, str]:
    """The last line of a heredoc and its text."""
    content = []
    for line in rest:
        last = line
        if (line.text.lstrip("\t") if strip else line.text) == name:
            break
        content.append(line.raw + "\n")
    return last, "".join(content)


def _heredocs(name: str, value: str) -> list[tuple[bool, str]]:
    """The heredocs that an instruction opens: are leading tabs taken off, and the word that ends it."""
    if name == "ONBUILD":
        name, _, value = value.partition(" ")
    if "<<" not in value or name.upper() not in _WITH_HEREDOCS or value.startswith("["):
        return []
    opened = (_HEREDOC.fullmatch(word) for word in words(value))
    return [(m[1] == "-", re.sub(r"[\"'\\]", "", m[2])) for m in opened if m]


def words(value: str) -> list[str]:
    """VALUE split at white space that is not quoted, quotes kept; nothing if a quotation does not end."""
    found = [""]
    quote = ""
    escaped = False
    for character in value:
        if not (quote or escaped) and character in _SPACE:
            found.append("")
            continue
        found[-1] += character
        if escaped:
            escaped = False
        elif character == "\\" and quote != "'":
            escaped = True
        elif quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
    return [] if quote else [word for word in found if word]
