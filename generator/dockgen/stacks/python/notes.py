"""What the user is told about a Python project beside the files: loose pins, several locks, state that is lost."""

from __future__ import annotations

import ast
import re
import sys
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.stacks.python import queues
from dockgen.stacks.python.caps import REMOVED

MAX_TOLD = 8
QUEUES = ("celery", *(queue.name for queue in queues.TABLE))

if TYPE_CHECKING:
    from dockgen.facts import Fact
    from dockgen.project import Project
    from dockgen.stacks.python.code import Code
    from dockgen.stacks.python.dependencies import Dependencies
    from dockgen.stacks.python.manifests import Script
    from dockgen.stacks.python.model import Entry, Known
    from dockgen.stacks.python.state import State


_RELOCK = {"uv": "uv lock", "poetry": "poetry lock", "pdm": "pdm lock", "pipenv": "pipenv lock"}


def on_dependencies(found: Dependencies) -> list[str]:
    """Warnings where two builds may differ, and where there is more than one lock file."""
    manager, listed = found.manager_fact, found.listed
    notes = []
    if manager.value in ("pip (project)", "pipenv") and not found.lock and found.direct:
        notes.append(
            "the dependencies are not locked: two builds may install different versions; `uv lock` would fix that"
        )
    if found.stale:
        command = _RELOCK[manager.value]
        notes.append(f"{found.stale}: the build brings it up to date, each time anew; `{command}` would fix that")
    if listed and listed.dependencies and not any(d.spec.startswith("=") for d in listed.dependencies):
        notes.append(f"{listed.files[0]} pins no version: two builds may install different ones")
    others = [r.value for r in manager.rejected if r.value in ("uv", "poetry", "pdm", "pipenv")]
    if others:
        notes.append(f"several lock files: {manager.value} is used, {', '.join(others)} is ignored")
    return notes


def on_missing_framework(project: Project, code: Code, found: Dependencies, entry: Entry) -> list[str]:
    """A warning if the lock file does not bring the framework of the app, as when only development's list names it."""
    package = entry.framework.package if entry.framework else ""
    if not package or not found.lock or package in found.pinned or package in {d.name for d in found.direct}:
        return []
    imported = re.compile(rf"^(?:from|import) {package}\b", re.MULTILINE)
    if not any(imported.search(project.text(p)) for p in code.paths):
        return []
    return [f"{package} is not among what {found.lock} installs for production, so the app cannot start"]


_SCHEDULE = lazy.pattern(r"beat_schedule|CELERY_BEAT|@periodic_task|add_periodic_task")


def on_workers(project: Project, code: Code, known: Known, entry: Entry, name: str) -> list[str]:
    """The worker of a queue beside a web app: the same image with another command."""
    if entry.kind != "web" or not any(known.has(package) for package in QUEUES):
        return []
    notes = []
    for worker in queues.workers(project, code, known, code.apps()):
        if (worker.workdir, worker.python_path) != (entry.workdir, entry.python_path):
            continue
        place = worker.start.evidence[0]
        run = f"docker run {name} {' '.join(worker.start.value)}"
        notes.append(f"{place}: a worker does its tasks: run the same image once more as `{run}`")
        if worker.start.value[0] == "celery" and any(_SCHEDULE.search(project.text(p)) for p in code.paths):
            beat = (*worker.start.value[:2], "beat", "--schedule=/tmp/celerybeat-schedule")
            notes.append(f"{place}: what is due at a time is started by `docker run {name} {' '.join(beat)}`, once")
        break
    return notes


def on_state(kept: State) -> list[str]:
    """Warnings about what the app writes: where it is kept, and what is not found."""
    notes = []
    written = []
    for folder, place in zip(kept.folders, kept.evidence, strict=True):
        files = ", ".join(name for name, where in kept.links if where.startswith(f"{folder}/"))
        written.append(f"{folder} ({f'for {files}, ' if files else ''}{place})")
    if written:
        more = f" and {len(written) - MAX_TOLD} more" if len(written) > MAX_TOLD else ""
        told = f"{', '.join(written[:MAX_TOLD])}{more}"
        notes.append(f"what the app writes is lost with its container: mount volumes to keep {told}")
    if kept.in_place:
        notes.append(
            f"{kept.in_place}: the app's files belong to the app, so that it can; a folder of its own would be safer"
        )
    return notes


# The standard library, with the modules that older Pythons have.
_STANDARD = sys.stdlib_module_names | {name for name, _, _ in REMOVED}


def on_missing_list(project: Project, code: Code, start: Fact[tuple[str, ...]]) -> list[str]:
    """A warning if the file that is started imports packages, in a project that lists none to install."""
    path = next((e.path for e in start.evidence if e.path.endswith(".py")), "")
    module = code.module(path) if path else None
    if module is None:
        return []
    first: dict[str, int] = {}  # what cannot be missed: an import inside `try` or a function may be optional
    for node in module.tree.body:
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            names = [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
        for name in names:
            first.setdefault(name.partition(".")[0], node.lineno)
    own = {part for f in project.ending(".py") for part in f.removesuffix(".py").split("/")}
    foreign = [f"{path}:{line} imports {n}" for n, line in first.items() if n not in _STANDARD and n not in own]
    if not foreign:
        return []
    more = f" and {len(foreign) - MAX_TOLD} more" if len(foreign) > MAX_TOLD else ""
    told = f"{', '.join(foreign[:MAX_TOLD])}{more}"
    return [f"{told}, but nothing lists what to install, so it is not in the image: list it in requirements.txt"]


def nothing_to_run(project: Project, code: Code, scripts: tuple[Script, ...]) -> str:
    """The refusal of a project without an app: what was looked for, and what is there."""
    if scripts:
        names = ", ".join(s.name for s in scripts[:MAX_TOLD])
        return f"{project.name!r} installs several programs, and it cannot be told which one an image is for: {names}"
    seen = ", ".join(code.paths[:5]) or "no Python files"
    return (
        f"{project.name!r} is a Python project, but nothing in it looks like an app that can be started\n"
        "  looked for: manage.py, app objects (FastAPI, Flask, …), console scripts, __main__.py, main.py and the like\n"
        f"  found: {seen}" + (f" and {len(code.paths) - 5} more" if len(code.paths) > 5 else "")
    )
