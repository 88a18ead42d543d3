"""Folders that an app writes to: they alone belong to its user, everything else in the image to root."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.values import is_path

if TYPE_CHECKING:
    from collections.abc import Iterable

_PATH = r"""["'`](\.{0,2}/?[\w@-][\w./@-]*)["'`]"""
# A database file, the default of a variable that names a folder of data, a folder that is made, an upload folder.
_DATABASE = lazy.pattern(r"""["'`](?:file:)?((?:\.{0,2}/)?(?:[\w@-]+/)*[\w@.-]+\.(?:db|sqlite3?|nedb))["'`]""")
_FOLDER = (
    lazy.pattern(
        r"\b[A-Z_]*(?:DATA|UPLOADS?|STORAGE|LOGS?)_?(?:DIR|PATH|FOLDER|ROOT|DIRECTORY)\b[^\n;]{0,80}?(?:\|\||\?\?)\s*"
        + _PATH
    ),
    lazy.pattern(r"\b(?:mkdirSync|mkdir|ensureDirSync|ensureDir|mkdirp)\(\s*" + _PATH),
    lazy.pattern(r"\b(?:dest|destination|uploadDir)\s*:\s*" + _PATH),
)
_WORDS = (".db", ".sqlite", ".nedb", "mkdir", "ensureDir", "dest", "uploadDir", "DIR", "_PATH", "FOLDER", "_ROOT")
_SYSTEM = ("/etc", "/var", "/data", "/srv", "/opt")
_NEVER = frozenset({"src", "dist", "build", "public", "node_modules", "lib", "server", "app", "bin", "config", "tmp"})


def folders(texts: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The folders that the TEXTS of source files write to: absolute, or relative to the working directory."""
    found: set[str] = set()
    for _, text in texts:
        if not any(word in text for word in _WORDS):
            continue
        found |= {posixpath.dirname(m[1]) for m in _DATABASE.finditer(text)}
        found |= {m[1] for pattern in _FOLDER for m in pattern.finditer(text)}
    return tuple(sorted({f for raw in found if (f := _usable(raw))}))


def _usable(raw: str) -> str:
    folder = posixpath.normpath(raw) if raw else ""
    if folder in ("", ".", "/") or folder.startswith("../") or folder == "..":
        return ""
    if folder.startswith("/"):
        deep = folder.count("/") > 1 or folder in ("/data", "/uploads")
        return folder if deep and folder.startswith((*_SYSTEM, "/uploads")) and is_path(folder[1:]) else ""
    return folder if is_path(folder) and folder.split("/")[0] not in _NEVER else ""
