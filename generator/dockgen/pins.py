"""Which images of a Dockerfile are pinned to the digest that their tag has now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen.images import references, with_digests
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockgen.images import Reference

# The states that `dockgen pin` changes, and those that `--check` objects to.
CHANGES = frozenset({"unpinned", "moved"})
STALE = CHANGES | {"variable"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One image of a Dockerfile and the digest that its tag has now.

    State: `unpinned`, `moved` or `current`; `variable` (its name has a variable, which may stand for another tag than
    the one that a digest was taken of) or `untagged` (a digest alone, which nothing moves), with no `new` digest.
    """

    reference: Reference
    state: str
    new: str = ""


def images(text: str) -> tuple[Reference, ...]:
    """The images of the Dockerfile TEXT that it builds on; not its syntax line, whose tag is meant to move."""
    return tuple(r for r in references(text) if r.place != "syntax")


def fixed(reference: Reference) -> str:
    """The state of an image whose digest is not asked for; "" if it is."""
    if not reference.is_literal:
        return "variable"
    return "untagged" if reference.digest and not reference.tag else ""


def compare(text: str, digests: Mapping[str, str]) -> tuple[Pin, ...]:
    """The images of TEXT, given the digests of those that are asked for."""
    return tuple(_pin(reference, digests) for reference in images(text))


def _pin(reference: Reference, digests: Mapping[str, str]) -> Pin:
    if state := fixed(reference):
        return Pin(reference=reference, state=state)
    new = digests[reference.image]
    state = "unpinned" if not reference.digest else "current" if reference.digest == new else "moved"
    return Pin(reference=reference, state=state, new=new)


def apply(text: str, pins: Sequence[Pin]) -> str:
    """TEXT with the digests that are missing or have moved."""
    return with_digests(text, {pin.reference: pin.new for pin in pins if pin.state in CHANGES})
