"""Decide how a Python app is built and run."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import given, ignore, migration, probes, process, values
from dockgen.choices import Chooser
from dockgen.errors import InputError, Open, UndecidedError
from dockgen.plans import Account, IgnoreGroup, Plan, Runtime
from dockgen.stacks.python import managers, migrations, servers
from dockgen.stacks.python.build import HOME, UID, PythonBuild, build

if TYPE_CHECKING:
    from collections.abc import Mapping

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
# What of this stays only where the project has it.
SIGNS: Mapping[str, tuple[str, ...]] = {
    "**/.tox": ("tox.ini", "ignored .tox"),
    "**/.nox": ("noxfile.py", "ignored .nox"),
    "**/.hypothesis": ("ignored .hypothesis",),
    "**/.ipynb_checkpoints": ("ignored .ipynb_checkpoints",),
    "**/node_modules": ("package.json", "ignored node_modules"),
    "LICENSE*": (),
    "Makefile": (),
    "tox.ini": (),
    "noxfile.py": (),
    ".pre-commit-config.yaml": (),
    ".editorconfig": (),
}
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
        raise UndecidedError(
            "it is not known how the app starts",
            hint="--set start='python main.py'",
            open=Open(key="start", example="python main.py"),
        )
    kind = pick.text("kind", facts.kind)
    if kind not in KINDS:
        raise InputError(f"unknown kind {kind!r}", hint=f"one of {', '.join(KINDS)}")
    port = pick.port(facts.port) if kind == "web" else None
    start = _at_port(start, facts, port)
    health = _probe(facts, pick, port) if port else None
    apt_build = pick.packages("apt.build", detail.apt_build, _why_build(detail))
    image = values.image(f"python:{values.version(version)}-slim-{detail.suite}")
    made = _with_front_ends(build(detail, manager, detail.entry, image, version, apt_build), detail, pick)
    mode = migration.choose(pick, detail.migration, can_start=kind != "cli" and not settings.get("start"))
    started = start
    if mode == "start" and detail.migration:
        started = migration.before(detail.migration, start, asked=settings.get("migrate") is not None)
    runtime, first = _runtime(pick, detail, made, started, kind, port, health)
    if started != start:
        runtime = replace(runtime, start_period=migration.START_PERIOD)
    about = pick.about(facts.about)
    run_args = tuple(w for name, value in detail.required_env for w in ("-e", f"{name}={value}"))
    below = f"{detail.member.folder}/" if detail.member else ""
    own = tuple(f"{below}{f}" for f in (*detail.readme, *detail.named))
    fronts = tuple(p for f in made.frontends for p in f.sources)
    sources = (*made.manifests, *own, *(name for name, _ in made.kept), *fronts)
    if detail.development:
        sources = (*sources, *detail.development.files)
    plan = Plan(
        stack="python",
        kind=kind,
        framework=framework,
        about=about,
        build=made,
        runtime=runtime,
        ignore=ignore.compose(
            (*_ignored(facts), *ignore.made(m.path for m in made.made)),
            (*sources, *(f"{below}{f}" for f in _code_paths(start))),
            facts.sensitive,
        ),
        sources=sources,
        build_args=given.arguments((*made.secrets, *(s for f in made.frontends for s in f.secrets)), pick),
        choices=pick.made,
        warnings=(*facts.warnings, *migration.told(detail.migration, mode, about.name, run_args), *first.warnings),
        run_args=(*_stdin(detail.entry, kind), *run_args),
    )
    return _for_development(plan, facts, pick) if detail.development else plan


def _for_development(plan: Plan, facts: Facts, pick: Chooser) -> Plan:
    from dockgen.stacks.python import dev  # noqa: PLC0415  (start-up time: only where it is asked for)

    stage, warnings = dev.stage(facts, plan, pick)
    return replace(plan, dev=stage, choices=pick.made, warnings=(*plan.warnings, *warnings))


def _stdin(entry: Entry | None, kind: str) -> tuple[str, ...]:
    """The option of `docker run` for a program that reads what is typed or sent to it."""
    return (entry.stdin,) if entry and entry.stdin and kind == "cli" else ()


def _probe(facts: Facts, pick: Chooser, port: int) -> tuple[str, ...] | None:
    """The health check of an app on PORT: over HTTP if a path is known, else a connection."""
    why = "no health route was found: a connection is tried"
    asked = probes.choose(pick, facts.health, why=why)
    entry = None if pick.is_set("start") else facts.detail.entry
    return probes.python(asked, port, entry.port_variable if entry else "", facts.detail.host)


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
            replace(m, path=posixpath.normpath(posixpath.join(made.home, posixpath.relpath(m.path, at))))
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
    health: tuple[str, ...] | None,
) -> tuple[Runtime, process.Init]:
    """The final stage: what it starts, as whom, with what; and what was decided about process 1."""
    apt = pick.packages("apt.run", detail.apt_run, _why_run(detail))
    first = process.choose(pick, _ending(detail.entry, pick, start, kind), "debian", "Python", apt)
    entrypoint, command = _exec_form(start, kind, first.before, by_name=_is_script(detail.entry, start))
    final = Runtime(
        image=made.image,
        account=pick.account(Account(uid=UID, gid=UID, create=True)),
        workdir=made.workdir,
        path=("/app/.venv/bin",) if detail.template != "none" else (),
        env=_environment(detail, detail.entry, port, made.home),
        apt=tuple(sorted({*apt, *first.packages})),  # whatever the user sets: the entry point must be there
        port=port,
        health=health,
        entrypoint=entrypoint,
        command=command,
        init=first.reason,
        stop_signal=first.stop_signal,
        volumes=made.folders,
    )
    return final, first


def _ignored(facts: Facts) -> tuple[IgnoreGroup, ...]:
    """What the build must not see; a developer's own uploads and databases too."""
    detail: PythonFacts = facts.detail
    left = (ignore.used(group, SIGNS, facts.traces) for group in (LEFTOVERS, WORK))
    below = f"{detail.member.folder}/" if detail.member else ""
    names = tuple(values.path(below + name) for name in detail.state.local)
    local = IgnoreGroup(title="state of the developer's own", patterns=names)
    return (*ignore.COMMON, *left, *((local,) if local.patterns else ()))


