"""What a run makes, under names of its own, and its removal: containers, images, a folder."""

from __future__ import annotations

import os
import shlex
import shutil
import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from dockgen import signals
from dockgen.patterns import Rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockgen.verify.engine.engines import Engine

PREFIX = "dockgen-verify"
LABEL = "dockgen.verify"
_GONE = ("no such", "not found", "no container with", "image not known", "does not exist")


class Scratch:
    """The names of what is made, each given before it is; `left` is what could not be removed."""

    def __init__(self, engine: Engine) -> None:
        self.id = uuid.uuid4().hex[:12]
        self.folder = Path(tempfile.gettempdir()) / f"{PREFIX}-{self.id}"
        self.left: tuple[str, ...] = ()
        self._engine = engine
        self._containers: list[str] = []
        self.images: list[str] = []

    def begin(self) -> None:
        """Make the folder."""
        self.folder.mkdir(mode=0o700)

    def clear(self) -> None:
        """Remove everything, which no signal cuts short."""
        with signals.held():
            image = ("image", "rm") if self._engine.kind.runs else ("rmi",)
            left = (
                *(self._remove("rm", "--force", "--volumes", name) for name in self._containers),
                *(self._remove(*image, "--force", name) for name in self.images),
                _folder(self.folder),
            )
            self.left = tuple(filter(None, left))

    def container(self) -> tuple[str, tuple[str, ...]]:
        """The name of a container that will be started, and the options that give it to it."""
        name = f"{PREFIX}-{self.id}-{len(self._containers) + 1}"
        self._containers.append(name)
        return name, ("--name", name, "--label", f"{LABEL}={self.id}")

    def image(self) -> str:
        """The name of an image that will be built."""
        name = f"{PREFIX}:{self.id}-{len(self.images) + 1}"
        self.images.append(name)
        return name

    def _remove(self, *args: str) -> str:
        """Tell the engine; the command that a person can use if it could not, "" if all is well."""
        done = self._engine.ask(*args, timeout=60)
        if done.code == 0 or any(word in done.said.lower() for word in _GONE):
            return ""
        return shlex.join([self._engine.name, *args])


def _folder(folder: Path) -> str:
    """Remove FOLDER, its copies of folders that nobody may write as well."""
    for path, _, _ in os.walk(folder):
        if not os.access(path, os.W_OK | os.X_OK):
            Path(path).chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)
    return shlex.join(["rm", "-r", str(folder)]) if folder.exists() else ""


def listed(context: str, patterns: Sequence[str]) -> Iterator[str]:
    """The files of CONTEXT that a build is sent, by the PATTERNS of its ignore file; paths are relative to it."""
    rules = Rules(patterns)
    left = [("", rules.start)]
    while left:
        folder, above = left.pop()
        try:
            with os.scandir(f"{context}/{folder}") as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError:
            continue  # the build will say so
        for entry in entries:
            path = f"{folder}/{entry.name}".lstrip("/")
            ignored, held = rules.ask(path, above)
            if entry.is_dir(follow_symlinks=False):
                if not ignored or rules.may_return(path):
                    left.append((path, held))
            elif not ignored:
                yield path


def copied(context: str, paths: Sequence[str], target: Path) -> None:
    """Make TARGET a copy of PATHS in CONTEXT; files are the same ones under a second name, where that is possible."""
    source, folders = Path(context), dict[str, None]()
    target.mkdir()
    for path in paths:
        parent = path.rpartition("/")[0]
        if parent not in folders:
            (target / parent).mkdir(parents=True, exist_ok=True)
            folders[parent] = None
        _copy(source / path, target / path)
    for folder in sorted(folders, key=len, reverse=True):  # modes at last: one may forbid writing
        while folder:
            shutil.copymode(source / folder, target / folder)
            folder = folder.rpartition("/")[0]  # noqa: PLW2901


def _copy(source: Path, target: Path) -> None:
    if source.is_symlink():
        target.symlink_to(source.readlink())
        return
    try:
        target.hardlink_to(source)
    except OSError:  # another file system, or a file that is not ours
        shutil.copy2(source, target)


def is_file(path: str) -> bool:
    """True if there is a file PATH."""
    return os.path.isfile(path)  # noqa: PTH113


def edit(file: Path, line: str) -> None:
    """Add LINE to FILE, which is given a text of its own: it may be a second name of somebody's file."""
    data, mode = file.read_bytes(), file.stat().st_mode & 0o7777
    file.unlink()
    file.write_bytes(data + line.encode())
    file.chmod(mode)
