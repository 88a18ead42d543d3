"""Where a value comes from: flag > environment > files > preset `set` > detection > preset `defaults` > built-in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from dockgen import confidence as belief
from dockgen import nearest, values
from dockgen.errors import InputError
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from dockgen.facts import Fact, Facts
    from dockgen.packoptions import Kind

    Value = str | int | bool | Sequence[str] | Mapping[str, str]  # what a program sets a key, or a group, to

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
    "base": "what the image stands on: slim (Debian), alpine, distroless, chainguard, or several: the first that fits",
    "writable": "folders that the app writes, beside those that were found, such as /data, separated by spaces",
    "init": "process 1: auto (tini where the app would ignore SIGTERM), tini or none",
    "comments": "in the Dockerfile: none, short or teach (each decision with its reason)",
    "syntax": "the line `# syntax=docker/dockerfile:1`: yes or no (for builds that reach no registry)",
    "versions": "of base images: literal (in FROM) or arg (in ARG, to be set by --build-arg)",
    "os-upgrade": "upgrade the packages of the base image in the final stage: yes, no or auto (where it has any)",
    "builder": "what builds the image: buildkit or podman (no features that Buildah lacks)",
    "dev": "a target for development in the same file: yes or no",
    "allow-eol": "build on a release that gets no security fixes any more: yes or no",
    "user": "account that the app runs as, a number: UID or UID:GID",
    "file": "name of the Dockerfile, such as Dockerfile.prod; its ignore file is named after it",
    "registry": "where all images come from instead of their own registries, such as registry.example.com/proxy",
    "image": "where the image is pushed to and deployed from, without a tag, such as registry.example.com/team/app",
    "with": "files beside the Dockerfile (companions), such as compose, separated by spaces",
    "guesses": "decisions that nothing speaks for: allow (with a warning) or refuse",
}
# Keys with a name of the user's after the dot: what that names, and what it is set to.
GROUPS: Mapping[str, str] = {
    "env": "env.NAME: a variable of the running app",
    "label": "label.NAME: a label of the image",
    "extra": "extra.SLOT: instructions before or after a block of the Dockerfile, such as extra.before_user",
}
# What a key can be set to, where that is a list; the first is the default. Each stack has its own of `base`; `with` has
# none.
VALUES: Mapping[str, tuple[str, ...]] = {
    "base": ("slim", "alpine", "distroless", "chainguard"),
    "init": ("auto", "tini", "none"),
    "comments": ("short", "none", "teach"),
    "syntax": ("yes", "no"),
    "versions": ("literal", "arg"),
    "os-upgrade": ("no", "yes", "auto"),
    "builder": ("buildkit", "podman"),
    "dev": ("no", "yes"),
    "allow-eol": ("no", "yes"),
    "guesses": ("allow", "refuse"),
    "with": (
        # On this machine.
        "compose",
        "swarm",
        "devcontainer",
        # Where it is deployed.
        "kubernetes",
        "ecs",
        "aci",
        # How it is built and delivered.
        "make",
        "just",
        "bake",
        "github",
        "gitlab",
        "renovate",
        "dependabot",
        "hadolint",
    ),
}
# What several values can be asked of at once, separated by spaces. Of `base` the first that the app can have is taken.
LISTS = ("base", "with")
OWN = ("name", "port", "start", "main")  # what each of several apps has for itself
SPELLED: Mapping[str, str] = {"true": "yes", "yes": "yes", "false": "no", "no": "no"}  # in any case
# What detection looks for; a preset's default for anything else is as good as the user's word.
DETECTED = ("stack", "kind", "version", "manager", "framework", "build", "start", "main", "port", "health")
PACKAGES = ("apt.build", "apt.run")
# Without these detection may have to give up; so a preset's defaults for them are tried before it does.
NEEDED = ("stack", "kind", "framework", "start", "main")
ALIASES: Mapping[str, str] = {"python": "version", "node": "version", "go": "version"}
ENVIRONMENT_PREFIX = "DOCKGEN_"


def _env(key: str, value: str) -> None:
    values.env_name(key.partition(".")[2])
    values.text(value, key)


def _label(key: str, value: str) -> None:
    values.label_name(key.partition(".")[2])
    values.text(value, key)


def _extra(key: str, value: str) -> None:
    values.slot(key.partition(".")[2])
    values.instructions(value, key)


def _one_line(key: str, value: str) -> None:
    values.text(value, key)


# What a value is checked for where it is given; other keys are checked where they are used, by those who know the app.
CHECKS: Mapping[str, Callable[[str, str], object]] = {
    "env": _env,
    "label": _label,
    "extra": _extra,
    "port": lambda _, value: values.port(value) if value else None,
    "user": lambda _, value: values.user(value),
    "file": lambda _, value: values.dockerfile_name(value),
    "registry": lambda _, value: values.registry(value) if value else None,
    "writable": lambda _, value: [values.folder(folder) for folder in value.split()],
    "image": lambda _, value: values.repository(value) if value else None,
}


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
    """What the user asked for, by key; detection fills in the rest.

    `weak` values (a preset's `defaults`) hold where detection finds nothing in a file (`settled`). `known` are the
    options that packs declare, by key.
    """

    given: Mapping[str, Setting[str]]
    weak: Mapping[str, Setting[str]] = field(default_factory=dict)
    known: Mapping[str, Kind] = field(default_factory=dict)

    @classmethod
    def of(cls, values: Mapping[str, Value]) -> Settings:
        """Settings that a program gives, by key. InputError for an unknown key or value."""
        return cls(given(values))

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
        given = self.given.get(key) or self.weak.get(key)
        return given.value if given else VALUES[key][0]

    def value(self, key: str) -> str:
        """What was asked for KEY, "" if nothing."""
        given = self.given.get(key) or self.weak.get(key)
        return given.value if given else ""

    def group(self, name: str) -> dict[str, Setting[str]]:
        """The settings of a key in GROUPS, by what the user named them, in the order of these names."""
        prefix = f"{name}."
        return {k.removeprefix(prefix): self.given[k] for k in sorted(self.given) if k.startswith(prefix)}

    def insisting(self, keys: Iterable[str]) -> Settings:
        """These settings, the weak values of KEYS being as strong as the others."""
        chosen = {k: self.weak[k] for k in keys if k in self.weak and k not in self.given}
        return replace(self, given={**self.given, **chosen}) if chosen else self

    def settled(self, facts: Facts) -> Settings:
        """These settings with the weak values of what FACTS do not know from a file.

        Where detection of `main` came to no end, NEEDED has helped already; packages are the planner's to decide.
        """

        def is_open(key: str) -> bool:
            if key not in DETECTED:
                return key not in PACKAGES
            found: Fact[Any] | None = getattr(facts, key, None)
            return hasattr(facts, key) and not (found and any(e.path for e in found.evidence))

        return self.insisting(key for key in self.weak if is_open(key))

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


def read(
    flags: Iterable[str],
    environment: Mapping[str, str],
    below: Settings | None = None,
    answers: Mapping[str, Setting[str]] = MappingProxyType({}),
) -> Settings:
    """Settings from `KEY=VALUE` flags, ANSWERS, DOCKGEN_KEY variables, and what files say, which is BELOW them.

    InputError for an unknown key or value.
    """
    below = below or NOTHING
    given = dict(below.given)
    for key, variable in _variables((*KEYS, *below.known), environment):
        value = checked(key, environment[variable], variable, below.known)
        given[key] = Setting(value, variable, f"environment variable {variable}")
    given |= answers
    for flag in flags:
        name, equals, value = flag.partition("=")
        if not equals:
            raise InputError(f"--set {flag}: expected KEY=VALUE", hint=f"keys: {', '.join(KEYS)}")
        key = named(name, "--set", below.known)
        told = f"--set {values.one_line(name, 80)}"
        given[key] = Setting(checked(key, value.strip(), told, below.known), "--set", told)
    return replace(below, given=given)


def given(values: Mapping[str, Value], known: Mapping[str, Kind] = MappingProxyType({})) -> dict[str, Setting[str]]:
    """VALUES that a program gives, by key; a group such as `env` may be a mapping.

    InputError for an unknown key or value.
    """
    if not isinstance(values, Mapping):
        raise InputError(f"settings must be a mapping of keys to values, not {type(values).__name__}")
    found: dict[str, Setting[str]] = {}
    for name, value in values.items():
        if not isinstance(name, str):
            raise InputError(f"settings: a key is text, not {name!r}")
        if name in GROUPS and isinstance(value, Mapping):
            found |= given({f"{name}.{key}": text for key, text in value.items()}, known)
            continue
        key, text = named(name, "settings", known), _text(name, value)
        text = text if key.startswith("extra.") else text.strip()
        found[key] = Setting(checked(key, text, f"settings[{name!r}]", known), "settings", "given")
    return found


def _text(name: str, value: object) -> str:
    """VALUE as on a command line: the words of a list are quoted as in a shell. InputError if it is of no such type."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int)):
        return str(value)
    if isinstance(value, (list, tuple)) and all(isinstance(word, str) for word in value):
        import shlex  # noqa: PLC0415

        return shlex.join(value)
    hint = "write it as text: the number 3.10 is 3.1" if isinstance(value, float) else None
    raise InputError(
        f"settings[{name!r}] must be text, a whole number, a boolean or a list of texts, not {type(value).__name__}",
        hint=hint,
    )


def _variables(keys: Iterable[str], environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The keys that variables of the ENVIRONMENT set, each with its variable."""
    yield from ((key, variable) for key in keys if (variable := variable_of(key)) in environment)
    prefix = variable_of("env.")
    yield from ((f"env.{v.removeprefix(prefix)}", v) for v in sorted(environment) if v.startswith(prefix))


def variable_of(key: str) -> str:
    """The environment variable that sets KEY."""
    return ENVIRONMENT_PREFIX + key.upper().replace(".", "_").replace("-", "_")


def named(name: str, source: str, known: Iterable[str] = ()) -> str:
    """The key that NAME is, one of KNOWN being one as well; InputError from SOURCE with the nearest if it is none."""
    key = ALIASES.get(name, name)
    group, dot, rest = key.partition(".")
    if key in KEYS or key in known or (group in GROUPS and dot and rest):
        return key
    raise InputError(f"{source}: unknown key {name!r}", hint=_nearest(name, known))


def checked(key: str, value: str, source: str, known: Mapping[str, Kind] = MappingProxyType({})) -> str:
    """VALUE, if KEY can be set to it; InputError from SOURCE otherwise."""
    if kind := known.get(key):
        return kind.checked(key, value, source)
    if allowed := VALUES.get(key):
        value = SPELLED.get(value.lower(), value) if "yes" in allowed else value
        value = " ".join(value.replace(",", " ").split()) if key in LISTS else value
        several = value.split() if key in LISTS else []
        for one in several or ([] if key == "with" else [value]):
            if one not in allowed:
                raise InputError(f"{source}: unknown value {one!r} of {key}", hint=nearest.hint(one, allowed))
    else:
        try:
            CHECKS.get(key.partition(".")[0], _one_line)(key, value)
        except InputError as error:
            raise InputError(f"{source}: {error.what}", where=error.where, hint=error.hint) from error
    return "" if (key, value) == ("health", "none") else value


def written(key: str, value: str) -> str:
    """VALUE of KEY as a person writes it, the other way round than `checked`."""
    return "none" if (key, value) == ("health", "") else value


def _nearest(name: str, known: Iterable[str]) -> str:
    groups = "".join(f", {text.partition(':')[0]}" for text in GROUPS.values())
    return nearest.hint(name, [*KEYS, *ALIASES, *known], f"keys: {', '.join([*KEYS, *known])}{groups}")
