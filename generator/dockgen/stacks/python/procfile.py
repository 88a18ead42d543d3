"""What the Procfile's `web` line names: an app of this project under a server that we know."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from dockgen.facts import Evidence, Fact, Rejected
from dockgen.stacks.python.frameworks import ADDED, FRAMEWORKS
from dockgen.stacks.python.model import Entry, Lost
from dockgen.stacks.python.ports import port_of, unprivileged
from dockgen.stacks.python.served import server_command, target, told_added

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.project import Project
    from dockgen.stacks.python.code import App
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
_TARGET = re.compile(r"[A-Za-z_][\w.]*(?::[A-Za-z_]\w*(?:\(\))?)?")


def find(project: Project, known: Known, apps: list[App]) -> Entry | None:
    """The start that the `web` line names; None if it names no app of this project, or no server that we know."""
    words, number = _web_words(project)
    if not words or words[0] not in COMMANDS:
        return None
    server, protocol = COMMANDS[words[0]]
    named = next((w for w in words[1:] if _TARGET.fullmatch(w) and _module_path(project, w)), "")
    if not named:
        return None
    module, _, name = named.partition(":")
    path = _module_path(project, named)
    default_name, default_framework = DEFAULTS[protocol]
    same_file = [a for a in apps if a.path == path]
    framework = next((a.framework for a in (*same_file, *apps)), FRAMEWORKS[default_framework])
    added = server if not known.has(server) and server in ADDED else ""
    port = unprivileged(port_of(project, path, framework)[0], "needs no privileges")
    served = f"{module}:{name.removesuffix('()') or default_name}"
    argv = server_command(server, served, port.value, known, factory=name.endswith("()"))
    argv += _kept_flags(words) if server == "gunicorn" else ()
    rejected: Lost = tuple(Rejected((target(a, ""),), Evidence(a.path, a.line)) for a in apps if a.path != path)
    return Entry(
        start=Fact(argv, (Evidence("Procfile", number, words[0]),), rejected),
        kind="web",
        framework=framework,
        port=port,
        server=added,
        warnings=(told_added(added, known),) if added else (),
    )


def _web_words(project: Project) -> tuple[list[str], int]:
    """The words of the first `web` line after `cd x &&` and `NAME=value`, and its number; none if it cannot be read."""
    for number, line in enumerate(project.text("Procfile").splitlines(), 1):
        if m := re.match(r"web\s*:\s*(\S.*)", line):
            try:
                words = shlex.split(m[1].rpartition("&&")[2])
            except ValueError:
                break
            return [w for w in words if not re.fullmatch(r"[A-Z_]+=\S*", w)], number
    return [], 0


def _module_path(project: Project, named: str) -> str:
    """The file of the module in `module:name`; "" if the project has none."""
    path = named.partition(":")[0].replace(".", "/")
    return project.first(f"{path}.py", f"{path}/__init__.py") or ""


def _kept_flags(words: list[str]) -> tuple[str, ...]:
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
