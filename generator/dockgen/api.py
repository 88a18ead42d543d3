"""The Python API: the steps from a folder to its files as functions, each by itself, and all of them at once."""

from __future__ import annotations

import os
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from dockgen import mapping, pipeline
from dockgen import settings as keys
from dockgen.errors import InputError, UndecidedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dockgen.facts import Facts
    from dockgen.mapping import Value
    from dockgen.plans import Plan
    from dockgen.project import Project
    from dockgen.rendering import Artifact
    from dockgen.settings import Settings

NONE: Mapping[str, Value] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What `generate` made: the files, the plan that they print, and what a person should look at, one line each.

    Paths of `artifacts` are relative to `root`, an absolute path: the folder, or the top of its workspace. `kept` are
    names of files that were replaced and are kept as `.orig`.
    """

    artifacts: tuple[Artifact, ...]
    plan: Plan
    warnings: tuple[str, ...]
    root: str
    kept: tuple[str, ...] = ()


def scan(path: str | os.PathLike[str]) -> Project:
    """The project in the folder PATH, which is seen as a part of its workspace if it is one; reads, writes nothing.

    InputError if PATH is no readable folder.
    """
    return pipeline.look(path)[1]


def detect(project: Project, *, settings: Mapping[str, Value] = NONE) -> Facts:
    """What PROJECT is, where SETTINGS do not say it. UndecidedError if it is nothing that can be run.

    Files of PROJECT are read; nothing else is.
    """
    app = pipeline.choose(project, _read(settings))
    if app.path:
        raise UndecidedError(f"the app is not here: it is in {app.path}", hint=f"scan the folder {app.path}")
    return app.facts


def plan(facts: Facts, *, settings: Mapping[str, Value] = NONE) -> Plan:
    """What to build for FACTS and SETTINGS. UndecidedError if something is missing that only a person can say.

    RefusedError for a release that gets no security fixes any more, if `allow-eol` does not allow it. Pure.
    """
    return pipeline.decide(facts, _read(settings))


def render(plan: Plan, *, folder: str = "", context: str = "") -> tuple[Artifact, ...]:
    """The files that PLAN asks for: those of an app in FOLDER, for a build of CONTEXT, both relative to one root.

    Pure, but that dockgen's own templates are read.
    """
    from dockgen import rendering  # noqa: PLC0415  (start-up time)

    return rendering.render(plan, folder=folder, context=context)


def generate(
    directory: str | os.PathLike[str],
    *,
    settings: Mapping[str, Value] = NONE,
    preset: str | Iterable[str] = (),
    templates: str | os.PathLike[str] | Iterable[str | os.PathLike[str]] = (),
    app: str | None = None,
    write: bool = False,
    force: bool = False,
) -> Result:
    """The files for the app in DIRECTORY, or the one below it called APP: what `dockgen generate` writes there.

    PRESET and TEMPLATES are one or several, as on the command line. dockgen.yaml and .dockgen/ in DIRECTORY count,
    variables of the environment do not. WRITE writes, and with FORCE also over what a person wrote, which is kept.
    DockgenError if it cannot be done; nothing is written then.
    """
    from dockgen import work  # noqa: PLC0415  (start-up time)
    from dockgen.rendering import Artifact  # noqa: PLC0415
    from dockgen.sources import Request  # noqa: PLC0415

    folders = (templates,) if isinstance(templates, (str, os.PathLike)) else tuple(templates)
    asked = Request(
        flags=mapping.flags(settings),
        presets=(preset,) if isinstance(preset, str) else tuple(preset),
        templates=tuple(os.fspath(folder) for folder in folders),
    )
    if force and not write:
        raise InputError("force is for writing", hint="generate(…, write=True, force=True)")
    (found,) = work.look(directory, asked, {}, app)
    changes = work.compare(found)
    kept = work.write(found.root, changes, force=force) if write else ()
    return Result(
        artifacts=tuple(Artifact(path=c.path, text=c.text) for c in changes),
        plan=found.plan,
        warnings=found.warnings(),
        root=found.root,
        kept=kept,
    )


def _read(settings: Mapping[str, Value]) -> Settings:
    return keys.read(mapping.flags(settings), {})
