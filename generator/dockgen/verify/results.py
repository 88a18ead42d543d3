"""What verify found: each check with its outcome, why a step failed, and what would mend it."""

from __future__ import annotations

from dockgen.records import dataclass

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that must hold of an image.

    NAME is a row of CHECKS in checks.py; STATUS is passed, failed or skipped; SAID is one line for people, DETAIL what
    an engine or the app printed, its last lines; SECONDS is how long it took, None where that means nothing.
    """

    name: str
    status: str
    said: str
    detail: str = ""
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """An address and a port that the container listens on, as /proc/net/tcp has them: 127.0.0.1, ::1, 0.0.0.0, ::."""

    address: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a step failed: what a cause is looked for in.

    STEP is build, start (the process ended by itself), answer (it runs, and nothing answers, or wrongly), health or
    stop. LOG is what the build or the container printed; INSTRUCTION the one that failed, STAGE the name of its stage,
    both "" outside of a build; LISTENING None where that cannot be known.
    """

    step: str
    log: str
    exit_code: int | None = None
    instruction: str = ""
    stage: str = ""
    listening: tuple[Listening, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a failure comes from, and what would mend it.

    CAUSE is a row of the table of causes; SAID says in one line what is wrong and where that stands (a line of the
    log); SETS are settings, KEY=VALUE as for `--set`, none where no setting mends it; HINT is what a person does then.
    """

    cause: str
    said: str
    sets: tuple[str, ...] = ()
    hint: str = ""
