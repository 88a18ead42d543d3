"""Find and plan how a Python app is developed in a container: all dependencies, and a server that reloads."""

from __future__ import annotations

import posixpath
import shlex
from typing import TYPE_CHECKING, Any

from dockgen import values
from dockgen.dev import Dev, DevCopy, named_in
from dockgen.plans import Account
from dockgen.records import dataclass
from dockgen.stacks.node.dev import copies
from dockgen.stacks.python.devinstall import VENV, steps
from dockgen.stacks.python.extras import DEVELOPMENT
from dockgen.stacks.python.manifests import requirements, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockgen.choices import Chooser
    from dockgen.facts import Facts
    from dockgen.plans import Plan
    from dockgen.project import Project
    from dockgen.stacks.python.build import PythonBuild
    from dockgen.stacks.python.dependencies import Dependencies
    from dockgen.stacks.python.model import PythonFacts

# Requirements files that add what developers need.
FILES = (
    "requirements-dev.txt", "requirements_dev.txt", "requirements.dev.txt", "dev-requirements.txt",
    "dev_requirements.txt", "requirements/dev.txt", "requirements/development.txt", "requirements/local.txt",
    "requirements-development.txt", "requirements-local.txt",
)  # fmt: skip
EXTRAS = ("dev", "devel", "development")  # names of extras and groups that a developer installs
# What servers are told so that they load changes of the source: options that are left out, and those that are added.
OPTIONS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "uvicorn": (("--workers",), ("--reload",)),
    "gunicorn": (("--worker-tmp-dir", "--workers", "--preload"), ("--reload",)),
    "hypercorn": (("--workers",), ("--reload",)),
    "sanic": (("--single-process", "--workers", "--fast"), ("--dev",)),
    "streamlit": ((), ("--server.runOnSave=true",)),
    "chainlit": ((), ("--watch",)),
    "panel": ((), ("--autoreload",)),
}
_AT_ONCE = "The source is mounted, and the server loads what is saved on the host anew"
_NEVER = "The source is mounted; nothing in the project follows changes, so restart the container to see them"


@dataclass(frozen=True, slots=True, kw_only=True)
class Development:
    """What a developer installs besides: requirements files with all that they include, extras, groups; a watcher."""

    roots: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    has_hashes: bool = False
    extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    needs_source: bool = False
    watches: bool = False  # the project has watchfiles


def find(project: Project, data: Mapping[str, Any], wanted: Dependencies) -> Development:
    """What PROJECT lists for its developers, for the manager that it uses."""
    names = {d.name for d in wanted.direct} | set(wanted.pinned)
    if wanted.manager.name == "pip":
        path = project.first(*FILES)
        listed = requirements(project, path) if path else None
        return Development(
            roots=listed.roots if listed else (),
            files=listed.files if listed else (),
            has_hashes=bool(listed and listed.has_hashes),
            needs_source=bool(listed and listed.needs_source),
            watches="watchfiles" in names | {d.name for d in (listed.dependencies if listed else ())},
        )
    optional = table(data, "project", "optional-dependencies")
    return Development(
        extras=tuple(sorted(n for n in optional if n in EXTRAS)),
        groups=tuple(sorted(_groups(data, wanted.manager.name))),
        watches="watchfiles" in names,
    )


def _groups(data: Mapping[str, Any], manager: str) -> Iterator[str]:
    """The groups for development that the manager would not install by itself."""
    if manager == "poetry":
        poetry = table(data, "tool", "poetry")
        for name, group in table(poetry, "group").items():
            if DEVELOPMENT.fullmatch(name) and table({"g": group}, "g").get("optional") is not True:
                yield name
        if table(poetry, "dev-dependencies") and "dev" not in table(poetry, "group"):
            yield "dev"
        yield from (n for n in table(data, "dependency-groups") if DEVELOPMENT.fullmatch(n))
    elif manager == "pip (project)":
        yield from (n for n in table(data, "dependency-groups") if n in EXTRAS)


