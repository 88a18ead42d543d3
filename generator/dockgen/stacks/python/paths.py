"""Say which path an expression stands for, as far as literals, `__file__`, names and defaults of variables go.

A path of the project itself begins with /app, as in the image; one below the home folder with ~; a relative one is
relative to the working directory.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dockgen.stacks.python.code import Code
    from dockgen.stacks.python.source import Module

ROOT = "/app"
MAX_PATH = 4096  # what is longer is no path
MAX_DEPTH = 12
_SAME = frozenset(
    {"abspath", "realpath", "str", "fspath", "normpath", "expandvars", "expanduser", "cast", "Path", "PurePath"}
)
_SELF = frozenset({"resolve", "absolute", "as_posix", "strip", "expanduser"})
_JOINS = frozenset({"join", "joinpath", "safe_join", "path", "Path", "PurePath"})
# Calls that mean the same folder wherever they are made.
_FIXED = {"getcwd": "", "cwd": "", "home": "~", "gettempdir": "/tmp", "mkdtemp": "/tmp"}  # noqa: S108  (names that are read)
# The folders of one user, as appdirs and platformdirs call them, and click's; all lie below the home folder.
_OF_USER = frozenset(
    {f"user_{kind}_{form}" for kind in ("data", "config", "cache", "log", "state") for form in ("dir", "path")}
    | {"get_app_dir"}
)
# Calls that read a setting: what is used without it is their second argument or `default`.
_READS = frozenset(
    {"getenv", "get", "config", "env", "environ", "str", "url", "db", "db_url", "Field", "pop", "parse", "field"}
)
_SETTING = re.compile(r"[A-Z][A-Z0-9_]{3,}|[a-z][a-z0-9]*(?:_[a-z0-9]+)+")


class Paths:
    """Evaluates the path expressions of one module."""

    def __init__(self, code: Code, module: Module, depth: int = 0) -> None:
        self._code = code
        self._module = module
        self._depth = depth
        self._folder = module.path.rpartition("/")[0]
        self._found: dict[str, str | None] = {}  # a name may stand for a path of many other names

    def of(self, node: ast.expr | None, depth: int = 0) -> str | None:
        """The path (or the text) that NODE stands for; None if it cannot be told."""
        if node is None or depth + self._depth > MAX_DEPTH:
            return None
        match node:
            case ast.Constant(value=str(text)):
                return text if len(text) <= MAX_PATH else None
            case ast.Name(id=name):
                return self._name(name)
            case ast.JoinedStr(values=parts):
                return self._together([self.of(p, depth + 1) for p in parts])
            case ast.FormattedValue(value=value) | ast.BoolOp(op=ast.Or(), values=[*_, value]):
                return self.of(value, depth + 1)
            case ast.IfExp():
                return self.of(node.body, depth + 1) or self.of(node.orelse, depth + 1)
        return self._compound(node, depth + 1)

    def _compound(self, node: ast.expr, depth: int) -> str | None:
        match node:
            case ast.BinOp():
                return self._operation(node, depth)
            case ast.Subscript():
                return self._item(node, depth)
            case ast.Attribute():
                return self._attribute(node, depth)
            case ast.Call():
                return self._call(node, depth)
        return None

    def _operation(self, node: ast.BinOp, depth: int) -> str | None:
        left = self.of(node.left, depth)
        match node.op, node.right:
            case ast.Div(), right:
                return _join(left, self.of(right, depth))
            case ast.Add(), right:
                return self._together([left, self.of(right, depth)])
            case ast.Sub(), ast.Constant(value=int(levels)) if left is not None and 0 < levels < 10:
                return _up(left, levels)  # django-environ's Path
            case ast.Mod(), right if left is not None and left.count("%s") == 1:
                value = self.of(right, depth)
                return None if value is None else left.replace("%s", value)
        return None

    def _item(self, node: ast.Subscript, depth: int) -> str | None:
        if isinstance(node.value, ast.Attribute) and node.value.attr == "parents":
            path = self.of(node.value.value, depth)
            level = node.slice.value if isinstance(node.slice, ast.Constant) else None
            return _up(path, level + 1) if path is not None and isinstance(level, int) and 0 <= level < 10 else None
        if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str):
            return self._setting(node.slice.value)
        return None

    def _attribute(self, node: ast.Attribute, depth: int) -> str | None:
        if node.attr == "instance_path":
            return f"{ROOT}/instance"  # Flask's, beside the package or module
        if node.attr in ("root_path", "root"):
            return None
        if node.attr in _OF_USER:
            return "~"
        if node.attr == "parent":
            path = self.of(node.value, depth)
            return None if path is None else _up(path, 1)
        return self._setting(node.attr)

    def _call(self, node: ast.Call, depth: int) -> str | None:
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        default = next((k.value for k in node.keywords if k.arg == "default"), None)
        if name in _READS and (default is not None or len(node.args) >= 2):
            return self.of(default or node.args[1], depth)
        if name in _FIXED:
            return _FIXED[name]
        if name in _OF_USER:
            return "~"
        if name == "dirname" and node.args:
            path = self.of(node.args[0], depth)
            return None if path is None else _up(path, 1)
        if name in _SAME and len(node.args) == 1:
            return self.of(node.args[0], depth)
        if name in _SELF and owner is not None:
            return self.of(owner, depth)
        return self._made_of_parts(node, owner, name, depth)

    def _made_of_parts(self, node: ast.Call, owner: ast.expr | None, name: str, depth: int) -> str | None:
        parts = [self.of(a, depth) for a in node.args]
        if name in _JOINS:
            return _joined([self.of(owner, depth), *parts] if name == "joinpath" or _is_path(owner) else parts)
        if name == "format" and owner is not None and len(parts) == 1:
            text = self.of(owner, depth)
            return text.replace("{}", parts[0]) if text and parts[0] is not None and text.count("{}") == 1 else None
        if owner is None and parts and name in self._module.values:
            return _joined([self._named(name), *parts])  # django-environ's Path
        return None

    def _name(self, name: str) -> str | None:
        if name == "__file__":
            return f"{ROOT}/{self._folder}/x" if self._folder else f"{ROOT}/x"
        return self._named(name)

    def _named(self, name: str) -> str | None:
        if name not in self._found:
            self._found[name] = None  # a name that stands for itself stands for nothing
            if value := self._module.values.get(name):
                self._found[name] = Paths(self._code, self._module, self._depth + 1).of(value)
            elif other := self._code.value_of(self._module, name):
                module, expression = other
                self._found[name] = Paths(self._code, module, self._depth + 1).of(expression)
        return self._found[name]

    def _setting(self, name: str) -> str | None:
        """What a setting is, wherever in the project it is assigned: `app.config[NAME]`, `settings.NAME`."""
        if not _SETTING.fullmatch(name) or self._depth >= MAX_DEPTH:
            return None
        if name not in self._found:
            self._found[name] = None
            for module, value in self._code.assigned(name):
                if (path := Paths(self._code, module, self._depth + 2).of(value)) is not None:
                    self._found[name] = path
                    break
        return self._found[name]

    def _together(self, parts: list[str | None]) -> str | None:
        known = [p for p in parts if p is not None]
        return "".join(known) if len(known) == len(parts) and sum(map(len, known)) <= MAX_PATH else None


def _is_path(owner: ast.expr | None) -> bool:
    """True if `path` is called on a project's own path, and not on the module os."""
    return owner is not None and not (
        isinstance(owner, ast.Attribute) or getattr(owner, "id", "") in ("os", "posixpath")
    )


def _up(path: str, levels: int) -> str:
    for _ in range(levels):
        if path == ROOT:
            return ROOT
        path = path.rpartition("/")[0]
    return path


def _join(left: str | None, right: str | None) -> str | None:
    if left is None or right is None or len(left) + len(right) > MAX_PATH:
        return None
    if right.startswith(("/", "~")):
        return right
    return f"{left.rstrip('/')}/{right}" if left and right else left or right


def _joined(parts: list[str | None]) -> str | None:
    found: str | None = ""
    for part in parts:
        found = _join(found, part)
    return found


def placed(path: str, workdir: str) -> str | None:
    """PATH as an absolute path of the image, where the app works in WORKDIR (relative to the project); None if none."""
    if path.startswith("~"):
        return None
    whole = path if path.startswith("/") else "/".join(p for p in (ROOT, workdir, path) if p)
    parts: list[str] = []
    for part in whole.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/" + "/".join(parts)
