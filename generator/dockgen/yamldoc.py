"""Decode a YAML file into dataclasses: every mistake at once, with its place; texts stay as they are written."""

from __future__ import annotations

import re
import types
import typing
from dataclasses import MISSING, field, fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from dockgen import nearest
from dockgen.errors import InputError
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

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

    def place(self) -> tuple[int, ...]:
        """Line and column, to sort by."""
        return tuple(int(n) for n in self.where.rsplit(":", 2)[1:] if n.isdecimal())

    def __str__(self) -> str:
        """One line."""
        return f"{self.where}: {self.what}" + (f"; {self.hint}" if self.hint else "")


def doc(text: str, **more: Any) -> Any:
    """A dataclass field whose meaning is TEXT, for the decoder's readers: schema and reference."""
    return field(metadata={"doc": text}, **more)


def place() -> Any:
    """A dataclass field that no file says: where in the file the record is."""
    return field(default="", metadata={"place": True})


def refuse(problems: Iterable[Problem], path: str) -> None:
    """InputError with all PROBLEMS of the file PATH, if there are any."""
    found = list(problems)
    if len(found) == 1:
        raise InputError(found[0].what, where=found[0].where, hint=found[0].hint or None)
    if found:
        told = "\n".join(f"  {p}" for p in found)
        raise InputError(f"{path} has {len(found)} mistakes\n{told}", mistakes=tuple(found))


def decode(kind: type[T], text: bytes | str, path: str, more: Callable[[T], Iterable[Problem]] = lambda _: ()) -> T:
    """TEXT of the file PATH as a KIND, a dataclass; InputError with every mistake and its line and column.

    MORE finds mistakes in what could be read; what is missing or could not be is None there.
    """
    node = _compose(text, path)
    reader = _Reader(path)
    value = reader.record(kind, node) if node is not None else reader.empty(kind)
    if value is not None:
        reader.problems += more(value)
    refuse(sorted(reader.problems, key=Problem.place), path)
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
        text = _plain(text)
        for event in yaml.parse(text, loader):
            if isinstance(event, yaml.AliasEvent):
                raise InputError("aliases are not read here", where=_at(path, event.start_mark), hint="write it out")
            if tag := getattr(event, "tag", None):
                what = f"tags such as {str(tag)[:60]} are not read here"
                raise InputError(what, where=_at(path, event.start_mark), hint="write the value alone")
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


def _plain(text: bytes | str) -> str:
    """TEXT as YAML takes it: UTF-8 without its mark, the indentation of JSON without tabs."""
    plain = text.decode("utf-8-sig") if isinstance(text, bytes) else text
    is_json = plain.lstrip()[:1] in ("{", "[")
    return re.sub(r"(?m)^\t+", lambda tabs: " " * len(tabs[0]), plain) if is_json else plain


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
        """What an empty file says of KIND: its defaults; a mistake for each field that has none."""
        missing = [f.name for f in fields(kind) if _is_required(f)]
        self.problems += [Problem(what=f"{name!r} is missing", where=f"{self.path}:1:1") for name in missing]
        return kind(**dict.fromkeys(missing))

    def read(self, kind: Any, node: Any, key: Any = None) -> Any:
        """NODE, which stands at KEY, as a KIND; None with a problem noted if it is none."""
        if typing.get_origin(kind) is Annotated:
            return self.flat(node)
        if typing.get_origin(kind) in (typing.Union, types.UnionType):
            return self.read(next(k for k in typing.get_args(kind) if k is not type(None)), node)
        if typing.get_origin(kind) is typing.Literal:
            return self.literal(typing.get_args(kind), node)
        if typing.get_origin(kind) is tuple:
            return self.sequence(typing.get_args(kind)[0], node)
        if is_dataclass(kind) and kind is not Placed:
            return self.record(kind, node, key)
        if typing.get_origin(kind) is not None:
            found = {name: self.read(typing.get_args(kind)[1], v, k) for name, k, v in self.pairs(node)}
            return {name: value for name, value in found.items() if value is not None}
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
        return self.wrong(node, f"{value!r} is none of {', '.join(allowed)}", nearest.hint(value, allowed, ""))

    def sequence(self, kind: Any, node: Any) -> tuple[Any, ...]:
        """The items of a list; what stands alone is a list of one."""
        return tuple(self.read(kind, n) for n in (node.value if node.id == "sequence" else [node]))

    def pairs(self, node: Any) -> Iterator[tuple[str, Any, Any]]:
        """Each pair of a mapping: its key as a text and as a node, and its value."""
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
                yield name, key, value

    def record(self, kind: Any, node: Any, at: Any = None) -> Any:
        """A dataclass from the keys of a mapping that stands at the key AT; what could not be read is None in it."""
        hints, known = _hints(kind), {f.name: f for f in fields(kind) if not f.metadata.get("place")}
        values: dict[str, Any] = {}
        before = len(self.problems)
        for name, key, value in self.pairs(node):
            if name in known:
                values[name] = self.read(hints[name], value, key)
            else:
                self.wrong(key, f"unknown key {name!r}", nearest.hint(name, known))
        is_mapping = node.id == "mapping" or len(self.problems) == before
        for name in (n for n, f in known.items() if _is_required(f) and n not in values):
            values[name] = None
            if is_mapping:
                self.wrong(node, f"{name!r} is missing")
        values = {n: v for n, v in values.items() if v is not None or _is_required(known[n])}
        if len(known) < len(fields(kind)):
            values |= {f.name: _at(self.path, (at or node).start_mark) for f in fields(kind) if f.metadata.get("place")}
        return kind(**values)

    def flat(self, node: Any, prefix: str = "") -> dict[str, Placed]:
        """A mapping of texts: nested keys joined by dots, lists as words of one text."""
        import shlex  # noqa: PLC0415

        found: dict[str, Placed] = {}
        for name, at, value in self.pairs(node):
            key = f"{prefix}{name}"
            if value.id == "mapping":
                new = self.flat(value, f"{key}.")
            elif value.id == "sequence":
                words = [self.scalar(str, n) for n in value.value]
                new = {key: Placed(shlex.join(w or "" for w in words), _at(self.path, value.start_mark))}
            else:
                new = {key: Placed(value.value, _at(self.path, value.start_mark))}
            for twice in found.keys() & new.keys():
                self.wrong(at, f"{twice!r} stands here twice")
            found |= new
        return found


_KINDS = {"mapping": "mapping", "sequence": "list", "scalar": "text"}


def _is_required(item: Any) -> bool:
    return item.default is MISSING and item.default_factory is MISSING


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind, include_extras=True)
