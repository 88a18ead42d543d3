"""The report on one image: what was built and how, every check, and where it failed first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen.records import dataclass
from dockgen.verify.results import FAILED

if TYPE_CHECKING:
    from dockgen.verify.results import Check, Failure, Proposal


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What an instruction of the final stage added, in bytes."""

    instruction: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large an image is, and its base, both in bytes; PARTS are those above the base, in order.

    BASE is None where its layers cannot be told from the others.
    """

    total: int
    base: int | None
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What holds of the image of one app, and the first FAILURE of its build or its life.

    DOCKERFILE is its path from the root, `line` the one in it that failed; `on_disk` is False for one that dockgen
    would write. `network` is bridge or host; `kept` the name that the image has now, "" if it is gone; `left` is what
    could not be removed, each as the command that would. PROPOSAL is what would mend the failure, `fixes` what was
    applied before.
    """

    app: str
    folder: str
    dockerfile: str
    on_disk: bool
    engine: str
    network: str
    checks: tuple[Check, ...]
    failure: Failure | None = None
    proposal: Proposal | None = None
    fixes: tuple[Proposal, ...] = ()
    line: int | None = None
    size: Size | None = None
    kept: str = ""
    left: tuple[str, ...] = ()

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that do not hold."""
        return tuple(check for check in self.checks if check.status == FAILED)
