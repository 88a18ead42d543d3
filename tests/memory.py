"""Layers of templates in memory, for tests of templating."""

from __future__ import annotations

import io

from dockgen.templating.layers import Layer, Layers, built_in


class Folder:
    """What a layer needs of a folder, from a dict of texts."""

    def __init__(self, files: dict[str, str], path: str = "") -> None:
        self.files, self.path = files, path
        self.name = path.rpartition("/")[2]

    def joinpath(self, *parts: str) -> Folder:
        return Folder(self.files, "/".join(filter(None, (self.path, *parts))))

    def is_file(self) -> bool:
        return self.path in self.files

    def is_dir(self) -> bool:
        return not self.path or any(f.startswith(f"{self.path}/") for f in self.files)

    def iterdir(self) -> list[Folder]:
        below = f"{self.path}/" if self.path else ""
        names = dict.fromkeys(f.removeprefix(below).partition("/")[0] for f in self.files if f.startswith(below))
        return [self.joinpath(name) for name in names]

    def open(self, mode: str) -> io.BytesIO:
        return io.BytesIO(self.files[self.path].encode())


def layers(*, built: bool = False, **files: dict[str, str]) -> Layers:
    """Layers in memory, the top-most first, by name; dockgen's own below them if BUILT."""
    made = [Layer(name=name, folder=Folder(texts), shown=name) for name, texts in files.items()]
    return Layers((*made, *([built_in()] if built else [])))
