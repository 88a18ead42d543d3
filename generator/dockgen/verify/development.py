"""Which packages only development needs: what the project says of itself, held against what an image has."""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING

from dockgen.records import dataclass
from dockgen.stacks.python import dependencies, manifests
from dockgen.stacks.python.manifests import normal, string, strings, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from dockgen.facts import Facts
    from dockgen.project import Project
    from dockgen.settings import Settings
    from dockgen.verify.contents import Package

NODE, PYTHON, GO = "node", "python", "go"
# Extras and files of requirements by whose names development is meant.
_DEV = re.compile(
    r"(?:^|[-_./])(?:dev|develop|development|test|tests|testing|lint|linting|docs|typing|local|ci)(?=[-_.]|$)"
)
_REQUIREMENT = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?(?:[^;]*;(.*))?", re.DOTALL)
_EXTRA = re.compile(r"extra\s*==\s*['\"]([A-Za-z0-9._-]+)['\"]")

Root = tuple[str, frozenset[str]]  # a package that production asks for, and its extras


@dataclass(frozen=True, slots=True, kw_only=True)
class Development:
    """What only development ASKS for, and the ROOTS of production; REASON says why that cannot be told."""

    stack: str = ""
    asks: tuple[str, ...] = ()
    roots: tuple[Root, ...] = ()
    reason: str = "it is not known what the project is written in"


def find(project: Project, facts: Facts, settings: Settings, start: Sequence[str] = ()) -> Development:
    """What PROJECT says; FACTS were found in it, and START is the command that was decided on."""
    stack = facts.stack.value
    if stack == NODE:
        return _node(facts, start)
    if stack == PYTHON:
        return _python(project, facts, settings)
    if stack == GO:
        return Development(stack=GO, reason="")
    return Development(stack=stack, reason="a site has files, and no packages")


def _node(facts: Facts, start: Sequence[str]) -> Development:
    package, app, schema = facts.detail.package, facts.detail.app, facts.detail.schema
    if app.keep_dev:
        return Development(stack=NODE, reason="the app is started by one of its development dependencies")
    if schema and schema.needs not in ("", *package.shipped) and schema.migration.command[0] in " ".join(start):
        return Development(
            stack=NODE, reason=f"the start migrates the database by {schema.needs}, which is one of them"
        )
    shipped = dict.fromkeys((*package.shipped, *package.peer_dependencies))
    asks = tuple(name for name in package.dev_dependencies if name not in shipped)
    return _told(NODE, asks, tuple((name, frozenset[str]()) for name in shipped))


def _python(project: Project, facts: Facts, settings: Settings) -> Development:
    data = project.toml("pyproject.toml") if project.has("pyproject.toml") else {}
    found = dependencies.read(project, data, settings)
    roots = {d.name: frozenset(map(normal, d.extras)) for d in found.direct}
    entry = facts.detail.entry
    if entry and entry.server:
        roots.setdefault(normal(entry.server), frozenset())
    groups = frozenset((*facts.detail.groups, *facts.detail.extras))
    asks = dict.fromkeys(name for name in _python_asks(project, data, groups) if name not in roots)
    return _told(PYTHON, tuple(asks), tuple(roots.items()))


def _told(stack: str, asks: tuple[str, ...], roots: tuple[Root, ...]) -> Development:
    reason = "" if asks else "the project names no dependencies of development"
    return Development(stack=stack, asks=asks, roots=roots, reason=reason)


def _python_asks(project: Project, data: Mapping[str, object], used: frozenset[str]) -> Iterator[str]:
    """The names that the groups of DATA, a Pipfile and files of requirements ask for, but for the groups in USE."""
    groups = {**table(data, "dependency-groups"), **table(data, "tool", "pdm", "dev-dependencies")}
    extras = {n: v for n, v in table(data, "project", "optional-dependencies").items() if _DEV.search(n)}
    for name, listed in (*groups.items(), *extras.items()):
        if name not in used and normal(name) not in used:
            yield from _names(strings(listed))
    yield from _names(strings(table(data, "tool", "uv").get("dev-dependencies")))
    poetry = table(data, "tool", "poetry")
    for name, group in table(poetry, "group").items():
        if name not in used and name != "main":
            yield from map(normal, table({"g": group}, "g", "dependencies"))
    yield from map(normal, table(poetry, "dev-dependencies"))
    if project.has("Pipfile"):
        yield from map(normal, table(project.toml("Pipfile"), "dev-packages"))
    for path in project.shallow(1):
        if path.endswith((".txt", ".in")) and "requirements" in path and _DEV.search(path):
            yield from (d.name for d in manifests.requirements(project, path).dependencies)


def _names(listed: Iterable[str]) -> Iterator[str]:
    return (normal(m[1]) for text in listed if (m := _REQUIREMENT.match(string(text))))


def in_image(known: Development, packages: Iterable[Package]) -> tuple[str, ...]:
    """The packages in an image that only development asks for: those that nothing which production needs brings."""
    needs: dict[str, list[str]] = {}
    for package in packages:
        if package.stack == known.stack:
            needs.setdefault(_called(known.stack, package.name), []).extend(package.needs)
    present = [name for name in known.asks if name in needs]
    wanted = _closure(known, needs) if present else frozenset()
    return tuple(name for name in present if name not in wanted)


def _called(stack: str, name: str) -> str:
    return normal(name) if stack == PYTHON else name


def _closure(known: Development, needs: Mapping[str, list[str]]) -> frozenset[str]:
    """All that the roots need, as the packages that are there say."""
    seen: dict[str, set[str]] = {}
    left = deque(known.roots)
    while left:
        name, extras = left.popleft()
        new = extras - seen.get(name, set())
        if name in seen and not new:
            continue
        seen.setdefault(name, set()).update(extras)
        for text in needs.get(name, ()):
            if known.stack == NODE:
                left.append((text, frozenset()))
            elif (match := _REQUIREMENT.match(text)) and _is_meant(match[3] or "", seen[name]):
                left.append((normal(match[1]), frozenset(normal(e) for e in re.split(r"[,\s]+", match[2] or "") if e)))
    return frozenset(seen)


def _is_meant(marker: str, extras: set[str]) -> bool:
    """True if a requirement with this MARKER counts for a package that was asked for with EXTRAS; platforms all do."""
    asked = {normal(name) for name in _EXTRA.findall(marker)}
    return not asked or bool(asked & extras)
