"""What the project shows by an example and does not have: variables that the app reads and has no defaults for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import examples

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockgen.project import Project

# Set by the image, or with defaults everywhere.
_SET = frozenset({"DEBUG", "HOST", "LOG_LEVEL", "PORT", "PYTHONPATH", "TZ"})
_SHOWN = 5
_LOOKED_AT = 60


def warnings(project: Project, files: Iterable[str], known: frozenset[str]) -> Iterator[str]:
    """What the source FILES read of the variables that the project only has an example of; KNOWN are set or told."""
    texts = [text for path in files if "env" in (text := project.text(path))]
    if names := [n for n in _variables(project, texts) if n not in known]:
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        yield f"the app reads {', '.join(names[:_SHOWN])}{more} ({examples.file(project)}): docker run --env-file .env"


def _variables(project: Project, texts: list[str]) -> Iterator[str]:
    """Variables of the example that a source file reads and gives no default right there."""
    for name in list(examples.read(project))[:_LOOKED_AT]:
        read = re.compile(rf"(?:getenv|environ|\.get|\benv)[(\[]\s*[\"']{name}[\"']\s*[)\]](?!\s*or\b)")
        if name not in _SET and any(name in t and read.search(t) for t in texts):
            yield name
