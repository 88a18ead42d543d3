"""The decisions that dockgen is not sure of: their reasons, what else they could be, the flag that settles them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen.confidence import DOUBTFUL
from dockgen.records import dataclass
from dockgen.settings import KEYS, detected

if TYPE_CHECKING:
    from dockgen.facts import Facts
    from dockgen.plans import Plan

MAX_RIVALS = 4  # that are named
# What a flag is given, where no rival shows it.
EXAMPLES = {
    "stack": "NAME", "kind": "web|worker|job|cli", "version": "RELEASE", "manager": "NAME", "framework": "NAME",
    "build": "COMMAND", "start": "COMMAND", "main": "FOLDER", "port": "NUMBER", "health": "PATH",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One decision that may be wrong."""

    key: str
    value: str
    reason: str
    rivals: tuple[str, ...]

    @property
    def flag(self) -> str:
        """What settles it, for good, on the command line."""
        return f"--set {self.key}={EXAMPLES.get(self.key, 'VALUE')}"

    def __str__(self) -> str:
        """One line: the decision, its reason, its rivals, the flag."""
        more = f" and {len(self.rivals) - MAX_RIVALS} more" if len(self.rivals) > MAX_RIVALS else ""
        instead = f"; it could be {', '.join(self.rivals[:MAX_RIVALS])}{more}" if self.rivals else ""
        return f"{self.key} {self.value or 'none'} is a guess: {self.reason}{instead}; to settle it: {self.flag}"


def find(facts: Facts, plan: Plan) -> tuple[Doubt, ...]:
    """What is doubtful in PLAN and can be set, the stack first."""
    stack = detected(facts.stack)
    found = [("stack", stack.value, stack.reason, stack.rivals, stack.confidence)]
    found += [(c.key, c.value, c.reason, c.rivals, c.confidence) for c in plan.choices if c.key in KEYS]
    return tuple(
        Doubt(key=key, value=value, reason=reason, rivals=rivals)
        for key, value, reason, rivals, confidence in found
        if confidence < DOUBTFUL
    )
