"""Detect a Python app: its manager, its Python, its framework and how it starts."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dockgen.errors import UndecidedError
from dockgen.facts import Evidence, Fact, Facts
from dockgen.stacks import workspaces
from dockgen.stacks.python import (
    called,
    dependencies,
    django,
    entry,
    health,
    managers,
    metadata,
    native,
    notes,
    state,
    versions,
)
from dockgen.stacks.python.code import Code
from dockgen.stacks.python.manifests import production_groups, scripts
from dockgen.stacks.python.model import Known, Member, PythonFacts
from dockgen.values import is_plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.project import Project
    from dockgen.settings import Settings
    from dockgen.stacks.node.frontend import Frontend
    from dockgen.stacks.python.dependencies import Dependencies
    from dockgen.stacks.python.model import Entry
    from dockgen.stacks.python.state import State


def detect(project: Project, stack: Fact[str], settings: Settings) -> Facts:
    """The facts about a Python app. UndecidedError if there is nothing to run and no start command was given."""
    data = project.toml("pyproject.toml") if project.has("pyproject.toml") else {}
    if not settings.get("start"):
        _require_package(project, data)
    wanted = dependencies.read(project, data, settings)
    code = Code(project)
    version, warnings = _version(project, data, wanted, code, settings)
    known = _known(project, data, wanted, version.value)
    found = entry.find(project, code, known)
    if found is None and not settings.get("start"):
        several = known.scripts if known.installs_project else ()
        hint = several[0].name if several else "'python -m package'"
        raise UndecidedError(
            notes.nothing_to_run(project, code, several), hint=f"if it can be run, say how: --set start={hint}"
        )
    kept = state.find(project, code)
    fronts, own, unserved = _front_ends(project, code, settings, _file(found) if found else "")
    told = (
        *project.notes,
        *warnings,
        *notes.on_dependencies(wanted),
        *(found.warnings if found else ()),
        *(notes.on_missing_list(project, code, found.start) if found and wanted.manager.name == "none" else ()),
        *(notes.on_missing_framework(project, code, wanted, found) if found else ()),
        *(w for f in fronts for w in f.warnings),
        *unserved,
        *notes.on_state(kept),
    )
    evidence = found.start.evidence if found else ()
    return Facts(
        about=metadata.about(project, data),
        stack=stack,
        kind=Fact(found.kind if found else "worker", evidence),
        version=version,
        manager=wanted.manager_fact,
        framework=Fact(found.framework.name, evidence) if found and found.framework else None,
        start=found.start if found else None,
        port=found.port if found else None,
        health=(found.health or health.route(project, code, _file(found), alone=found.framework is None))
        if found
        else None,
        warnings=told,
        detail=replace(
            _detail(project, data, wanted, code, known, found, kept), frontends=fronts, front_end_folders=own
        ),
    )


def _require_package(project: Project, data: Mapping[str, Any]) -> None:
    """UndecidedError for the root of a workspace that is no package itself: its members are what can be run."""
    workspace = next((d for d in workspaces.declarations(project) if d.marker == "pyproject.toml"), None)
    if workspace and not metadata.declared_name(project, data):
        members = ", ".join(workspace.members(project)) or "none"
        raise UndecidedError(
            f"this is the root of a uv workspace, and no package itself\n  its packages: {members}",
            where="pyproject.toml",
            hint="none of them can be run by itself; if one can, say how: --set start='python -m package'",
        )


def _front_ends(
    project: Project, code: Code, settings: Settings, entry: str
) -> tuple[tuple[Frontend, ...], tuple[str, ...], tuple[str, ...]]:
    """The front-ends that the app serves, their folders that it does not read itself, and warnings about others."""
    if project.workspace or not settings.wants_front_end or not any(project.ending("package.json")):
        return (), (), ()
    from dockgen.stacks.python import frontends  # noqa: PLC0415  (start-up time: few apps have one)

    return frontends.find(project, code, entry)


def _version(
    project: Project, data: Mapping[str, Any], wanted: Dependencies, code: Code, settings: Settings
) -> tuple[Fact[str], tuple[str, ...]]:
    """The Python to run on, and warnings: the user's wish, else what the project says and its dependencies allow."""
    if asked := settings.get("version"):
        return versions.resolve([(f"=={asked.value}.*", Evidence(note=asked.reason))], [])
    said = versions.said(project, data, wanted.lock)
    if wanted.script and wanted.script.python:
        said.append((wanted.script.python, wanted.script.evidence))
    return versions.resolve(said, versions.caps(wanted.direct, wanted.pinned, project, code.paths))


def _known(project: Project, data: Mapping[str, Any], wanted: Dependencies, python: str) -> Known:
    packages = {d.name: versions.upper(d.spec) for d in wanted.direct} | dict(wanted.pinned)
    extras = {(d.name, e) for d in wanted.direct for e in d.extras} | {(n, "") for n in packages}
    installs = managers.is_package(project, data, wanted.manager.name)
    return Known(
        packages=packages,
        extras=frozenset(extras),
        python=python,
        scripts=scripts(project, data),
        name=metadata.declared_name(project, data),
        installs_project=installs or managers.is_installable(project, data),
        script=wanted.script.path if wanted.script else "",
    )


