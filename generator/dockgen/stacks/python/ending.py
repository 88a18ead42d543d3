"""How a Python program ends: the signal that its code, or the server that it starts, handles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import lazy, process
from dockgen.facts import Evidence, Fact
from dockgen.lines import line_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockgen.stacks.python.code import Code
    from dockgen.stacks.python.frameworks import Framework

# Calls that handle a signal for the program, and which (read in the library's source; those of servers are measured,
# see servers.py and frameworks.py).
_CALLS = (
    (lazy.pattern(r"\buvicorn\.run\(|\brun_app\("), process.TERM),
    (lazy.pattern(r"\.run_polling\("), process.TERM),  # python-telegram-bot, aiogram 3
    (lazy.pattern(r"\.start_polling\(\s*\w*bot\w*\b"), process.TERM),  # aiogram 3, which is given the bot here
    (lazy.pattern(r"\bwaitress\.serve\(|^[ \t]*from waitress import serve\b", re.MULTILINE), process.INT),
    (lazy.pattern(r"^[ \t]*(?:import|from) (?:discord|nextcord|disnake)\b[\s\S]*\.run\(", re.MULTILINE), process.INT),
)
# The servers of frameworks that a server of ours serves elsewhere, run by the program itself.
_OWN = {"flask": process.INT, "bottle": process.INT}
_HANDLER = lazy.pattern(
    r"\bsignal\.signal\(|\badd_signal_handler\(|\bopen_signal_receiver\(|\bsigwait\(|\bsignal\(\s*SIG"
)
_CATCHES = lazy.pattern(r"\bexcept\s*\(?[\w., ]*\bKeyboardInterrupt\b|\bsuppress\([\w., ]*\bKeyboardInterrupt\b")
_SWALLOWS = lazy.pattern(r"\bexcept\s*:|\bBaseException\b")  # catches the interrupt as well, and may go on
# What the program waits for after its main part has ended at an interrupt.
_WAITS = lazy.pattern(r"\bThread\((?![^()]*\bdaemon\s*=\s*True)|PoolExecutor\(|\bmultiprocessing\b")


def of(code: Code, files: Sequence[str], framework: Framework | None = None) -> Fact[str]:
    """The signal at which the program ends that consists of FILES, the one that is run first; "" if at none.

    What the code says goes before what its FRAMEWORK does by itself.
    """
    found = next(_signals(code, files, framework), Fact("", ()))
    if found.value == process.INT and any(_WAITS.search(code.text(p)) for p in files):
        return Fact("", ())
    return found


def _signals(code: Code, files: Sequence[str], framework: Framework | None) -> Iterator[Fact[str]]:
    for path in files:
        text = code.text(path)
        if "SIGTERM" in text and (m := _HANDLER.search(text)):
            yield Fact(process.TERM, (Evidence(path, line_at(text, m.start()), "handles SIGTERM"),))
    for path in files:
        text = code.text(path)
        for pattern, signal in _CALLS:
            if m := pattern.search(text):
                yield Fact(signal, (Evidence(path, line_at(text, m.start()), f"what it starts ends at {signal}"),))
    if framework and (signal := _OWN.get(framework.name, framework.stops_at)):
        yield Fact(signal, (Evidence(note=f"{framework.name} ends at {signal}"),))
    for path in files[:1]:
        text = code.text(path)
        if (m := _CATCHES.search(text)) and not _SWALLOWS.search(text):
            yield Fact(process.INT, (Evidence(path, line_at(text, m.start()), "catches KeyboardInterrupt"),))
