"""Decide how a Python app is built and run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dockgen import ignore, values
from dockgen.choices import Chooser
from dockgen.errors import UndecidedError
from dockgen.plan import Account, IgnoreGroup, Plan, Runtime
from dockgen.releases import TOOLS
from dockgen.stacks.python import managers
from dockgen.stacks.python.frameworks import added_version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.facts import Facts
    from dockgen.settings import Settings
    from dockgen.stacks.python.detect import PythonFacts
    from dockgen.stacks.python.entry import Entry

UID = 10001
TINI = "/usr/bin/tini"
LEFTOVERS = IgnoreGroup(
    title="Python leftovers",
    patterns=("**/__pycache__", "**/*.py[cod]", "**/.venv", "**/venv", "**/*.egg-info", "**/.pytest_cache", "**/.mypy_cache",
              "**/.ruff_cache", "**/.tox", "**/.nox", "**/.coverage*", "**/htmlcov", "**/.hypothesis", "**/.ipynb_checkpoints",
              "**/node_modules", "build", "dist"),
)  # fmt: skip
WORK = IgnoreGroup(
    title="not needed to run",
    patterns=(
        "docs",
        "tests",
        "test",
        "*.md",
        "LICENSE*",
        "Makefile",
        "tox.ini",
        "noxfile.py",
        ".pre-commit-config.yaml",
        ".editorconfig",
    ),
)


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
    requirements: tuple[str, ...]
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
    compress: bool  # django-compressor makes its files ahead of time
    migrate: tuple[str, ...]  # argv that makes the tables of the database
    dummy_env: tuple[str, ...]  # NAME=value words for the commands that import the settings
    database: str  # SQLite file or the folder that is kept for it, relative to /app
    database_folder: str  # absolute; "" if the file lies in /app itself
    database_is_copied: str  # "build" if the build makes it, "context" if the project has it, else ""
    state_folders: tuple[str, ...]  # absolute; they belong to the app
    open_folders: tuple[str, ...]  # absolute; new files may be made there, the app's own stay root's
    owner: str  # uid:gid of the source, "" for root
    workdir: str
    copies_source: bool


def decide(facts: Facts, settings: Settings) -> Plan:
    """The plan for a Python app. UndecidedError if it is not known how it starts."""
    detail: PythonFacts = facts.detail
    pick = Chooser(settings)
    version = pick.text("version", facts.version)
    manager = managers.BY_NAME[pick.text("manager", facts.manager)]
    framework = pick.text("framework", facts.framework) or None
    start = pick.argv("start", facts.start)
    if start is None:
        raise UndecidedError("it is not known how the app starts", hint="--set start='python main.py'")
    kind = pick.text("kind", facts.kind)
    port = pick.port(facts.port) if kind == "web" else None
    start = _at_port(start, facts, port)
    health = (
        pick.text("health", facts.health, missing="tcp" if port else "", why="the port accepts connections")
        if port
        else ""
    )
    apt_build = pick.packages("apt.build", detail.apt_build, f"for {', '.join(detail.native)}")
    image = values.image(f"python:{values.version(version)}-slim-{detail.suite}")
    entry = detail.entry
    build = _build(detail, manager, entry, image, version, apt_build)
    init = _needs_init(entry, kind)
    by_name = bool(entry and entry.script == start[0])  # `docker run IMAGE args` reaches the program
    apt_run = pick.packages("apt.run", (*detail.apt_run, *(("tini",) if init else ())), _why_run(detail, init=init))
    runtime = Runtime(
        image=image,
        account=Account(uid=UID, gid=UID, create=True),
        workdir=build.workdir,
        path=("/app/.venv/bin",) if detail.template != "none" else (),
        env=_environment(detail, entry, port),
        apt=apt_run,
        port=port,
        health=_probe(port, health),
        entrypoint=(TINI, "--") if init else start[:1] if by_name else start if kind == "cli" else None,
        command=start if init or not (by_name or kind == "cli") else start[1:] if by_name else None,
    )
    sources = (*build.manifests, *detail.readme, *detail.named)
    return Plan(
        stack="python",
        kind=kind,
        framework=framework,
        about=pick.about(facts.about),
        build=build,
        runtime=runtime,
        ignore=ignore.compose((*ignore.COMMON, LEFTOVERS, WORK), (*sources, *_code_paths(start))),
        sources=sources,
        choices=pick.made,
        warnings=facts.warnings,
        run_args=tuple(w for name in detail.required_env for w in ("-e", f"{name}=change-me")),
    )


def _build(
    detail: PythonFacts, manager: managers.Manager, entry: Entry | None, image: str, version: str, apt: tuple[str, ...]
) -> PythonBuild:
    lock = detail.lock
    manifests: tuple[str, ...]
    template = detail.template
    if manager.name == "pip":
        manifests = detail.requirements
    elif manager.name == "pipenv":
        manifests = ("Pipfile", *((lock,) if lock else ()))
    elif template in ("none", "project"):
        manifests = ()
    else:
        manifests = ("pyproject.toml", *((lock,) if lock else ()))
    tool = detail.tool.value if detail.tool else TOOLS["uv"]
    server = entry.server if entry else ""
    database = detail.state.database.value if detail.state.database and (entry is None or entry.kind != "cli") else ""
    own = (database.rpartition("/")[0],) if database and detail.database_has_folder else ()
    kept = own[0] if own and detail.migrate else database
    cli_only = bool(entry and entry.script and entry.kind == "cli" and detail.installs_project)
    return PythonBuild(
        image=image,
        suite=detail.suite,
        install=template,
        tool=managers.tool_requirements(manager, values.version(tool)),
        has_git=detail.has_git,
        uv_image=values.image(f"ghcr.io/astral-sh/uv:{values.version(tool)}")
        if template in ("uv", "pyproject")
        else "",
        manifests=tuple(values.path(m) for m in manifests),
        requirements=tuple(values.path(r) for r in detail.roots),
        is_locked=bool(lock),
        strict="--locked " if lock else "",
        installs_project=detail.installs_project,
        needs_source=detail.needs_source,
        source_is_copied=detail.installs_project or detail.needs_source or template == "project",
        server=f"{server}=={added_version(server, version)}" if server else "",
        env={values.env_name(k): v for k, v in detail.build_env},
        apt=apt,
        native=detail.native,
        collect_static=detail.static_root,
        compress=detail.compresses,
        migrate=detail.migrate,
        database=values.path(kept) if kept else "",
        database_folder=f"/app/{values.path(database.rpartition('/')[0])}" if "/" in database else "",
        database_is_copied="build" if detail.migrate else "context" if database in detail.committed else "",
        state_folders=tuple(
            f"/app/{values.path(f)}" for f in sorted({*detail.state.folders, *own}) if f != kept or not detail.migrate
        ),
        open_folders=() if own else _open_folders(database),
        owner=f"{UID}:{UID}" if detail.state.in_place else "",
        dummy_env=tuple(f"{values.env_name(k)}={v}" for k, v in detail.dummy_env),
        workdir="/app" + (f"/{values.path(entry.workdir)}" if entry and entry.workdir else ""),
        copies_source=not cli_only,
    )


def _open_folders(database: str) -> tuple[str, ...]:
    """The folder in which SQLite keeps its journal."""
    folder = database.rpartition("/")[0]
    return (f"/app/{folder}" if folder else "/app",) if database else ()


def _at_port(start: tuple[str, ...], facts: Facts, port: int | None) -> tuple[str, ...]:
    """The start command with the port that the user set in place of the one that was found."""
    if (
        port is None
        or facts.port is None
        or port == facts.port.value
        or facts.start is None
        or start != facts.start.value
    ):
        return start
    old = str(facts.port.value)
    return tuple(w.removesuffix(old) + str(port) if w.endswith((f":{old}", f"={old}")) else w for w in start)


def _environment(detail: PythonFacts, entry: Entry | None, port: int | None) -> dict[str, str]:
    env = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}
    if entry:
        found = entry.port.value if entry.port else None
        for name, value in entry.env:
            env[values.env_name(name)] = str(port) if port and value == str(found) else value
        # An installed project is on the path already.
        roots = [r for r in entry.python_path if not (detail.installs_project and r == "src")]
        if roots:
            env["PYTHONPATH"] = ":".join(f"/app/{values.path(r)}" if r else "/app" for r in roots)
    return env


def _needs_init(entry: Entry | None, kind: str) -> bool:
    """True if nothing in the app ends it on SIGTERM, which Python as PID 1 ignores (best-practices.md §0.8)."""
    return kind != "cli" and (entry is None or not entry.handles_sigterm)


def _why_run(detail: PythonFacts, *, init: bool) -> str:
    reasons = [f"for {', '.join(detail.native)}"] if detail.native else []
    return "; ".join([*reasons, *(["tini ends the app on SIGTERM"] if init else [])])


def _probe(port: int | None, health: str) -> tuple[str, ...] | None:
    """The argv of the health check: by Python itself, over HTTP if a path is known, else a connection."""
    if not port or not health:
        return None
    if health == "tcp":
        return ("python", "-c", f"import socket; socket.create_connection(('127.0.0.1', {port}), 3).close()")
    path = values.text(health, "health path")
    if not path.startswith("/") or any(c in path for c in "'\\ "):
        raise UndecidedError(f"not a path that can be asked for: {path!r}", hint="such as --set health=/healthz")
    return (
        "python",
        "-c",
        f"import urllib.request; urllib.request.urlopen('http://127.0.0.1:{port}{path}', timeout=3)",
    )


def _code_paths(start: tuple[str, ...]) -> tuple[str, ...]:
    """The file that the start command runs, which the ignore file must let through."""
    return tuple(w for w in start if w.endswith(".py") and values.is_path(w))
