"""What the parts of the Python stack hand to one another: how the app starts, and what is known when that is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen import process
from dockgen.facts import Fact, Rejected
from dockgen.records import dataclass
from dockgen.stacks.python.frameworks import BRINGS, Framework

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.given import Secret
    from dockgen.migration import Migration
    from dockgen.stacks.node.frontend import Frontend
    from dockgen.stacks.python.commands import Line
    from dockgen.stacks.python.dev import Development
    from dockgen.stacks.python.manifests import Script
    from dockgen.stacks.python.state import State

Lost = tuple[Rejected[tuple[str, ...]], ...]  # the start commands that lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """How the app starts: argv, working directory and import path in the image, and what must be added to run it."""

    start: Fact[tuple[str, ...]]
    kind: str
    framework: Framework | None
    port: Fact[int] | None = None
    port_variable: str = ""  # that changes the port when the container starts
    health: Fact[str] | None = None
    env: tuple[tuple[str, str], ...] = ()
    workdir: str = ""  # relative to the project
    python_path: tuple[str, ...] = ()  # relative to the project
    server: str = ""  # distribution that is added because the project has none
    script: str = ""  # console script that the project must be installed for
    own: str = ""  # the package by whose name the code imports the project's own folder
    is_package: bool = False  # that folder has an __init__.py
    stdin: str = ""  # the option of `docker run` that it needs to be talked to, such as "-i"
    stops_at: str = process.TERM  # the signal at which it ends by itself as PID 1, "" if it ignores them
    stops_why: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What entry detection may look at: names and versions of the packages that will be installed, and the Python."""

    packages: Mapping[str, str]  # normalised name -> version, "" if not pinned
    extras: frozenset[tuple[str, str]]  # (name, extra); ("name", "") for the name itself
    python: str
    scripts: tuple[Script, ...]
    name: str
    installs_project: bool
    manager: str = ""
    script: str = ""  # the file that lists its dependencies in itself
    start: str = ""  # the start command that the user gave
    told: tuple[Line, ...] = ()  # commands in other tools' files
    musl: bool = False  # it runs on Alpine, whose C library other wheels are for

    def starts(self, path: str, name: str = "") -> Line | None:
        """The first command of another tool's file that starts the file PATH (the object NAME in it)."""
        return next((t for t in self.told if t.names(path) and (not t.name or not name or t.name == name)), None)

    def has(self, package: str) -> bool:
        """True if PACKAGE is installed, or comes with something that is."""
        return package in self.packages or any(
            package in brought for pair, brought in BRINGS.items() if pair in self.extras
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An app that is a package of a uv workspace: its folder in it, its name, and the manifests of all packages."""

    folder: str
    name: str
    manifests: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonFacts:
    """What only the Python planner reads. Paths are relative to the project; packages are Debian's, sorted."""

    entry: Entry | None
    template: str  # partial in templates/python/install
    roots: tuple[str, ...]  # requirements files that pip is given
    requirements: tuple[str, ...]  # those and what they include
    packages: tuple[str, ...]  # requirements that a script lists in itself, as written
    lock: str
    is_stale: bool  # the lock is older than its manifest
    extras: tuple[str, ...]  # of the project's own, those that the app needs
    groups: tuple[str, ...]  # of dependencies, beside the main one
    no_groups: tuple[str, ...]  # uv's, which it would install unasked
    constraints: tuple[str, ...]  # files that pip is given beside the requirements
    held: tuple[str, ...]  # requirements that keep back what the list leaves open and would not run
    hashed: frozenset[str] | None  # the names in requirements with hashes: pip then wants a hash of everything
    secrets: tuple[Secret, ...]  # credentials for private indexes
    over_ssh: str  # the file that names a repository which is fetched over SSH, "" if none does
    tool: Fact[str] | None
    installs_project: bool
    needs_source: bool  # dependencies cannot be installed before the source is there
    apt_build: tuple[str, ...]
    apt_run: tuple[str, ...]
    native: tuple[str, ...]  # the Python packages that want them
    called: tuple[str, ...]  # the programs that the code runs
    suite: str
    build_env: tuple[tuple[str, str], ...]
    manage: str  # Django's manage.py; "" if there is none
    static_root: str  # what collectstatic fills; "" if it is not run
    dummy_env: tuple[tuple[str, str], ...]
    required_env: tuple[tuple[str, str], ...]  # without which the app does not start, with a value of the right kind
    state: State
    migration: Migration | None
    has_git: bool
    compresses: bool  # django-compressor works ahead of time
    named: tuple[str, ...]  # files and folders outside the code that the code names
    readme: tuple[str, ...]  # files that the build back end reads
    host: str = ""  # the name by which the app must be called, if it answers to no other
    member: Member | None = None
    frontends: tuple[Frontend, ...] = ()  # whose build the app serves
    front_end_folders: tuple[str, ...] = ()  # of those, the folders that the app itself does not read
    development: Development | None = None  # where a stage for it is asked for
