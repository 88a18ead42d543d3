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
    "health": "HTTP path that answers 2xx when the app is well, or tcp (a connection), or none",
    "migrate": "when the database's schema is brought up to date: start (before the app), job (by you) or none",
    "apt.build": "Debian packages that the build needs, separated by spaces",
    "apt.run": "Debian packages that the running app needs, separated by spaces",
    "base": "what the image stands on: slim (Debian), alpine, distroless or chainguard",
    "init": "process 1: auto (tini where the app would ignore SIGTERM), tini or none",
    "comments": "in the Dockerfile: none, short or teach (each decision with its reason)",
    "syntax": "the line `# syntax=docker/dockerfile:1`: yes or no (for builds that reach no registry)",
    "versions": "of base images: literal (in FROM) or arg (in ARG, to be set by --build-arg)",
    "os-upgrade": "upgrade the packages of the base image in the final stage: yes or no",
    "builder": "what builds the image: buildkit or podman (no features that Buildah lacks)",
    "dev": "a target for development in the same file: yes or no",
    "allow-eol": "build on a release that gets no security fixes any more: yes or no",
}
# What a key can be set to, where that is a list; the first is the default (of `base`, each stack has its own).
VALUES: Mapping[str, tuple[str, ...]] = {
    "base": ("slim", "alpine", "distroless", "chainguard"),
    "init": ("auto", "tini", "none"),
    "comments": ("short", "none", "teach"),
    "syntax": ("yes", "no"),
    "versions": ("literal", "arg"),
    "os-upgrade": ("no", "yes"),
    "builder": ("buildkit", "podman"),
    "dev": ("no", "yes"),
    "allow-eol": ("no", "yes"),
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

    def choice(self, key: str) -> str:
        """The value of a KEY in VALUES, its default if it was not set."""
        given = self.given.get(key)
        return given.value if given else VALUES[key][0]

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
        variable = variable_of(key)
        if variable in environment:
            value = _checked(key, environment[variable], variable)
            given[key] = Setting(value, variable, f"environment variable {variable}")
    for flag in flags:
        name, equals, value = flag.partition("=")
        key = ALIASES.get(name, name)
        if not equals:
            raise InputError(f"--set {flag}: expected KEY=VALUE", hint=f"keys: {', '.join(KEYS)}")
        if key not in KEYS:
            raise InputError(f"--set: unknown key {name!r}", hint=_nearest(name))
        given[key] = Setting(_checked(key, value.strip(), f"--set {name}"), "--set", f"--set {name}")
    return Settings(given)


def variable_of(key: str) -> str:
    """The environment variable that sets KEY."""
    return ENVIRONMENT_PREFIX + key.upper().replace(".", "_").replace("-", "_")


def _checked(key: str, value: str, source: str) -> str:
    """VALUE, if KEY can be set to it."""
    if key in VALUES and value not in VALUES[key]:
        raise InputError(f"{source}: unknown value {value!r} of {key}", hint=f"one of {', '.join(VALUES[key])}")
    return "" if (key, value) == ("health", "none") else value


def _nearest(name: str) -> str:
    import difflib  # noqa: PLC0415

    near = difflib.get_close_matches(name, [*KEYS, *ALIASES], 1)
    return f"did you mean {near[0]!r}?" if near else f"keys: {', '.join(KEYS)}"
