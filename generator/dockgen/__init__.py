"""Dockerfiles that build, start and answer at the first try."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dockgen.api import Result, detect, generate, plan, render, scan
    from dockgen.errors import (
        BugError,
        DockgenError,
        ExitCode,
        InputError,
        NothingFoundError,
        RefusedError,
        UndecidedError,
        UnsupportedError,
    )
    from dockgen.facts import Facts
    from dockgen.plans import Plan
    from dockgen.project import Project
    from dockgen.rendering import Artifact

__version__ = "0.1.0"

__all__ = [
    "Artifact",
    "BugError",
    "DockgenError",
    "ExitCode",
    "Facts",
    "InputError",
    "NothingFoundError",
    "Plan",
    "Project",
    "RefusedError",
    "Result",
    "UndecidedError",
    "UnsupportedError",
    "__version__",
    "detect",
    "generate",
    "plan",
    "render",
    "scan",
]

# Where each name is from; imported when it is first asked for, so that `dockgen --version` need not wait for any.
_FROM = {
    "Artifact": "rendering",
    "Facts": "facts",
    "Plan": "plans",
    "Project": "project",
    **dict.fromkeys(("Result", "detect", "generate", "plan", "render", "scan"), "api"),
    **dict.fromkeys((name for name in __all__ if name.endswith("Error") or name == "ExitCode"), "errors"),
}

if not TYPE_CHECKING:  # a type checker would take any misspelt name for one that this answers

    def __getattr__(name: str) -> object:
        """The public name NAME, from the module that has it."""
        if name not in _FROM:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module  # noqa: PLC0415

        return getattr(import_module(f"dockgen.{_FROM[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
