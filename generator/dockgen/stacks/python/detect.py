"""Detect a Python app: its manager, its Python, its framework and how it starts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dockgen.about import image_name, licence, web_address
from dockgen.errors import UndecidedError
from dockgen.facts import About, Evidence, Fact, Facts
from dockgen.stacks import Claim
from dockgen.stacks.python import django, entry, managers, native, state, versions
from dockgen.stacks.python.code import Code
from dockgen.stacks.python.frameworks import TABLE
from dockgen.stacks.python.manifests import (
    Dependency,
    Requirements,
    locked,
    normal,
    production_requirements,
    project_dependencies,
    requirement,
    scripts,
    setup_argument,
    string,
    strings,
    table,
)
from dockgen.values import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.project import Project
    from dockgen.settings import Settings
    from dockgen.stacks.python.state import State

MANIFESTS = ("pyproject.toml", "requirements.txt", "Pipfile", "setup.py", "setup.cfg", "uv.lock", "poetry.lock")


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonFacts:
    """What only the Python planner reads. Paths are relative to the project; packages are Debian's, sorted."""

    entry: entry.Entry | None
    template: str  # partial in templates/python/install
    roots: tuple[str, ...]  # requirements files that pip is given
    requirements: tuple[str, ...]  # those and what they include
    lock: str
    tool: Fact[str] | None
    installs_project: bool
    needs_source: bool  # dependencies cannot be installed before the source is there
    apt_build: tuple[str, ...]
    apt_run: tuple[str, ...]
    native: tuple[str, ...]  # the Python packages that want them
    suite: str
    build_env: tuple[tuple[str, str], ...]
    static_root: str  # what collectstatic fills; "" if it is not run
    dummy_env: tuple[tuple[str, str], ...]
    required_env: tuple[str, ...]
    state: State
    committed: tuple[str, ...]  # the SQLite file, if the project brings it along
    database_has_folder: bool  # nothing of the project but data is in the SQLite file's folder
    migrate: tuple[str, ...]  # argv that makes the tables of the SQLite file; empty if there are none to make
    has_git: bool
    compresses: bool  # django-compressor works ahead of time
    named: tuple[str, ...]  # files and folders outside the code that the code names
    readme: tuple[str, ...]  # files that the build back end reads


def claim(project: Project) -> Claim | None:
    """Manifests of Python with an app in sight; weaker without one, weakest for bare .py files."""
    manifest = project.first(*MANIFESTS) or next(
        (f for f in project.files if re.fullmatch(r"requirements[\w./-]*\.txt", f)), None
    )
    python = [f for f in project.ending(".py") if f.count("/") <= 2]
    if not manifest and not python:
        return None
    if project.has("manage.py"):
        return Claim(95, Evidence("manage.py"))
    if manifest:
        text = "".join(project.head(f) for f in (*MANIFESTS, manifest) if project.has(f)).lower()
        hit = next((f for f in TABLE if re.search(rf"(?<![\w.-]){re.escape(f.package)}(?![\w-])", text)), None)
        if hit and python:
            listed = re.search(
                rf"^.*(?<![\w.-]){re.escape(hit.package)}(?![\w-])", project.text(manifest).lower(), re.MULTILINE
            )
            line = project.text(manifest).count("\n", 0, listed.start()) + 1 if listed else None
            return Claim(90, Evidence(manifest, line, hit.name))
        return Claim(72 if python else 30, Evidence(manifest))
    scripts = [f for f in python if "/" not in f or f.endswith("/__main__.py")]
    return (
        Claim(
            45 if any(f.endswith(("main.py", "__main__.py", "app.py", "server.py", "bot.py")) for f in scripts) else 12,
            Evidence(scripts[0]),
        )
        if scripts
        else None
    )


