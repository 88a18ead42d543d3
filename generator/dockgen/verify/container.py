"""A container that was started: how it is, and what it printed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dockgen.verify.engine import probe

if TYPE_CHECKING:
    from dockgen.verify.engine.engines import Engine
    from dockgen.verify.results import Listening

STATE_PAUSE = 0.6  # seconds between two questions to the engine, which take longer than those to an app
LINES = "300"  # of a container's log


@dataclass(frozen=True, slots=True)
class State:
    """Whether a container runs, and the exit code if it does not."""

    running: bool
    code: int


@dataclass(slots=True, kw_only=True)
class Container:
    """A container: its NAME, and what is needed to speak with it."""

    engine: Engine
    name: str
    port: int | None  # on which the app is asked from here
    before: frozenset[Listening] | None = None  # what listened on the machine before, where its network is the host's
    asked_at: float = 0.0
    last: State = field(default_factory=lambda: State(running=True, code=0))

    def state(self) -> State:
        """How it is; asked again only after a while."""
        if probe.now() - self.asked_at > STATE_PAUSE:
            self.last = self._state()
            self.asked_at = probe.now()
        return self.last

    def _state(self) -> State:
        words = self.told("{{.State.Running}} {{.State.ExitCode}}").split()
        return State(running=words[:1] == ["true"], code=int(words[1]) if len(words) == 2 else -1)

    def told(self, template: str) -> str:
        """What the engine says of it by TEMPLATE."""
        return self.engine.ask("container", "inspect", "--format", template, self.name).out.strip()

    def ended(self) -> State | None:
        """How it ended; None while it runs."""
        self.asked_at = 0.0
        state = self.state()
        return None if state.running else state

    def log(self) -> str:
        """What it printed at last."""
        return self.engine.ask("logs", "--tail", LINES, self.name).said
