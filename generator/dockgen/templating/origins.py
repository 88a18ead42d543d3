"""Which line of which template printed each line of a file: marks in a second rendering, read and taken out again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from jinja2 import nodes

from dockgen import lazy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# No value that is printed can have a control character (values.is_plain), so these are marks and nothing else.
_START, _END = "\x02", "\x03"
_MARK = lazy.pattern(f"{_START}([^{_END}]*){_END}")
_OPEN, _CLOSE = "[", "]"
# What these hold is text for an expression, not output: a mark in it would be part of a value.
_VALUES = (nodes.AssignBlock, nodes.FilterBlock, nodes.CallBlock, nodes.Macro)
ALIKE = 0.6  # two lines that are one line, written in another style

SLOT = "extra"  # the layer of what the user has printed in a slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a line comes from: a LAYER, the PLACE in it as messages show it (`file:line`), the innermost BLOCK."""

    layer: str
    place: str
    block: str = ""

    def __str__(self) -> str:
        """Place and block on one line."""
        return f"{self.place}, block {self.block}" if self.block else self.place


@dataclass(slots=True)
class Marks:
    """The origins of one rendering, each with its number as the mark; templates add theirs when they are parsed."""

    origins: list[Origin] = field(default_factory=list)

    def insert(self, tree: nodes.Template, layer: str, file: str) -> nodes.Template:
        """TREE, which is FILE of LAYER, with marks at each line of its text, before each expression, at its blocks."""
        self._insert(tree, layer, file)
        return tree

    def slot(self, text: str, name: str) -> str:
        """TEXT, which is printed in the slot NAME, with a mark at every line."""
        mark = self._mark(Origin(layer=SLOT, place=f"{SLOT}.{name}"))
        return "\n".join(mark + line for line in text.split("\n"))

    def read(self, marked: str) -> tuple[str, tuple[Origin | None, ...]]:
        """MARKED without marks, and the origin of the first character of each line that is no white space."""
        text = ""
        found: list[Origin | None] = [None]
        blocks: list[str] = []
        now: Origin | None = None
        for number, piece in enumerate(_MARK.split(marked)):
            if number % 2 == 0:
                text += piece
                self._lay(piece, replace(now, block=blocks[-1] if blocks else "") if now else None, found)
            elif piece.startswith(_OPEN):
                blocks.append(piece.removeprefix(_OPEN))
            elif piece == _CLOSE:
                blocks = blocks[:-1]
            elif piece.isdecimal() and int(piece) < len(self.origins):
                now = self.origins[int(piece)]
        return text, tuple(found)

    @staticmethod
    def _lay(piece: str, origin: Origin | None, found: list[Origin | None]) -> None:
        for number, line in enumerate(piece.split("\n")):
            if number:
                found.append(None)
            if line.strip() and found[-1] is None:
                found[-1] = origin

    def _mark(self, origin: Origin) -> str:
        self.origins.append(origin)
        return f"{_START}{len(self.origins) - 1}{_END}"

    def _insert(self, node: nodes.Node, layer: str, file: str) -> None:
        for child in node.iter_child_nodes():
            if not isinstance(child, _VALUES):
                self._insert(child, layer, file)
        if isinstance(node, nodes.Output):
            node.nodes = list(self._marked(node.nodes, layer, file))
        elif isinstance(node, nodes.Block):
            node.body = [_text(f"{_START}{_OPEN}{node.name}{_END}"), *node.body, _text(f"{_START}{_CLOSE}{_END}")]

    def _marked(self, printed: Sequence[nodes.Expr], layer: str, file: str) -> Iterator[nodes.Expr]:
        for item in printed:
            if not isinstance(item, nodes.TemplateData):
                yield nodes.TemplateData(self._mark(Origin(layer=layer, place=f"{file}:{item.lineno}")))
                yield item
                continue
            lines = enumerate(item.data.split("\n"), item.lineno)
            marked = (self._mark(Origin(layer=layer, place=f"{file}:{number}")) + line for number, line in lines)
            yield nodes.TemplateData("\n".join(marked))


def _text(text: str) -> nodes.Output:
    return nodes.Output([nodes.TemplateData(text)])


def follow(before: str, origins: Sequence[Origin | None], after: str) -> tuple[Origin | None, ...]:
    """The origins of the lines of AFTER, which was made of BEFORE: blank lines taken out, another style, a header."""
    import difflib  # noqa: PLC0415  (only where origins are asked for)

    old = [line.rstrip() for line in before.split("\n")]
    new = after.removesuffix("\n").split("\n")
    found: list[Origin | None] = [None] * len(new)
    for kind, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found[k:m] = origins[i:j]
        elif kind == "replace":
            for number in range(k, m):
                near = difflib.get_close_matches(new[number], old[i:j], 1, ALIKE) or _kin(new[number], old[i:j])
                found[number] = origins[i + old[i:j].index(near[0])] if near else None
        for number in range(k, m) if kind in ("replace", "insert") else ():
            same = [at for at, line in enumerate(old) if line and line == new[number]]
            if found[number] is None and same:  # the same line stands at several places
                found[number] = origins[min(same, key=lambda at: abs(at - i))]
    return tuple(found)


def _kin(line: str, others: Sequence[str]) -> list[str]:
    """Those of OTHERS that begin and end with the same words as LINE, as one with another image does."""
    words = line.split()
    return [other for other in others if words and other.split()[:1] == words[:1] and other.split()[-2:] == words[-2:]]
