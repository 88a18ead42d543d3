"""Find what is wrong with overrides before anything is printed: what overrides nothing, and what has gone stale."""

from __future__ import annotations

import fnmatch
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jinja2 import TemplateSyntaxError, nodes

from dockgen import lazy, nearest
from dockgen.companions import table
from dockgen.errors import InputError
from dockgen.templating import environment as environments
from dockgen.templating.layers import BUILT_IN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dockgen.templating.layers import Layer, Layers

    Packs = Mapping[str, Mapping[str, object]]

IGNORE = "common/dockerignore.j2"
BASED_ON = lazy.pattern(
    r"\{# based on (?P<who>[\w.-]+) (?P<version>\S+?)(?:, block (?P<block>\w+))?, sha256 (?P<sha>[0-9a-f]{16}) #\}"
)
# What may stand outside of blocks in a file that extends another.
_SILENT = (nodes.Block, nodes.Extends, nodes.Assign, nodes.AssignBlock, nodes.Import, nodes.FromImport, nodes.Macro)
_BLOCK_TAG = lazy.pattern(r"\{%[-+]?\s*(?:block\s+(?P<name>\w+)[^%]*|(?P<end>endblock)[^%]*)%\}")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Finding:
    """Something about a template: where, what, and whether it only has gone stale."""

    file: str
    line: int
    what: str
    is_stale: bool = False

    def __str__(self) -> str:
        """One line."""
        return f"{self.file}:{self.line}: {self.what}"


def roots(stack: str) -> tuple[str, ...]:
    """The templates that the files of STACK are printed by; those of the companions, if that is their folder."""
    if stack == table.FOLDER:
        return tuple(file.root for file in table.files(tuple(table.COMPANIONS)))
    return f"{stack}/Dockerfile.j2", IGNORE


def require(layers: Layers, stack: str, packs: Packs) -> tuple[str, ...]:
    """Warnings for overrides that have gone stale, of a plan for STACK with the options PACKS.

    InputError with every mistake in the layers above dockgen's own.
    """
    found = check(layers, (stack,), packs)
    wrong = [f for f in found if not f.is_stale]
    if len(wrong) == 1:
        raise InputError(wrong[0].what, where=f"{wrong[0].file}:{wrong[0].line}")
    if wrong:
        listed = "\n".join(f"  {f}" for f in wrong)
        raise InputError(f"the templates have {len(wrong)} mistakes\n{listed}")
    return tuple(str(f) for f in found)


def check(
    layers: Layers, stacks: Iterable[str], packs: Packs | None = None, *, own: bool = False
) -> tuple[Finding, ...]:
    """What is wrong with the templates of LAYERS above dockgen's own (with OWN in these, too), seen by STACKS.

    PACKS are the options by pack; None if they are not known.
    """
    book = _Book(layers)
    found: set[Finding] = set()
    for layer in layers.all:
        if layer.name != BUILT_IN or own:
            for path in layer.paths():
                found |= set(_file(book, layer, path))
    if not found - {f for f in found if f.is_stale}:  # names of fields are looked at once the files hang together
        from dockgen.templating import fields  # noqa: PLC0415

        for stack in stacks:
            found |= {Finding(file=f, line=n, what=w) for f, n, w in fields.check(layers, book.trees, stack, packs)}
    return tuple(sorted(found))


class _Book:
    """The syntax trees of all templates, each read once."""

    def __init__(self, layers: Layers) -> None:
        self.layers = layers
        self.env = environments.environment(layers)
        self.trees: dict[str, nodes.Template] = {}
        self._used: frozenset[str] | None = None

    def tree(self, layer: Layer, path: str) -> nodes.Template:
        name = f"{layer.name}:{path}"
        if name not in self.trees:
            self.trees[name] = self.env.parse(self.layers.text(layer, path) or "", name, layer.place(path))
        return self.trees[name]

    @property
    def used(self) -> frozenset[str]:
        """The names, and patterns of names, by which any template calls another."""
        if self._used is None:
            found: set[str] = set()
            for layer in self.layers.all:
                for path in layer.paths():
                    try:
                        found |= {name.removeprefix("!") for name, _ in called(self.tree(layer, path))}
                    except TemplateSyntaxError:
                        continue  # told where that file is looked at
            self._used = frozenset(found)
        return self._used


def called(tree: nodes.Template) -> Iterator[tuple[str, nodes.Node]]:
    """What TREE includes, imports or extends: a name, or a pattern with `*` for what is not known before."""
    for node in tree.find_all((nodes.Include, nodes.Extends, nodes.Import, nodes.FromImport)):
        for name in names(node.template):  # type: ignore[attr-defined]
            yield name, node


def names(expression: nodes.Expr) -> Iterator[str]:
    """The names that EXPRESSION can be."""
    if isinstance(expression, nodes.Const):
        yield str(expression.value)
    elif isinstance(expression, nodes.Concat):
        yield "".join(str(n.value) if isinstance(n, nodes.Const) else "*" for n in expression.nodes)
    elif isinstance(expression, (nodes.Tuple, nodes.List)):
        for item in expression.items:
            yield from names(item)
    elif isinstance(expression, nodes.CondExpr):
        yield from names(expression.expr1)
        if expression.expr2 is not None:
            yield from names(expression.expr2)
    else:
        yield "*"


