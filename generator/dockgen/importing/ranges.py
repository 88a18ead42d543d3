"""Whether the ranges of versions that a project names leave room for the release of an old image."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen.stacks.node import ranges as node
from dockgen.stacks.python import ranges as python

if TYPE_CHECKING:
    from dockgen.releases import Release

# A range in the words of a piece of evidence, such as `package.json:12 engines >=20`.
_SPEC = re.compile(r"(?:[<>^~]=?|[!=]=)\s*v?\d[^;]*")


def allows(stack: str, release: Release, reason: str) -> bool:
    """True if each piece of evidence in REASON is a range, and RELEASE is in all of them."""
    specs = [_SPEC.search(part) for part in reason.split("; ")]
    fits = _python if stack == "python" else _node
    return bool(specs) and all(m and fits(release, m[0].strip()) for m in specs)


def _python(release: Release, spec: str) -> bool:
    return python.satisfies(release.latest, python.poetry_spec(spec))


def _node(release: Release, spec: str) -> bool:
    return bool(node.satisfies(release.latest, spec))
