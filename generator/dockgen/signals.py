"""Hold Ctrl-C, SIGTERM and SIGHUP back while something would be left behind, and take them for one another."""

from __future__ import annotations

import contextlib
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import FrameType

_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


@contextlib.contextmanager
def held() -> Iterator[Callable[[], bool]]:
    """Hold signals back, which take effect afterwards; what is given says whether one waits. One can be in another.

    Handlers note them, since a mask would be inherited by the programs that are started meanwhile. Only the main thread
    has handlers: in another nothing is held.
    """
    noted: list[int] = []
    try:
        with _handled(lambda number, _: noted.append(number)):
            yield lambda: bool(noted)
    finally:
        for number in noted:
            signal.raise_signal(number)


@contextlib.contextmanager
def alike() -> Iterator[None]:
    """Take SIGTERM and SIGHUP for Ctrl-C, so that what was begun is cleared away."""
    with _handled(_interrupt):
        yield


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@contextlib.contextmanager
def _handled(handler: Callable[[int, FrameType | None], object]) -> Iterator[None]:
    """Give the signals to HANDLER, those that are ignored left out: nohup means it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {n: was for n in _SIGNALS if (was := signal.getsignal(n)) not in (signal.SIG_IGN, None)}
    try:
        for number in before:
            signal.signal(number, handler)
        yield
    finally:
        with _masked(before):
            for number, was in before.items():
                signal.signal(number, was)


@contextlib.contextmanager
def _masked(numbers: Iterable[int]) -> Iterator[None]:
    """Let none of NUMBERS in while handlers change: Python drops a signal whose handler goes before it was called."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, numbers)
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
