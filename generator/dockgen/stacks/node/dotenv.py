"""Read the .env files that a project shares, as the build tools do: the public variables and their values."""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING

from dockgen import gitignore, lazy
from dockgen.records import dataclass
from dockgen.values import is_plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.project import Project

FILES = (".env", ".env.production")  # the later one wins in a build for production
MAX_VARIABLES = 200
MAX_BYTES = 32_768
# What `dotenv` takes for an assignment: a value in quotes may go over several lines, one without ends at a `#`.
_LINE = lazy.pattern(
    r"^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=[^\S\n]*"
    r"('(?:\\'|[^']){0,2000}'|\"(?:\\\"|[^\"]){0,2000}\"|`(?:\\`|[^`]){0,2000}`|[^#\r\n]*)[^\S\n]*(?:#.*)?$",
    re.MULTILINE,
)
# What `dotenv-expand` replaces: `\$` stands for a dollar sign.
_REFERENCE = lazy.pattern(r"\\\$|\$\{([A-Za-z_]\w*)\}|\$([A-Za-z_]\w*)|\$\{")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """The public variables of the files: `values` with the file of each, and those whose value is `unread`."""

    values: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)  # name -> file


def shared(project: Project, prefixes: tuple[str, ...], settings: tuple[str, ...] = ()) -> Shared:
    """The variables that begin with one of PREFIXES or are among SETTINGS, in files that git does not leave out.

    What lies on one machine only is no part of the project. Without a .gitignore nothing says that it is.
    """
    texts: dict[str, str] = {}
    files: dict[str, str] = {}
    for file in FILES:
        if project.has(file) and project.text(gitignore.FILE) and not gitignore.leaves_out(project, file):
            found = parse(project.head(file, MAX_BYTES))
            texts |= found
            files |= dict.fromkeys(found, file)
    public = [n for n in texts if (n.startswith(prefixes) and n not in prefixes) or n in settings]
    values = {n: value for n in public if (value := expanded(n, texts)) is not None}
    return Shared(
        values=values,
        files={n: files[n] for n in values},
        unread={n: files[n] for n in public if n not in values},
    )


def parse(text: str) -> dict[str, str]:
    """The variables of a .env file, references in their values as they stand."""
    found = {}
    for m, _ in zip(_LINE.finditer(text), range(MAX_VARIABLES), strict=False):
        value = m[2].strip()
        if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"`":
            is_double, value = value[0] == '"', value[1:-1]
            value = value.replace("\\n", "\n").replace("\\r", "\r") if is_double else value
        found[m[1]] = value
    return found


def expanded(name: str, texts: Mapping[str, str], depth: int = 0) -> str | None:
    """The value of NAME with its references to other variables of TEXTS replaced; None if it is not one plain line."""
    value, out, end = texts[name], "", 0
    if depth > len(texts):  # they refer to each other
        return None
    for m in _REFERENCE.finditer(value):
        other = m[1] or m[2]
        if m[0] == "\\$":
            piece: str | None = "$"
        else:
            piece = expanded(other, texts, depth + 1) if other in texts else None
        if piece is None:
            return None
        out += value[end : m.start()] + piece
        end = m.end()
    out += value[end:]
    return out if is_plain(out) else None
