"""Find the environment variables without which an app cannot be imported, and a value of the right kind for each."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.facts import Evidence
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dockgen.stacks.python.code import Code
    from dockgen.stacks.python.source import Module

PLAIN = "change-me"
MAX_VARIABLES = 40
MAX_BASES = 4  # how far the classes are followed that settings are made of
# Variables that every process has, or that the image sets.
_GIVEN = frozenset({"PATH", "HOME", "USER", "HOSTNAME", "LANG", "PWD", "SHELL", "TMPDIR", "TERM", "PYTHONPATH"})
# What stands for a value of a type: pydantic's, the methods of environ and environs, the casts of decouple.
KINDS: Mapping[str, str] = {
    "int": "1",
    "PositiveInt": "1",
    "float": "1",
    "Decimal": "1",
    "bool": "false",
    "list": "[]",
    "set": "[]",
    "tuple": "[]",
    "dict": "{}",
    "json": "{}",
    "Path": "/tmp",  # noqa: S108  (a value for somebody else's variable)
    "EmailStr": "nobody@example.org",
    "PostgresDsn": "postgresql://localhost/app",
    "MySQLDsn": "mysql://localhost/app",
    "RedisDsn": "redis://localhost:6379/0",
    "AmqpDsn": "amqp://localhost/",
    "MongoDsn": "mongodb://localhost/app",
    "AnyUrl": "http://localhost",
    "AnyHttpUrl": "http://localhost",
    "HttpUrl": "http://localhost",
    "UUID": "00000000-0000-0000-0000-000000000000",
    "db": "sqlite:////tmp/build.sqlite3",
    "db_url": "sqlite:////tmp/build.sqlite3",
    "dj_db_url": "sqlite:////tmp/build.sqlite3",
    "cache": "locmemcache://",
    "cache_url": "locmemcache://",
    "url": "http://localhost",
}
# The same by a variable's name, where nothing tells its type; the first that fits.
NAMES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (lazy.pattern(pattern), value)
    for pattern, value in (
        (r"PORT$|_ID$|_DB$|_TTL$|TIMEOUT|_SECONDS$|_MINUTES$|_SIZE$|_WORKERS$", "1"),
        (r"ENGINE$", "django.db.backends.sqlite3"),
        (r"DATABASE.*UR[LI]$|^DB_UR[LI]$|SQLALCHEMY.*UR[LI]$", "sqlite:////tmp/build.sqlite3"),
        (r"REDIS.*UR[LI]|BROKER", "redis://localhost:6379/0"),
        (r"UR[LI]", "http://localhost"),
        (r"^DEBUG|_DEBUG$|_SSL$|_TLS$|^USE_|_ENABLED$", "False"),
    )
)
_LOUD = ("KeyError", "Exception", "ImproperlyConfigured", "BaseException", "UndefinedValueError")
_CASTS = frozenset({"int", "float", "loads", "literal_eval", "Path", "bytes"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A variable that must be set, and a value that the app can at least be imported with."""

    name: str
    value: str
    evidence: Evidence


def required(code: Code, files: Iterable[str]) -> tuple[Variable, ...]:
    """The variables that FILES read when they are imported, with nothing to fall back on; in order of name."""
    found: dict[str, Variable] = {}
    defaults: set[str] = set()
    for path in files:
        if not re.search(r"environ|getenv|\benv[.(]|config\(|Settings", code.text(path)):
            continue
        if (module := code.module(path)) is None:
            continue
        defaults |= _scheme(module)
        for variable in (*_read(module, module.tree.body, frozenset()), *_fields(code, module)):
            found.setdefault(variable.name, variable)
    names = sorted(n for n in found if n not in defaults and n not in _GIVEN)
    return tuple(found[n] for n in names[:MAX_VARIABLES])


def dummy(name: str, kind: str = "") -> str:
    """A value for the variable NAME that the type or cast KIND, if it is known, can read."""
    if kind in KINDS:
        return KINDS[kind]
    return next((value for pattern, value in NAMES if pattern.search(name)), PLAIN)


def _scheme(module: Module) -> set[str]:
    """Variables that `environ.Env(NAME=(type, default))` gives defaults to."""
    return {
        keyword.arg
        for node in module.nodes
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "Env"
        for keyword in node.keywords
        if keyword.arg and isinstance(keyword.value, ast.Tuple)
    }


