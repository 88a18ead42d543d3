"""`dockgen init` in a terminal that is not there: keys go in, and what it would show can be looked at."""

from __future__ import annotations

import os
import re
import sys
import time
from typing import TYPE_CHECKING, Any

import pexpect
import pyte

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

UP, DOWN, ENTER, ESCAPE, CLEAR, INTERRUPT, END = "\x1b[A", "\x1b[B", "\r", "\x1b", "\x15", "\x03", "\x04"
PATIENCE = 30.0  # seconds


class Wizard:
    """`dockgen init ARGS` in a terminal of so many COLUMNS and ROWS, with the variables ENVIRONMENT."""

    def __init__(
        self,
        args: Sequence[str],
        environment: Mapping[str, str],
        *,
        columns: int = 100,
        rows: int = 40,
        folder: str = ".",
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self.raw = b""
        self._stream = pyte.ByteStream(self.screen)
        shown = {**environment, "TERM": environment.get("TERM", "xterm-256color"), "CI": "", "LANG": "C.UTF-8"}
        self._child: Any = pexpect.spawn(
            sys.executable, ["-m", "dockgen", "init", *args], env=shown, dimensions=(rows, columns), cwd=folder
        )
        self._child.delaybeforesend = None

    @property
    def text(self) -> str:
        """What the terminal shows, without the spaces at the ends of its lines."""
        return "\n".join(line.rstrip() for line in self.screen.display).rstrip()

    def until(self, wanted: str) -> Wizard:
        """Wait until the terminal shows WANTED, an expression. AssertionError with what it shows instead."""
        stop = time.monotonic() + PATIENCE
        while not re.search(wanted, self.text):
            if time.monotonic() > stop or not (self._read() or self._child.isalive()):
                raise AssertionError(f"{wanted} was not shown:\n{self.text}")
        return self

    def press(self, *keys: str) -> Wizard:
        """Type KEYS."""
        for key in keys:
            self._child.send(key)
        return self

    def resize(self, columns: int, rows: int) -> Wizard:
        """Make the terminal COLUMNS wide and ROWS high."""
        self.screen.resize(rows, columns)
        self._child.setwinsize(rows, columns)
        return self

    def end(self) -> int:
        """Wait for the end; the exit code."""
        stop = time.monotonic() + PATIENCE
        while self._read() or self._child.isalive():
            if time.monotonic() > stop:
                raise AssertionError(f"it does not end:\n{self.text}")
        self._child.close()
        return int(self._child.exitstatus)

    def _read(self) -> bool:
        """Show what has come; False if nothing has for a moment."""
        try:
            data: bytes = self._child.read_nonblocking(65536, timeout=0.05)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return False
        self.raw += data
        self._stream.feed(data)
        if b"\x1b[6n" in data:  # where is the cursor?
            self._child.send(f"\x1b[{self.screen.cursor.y + 1};{self.screen.cursor.x + 1}R")
        return True


def environment(root: str) -> dict[str, str]:
    """The variables that dockgen of the checkout ROOT is run with."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, "PYTHONPATH": f"{root}/generator", "SOURCE_DATE_EPOCH": "0"}
