"""Decode a YAML file into dataclasses: every mistake at once, with its place; texts stay as they are written."""

from __future__ import annotations

import types
import typing
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from dockgen.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

T = TypeVar("T")
MAX_BYTES = 262_144
MAX_DEPTH = 20
_TRUE, _FALSE = ("true", "yes"), ("false", "no")


@dataclass(frozen=True, slots=True)
class Placed:
    """A text of a file, as it is written there, and its place `path:line:column`."""

    text: str
    where: str

    def __str__(self) -> str:
        """The text."""
        return self.text


FLAT = "flat"  # a mapping whose nested keys are joined by dots, and whose lists are words of one text
Flat = Annotated["Mapping[str, Placed]", FLAT]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake: what it is, where, and what to do about it."""

    what: str
    where: str
    hint: str = ""

    def __str__(self) -> str:
        """One line."""
        return f"{self.where}: {self.what}" + (f"; {self.hint}" if self.hint else "")


def doc(text: str, **more: Any) -> Any:
    """A dataclass field whose meaning is TEXT, for the decoder's readers: schema and reference."""
    return field(metadata={"doc": text}, **more)


def refuse(problems: Iterable[Problem], path: str) -> None:
    """InputError with all PROBLEMS of the file PATH, if there are any."""
    found = list(problems)
    if len(found) == 1:
        raise InputError(found[0].what, where=found[0].where, hint=found[0].hint or None)
    if found:
        raise InputError(f"{path} has {len(found)} mistakes\n" + "\n".join(f"  {p}" for p in found))


def decode(kind: type[T], text: bytes | str, path: str) -> T:
    """TEXT of the file PATH as a KIND, a dataclass; InputError with every mistake and its line and column."""
    node = _compose(text, path)
    reader = _Reader(path)
    value = reader.read(kind, node) if node is not None else reader.empty(kind)
    refuse(reader.problems, path)
    return typing.cast("T", value)


def decode_flat(text: bytes | str, path: str) -> dict[str, Placed]:
    """TEXT of the file PATH as texts by dotted key (FLAT); InputError with every mistake."""
    node = _compose(text, path)
    reader = _Reader(path)
    found = reader.flat(node) if node is not None else {}
    refuse(reader.problems, path)
    return found


def _compose(text: bytes | str, path: str) -> Any:
    """The root node of TEXT; None if it is empty."""
    import yaml  # noqa: PLC0415  (start-up time: few projects have such a file)

    if len(text) > MAX_BYTES:
        raise InputError(f"the file is larger than {MAX_BYTES // 1024} KiB", where=path)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    depth = 0
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8-sig")
        for event in yaml.parse(text, loader):
            if isinstance(event, yaml.AliasEvent):
                raise InputError("aliases are not read here", where=_at(path, event.start_mark), hint="write it out")
            depth += isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent))
            depth -= isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent))
            if depth > MAX_DEPTH:
                raise InputError("this is nested too deeply", where=_at(path, event.start_mark))
        return yaml.compose(text, loader)
    except UnicodeDecodeError as error:
        raise InputError("the file is not UTF-8 text", where=path) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        what = getattr(error, "problem", None) or getattr(error, "context", None) or "it cannot be read"
        raise InputError(f"not YAML: {what}", where=_at(path, mark) if mark else path) from error


def _at(path: str, mark: Any) -> str:
    return f"{path}:{mark.line + 1}:{mark.column + 1}"


