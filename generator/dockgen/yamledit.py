"""Set a value or add an item in a YAML file that people write, as a patch of its text: all else stays as it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dockgen.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

INDENT = "  "


def with_item(text: str, path: Sequence[str], item: str) -> str:
    """TEXT, a mapping, with ITEM at the end of the list at the keys PATH; TEXT itself if ITEM is there already.

    A text that stands alone is a list of one, a missing key an empty list. InputError if TEXT is not YAML, or of a
    shape that cannot be patched without losing something.
    """

    def wanted(before: Any) -> Any:
        there = before if isinstance(before, list) else [before] if before else []
        return before if item in there else [*there, item]

    hint = f"write it yourself: {': '.join(path)}: [{item}]"
    return _edited(text, path, wanted, lambda node, old: _item(text, node, old, item), f"[{_scalar(item)}]", hint)


def with_value(text: str, path: Sequence[str], value: str) -> str:
    """TEXT, a mapping, with VALUE, a text on one line, at the keys PATH; what stood there is replaced.

    InputError if TEXT is not YAML, or of a shape that cannot be patched without losing something.
    """
    shown = _scalar(value)
    hint = f"write it yourself: {': '.join(path)}: {shown}"
    return _edited(text, path, lambda _: value, lambda node, _: _replaced(text, node, shown), shown, hint)


def has(text: str, path: Sequence[str]) -> bool:
    """True if TEXT, a mapping, says something at the keys PATH."""
    return _node(text, path) is not None


def _edited(
    text: str,
    path: Sequence[str],
    wanted: Callable[[Any], Any],
    change: Callable[[Any, Any], str],
    fresh: str,
    hint: str,
) -> str:
    """TEXT with what is WANTED at PATH: a CHANGE of the node that is there, or a FRESH one.

    The result is read again: if it does not say just that, nothing is changed and the user is told how to do it.
    """
    import yaml  # noqa: PLC0415  (start-up time: few commands edit a file)

    try:
        before = _data(text)
        after = _set(before, path, wanted)
        if after == before:
            return text
        node = _node(text, path)
        patched = _added(text, path, fresh) if node is None else change(node, _plain(node))
        if _data(patched) == after:
            return patched
    except (yaml.YAMLError, TypeError, ValueError):
        pass
    raise InputError(f"cannot write {'.'.join(path)} into it", hint=hint)


def _item(text: str, node: Any, old: Any, item: str) -> str:
    """TEXT with ITEM after what NODE, whose data is OLD, holds."""
    start, end = node.start_mark.index, node.end_mark.index
    if node.id == "scalar":
        alone = f"[{text[start:end]}, {_scalar(item)}]"
        return f"{text[:start]}{alone}{text[end:]}" if old else _fill(text, node, f"[{_scalar(item)}]")
    if node.id != "sequence":
        raise ValueError(node.id)
    if node.flow_style:
        last = node.value[-1].end_mark.index if node.value else start + 1
        return _insert(text, last, f"{', ' if node.value else ''}{_scalar(item)}")
    line = f"{' ' * node.start_mark.column}- {_scalar(item)}"
    return _after_line(text, node.value[-1].end_mark.index, line)


def _replaced(text: str, node: Any, shown: str) -> str:
    if node.id != "scalar" or node.style in ("|", ">"):
        if node.id == "scalar" or not node.flow_style:
            raise ValueError(node.id)
        return f"{text[: node.start_mark.index]}{shown}{text[node.end_mark.index :]}"
    if node.start_mark.index == node.end_mark.index:
        return _fill(text, node, shown)
    return f"{text[: node.start_mark.index]}{shown}{text[node.end_mark.index :]}"


def _fill(text: str, node: Any, shown: str) -> str:
    """TEXT with SHOWN where NODE has nothing, which is right after the colon of its key."""
    return _insert(text, node.start_mark.index, f" {shown}")


def _added(text: str, path: Sequence[str], shown: str) -> str:
    """TEXT with the keys of PATH that it lacks, and SHOWN at the last of them."""
    known = next((n for n in range(len(path) - 1, 0, -1) if _node(text, path[:n]) is not None), 0)
    parent = _node(text, path[:known]) if known else _root(text)
    missing = [_scalar(key) for key in path[known:]]
    if parent is None or not (known or parent.flow_style):  # at the end of the file
        gap = "" if not text or text.endswith("\n") else _newline(text)
        return f"{text}{gap}{_block(missing, shown, '', _newline(text))}{_newline(text)}"
    if parent.id == "scalar" and not parent.value and known:
        column = _column(text, path[:known]) + len(INDENT)
        return _after_line(text, parent.end_mark.index, _block(missing, shown, " " * column, _newline(text)))
    if parent.id != "mapping":
        raise ValueError(parent.id)
    if parent.flow_style:
        inner = "".join(f"{key}: {{" for key in missing[:-1]) + f"{missing[-1]}: {shown}" + "}" * (len(missing) - 1)
        last = parent.value[-1][1].end_mark.index if parent.value else parent.start_mark.index + 1
        return _insert(text, last, f"{', ' if parent.value else ''}{inner}")
    block = _block(missing, shown, " " * parent.start_mark.column, _newline(text))
    return _after_line(text, _end(parent), block)


def _end(node: Any) -> int:
    """The index after the last character that belongs to NODE: the mark of a block's end is beyond its comments."""
    if node.id == "scalar" or node.flow_style:
        end: int = node.end_mark.index
        return end - 1 if node.id == "scalar" and node.style in ("|", ">") else end
    last = node.value[-1]
    return _end(last[1] if node.id == "mapping" else last)


