"""What is verified: a Dockerfile with its context, what its build and its container are given, what it should do."""

from __future__ import annotations

import posixpath
from dataclasses import field
from typing import TYPE_CHECKING

from dockgen import given, probes
from dockgen.records import dataclass
from dockgen.verify.development import Development

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockgen.plans import Plan

WEB, WORKER, JOB, CLI = "web", "worker", "job", "cli"
_KINDS = {"static": WEB}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One app. CONTEXT is the absolute path that the engine is sent, DOCKERFILE the path of its file for people.

    FILE is the Dockerfile's absolute path, "" for one that is not on disk; TEXT what it says, IGNORE the text of the
    ignore file that holds for the build. KIND is web, worker, job or cli, "" where nothing but the image tells it.
    START are the words that start the app, STACK its language, "" if unknown; FOLDER where it lies in the context,
    WHERE in the project.
    """

    app: str
    context: str
    folder: str = ""
    where: str = ""
    dockerfile: str
    file: str = ""
    text: str
    ignore: str = ""
    stack: str = ""
    kind: str = ""
    port: int | None = None
    path: str = "/"
    start: tuple[str, ...] = ()
    build_args: tuple[str, ...] = ()
    run_args: tuple[str, ...] = ()
    development: Development = field(default_factory=Development)
    needs_source: bool = False  # its dependencies cannot be installed before the source is there


def asked_path(plan: Plan) -> str:
    """The path that an app is asked for: that of its health check, else the top."""
    said = next((c.value for c in plan.choices if c.key == "health"), "")
    return said if said.startswith("/") and said != probes.TCP else "/"


def kind_of(plan: Plan) -> str:
    """What the app of PLAN is, for the checks."""
    return _KINDS.get(plan.kind, plan.kind)


def build_args(plan: Plan, context: str, home: str) -> tuple[str, ...]:
    """What `docker build` is given for PLAN: sources are below HOME, or in CONTEXT."""
    return tuple(_resolved(word, context, home) for word in plan.build_args)


def _resolved(word: str, context: str, home: str) -> str:
    option, is_file, source = word.partition(",src=")
    if not is_file:
        return word
    if source.startswith(given.HOME):
        return f"{option},src={posixpath.join(home, source.removeprefix(given.HOME))}"
    return f"{option},src={posixpath.join(context, source)}"


def variables(pairs: Iterable[str]) -> tuple[str, ...]:
    """The options that give a container the variables of PAIRS, each `KEY=VALUE`."""
    return tuple(word for pair in pairs for word in ("--env", pair))
