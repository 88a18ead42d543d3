"""Detect a Python app: its manager, its Python, its framework and how it starts."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dockgen import lazy, support
from dockgen.errors import InputError, Open, UndecidedError, Way
from dockgen.facts import Evidence, Fact, Facts, assumed
from dockgen.stacks import workspaces
from dockgen.stacks.python import (
    called,
    commands,
    dependencies,
    django,
    entry,
    environment,
    extras,
    health,
    held,
    indexes,
    itself,
    kinds,
    limits,
    managers,
    metadata,
    migrations,
    missing,
    native,
    notes,
    state,
    statements,
    tools,
    urls,
    versions,
)
from dockgen.stacks.python.code import Code
from dockgen.stacks.python.debian import GONE
from dockgen.stacks.python.frameworks import BOTS
from dockgen.stacks.python.manifests import scripts, table
from dockgen.stacks.python.model import Known, Member, PythonFacts
from dockgen.stacks.python.ranges import upper
from dockgen.stacks.python.state import State
from dockgen.values import is_plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockgen.migration import Migration
    from dockgen.project import Project
    from dockgen.settings import Settings
    from dockgen.stacks.node.frontend import Frontend
    from dockgen.stacks.python.dependencies import Dependencies
    from dockgen.stacks.python.dev import Development
    from dockgen.stacks.python.django import Django
    from dockgen.stacks.python.environment import Variable
    from dockgen.stacks.python.model import Entry

# Files that are imported by their name in a text, as in `app.config.from_object("config.Production")`.
_CONFIGURES = lazy.pattern(r"(^|/)(?:[^/]*_)?(?:config|configs|settings|conf|constants)(?:_[^/]*)?(?:\.py$|/)")


def detect(project: Project, stack: Fact[str], settings: Settings) -> Facts:
    """The facts about a Python app. UndecidedError if there is nothing to run and no start command was given."""
    data = project.toml("pyproject.toml") if project.has("pyproject.toml") else {}
    if not settings.get("start"):
        _require_package(project, data)
    wanted = dependencies.read(project, data, settings)
    code = Code(project)
    chosen = _version(project, data, wanted, code, settings)
    version = chosen.version
    line = ".".join(version.value.split(".")[:2])
    known = _known(project, data, wanted, line, settings)
    found = entry.find(project, code, known)
    if found and code.own:
        found = itself.started(code, found, code.reachable([_file(found)]))
    if not settings.get("start"):
        kinds.check(project, code, data, found)
    if found is None and not settings.get("start"):
        several = known.scripts if known.installs_project else ()
        hint = several[0].name if several else "'python -m package'"
        raise UndecidedError(
            notes.nothing_to_run(project, code, several),
            hint=f"if it can be run, say how: --set start={hint}",
            open=Open(
                key="start",
                ways=tuple(Way.start(script.name, "a script of the package") for script in several),
                example="python -m package",
            ),
        )
    about = metadata.about(project, data)
    of_django = _django(project, code, found, settings)
    if found and of_django and of_django.is_told:
        found = replace(found, env=(*found.env, (django.SETTINGS, of_django.module)))
    fronts, own, unserved = _front_ends(project, code, settings, found, of_django)
    kept = _state(project, code, found, of_django)
    if found and found.own:
        kept = state.moved(kept, found.own)
    migration = migrations.find(project, code, known, found, of_django, kept.database) if found else None
    told = (
        *project.notes,
        *chosen.warnings,
        *support.of_packages("pip", _asked_for(wanted)),
        *notes.on_dependencies(wanted),
        *held.warnings(held.back(project, wanted)),
        *(found.warnings if found else ()),
        *(notes.on_missing_list(project, code, found.start) if found and wanted.manager.name == "none" else ()),
        *(notes.on_missing_framework(project, code, wanted, found) if found else ()),
        *(notes.on_workers(project, code, known, found, about.name) if found else ()),
        *(w for f in fronts for w in f.warnings),
        *unserved,
        *(of_django.warnings if of_django else ()),
        *notes.on_state(kept),
    )
    evidence = found.start.evidence if found else ()
    detail = replace(
        _detail(project, data, wanted, code, known, version.value, found, of_django, kept, migration),
        host=(urls.host(code, of_django) or "") if of_django else "",
        frontends=fronts,
        front_end_folders=own,
        development=_development(project, data, wanted, settings),
    )
    return Facts(
        about=about,
        stack=stack,
        kind=_kind(found, known),
        version=version,
        manager=wanted.manager_fact,
        framework=Fact(found.framework.name, evidence) if found and found.framework else None,
        start=found.start if found else None,
        port=found.port if found else None,
        health=health.find(project, code, found, _file(found), of_django) if found else None,
        warnings=(*told, *_missing(project, code, found, of_django, detail)),
        ended=(*((chosen.ended,) if chosen.ended else ()), *(f.ended for f in fronts if f.ended)),
        detail=detail,
    )


def _missing(
    project: Project, code: Code, found: Entry | None, of_django: Django | None, detail: PythonFacts
) -> Iterator[str]:
    """Warnings about variables that a service reads, has no default for, and is not told to be started with."""
    if found is None or found.kind == "cli":
        return iter(())
    files = code.reachable([*(of_django.files if of_django else ()), _file(found)])
    known = frozenset(name for name, _ in (*detail.required_env, *found.env))
    return missing.warnings(project, files, known)


def _development(
    project: Project, data: Mapping[str, Any], wanted: Dependencies, settings: Settings
) -> Development | None:
    if settings.choice("dev") != "yes":
        return None
    from dockgen.stacks.python import dev  # noqa: PLC0415  (start-up time: only where it is asked for)

    return dev.find(project, data, wanted)


def _kind(found: Entry | None, known: Known) -> Fact[str]:
    if found is None:
        return assumed("worker", "the start command was given, and what it does was not looked at")
    if found.kind == "worker" and not found.framework and not any(known.has(b) for b in BOTS):
        return assumed("worker", "no port was found in its code")
    if found.kind == "job":
        return assumed("job", "nothing was found in its code that opens a port or keeps it running")
    return Fact(found.kind, found.start.evidence)


def _require_package(project: Project, data: Mapping[str, Any]) -> None:
    """UndecidedError for the root of a workspace that is no package itself: its members are what can be run."""
    workspace = next((d for d in workspaces.declarations(project) if d.marker == "pyproject.toml"), None)
    if workspace and not metadata.declared_name(project, data):
        members = ", ".join(workspace.members(project)) or "none"
        raise UndecidedError(
            f"this is the root of a uv workspace, and no package itself\n  its packages: {members}",
            where="pyproject.toml",
            hint="none of them can be run by itself; if one can, say how: --set start='python -m package'",
            open=Open(key="start", example="python -m package"),
        )


def _front_ends(
    project: Project, code: Code, settings: Settings, found: Entry | None, of_django: Django | None
) -> tuple[tuple[Frontend, ...], tuple[str, ...], tuple[str, ...]]:
    """The front-ends that the app serves, their folders that it does not read itself, and warnings about others."""
    whole = project.workspace.root if project.workspace else project
    if not settings.wants_front_end or not any(whole.ending("package.json")):
        return (), (), ()
    from dockgen.stacks.python import frontends  # noqa: PLC0415  (start-up time: few apps have one)

    return frontends.find(project, code, _file(found) if found else "", of_django.files if of_django else ())


def _asked_for(wanted: Dependencies) -> Iterator[tuple[str, str, Evidence]]:
    """The dependencies of the project itself, with the newest version that each can come in ("" if that is open)."""
    for each in wanted.direct:
        package = wanted.locked.get(each.name)
        yield each.name, package.version if package else upper(each.spec), each.evidence


def _version(
    project: Project, data: Mapping[str, Any], wanted: Dependencies, code: Code, settings: Settings
) -> versions.Chosen:
    """The Python to run on, and warnings: the user's wish, else what the project says and its dependencies allow.

    InputError if there is no such Python as the user wishes.
    """
    if asked := settings.get("version"):
        spec = f"=={asked.value}" if asked.value.count(".") > 1 else f"=={asked.value}.*"
        found = versions.resolve([statements.Wanted(spec, Evidence(note=asked.reason), is_enforced=True)])
        if not asked.value.startswith(".".join(found.version.value.split(".")[:2])):
            raise InputError(f"no release of Python that dockgen knows is {asked.value!r}", hint="such as 3.14")
        return found
    said = statements.said(project, data, wanted.lock, wanted.manager.name)
    if wanted.script and wanted.script.python:
        said.append(statements.Wanted(wanted.script.python, wanted.script.evidence, is_enforced=True))
    return versions.resolve(
        said,
        limits.limits(wanted.direct, wanted.locked, wanted.lock, project, code.paths),
        statements.tested(project),
        limits.least(limits.pins(wanted.direct, wanted.locked)),
    )


def _known(project: Project, data: Mapping[str, Any], wanted: Dependencies, python: str, settings: Settings) -> Known:
    packages = {d.name: upper(d.spec) for d in wanted.direct} | dict(wanted.pinned)
    extras = {(d.name, e) for d in wanted.direct for e in d.extras} | {(n, "") for n in packages}
    installs = managers.is_package(project, data, wanted.manager.name)
    start = settings.get("start")
    return Known(
        packages=packages,
        extras=frozenset(extras),
        python=python,
        scripts=scripts(project, data),
        name=metadata.declared_name(project, data),
        installs_project=installs or managers.adds_package(project, data, wanted.manager.name),
        manager=wanted.manager.name,
        script=wanted.script.path if wanted.script else "",
        start=start.value if start else "",
        told=commands.read(project),
        musl=(base := settings.get("base")) is not None and base.value == "alpine",
    )


def _detail(
    project: Project,
    data: Mapping[str, Any],
    wanted: Dependencies,
    code: Code,
    known: Known,
    version: str,
    found: Entry | None,
    settings: Django | None,
    kept: State,
    migration: Migration | None,
) -> PythonFacts:
    """What only the planner reads."""
    manager, lock, listed = wanted.manager, wanted.lock, wanted.listed
    suite = versions.suite(version)
    debian = _debian(wanted, known.python, suite, musl=known.musl)
    if suite == "trixie" and not GONE.isdisjoint(debian.run):
        suite = "bookworm"
        debian = _debian(wanted, known.python, suite, musl=known.musl)
    geographic = settings.is_geographic if settings else ()
    runs = called.find(project, code.paths)
    member = _member(project, data, manager)
    template = "uv-workspace" if member else managers.template(data, manager)
    if template == "none" and found and found.server:
        template = "script"  # a server has to be installed, if nothing else
    credentials = indexes.secrets(project, data, manager.name, listed.files if listed else ())
    ssh = indexes.over_ssh(project, lock, listed.files if listed else ())
    git = bool(ssh) or _needs_git(wanted) or managers.has_git(project, data, lock)
    required = settings.required if settings else _required(code, found)
    return PythonFacts(
        entry=found,
        template=template,
        roots=listed.roots if listed else (),
        requirements=listed.files if listed else (),
        packages=wanted.script.packages if wanted.script else (),
        lock=lock,
        is_stale=bool(wanted.stale),
        extras=tuple(e.name for e in wanted.extras if not e.is_group),
        groups=tuple(e.name for e in wanted.extras if e.is_group),
        no_groups=extras.default_groups(data) if manager.name == "uv" else (),
        constraints=listed.constraints if listed else (),
        held=tuple(h.requirement for h in held.back(project, wanted)),
        hashed=frozenset(d.name for d in listed.dependencies) if listed and listed.has_hashes else None,
        secrets=credentials,
        over_ssh=ssh,
        tool=_tool(project, data, manager, known.python),
        installs_project=managers.is_package(project, data, manager.name) or bool(found and found.script),
        needs_source=bool(listed and listed.needs_source)
        or managers.local_sources(data)
        or bool(wanted.stale and (member or table(data, "project").get("dynamic"))),
        apt_build=tuple(sorted({*debian.build, *(["git"] if git else []), *(["openssh-client"] if ssh else [])})),
        apt_run=tuple(sorted({*debian.run, *runs.packages, *geographic})),
        native=tuple(sorted({*debian.wanting, "django.contrib.gis"})) if geographic else debian.wanting,
        called=runs.wanting,
        suite=suite,
        build_env=tuple(sorted(managers.version_environment(project, data).items())),
        manage=settings.manage if settings else "",
        static_root=settings.static_root if settings and settings.manage else "",
        dummy_env=(*(settings.environment if settings else ()), *((v.name, _for_build(v.value)) for v in required)),
        required_env=tuple((v.name, environment.PLAIN if "://" in v.value else v.value) for v in required),
        state=kept,
        migration=migration,
        has_git=git,
        compresses=bool(settings and settings.compresses),
        named=_named(project, code),
        readme=metadata.build_files(project, data),
        member=member,
    )


def _debian(wanted: Dependencies, python: str, suite: str, *, musl: bool) -> native.Needed:
    """What Debian must provide for what is installed: compilers and headers only where no wheel fits."""
    pins = limits.pins(wanted.direct, wanted.locked)
    source_only = limits.without_wheel(python, pins, wanted.locked, musl=musl)
    return native.needed(
        [*((d.name, d.extras) for d in wanted.direct), *((n, ()) for n in wanted.locked)],
        suite,
        {name: version for name, (version, _) in pins.items()},
        source_only,
        {n for n, p in wanted.locked.items() if p.wheels and n not in source_only},
    )


def _member(project: Project, data: Mapping[str, Any], manager: managers.Manager) -> Member | None:
    """What uv is told to install one package of its workspace; None if the project stands alone."""
    workspace, name = project.workspace, metadata.declared_name(project, data)
    if not workspace or manager.name != "uv" or workspace.manifest != "pyproject.toml" or not is_plain(name):
        return None
    manifests = ("pyproject.toml", "uv.lock", *(f"{folder}/pyproject.toml" for folder in workspace.members))
    return Member(folder=workspace.path, name=name, manifests=manifests)


def _for_build(value: str) -> str:
    return "only-for-the-build" if value == environment.PLAIN else value


def _needs_git(wanted: Dependencies) -> bool:
    packages = wanted.script.packages if wanted.script else ()
    return bool(wanted.listed and wanted.listed.needs_git) or any("git+" in p for p in packages)


def _tool(project: Project, data: Mapping[str, Any], manager: managers.Manager, python: str) -> Fact[str] | None:
    if not manager.tool:
        return None
    version, evidence = tools.version(project, data, manager, python)
    return Fact(version, (evidence,))


def _django(project: Project, code: Code, found: Entry | None, settings: Settings) -> Django | None:
    """What Django's settings say, if the app is one of Django's."""
    if found is None or found.framework is None or found.framework.name != "django":
        return None
    return django.read(project, code, _file(found), settings.value(f"env.{django.SETTINGS}"))


def _state(project: Project, code: Code, found: Entry | None, settings: Django | None) -> State:
    """What the app writes; nothing for a program that is run where its user's files are."""
    if found is None or found.kind == "cli":
        return State()
    if settings:  # its settings name what is imported
        return state.find(project, code, found.workdir, settings=django.database_files(project, settings.files))
    if found.framework is None or found.framework.serve not in ("wsgi", "asgi"):
        return state.find(project, code, found.workdir)
    run = code.reachable([_file(found), *(p for p in code.paths if _CONFIGURES.search(p))])
    return state.find(project, code, found.workdir, run)


def _required(code: Code, found: Entry | None) -> tuple[Variable, ...]:
    """The variables that a service cannot start without."""
    if found is None or found.kind == "cli":
        return ()
    return environment.required(code, code.reachable([_file(found)]))


def _file(entry: Entry) -> str:
    """The source that the start points at; "" if it is not told."""
    return next((e.path for e in entry.start.evidence if e.path.endswith(".py")), "")


def _named(project: Project, code: Code) -> tuple[str, ...]:
    """Documents and folders at the top of the project that the code opens or imports, and that must not be ignored."""
    text = "\n".join(project.text(p) for p in code.paths)
    files = [
        f
        for f in project.files
        if "/" not in f and f.endswith(".md") and any(f"{a}{f}{b}" in text for a in "\"'/" for b in "\"'")
    ]
    folders = [
        f
        for f in ("docs", "tests", "test")
        if project.has_folder(f) and re.search(rf"[\"']{f}[/\"']|^[ \t]*(?:from|import) {f}\b", text, re.MULTILINE)
    ]
    return (*files, *folders)
