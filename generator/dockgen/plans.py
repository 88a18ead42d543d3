"""The plan: everything that will be built, decided, printable and JSON-serialisable, with the reason of each choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, fields, is_dataclass
from typing import TYPE_CHECKING, Any

from dockgen.records import dataclass

if TYPE_CHECKING:
    from dockgen.dev import Dev
    from dockgen.facts import About


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One decision: the key a user can set, its value, where it came from (flag, detection, default …) and why.

    `confidence` (0 to 100) says how far it is believed, `rivals` what else it could have been, each with its place.
    """

    key: str
    value: str
    source: str
    reason: str
    confidence: int
    rivals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The account that the app runs as; `create` if the base image does not have it, and its group as well."""

    uid: int
    gid: int
    create: bool = False  # the account has to be made
    create_group: bool = True  # and its group as well


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How the Dockerfile is written, whatever it builds; the settings of the same names say it."""

    comments: str = "short"  # none | short | teach
    syntax: bool = True  # the line `# syntax=`
    versions: str = "literal"  # of base images: literal | arg
    builder: str = "buildkit"  # buildkit | podman
    registry: str = ""  # where images come from, instead of their own registries


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """The final stage, common to all stacks; `entrypoint`, `command` and the probe `health` are argv lists.

    `system` is what the image stands on, where instructions differ: debian, alpine, or none if it has no shell.
    """

    image: str  # what FROM names
    system: str = "debian"  # debian | alpine | none
    upgrade: bool = False  # the system's packages are upgraded
    rootless: bool = False  # the base image has a USER of its own
    account: Account  # that the app runs as
    workdir: str = "/app"  # where the app starts
    path: tuple[str, ...] = ()  # folders put before the image's PATH
    env: Mapping[str, str]  # variables of the running app
    apt: tuple[str, ...] = ()  # packages of the system, by its own names
    port: int | None = None  # that the app listens on
    health: tuple[str, ...] | None = None  # the command that says whether the app is well
    start_period: int = 15  # seconds in which an unhealthy app is still starting
    entrypoint: tuple[str, ...] | None = None  # what stands before the command
    command: tuple[str, ...] | None = None  # the app's process
    init: str = ""  # why the entry point is tini; "" if it is not
    stop_signal: str | None = None  # that asks the app to stop, if not SIGTERM
    volumes: tuple[str, ...] = ()  # absolute; folders that the app writes, and that outlive the container
    writable: tuple[str, ...] = ()  # absolute; those of the volumes that the setting `writable` asks for
    folders: tuple[str, ...] = ()  # absolute; folders that belong to the app, in an image without a shell to make them
    empty: str = ""  # the stage whose /mnt, which is empty, they are copied from


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnoreGroup:
    """Lines of the .dockerignore that belong together, under one comment."""

    title: str
    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a Dockerfile will say. `build` is the stack's own dataclass; the templates of the stack print it."""

    schema: int = 1  # of this data
    stack: str  # python | node | go | static
    kind: str  # web | worker | job | cli | static
    framework: str | None
    about: About
    build: Any  # how it is built
    runtime: Runtime  # the image that ships
    ignore: tuple[IgnoreGroup, ...]  # the .dockerignore
    sources: tuple[str, ...]  # paths that the Dockerfile copies or mounts; .dockerignore must let them through
    choices: tuple[Choice, ...]  # each decision with its reason
    warnings: tuple[str, ...] = ()  # what the user is told
    build_args: tuple[str, ...] = ()  # of `docker build`, such as ("--ssh", "default"); files may be in $HOME/
    run_args: tuple[str, ...] = ()  # what `docker run` needs besides the port, such as ("-e", "SECRET_KEY=change-me")
    style: Style = field(default_factory=Style)  # applied after the templates
    dev: Dev | None = None  # the stage for development, where it is asked for
    notes: tuple[str, ...] = ()  # what a reader of the Dockerfile has to know first
    labels: Mapping[str, str] = field(default_factory=dict)  # the user's own
    extra: Mapping[str, str] = field(default_factory=dict)  # instructions by slot: before_user, after_base …
    packs: Mapping[str, Mapping[str, str | int | bool | tuple[str, ...]]] = field(default_factory=dict)  # their options


def to_data(value: Any) -> Any:
    """VALUE as plain data (dict, list, str, int, bool, None), for JSON and for the templates' context."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_data(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(k): to_data(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, frozenset, set)):
        return [to_data(v) for v in (sorted(value) if isinstance(value, (set, frozenset)) else value)]
    if value is None or isinstance(value, (str, int, bool)):
        return value
    raise TypeError(f"not plain data: {type(value).__name__}")
