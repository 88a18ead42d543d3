"""The one line that says which dockgen wrote a file, from what, and whether it was edited since."""

from __future__ import annotations

import hashlib
import re

from dockgen import lazy
from dockgen.records import dataclass

_HEADER = lazy.pattern(
    r"(?P<mark>#|//) dockgen (?P<version>\S+) inputs=(?P<inputs>[0-9a-f]{8}) body=(?P<body>[0-9a-f]{8})(?: .*)?"
)
# The digest of an image in a line that `dockgen pin` and update bots keep current.
_PINNED = lazy.pattern(r"^((?:FROM[ \t]|#[ \t]*syntax[ \t]*=)[^\n@]*)@sha256:[0-9a-f]{64}(?=\s|$)", re.MULTILINE)
_DIRECTIVE = lazy.pattern(r"#\s*(?:syntax|escape|check)\s*=", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What the line says: the generator's version, a digest of the plan, a digest of the rest of the file.

    MARK begins a comment in that kind of file.
    """

    version: str
    inputs: str
    body: str
    mark: str = "#"


def digest(text: str) -> str:
    """Eight hexadecimal digits that change with TEXT; not a security measure.

    Line endings do not count, nor do the digests of images in FROM and `# syntax=`.
    """
    counted = _PINNED.sub(r"\1", text.replace("\r\n", "\n"))
    return hashlib.sha256(counted.encode("utf-8", "surrogateescape")).hexdigest()[:8]


def stamp(body: str, *, version: str, inputs: str, mark: str = "#") -> str:
    """BODY with the header line, as a comment that begins with MARK, after the parser directives of Docker."""
    return restamp(body, Header(version=version, inputs=inputs, body=digest(body), mark=mark))


def restamp(body: str, said: Header) -> str:
    """BODY under the line that SAID what dockgen wrote, whatever was edited in it since."""
    lines = body.splitlines(keepends=True)
    at = _after_directives(lines)
    line = (
        f"{said.mark} dockgen {said.version} inputs={said.inputs} body={said.body} (to write it anew: dockgen update)\n"
    )
    return "".join([*lines[:at], line, *lines[at:]])


def split(text: str) -> tuple[Header | None, str]:
    """The header of a file and its body; no header if dockgen did not write the file."""
    lines = text.splitlines(keepends=True)
    at = _after_directives(lines)
    if at < len(lines) and (m := _HEADER.fullmatch(lines[at].rstrip("\r\n"))):
        said = Header(version=m["version"], inputs=m["inputs"], body=m["body"], mark=m["mark"])
        return said, "".join(lines[:at] + lines[at + 1 :])
    return None, text


def _after_directives(lines: list[str]) -> int:
    return next((i for i, line in enumerate(lines) if not _DIRECTIVE.match(line)), len(lines))
