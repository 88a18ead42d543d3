"""`dockgen verify --fix`: write what was proposed into dockgen.yaml and the files that follow from it."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dockgen import history, writer
from dockgen.cli import console
from dockgen.cli.host import Project
from dockgen.errors import RefusedError
from dockgen.verify.repair import loop
from dockgen.verify.repair.merging import merged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockgen.changes import Change
    from dockgen.verify.results import Proposal
    from dockgen.wizard.state import Asked, Ready
    from dockgen.work import Found

# What people are told of an end that is none with everything well.
ENDINGS = {
    loop.NO_PROPOSAL: "Nothing more is known that would mend it.",
    loop.NO_SETTING: "No setting mends it.",
    loop.AGAIN: "That was set already, and did not mend it.",
    loop.TOO_MANY: f"{loop.TRIES} things were set, and it still does not hold.",
}


def apply(directory: str, asked: Asked, found: Found, proposal: Proposal) -> tuple[Asked, tuple[str, ...]]:
    """Write what PROPOSAL sets for the app FOUND, and the files of the app anew, all or none.

    What was asked for on the command line is written as well, since the files are made of it. Gives what is to be
    asked from now on, and the paths that were written. RefusedError if a file is not dockgen's, or an edit of it is
    where something has to change.
    """
    ready = Project(directory).ready(asked.setting(*merged(proposal.sets, found.wanted)))
    root = Path(ready.found[0].root)
    todo = tuple(_kept(ready))
    writer.apply(root, (*todo, *ready.drafts))
    paths = [change.path for change in (*todo, *ready.drafts)]
    writer.clean(root, [*paths, *(f"{history.ORIGINALS}/{path}" for path in paths)])
    request = replace(asked.request, flags=(), own={}, answers="")
    return replace(asked, request=request), tuple(path for path in paths if not path.startswith(history.ORIGINALS))


def _kept(ready: Ready) -> Iterator[Change]:
    """What has to be written, people's edits kept."""
    for change in ready.changes:
        if change.kind == "foreign":
            raise RefusedError(
                f"{change.path} was not written by dockgen; nothing was written",
                hint="dockgen init --import takes over what it says",
            )
        if change.kind == "edited":
            merge = ready.merges[change.path]
            if merge.refused:
                raise merge.refused
            if merge.conflicts:
                what = f"{change.path} was edited, and {merge.conflicts} of the edits meet what has to change"
                raise RefusedError(f"{what}; nothing was written", hint="dockgen update --set … marks them in the file")
            yield from merge.changes
        elif change.kind != "same":
            yield change


def told(proposal: Proposal, number: int) -> None:
    """Say what is going to be set."""
    console.err(f"fix {number} of at most {loop.TRIES}: {proposal.said}")
    for each in proposal.sets:
        console.err(f"  sets {each}")


def command(directory: str, app: str, proposal: Proposal) -> str:
    """The command that applies PROPOSAL, for a shell."""
    words = ["dockgen", "verify", *([directory] if directory != "." else []), *(["--app", app] if app else []), "--fix"]
    return shlex.join(words) if proposal.sets else ""


def ending(outcome: loop.Outcome[object]) -> str:
    """How it ended, for people; "" if everything holds."""
    if outcome.ending == loop.REFUSED:
        return f"It could not be set: {outcome.why}"
    return ENDINGS.get(outcome.ending, "")


def shown(paths: Sequence[str]) -> str:
    """The paths that were written, on one line."""
    return ", ".join(paths)
