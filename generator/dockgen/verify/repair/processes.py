"""Causes: how the process starts and ends, and what its health check asks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import probes
from dockgen.verify.repair.model import ANSWER, HEALTH, START, STOP, Cause, Remedy
from dockgen.verify.repair.modules import _wrong_start

if TYPE_CHECKING:
    from dockgen.verify.repair.model import Case, Match

_ASKED = re.compile(
    r"\"(?:GET|HEAD) (/[A-Za-z0-9._~/-]{0,100})[ ?][^\"\n]{0,40}\" (\d{3})"
    r"|\b(?:GET|HEAD) (/[A-Za-z0-9._~/-]{0,100}) (\d{3})\b"
)


def ignores_term(case: Case, _: Match) -> Remedy | None:
    """Killed after ten seconds: nothing in the app reacts to SIGTERM as process 1."""
    if case.plan.runtime.init:
        return Remedy(said="the app goes on at SIGTERM, also below tini", hint="let the code end at SIGTERM")
    said = "the app ignores SIGTERM: as process 1 it gets no default from the kernel"
    if case.plan.runtime.system == "none":
        return Remedy(said=said, hint="let the code end at SIGTERM, or start it with docker run --init")
    return Remedy(said=said, sets=("init=tini",))


def health(case: Case, _: Match) -> Remedy | None:
    """The app runs, and the health check fails: a path that it does not have, or that answers with an error."""
    asked = next((c.value for c in reversed(case.plan.choices) if c.key == "health"), "")
    if not asked or asked == probes.TCP:
        return None
    answers = [(m[1] or m[3], m[2] or m[4]) for m in _ASKED.finditer(case.log)]
    lost = {path for path, status in answers if status >= "400"}
    good = [p for p, status in answers if status < "400" and p.rpartition("/")[2] in probes.NAMES and p not in lost]
    others = (r.value for r in (case.facts.health.rejected if case.facts.health else ()))
    best = next((p for p in (*good, *others) if p not in (asked, *lost)), probes.TCP)
    return Remedy(said=f"the health check asks for {asked}, which does not answer 2xx", sets=(f"health={best}",))


def ended(case: Case, _: Match) -> Remedy | None:
    """A server, or a worker, that ends at once and says nothing of an error."""
    if case.failure.exit_code != 0 or case.plan.kind not in ("web", "worker"):
        return None
    said = "the process ended at once, with 0: what it starts goes to the background, or it is no server"
    if case.plan.kind == "worker":
        return Remedy(said=said, sets=("kind=job",))
    return _wrong_start(case, said)


CAUSES = (
    Cause(
        id="ignores-sigterm",
        steps=(STOP,),
        title="The app ignores SIGTERM",
        why="Process 1 gets only the signals that it asks for. `docker stop` waits ten seconds, and kills it.",
        mends="`init=tini`",
        make=ignores_term,
    ),
    Cause(
        id="wrong-health-path",
        steps=(HEALTH,),
        title="The health check asks for a path that does not answer",
        why="The path was set by hand, or its route is guarded, or it needs what is not there yet.",
        mends="`health=`, another path that answers, or `tcp`",
        make=health,
    ),
    Cause(
        id="ended-at-once",
        steps=(START, ANSWER),
        title="The process ends at once",
        why="The start command puts the app into the background, or starts something that is done at once.",
        mends="`start=`, a command that was found and not taken; `kind=job` for what is no service",
        make=ended,
    ),
)  # fmt: skip
