"""What is asked of an image: the checks in order, each with its title, its question and why it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen.records import dataclass
from dockgen.verify import reading
from dockgen.verify.results import FAILED, PASSED, SKIPPED, Check

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Row:
    """A check: NAME as in reports, TITLE for people, the question it ASKS, and WHY."""

    name: str
    title: str
    asks: str
    why: str


CHECKS = (
    Row("builds", "builds", "does the Dockerfile build", "all else needs an image"),
    Row(
        "no-secrets", "no secrets", "is there a secret in a layer, in a variable or in the history",
        "whoever can pull the image has all its layers, also what a later one deletes",
    ),
    Row(
        "no-dev", "no development dependencies", "are packages in it that only development needs",
        "they make it larger, and each is something that may have to be patched",
    ),
    Row("no-vcs", "no version control", "is there a .git or the like in a layer", "it has all that ever was committed"),
    Row("size", "size", "how large is it, and by which instructions", "what is pulled and stored at each deployment"),
    Row(
        "starts", "starts", "does it start read-only, without capabilities, as the image's user",
        "a cluster with a restricted policy starts it no other way",
    ),
    Row(
        "answers", "answers", "does it do its work: an answer on its port, help for a command, a line of a worker",
        "a process that runs may still serve nobody",
    ),
    Row("healthy", "healthy", "does the image's HEALTHCHECK turn healthy", "a sick container is restarted for ever"),
    Row(
        "non-root", "not root", "do image and process have a user other than root",
        "root in a container is root on the machine, should it break out",
    ),
    Row(
        "stops", "stops", "does it end by itself when it is asked to, within the grace period",
        "what is killed loses requests, and each deployment waits for it",
    ),
    Row(
        "rebuild", "rebuilds", "are the dependencies kept when one file of the source is edited",
        "that is what is built all day",
    ),
)  # fmt: skip
BY_NAME: Mapping[str, Row] = {row.name: row for row in CHECKS}


def passed(name: str, said: str, *, detail: str = "", seconds: float | None = None) -> Check:
    """It holds."""
    return _made(name, PASSED, said, detail, seconds)


def failed(name: str, said: str, *, detail: str = "", seconds: float | None = None) -> Check:
    """It does not hold."""
    return _made(name, FAILED, said, detail, seconds)


def skipped(name: str, said: str) -> Check:
    """It was not asked, or cannot be told; SAID is the reason."""
    return _made(name, SKIPPED, said, "", None)


def _made(name: str, status: str, said: str, detail: str, seconds: float | None) -> Check:
    return Check(name=BY_NAME[name].name, status=status, said=said, detail=reading.shown(detail), seconds=seconds)


def complete(found: Sequence[Check], reason: str) -> tuple[Check, ...]:
    """All checks in order: those that were FOUND, the others skipped for the same REASON."""
    known = {check.name: check for check in found}
    return tuple(known.get(row.name) or skipped(row.name, reason) for row in CHECKS)
