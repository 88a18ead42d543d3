"""What `from dockgen import …` gives: the steps from a folder to its files, and `generate`, which takes all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen import pipeline, rendering, work
from dockgen.changes import Change, require_consent
from dockgen.errors import DockgenError, InputError, RefusedError, UndecidedError, UnsupportedError
from dockgen.facts import Facts
from dockgen.plans import Plan
from dockgen.project import Project
from dockgen.records import dataclass
from dockgen.rendering import Artifact
from dockgen.settings import Settings
from dockgen.sources import Request

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from dockgen.settings import Value

__all__ = [
    "Artifact", "Change", "DockgenError", "Facts", "InputError", "Plan", "Project", "RefusedError", "Result",
    "Settings", "UndecidedError", "UnsupportedError", "detect", "generate", "plan", "render", "scan",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What `generate` made of a folder: the files by their paths below ROOT, and what writing them changes.

    `written` are the paths of what was written, `kept` the names of the copies of what that replaced.
    """

    root: str
    facts: Facts
    plan: Plan
    artifacts: tuple[Artifact, ...]
    changes: tuple[Change, ...]
    warnings: tuple[str, ...]
    written: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    def text(self, name: str) -> str:
        """The text of the file NAME, such as `Dockerfile`, in whatever folder. InputError if none is called so."""
        for artifact in self.artifacts:
            if artifact.path.rpartition("/")[2] == name:
                return artifact.text
        raise InputError(f"there is no file {name!r}", hint=f"one of {', '.join(a.path for a in self.artifacts)}")


def scan(directory: str | os.PathLike[str]) -> Project:
    """The project in DIRECTORY: which files there are; the text of one is read when it is first asked for.

    InputError if it is no readable folder.
    """
    return pipeline.look(directory)[1]


def detect(project: Project, *, settings: Mapping[str, Value] | Settings | None = None) -> Facts:
    """What PROJECT is, and how that is known. UndecidedError if it is nothing that can be run."""
    return pipeline.detect(project, _settings(settings))


def plan(facts: Facts, *, settings: Mapping[str, Value] | Settings | None = None) -> Plan:
    """What to build for FACTS, decided by the same SETTINGS that they were found with.

    UndecidedError if something is missing that only a person can say, RefusedError if it must not be built.
    """
    return pipeline.decide(facts, _settings(settings))


def render(plan: Plan, *, folder: str = "", context: str = "") -> tuple[Artifact, ...]:
    """The files of PLAN, the Dockerfile first: in FOLDER, for a build whose context is CONTEXT ("": the project)."""
    return rendering.render(plan, folder=folder, context=context)


def generate(
    directory: str | os.PathLike[str] = ".",
    *,
    settings: Mapping[str, Value] | None = None,
    preset: str | Sequence[str] = (),
    pack: str | Sequence[str] = (),
    templates: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] = (),
    app: str | None = None,
    environment: Mapping[str, str] | None = None,
    write: bool = False,
    force: bool = False,
) -> Result:
    """Scan DIRECTORY, detect, plan and render as `dockgen generate` does, and WRITE the files, all or none.

    APP is the one that is meant where there are several; ENVIRONMENT may have DOCKGEN_ variables (os.environ is not
    read). RefusedError if a file is there that dockgen did not write or that was edited since, unless FORCE is true.
    """
    given = {} if settings is None else settings
    asked = Request(given=given, presets=_names(preset), packs=_names(pack), templates=_paths(templates))
    (found,) = work.look(directory, asked, environment or {}, app)
    ((found, artifacts),) = work.rendered_all([found])
    changes = work.compared(found, artifacts)
    kept: tuple[str, ...] = ()
    if write:
        from pathlib import Path  # noqa: PLC0415  (slow to import)

        from dockgen import writer  # noqa: PLC0415

        if not force:
            require_consent(changes)
        kept = tuple(writer.apply(Path(found.root), changes))
    return Result(
        root=found.root,
        facts=found.facts,
        plan=found.plan,
        artifacts=artifacts,
        changes=changes,
        warnings=tuple(work.told(found)),
        written=tuple(c.path for c in changes if c.kind != "same") if write else (),
        kept=kept,
    )


def _settings(given: Mapping[str, Value] | Settings | None) -> Settings:
    return given if isinstance(given, Settings) else Settings.of({} if given is None else given)


def _names(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _paths(given: str | os.PathLike[str] | Sequence[str | os.PathLike[str]]) -> tuple[str, ...]:
    from os import PathLike, fspath  # noqa: PLC0415

    return tuple(fspath(one) for one in ((given,) if isinstance(given, (str, PathLike)) else given))
