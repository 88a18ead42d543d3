"""The one line that says which dockgen wrote a file, from what, and whether it was edited since."""

from __future__ import annotations

import hashlib
import json
import re

from dockgen import lazy
from dockgen.records import dataclass

_WORD = r" (?P<key>[A-Za-z][A-Za-z0-9_.-]*)=(?P<value>\"(?:[^\"\\]|\\.)*\"|[A-Za-z0-9_./:,@%+~-]*)(?= |$)"
_ASKED = lazy.pattern(_WORD)
_HEADER = lazy.pattern(
    r"(?P<mark>#|//) dockgen (?P<version>\S+) inputs=(?P<inputs>[0-9a-f]{8}) body=(?P<body>[0-9a-f]{8})"
    rf"(?P<asked>(?:{re.sub(r'[?]P<[a-z]+>', '?:', _WORD)})*)(?: .*)?"
)
_PLAIN = lazy.pattern(r"[A-Za-z0-9_./:,@%+~-]*")
# The digest of an image in a line that `dockgen pin` and update bots keep current.
_PINNED = lazy.pattern(r"^((?:FROM[ \t]|#[ \t]*syntax[ \t]*=)[^\n@]*)@sha256:[0-9a-f]{64}(?=\s|$)", re.MULTILINE)
_DIRECTIVE = lazy.pattern(r"#\s*(?:syntax|escape|check)\s*=", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the line says: the generator's version, a digest of the plan, a digest of the rest of the file.

    MARK begins a comment in that kind of file. ASKED is what was asked for and no file of the project says.
    """

    version: str
    inputs: str
    body: str
    mark: str = "#"
    asked: tuple[tuple[str, str], ...] = ()  # keys with their values


def digest(text: str) -> str:
    """Eight hexadecimal digits that change with TEXT; not a security measure.

    Line endings do not count, nor do the digests of images in FROM and `# syntax=`.
    """
    counted = _PINNED.sub(r"\1", text.replace("\r\n", "\n"))
    return hashlib.sha256(counted.encode("utf-8", "surrogateescape")).hexdigest()[:8]


def stamp(body: str, *, version: str, inputs: str, mark: str = "#", asked: tuple[tuple[str, str], ...] = ()) -> str:
    """BODY with the header line, as a comment that begins with MARK, after the parser directives of Docker."""
    return restamp(body, Header(version=version, inputs=inputs, body=digest(body), mark=mark, asked=asked))


def restamp(body: str, said: Header) -> str:
    """BODY under the line that SAID what dockgen wrote, whatever was edited in it since."""
    lines = body.splitlines(keepends=True)
    at = _after_directives(lines)
    asked = "".join(f" {key}={_word(value)}" for key, value in said.asked)
    what = f"{said.mark} dockgen {said.version} inputs={said.inputs} body={said.body}{asked}"
    line = f"{what} (to write it anew: dockgen update)\n"
    return "".join([*lines[:at], line, *lines[at:]])


def split(text: str) -> tuple[Header | None, str]:
    """The header of a file and its body; no header if dockgen did not write the file."""
    lines = text.splitlines(keepends=True)
    at = _after_directives(lines)
    if at < len(lines) and (m := _HEADER.fullmatch(lines[at].rstrip("\r\n"))):
        parts = {name: m[name] for name in ("version", "inputs", "body", "mark")}
        return Header(**parts, asked=_asked(m["asked"])), "".join(lines[:at] + lines[at + 1 :])
    return None, text


def _word(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else json.dumps(value)


def _asked(words: str) -> tuple[tuple[str, str], ...]:
    """The keys and values in WORDS; what is quoted as nothing can be is left out."""
    found = []
    for word in _ASKED.finditer(words):
        value = word["value"]
        if value.startswith('"'):
            try:
                value = json.loads(value)
            except ValueError:
                continue
        found.append((word["key"], value))
    return tuple(found)


def _after_directives(lines: list[str]) -> int:
    return next((i for i, line in enumerate(lines) if not _DIRECTIVE.match(line)), len(lines))
