"""The stage `dev` of a plan: in a module of its own, for few plans have one."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.plans import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class DevStep:
    """One RUN of the stage `dev`: what is copied before it, the options of its mounts, commands for a shell."""

    comment: str = ""
    copies: tuple[str, ...] = ()  # paths of the project that are copied to their own places
    mounts: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DevCopy:
    """Something that another stage brings or makes; folders have a slash at the end of both paths."""

    stage: str
    source: str
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DevSite:
    """What nginx needs to know of a site whose files are mounted; templates/common/nginx.j2 prints it."""

    port: int
    fallback: str
    not_found: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dev:
    """The stage `dev`: what production stands on, all dependencies, and a command that follows changes of the source.

    The source is not in it: `docker run` mounts the project's folder `source` over `mount`. `volumes` are folders that
    the mount would hide, and folders that are worth keeping.
    """

    image: str  # or the name of a stage before it
    system: str = "debian"
    account: Account
    workdir: str = "/app"
    folder: str = ""  # absolute; where the command starts, if not in workdir
    mount: str = "/app"
    path: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    apt: tuple[str, ...] = ()
    suite: str = ""
    site: DevSite | None = None
    brought: tuple[DevCopy, ...] = ()  # before the steps
    steps: tuple[DevStep, ...] = ()
    made: tuple[DevCopy, ...] = ()  # after them
    folders: tuple[str, ...] = ()  # absolute; made for anyone to write to
    port: int | None = None
    reload: str = ""  # what happens when the source changes, as a sentence
    command: tuple[str, ...]
    source: str = "."  # what of the project is mounted
    read_only: bool = False  # the mount is
    volumes: tuple[str, ...] = ()  # absolute, or NAME:/absolute
    sources: tuple[str, ...] = ()  # paths that the stage copies or mounts while it is built


def named_in(env: Mapping[str, str], folders: tuple[str, ...]) -> tuple[str, ...]:
    """Those of FOLDERS that a variable leads to: of an app that writes elsewhere, they need no place in the image."""
    return tuple(f for f in folders if any(f in value for value in env.values()))
