"""Guard rails: read a rendered Dockerfile again, and tell what cannot be built or is worse than what dockgen writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from dockgen import breaches
from dockgen.errors import InputError
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from dockgen.breaches import Subject
    from dockgen.templating.origins import Origin

T = TypeVar("T")  # what is looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard(Generic[T]):
    """A rule: an id that stays, whether to break it is an error, what it asks for, why, and what finds breaches."""

    id: str
    is_error: bool
    asks: str
    why: str
    find: Callable[[T], Iterable[tuple[int, str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A breach of a rule on a line of the Dockerfile, in words."""

    guard: Guard[Subject]
    line: int
    what: str


def _error(id_: str, asks: str, why: str, find: Callable[[Subject], Iterable[tuple[int, str]]]) -> Guard[Subject]:
    return Guard(id=id_, is_error=True, asks=asks, why=why, find=find)


def _warning(id_: str, asks: str, why: str, find: Callable[[Subject], Iterable[tuple[int, str]]]) -> Guard[Subject]:
    return Guard(id=id_, is_error=False, asks=asks, why=why, find=find)


GUARDS = (
    _error(
        "DG001", "There is a FROM.",
        "A Dockerfile without a stage builds nothing.", breaches.no_from,
    ),
    _error(
        "DG002", "Every line is an instruction that Docker knows, or belongs to one.",
        "What is not stops the build; mostly a line above it ends without a backslash.", breaches.unknown,
    ),
    _error(
        "DG003", "Nothing but ARG comes before the first FROM.",
        "There is no image yet that it could change.", breaches.before_from,
    ),
    _error(
        "DG004", "No instruction has an expression or a statement of Jinja left.",
        "Slots and values are printed as they are; Jinja belongs in a template.", breaches.unrendered,
    ),
    _error(
        "DG005", "`COPY --from` and `--mount=from=` name a stage above; another image is named with its tag.",
        "Docker would look for an image of that name. (A named context of the build is not known here.)",
        breaches.missing_stages,
    ),
    _warning(
        "DG101", "The last USER of the image is another than root.",
        "Who breaks into the app is root in the container, and Kubernetes may refuse to start it.", breaches.user,
    ),
    _warning(
        "DG102", "CMD and ENTRYPOINT are JSON lists.",
        "A shell as process 1 does not tell the app to stop: it is killed ten seconds later.", breaches.shell_form,
    ),
    _warning(
        "DG103", "No ENV or ARG holds a secret.",
        "Whoever has the image can read it; `RUN --mount=type=secret` leaves nothing.", breaches.secrets,
    ),
    _warning(
        "DG104", "Images of others have a tag that is not `latest`, or a digest.",
        "Otherwise tomorrow's build is another one.", breaches.tags,
    ),
    _warning(
        "DG105", "What ADD downloads has a checksum.",
        "Otherwise the address decides what is in the image: `ADD --checksum=sha256:…`.", breaches.add_url,
    ),
    _warning(
        "DG106", "apt-get removes its lists in the same step, or keeps them in a cache mount.",
        "They are some 20 MB that nobody reads again, and out of date the day after.", breaches.apt_lists,
    ),
    _warning(
        "DG107", "Nothing runs sudo.",
        "A build is root already, or says USER; a program that makes one root should not ship.", breaches.sudo,
    ),
    _warning(
        "DG108", "What is copied or mounted from the project is not left out by the .dockerignore.",
        "The build does not see it and stops.", breaches.hidden,
    ),
    _warning(
        "DG109", "Each stage has a name of its own.",
        "The later one is meant from then on, which is easily overlooked.", breaches.twice,
    ),
)  # fmt: skip


def check(text: str, ignore: Iterable[str] = (), own: frozenset[str] = frozenset()) -> tuple[Finding, ...]:
    """What is wrong with the Dockerfile TEXT beside a .dockerignore of the lines IGNORE, in the order of its lines.

    OWN are images that dockgen chose itself, of which none is asked for a better tag.
    """
    return of(breaches.subject(text, ignore, own))


def of(subject: Subject) -> tuple[Finding, ...]:
    """What is wrong with SUBJECT, in the order of its lines."""
    found = [Finding(guard=g, line=line, what=what) for g in GUARDS for line, what in g.find(subject)]
    return tuple(sorted(found, key=lambda f: f.line))


def tell(
    found: Sequence[Finding], path: str, origins: Sequence[Origin | None], reasons: Mapping[str, str]
) -> tuple[str, ...]:
    """A warning for each of FOUND in the file PATH, with the template or the setting that printed the line.

    REASONS are where settings came from, by key. InputError with all errors if there is one.
    """
    errors = [f for f in found if f.guard.is_error]
    places = {id(f): _place(f, path, origins, reasons) for f in found}
    if len(errors) == 1:
        only = errors[0]
        raise InputError(f"{only.guard.id}: {only.what}", where=places[id(only)], hint=only.guard.why)
    if errors:
        listed = "\n".join(f"  {f.guard.id}: {f.what}\n    at {places[id(f)]}" for f in errors)
        raise InputError(f"{path} could not be built\n{listed}", hint="the templates above, or the settings")
    return tuple(f"{f.guard.id}: {f.what} ({places[id(f)]})" for f in found)


def _place(found: Finding, path: str, origins: Sequence[Origin | None], reasons: Mapping[str, str]) -> str:
    """The line of the file, and what printed it."""
    line = f"{path}:{found.line}"
    origin = origins[found.line - 1] if 0 < found.line <= len(origins) else None
    if not origin:
        return line
    said = reasons.get(origin.place)
    return f"{line}, printed by {origin}" + (f" ({said})" if said else "")
