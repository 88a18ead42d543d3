"""What a line names that serves, the Procfile's or another tool's: an app of this project under a known server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen.facts import Evidence, Fact, Rejected
from dockgen.records import dataclass
from dockgen.stacks.python import servers
from dockgen.stacks.python.commands import TARGET
from dockgen.stacks.python.frameworks import FRAMEWORKS
from dockgen.stacks.python.imports import roots_of
from dockgen.stacks.python.manifests import beside
from dockgen.stacks.python.model import Entry, Lost
from dockgen.stacks.python.ports import port_environment, served_port, unprivileged
from dockgen.stacks.python.served import answered, server_command, target
from dockgen.values import is_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.project import Project
    from dockgen.stacks.python.code import App, Code
    from dockgen.stacks.python.model import Known

# The command in the Procfile: the distribution that has it, and its protocol.
COMMANDS: Mapping[str, tuple[str, str]] = {
    "gunicorn": ("gunicorn", "wsgi"),
    "waitress-serve": ("waitress", "wsgi"),
    "uvicorn": ("uvicorn", "asgi"),
    "hypercorn": ("hypercorn", "asgi"),
    "daphne": ("daphne", "asgi"),
}
# What a target without a name means, and the framework that stands in for one that is not told, by protocol.
DEFAULTS: Mapping[str, tuple[str, str]] = {"wsgi": ("application", "flask"), "asgi": ("app", "starlette")}
# gunicorn's worker classes that need a package of their own, and the protocol that they speak.
WORKERS: Mapping[str, tuple[str, str]] = {
    "eventlet": ("eventlet", "wsgi"),
    "gevent": ("gevent", "wsgi"),
    "tornado": ("tornado", "wsgi"),
    "uvicorn": ("uvicorn", "asgi"),
    "uvicorn_worker": ("uvicorn-worker", "asgi"),
}
# Folders that hold a whole app: a file in one is as good as a file at the top.
FOLDERS = ("src", "app", "backend", "server", "api")
MAX_LINE = 4096
_FOLDER_FLAGS = ("--chdir", "--app-dir")  # gunicorn's and uvicorn's
_FACTORY_FLAGS = ("--factory", "--call")  # uvicorn's and waitress's


@dataclass(frozen=True, slots=True)
class Line:
    """A command that serves: where it stands, the words of its last command, the folder that it is run in."""

    path: str
    number: int
    words: tuple[str, ...]
    folder: str


def find(project: Project, code: Code, known: Known, apps: list[App]) -> Entry | None:
    """The start that the `web` line names; None if it names no app of this project, or no server that we know."""
    line = _web_line(project)
    return _served(project, code, known, apps, line) if line else None


def evident(project: Project, code: Code, known: Known) -> Entry | None:
    """The start that another tool's file names, for an app whose framework is not known."""
    for told in known.told:
        if told.words[0] not in COMMANDS:
            continue
        for folder in ("", told.evidence.path.rpartition("/")[0], *FOLDERS):
            line = Line(told.evidence.path, told.evidence.line or 1, told.words, folder)
            if entry := _served(project, code, known, [], line):
                return entry
    return None


def _served(project: Project, code: Code, known: Known, apps: list[App], line: Line) -> Entry | None:
    if line.words[0] not in COMMANDS:
        return None
    named = next((w for w in line.words[1:] if TARGET.fullmatch(w) and _module_path(project, line.folder, w)), "")
    if not named:
        return None
    module, _, name = named.partition(":")
    path = _module_path(project, line.folder, named)
    factory = name.endswith("()") or any(flag in line.words for flag in _FACTORY_FLAGS)
    server, added, protocol, flags = _server(line, known, factory=factory)
    default_name, default_framework = DEFAULTS[COMMANDS[line.words[0]][1]]
    same_file = [a for a in apps if a.path == path]
    framework = next((a.framework for a in (*same_file, *apps)), FRAMEWORKS[default_framework])
    found, variable = served_port(project, known, path, framework)
    port = unprivileged(found, "needs no privileges")
    served = f"{module}:{name.removesuffix('()') or default_name}"
    argv = server_command(server, served, port.value, known, protocol=protocol, factory=factory) + flags
    rejected: Lost = tuple(Rejected((target(a, ""),), Evidence(a.path, a.line)) for a in apps if a.path != path)
    evidence = (
        Evidence(line.path, line.number, line.words[0]),
        Evidence(path, same_file[0].line if same_file else None),
    )
    return Entry(
        start=Fact(argv, evidence, rejected),
        kind="web",
        framework=framework,
        port=port,
        health=answered(framework),
        env=framework.env + (port_environment(port, variable) if variable == "PORT" else ()),
        workdir=line.folder,
        python_path=_python_path(project, code, path, line.folder),
        server=added,
        stops_at=servers.stops_at(server),
        warnings=(servers.told_added(added, known),) if added else (),
    )


