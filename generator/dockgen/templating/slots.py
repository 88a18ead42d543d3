"""Slots: the places before and after every block of a template, where the user's own instructions are printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import nodes

from dockgen import nearest
from dockgen.errors import InputError
from dockgen.templating.blocks import outline

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from dockgen.plans import Plan
    from dockgen.templating.layers import Layers

ATTRIBUTE = "slot"  # the method of the environment that prints a slot


def names(block: str) -> tuple[str, str]:
    """The slots of a block."""
    return f"before_{block}", f"after_{block}"


def insert(tree: nodes.Template, filled: Collection[str]) -> nodes.Template:
    """TREE with the slots that are FILLED around its blocks: where a block is printed, not where its text stands.

    So a slot is there whichever layer overrides the block, and each time that the block is printed.
    """
    _insert(tree, filled)
    return tree


def _insert(node: nodes.Node, filled: Collection[str]) -> None:
    for _, value in node.iter_fields():
        if isinstance(value, nodes.Node):
            _insert(value, filled)
        elif isinstance(value, list) and any(isinstance(item, nodes.Node) for item in value):
            for item in value:
                if isinstance(item, nodes.Node):
                    _insert(item, filled)
            value[:] = [placed for item in value for placed in _around(item, filled)]


def _around(item: nodes.Node, filled: Collection[str]) -> Iterator[nodes.Node]:
    if not isinstance(item, nodes.Block):
        yield item
        return
    before, after = names(item.name)
    if before in filled:
        yield _printing(before, item.lineno)
    yield item
    if after in filled:
        yield _printing(after, item.lineno)


def _printing(name: str, line: int) -> nodes.Output:
    call = nodes.Call(nodes.EnvironmentAttribute(ATTRIBUTE), [nodes.Const(name)], [], None, None)
    return nodes.Output([call], lineno=line)


def require_known(plan: Plan, layers: Layers, reached: Collection[str]) -> tuple[str, ...]:
    """A warning for each slot of PLAN that no block printed, though LAYERS have such a block.

    InputError for a slot of a block that is in no template.
    """
    missing = [slot for slot in plan.extra if slot not in reached]
    if not missing:
        return ()
    known = [slot for block in _blocks(layers) for slot in names(block)]
    reasons = {choice.key: choice.reason for choice in plan.choices}
    for slot in missing:
        if slot not in known:
            hint = nearest.hint(slot, known, "slots are before_BLOCK and after_BLOCK")
            raise InputError(f"no template has a slot {slot!r}", where=reasons.get(f"extra.{slot}"), hint=hint)
    return tuple(f"extra.{slot}: nothing is printed, for this Dockerfile has no such block" for slot in missing)


def _blocks(layers: Layers) -> list[str]:
    """The names of the blocks of all templates."""
    sources = (
        layers.text(layer, path) or ""
        for layer in layers.all
        for path in layer.paths()
        if not path.startswith("companions/")  # which have no slots
    )
    return list(dict.fromkeys(block.name for source in sources for block in outline(source).blocks))
