"""Whether the ranges of versions that a project names leave room for the release of an old image."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen.releases import numbers
from dockgen.stacks.node import ranges as node
from dockgen.stacks.python import ranges as python

if TYPE_CHECKING:
    from collections.abc import Callable

    from dockgen.releases import Release

# A range in the words of a piece of evidence, such as `package.json:12 engines >=20`.
_LIMIT = re.compile(r"\b(\d+(?:\.\d+)?) at most$")
_SPEC = re.compile(r"(?:[<>^~]=?|[!=]=)\s*v?\d[^;]*")


def allows(stack: str, release: Release, reason: str) -> bool:
    """True if each piece of evidence in REASON is a range, and RELEASE is in all of them."""
    fits = _python if stack == "python" else _node
    return all(_allows(fits, release, part) for part in reason.split("; "))


def _allows(fits: Callable[[Release, str], bool], release: Release, part: str) -> bool:
    if limit := _LIMIT.search(part):
        return numbers(release.line) <= numbers(limit[1])
    spec = _SPEC.search(part)
    return spec is not None and fits(release, spec[0].strip())


def _python(release: Release, spec: str) -> bool:
    return python.satisfies(release.latest, python.poetry_spec(spec))


def _node(release: Release, spec: str) -> bool:
    return bool(node.satisfies(release.latest, spec))
