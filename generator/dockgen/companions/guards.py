"""Guard rails of companions: read a rendered file again, and tell what its reader would refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.rendering import Artifact


def check(artifact: Artifact) -> Iterator[str]:
    """What is worse in ARTIFACT than what dockgen writes by itself. InputError if it cannot be read at all."""
    if artifact.path.endswith((".yaml", ".yml")):
        _yaml(artifact)
    yield from ()


def _yaml(artifact: Artifact) -> object:
    """What the YAML says."""
    import yaml  # noqa: PLC0415  (slow to import)

    try:
        return yaml.safe_load(artifact.text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InputError(f"DG201: this is no YAML: {error.problem}", where=f"{artifact.path}:{line}") from error
