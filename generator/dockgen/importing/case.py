"""An old file beside what was found, and how a proposal is weighed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen import confidence, settings
from dockgen.errors import InputError
from dockgen.importing.model import Proposal
from dockgen.records import dataclass
from dockgen.values import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.importing.model import Imported
    from dockgen.plans import Choice
    from dockgen.work import Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The OLD file and what was FOUND (None if detection came to no end), the choices by their keys."""

    old: Imported
    found: Found | None
    choices: Mapping[str, Choice]
    stack: str
    is_static: bool

    def weight(self, choice: Choice | None) -> int:
        """How far detection is believed against the old file. What it has read in this file says no more than we."""
        if choice is None:
            return 0
        return confidence.DOUBTFUL if self.rests(choice.key) else choice.confidence

    def rests(self, key: str) -> bool:
        """True if detection has KEY from this very file: it is lost with it, unless a setting keeps it."""
        choice = self.choices.get(key)
        return choice is not None and choice.reason.startswith(f"{self.old.path}:")

    def propose(
        self, key: str, value: str, said: int, why: str, *, wanted: bool | None = None, path: str = ""
    ) -> Proposal | None:
        """KEY set to VALUE, which line SAID says, wanted if detection knows less; None if VALUE cannot be used.

        PATH is the file of the line, if that is not the Dockerfile.
        """
        try:
            value = settings.checked(key, value.strip(), self.old.path)
        except InputError:
            return None
        choice = self.choices.get(key)
        if choice and choice.value == value and not self.rests(key):
            return None
        if choice and choice.confidence == confidence.ASKED:
            wanted = False
        if wanted is None:
            wanted = self.weight(choice) < confidence.OLD_DOCKERFILE
        if choice and choice.value not in ("", value):
            against = one_line(f"ours: {choice.value} ({choice.reason})", 160)
            why = f"{why}; {against}" if why else against
        return Proposal(
            key=key, value=value, reason=one_line(why, 240), where=self.old.where(said, path), wanted=wanted
        )


def of(old: Imported, found: Found | None) -> Case:
    """The case of OLD and FOUND."""
    choices = {c.key: c for c in found.plan.choices} if found else {}
    stack = found.plan.stack if found else old.bases[0].language
    is_static = found is not None and found.plan.kind == "static"
    return Case(old=old, found=found, choices=choices, stack=stack, is_static=is_static)
