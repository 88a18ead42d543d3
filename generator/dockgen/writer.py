"""Write files: all of them or none, each whole or not at all, never through a symlink."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from dockgen.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dockgen.changes import Change


def on_disk(root: Path, paths: Sequence[str]) -> dict[str, str | None]:
    """The text of each of PATHS below ROOT, None where there is no file. RefusedError if a path is no regular file."""
    found: dict[str, str | None] = {}
    for path in paths:
        file = root / path
        _keep_inside(root, path)
        if file.is_symlink() or (file.exists() and not file.is_file()):
            raise RefusedError(
                f"{path} is not a regular file; nothing was written", where=str(file), hint="move it away"
            )
        try:
            found[path] = file.read_bytes().decode("utf-8", "surrogateescape") if file.exists() else None
        except OSError as error:
            raise RefusedError(f"cannot read {path}: {error.strerror}", where=str(file)) from error
    return found


def _keep_inside(root: Path, path: str) -> None:
    """RefusedError if a folder on the way to PATH, which is below ROOT, is a link that leads out of ROOT."""
    if path.startswith(("/", "..")) or (root / path).parent.resolve().is_relative_to(root.resolve()):
        return
    raise RefusedError(f"{path} lies behind a link that leads out of the project; nothing was written", where=str(root))


def apply(root: Path, changes: Sequence[Change]) -> tuple[str, ...]:
    """Carry out CHANGES below ROOT and return the names of the files kept as `.orig`.

    RefusedError if something fails; what was there before is then there again.
    """
    pending = [c for c in changes if c.kind != "same"]
    kept: list[str] = []
    staged: list[tuple[Path, Path]] = []
    made: list[Path] = []
    done: list[Path] = []
    before = {root / c.path: c.before for c in pending}
    try:
        for change in pending:
            target = root / change.path
            made += _folders(root, target.parent)
            if change.loses_work:
                backup = _backup_name(target)
                staged.append((_stage(backup, change.before or ""), backup))
                kept.append(backup.name)
            staged.append((_stage(target, change.text), target))
        for temporary, target in staged:
            temporary.replace(target)
            done.append(target)
    except BaseException as error:
        _discard(temporary for temporary, _ in staged)
        _undo(done, before)
        _remove(made)
        if not isinstance(error, OSError):  # interrupted
            raise
        raise RefusedError(f"cannot write: {error.strerror or error}; nothing was changed", where=str(root)) from error
    return tuple(kept)


def _folders(root: Path, folder: Path) -> list[Path]:
    """Make FOLDER and those above it that are below ROOT; which of them are new, the outermost first."""
    missing = [f for f in (folder, *folder.parents) if root in f.parents and not f.exists()][::-1]
    for new in missing:
        new.mkdir()
    return missing


def _remove(folders: Iterable[Path]) -> None:
    """Remove FOLDERS that were made, if they are still empty."""
    for folder in sorted(folders, key=lambda f: -len(f.parts)):
        with contextlib.suppress(OSError):
            folder.rmdir()


def _stage(target: Path, text: str) -> Path:
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8", "surrogateescape"))
        temporary.chmod(stat.S_IMODE(target.stat().st_mode) if target.is_file() else 0o644)
    except BaseException:
        _discard([temporary])
        raise
    return temporary


def _discard(files: Iterable[Path]) -> None:
    for file in files:
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)


def _undo(done: Sequence[Path], before: Mapping[Path, str | None]) -> None:
    for target in reversed(done):
        with contextlib.suppress(OSError):
            text = before.get(target)
            if text is None:
                target.unlink(missing_ok=True)
            else:
                _stage(target, text).replace(target)


def _backup_name(target: Path) -> Path:
    """`Dockerfile.orig`, or the first of `.orig.2`, `.orig.3` … that is free: an older copy is never overwritten."""
    backup = target.with_name(target.name + ".orig")
    number = 2
    while backup.exists() or backup.is_symlink():
        backup = target.with_name(f"{target.name}.orig.{number}")
        number += 1
    return backup
