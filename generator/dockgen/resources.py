"""Find what ships with dockgen: data beside the modules, templates and presets beside the package or in a checkout."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


def root() -> Traversable:
    """The folder that holds `templates` and `presets`."""
    from pathlib import Path  # noqa: PLC0415  (slow to import, and the data needs none of it)

    here = Path(__file__).resolve()
    if (here.parent / "templates").is_dir():
        return here.parent
    checkout = here.parents[2]
    if here.parents[1].name == "generator" and (checkout / "templates" / "common").is_dir():
        return checkout
    from importlib.resources import files  # noqa: PLC0415  (slow to import, and only a zipapp needs it)

    return files("dockgen")


def data(name: str) -> bytes:
    """The bytes of a file that lies beside this module, wherever that was loaded from: a folder or an archive."""
    loader: Any = __spec__.loader
    found: bytes = loader.get_data(os.path.join(os.path.dirname(__file__), name))  # noqa: PTH118, PTH120
    return found
