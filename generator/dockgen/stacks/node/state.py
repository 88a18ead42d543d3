"""Where an app writes: folders and files that alone belong to its user, everything else in the image to root."""

from __future__ import annotations

import posixpath
from dataclasses import field
from typing import TYPE_CHECKING

from dockgen import examples, lazy
from dockgen.records import dataclass
from dockgen.values import is_path

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator, Mapping

    from dockgen.project import Project

_PATH = r"""["'`](?:file:)?(\.{0,2}/?[\w@-][\w./@-]*)["'`]"""
_SQLITE = r"[\w@.-]+\.(?:db|sqlite3?|nedb)"
# A database file, the default of a variable that names a folder of data, a folder that is made, an upload folder.
_DATABASE = lazy.pattern(
    r"""["'`](?:file:|sqlite:(?://(?:/(?=/))?)?)?((?:\.{0,2}/)?(?:[\w@-]+/)*""" + _SQLITE + r""")["'`]"""
)
_FOLDER = (
    lazy.pattern(
        r"\b[A-Z_]*(?:DATA|UPLOADS?|STORAGE|LOGS?)_?(?:DIR|PATH|FOLDER|ROOT|DIRECTORY)\b[^\n;]{0,80}?(?:\|\||\?\?)\s*"
        + _PATH
    ),
    lazy.pattern(r"\b(?:mkdirSync|mkdir|ensureDirSync|ensureDir|mkdirp)\(\s*" + _PATH),
    lazy.pattern(r"\b(?:dest|destination|uploadDir|uploadsFolder|dirname)\s*:\s*" + _PATH),
    lazy.pattern(r"\bcb\(\s*null\s*,\s*" + _PATH),  # multer's destination
    lazy.pattern(r"\bnew\s+(?:Level|LocalStorage|FileStore|LocalFileStorage)\(\s*\{?[^)\n]{0,60}?" + _PATH),
)
# A log file: the folder that it lies in, or the file itself.
_LOG = lazy.pattern(r"""\b(?:filename|createWriteStream\()\s*:?\s*["'`](\.{0,2}/?(?:[\w@-]+/)*[\w@.%-]+\.log)["'`]""")
_PART = lazy.pattern(r"(?:\b(?:join|resolve)\([^)\n]*|[+]\s*)$")  # of a path that other words begin
_MADE = lazy.pattern(r"\b(?:mkdirSync|mkdir|ensureDirSync|ensureDir|mkdirp)\(\s*(\w+)\b")
# path.join(__dirname, "..", "uploads") and the like.
_JOIN = lazy.pattern(
    r"""\b(?:path\.)?(?:join|resolve)\(\s*(__dirname|import\.meta\.dirname|process\.cwd\(\))\s*((?:,\s*["'][^"'\n]*["']\s*)+)\)"""
)
_TEMPLATE = lazy.pattern(r"`\$\{(__dirname|import\.meta\.dirname|process\.cwd\(\))\}(/[\w./@-]+)`")
_LITERALS = lazy.pattern(r"""["']([^"'\n]*)["']""")
# A variable that names the database file, with the file that is taken without it.
_VARIABLE = lazy.pattern(
    r"\benv(?:\.|\[[\"'])([A-Z][A-Z0-9_]*)[\"']?\]?[^\n;]{0,20}?(?:\|\||\?\?)\s*[\"'`](file:|sqlite:)?((?:\./)?"
    + _SQLITE
    + r")[\"'`]"
)
_EXAMPLE = lazy.pattern(r"(file:|sqlite:)?((?:\.{0,2}/)?(?:[\w@-]+/)*" + _SQLITE + r")(?:\?[\w=&.-]*)?")
_PRISMA = lazy.pattern(r"provider\s*=\s*\"sqlite\"\s+url\s*=\s*env\(\"([A-Z][A-Z0-9_]*)\"\)")
_WORDS = (".db", ".sqlite", ".nedb", "mkdir", "ensureDir", "dest", "uploadDir", "DIR", "_PATH", "FOLDER", "_ROOT",
    ".log", "cb(null", "new Level", "LocalStorage", "FileStore", "dirname:")  # fmt: skip
_SYSTEM = ("/etc", "/var", "/data", "/srv", "/opt")
_NEVER = frozenset({"src", "dist", "build", "public", "node_modules", "lib", "server", "app", "bin", "config", "tmp",
    "views", "static", "assets", "routes", "test", "tests"})  # fmt: skip