def _read(module: Module, body: Iterable[ast.stmt], guarded: frozenset[str]) -> Iterator[Variable]:
    """Variables read by statements that run at import; none that a condition around them asks for first."""
    body = tuple(body)
    yield from _refused(module, body)
    for statement in body:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                continue
            case ast.ClassDef(body=inner) | ast.With(body=inner) | ast.For(body=inner):
                yield from _read(module, inner, guarded)
            case ast.If(test=test, body=inner, orelse=other):
                yield from _in(module, test, guarded)
                if "TYPE_CHECKING" not in ast.unparse(test):
                    yield from _read(module, [*inner, *other], guarded | _constants(test))
            case ast.Try(body=inner, handlers=handlers, orelse=other):
                caught = [h for h in handlers if any(name in _caught(h) for name in _LOUD)]
                if all(_gives_up(h) for h in caught):
                    yield from _read(module, inner, guarded)
                yield from _read(module, other, guarded)
            case ast.Assign(targets=[target], value=value) if _is_key(target) and (read := _unset(value)):
                # Without a key, Django does not start and Flask answers with errors.
                yield Variable(name=read[0], value=PLAIN, evidence=Evidence(module.path, statement.lineno, read[0]))
            case _:
                yield from _in(module, statement, guarded)


def _refused(module: Module, body: Iterable[ast.stmt]) -> Iterator[Variable]:
    """Variables that are read with no default, and whose lack is then an error: `if not name: raise …`."""
    unset: dict[str, str] = {}  # name in the code -> the variable that it was read from
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if read := _unset(value):
                unset[name] = read[0]
            case ast.If(test=ast.UnaryOp(op=ast.Not(), operand=ast.Name(id=name)), body=[*_, end]):
                if (variable := unset.get(name)) and _ends(end):
                    place = Evidence(module.path, statement.lineno, variable)
                    yield Variable(name=variable, value=dummy(variable), evidence=place)


def _is_key(target: ast.expr) -> bool:
    """True if something is assigned to the key with which cookies are signed."""
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str(name))):
            return name.upper() == "SECRET_KEY"
    return False


def _caught(handler: ast.ExceptHandler) -> str:
    return ast.unparse(handler.type) if handler.type else "Exception"


def _gives_up(handler: ast.ExceptHandler) -> bool:
    """True if an `except` only says what is wrong: it raises or exits at its end."""
    return _ends(handler.body[-1])


def _ends(statement: ast.stmt) -> bool:
    """True if a statement raises an error or exits."""
    match statement:
        case ast.Raise():
            return True
        case ast.Expr(value=ast.Call(func=function)):
            return ast.unparse(function) in ("sys.exit", "exit", "quit", "os._exit")
    return False


def _in(module: Module, root: ast.AST, guarded: frozenset[str]) -> Iterator[Variable]:
    stack: list[tuple[ast.AST, frozenset[str]]] = [(root, guarded)]
    while stack:
        node, known = stack.pop()
        if isinstance(node, ast.Lambda):
            continue
        inner = known | _constants(node.test) if isinstance(node, ast.IfExp) else known
        read = _variable(node)
        if read and read[0] not in known:
            yield Variable(
                name=read[0], value=dummy(*read), evidence=Evidence(module.path, getattr(node, "lineno", None), read[0])
            )
            if isinstance(node, ast.Call):
                continue
        stack.extend((child, inner) for child in ast.iter_child_nodes(node))


def _constants(node: ast.AST) -> frozenset[str]:
    return frozenset(n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str))


def _variable(node: ast.AST) -> tuple[str, str] | None:
    """The variable that NODE cannot do without, and the type that is made of it ("" if none is told)."""
    match node:
        case ast.Subscript(value=ast.Name(id="environ") | ast.Attribute(attr="environ"), ctx=ast.Load(), slice=key):
            return (name, "") if (name := _name(key)) else None
        case ast.Call(func=ast.Name(id=cast) | ast.Attribute(attr=cast), args=[inner]) if cast in _CASTS:
            read = _variable(inner) or _unset(inner)
            return (read[0], cast) if read else None
        case ast.Call(func=function, args=args, keywords=keywords):
            return _call(function, args, {k.arg: k.value for k in keywords})
    return None


