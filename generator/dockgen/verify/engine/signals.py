"""Let Ctrl-C, SIGTERM and SIGHUP come at any time but in the moments in which something would be left behind."""

from __future__ import annotations

import contextlib
import signal
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


@dataclass(slots=True)
class _Gate:
    """How many parts of the program hold signals back, and whether one came meanwhile."""

    depth: int = 0
    came: bool = False
    ours: bool = False  # signals come to us


_gate = _Gate()


def _arrived(_number: int, _frame: FrameType | None) -> None:
    if _gate.depth:
        _gate.came = True
    else:
        raise KeyboardInterrupt


@contextlib.contextmanager
def alike() -> Iterator[None]:
    """Take SIGTERM and SIGHUP for Ctrl-C, so that what was begun is cleared away; `held` works inside of it."""
    if _gate.ours or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    ours = [number for number, was in before.items() if was not in (signal.SIG_IGN, None)]  # nohup means it
    _gate.depth, _gate.came, _gate.ours = 0, False, True
    try:
        for number in ours:
            signal.signal(number, _arrived)
        yield
    finally:
        for number in ours:
            signal.signal(number, before[number])
        _gate.ours = False


@contextlib.contextmanager
def held() -> Iterator[None]:
    """Hold signals back; one that came has its effect afterwards."""
    _gate.depth += 1
    try:
        yield
    finally:
        _gate.depth -= 1
        if not _gate.depth and _gate.came:
            _gate.came = False
            raise KeyboardInterrupt