# Where files go that the code puts beside itself; the first that the project does not have.
_HOMES = ("data", "state", "storage", "var")


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """`folders` are absolute or relative to the work folder.

    `files` lie in the work folder itself, which belongs to root; `variables` are those that name a database file, with
    the scheme that goes before its path and its name. `home` is the folder where both find a place.
    """

    folders: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    variables: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    home: str = ""

    @property
    def database(self) -> str:
        """The SQLite file that the app keeps, for messages; "" if there is none."""
        named = next((name for _, name in self.variables.values()), "")
        return named or next((f for f in self.files if not f.endswith(".log")), "")


def find(project: Project, texts: Iterable[tuple[str, str]]) -> State:
    """What the TEXTS of source files write."""
    folders: set[str] = set()
    files: set[str] = set()
    variables: dict[str, tuple[str, str]] = {}
    texts = list(texts)
    for path, raw in texts:
        if not any(word in raw for word in _WORDS):
            continue
        text = _without_joins(path, raw)
        for m in _VARIABLE.finditer(text):
            variables[m[1]] = (m[2] or "", posixpath.basename(m[3]))
        named = {name for _, name in variables.values()}
        for m in (m for pattern in (_DATABASE, _LOG) for m in pattern.finditer(text)):
            place = posixpath.normpath(m[1])
            if _PART.search(text[max(0, m.start() - 120) : m.start()]) or place.startswith("test."):
                continue
            if "/" not in place and place not in named and not place.startswith((".", "%")) and "%" not in place:
                files.add(place)
            elif "/" in place:
                folders.add(posixpath.dirname(place))
        folders |= {m[1] for pattern in _FOLDER for m in pattern.finditer(text)}
        folders |= set(_made_by_name(text))
    for name, value in _examples(project, texts):
        variables.setdefault(name, value)
    home = next((h for h in _HOMES if not project.has_folder(h)), "dockgen-data") if files or variables else ""
    usable = tuple(sorted({f for raw in folders if (f := _usable(raw))}))
    return State(folders=usable, files=tuple(sorted(filter(is_path, files))), variables=variables, home=home)


def _without_joins(path: str, text: str) -> str:
    """TEXT with paths that are joined from literals written as one literal, relative to the work folder."""

    def literal(m: re.Match[str]) -> str:
        base = "." if m[1].startswith("process") else posixpath.dirname(path) or "."
        parts = [p.lstrip("/") for p in _LITERALS.findall(m[2])] or [m[2].lstrip("/")]
        return f'"{posixpath.normpath(posixpath.join(base, *parts))}"'

    return _TEMPLATE.sub(literal, _JOIN.sub(literal, text))


def _made_by_name(text: str) -> Iterator[str]:
    """Folders that are made by the name of a constant: `const uploads = "data/uploads"; fs.mkdirSync(uploads)`."""
    import re  # noqa: PLC0415

    for name in {m[1] for m in _MADE.finditer(text)}:
        if m := re.search(rf"\b(?:const|let|var)\s+{name}\s*=\s*{_PATH}", text):
            yield m[1]


def _examples(project: Project, texts: list[tuple[str, str]]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Variables of the example that name an SQLite file, and that something reads."""
    schema = project.text("prisma/schema.prisma") + project.text(project.first(*_CONFIGURATIONS) or "")
    for name, value in examples.read(project).items():
        m = _EXAMPLE.fullmatch(value)
        if m and (name in schema or any(name in text for _, text in texts)):
            yield name, (m[1] or "", posixpath.basename(m[2]))
    if m := _PRISMA.search(schema):
        yield m[1], ("file:", "app.db")


_CONFIGURATIONS = ("drizzle.config.ts", "drizzle.config.js", "drizzle.config.mjs", "prisma.config.ts", "knexfile.js")


def _usable(raw: str) -> str:
    folder = posixpath.normpath(raw) if raw else ""
    if folder in ("", ".", "/") or folder.startswith("../") or folder == "..":
        return ""
    if folder.startswith("/"):
        deep = folder.count("/") > 1 or folder in ("/data", "/uploads")
        return folder if deep and folder.startswith((*_SYSTEM, "/uploads")) and is_path(folder[1:]) else ""
    return folder if is_path(folder) and folder not in _NEVER and not folder.startswith("node_modules/") else ""
