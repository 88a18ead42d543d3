"""From a folder to its changes: the steps that `init` and `generate` share."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dockgen import settings as sources
from dockgen.pipeline import decide, detect
from dockgen.project import scan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockgen.changes import Change
    from dockgen.facts import Facts
    from dockgen.plan import Plan


@dataclass(frozen=True, slots=True)
class Found:
    """What a folder is and what will be built."""

    root: str
    facts: Facts
    plan: Plan
    notes: tuple[str, ...]  # what the scan left out


def look(directory: str, flags: Sequence[str]) -> Found:
    """Scan, detect and decide. DockgenError if that cannot be done."""
    wanted = sources.read(flags, os.environ)
    project = scan(directory)
    facts = detect(project, wanted)
    return Found(os.path.realpath(directory), facts, decide(facts, wanted), project.notes)


def compare(found: Found) -> tuple[Change, ...]:
    """Render, and compare with what is there."""
    from pathlib import Path

    from dockgen import changes, writer
    from dockgen.render import render

    artifacts = render(found.plan)
    return changes.compare(artifacts, writer.on_disk(Path(found.root), [a.path for a in artifacts]))
