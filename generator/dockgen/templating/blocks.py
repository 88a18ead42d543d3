"""What the source of a template says of itself: its description, its blocks with theirs, and what it includes."""

from __future__ import annotations

import re

from dockgen import lazy
from dockgen.records import dataclass

_TAGS = lazy.pattern(
    r"\{#[-+]?\s*(?P<comment>.*?)\s*[-+]?#\}"
    r"|\{%[-+]?\s*raw\s*[-+]?%\}.*?\{%[-+]?\s*endraw\s*[-+]?%\}"
    r"|\{%[-+]?\s*block\s+(?P<block>\w+)[^%]*%\}"
    r"|\{%[-+]?\s*(?P<verb>include|extends|import|from)\s+(?P<what>[^%]*?)\s*[-+]?%\}",
    re.DOTALL,
)
_DESCRIPTION = lazy.pattern(r"block (\w+): (.+)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block of a template: what it is for ("" if nobody says) and the line that it begins on."""

    name: str
    description: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A template as its reader sees it.

    `includes` are the expressions after `include` and `extends` as they are written; `stray` are the lines of
    descriptions that no block of that name follows.
    """

    description: str
    blocks: tuple[Block, ...]
    includes: tuple[str, ...]
    stray: tuple[int, ...]


def outline(source: str) -> Outline:
    """What SOURCE says; a description is a comment `block NAME: …` right before its block."""
    blocks: list[Block] = []
    includes: list[str] = []
    stray: list[int] = []
    head = ""
    waiting: tuple[str, str, int, int] | None = None  # name, text, line, end of the comment
    for tag in _TAGS.finditer(source):
        line = source.count("\n", 0, tag.start()) + 1
        name, text = "", ""
        if waiting:
            is_next = tag["block"] == waiting[0] and not source[waiting[3] : tag.start()].strip()
            name, text = (waiting[0], waiting[1]) if is_next else ("", "")
            if not is_next:
                stray.append(waiting[2])
            waiting = None
        if tag["block"]:
            blocks.append(Block(name=tag["block"], description=text if name else "", line=line))
        elif tag["verb"]:
            includes.append(tag["what"])
        elif tag["comment"] is not None:
            comment = " ".join(tag["comment"].split())
            if described := _DESCRIPTION.fullmatch(comment):
                waiting = (described[1], described[2], line, tag.end())
            elif not source[: tag.start()].strip():
                head = comment
    if waiting:
        stray.append(waiting[2])
    return Outline(description=head, blocks=tuple(blocks), includes=tuple(includes), stray=tuple(stray))


def described(source: str) -> dict[str, tuple[str, int]]:
    """Description and line of each block of SOURCE that has one, by name."""
    return {b.name: (b.description, b.line) for b in outline(source).blocks if b.description}
