"""What the steps of one verification share."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dockgen.errors import RefusedError
from dockgen.records import dataclass
from dockgen.verify.engine import engines, probe

if TYPE_CHECKING:
    from dockgen.verify.engine.engines import Engine
    from dockgen.verify.engine.scratch import Scratch
    from dockgen.verify.subject import Subject

Watch = Callable[[str, str], None]  # told what is being done, and the step of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What the steps of one verification share."""

    subject: Subject
    engine: Engine
    made: Scratch
    watch: Watch
    timeout: float


def require_free(engine: Engine, port: int | None) -> None:
    """RefusedError if PORT is that of the machine, and something listens on it."""
    if engine.network == engines.HOST and port and engine.kind.runs and probe.is_taken(port):
        raise RefusedError(
            f"something listens on port {port} of this machine already, and {engine.name} has no network"
            " but the host's",
            hint="stop what listens there, or give the engine a bridge network",
        )
