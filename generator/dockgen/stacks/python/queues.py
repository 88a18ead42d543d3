"""The workers of task queues: how each is told in the code, and the command that runs it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.facts import Evidence, Fact, Rejected
from dockgen.lines import line_at
from dockgen.records import dataclass
from dockgen.stacks.python.frameworks import FRAMEWORKS
from dockgen.stacks.python.imports import module_name, placed, roots_of
from dockgen.stacks.python.model import Entry, Lost

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.project import Project
    from dockgen.stacks.python.code import App, Code
    from dockgen.stacks.python.model import Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """One queue: what its module says (`name` is the object that the worker is pointed at), and the worker's argv."""

    name: str
    says: re.Pattern[str]
    argv: tuple[str, ...]


TABLE = (
    Queue(
        name="taskiq",
        says=lazy.pattern(r"^(?P<name>\w+)\s*(?::[^=\n]+)?=\s*\(?\s*[\w.]*Broker\(", re.MULTILINE),
        argv=("taskiq", "worker", "{module}:{name}"),
    ),
    Queue(
        name="dramatiq",
        says=lazy.pattern(r"^@(?:dramatiq\.)?actor\b(?P<name>)", re.MULTILINE),
        argv=("dramatiq", "{module}"),
    ),
    Queue(
        name="huey",
        says=lazy.pattern(r"^(?P<name>\w+)\s*=\s*(?:\w+\.)?\w*Huey\(", re.MULTILINE),
        argv=("python", "-m", "huey.bin.huey_consumer", "{module}.{name}"),
    ),
    Queue(
        name="arq",
        says=lazy.pattern(r"^class (?P<name>\w*WorkerSettings)\b", re.MULTILINE),
        argv=("arq", "{module}.{name}"),
    ),
)


def find(project: Project, code: Code, known: Known, apps: list[App]) -> Entry | None:
    """The worker of the project's queue; None if it has none."""
    found = list(workers(project, code, known, apps))
    if not found:
        return None
    first, *others = found
    lost: Lost = tuple(Rejected(o.start.value, o.start.evidence[0]) for o in others)
    return Entry(
        start=Fact(first.start.value, first.start.evidence, lost),
        kind="worker",
        framework=first.framework,
        workdir=first.workdir,
        python_path=first.python_path,
    )


def workers(project: Project, code: Code, known: Known, apps: list[App]) -> Iterator[Entry]:
    """Each worker that the project has a queue for: Celery's apps, and what the table tells."""
    for app in apps:
        if app.framework.serve == "celery":
            argv = ("celery", "--app={module}:{name}", "worker", "--loglevel=INFO")
            yield _worker(project, code, "celery", argv, app.path, app.name, app.line)
    for queue in TABLE:
        if not known.has(queue.name):
            continue
        for path in code.paths:
            text = project.text(path)
            if queue.name in text and (m := queue.says.search(text)):
                line = line_at(text, m.start())
                yield _worker(project, code, queue.name, queue.argv, path, m["name"], line)
                break


def _worker(
    project: Project, code: Code, framework: str, argv: tuple[str, ...], path: str, name: str, line: int
) -> Entry:
    roots = roots_of(project, code.module(path))
    workdir, python_path = placed(roots)
    module = module_name(path, roots[0])
    return Entry(
        start=Fact(
            tuple(word.format(module=module, name=name) for word in argv),
            (Evidence(path, line, f"a queue of {framework}"),),
        ),
        kind="worker",
        framework=FRAMEWORKS[framework],
        workdir=workdir,
        python_path=python_path,
    )
