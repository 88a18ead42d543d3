"""Say on standard error what is being done: one line that is written anew in a terminal, else a line for each phase."""

from __future__ import annotations

import sys

from dockgen.cli import terminal
from dockgen.values import one_line

CLEAR = "\r\x1b[K"


class Progress:
    """What is told of a long piece of work, of APP if there are several; nothing with --quiet."""

    def __init__(self, app: str = "") -> None:
        self._app = app
        self._phase = ""
        screen = terminal.screen(sys.stderr)
        self._width = screen.width if sys.stderr.isatty() else None
        self._screen = screen

    def __call__(self, phase: str, step: str = "") -> None:
        """PHASE is being done, its STEP at the moment."""
        if terminal.asked.quiet:
            return
        line = f"{self._app}: {phase}" if self._app else phase
        if self._width is None:
            if phase != self._phase:
                sys.stderr.write(f"{line} ...\n")
        else:
            shown = f"{line}  {one_line(step)}" if step else f"{line} ..."
            sys.stderr.write(CLEAR + terminal.cut(shown, self._width - 1, self._screen.ellipsis))
        sys.stderr.flush()
        self._phase = phase

    def end(self) -> None:
        """Take the line away."""
        if self._width is not None and self._phase:
            sys.stderr.write(CLEAR)
            sys.stderr.flush()
