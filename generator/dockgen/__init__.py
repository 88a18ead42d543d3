"""Dockerfiles that build, start and answer at the first try."""

TYPE_CHECKING = False  # type checkers take it for true; `typing` is slow to import, and `--version` needs none of it
if TYPE_CHECKING:
    from dockgen.api import (
        Artifact,
        Change,
        DockgenError,
        Facts,
        InputError,
        Plan,
        Project,
        RefusedError,
        Result,
        Settings,
        UndecidedError,
        UnsupportedError,
        detect,
        generate,
        plan,
        render,
        scan,
    )

__version__ = "0.1.0"

# The Python API (docs/reference/api.md). No module of the package may be called like a function of it.
__all__ = [
    "Artifact", "Change", "DockgenError", "Facts", "InputError", "Plan", "Project", "RefusedError", "Result",
    "Settings", "UndecidedError", "UnsupportedError", "__version__", "detect", "generate", "plan", "render", "scan",
]  # fmt: skip


if not TYPE_CHECKING:  # a type checker would take any misspelt name for one of these

    def __getattr__(name: str) -> object:
        """A name of the API, whose module is imported when the first of them is asked for."""
        if name not in __all__:
            raise AttributeError(f"module 'dockgen' has no attribute {name!r}")
        from dockgen import api  # noqa: PLC0415

        return getattr(api, name)


def __dir__() -> list[str]:
    """The names of the API."""
    return sorted(__all__)