def _is_script(entry: Entry | None, start: tuple[str, ...]) -> bool:
    return bool(entry and entry.script == start[0])


def _exec_form(
    start: tuple[str, ...], kind: str, init: tuple[str, ...], *, by_name: bool
) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """Entry point and command: split so that `docker run IMAGE args` reaches a program that takes arguments."""
    if by_name:
        return (*init, start[0]), start[1:] or None
    if kind == "cli":
        return (*init, *start), None
    return init or None, start


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


def _environment(detail: PythonFacts, entry: Entry | None, port: int | None, home: str) -> dict[str, str]:
    env = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}
    env |= {"HOME": HOME} if detail.state.writes_home else {}
    if entry:
        found = entry.port.value if entry.port else None
        for name, value in entry.env:
            env[values.env_name(name)] = str(port) if port and value == str(found) else value
        # An installed project is on the path already.
        roots = [r for r in entry.python_path if not (detail.installs_project and r == "src")]
        env |= migrations.environment(entry, detail.migration)
        if roots or entry.own:
            first = ("/app",) if entry.own else ()  # from there the project is a package
            env["PYTHONPATH"] = ":".join(
                (*first, *(posixpath.join(home, values.path(r)) if r else home for r in roots))
            )
    return env


def _ending(entry: Entry | None, pick: Chooser, start: tuple[str, ...], kind: str) -> process.Ending:
    """How the app ends: as was found, or as the other program does that the user starts."""
    if kind == "cli":
        return process.CLI
    if entry is None or (pick.is_set("start") and start[0] != entry.start.value[0]):
        signal = process.signal_of(start) or (process.TERM if start[0] in servers.BY_NAME else "")
        return process.Ending(signal=signal, why=f"{start[0]} ends at {signal}")
    return process.Ending(
        signal=entry.stops_at, why=entry.stops_why or f"{entry.start.value[0]} ends at {entry.stops_at}"
    )


def _why_build(detail: PythonFacts) -> str:
    reasons = [f"for {', '.join(detail.native)}"] if detail.native else []
    return "; ".join([*reasons, *(["a dependency comes from git"] if detail.has_git else [])])


def _why_run(detail: PythonFacts) -> str:
    reasons = [f"for {', '.join(detail.native)}"] if detail.native else []
    if detail.called:
        reasons.append(f"the code runs {', '.join(detail.called)}")
    return "; ".join(reasons)


def _code_paths(start: tuple[str, ...]) -> tuple[str, ...]:
    """The file that the start command runs, which the ignore file must let through."""
    return tuple(w for w in start if w.endswith(".py") and values.is_path(w))