def stage(facts: Facts, plan: Plan, pick: Chooser) -> tuple[Dev | None, tuple[str, ...]]:
    """The stage for development; or why there is none, as a warning."""
    detail: PythonFacts = facts.detail
    found, build = detail.development, plan.build
    if not found or (why := _against(detail, plan.kind)):
        return None, (f"there is no target dev: {why}",) if found else ()
    start = _start(plan)
    command, reload = _command(detail, found, build, start, plan.runtime.port)
    pick.note("dev", command, "detected", facts.start.why if facts.start else "from the start command")
    made = copies(build.made, "/app")
    env = _environment(plan, build)
    folders = named_in(env, build.folders)
    needs_server = build.server if command[0] in build.server else ""
    return Dev(
        image=build.image,
        system=plan.runtime.system,
        account=Account(uid=1000, gid=1000, create=True),
        folder=build.workdir if build.workdir != "/app" else "",
        path=(f"{VENV}/bin",),
        env=env,
        apt=tuple(sorted({*build.apt, *(p for p in plan.runtime.apt if p != "tini")})),
        suite=build.suite,
        brought=(DevCopy(stage="uv", source="/uv", target="/usr/local/bin/uv"),) if build.uv_image else (),
        steps=tuple(steps(build, found, needs_server)),
        made=made,
        folders=folders,
        port=plan.runtime.port,
        reload=reload,
        command=tuple(values.text(w, "command for development") for w in command),
        volumes=(*(c.target.rstrip("/") for c in made), *folders),
        sources=tuple(values.path(f) for f in (*build.manifests, *found.files)),
    ), ()


def _against(detail: PythonFacts, kind: str) -> str:
    """Why there is no stage for development; "" if there can be one."""
    if kind in ("cli", "job"):
        return "a program that ends by itself has nothing to load anew"
    if detail.entry and detail.entry.own:
        return f"its code imports its own folder as {detail.entry.own}, and it is mounted at /app, without that name"
    if detail.member:
        return "a package of a workspace is developed with the others, from the root"
    return ""


def _start(plan: Plan) -> tuple[str, ...]:
    """The start command, as in production but without what goes before it."""
    words = (*(plan.runtime.entrypoint or ()), *(plan.runtime.command or ()))
    words = words[2:] if words[0].endswith("/tini") else words
    if words[:2] == ("sh", "-c"):  # a migration goes before
        return tuple(shlex.split(words[2].rpartition(" && exec ")[2]))
    return words


def _environment(plan: Plan, build: PythonBuild) -> dict[str, str]:
    env = dict(plan.runtime.env)
    env.pop("DJANGO_SETTINGS_MODULE", None)  # manage.py names the settings for development
    env |= {"VIRTUAL_ENV": VENV, "HOME": "/tmp"}  # noqa: S108  (any user can write there)
    if build.uv_image:
        env |= {"UV_LINK_MODE": "copy", "UV_PROJECT_ENVIRONMENT": VENV, "UV_PYTHON": "/usr/local/bin/python"}
    return env | dict(build.env)


def _command(
    detail: PythonFacts, found: Development, build: PythonBuild, start: tuple[str, ...], port: int | None
) -> tuple[tuple[str, ...], str]:
    """What runs for development, and what then happens when the source changes."""
    program, framework = start[0], detail.entry.framework.name if detail.entry and detail.entry.framework else ""
    if framework in ("django", "channels") and detail.manage and port:
        manage = posixpath.relpath(detail.manage, posixpath.relpath(build.workdir, "/app"))
        return ("python", manage, "runserver", f"0.0.0.0:{port}"), _AT_ONCE
    if framework == "flask" and program in ("gunicorn", "waitress-serve", "granian") and (target := _target(start)):
        return ("flask", f"--app={target}", "run", "--debug", "--host=0.0.0.0", f"--port={port}"), _AT_ONCE
    if program in OPTIONS:
        dropped, added = OPTIONS[program]
        return (*(w for w in start if w.partition("=")[0] not in dropped), *added), _AT_ONCE
    if program == "fastapi" and start[1:2] == ("run",):
        return ("fastapi", "dev", *start[2:]), _AT_ONCE
    if framework == "tornado" and start[:1] == ("python",):
        return ("python", "-m", "tornado.autoreload", *start[1:]), _AT_ONCE
    if found.watches and framework != "nicegui":
        return ("watchfiles", "--filter=python", shlex.join(start)), _AT_ONCE
    return start, _AT_ONCE if framework == "nicegui" else _NEVER  # NiceGUI reloads by itself


def _target(start: tuple[str, ...]) -> str:
    """The app object that a server is pointed at."""
    return next((w for w in start[1:] if ":" in w and not w.startswith("-")), "")