def _server(line: Line, known: Known, *, factory: bool) -> tuple[str, str, str, tuple[str, ...]]:
    """The server, once more if it has to be added, what it speaks, and its own flags: the line's, else one of ours.

    Ours if the line's does not run on this Python, calls no factory, or needs a worker class that is not installed.
    """
    server, protocol = COMMANDS[line.words[0]]
    flags = _kept_flags(line.words) if server == "gunicorn" else ()
    worker = next((f.partition("=")[2].partition(".")[0] for f in flags if f.startswith("--worker-class=")), "")
    package, spoken = WORKERS.get(worker, ("", protocol))
    fits = servers.BY_NAME[server].serves_factories or not factory
    if not fits or (package and not known.has(package)):
        return *servers.choose(spoken, known, factory=factory), spoken, ()
    if known.has(server):
        return server, "", protocol, flags
    if servers.added_version(server, known.python):
        return server, server, protocol, flags
    return *servers.choose(protocol, known, factory=factory), protocol, ()


def _python_path(project: Project, code: Code, path: str, folder: str) -> tuple[str, ...]:
    """The folders that the imports of the file PATH need beside FOLDER, which the servers themselves look into."""
    return tuple(root for root in roots_of(project, code.module(path)) if root != folder)


def _web_line(project: Project) -> Line | None:
    """The first `web` line, after `cd x &&` and `NAME=value`; None if it cannot be read or leaves the project."""
    import shlex  # noqa: PLC0415  (start-up time: few projects have a Procfile)

    for number, text in enumerate(project.text("Procfile").splitlines(), 1):
        if not (m := re.match(r"web\s*:\s*(\S.*)", text[:MAX_LINE])):
            continue
        try:
            *before, words = [shlex.split(part) for part in m[1].split("&&")]
        except ValueError:
            return None
        words = [w for w in words if not re.fullmatch(r"[A-Z_]+=\S*", w)]
        steps = [w[1] for w in before if len(w) == 2 and w[0] == "cd"] + _folder_flags(words)
        folder = ""
        for step in steps:
            if step.startswith("/") or ".." in step.split("/"):
                return None
            folder = beside(f"{folder}/x" if folder else "x", step)
        fits = not folder or (is_path(folder) and project.has_folder(folder))
        return Line("Procfile", number, tuple(words), folder) if words and fits else None
    return None


def _folder_flags(words: list[str]) -> list[str]:
    """The folders that the server itself is told to work in."""
    pairs = [
        (w.partition("=")[0], w.partition("=")[2] or after) for w, after in zip(words, [*words[1:], ""], strict=True)
    ]
    return [value for flag, value in pairs if flag in _FOLDER_FLAGS and value]


def _module_path(project: Project, folder: str, named: str) -> str:
    """The file of the module in `module:name`, as found from FOLDER; "" if the project has none."""
    path = named.partition(":")[0].replace(".", "/")
    stem = f"{folder}/{path}" if folder else path
    return project.first(f"{stem}.py", f"{stem}/__init__.py") or ""


def _kept_flags(words: tuple[str, ...]) -> tuple[str, ...]:
    """What a gunicorn line says about workers: their class, and the configuration file; binds and logs are ours."""
    kept: list[str] = []
    for word, following in zip(words, [*words[1:], ""], strict=True):
        flag, equals, value = word.partition("=")
        value = value if equals else following
        if flag in ("-k", "--worker-class") and re.fullmatch(r"[\w.]+", value):
            kept.append(f"--worker-class={value}")
        elif flag in ("-c", "--config") and re.fullmatch(r"[\w./-]+\.py", value):
            kept.append(f"--config={value}")
    return tuple(kept)
