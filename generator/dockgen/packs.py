"""Packs: templates, presets and options of a company, in a folder of the project or in an installed distribution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dockgen.errors import InputError
from dockgen.templating.layers import Layer
from dockgen.yamldoc import Placed, decode

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from dockgen.documents import PackFile

FILE = "pack.yaml"
VENDORED = ".dockgen/packs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A pack: its folder, how messages name that, and what its pack.yaml says."""

    folder: Path
    shown: str
    file: PackFile

    @property
    def name(self) -> str:
        """What it is called."""
        return self.file.name.text

    @property
    def layer(self) -> Layer:
        """Its templates."""
        return Layer(name=self.name, folder=self.folder / "templates", shown=f"{self.shown}/templates")


def find(wanted: Iterable[Placed], root: Path) -> tuple[Pack, ...]:
    """The packs WANTED, in that order, for the project in ROOT. InputError if one cannot be found or read."""
    return tuple(_find(name, root) for name in wanted)


def _find(name: Placed, root: Path) -> Pack:
    is_path = name.text.startswith(("./", "../", "/"))
    folder = root / name.text if is_path else root / VENDORED / name.text
    shown = name.text.rstrip("/") if is_path else f"{VENDORED}/{name.text}"
    if not (folder / FILE).is_file():
        raise InputError(f"there is no pack {name.text!r}", where=name.where or None)
    return read(folder, shown)


def read(folder: Path, shown: str) -> Pack:
    """The pack in FOLDER. InputError if its pack.yaml is no such file."""
    from dockgen.documents import PackFile  # noqa: PLC0415

    file = decode(PackFile, (folder / FILE).read_bytes(), f"{shown}/{FILE}")
    return Pack(folder=folder, shown=shown, file=file)
