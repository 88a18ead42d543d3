"""Projects put together from parts, so that any two parts of a stack meet in one of them.

A dimension is a table of parts by name. A part is what it adds to a project and what must hold because of it. `Cover`
gives the combinations, a stack's `compose` makes the project of one, `clashes` is what cannot go together.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one choice adds: files, entries of the manifest, and what the result must be (checked by test_matrix)."""

    files: Mapping[str, str] = field(default_factory=dict)
    manifest: Mapping[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()  # Python: requirements; Go: modules
    expect: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Stack:
    """The dimensions of a stack, how its projects are put together, and what does not go together.

    Any two parts meet in some row; of the dimensions in `together`, all do.
    """

    name: str
    dimensions: Mapping[str, Mapping[str, Part]]
    compose: Callable[[Row, Mapping[str, Part]], dict[str, str]]
    together: tuple[str, ...]
    clashes: tuple[tuple[tuple[str, str], tuple[str, str]], ...] = ()


class Cover:
    """The rows of a stack in which any two parts meet, and all of the dimensions together: greedy, always the same."""

    def __init__(self, stack: Stack) -> None:
        self.names = list(stack.dimensions)
        self.values = [list(stack.dimensions[n]) for n in self.names]
        columns = range(len(self.names))
        self.groups = [tuple(self.names.index(n) for n in stack.together), *itertools.combinations(columns, 2)]
        self.clash = {frozenset(pair) for pair in stack.clashes}

    def rows(self) -> Iterator[dict[str, str]]:
        """A part of each dimension, by its name."""
        wanted = dict.fromkeys(self.all_met())
        while wanted:
            first = next(iter(wanted))
            row = dict(sorted(first))
            for at, values in enumerate(self.values):
                free = [v for v in values if self.fits(row, at, v)]
                if at not in row and free:
                    row[at] = max(free, key=lambda v, at=at: sum(m in wanted for m in self.met({**row, at: v}, at)))
            for found in (first, *self.met(row)):
                wanted.pop(found, None)
            if len(row) == len(self.names):  # else what was wanted leaves nothing that goes with it
                yield {self.names[at]: row[at] for at in sorted(row)}

    def fits(self, row: Mapping[int, str], at: int, value: str) -> bool:
        """True if VALUE in the column AT clashes with nothing in ROW."""
        mine = (self.names[at], value)
        return not any(frozenset({mine, (self.names[i], v)}) in self.clash for i, v in row.items() if i != at)

    def all_met(self) -> Iterator[frozenset[tuple[int, str]]]:
        """Every combination that has to be in some row."""
        for group in self.groups:
            for chosen in itertools.product(*(self.values[i] for i in group)):
                row = dict(zip(group, chosen, strict=True))
                if all(self.fits(row, at, value) for at, value in row.items()):
                    yield frozenset(row.items())

    def met(self, row: Mapping[int, str], at: int | None = None) -> Iterator[frozenset[tuple[int, str]]]:
        """The combinations that ROW has; only those with the column AT if it is given."""
        for group in self.groups:
            if row.keys() >= set(group) and (at is None or at in group):
                yield frozenset((i, row[i]) for i in group)


def parts(stack: Stack, row: Row) -> dict[str, Part]:
    """The parts that ROW names, by dimension."""
    return {dimension: stack.dimensions[dimension][name] for dimension, name in row.items()}


def expectations(chosen: Mapping[str, Part]) -> dict[str, Any]:
    """What must hold of a project, of all its parts; a later part overrules an earlier one."""
    found: dict[str, Any] = {}
    for part in chosen.values():
        found |= part.expect
    return found


def merged(chosen: Mapping[str, Part]) -> dict[str, Any]:
    """The manifests of the parts as one."""
    found: dict[str, Any] = {}
    for part in chosen.values():
        for key, value in part.manifest.items():
            found[key] = {**found.get(key, {}), **value} if isinstance(value, dict) else value
    return found


def line_in(*lines: str) -> dict[str, Any]:
    return {"lines": lines}
