"""Verify, apply what is proposed, verify again: until everything holds, or nothing new is proposed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from dockgen.errors import DockgenError
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from dockgen.verify.results import Proposal

T = TypeVar("T")
TRIES = 3
# How a repair ends.
HOLDS, NO_PROPOSAL, NO_SETTING, AGAIN, TOO_MANY, REFUSED = (
    "holds", "no proposal", "no setting", "again", "too many tries", "refused",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Try(Generic[T]):
    """What one verification gave: its RESULT, whether all of it HOLDS, and what would mend it, if that is known."""

    result: T
    holds: bool
    proposal: Proposal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Generic[T]):
    """The LAST try, what was APPLIED before it, in order, and how it ended; WHY is the reason of a refusal."""

    last: Try[T]
    applied: tuple[Proposal, ...]
    ending: str
    why: str = ""


def mend(
    verify_once: Callable[[], Try[T]],
    apply: Callable[[Proposal], None],
    tries: int = TRIES,
    tell: Callable[[Proposal, int], None] = lambda _, __: None,
) -> Outcome[T]:
    """Call VERIFY_ONCE, APPLY what it proposes, and so on, with at most so many TRIES to mend something.

    TELL is told of each proposal before it is applied, with its number. APPLY changes all or nothing, and raises a
    DockgenError if it cannot: then that is the end. So it is where the same comes back that was applied already.
    """
    applied: list[Proposal] = []
    while True:
        tried = verify_once()
        ending = _ending(tried, applied, tries)
        proposal = tried.proposal
        if ending or proposal is None:
            return Outcome(last=tried, applied=tuple(applied), ending=ending)
        tell(proposal, len(applied) + 1)
        try:
            apply(proposal)
        except DockgenError as error:
            return Outcome(last=tried, applied=tuple(applied), ending=REFUSED, why=str(error))
        applied.append(proposal)


def _ending(tried: Try[T], applied: list[Proposal], tries: int) -> str:
    """Why nothing more is to be done; "" if there is."""
    proposal = tried.proposal
    if tried.holds:
        return HOLDS
    if proposal is None:
        return NO_PROPOSAL
    if not proposal.sets:
        return NO_SETTING
    if any((p.cause, p.sets) == (proposal.cause, proposal.sets) for p in applied):
        return AGAIN
    return TOO_MANY if len(applied) >= tries else ""
