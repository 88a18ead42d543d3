"""Who asks the questions of the wizard: menus in a terminal, plain numbered lines, or a script."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.wizard.screens import Prompter

PLAIN = ("DOCKGEN_PLAIN", "ACCESSIBLE")  # variables that ask for plain lines


def can_ask(environment: Mapping[str, str] = os.environ) -> bool:
    """True if somebody can answer: input and output are a terminal, and this is no run of continuous integration."""
    streams = (sys.stdin, sys.stdout)
    is_terminal = all(stream is not None and not stream.closed and stream.isatty() for stream in streams)
    return is_terminal and environment.get("CI", "").lower() in ("", "0", "false")


def is_plain(environment: Mapping[str, str] = os.environ) -> bool:
    """True if the terminal cannot move its cursor, or if the user wants plain lines."""
    asked = any(environment.get(name, "").lower() not in ("", "0", "false") for name in PLAIN)
    terms = ("", "dumb", "unknown") if os.name == "posix" else ("dumb",)
    return asked or environment.get("TERM", "") in terms


def prompter(*, plain: bool) -> Prompter:
    """Whoever asks in this terminal: PLAIN lines if they are wanted, or if it can do no more."""
    if plain or is_plain():
        from dockgen.cli.prompts.plain import PlainPrompter

        return PlainPrompter(sys.stdin, sys.stdout)
    from dockgen.cli.prompts.menus import MenuPrompter

    return MenuPrompter(sys.stdin, sys.stdout)
