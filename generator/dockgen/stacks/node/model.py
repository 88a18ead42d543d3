"""What detection knows of a Node project beyond the common facts, and what the templates print of it."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.facts import Fact
    from dockgen.given import Secret
    from dockgen.stacks.node.buildenv import BuildEnv
    from dockgen.stacks.node.development import Development
    from dockgen.stacks.node.frontend import Frontend
    from dockgen.stacks.node.lifecycle import Lifecycle
    from dockgen.stacks.node.managers import ManagerFacts
    from dockgen.stacks.node.native import NativeFacts
    from dockgen.stacks.node.package import Package
    from dockgen.stacks.node.schema import Schema
    from dockgen.stacks.node.serving import Serving
    from dockgen.stacks.node.source import SourceFacts
    from dockgen.stacks.node.stage import FrontendStage
    from dockgen.stacks.node.storage import Storage

# Folders of data that a compiled server reads while it runs.
DATA = ("assets", "config", "content", "data", "db", "drizzle", "emails", "fonts", "i18n", "lang", "locales",
    "messages", "migrations", "posts", "prisma", "proto", "protos", "public", "resources", "schema", "seeds",
    "static", "swagger", "templates", "translations", "views")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """What runs.

    `output` are the folders that a build makes and the start needs (of a site: its one folder). `bundled`: they need no
    node_modules. `keep_dev`: the start needs development dependencies. `before`: scripts that run ahead of the start.
    """

    kind: Fact[str]  # web | worker | cli | static
    framework: Fact[str] | None = None
    title: str = ""
    start: Fact[tuple[str, ...]] | None = None
    build: Fact[tuple[str, ...]] | None = None
    output: tuple[str, ...] = ()
    bundled: bool = False
    standalone: bool = False  # Next.js: .next/standalone holds the whole app
    keep_dev: bool = False
    folder: str = ""
    port: int | None = None
    reads_port: bool = False
    stops: bool = False
    may_not_listen: bool = False  # a bot with a server, which its configuration may leave out
    entry: str | None = None
    source: SourceFacts | None = None  # what the files behind the entry say, where they were read
    env: Mapping[str, str] = field(default_factory=dict)
    build_env: Mapping[str, str] = field(default_factory=dict)
    caches: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()  # folders that the framework writes to while it runs
    fallback: str = ""  # of a site: the page that answers for unknown paths
    not_found: str = ""  # of a site: the page that is sent with status 404
    serving: Serving | None = None  # of a site: how its files are served
    migrates: str = ""  # a migration that the start script runs first
    built: bool = False  # the file that starts is made by the build
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What an app has in common with the other packages of its workspace. Folders are relative to the root.

    `needed`: the folders of the packages that the build needs, each after those that it depends on itself, the app
    among them; `shipped`: those that the running app needs; `apps`: those that are apps of their own.
    """

    path: str
    name: str
    root: Package
    files: tuple[str, ...]  # top-level files and folders of the root, the latter with a slash
    own: tuple[str, ...]  # those of the app
    needed: tuple[str, ...]
    shipped: tuple[str, ...]
    members: tuple[str, ...]
    packages: Mapping[str, Package]
    schemas: tuple[str, ...] = ()  # folders with a Prisma schema
    runner: str = ""  # turbo, nx or ""
    apps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeFacts:
    """Everything that the planner reads besides the common facts."""

    package: Package
    manager: ManagerFacts
    said: str  # what the project says about its Node
    app: App
    source: SourceFacts
    lifecycle: Lifecycle
    native: NativeFacts
    files: tuple[str, ...]  # top-level files and folders, the latter with a slash
    secrets: tuple[Secret, ...] = ()  # that the installation needs
    build_env: BuildEnv  # what the build wants from its environment
    required: Mapping[str, str] = field(default_factory=dict)  # variables that the app does not start without
    schema: Schema | None = None  # how the database's schema is brought up to date
    extra: tuple[str, ...] = ()  # files of the project that the image needs besides the app's own
    members: tuple[str, ...] = ()  # manifests of workspace packages
    storage: Storage  # where the app writes
    fronts: tuple[Frontend, ...] = ()  # in folders of their own, whose build the server sends out
    front_folders: tuple[str, ...] = ()  # of those, the ones that the server does not read itself
    shared: Shared | None = None  # the workspace that the app belongs to
    development: Development | None = None  # where a stage for it is asked for


@dataclass(frozen=True, slots=True)
class Cache:
    """A cache mount."""

    id: str
    target: str
    sharing: str = "shared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One RUN: a comment above it, files copied before it, files mounted into it, caches, commands chained by &&."""

    comment: str = ""
    folder: str = ""  # where the files below lie in the project: "web/", or "" for its top
    copies: tuple[str, ...] = ()  # files and folders of the project, copied to their own places
    mounts: tuple[str, ...] = ()  # files of the project, mounted for this step only
    writable: bool = False  # mounted files may be changed; the changes are thrown away
    secrets: tuple[Secret, ...] = ()  # what `docker build --secret` and `--ssh` bring
    caches: tuple[Cache, ...] = ()
    commands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One COPY into the final stage, from a stage ("" for the project itself)."""

    stage: str
    sources: tuple[str, ...]
    target: str
    exclude: tuple[str, ...] = ()
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One build stage: what it stands on, and its steps."""

    name: str
    comment: str
    image: str
    first: bool = False  # stands on an image, not on another stage: sets up work folder and tools
    source: bool = False  # copies the whole project before its steps
    steps: tuple[Step, ...] = ()
    arguments: Mapping[str, str | None] = field(default_factory=dict)  # of `docker build`, with their defaults
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeBuild:
    """What the templates of the stack print."""

    suite: str
    apt: tuple[str, ...]
    env: Mapping[str, str]
    bun_image: str | None  # where the bun binary comes from, if the base image does not have it
    setup: Step | None  # installs the package manager
    stages: tuple[Stage, ...]
    copies: tuple[Copy, ...]
    places: tuple[str, ...]  # commands that make what belongs to the app's user
    workdir: str  # where files are copied to; the app may start in a folder below
    root: bool = False  # the images that build have to be told to run as root
    port: int | None = None
    fallback: str = "=404"
    not_found: str | None = None
    is_site: bool = False
    frontends: tuple[FrontendStage, ...] = ()
    base: str = ""  # of a site: the path below which it lives, with slashes at both ends; "" for the root
    hashed: str = ""  # of a site: the path below which files may be kept for ever
    compressed: bool = False  # of a site: .gz files lie beside its files