class _Reader:
    """Reads nodes as types, and collects what is wrong."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.problems: list[Problem] = []

    def wrong(self, node: Any, what: str, hint: str = "") -> None:
        self.problems.append(Problem(what=what, where=_at(self.path, node.start_mark), hint=hint))

    def empty(self, kind: Any) -> Any:
        """What an empty file says of KIND: its defaults; a mistake if there is none for a field."""
        missing = [f.name for f in fields(kind) if _is_required(f)]
        self.problems += [Problem(what=f"{name!r} is missing", where=f"{self.path}:1:1") for name in missing]
        return kind() if not missing else None

    def read(self, kind: Any, node: Any) -> Any:
        """NODE as a KIND; None with a problem noted if it is none."""
        if typing.get_origin(kind) is Annotated:
            return self.flat(node)
        if typing.get_origin(kind) in (typing.Union, types.UnionType):
            return self.read(next(k for k in typing.get_args(kind) if k is not type(None)), node)
        if typing.get_origin(kind) is typing.Literal:
            return self.literal(typing.get_args(kind), node)
        if typing.get_origin(kind) is tuple:
            return self.sequence(typing.get_args(kind)[0], node)
        if is_dataclass(kind) and kind is not Placed:
            return self.record(kind, node)
        if typing.get_origin(kind) is not None:
            return {k: self.read(typing.get_args(kind)[1], v) for k, v in self.pairs(node)}
        return self.scalar(kind, node)

    def scalar(self, kind: Any, node: Any) -> Any:
        if node.id != "scalar":
            self.wrong(node, f"expected a text, got a {_KINDS[node.id]}")
            return None
        if kind is Placed:
            return Placed(node.value, _at(self.path, node.start_mark))
        if kind is bool:
            if node.value.lower() in _TRUE + _FALSE:
                return node.value.lower() in _TRUE
            self.wrong(node, f"expected yes or no, got {node.value!r}")
            return None
        if kind is int:
            if node.value.lstrip("-").isdecimal() and node.value.isascii():
                return int(node.value)
            self.wrong(node, f"expected a whole number, got {node.value!r}")
            return None
        return node.value

    def literal(self, allowed: tuple[str, ...], node: Any) -> Any:
        value = self.scalar(str, node)
        if value is None or value in allowed:
            return value
        return self.wrong(node, f"{value!r} is none of {', '.join(allowed)}", _nearest(value, allowed))

    def sequence(self, kind: Any, node: Any) -> tuple[Any, ...]:
        """The items of a list; what stands alone is a list of one."""
        return tuple(self.read(kind, n) for n in (node.value if node.id == "sequence" else [node]))

    def pairs(self, node: Any) -> Iterator[tuple[str, Any]]:
        """Key and value of each pair of a mapping."""
        if node.id == "scalar" and node.value == "":
            return
        if node.id != "mapping":
            self.wrong(node, f"expected keys and values, got a {_KINDS[node.id]}")
            return
        seen: set[str] = set()
        for key, value in node.value:
            name = self.scalar(str, key)
            if name in seen:
                self.wrong(key, f"{name!r} stands here twice")
            elif name is not None:
                seen.add(name)
                yield name, value

    def record(self, kind: Any, node: Any) -> Any:
        """A dataclass from the keys of a mapping."""
        hints, known = _hints(kind), {f.name: f for f in fields(kind)}
        values: dict[str, Any] = {}
        before = len(self.problems)
        for name, value in self.pairs(node):
            if name in known:
                values[name] = self.read(hints[name], value)
            else:
                key = next(k for k, _ in node.value if k.value == name)
                self.wrong(key, f"unknown key {name!r}", _nearest(name, known) or f"one of {', '.join(known)}")
        for name in (n for n, f in known.items() if _is_required(f) and n not in values):
            self.wrong(node, f"{name!r} is missing")
        return kind(**values) if len(self.problems) == before else None

    def flat(self, node: Any, prefix: str = "") -> dict[str, Placed]:
        """A mapping of texts: nested keys joined by dots, lists as words of one text."""
        import shlex  # noqa: PLC0415

        found: dict[str, Placed] = {}
        for name, value in self.pairs(node):
            key = f"{prefix}{name}"
            if value.id == "mapping":
                found |= self.flat(value, f"{key}.")
            elif value.id == "sequence":
                words = [self.scalar(str, n) for n in value.value]
                found[key] = Placed(shlex.join(w or "" for w in words), _at(self.path, value.start_mark))
            else:
                found[key] = Placed(value.value, _at(self.path, value.start_mark))
        return found


_KINDS = {"mapping": "mapping", "sequence": "list", "scalar": "text"}


def _is_required(item: Any) -> bool:
    return item.default is MISSING and item.default_factory is MISSING


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind, include_extras=True)


def _nearest(name: str, known: Iterable[str]) -> str:
    import difflib  # noqa: PLC0415

    near = difflib.get_close_matches(name, list(known), 1)
    return f"did you mean {near[0]!r}?" if near else ""