def detect(project: Project, stack: Fact[str], settings: Settings) -> Facts:
    """The facts about a Python app. UndecidedError if there is nothing to run and no start command was given."""
    data = project.toml("pyproject.toml") if project.has("pyproject.toml") else {}
    manager_fact = managers.find(project, data)
    given = settings.get("manager")
    if given and given.value in managers.BY_NAME:
        manager_fact = Fact(given.value, (Evidence(note=given.reason),))
    manager = managers.BY_NAME[manager_fact.value]
    lock = manager.lock if manager.lock and project.has(manager.lock) else ""
    listed = production_requirements(project) if manager.name == "pip" else None
    direct = listed.dependencies if listed else _direct(project, data, manager.name)
    pinned = locked(project, lock) if lock else {}
    code = Code(project)
    asked = settings.get("version")
    version, warnings = versions.resolve(
        [(f"=={asked.value}.*", Evidence(note=asked.reason))] if asked else versions.said(project, data, lock),
        [] if asked else versions.caps(direct, pinned, project, code.paths),
    )
    installs = managers.is_package(project, data, manager.name)
    known = _known(
        direct,
        pinned,
        version.value,
        scripts(project, data),
        _name(project, data),
        installs_project=installs or managers.is_installable(project, data),
    )
    found = entry.find(project, code, known)
    if found is None and not settings.get("start"):
        raise UndecidedError(_nothing(project, code), hint="if it can be run, say how: --set start='python -m package'")
    suite = versions.suite(version.value)
    apt_build, apt_run, wanting = native.needed(
        [*((d.name, d.extras) for d in direct), *((n, ()) for n in pinned)], suite
    )
    git = bool(listed and listed.needs_git) or managers.has_git(project, data, lock)
    if git:
        apt_build = tuple(sorted({*apt_build, "git"}))
    is_django = bool(found and found.framework and found.framework.name == "django")
    static = django.static_root(project) if is_django and project.has("manage.py") else ""
    required = django.required_environment(project) if is_django else ()
    kept = state.find(project, code)
    facts = PythonFacts(
        entry=found,
        template=managers.template(data, manager),
        roots=listed.roots if listed else (),
        requirements=listed.files if listed else (),
        lock=lock,
        tool=_tool(data, manager, version.value),
        installs_project=installs or bool(found and found.script),
        needs_source=bool(listed and listed.needs_source) or managers.local_sources(data),
        apt_build=apt_build,
        apt_run=apt_run,
        native=wanting,
        suite=suite,
        build_env=tuple(sorted(managers.version_environment(project, data).items())),
        static_root=static,
        dummy_env=tuple((name, django.dummy(name)) for name in required),
        required_env=required,
        state=kept,
        committed=(kept.database.value,) if kept.database and project.has(kept.database.value) else (),
        database_has_folder=_has_folder_of_its_own(project, kept),
        migrate=_migrate(project, known, found, kept),
        has_git=git,
        compresses=bool(static) and django.compresses(project),
        named=_named(project, code),
        readme=_readme(project, data),
    )
    notes = [
        *project.notes,
        *warnings,
        *_notes(project, manager_fact, listed, lock, direct),
        *(found.warnings if found else ()),
        *_state_notes(kept),
    ]
    return Facts(
        about=_about(project, data),
        stack=stack,
        kind=Fact(found.kind if found else "worker", found.start.evidence if found else ()),
        version=version,
        manager=manager_fact,
        framework=Fact(found.framework.name, found.start.evidence) if found and found.framework else None,
        start=found.start if found else None,
        port=found.port if found else None,
        health=(found.health or _health_route(project, code)) if found else None,
        warnings=tuple(notes),
        detail=facts,
    )


def _direct(project: Project, data: Mapping[str, Any], manager: str) -> tuple[Dependency, ...]:
    found = list(project_dependencies(project, data))
    if manager == "pipenv":
        pipfile = project.toml("Pipfile") if project.has("Pipfile") else {}
        for name, spec in table(pipfile, "packages").items():
            text = string(spec) or string(table({"s": spec}, "s").get("version"))
            extras = tuple(strings(table({"s": spec}, "s").get("extras")))
            found.append(
                Dependency(
                    normal(name),
                    "" if text == "*" else text,
                    extras,
                    Evidence("Pipfile", project.line_of("Pipfile", name)),
                )
            )
    elif manager == "pip (project)" and not found:
        wanted = setup_argument(project, "install_requires")
        lines = wanted.splitlines() if isinstance(wanted, str) else strings(wanted)
        found += [
            d
            for text in lines
            if text.strip() and (d := requirement(text, project.first("setup.cfg", "setup.py") or ""))
        ]
    return tuple(found)


def _known(
    direct: tuple[Dependency, ...],
    pinned: Mapping[str, str],
    python: str,
    found: Any,
    name: str,
    *,
    installs_project: bool,
) -> entry.Known:
    packages = {d.name: versions.upper(d.spec) for d in direct} | dict(pinned)
    extras = {(d.name, e) for d in direct for e in d.extras} | {(n, "") for n in packages}
    return entry.Known(
        packages=packages,
        extras=frozenset(extras),
        python=python,
        scripts=found,
        name=name,
        installs_project=installs_project,
    )


def _tool(data: Mapping[str, Any], manager: managers.Manager, python: str) -> Fact[str] | None:
    if not manager.tool:
        return None
    version, evidence = managers.tool_version(data, manager, python)
    return Fact(version, (evidence,))


def _name(project: Project, data: Mapping[str, Any]) -> str:
    declared = string(table(data, "project").get("name")) or string(table(data, "tool", "poetry").get("name"))
    return declared or string(setup_argument(project, "name")) if project.has("setup.py") or declared else ""


