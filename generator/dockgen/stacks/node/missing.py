"""What the project shows by an example and does not have: variables and files without which the app may not start."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import examples, lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.project import Project

_SAMPLE = lazy.pattern(r"(.+?)[._-](?:example|sample|template|dist)(\.(?:json|js|cjs|mjs|ts|ya?ml|toml))")
# Set by the image, or with defaults everywhere.
_SET = frozenset({"NODE_ENV", "PORT", "HOST", "HOSTNAME", "LOG_LEVEL", "DEBUG", "TZ"})
_LOOKED_AT = 60
_WORDS = ("example", "sample", "template", "dist")


def warnings(project: Project, files: tuple[str, ...], known: frozenset[str]) -> Iterator[str]:
    """What the source FILES read of the variables and the files that the project only has examples of.

    KNOWN are variables that the image sets.
    """
    texts = [project.text(f) for f in files]
    if names := [n for n in _variables(project, texts) if n not in known]:
        yield examples.told(project, names)
    for sample, file in _files(project, texts):
        yield f"the app reads {file}, of which there is only {sample}: make it before the build, or mount it"


def _variables(project: Project, texts: list[str]) -> Iterator[str]:
    """Variables of the example that a source file reads and gives no default right there."""
    for name in list(examples.read(project))[:_LOOKED_AT]:
        read = re.compile(rf"env(?:\.|\[[\"']){name}\b[\"']?\]?(?!\s*(?:\|\||\?\?|[\w\"']))")
        if name not in _SET and any(name in t and read.search(t) for t in texts) and not _is_settled(name, texts):
            yield name


def _is_settled(name: str, texts: list[str]) -> bool:
    """True if a schema gives the variable NAME a default, or does without it."""
    schema = re.compile(
        rf"\b{name}[\"']?\s*:\s*(?:[^\n]|\n\s*(?=\.)){{0,200}}?(?:\.(?:default|optional|nullish)\(|\bdefault\s*:)"
    )
    return any(name in t and schema.search(t) for t in texts)


def _files(project: Project, texts: list[str]) -> Iterator[tuple[str, str]]:
    for sample in project.shallow(1):
        if any(w in sample for w in _WORDS) and (m := _SAMPLE.fullmatch(sample)):
            file = m[1] + m[2]
            base = file.rpartition("/")[2]
            if not project.has(file) and any(f'/{base}"' in t or f"/{base}'" in t for t in texts):
                yield sample, file