def _file(book: _Book, layer: Layer, path: str) -> Iterator[Finding]:
    place = layer.place(path)
    try:
        tree = book.tree(layer, path)
    except TemplateSyntaxError as error:
        yield Finding(file=place, line=error.lineno, what=str(error.message))
        return
    yield from _unused(book, layer, path)
    for number, text in enumerate((book.layers.text(layer, path) or "").splitlines(), 1):
        if text.startswith(("<<<<<<< ", ">>>>>>> ")):
            yield Finding(file=place, line=number, what="a conflict is not resolved here")
    extends = tree.find(nodes.Extends)
    for name, node in called(tree):
        if "*" not in name and not book.layers.find(name, layer.name):
            yield Finding(file=place, line=node.lineno, what=_missing(book, name))
        elif name == path:
            yield Finding(file=place, line=node.lineno, what=f"the file calls itself; the one below it is '!{path}'")
    if extends and not any(name == path for name, _ in called(tree)):
        yield from _dead(book, layer, path, tree, extends)
    yield from _stale(book, layer, path)


def _missing(book: _Book, name: str) -> str:
    if name.startswith("!"):
        return f"no layer below this one has {name[1:]!r}"
    return f"there is no template {name!r}{nearest.after(name, book.layers.paths())}"


def _unused(book: _Book, layer: Layer, path: str) -> Iterator[Finding]:
    """A file that no layer below has, and that no template calls."""
    from dockgen.stacks import STACKS  # noqa: PLC0415

    if book.layers.find(f"!{path}", layer.name) or layer.name == BUILT_IN:
        return
    if path in (name for stack in (*STACKS, table.FOLDER) for name in roots(stack)):
        return
    if not any(fnmatch.fnmatchcase(path, used) for used in book.used):
        known = [p for below in book.layers.all if below is not layer for p in below.paths()]
        what = f"the file overrides nothing, and no template includes it{nearest.after(path, known)}"
        yield Finding(file=layer.place(path), line=1, what=what)


def _dead(book: _Book, layer: Layer, path: str, tree: nodes.Template, extends: nodes.Extends) -> Iterator[Finding]:
    """Blocks that the template below does not have, and what stands outside of blocks, which is not printed."""
    place = layer.place(path)
    below = list(_chain(book, layer, extends))
    if not below:
        return
    known = [b.name for t, _ in below for b in t.find_all(nodes.Block)]
    for node in tree.body:
        if isinstance(node, nodes.Block) and node.name not in known:
            what = f"block {node.name!r} overrides nothing in {below[0][1]}{nearest.after(node.name, known)}"
            yield Finding(file=place, line=node.lineno, what=what)
        elif not isinstance(node, _SILENT) and (not isinstance(node, nodes.Output) or any(map(_prints, node.nodes))):
            what = "this stands outside of all blocks, so it is never printed"
            yield Finding(file=place, line=_first_line(node), what=what)


def _prints(node: nodes.Expr) -> bool:
    return not isinstance(node, nodes.TemplateData) or bool(node.data.strip())


def _first_line(node: nodes.Node) -> int:
    """The line of what is printed first, after the empty ones."""
    if isinstance(node, nodes.Output):
        first = next(n for n in node.nodes if _prints(n))
        if isinstance(first, nodes.TemplateData):
            return first.lineno + first.data[: len(first.data) - len(first.data.lstrip())].count("\n")
        return first.lineno
    return node.lineno


def _chain(book: _Book, layer: Layer, extends: nodes.Extends) -> Iterator[tuple[nodes.Template, str]]:
    """The templates that one extends, with their places, the nearest first."""
    seen: set[str] = set()
    while isinstance(extends.template, nodes.Const):
        found = book.layers.find(str(extends.template.value), layer.name)
        if not found or f"{found[0].name}:{found[1]}" in seen:
            return
        layer, path = found[0], found[1]
        seen.add(f"{layer.name}:{path}")
        tree = book.tree(layer, path)
        yield tree, layer.place(path)
        following = tree.find(nodes.Extends)
        if not isinstance(following, nodes.Extends):
            return
        extends = following


def _stale(book: _Book, layer: Layer, path: str) -> Iterator[Finding]:
    """Copies, of a file or of a block, whose original is another now."""
    text = book.layers.text(layer, path) or ""
    for mark in BASED_ON.finditer(text):
        line = text.count("\n", 0, mark.start()) + 1
        original = book.layers.find(f"!{path}", layer.name)
        source = original[2] if original else None
        if source is not None and mark["block"]:
            source = block_source(source, mark["block"])
        if source is None:
            part = f"block {mark['block']!r} of it" if mark["block"] and original else "it"
            what = f"this is based on {mark['who']} {mark['version']}, which does not have {part} any more"
        elif digest(source) != mark["sha"]:
            part = f"block {mark['block']!r}" if mark["block"] else "the file"
            what = f"{part} was rewritten since {mark['who']} {mark['version']}; see dockgen templates rebase {path}"
        else:
            continue
        yield Finding(file=layer.place(path), line=line, what=what, is_stale=True)


def digest(source: str) -> str:
    """What tells whether SOURCE has changed: sixteen hexadecimal digits."""
    return hashlib.sha256(source.encode()).hexdigest()[:16]


def block_source(source: str, name: str) -> str | None:
    """The text of the block NAME in SOURCE, from its first tag to its last; None if there is none."""
    start = depth = 0
    inside = False
    for tag in _BLOCK_TAG.finditer(source):
        if tag["name"]:
            if tag["name"] == name and not inside:
                inside, start, depth = True, tag.start(), 0
            depth += inside
        elif inside:
            depth -= 1
            if not depth:
                return source[start : tag.end()]
    return None
