"""Keep everything out while files are written: another dockgen by a lock on the folder, a signal by holding it back."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from typing import TYPE_CHECKING

from dockgen.errors import RefusedError

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

PATIENCE = 10.0  # seconds to wait for another dockgen, which needs a few milliseconds
PAUSE = 0.01
_ENDING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


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


@contextlib.contextmanager
def signals_held() -> Iterator[Callable[[], bool]]:
    """Hold back the signals that end a process, which take effect afterwards; what is given says whether one waits.

    Ctrl-C is noted by a handler of ours: a mask holds for one thread, and another may take the signal.
    """
    noted: list[int] = []
    is_main = threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) is not None
    handler = signal.signal(signal.SIGINT, lambda number, _: noted.append(number)) if is_main else None
    can_mask = hasattr(signal, "pthread_sigmask")  # not on Windows
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING) if can_mask else set()
    try:
        yield lambda: bool(noted) or (can_mask and not signal.sigpending().isdisjoint(_ENDING))
    finally:
        if can_mask:
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        if is_main:
            signal.signal(signal.SIGINT, handler)
        if noted:
            signal.raise_signal(signal.SIGINT)
