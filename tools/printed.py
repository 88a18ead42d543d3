"""The JSON Schemas of what commands print with --json, from the types in generator/dockgen/outputs.py.

They do not forbid other fields: a later dockgen may print more under the same version of the schema.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
import types
import typing
from collections.abc import Mapping
from dataclasses import is_dataclass
from pathlib import Path
from typing import Annotated, Any, NotRequired

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "generator"))

from dockgen import outputs  # noqa: E402  (of this checkout)

DRAFT = "https://json-schema.org/draft/2020-12/schema"
SCALARS = {str: "string", int: "integer", bool: "boolean", types.NoneType: "null"}
LISTS = (list, tuple, frozenset)


def schema(command: str) -> dict[str, Any]:
    """The JSON Schema of what COMMAND prints: its result, or an error."""
    defined: dict[str, Any] = {}
    parts = [_whole(kind, defined) for kind in (*outputs.BY_COMMAND[command], outputs.Failure)]
    made = {"$schema": DRAFT, "title": f"dockgen {command} --json", "anyOf": parts}
    return made | ({"$defs": dict(sorted(defined.items()))} if defined else {})


def _whole(kind: Any, defined: dict[str, Any]) -> dict[str, Any]:
    """An object that is printed, with the version of its schema."""
    made = _record(kind, defined)
    made["properties"] = {"schema": {"const": 1}} | made["properties"]
    made["required"] = ["schema", *made["required"]]
    return made


def _record(kind: Any, defined: dict[str, Any]) -> dict[str, Any]:
    hints = typing.get_type_hints(kind, localns=_imported(kind), include_extras=True)
    comments = _comments(kind)
    properties = {}
    for name, hint in hints.items():
        said = {"description": comments[name]} if name in comments else {}
        properties[name] = said | _of(hint, defined)
    doc = inspect.cleandoc(kind.__doc__ or "").partition("\n")[0]
    is_told = doc and not doc.startswith(("dict(", f"{kind.__name__}("))
    return {
        "type": "object",
        **({"description": doc} if is_told else {}),
        "properties": properties,
        "required": [name for name, hint in hints.items() if typing.get_origin(hint) is not NotRequired],
    }


def _of(kind: Any, defined: dict[str, Any]) -> dict[str, Any]:
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if kind in SCALARS:
        return {"type": SCALARS[kind]}
    if origin is NotRequired:
        return _of(args[0], defined)
    if origin is Annotated:
        (note,) = kind.__metadata__
        return ({"enum": list(note)} if isinstance(note, tuple) else {"description": note}) | _of(args[0], defined)
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [_of(arg, defined) for arg in args]}
    if origin in LISTS:
        return {"type": "array", **_items(origin, args, defined)}
    if origin in (dict, Mapping):
        return {"type": "object", "additionalProperties": _of(args[1], defined)}
    if typing.is_typeddict(kind) or is_dataclass(kind):
        return _reference(kind, defined)
    if is_dataclass(origin):  # generic: a value of any type, beside its evidence
        return _reference(origin, defined)
    return {}


def _items(origin: Any, args: tuple[Any, ...], defined: dict[str, Any]) -> dict[str, Any]:
    if origin is tuple and args[-1] is not ...:
        length = {"minItems": len(args), "maxItems": len(args)}
        return {"prefixItems": [_of(arg, defined) for arg in args], **length}
    return {"items": _of(args[0], defined)}


def _reference(kind: Any, defined: dict[str, Any]) -> dict[str, Any]:
    if kind.__name__ not in defined:
        defined[kind.__name__] = {}  # it may hold itself
        defined[kind.__name__] = _record(kind, defined)
    return {"$ref": f"#/$defs/{kind.__name__}"}


def _imported(kind: type) -> dict[str, Any]:
    """The names that the module of KIND imports, also those that only types need."""
    tree = ast.parse(inspect.getsource(importlib.import_module(kind.__module__)))
    return {
        alias.name: getattr(importlib.import_module(node.module), alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module != "__future__"
        for alias in node.names
    }


def _comments(kind: type) -> dict[str, str]:
    """What the comments behind the fields of KIND say, and of the classes that it is made from."""
    found: dict[str, str] = {}
    for base in (*getattr(kind, "__orig_bases__", ()), kind):
        if not isinstance(base, type) or base.__module__ in ("typing", "builtins"):
            continue
        source = inspect.getsource(importlib.import_module(base.__module__))
        lines = source.splitlines()
        for node in ast.parse(source).body:
            if isinstance(node, ast.ClassDef) and node.name == base.__name__:
                found |= dict(_behind(node, lines))
    return found


def _behind(node: ast.ClassDef, lines: list[str]) -> list[tuple[str, str]]:
    made = []
    for field in node.body:
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            comment = (
                lines[(field.end_lineno or field.lineno) - 1][field.end_col_offset or 0 :].partition("#")[2].strip()
            )
            if comment:
                made.append((field.target.id, comment))
    return made
