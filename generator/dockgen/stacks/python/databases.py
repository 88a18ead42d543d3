"""Find the SQLite files that an app keeps, and the variables that would make it use a database server instead."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.facts import Evidence
from dockgen.records import dataclass
from dockgen.stacks.python.environment import settings_prefix
from dockgen.stacks.python.paths import Paths

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockgen.stacks.python.code import Code
    from dockgen.stacks.python.source import Module

SUFFIX = r"\.(?:sqlite3?|db3?)"
_SPEAKS = lazy.pattern(
    r"django\.(?:contrib\.gis\.)?db\.backends\.s(?:qlite3|patialite)|sqlite(?:\+\w{1,20})?://|\b(?:aio)?sqlite3?\.connect\(|Sqlite\w{0,12}\("
)
_CONNECTS = frozenset(
    {"connect", "SqliteDatabase", "SqliteExtDatabase", "SqliteDict", "SqliteSaver", "from_conn_string"}
)
_JOINS = frozenset({"join", "joinpath"})
_ENGINES = frozenset({"create_engine", "create_async_engine"})
_URL = lazy.pattern(r"sqlite(?:\+\w+)?://(?P<slashes>/?)(?P<path>[^?]*)")
_FILE = lazy.pattern(rf"(?!django\.)(?:[\w./~-]*/)?\w[\w.-]*{SUFFIX}")
# Variables that name a database: not those that say where a file lies.
_NAMES_DATABASE = lazy.pattern(r"DATABASE|DB|SQL|POSTGRES|PG|DSN|UR[IL]")
_NAMES_FILE = lazy.pattern(r"PATH|FILE|DIR|FOLDER|ROOT|LITE|(?:DB|DATABASE)_?NAME$|ECHO|POOL|TIMEOUT|DEBUG")
_DECIDES = lazy.pattern(r"UR[IL]|DSN|HOST")
READ = lazy.pattern(
    r"(?:environ(?:\.get|\.setdefault)?\s*[\[(]|getenv\(|\bconfig\(|\benv(?:\.\w+)?\(|env_var=)\s*[\"']([A-Z][A-Z0-9_]{1,60})[\"']"
)
READS_URL = lazy.pattern(r"\b(?:dj_database_url\.config|env\.(?:db|db_url)|database_url)\(")


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A SQLite file: its path as in `paths`, and the variables that name a server instead of it."""

    path: str
    evidence: Evidence
    unless: tuple[str, ...] = ()
    is_instance: bool = False  # Flask-SQLAlchemy puts it into the instance folder


def sqlite(code: Code, files: Iterable[str]) -> Iterator[Database]:
    """The SQLite files that FILES name, in order; each once."""
    seen: set[str] = set()
    for path in files:
        text = code.text(path)
        if not _SPEAKS.search(text) or (module := code.module(path)) is None:
            continue
        for found in _in_module(code, module, text):
            if found.path not in seen:
                seen.add(found.path)
                yield found


def _in_module(code: Code, module: Module, text: str) -> Iterator[Database]:
    paths = Paths(code, module)
    in_flask = bool(re.search(r"flask_sqlalchemy|SQLALCHEMY_DATABASE_URI", text))
    covered: set[int] = set()
    for node in module.nodes:
        if id(node) in covered or not isinstance(node, (ast.Call, ast.BinOp, ast.Constant, ast.JoinedStr)):
            continue
        target: ast.expr = node
        if isinstance(node, ast.Call) and _called(node) in _CONNECTS and node.args:
            target = node.args[0]
        elif not _mentions_file(node):
            continue
        value = paths.of(target)
        if value is None and (isinstance(node, (ast.BinOp, ast.JoinedStr)) or _called(node) in _JOINS):
            covered.update(id(inner) for inner in ast.walk(node))  # its parts are no paths of their own
        if value is None or not (read := _file(value)):
            continue
        covered.update(id(inner) for inner in ast.walk(node))
        name, is_url = read
        yield Database(
            path=name,
            evidence=Evidence(module.path, node.lineno, "SQLite"),
            unless=switches(module, node),
            is_instance=in_flask and is_url and not name.startswith(("/", ".", "~")),
        )


def _mentions_file(node: ast.AST) -> bool:
    """True if something in NODE may be the name of a SQLite file: only then it is worth while to evaluate it."""
    texts = (n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str))
    return any("sqlite" in text or text.endswith((".db", ".db3")) for text in texts)


def unknown(code: Code, files: Iterable[str]) -> Evidence | None:
    """Where FILES open a SQLite file whose path only the running app knows."""
    for path in files:
        if "sqlite" not in code.text(path) or (module := code.module(path)) is None:
            continue
        for node in module.nodes:
            if not isinstance(node, ast.Call) or _called(node) not in _ENGINES or not node.args:
                continue
            if "sqlite" in ast.unparse(node.args[0]) and Paths(code, module).of(node.args[0]) is None:
                return Evidence(path, node.lineno, "keeps a SQLite file, where cannot be told")
    return None


def _called(node: ast.expr) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _file(value: str) -> tuple[str, bool] | None:
    """The file in a URL or a path, and whether it was a URL; None if VALUE names no SQLite file."""
    if url := _URL.fullmatch(value):
        path = url["path"]
        return (path, True) if _FILE.fullmatch(path) else None
    return (value, False) if _FILE.fullmatch(value) else None


def switches(module: Module, node: ast.AST) -> tuple[str, ...]:
    """The variables which, when set, make the app use another database than the one that NODE names."""
    names: set[str] = set()
    statement, settings = _around(module.tree, node)
    if statement is not None:
        whole = ast.unparse(statement)
        names.update(READ.findall(whole))
        if READS_URL.search(whole):
            names.add("DATABASE_URL")
        for inner in ast.walk(statement):
            if isinstance(inner, ast.Name) and inner.id in module.values:
                names.update(READ.findall(ast.unparse(module.values[inner.id])))
    if settings is not None and isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        names.add(settings_prefix(settings) + statement.target.id.upper())
    told = sorted(n for n in names if _NAMES_DATABASE.search(n) and not _NAMES_FILE.search(n))
    decisive = [n for n in told if _DECIDES.search(n)]  # a host says as much as a host with its port and password
    return tuple(decisive or told)


def _around(tree: ast.Module, node: ast.AST) -> tuple[ast.stmt | None, ast.ClassDef | None]:
    """The outermost statement around NODE that is no function and no class, and the class of settings around it."""
    settings: ast.ClassDef | None = None
    body: list[ast.stmt] = tree.body
    line = getattr(node, "lineno", 0)
    for _ in range(20):
        around = next((s for s in body if s.lineno <= line <= (s.end_lineno or s.lineno)), None)
        if around is None:
            return None, settings
        if isinstance(around, ast.ClassDef):
            settings = around if any("Settings" in ast.unparse(b) for b in around.bases) else None
        elif not isinstance(around, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return around, settings
        body = around.body
    return None, settings
