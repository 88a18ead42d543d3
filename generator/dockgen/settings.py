"""Where a value comes from: flag > environment > detection > built-in. Later sources join here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from dockgen import confidence as belief
from dockgen.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dockgen.facts import Fact

T = TypeVar("T")

# Every key that a user can set, and what it means (docs/reference/settings.md is checked against this table).
KEYS: Mapping[str, str] = {
    "name": "name of the image",
    "stack": "node, python, go or static",
    "kind": "web (listens on a port), worker, job (ends by itself), cli or static",
    "version": "release of the language, such as 26, 3.14 or 1.27",
    "manager": "package manager, such as pnpm or uv",
    "framework": "framework whose conventions apply",
    "build": "command that builds the project (empty: none)",
    "start": "command that starts the app, as in a shell but run without one",
    "frontend": "front-end that the server sends out: auto (built where one is found) or none",
    "main": "Go: folder of the main package, such as ./cmd/server",
    "port": "port that the app listens on",
    "health": "HTTP path that answers 2xx when the app is well (empty: no health check)",
    "migrate": "when the database's schema is brought up to date: start (before the app), job (by you) or none",
    "apt.build": "Debian packages that the build needs, separated by spaces",
    "apt.run": "Debian packages that the running app needs, separated by spaces",
}
ALIASES: Mapping[str, str] = {"python": "version", "node": "version", "go": "version"}
ENVIRONMENT_PREFIX = "DOCKGEN_"


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """A value with its source (`--set`, an environment variable, `detected` or `default`) and the reason in words."""

    value: T
    source: str
    reason: str
    confidence: int = belief.ASKED
    rivals: tuple[str, ...] = ()  # what lost, each with its place


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user asked for, by key; detection fills in the rest."""

    given: Mapping[str, Setting[str]]

    def get(self, key: str) -> Setting[str] | None:
        """What was asked for KEY, or None."""
        return self.given.get(key)

    @property
    def wants_front_end(self) -> bool:
        """False if no front-end is to be built for the server. InputError if the setting is neither auto nor none."""
        given = self.get("frontend")
        if given and given.value not in ("auto", "none", ""):
            raise InputError(f"unknown value of frontend: {given.value!r}", where=given.reason, hint="auto or none")
        return not given or given.value == "auto"

    def text(self, key: str, found: Fact[str] | None) -> Setting[str] | None:
        """The user's value for KEY, else what was FOUND."""
        return self.given.get(key) or (detected(found) if found else None)


NOTHING = Settings({})


def detected(found: Fact[T]) -> Setting[T]:
    """A setting that holds what detection found."""
    has_place = any(e.path for e in found.evidence)
    rivals = tuple(dict.fromkeys(f"{shown(r.value)} ({r.evidence})" for r in found.rejected))
    return Setting(found.value, "detected" if has_place else "default", found.why, found.confidence, rivals)


def shown(value: object) -> str:
    """VALUE as a user would write it: the words of a command in a row."""
    return " ".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)


def read(flags: Iterable[str], environment: Mapping[str, str]) -> Settings:
    """Settings from `KEY=VALUE` flags and from DOCKGEN_KEY variables; InputError for an unknown key."""
    given: dict[str, Setting[str]] = {}
    for key in KEYS:
        variable = ENVIRONMENT_PREFIX + key.upper().replace(".", "_")
        if variable in environment:
            given[key] = Setting(environment[variable], variable, f"environment variable {variable}")
    for flag in flags:
        name, equals, value = flag.partition("=")
        key = ALIASES.get(name, name)
        if not equals:
            raise InputError(f"--set {flag}: expected KEY=VALUE", hint=f"keys: {', '.join(KEYS)}")
        if key not in KEYS:
            raise InputError(f"--set: unknown key {name!r}", hint=_nearest(name))
        given[key] = Setting(value.strip(), "--set", f"--set {name}")
    return Settings(given)


def _nearest(name: str) -> str:
    import difflib  # noqa: PLC0415

    near = difflib.get_close_matches(name, [*KEYS, *ALIASES], 1)
    return f"did you mean {near[0]!r}?" if near else f"keys: {', '.join(KEYS)}"
