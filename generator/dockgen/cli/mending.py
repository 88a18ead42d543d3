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
    from collections.abc import Callable, Iterator

    from dockgen.changes import Change
    from dockgen.verify.report import Report
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


def proposing(report: Report, found: Found) -> Report:
    """REPORT with what would mend its failure, if that is known."""
    from dockgen.verify.repair import propose

    return replace(report, proposal=propose(report.failure, found.facts, found.plan)) if report.failure else report


class Mender:
    """One app, FOUND in DIRECTORY by what was ASKED for it alone, that is verified again after each change."""

    def __init__(self, directory: str, asked: Asked, found: Found, verify: Callable[[Found], Report]) -> None:
        self.directory, self.asked, self.found, self._verify = directory, asked, found, verify

    def run(self) -> Report:
        """The last report, with what was set before it."""
        outcome = loop.mend(self._once, self._apply, tell=_tell)
        if why := _ending(outcome):
            console.err(why)
        return replace(outcome.last.result, fixes=outcome.applied)

    def _once(self) -> loop.Try[Report]:
        report = self._verify(self.found)
        return loop.Try(result=report, holds=not report.failed, proposal=report.proposal)

    def _apply(self, proposal: Proposal) -> None:
        """Write what PROPOSAL sets into dockgen.yaml, and the files of the app anew, all or none.

        What was asked for on the command line is written as well, since the files are made of it. RefusedError if a
        file is not dockgen's, or if edits of it are where something has to change.
        """
        ready = Project(self.directory).ready(self.asked.setting(*merged(proposal.sets, self.found.wanted)))
        root = Path(ready.found[0].root)
        changes = (*_kept(ready), *ready.drafts)
        writer.apply(root, changes)
        paths = [change.path for change in changes]
        writer.clean(root, [*paths, *(f"{history.ORIGINALS}/{path}" for path in paths)])
        for change in changes:
            if not change.path.startswith(history.ORIGINALS):
                console.err(f"  {console.VERBS[change.kind]} {change.path}")
        self.asked = replace(self.asked, request=replace(self.asked.request, flags=(), own={}, answers=""))
        self.found = ready.found[0]


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


def _tell(proposal: Proposal, number: int) -> None:
    console.err(f"fix {number} of at most {loop.TRIES}: {proposal.said}")
    for each in proposal.sets:
        console.err(f"  --set {shlex.quote(each)}")


def _ending(outcome: loop.Outcome[Report]) -> str:
    """How it ended, for people; "" if everything holds."""
    if outcome.ending == loop.REFUSED:
        return f"It could not be set: {outcome.why}"
    return ENDINGS.get(outcome.ending, "")
