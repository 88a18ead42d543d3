"""Keep another dockgen out while files are written, by a lock on the folder."""

from __future__ import annotations

import contextlib
import os
import time
from typing import TYPE_CHECKING

from dockgen.errors import RefusedError

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

PATIENCE = 10.0  # seconds to wait for another dockgen, which needs a few milliseconds
PAUSE = 0.01


@contextlib.contextmanager
def locked(folders: Iterable[Path]) -> Iterator[bool]:
    """Lock FOLDERS, which exist, against other processes that lock them; False where that cannot be done.

    The lock is on the folder itself: it leaves no file behind, and is gone with its process, however that ended.
    RefusedError if another process does not let go.
    """
    with contextlib.ExitStack() as stack:
        taken = [_lock(folder, stack) for folder in sorted({f.resolve() for f in folders})]  # in order: no deadlock
        yield all(taken)


def _lock(folder: Path, stack: contextlib.ExitStack) -> bool:
    if fcntl is None:
        return False
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # a folder that we may not list; whether we may write is found out by writing
        return False
    stack.callback(os.close, handle)
    end = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > end:
                raise RefusedError("another dockgen is writing here; nothing was written", where=str(folder)) from error
            time.sleep(PAUSE)
        except OSError:  # a file system without locks
            return False
        else:
            return True