def _about(project: Project, data: Mapping[str, Any]) -> About:
    meta = table(data, "project") or table(data, "tool", "poetry")
    urls = {**table(meta, "urls"), "repository": meta.get("repository"), "homepage": meta.get("homepage")}
    links = {k.lower(): web_address(v) for k, v in urls.items() if isinstance(v, str)}
    declared = meta.get("license")
    source = next((links[k] for k in ("repository", "source", "source code", "github", "homepage") if links.get(k)), "")
    return About(
        name=image_name(_name(project, data) or project.name),
        description=one_line(string(meta.get("description"))),
        source=source,
        licence=licence(project, string(declared) or string(table({"l": declared}, "l").get("text"))),
    )


def _migrate(project: Project, known: entry.Known, found: entry.Entry | None, kept: State) -> tuple[str, ...]:
    """The framework's own command that brings a SQLite file inside the project up to date."""
    if kept.database is None or project.has(kept.database.value) or found is None or found.framework is None:
        return ()
    if found.framework.name == "django" and project.has("manage.py"):
        return ("python", "manage.py", "migrate", "--noinput")
    if found.framework.name == "flask" and known.has("flask-migrate") and project.has_folder("migrations"):
        target = next((w for w in found.start.value if ":" in w and not w.startswith("-")), "")
        return ("flask", "--app", target, "db", "upgrade") if target else ()
    return ()


_HEALTH = re.compile(r"[\"'](/(?:api/(?:v\d+/)?)?(?:healthz?|health[-_]?check|livez|-/healthy))/?[\"']")


def _health_route(project: Project, code: Code) -> Fact[str] | None:
    """The path of a health route in the code."""
    for path in code.paths:
        if m := _HEALTH.search(project.text(path)):
            return Fact(m[0].strip("\"'"), (Evidence(path, project.text(path).count("\n", 0, m.start()) + 1),))
    return None


def _readme(project: Project, data: Mapping[str, Any]) -> tuple[str, ...]:
    """Files that the build back end reads when the project itself is installed."""
    meta = table(data, "project")
    named = [string(meta.get("readme")), string(table(meta, "readme").get("file")), string(table(meta, "license").get("file")),
             string(table(data, "tool", "poetry").get("readme")), *strings(meta.get("license-files"))]  # fmt: skip
    found = [n for n in named if n and project.has(n)]
    if project.has("setup.py"):
        text = project.text("setup.py")
        found += [f for f in project.files if "/" not in f and f.endswith((".md", ".rst", ".txt", ".in")) and f in text]
    return tuple(dict.fromkeys(found))


def _notes(
    project: Project, manager: Fact[str], listed: Requirements | None, lock: str, direct: tuple[Dependency, ...]
) -> list[str]:
    notes = []
    if manager.value in ("pip (project)", "pipenv") and not lock and direct:
        notes.append(
            "the dependencies are not locked: two builds may install different versions; `uv lock` would fix that"
        )
    if listed and listed.dependencies:
        loose = [d.name for d in listed.dependencies if not d.spec.startswith("=")]
        if len(loose) == len(listed.dependencies):
            notes.append(f"{listed.files[0]} pins no version: two builds may install different ones")
    others = [r.value for r in manager.rejected if r.value in ("uv", "poetry", "pdm", "pipenv")]
    if others:
        notes.append(f"several lock files: {manager.value} is used, {', '.join(others)} is ignored")
    return notes


def _has_folder_of_its_own(project: Project, kept: State) -> bool:
    folder = kept.database.value.rpartition("/")[0] if kept.database else ""
    return bool(folder) and not any(f.endswith(".py") for f in project.below(folder))


def _named(project: Project, code: Code) -> tuple[str, ...]:
    """Documents and folders at the top of the project that the code opens or imports, and that must not be ignored."""
    text = "\n".join(project.text(p) for p in code.paths)
    files = [
        f
        for f in project.files
        if "/" not in f and f.endswith(".md") and re.search(rf"[\"'/]{re.escape(f)}[\"']", text)
    ]
    folders = [
        f
        for f in ("docs", "tests", "test")
        if project.has_folder(f) and re.search(rf"[\"']{f}[/\"']|^\s*(?:from|import) {f}\b", text, re.MULTILINE)
    ]
    return (*files, *folders)


def _state_notes(kept: State) -> list[str]:
    notes = []
    if kept.database:
        notes.append(
            f"{kept.database.value} ({kept.database.why}) lives in the container and dies with it; mount a volume to keep it"
        )
    if kept.in_place:
        notes.append(
            f"{kept.in_place}: the app's files belong to the app, so that it can; a folder of its own would be safer"
        )
    return notes


def _nothing(project: Project, code: Code) -> str:
    seen = ", ".join(code.paths[:5]) or "no Python files"
    return (
        f"{project.name!r} is a Python project, but nothing in it looks like an app that can be started\n"
        "  looked for: manage.py, app objects (FastAPI, Flask, …), console scripts, __main__.py, main.py and the like\n"
        f"  found: {seen}" + (f" and {len(code.paths) - 5} more" if len(code.paths) > 5 else "")
    )
