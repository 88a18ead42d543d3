"""Ordered layers of templates: a plain name is the top-most layer's file, `!name` the next one below who asks."""

from __future__ import annotations

import posixpath
from dataclasses import field
from typing import TYPE_CHECKING

from dockgen import __version__, resources
from dockgen.errors import InputError
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

BUILT_IN = "dockgen"
MAX_BYTES = 262_144  # of one template
HIDDEN = ("cookiecutter",)  # folders beside the templates that are none


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A folder of templates: NAME is a word for it, SHOWN the folder as messages write it.

    Files are read through Traversable, since dockgen's own may lie in a wheel or a zipapp; no symlink leads out of it.
    """

    name: str
    folder: Traversable
    shown: str
    version: str = ""

    def read(self, path: str) -> str | None:
        """The template PATH; None if there is none. InputError if it is no text, or lies outside the layer."""
        parts = path.split("/")
        if any(part in ("", ".", "..") or "\\" in part or ":" in part for part in parts):
            return None
        file = self.folder.joinpath(*parts)
        if not file.is_file():
            return None
        self._keep_inside(file, path)
        with file.open("rb") as stream:
            text = stream.read(MAX_BYTES + 1)
        if len(text) > MAX_BYTES:
            raise InputError(f"the template is larger than {MAX_BYTES // 1024} KiB", where=self.place(path))
        try:
            return text.decode("utf-8").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            raise InputError("the template is not UTF-8 text", where=self.place(path)) from error

    def paths(self) -> tuple[str, ...]:
        """Every template of the layer, in order."""
        return tuple(sorted(self._walk(self.folder, "", 0)))

    def place(self, path: str) -> str:
        """PATH as messages name it."""
        return posixpath.join(self.shown, path)

    def _walk(self, folder: Traversable, below: str, depth: int) -> Iterator[str]:
        if depth > 8 or not folder.is_dir():
            return
        for item in folder.iterdir():
            path = f"{below}{item.name}"
            if item.name.startswith(".") or path in HIDDEN:
                continue
            if item.is_dir():
                yield from self._walk(item, f"{path}/", depth + 1)
            elif item.name.endswith(".j2"):
                yield path

    def _keep_inside(self, file: Traversable, path: str) -> None:
        real = getattr(file, "resolve", None)
        if real and not str(real()).startswith(str(self.folder.resolve()) + _separator()):  # type: ignore[attr-defined]
            raise InputError("the template is a link that leads out of its layer", where=self.place(path))


def _separator() -> str:
    import os  # noqa: PLC0415

    return os.sep


@dataclass(frozen=True, slots=True)
class Layers:
    """The layers of one run, the top-most first; the last is dockgen's own. Each template is read once."""

    all: tuple[Layer, ...]
    texts: dict[tuple[str, str], str | None] = field(default_factory=dict, compare=False, repr=False)

    def text(self, layer: Layer, path: str) -> str | None:
        """The text of PATH in LAYER; None if it does not have it. InputError as from `Layer.read`."""
        key = layer.name, path
        if key not in self.texts:
            self.texts[key] = layer.read(path)
        return self.texts[key]

    def find(self, name: str, below: str | None = None) -> tuple[Layer, str, str] | None:
        """Layer, path and text of the template NAME. `!path` is looked for BELOW the layer of that name only."""
        path = name.removeprefix("!")
        start = 0
        if name.startswith("!"):
            names = [layer.name for layer in self.all]
            start = names.index(below) + 1 if below in names else 0
        for layer in self.all[start:]:
            if (text := self.text(layer, path)) is not None:
                return layer, path, text
        return None

    def having(self, path: str) -> tuple[Layer, ...]:
        """The layers that have PATH, the top-most first."""
        return tuple(layer for layer in self.all if self.text(layer, path) is not None)

    def paths(self) -> tuple[str, ...]:
        """The names of all templates, in order."""
        return tuple(sorted({path for layer in self.all for path in layer.paths()}))


def built_in() -> Layer:
    """dockgen's own templates."""
    folder = resources.root().joinpath("templates")
    return Layer(name=BUILT_IN, folder=folder, shown="dockgen/templates", version=__version__)


def only_built_in() -> Layers:
    """No layer but dockgen's own."""
    return Layers((built_in(),))
