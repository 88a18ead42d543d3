"""Decide how the build stage of a Python app makes what the image runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dockgen import values
from dockgen.releases import TOOLS
from dockgen.stacks.python import managers
from dockgen.stacks.python.servers import added_version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.stacks.node.stage import FrontendStage, Made
    from dockgen.stacks.python.model import Entry, PythonFacts

UID = 10001
UV = ("uv", "uv-workspace", "pyproject", "script")  # partials that run uv


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonBuild:
    """What templates/python prints. `manifests` are bind-mounted while dependencies are installed."""

    image: str
    suite: str
    install: str  # partial in templates/python/install
    tool: tuple[str, ...]  # requirements of the package manager itself; empty for pip and uv
    has_git: bool  # a dependency comes from git, which has no hashes
    uv_image: str
    manifests: tuple[str, ...]
    requirements: tuple[str, ...]  # files
    packages: tuple[str, ...]  # requirements that a script lists in itself
    groups: tuple[str, ...]  # Poetry's groups of dependencies that are installed
    is_locked: bool
    strict: str  # "--locked " where there is a lock
    installs_project: bool
    needs_source: bool
    source_is_copied: bool  # the build stage has the source
    server: str  # name==version of a server that is added
    env: Mapping[str, str]
    apt: tuple[str, ...]
    native: tuple[str, ...]
    collect_static: str
    migrates: bool  # the build makes the tables of the database
    prepare: tuple[tuple[str, ...], ...]  # commands that the framework wants before the start, as words for a shell
    database: str  # SQLite file or the folder that is kept for it, relative to /app
    database_is_copied: str  # "build" if the build makes it, "context" if the project has it, else ""
    state_folders: tuple[str, ...]  # absolute; they belong to the app
    open_folders: tuple[str, ...]  # absolute; new files may be made there, the app's own stay root's
    owner: str  # uid:gid of the source, "" for root
    workdir: str
    copies_source: bool
    source: str  # what of the context is copied to /app
    package: str  # of a uv workspace; "" for a project that stands alone
    frontends: tuple[FrontendStage, ...] = ()  # stages that build what the app serves
    made: tuple[Made, ...] = ()  # what they make
    shipped: tuple[Made, ...] = ()  # of that, what is not only collected
    left_out: tuple[str, ...] = ()  # folders of which only that is needed


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Where the app may write: what PythonBuild says of databases and folders."""

    database: str = ""
    folder: str = ""
    is_copied: str = ""
    state_folders: tuple[str, ...] = ()
    open_folders: tuple[str, ...] = ()


def build(
    detail: PythonFacts, manager: managers.Manager, entry: Entry | None, image: str, version: str, apt: tuple[str, ...]
) -> PythonBuild:
    """What templates/python print for the build stage, every path and name validated."""
    tool = values.version(detail.tool.value if detail.tool else TOOLS["uv"])
    uv_image = values.image(f"ghcr.io/astral-sh/uv:{tool}") if detail.template in UV else ""
    server = entry.server if entry else ""
    kept = _kept(detail, entry)
    cli_only = bool(entry and entry.script and entry.kind == "cli" and detail.installs_project)
    return PythonBuild(
        image=image,
        suite=detail.suite,
        install=detail.template,
        tool=managers.tool_requirements(manager, tool),
        has_git=detail.has_git,
        uv_image=uv_image,
        manifests=tuple(values.path(m) for m in _manifests(detail, manager)),
        requirements=tuple(values.path(r) for r in detail.roots),
        packages=detail.packages,
        groups=("main", *detail.groups),
        is_locked=bool(detail.lock),
        strict="--locked " if detail.lock else "",
        installs_project=detail.installs_project,
        needs_source=detail.needs_source,
        source_is_copied=detail.installs_project or detail.needs_source or detail.template == "project",
        server=f"{server}=={added_version(server, version)}" if server else "",
        env={values.env_name(k): v for k, v in detail.build_env},
        apt=apt,
        native=detail.native,
        collect_static=detail.static_root,
        migrates=bool(detail.migrate),
        prepare=_prepare(detail, kept.folder),
        database=kept.database,
        database_is_copied=kept.is_copied,
        state_folders=kept.state_folders,
        open_folders=kept.open_folders,
        owner=f"{UID}:{UID}" if detail.state.in_place else "",
        workdir="/app" + (f"/{values.path(entry.workdir)}" if entry and entry.workdir else ""),
        copies_source=not cli_only,
        source=values.path(detail.member.folder) if detail.member else ".",
        package=detail.member.name if detail.member else "",
    )


def _manifests(detail: PythonFacts, manager: managers.Manager) -> tuple[str, ...]:
    """The files that are there while dependencies are installed."""
    lock = (detail.lock,) if detail.lock else ()
    if detail.member:
        return detail.member.manifests
    if manager.name == "pip":
        return detail.requirements
    if manager.name == "pipenv":
        return ("Pipfile", *lock)
    if detail.template in ("none", "project", "script"):
        return ()
    return ("pyproject.toml", *lock)


def _prepare(detail: PythonFacts, folder: str) -> tuple[tuple[str, ...], ...]:
    """The commands that make static files and tables; what the settings ask for has a value meanwhile."""
    dummies = tuple(f"{values.env_name(k)}={v}" for k, v in detail.dummy_env)
    manage = (*dummies, "/app/.venv/bin/python", "manage.py")
    commands: list[tuple[str, ...]] = []
    if detail.static_root:
        commands.append((*manage, "collectstatic", "--noinput"))
    if detail.compresses:
        commands.append((*manage, "compress", "--force"))
    if detail.migrate:
        commands += [("mkdir", "-p", folder)] if folder else []
        program, *arguments = detail.migrate
        commands.append((*dummies, f"/app/.venv/bin/{program}", *arguments))
    return tuple(commands)


def _kept(detail: PythonFacts, entry: Entry | None) -> Kept:
    """The SQLite file, if something that stays up writes it, and the folders that are the app's own."""
    found = detail.state.database
    database = found.value if found and (entry is None or entry.kind != "cli") else ""
    folder = database.rpartition("/")[0]
    own = (folder,) if database and detail.database_has_folder else ()
    kept = folder if own and detail.migrate else database
    # The build makes what is migrated, and copies it as a whole.
    folders = [f for f in sorted({*detail.state.folders, *own}) if f != kept or not detail.migrate]
    journal = (f"/app/{folder}" if folder else "/app",) if database else ()  # SQLite's, beside the file
    return Kept(
        database=values.path(kept) if kept else "",
        folder=f"/app/{values.path(folder)}" if folder else "",
        is_copied="build" if detail.migrate else "context" if database in detail.committed else "",
        state_folders=tuple(f"/app/{values.path(f)}" for f in folders),
        open_folders=() if own else journal,
    )
