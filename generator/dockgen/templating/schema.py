"""The types of what templates may print: the plan's dataclasses, read from their annotations."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, fields, is_dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

TEXT, FREE, NUMBER, FLAG, RECORD, LIST, MAP, ANY = "text", "free", "number", "flag", "record", "list", "map", "any"
_SIMPLE = {"str": TEXT, "int": NUMBER, "bool": FLAG}
_LISTS = ("tuple", "list", "frozenset", "set", "Sequence", "Iterable")
_MAPS = ("Mapping", "dict")
# Fields whose text is somebody's own words, of which a template must not print a word without quoting it.
_FREE = ("About",)


@dataclass(frozen=True, slots=True, eq=False)
class Type:
    """What a value is: its `kind`, the fields of a record, what a list or a mapping is `of`."""

    kind: str
    name: str = ""
    fields: Mapping[str, Type] = field(default_factory=dict)
    of: Type | None = None


ANYTHING = Type(ANY)
WORDS = {kind: Type(kind) for kind in (TEXT, FREE, NUMBER, FLAG)}


@cache
def context(stack: str) -> Mapping[str, Type]:
    """The variables of STACK's templates: the fields of the plan, `build` being the stack's own dataclass.

    Those of the companions, if STACK is their folder: the fields of the bundle.
    """
    from dockgen.companions import bundle, table  # noqa: PLC0415
    from dockgen.plans import Plan  # noqa: PLC0415

    if stack == table.FOLDER:
        return of(bundle.Bundle).fields
    module = import_module(f"dockgen.stacks.{stack}.plan")
    build = of(getattr(module, f"{stack.title()}Build"))
    return {**of(Plan).fields, "build": build}


def options(packs: Mapping[str, Mapping[str, object]]) -> dict[str, Type]:
    """The variable `packs` with the options of each; what a text says is the user's own."""
    kinds = {str: WORDS[FREE], bool: WORDS[FLAG], int: WORDS[NUMBER]}
    records = {
        name: Type(
            RECORD, "", {key: kinds.get(type(value), Type(LIST, of=WORDS[FREE])) for key, value in found.items()}
        )
        for name, found in packs.items()
    }
    return {"packs": Type(RECORD, "", records)}


@cache
def of(kind: type) -> Type:
    """The record that a dataclass is."""
    names = _Names(kind.__module__)
    is_free = kind.__name__ in _FREE
    found = {}
    for item in fields(kind):
        inner = names.read(ast.parse(str(item.type), mode="eval").body)
        found[item.name] = WORDS[FREE] if is_free and inner.kind == TEXT else inner
    return Type(RECORD, kind.__name__, found)


class _Names:
    """Reads annotations of one module, whose names may be imported for type checkers only."""

    def __init__(self, module: str) -> None:
        self.module = import_module(module)
        self.imported = _imports(module)

    def read(self, node: ast.expr) -> Type:
        if isinstance(node, ast.BinOp):  # X | None
            sides = [self.read(n) for n in (node.left, node.right) if not _is_none(n)]
            return sides[0] if len(sides) == 1 else ANYTHING
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            return self.generic(node.value.id, node.slice)
        if isinstance(node, ast.Name):
            return WORDS[_SIMPLE[node.id]] if node.id in _SIMPLE else self.named(node.id)
        return ANYTHING

    def generic(self, name: str, inner: ast.expr) -> Type:
        parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        if name in _MAPS:
            value = self.read(parts[-1])
            return Type(MAP, of=WORDS[FREE] if value.kind == TEXT else value)
        if name in _LISTS:
            kinds = [self.read(p) for p in parts if not (isinstance(p, ast.Constant) and p.value is Ellipsis)]
            same = all(k.kind == kinds[0].kind and k.name == kinds[0].name for k in kinds)
            return Type(LIST, of=kinds[0] if same else ANYTHING)
        return ANYTHING

    def named(self, name: str) -> Type:
        found: Any = getattr(self.module, name, None)
        if found is None and name in self.imported:
            found = getattr(import_module(self.imported[name]), name, None)
        return of(found) if isinstance(found, type) and is_dataclass(found) else ANYTHING


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


@cache
def _imports(module: str) -> Mapping[str, str]:
    """The module of each name that a module imports from another, for type checkers as well."""
    loader: Any = import_module(module).__loader__
    source = loader.get_source(module) or ""
    return {
        alias.asname or alias.name: node.module
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
