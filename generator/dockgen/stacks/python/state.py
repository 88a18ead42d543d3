"""Find what an app writes beside its own code: folders that it makes, SQLite files that it keeps."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dockgen.facts import Evidence, Fact
from dockgen.stacks.python.source import Module, at_import
from dockgen.values import is_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.project import Project
    from dockgen.stacks.python.code import Code

_SQLITE_FILE = re.compile(r"[\w-]\.(?:sqlite3?|db)[\"']")
MAX_PATH = 4096  # what is longer is no path
_MAKES = ("makedirs", "mkdir")


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Folders that must exist and be writable, a SQLite file with where it is named, and a write that has no name."""

    folders: tuple[str, ...]
    database: Fact[str] | None = None
    in_place: Evidence | None = None  # it makes folders among its own files, where cannot be told


def find(project: Project, code: Code) -> State:
    """What the app writes into the project's folder."""
    folders: set[str] = set()
    in_place: Evidence | None = None
    for path in code.paths:
        text = project.text(path)
        if not any(f"{name}(" in text for name in _MAKES) or (module := code.module(path)) is None:
            continue
        early = {id(node) for node in at_import(module)}
        paths = _Paths(module)
        for call, target in _made(module):
            where = paths.of(target)
            if where is None:
                if id(call) in early and in_place is None:
                    in_place = Evidence(path, call.lineno, "makes a folder when it is imported")
            elif where and not where.startswith("/") and is_path(where) and "/" not in where:
                folders.add(where)
    return State(folders=tuple(sorted(folders)), database=_database(project, code), in_place=in_place)


def _made(module: Module) -> Iterator[tuple[ast.Call, ast.expr]]:
    """Each call that makes a folder, and the expression that says which."""
    for node in module.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _MAKES:
            owner = node.func.value
            if isinstance(owner, ast.Name) and owner.id == "os":
                if node.args:
                    yield node, node.args[0]
            else:
                yield node, owner


class _Paths:
    """Evaluates path expressions as far as literals, `__file__` and module-level names go."""

    def __init__(self, module: Module) -> None:
        self._folder = module.path.rpartition("/")[0]
        self._found: dict[tuple[str, int], str | None] = {}  # a name may stand for a path of many other names
        self._names = {
            t.id: s.value
            for s in module.tree.body
            if isinstance(s, ast.Assign)
            for t in s.targets
            if isinstance(t, ast.Name)
        }

    def of(self, node: ast.expr, depth: int = 0) -> str | None:
        """The project-relative path that NODE means ("" for the project itself); None if it cannot be told."""
        if depth > 8:
            return None
        match node:
            case ast.Constant(value=str(text)):
                return text if text.startswith("/") else text.removeprefix("./").rstrip("/")
            case ast.Name(id="__file__"):
                return f"{self._folder}/x" if self._folder else "x"
            case ast.Name(id=name) if name in self._names:
                if (name, depth) not in self._found:
                    self._found[name, depth] = self.of(self._names[name], depth + 1)
                return self._found[name, depth]
            case ast.BinOp(op=ast.Div()):
                return _join(self.of(node.left, depth + 1), self.of(node.right, depth + 1))
            case ast.Attribute(attr="instance_path"):
                return "instance"  # Flask's, beside the package or module
            case ast.Attribute(attr="parent"):
                return _parent(self.of(node.value, depth + 1))
            case ast.Call():
                return self._call(node, depth + 1)
        return None

    def _call(self, node: ast.Call, depth: int) -> str | None:
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in ("abspath", "realpath", "Path", "str", "fspath", "normpath") and node.args:
            return self.of(node.args[0], depth)
        if name in ("resolve", "absolute", "expanduser") and isinstance(node.func, ast.Attribute):
            return self.of(node.func.value, depth)
        if name == "dirname" and node.args:
            return _parent(self.of(node.args[0], depth))
        if name in ("join", "joinpath"):
            parts = [self.of(a, depth) for a in node.args]
            if name == "joinpath" and isinstance(node.func, ast.Attribute):
                parts.insert(0, self.of(node.func.value, depth))
            found: str | None = ""
            for part in parts:
                found = _join(found, part)
            return found
        if name in ("getenv", "get") and len(node.args) == 2:
            return self.of(node.args[1], depth)
        return "/tmp" if name in ("mkdtemp", "gettempdir") else None  # noqa: S108  (a name that is read, no file that is made)


def _parent(path: str | None) -> str | None:
    return None if path is None else path.rpartition("/")[0]


def _join(left: str | None, right: str | None) -> str | None:
    if left is None or right is None or len(left) + len(right) > MAX_PATH:
        return None
    if right.startswith("/"):
        return right
    return f"{left}/{right}" if left and right else left or right


def _database(project: Project, code: Code) -> Fact[str] | None:
    """The SQLite file that settings name, relative to the project, if any."""
    for path in code.paths:
        text = project.text(path)
        if "sqlite" not in text or not _SQLITE_FILE.search(text) or (module := code.module(path)) is None:
            continue
        if "django.db.backends.sqlite3" not in text and "sqlite:///" not in text and "sqlite3.connect(" not in text:
            continue
        paths = _Paths(module)
        is_flask = "flask" in text.lower()
        for node in module.nodes:
            if isinstance(node, (ast.Call, ast.BinOp, ast.Constant)) and (found := paths.of(node)):
                instance = is_flask and found.startswith("sqlite:///") and not found.startswith("sqlite:///.")
                name = found.removeprefix("sqlite:///").removeprefix("./")
                if re.fullmatch(r"(?:[\w-]+/)*[\w-]+\.(?:sqlite3?|db)", name):
                    place = Evidence(path, node.lineno, "SQLite")
                    return Fact(f"instance/{name}" if instance else name, (place,))
    return None
