"""Add an item to a list in a YAML file that people write, as a patch of its text: all else stays as it is."""

from __future__ import annotations

from typing import Any

from dockgen.errors import InputError


def with_item(text: str, key: str, item: str) -> str:
    """TEXT, a mapping, with ITEM at the end of the list at KEY; TEXT itself if ITEM is there already.

    A text that stands alone is a list of one, a missing key an empty list. ITEM and KEY are plain words. InputError if
    TEXT is not YAML, or of a shape that cannot be patched without losing something.
    """
    import yaml  # noqa: PLC0415  (start-up time: few commands edit a file)

    try:
        before = _data(text)
        if item in before.get(key, []):
            return text
        after = _patched(text, key, item)
        if _data(after) == {**before, key: [*before.get(key, []), item]}:
            return after
    except (yaml.YAMLError, TypeError, ValueError):
        pass
    raise InputError(f"cannot add {item!r} to the list at {key!r}", hint=f"write it yourself: {key}: [{item}]")


def _patched(text: str, key: str, item: str) -> str:
    root, value = _nodes(text, key)
    newline = "\r\n" if "\r\n" in text else "\n"
    if value is None and root is not None and root.flow_style:
        end = root.value[-1][1].end_mark.index if root.value else root.start_mark.index + 1
        return _insert(text, end, f"{', ' if root.value else ''}{key}: [{item}]")
    if value is None:
        gap = "" if not text or text.endswith("\n") else newline
        return f"{text}{gap}{key}: [{item}]{newline}"
    start, end = value.start_mark.index, value.end_mark.index
    if value.id == "scalar":
        old = text[start:end]
        return f"{text[:start]}[{old}, {item}]{text[end:]}" if old else _insert(text, start, f" [{item}]")
    if value.id != "sequence":
        raise ValueError(value.id)
    if value.flow_style:
        last = value.value[-1].end_mark.index if value.value else start + 1
        return _insert(text, last, f"{', ' if value.value else ''}{item}")
    return _after_line(text, value.value[-1].end_mark.index, f"{' ' * value.start_mark.column}- {item}", newline)


def _after_line(text: str, index: int, line: str, newline: str) -> str:
    """TEXT with LINE after the line that has INDEX, whose comment stays with it."""
    end = text.find("\n", index)
    return f"{text}{newline}{line}{newline}" if end < 0 else _insert(text, end + 1, line + newline)


def _insert(text: str, index: int, piece: str) -> str:
    return text[:index] + piece + text[index:]


def _nodes(text: str, key: str) -> tuple[Any, Any]:
    """The mapping that TEXT is and the value at KEY; None for what is not there. Indexes count from TEXT's start."""
    import yaml  # noqa: PLC0415

    root = yaml.compose(text, yaml.SafeLoader)
    pairs = root.value if root is not None else ()
    return root, next((v for k, v in pairs if k.value == key), None)


def _data(text: str) -> dict[str, Any]:
    """What TEXT says, all scalars as texts; what stands at a key and is no mapping, as a list."""
    import yaml  # noqa: PLC0415

    root: Any = yaml.compose(text, yaml.SafeLoader)
    if root is None:
        return {}
    if root.id != "mapping":
        raise ValueError(root.id)
    return {k.value: _plain(v) if v.id == "mapping" else _list(v) for k, v in root.value}


def _list(node: Any) -> list[Any]:
    if node.id == "scalar":
        return [node.value] if node.value else []
    return [_plain(item) for item in node.value]


def _plain(node: Any) -> Any:
    if node.id == "scalar":
        return node.value
    if node.id == "sequence":
        return [_plain(item) for item in node.value]
    return [(_plain(k), _plain(v)) for k, v in node.value]
