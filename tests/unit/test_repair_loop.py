"""The loop of `verify --fix` with stand-ins for the engine and for what is written; settings put together."""

from __future__ import annotations

import pytest
from dockgen.errors import RefusedError
from dockgen.settings import Settings
from dockgen.verify.repair import loop
from dockgen.verify.repair.loop import Try, mend
from dockgen.verify.repair.merging import merged
from dockgen.verify.results import Proposal


def proposal(cause: str, *sets: str) -> Proposal:
    return Proposal(cause=cause, said=f"{cause} it is", sets=sets)


class Project:
    """Fails for each of FAILURES that has not been mended; a proposal mends it if it is the RIGHT one."""

    def __init__(self, *failures: Proposal, right: bool = True, refuses: bool = False) -> None:
        self.left, self.right, self.refuses = list(failures), right, refuses
        self.verified = 0
        self.applied: list[Proposal] = []

    def verify(self) -> Try[int]:
        self.verified += 1
        return Try(result=self.verified, holds=not self.left, proposal=self.left[0] if self.left else None)

    def apply(self, given: Proposal) -> None:
        if self.refuses:
            raise RefusedError("Dockerfile was not written by dockgen")
        self.applied.append(given)
        if self.right:
            self.left.remove(given)


PORT, APT, HOST, TINI = (
    proposal("other-port", "port=4000"), proposal("missing-program", "apt.run=+git"),
    proposal("loopback", "env.HOST=0.0.0.0"), proposal("ignores-sigterm", "init=tini"),
)  # fmt: skip


def test_what_holds_is_verified_once():
    project = Project()
    outcome = mend(project.verify, project.apply)
    assert (outcome.ending, outcome.applied, project.verified) == (loop.HOLDS, (), 1)


def test_one_thing_after_the_other_is_mended():
    project = Project(APT, PORT, TINI)
    told = []
    outcome = mend(project.verify, project.apply, tell=lambda p, number: told.append((number, p.cause)))
    assert (outcome.ending, outcome.applied, outcome.last.result) == (loop.HOLDS, (APT, PORT, TINI), 4)
    assert told == [(1, "missing-program"), (2, "other-port"), (3, "ignores-sigterm")]


def test_three_times_is_enough():
    project = Project(APT, PORT, TINI, HOST)
    outcome = mend(project.verify, project.apply)
    assert (outcome.ending, outcome.applied) == (loop.TOO_MANY, (APT, PORT, TINI))
    assert outcome.last.proposal == HOST


def test_the_same_is_not_set_twice():
    project = Project(PORT, right=False)
    outcome = mend(project.verify, project.apply)
    assert (outcome.ending, project.applied, project.verified) == (loop.AGAIN, [PORT], 2)


def test_the_same_cause_with_another_setting_is_tried():
    project = Project(proposal("missing-program", "apt.run=+git"), proposal("missing-program", "apt.run=+ffmpeg"))
    assert mend(project.verify, project.apply).ending == loop.HOLDS


@pytest.mark.parametrize(
    ("found", "ending"), [(proposal("stale-lock-npm"), loop.NO_SETTING), (None, loop.NO_PROPOSAL)]
)  # fmt: skip
def test_what_no_setting_mends_is_left(found, ending):
    applied = []
    outcome = mend(lambda: Try(result=1, holds=False, proposal=found), applied.append)
    assert (outcome.ending, applied) == (ending, [])


def test_a_refusal_ends_it():
    project = Project(PORT, refuses=True)
    outcome = mend(project.verify, project.apply)
    assert (outcome.ending, outcome.applied) == (loop.REFUSED, ())
    assert "not written by dockgen" in outcome.why


@pytest.mark.parametrize(
    ("given", "sets", "expected"),
    [
        ({}, "apt.run=+git", "apt.run=+git"),
        ({"apt.run": "+ffmpeg"}, "apt.run=+git", "apt.run=+ffmpeg git"),
        ({"apt.run": "ffmpeg"}, "apt.run=+git", "apt.run=ffmpeg git"),
        ({"apt.run": ""}, "apt.run=+git", "apt.run=git"),
        ({"apt.run": "+git"}, "apt.run=+git", "apt.run=+git"),
        ({"apt.run": "+git"}, "apt.run=ffmpeg", "apt.run=ffmpeg"),
        ({"writable": "/data"}, "writable=/app/uploads", "writable=/data /app/uploads"),
        ({"port": "3000"}, "port=4000", "port=4000"),
        ({}, "extra.before_stage_steps=ENV A=1", "extra.before_stage_steps=ENV A=1"),
        (
            {"extra.before_stage_steps": "ENV B=2"},
            "extra.before_stage_steps=ENV A=1",
            "extra.before_stage_steps=ENV B=2\nENV A=1",
        ),
        ({"start": "node a.js"}, "start=node b.js", "start=node b.js"),
    ],
)
def test_what_is_set_already_stays(given, sets, expected):
    assert merged((sets,), Settings.of(given)) == (expected,)
