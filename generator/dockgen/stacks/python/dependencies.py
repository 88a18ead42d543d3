"""What a Python project depends on, by whichever manager it uses: asked for, and locked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dockgen.errors import InputError
from dockgen.facts import Evidence, Fact
from dockgen.records import dataclass
from dockgen.stacks.python import extras, freshness, inline, managers
from dockgen.stacks.python.locks import Locked, locked
from dockgen.stacks.python.manifests import (
    Dependency,
    Requirements,
    normal,
    production_requirements,
    project_dependencies,
    requirement,
    setup_argument,
    string,
    strings,
    table,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockgen.project import Project
    from dockgen.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencies:
    """The manager, its lock file ("" if there is none), what is asked for, and the versions in the lock."""

    manager_fact: Fact[str]
    manager: managers.Manager
    lock: str
    stale: str  # what shows that the lock is older than its manifest, "" if it is up to date
    listed: Requirements | None  # only where pip installs from a list
    direct: tuple[Dependency, ...]
    locked: Mapping[str, Locked]
    extras: tuple[extras.Extra, ...] = ()  # of the project's own extras and groups, those that the app needs
    script: inline.Inline | None = None  # the script that lists its dependencies itself, where nothing else does

    @property
    def pinned(self) -> Mapping[str, str]:
        """Normalised name and version of what the lock brings."""
        return {name: package.version for name, package in self.locked.items()}


def read(project: Project, data: Mapping[str, Any], settings: Settings) -> Dependencies:
    """The dependencies of a project whose pyproject.toml is DATA; the user's choice of a manager takes precedence.

    InputError if that is none.
    """
    fact = managers.find(project, data)
    given = settings.get("manager")
    if given:
        if given.value not in managers.BY_NAME:
            names = ", ".join(managers.BY_NAME)
            raise InputError(f"unknown package manager {given.value!r}", where=given.reason, hint=f"one of {names}")
        fact = Fact(given.value, (Evidence(note=given.reason),))
    script = inline.find(project) if fact.value == "none" and not given else None
    if script and script.packages:
        fact = Fact("uv (script)", (script.evidence,))
    manager = managers.BY_NAME[fact.value]
    lock = manager.lock if manager.lock and project.has(manager.lock) else ""
    listed = production_requirements(project) if manager.name == "pip" else None
    direct = listed.dependencies if listed else script.dependencies if script else _direct(project, data, manager.name)
    more = () if listed or script else extras.needed(project, data, direct, manager.name)
    if manager.name == "pdm" and lock:  # PDM installs no extra that its lock was not made for
        made_for = re.search(r"^groups = \[([^\]]*)\]", project.head(lock), re.MULTILINE)
        more = tuple(e for e in more if made_for is None or f'"{e.name}"' in made_for[1])
    direct += tuple(d for e in more for d in e.dependencies if d.name not in {have.name for have in direct})
    return Dependencies(
        manager_fact=fact,
        manager=manager,
        lock=lock,
        stale=freshness.stale(project, data, lock),
        listed=listed,
        direct=direct,
        locked=locked(project, lock, (d.name for d in direct)) if lock else {},
        extras=more,
        script=script,
    )


def _direct(project: Project, data: Mapping[str, Any], manager: str) -> tuple[Dependency, ...]:
    """What the project's own manifests ask for."""
    found = list(project_dependencies(project, data))
    if manager == "pipenv":
        found += _pipfile(project)
    elif manager == "pip (project)" and not found:
        wanted = setup_argument(project, "install_requires")
        lines = wanted.splitlines() if isinstance(wanted, str) else strings(wanted)
        path = project.first("setup.cfg", "setup.py") or ""
        found += [d for text in lines if text.strip() and (d := requirement(text, path))]
    return tuple(found)


def _pipfile(project: Project) -> Iterator[Dependency]:
    path = "Pipfile"
    for name, spec in table(project.toml(path) if project.has(path) else {}, "packages").items():
        detail = table({"s": spec}, "s")
        text = string(spec) or string(detail.get("version"))
        place = Evidence(path, project.line_of(path, name))
        yield Dependency(normal(name), "" if text == "*" else text, tuple(strings(detail.get("extras"))), place)
