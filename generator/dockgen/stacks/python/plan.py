"""Decide how a Python app is built and run."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import ignore, migration, values
from dockgen.choices import Chooser
from dockgen.errors import InputError, UndecidedError
from dockgen.plan import TINI, Account, IgnoreGroup, Plan, Runtime
from dockgen.stacks.python import managers, migrations
from dockgen.stacks.python.build import HOME, UID, PythonBuild, build

if TYPE_CHECKING:
    from dockgen.facts import Facts
    from dockgen.settings import Settings
    from dockgen.stacks.python.model import Entry, PythonFacts

KINDS = ("web", "worker", "job", "cli")
LEFTOVERS = IgnoreGroup(
    title="Python leftovers",
    patterns=(
        "**/__pycache__", "**/*.py[cod]", "**/.venv", "**/venv", "**/*.egg-info", "**/.pytest_cache", "**/.mypy_cache",
        "**/.ruff_cache", "**/.tox", "**/.nox", "**/.coverage*", "**/htmlcov", "**/.hypothesis",
        "**/.ipynb_checkpoints", "**/node_modules", "build", "dist",
    ),
)  # fmt: skip
WORK = IgnoreGroup(
    title="not needed to run",
    patterns=(
        "docs", "tests", "test", "*.md", "LICENSE*", "Makefile", "tox.ini", "noxfile.py", ".pre-commit-config.yaml",
        ".editorconfig",
    ),
)  # fmt: skip


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
    if kind not in KINDS:
        raise InputError(f"unknown kind {kind!r}", hint=f"one of {', '.join(KINDS)}")
    port = pick.port(facts.port) if kind == "web" else None
    start = _at_port(start, facts, port)
    health = (
        pick.text("health", facts.health, missing="tcp" if port else "", why="the port accepts connections")
        if port
        else ""
    )
    apt_build = pick.packages("apt.build", detail.apt_build, _why_build(detail))
    image = values.image(f"python:{values.version(version)}-slim-{detail.suite}")
    made = _with_front_ends(build(detail, manager, detail.entry, image, version, apt_build), detail, pick)
    mode = migration.choose(pick, detail.migration, can_start=kind != "cli" and not settings.get("start"))
    started = start
    if mode == "start" and detail.migration:
        started = migration.before(detail.migration, start, asked=settings.get("migrate") is not None)
    runtime = _runtime(pick, detail, made, started, kind, port, health)
    about = pick.about(facts.about)
    run_args = tuple(w for name, value in detail.required_env for w in ("-e", f"{name}={value}"))
    below = f"{detail.member.folder}/" if detail.member else ""
    own = tuple(f"{below}{f}" for f in (*detail.readme, *detail.named))
    fronts = tuple(p for f in made.frontends for p in f.sources)
    sources = (*made.manifests, *own, *(name for name, _ in made.kept), *fronts)
    return Plan(
        stack="python",
        kind=kind,
        framework=framework,
        about=about,
        build=made,
        runtime=runtime,
        ignore=ignore.compose(
            (*_ignored(detail), *ignore.made(m.path for m in made.made)),
            (*sources, *(f"{below}{f}" for f in _code_paths(start))),
        ),
        sources=sources,
        choices=pick.made,
        warnings=(*facts.warnings, *migration.told(detail.migration, mode, about.name, run_args)),
        run_args=run_args,
    )


def _with_front_ends(made: PythonBuild, detail: PythonFacts, pick: Chooser) -> PythonBuild:
    """MADE with the stages of the front-ends that the app serves."""
    if not detail.frontends:
        return made
    from dockgen.stacks.node import stage  # noqa: PLC0415  (start-up time: few apps have one)

    at = detail.member.folder if detail.member else "."
    stages = stage.stages(detail.frontends, pick)
    files = tuple(m for s in stages for m in s.made)
    return replace(
        made,
        frontends=stages,
        made=files,
        shipped=tuple(
            replace(m, path=posixpath.normpath(posixpath.join("/app", posixpath.relpath(m.path, at))))
            for m in files
            if not (made.collect_static and m.path.endswith("node_modules"))
        ),
        left_out=tuple(values.path(f) for f in detail.front_end_folders),
    )


def _runtime(
    pick: Chooser,
    detail: PythonFacts,
    made: PythonBuild,
    start: tuple[str, ...],
    kind: str,
    port: int | None,
    health: str,
) -> Runtime:
    """The final stage: what it starts, as whom, with what."""
    init = _needs_init(detail.entry, kind)
    entrypoint, command = _exec_form(start, kind, init=init, by_name=_is_script(detail.entry, start))
    apt = pick.packages("apt.run", detail.apt_run, _why_run(detail))
    if init:  # whatever packages the user sets: the entry point must be there
        apt = tuple(sorted({*apt, "tini"}))
        pick.note("init", "tini", "default", "as PID 1 Python ignores SIGTERM, and nothing in the code handles it")
    return Runtime(
        image=made.image,
        account=Account(uid=UID, gid=UID, create=True),
        workdir=made.workdir,
        path=("/app/.venv/bin",) if detail.template != "none" else (),
        env=_environment(detail, detail.entry, port),
        apt=apt,
        port=port,
        health=_probe(port, health),
        entrypoint=entrypoint,
        command=command,
        volumes=made.folders,
    )


def _ignored(detail: PythonFacts) -> tuple[IgnoreGroup, ...]:
    """What the build must not see; a developer's own uploads and databases too, there or not yet."""
    below = f"{detail.member.folder}/" if detail.member else ""
    names = tuple(values.path(below + name) for name in detail.state.local)
    local = IgnoreGroup(title="state of the developer's own", patterns=names)
    return (*ignore.COMMON, LEFTOVERS, WORK, *((local,) if local.patterns else ()))


def _is_script(entry: Entry | None, start: tuple[str, ...]) -> bool:
    return bool(entry and entry.script == start[0])


def _exec_form(
    start: tuple[str, ...], kind: str, *, init: bool, by_name: bool
) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """Entry point and command: split so that `docker run IMAGE args` reaches a program that takes arguments."""
    if init and by_name:
        return (*TINI, start[0]), start[1:] or None
    if init:
        return TINI, start
    if by_name:
        return start[:1], start[1:] or None
    return (start, None) if kind == "cli" else (None, start)


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
    env |= {"HOME": HOME} if detail.state.writes_home else {}
    if entry:
        found = entry.port.value if entry.port else None
        for name, value in entry.env:
            env[values.env_name(name)] = str(port) if port and value == str(found) else value
        # An installed project is on the path already.
        roots = [r for r in entry.python_path if not (detail.installs_project and r == "src")]
        env |= migrations.environment(entry, detail.migration)
        if roots:
            env["PYTHONPATH"] = ":".join(f"/app/{values.path(r)}" if r else "/app" for r in roots)
    return env


def _needs_init(entry: Entry | None, kind: str) -> bool:
    """True if nothing in the app ends it on SIGTERM, which Python as PID 1 ignores (best-practices.md §0.8)."""
    return kind != "cli" and (entry is None or not entry.handles_sigterm)


def _why_build(detail: PythonFacts) -> str:
    reasons = [f"for {', '.join(detail.native)}"] if detail.native else []
    return "; ".join([*reasons, *(["a dependency comes from git"] if detail.has_git else [])])


def _why_run(detail: PythonFacts) -> str:
    reasons = [f"for {', '.join(detail.native)}"] if detail.native else []
    if detail.called:
        reasons.append(f"the code runs {', '.join(detail.called)}")
    return "; ".join(reasons)


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
