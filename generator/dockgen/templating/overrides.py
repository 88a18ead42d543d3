"""The text of an override: a copy of a template or of some of its blocks, with a mark that says what it is based on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen import nearest
from dockgen.errors import InputError
from dockgen.records import dataclass
from dockgen.templating.blocks import outline
from dockgen.templating.lint import BASED_ON, block_source, digest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The template that an override stands above: whose it is, of which version, its name and its text."""

    who: str
    version: str
    path: str
    text: str


def copy(original: Original) -> str:
    """The whole of ORIGINAL, to be changed anywhere."""
    return _mark(original, original.text) + original.text


def of_blocks(original: Original, names: Iterable[str], above: str = "") -> str:
    """A file that changes the blocks NAMES of ORIGINAL only; with ABOVE, an override that changes others already.

    InputError if there is no such block, or ABOVE has it.
    """
    parts = [above.rstrip() if above else f'{{% extends "!{original.path}" %}}']
    for name in names:
        if block_source(above, name) is not None:
            raise InputError(f"the override has the block {name!r} already", where=original.path)
        parts.append(_mark(original, source(original, name), name) + source(original, name))
    return "\n\n".join(parts) + "\n"


def source(original: Original, name: str) -> str:
    """The text of the block NAME of ORIGINAL. InputError if it has none."""
    if (found := block_source(original.text, name)) is not None:
        return found
    known = [block.name for block in outline(original.text).blocks]
    raise InputError(
        f"{original.path} has no block {name!r}",
        hint=nearest.hint(name, known) or "it has no blocks: override the whole file",
    )


def marks(text: str) -> tuple[tuple[str | None, str], ...]:
    """What the override TEXT is based on: each block, or None for the whole file, with the digest of its original."""
    return tuple((m["block"], m["sha"]) for m in BASED_ON.finditer(text))


def bare(text: str) -> str:
    """The override TEXT without its marks."""
    return "".join(line for line in text.splitlines(keepends=True) if not BASED_ON.fullmatch(line.strip()))


def remade(text: str, original: Original, names: Sequence[str | None]) -> str:
    """The override TEXT, which is without marks, with those that say that its parts NAMES are based on ORIGINAL."""
    if names == [None]:
        return _mark(original, original.text) + text
    for name in names:
        found = block_source(text, name) if name else None
        if name and found:
            text = text.replace(found, _mark(original, source(original, name), name) + found, 1)
    return text


def _mark(original: Original, text: str, block: str = "") -> str:
    part = f", block {block}" if block else ""
    return f"{{# based on {original.who} {original.version}{part}, sha256 {digest(text)} #}}\n"
