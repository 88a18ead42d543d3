"""What a cause of a failure is, and what it is looked for in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from dockgen.verify import reading

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dockgen.facts import Facts
    from dockgen.plans import Plan
    from dockgen.verify.results import Failure

BUILD, START, ANSWER, HEALTH, STOP = "build", "start", "answer", "health", "stop"
RUNS = (START, ANSWER, HEALTH)  # what an app prints when it does not work may come at any of these

Match = re.Match[str]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A failure of an image that was made for FACTS by PLAN."""

    failure: Failure
    facts: Facts
    plan: Plan

    @cached_property
    def log(self) -> str:
        """What was printed, without colours and without what an engine puts before each line."""
        return reading.clean(self.failure.log)

    @property
    def manager(self) -> str:
        """The package manager, as the setting `manager` calls it; "" if there is none."""
        return next((c.value for c in self.plan.choices if c.key == "manager"), "")

    @property
    def start(self) -> tuple[str, ...]:
        """Everything that the container starts."""
        return (*(self.plan.runtime.entrypoint or ()), *(self.plan.runtime.command or ()))

    @property
    def app(self) -> tuple[str, ...]:
        """The start command itself, without the init before it."""
        return self.start[2:] if self.start[1:2] == ("--",) else self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """SAID is what is wrong, as a sentence without its full stop; SETS and HINT as in a proposal."""

    said: str
    sets: tuple[str, ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A row of the table of causes.

    A failure of one of STEPS comes from it if one of PATTERNS is in the log, and MAKE makes a remedy of that place.
    Without patterns MAKE is asked once. TITLE is what is wrong, WHY how that comes about, MENDS what is
    proposed: for docs/reference/causes.md.
    """

    id: str
    steps: tuple[str, ...]
    title: str
    why: str
    mends: str
    make: Callable[[Case, Match], Remedy | None]
    patterns: tuple[str, ...] = ()

    def places(self, log: str) -> Iterator[Match]:
        """Where in LOG the patterns are, in their order; its beginning, once, if there are no patterns."""
        for pattern in self.patterns or (r"\A",):
            yield from reading.found(pattern, log)