def _detail(
    project: Project,
    data: Mapping[str, Any],
    wanted: Dependencies,
    code: Code,
    known: Known,
    found: Entry | None,
    kept: State,
) -> PythonFacts:
    """What only the planner reads."""
    manager, lock, listed = wanted.manager, wanted.lock, wanted.listed
    suite = versions.suite(known.python)
    apt_build, apt_run, wanting = native.needed(
        [*((d.name, d.extras) for d in wanted.direct), *((n, ()) for n in wanted.pinned)], suite
    )
    runs = called.find(project, code.paths)
    member = _member(project, data, manager)
    template = "uv-workspace" if member else managers.template(data, manager)
    if template == "none" and found and found.server:
        template = "script"  # a server has to be installed, if nothing else
    git = _needs_git(wanted) or managers.has_git(project, data, lock)
    is_django = bool(found and found.framework and found.framework.name == "django")
    static = django.static_root(project) if is_django and project.has("manage.py") else ""
    required = django.required_environment(project) if is_django else ()
    migrate = _migrate(project, known, found, kept)
    return PythonFacts(
        entry=found,
        template=template,
        roots=listed.roots if listed else (),
        requirements=listed.files if listed else (),
        packages=wanted.script.packages if wanted.script else (),
        lock=lock,
        groups=production_groups(data),
        tool=_tool(data, manager, known.python),
        installs_project=managers.is_package(project, data, manager.name) or bool(found and found.script),
        needs_source=bool(listed and listed.needs_source) or managers.local_sources(data),
        apt_build=tuple(sorted({*apt_build, "git"})) if git else apt_build,
        apt_run=tuple(sorted({*apt_run, *runs.packages})),
        native=wanting,
        called=runs.wanting,
        suite=suite,
        build_env=tuple(sorted(managers.version_environment(project, data).items())),
        static_root=static,
        dummy_env=(
            *((name, django.dummy(project, name)) for name in required),
            # Variables and no `--app`, which came with Flask 2.2; before 1.0 Flask did not look into the folder itself.
            *([("FLASK_APP", _app_object(found)), ("PYTHONPATH", ".")] if found and migrate[:1] == ("flask",) else []),
        ),
        required_env=required,
        state=kept,
        committed=(kept.database.value,) if kept.database and project.has(kept.database.value) else (),
        database_has_folder=_has_folder_of_its_own(project, kept),
        migrate=migrate,
        has_git=git,
        compresses=bool(static) and django.compresses(project),
        named=_named(project, code),
        readme=metadata.build_files(project, data),
        member=member,
    )


def _member(project: Project, data: Mapping[str, Any], manager: managers.Manager) -> Member | None:
    """What uv is told to install one package of its workspace; None if the project stands alone."""
    workspace, name = project.workspace, metadata.declared_name(project, data)
    if not workspace or manager.name != "uv" or workspace.manifest != "pyproject.toml" or not is_plain(name):
        return None
    manifests = ("pyproject.toml", "uv.lock", *(f"{folder}/pyproject.toml" for folder in workspace.members))
    return Member(folder=workspace.path, name=name, manifests=manifests)


def _needs_git(wanted: Dependencies) -> bool:
    packages = wanted.script.packages if wanted.script else ()
    return bool(wanted.listed and wanted.listed.needs_git) or any("git+" in p for p in packages)


def _tool(data: Mapping[str, Any], manager: managers.Manager, python: str) -> Fact[str] | None:
    if not manager.tool:
        return None
    version, evidence = managers.tool_version(data, manager, python)
    return Fact(version, (evidence,))


def _migrate(project: Project, known: Known, found: Entry | None, kept: State) -> tuple[str, ...]:
    """The framework's own command that brings a SQLite file inside the project up to date."""
    if kept.database is None or project.has(kept.database.value) or found is None or found.framework is None:
        return ()
    if found.framework.name == "django" and project.has("manage.py"):
        return ("python", "manage.py", "migrate", "--noinput")
    if found.framework.name == "flask" and known.has("flask-migrate") and project.has_folder("migrations"):
        return ("flask", "db", "upgrade") if _app_object(found) else ()
    return ()


def _app_object(found: Entry) -> str:
    return next((w for w in found.start.value if ":" in w and not w.startswith("-")), "")


def _file(entry: Entry) -> str:
    """The source that the start points at; "" if it is not told."""
    return next((e.path for e in entry.start.evidence if e.path.endswith(".py")), "")


def _has_folder_of_its_own(project: Project, kept: State) -> bool:
    folder = kept.database.value.rpartition("/")[0] if kept.database else ""
    return bool(folder) and not any(f.endswith(".py") for f in project.below(folder))


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
