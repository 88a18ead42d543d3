"""Find the built-in templates and presets: beside the package in a wheel or a zipapp, at the top of a checkout."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


def root() -> Traversable:
    """The folder that holds `templates` and `presets`."""
    here = Path(__file__).resolve()
    if (here.parent / "templates").is_dir():
        return here.parent
    checkout = here.parents[2]
    if here.parents[1].name == "generator" and (checkout / "templates" / "common").is_dir():
        return checkout
    from importlib.resources import files  # noqa: PLC0415  (slow to import, and only a zipapp needs it)

    return files("dockgen")
