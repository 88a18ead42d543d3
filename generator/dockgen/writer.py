"""Write files: all of them or none, each whole or not at all, never through a symlink."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from dockgen import lazy, locking, signals
from dockgen.errors import RefusedError
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dockgen.changes import Change

# What a process that was killed may leave. The name is ours alone, so that the next write can remove it without asking,
# and it ends as those of editors do, so that every .dockerignore of ours and most .gitignore leave it out.
STRAY = lazy.pattern(r"\.dockgen-[0-9a-f]{8}\.swp")
# What is written first, by the ends of names. If a process is killed then, an update makes the rest from the settings,
# and a build is sent less than it may see, never more.
FIRST = ("dockgen.yaml", "ignore")

written: list[str] = []  # by this process: what it may say when it is interrupted


@dataclass(frozen=True, slots=True)
class _Step:
    """One file that is ready beside its TARGET, and what is there now under a second name (None: nothing is)."""

    ready: Path
    target: Path
    old: Path | None


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


def existing(root: Path, paths: Sequence[str]) -> tuple[str, ...]:
    """Those of PATHS that are there below ROOT."""
    return tuple(path for path in paths if (root / path).exists())


def _keep_inside(root: Path, path: str) -> None:
    """RefusedError if a folder on the way to PATH, which is below ROOT, is a link that leads out of ROOT."""
    if not _is_inside(root, path):
        what = f"{path} lies behind a link that leads out of the project; nothing was written"
        raise RefusedError(what, where=str(root))


def _is_inside(root: Path, path: str) -> bool:
    return path.startswith(("/", "..")) or (root / path).parent.resolve().is_relative_to(root.resolve())


def apply(root: Path, changes: Sequence[Change]) -> tuple[str, ...]:
    """Carry out CHANGES below ROOT and return the names of the files kept as `.orig`.

    RefusedError if something fails, or if a file is no longer what it was when CHANGES were found; everything is then
    as it was before. What a killed process left in the folders of CHANGES is removed.
    """
    pending = [c for c in changes if c.kind != "same"]
    folders = {(root / c.path).parent for c in changes}
    try:
        if not pending:
            clean(root, [c.path for c in changes])
            return ()
        with locking.locked(map(_nearest, folders)) as is_alone, signals.held() as is_stopped:
            _sweep(folders, is_alone=is_alone)
            return _write(root, _still_needed(root, pending), is_stopped)
    except OSError as error:
        raise RefusedError(f"cannot write: {error.strerror or error}; nothing was changed", where=str(root)) from error


def clean(root: Path, paths: Iterable[str]) -> None:
    """Remove what killed processes left beside PATHS below ROOT, as far as that can be done."""
    folders = {(root / path).parent for path in paths if _is_inside(root, path)}
    if places := [folder for folder in folders if _strays([folder])]:
        with contextlib.suppress(RefusedError), locking.locked(places) as is_alone:
            _sweep(places, is_alone=is_alone)


def _still_needed(root: Path, pending: Sequence[Change]) -> list[Change]:
    """PENDING without what somebody has written in the meantime, in the order to write them.

    RefusedError if a file has changed otherwise.
    """
    now = on_disk(root, [c.path for c in pending])
    left = [c for c in pending if now[c.path] != c.text]
    for change in left:
        if now[change.path] != change.before:
            what = f"{change.path} was changed in the meantime; nothing was written"
            raise RefusedError(what, where=str(root / change.path), hint="run it again")
    return sorted(left, key=lambda c: next((n for n, end in enumerate(FIRST) if c.path.endswith(end)), len(FIRST)))


def _write(root: Path, pending: Sequence[Change], is_stopped: Callable[[], bool]) -> tuple[str, ...]:
    made: list[Path] = []
    names: list[Path] = []  # that were given to files for the time being
    steps: list[_Step] = []
    kept: list[str] = []
    try:
        for change in pending:
            target = root / change.path
            made += _folders(root, target.parent)
            if change.loses_work:
                backup, is_new = _backup(target, change.before or "")
                kept.append(backup.name)
                if is_new:
                    steps.append(_Step(_stage(target, change.before or "", names), backup, None))
            old = _second_name(target, change.before, names) if change.before is not None else None
            steps.append(_Step(_stage(target, change.text, names), target, old))
        if is_stopped():
            raise KeyboardInterrupt  # noqa: TRY301  (while nothing has happened yet)
        _commit(steps)
    except BaseException:
        _discard(names)
        _remove(made)
        raise
    written.extend(c.path for c in pending)
    _discard(names)
    return tuple(kept)


def _commit(steps: Sequence[_Step]) -> None:
    """Give every file its name; if that fails half-way, take it back, which needs no space on the disk."""
    try:
        for step in steps:
            step.ready.replace(step.target)
    except BaseException:
        for step in reversed(steps):
            if not step.ready.exists():  # it has come to this one
                _take_back(step)
        raise


def _take_back(step: _Step) -> None:
    """RefusedError if it cannot be done: then a copy made earlier stays, too."""
    try:
        if step.old:
            step.old.replace(step.target)
        else:
            step.target.unlink()
    except OSError as error:
        what = f"cannot write all files, nor take {step.target.name} back: {error.strerror or error}"
        raise RefusedError(what, where=str(step.target)) from error


def _folders(root: Path, folder: Path) -> list[Path]:
    """Make FOLDER and those above it that are below ROOT; which of them are new, the outermost first."""
    missing = [f for f in (folder, *folder.parents) if root in f.parents and not f.exists()][::-1]
    for new in missing:
        new.mkdir()
    return missing


def _nearest(folder: Path) -> Path:
    """FOLDER, or the first above it that exists."""
    return next((f for f in (folder, *folder.parents) if f.is_dir()), folder)


def _remove(folders: Iterable[Path]) -> None:
    """Remove FOLDERS that were made, if they are still empty."""
    for folder in sorted(folders, key=lambda f: -len(f.parts)):
        with contextlib.suppress(OSError):
            folder.rmdir()


def _stage(target: Path, text: str, names: list[Path]) -> Path:
    """A new file with TEXT beside TARGET, with its owner and permissions; its name is added to NAMES.

    It is on the disk when this returns: without that, a power cut after the file got its name may leave it empty.
    """
    ready = _new_name(target.parent, names)
    handle = os.open(ready, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(text.encode("utf-8", "surrogateescape"))
        file.flush()
        os.fsync(handle)
    mode = 0o644
    if target.is_file():
        found = target.stat()
        mode = stat.S_IMODE(found.st_mode)
        with contextlib.suppress(OSError, AttributeError):  # only root may give files away; not on Windows
            os.chown(ready, found.st_uid, found.st_gid)
    ready.chmod(mode)
    return ready


def _second_name(target: Path, text: str, names: list[Path]) -> Path:
    """Another name for the file TARGET, or a copy of its TEXT where a file has but one; it is added to NAMES."""
    name = _new_name(target.parent, names)
    try:
        os.link(target, name)
    except OSError:
        return _stage(target, text, names)
    return name


def _new_name(folder: Path, names: list[Path]) -> Path:
    names.append(folder / f".dockgen-{os.urandom(4).hex()}.swp")
    return names[-1]


def _discard(names: Iterable[Path]) -> None:
    """Remove the files that still have one of NAMES."""
    for file in names:
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)


def _strays(folders: Iterable[Path]) -> list[str]:
    """What killed processes left in FOLDERS."""
    found: list[str] = []
    for folder in folders:
        with contextlib.suppress(OSError), os.scandir(folder) as entries:
            found += [e.path for e in entries if STRAY.fullmatch(e.name) and e.is_file(follow_symlinks=False)]
    return found


def _sweep(folders: Iterable[Path], *, is_alone: bool) -> None:
    """Remove what killed processes left in FOLDERS, if it cannot belong to one that still runs."""
    for path in _strays(folders) if is_alone else ():
        with contextlib.suppress(OSError):
            Path(path).unlink()


def _backup(target: Path, text: str) -> tuple[Path, bool]:
    """Where TEXT is kept, and whether it is not there already: `Dockerfile.orig`, else the first of `.orig.2` …

    An older copy is never overwritten.
    """
    backup = target.with_name(target.name + ".orig")
    number = 2
    while os.path.lexists(backup):
        if not backup.is_symlink() and backup.is_file() and _holds(backup, text):
            return backup, False
        backup = target.with_name(f"{target.name}.orig.{number}")
        number += 1
    return backup, True


def _holds(file: Path, text: str) -> bool:
    with contextlib.suppress(OSError):
        return file.read_bytes() == text.encode("utf-8", "surrogateescape")
    return False