def _block(keys: Sequence[str], shown: str, indent: str, newline: str) -> str:
    """The lines of KEYS, each below the one before it, and SHOWN at the last."""
    lines = [f"{indent}{INDENT * depth}{key}:" for depth, key in enumerate(keys)]
    return newline.join(lines) + f" {shown}"


def _after_line(text: str, index: int, lines: str) -> str:
    """TEXT with LINES after the line that has INDEX, whose comment stays with it."""
    newline = _newline(text)
    end = text.find("\n", index)
    return f"{text}{newline}{lines}{newline}" if end < 0 else _insert(text, end + 1, lines + newline)


def _insert(text: str, index: int, piece: str) -> str:
    return text[:index] + piece + text[index:]


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _scalar(value: str) -> str:
    """VALUE on one line, in flow style too; quoted where it would be read as another text, or is no plain number."""
    import yaml  # noqa: PLC0415

    if re.fullmatch("[1-9][0-9]{0,8}", value):  # read as a text by dockgen all the same
        return value
    shown = yaml.safe_dump([value], default_flow_style=True, width=1_000_000, allow_unicode=True)
    return str(shown.strip()[1:-1])


def _root(text: str) -> Any:
    """The mapping that TEXT is; None if it is empty. ValueError if it is something else."""
    import yaml  # noqa: PLC0415

    root: Any = yaml.compose(text, yaml.SafeLoader)
    if root is not None and root.id != "mapping":
        raise ValueError(root.id)
    return root


def _node(text: str, path: Sequence[str]) -> Any:
    """The node at PATH; None if there is none. Its indexes count from the start of TEXT."""
    found = _root(text)
    for key in path:
        if found is None or found.id != "mapping":
            return None
        found = next((v for k, v in found.value if k.value == key), None)
    return found


def _column(text: str, path: Sequence[str]) -> int:
    """The column of the last key of PATH."""
    parent = _node(text, path[:-1]) if len(path) > 1 else _root(text)
    return next(int(k.start_mark.column) for k, _ in parent.value if k.value == path[-1])


def _data(text: str) -> Any:
    """What TEXT says, all scalars as texts."""
    root = _root(text)
    return {} if root is None else _plain(root)


def _plain(node: Any) -> Any:
    if node.id == "scalar":
        return node.value
    if node.id == "sequence":
        return [_plain(item) for item in node.value]
    found = {}
    for key, value in node.value:
        if key.value in found:
            raise ValueError(key.value)
        found[key.value] = _plain(value)
    return found


def _set(data: Any, path: Sequence[str], wanted: Callable[[Any], Any]) -> Any:
    """DATA with what is WANTED at PATH; a key with nothing after it is an empty mapping."""
    if not path:
        return wanted(data)
    if data in ("", None):
        data = {}
    if not isinstance(data, dict):
        raise TypeError(data)
    return {**data, path[0]: _set(data.get(path[0]), path[1:], wanted)}
