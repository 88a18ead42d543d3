"""What detection found, each value with its evidence and with what lost against it."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from dockgen import confidence as belief
from dockgen.records import dataclass
from dockgen.sensitive import Sensitive

if TYPE_CHECKING:
    from dockgen.stores import Need

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a value was read: a project file, its 1-based line if there is one, and a short note."""

    path: str = ""
    line: int | None = None
    note: str = ""

    def __str__(self) -> str:
        """`path:line note`, without what is missing."""
        place = f"{self.path}:{self.line}" if self.path and self.line else self.path
        return " ".join(part for part in (place, self.note) if part)


@dataclass(frozen=True, slots=True)
class Rejected(Generic[T]):
    """A candidate that lost, and where it was read."""

    value: T
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """A value, why we believe it, and the candidates that lost against it.

    `confidence` follows from the evidence (confidence.py) unless whoever found the value knows better.
    """

    value: T
    evidence: tuple[Evidence, ...] = ()
    rejected: tuple[Rejected[T], ...] = ()
    confidence: int = 0  # 0 to 100

    def __post_init__(self) -> None:
        """Weigh the evidence, if nobody has said how much it is worth."""
        if not self.confidence:
            object.__setattr__(self, "confidence", belief.of(self.evidence, [r.evidence for r in self.rejected]))

    @property
    def why(self) -> str:
        """The evidence on one line."""
        return "; ".join(str(e) for e in self.evidence) or "built-in default"


def fact(value: T, path: str = "", line: int | None = None, note: str = "") -> Fact[T]:
    """A fact with one piece of evidence."""
    return Fact(value, (Evidence(path, line, note),))


def default(value: T, note: str) -> Fact[T]:
    """A fact that no file says: a convention or a built-in default, named by NOTE."""
    return Fact(value, (Evidence(note=note),))


def assumed(value: T, note: str) -> Fact[T]:
    """A fact that nothing speaks for, and without which the image does not work: the user is asked or warned."""
    return Fact(value, (Evidence(note=note),), confidence=belief.ASSUMED)


def first(candidates: list[Fact[T]]) -> Fact[T] | None:
    """The first candidate, with those that differ from it as rejected; None if there is none."""
    if not candidates:
        return None
    best, *others = candidates
    lost = tuple(
        Rejected(c.value, c.evidence[0] if c.evidence else Evidence()) for c in others if c.value != best.value
    )
    return Fact(best.value, best.evidence, best.rejected + lost)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the project says of itself; goes into the image's OCI labels."""

    name: str  # of the image
    description: str = ""
    source: str = ""  # address of the repository
    licence: str = ""  # as SPDX writes it


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A release without security fixes that a project is built on.

    `where` is what led to it; if the project itself `is_pinned` to it, it is refused unless the user allows it.
    """

    product: str  # as in releases.json, and as a key of `--set`
    name: str  # "Node 18"
    since: str  # ISO date
    where: Evidence
    is_pinned: bool
    nearest: str = ""  # the supported release that the project can move to with the least change
    but: str = ""  # what speaks against that one
    use: str = ""  # what it does, where it does not ship
    is_used: bool = True  # False if there is no image of it, and another release takes its place


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One app: what it is and how we know.

    `detail` is the stack's own dataclass (NodeFacts, PythonFacts, GoFacts, StaticFacts): what only its planner reads.
    `start` is the argv of the production process as run in the image's working directory.
    """

    about: About
    stack: Fact[str]
    kind: Fact[str]  # web | worker | job | cli | static
    version: Fact[str] | None = None  # the release line, as in the base image's tag: "26", "3.14", "1.27"
    manager: Fact[str] | None = None
    framework: Fact[str] | None = None
    build: Fact[tuple[str, ...]] | None = None
    start: Fact[tuple[str, ...]] | None = None
    port: Fact[int] | None = None
    health: Fact[str] | None = None  # HTTP path that answers 2xx when the app is well
    warnings: tuple[str, ...] = ()
    ended: tuple[Ended, ...] = ()
    traces: frozenset[str] = frozenset()  # names of the context's files, and `ignored NAME` of what git leaves out
    sensitive: Sensitive = field(default_factory=Sensitive)  # files of the build's context that look like secrets
    stores: tuple[Need, ...] = ()  # databases, caches, queues that it needs; only looked for if companions are wanted
    example: str = ""  # the file that shows what .env has, such as .env.example; likewise
    detail: Any = field(default=None)