def _unset(node: ast.expr) -> tuple[str, str] | None:
    """A variable read as None if it is not set, which nothing can be made of."""
    match node:
        case ast.Call(func=ast.Attribute(attr="getenv" | "get") as function, args=[key]) if "os" in ast.unparse(
            function
        ):
            return (name, "") if (name := _name(key)) else None
    return None


def _call(function: ast.expr, args: list[ast.expr], keywords: Mapping[str | None, ast.expr]) -> tuple[str, str] | None:
    if "default" in keywords:
        return None
    match function:
        case ast.Name(id="env" | "config"):
            kind = ast.unparse(keywords["cast"]) if "cast" in keywords else ""
        case ast.Attribute(value=ast.Name(id="env"), attr=kind) if kind not in ("read_env", "get_value", "prefixed"):
            pass
        case _:
            return None
    if not args and kind in ("db", "dj_db_url"):
        return "DATABASE_URL", kind
    return (name, kind) if len(args) == 1 and (name := _name(args[0])) else None


def _name(node: ast.expr) -> str:
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, str) and re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,99}", value) else ""


def settings_prefix(settings: ast.ClassDef) -> str:
    """What stands before the names of the variables of a class of pydantic settings."""
    for node in ast.walk(settings):
        match node:
            case (
                ast.keyword(arg="env_prefix", value=ast.Constant(value=str(prefix)))
                | ast.Assign(targets=[ast.Name(id="env_prefix")], value=ast.Constant(value=str(prefix)))
            ):
                return prefix.upper()
    return ""


def _is_settings(code: Code, module: Module, made: ast.ClassDef, hops: int = 0) -> bool:
    """True if a class is one of pydantic's settings, or is made of one in this project."""
    for base in made.bases:
        name = code.dotted(module, base)
        if name.startswith("pydantic") and name.endswith("BaseSettings"):
            return True
        home, local = code.resolve(module, name) if name and hops < MAX_BASES else (None, "")
        below = home.classes.get(local) if home else None
        if home and below and below is not made and _is_settings(code, home, below, hops + 1):
            return True
    return False


def _fields(code: Code, module: Module) -> Iterator[Variable]:
    """The fields without a default of pydantic's settings."""
    for settings in module.classes.values():
        if not _is_settings(code, module, settings):
            continue
        prefix = settings_prefix(settings)
        for statement in settings.body:
            match statement:
                case ast.AnnAssign(target=ast.Name(id=field), annotation=annotation, value=value):
                    kind = ast.unparse(annotation)
                    if "ClassVar" in kind or not _is_missing(value) or _own(module, kind):
                        continue
                    name = _alias(value) or prefix + field.upper()
                    place = Evidence(module.path, statement.lineno, name)
                    yield Variable(name=name, value=_of_type(name, kind), evidence=place)


def _of_type(name: str, kind: str) -> str:
    if choice := re.match(r"(?:typing\.)?Literal\[['\"](\w+)", kind):
        return choice[1]
    plain = re.sub(r"^(?:Optional|Annotated)\[", "", kind).rpartition(".")[2] if "[" not in kind else kind
    first = re.match(r"\w+", re.sub(r"^(?:Optional|Annotated)\[", "", plain))
    return dummy(name, first[0].replace("List", "list").replace("Dict", "dict") if first else "")


def _is_missing(value: ast.expr | None) -> bool:
    """True if a field has no default: nothing, or `Field(...)` without one."""
    if value is None:
        return True
    if not (isinstance(value, ast.Call) and ast.unparse(value.func).endswith("Field")):
        return False
    if any(k.arg in ("default", "default_factory") for k in value.keywords):
        return False
    return not value.args or (isinstance(value.args[0], ast.Constant) and value.args[0].value is ...)


def _alias(value: ast.expr | None) -> str:
    if isinstance(value, ast.Call):
        for keyword in value.keywords:
            if keyword.arg in ("alias", "validation_alias", "env"):
                return _name(keyword.value)
    return ""


def _own(module: Module, kind: str) -> bool:
    """True if a type is a class of the project's own, of which no value can be made up."""
    return any(word in module.classes for word in re.findall(r"\w+", kind))
