"""Write files: all of them or none, each whole or not at all, never through a symlink."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import stat
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dockgen.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dockgen.changes import Change

LOCK_TRIES, LOCK_PAUSE = 100, 0.05  # five seconds; another one's work takes milliseconds
STRAY = 60  # seconds after which a stored text is nobody's any more
written: list[str] = []  # the files that this process has written


@dataclass(frozen=True, slots=True)
class Staged:
    """A text that is stored: where it is, where it shall be, and what is there before."""

    temporary: Path
    target: Path
    before: str | None
    is_backup: bool = False


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

    All texts are stored before the first one takes its place, and signals wait meanwhile; a process that is killed in
    between leaves each file whole, old or new. RefusedError if something fails, or if a file is no longer what it was
    when it was compared; everything is then as before.
    """
    pending = [c for c in changes if c.kind != "same"]
    staged: list[Staged] = []
    made: list[Path] = []
    with _alone(root), _uninterrupted():
        try:
            _require_unchanged(root, pending)
            for change in pending:
                made += _folders(root, (root / change.path).parent)
                staged += _staged(root / change.path, change)
            _commit(staged)
        except BaseException as error:
            _discard(each.temporary for each in staged)
            _remove(made)
            if not isinstance(error, OSError):
                raise
            what = f"cannot write: {error.strerror or error}; nothing was changed"
            raise RefusedError(what, where=str(root)) from error
        written.extend(str(each.target) for each in staged)
    return tuple(each.target.name for each in staged if each.is_backup)


@contextlib.contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Wait until no other dockgen writes below ROOT, where the system can tell."""
    try:
        import fcntl  # noqa: PLC0415  (not on Windows)

        handle = os.open(root, os.O_RDONLY)
    except (ImportError, OSError):
        yield
        return
    try:
        for _ in range(LOCK_TRIES):
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:  # somebody else has it, or this file system has no locks
                time.sleep(LOCK_PAUSE)
        yield
    finally:
        os.close(handle)


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let signals that would end the process wait, where the system can."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM, signal.SIGHUP))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _require_unchanged(root: Path, changes: Sequence[Change]) -> None:
    """RefusedError if a file is not what it was when the CHANGES were made out: somebody else has written it."""
    there = on_disk(root, [change.path for change in changes])
    for change in changes:
        if there[change.path] != change.before:
            raise RefusedError(
                f"{change.path} was changed while dockgen ran; nothing was written",
                where=str(root / change.path),
                hint="run it again",
            )


def _staged(target: Path, change: Change) -> Iterator[Staged]:
    """The texts of CHANGE, stored beside where they shall be: first what is kept as `.orig`, if anything."""
    _clean(target)
    if change.loses_work:
        backup = _backup_name(target)
        yield Staged(_stage(backup, change.before or ""), backup, None, is_backup=True)
    yield Staged(_stage(target, change.text), target, change.before)


def _commit(staged: Sequence[Staged]) -> None:
    """Put all texts in their places. If that fails for one, everything is as before."""
    for number, each in enumerate(staged):
        try:
            each.temporary.replace(each.target)
        except BaseException:
            _undo(staged[: number + 1])
            raise


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
            file.flush()
            os.fsync(file.fileno())  # a rename may reach the disk before what it names: 0.2 ms
        temporary.chmod(stat.S_IMODE(target.stat().st_mode) if target.is_file() else 0o644)
    except BaseException:
        _discard([temporary])
        raise
    return temporary


def _discard(files: Iterable[Path]) -> None:
    for file in files:
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)


def _undo(done: Sequence[Staged]) -> None:
    for each in reversed(done):
        with contextlib.suppress(OSError):
            if each.before is None:
                each.target.unlink(missing_ok=True)
            else:
                _stage(each.target, each.before).replace(each.target)


def _clean(target: Path) -> None:
    """Remove what a dockgen that was killed has left beside TARGET."""
    stray = re.compile(rf"\.{re.escape(target.name)}(?:\.orig(?:\.[0-9]+)?)?\.[a-z0-9_]{{8}}\.tmp")
    with contextlib.suppress(OSError):
        for entry in os.scandir(target.parent):
            if stray.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                with contextlib.suppress(OSError):
                    if time.time() - entry.stat(follow_symlinks=False).st_mtime > STRAY:
                        os.unlink(entry.path)  # noqa: PTH108


def _backup_name(target: Path) -> Path:
    """`Dockerfile.orig`, or the first of `.orig.2`, `.orig.3` … that is free: an older copy is never overwritten."""
    backup = target.with_name(target.name + ".orig")
    number = 2
    while backup.exists() or backup.is_symlink():
        backup = target.with_name(f"{target.name}.orig.{number}")
        number += 1
    return backup
