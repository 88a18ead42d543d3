"""How a Node app ends: the signal that its code handles, or that its framework does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import lazy, process
from dockgen.facts import Fact, fact
from dockgen.lines import line_at

if TYPE_CHECKING:
    from dockgen.stacks.node.model import NodeFacts

# Packages that handle SIGTERM for the app that imports them.
HANDLERS = (
    "@godaddy/terminus", "async-exit-hook", "close-with-grace", "exit-hook", "exiting", "fastify-graceful-shutdown",
    "http-graceful-shutdown", "lightship", "node-graceful-shutdown",
)  # fmt: skip
_ON = r"\b(?:on|once|addListener|prependListener|listen)\(\s*[\"'`]{0}[\"'`]"
_LISTED = r"|[\"'`]{0}[\"'`]\s*[,\]][^\n]{{0,200}}(?:\n[^\n]{{0,200}}){{0,3}}?(?:\bon|\bonce)\(\s*\w+"
_NEST = "enableShutdownHooks"
_TERM = lazy.pattern(
    (_ON + _LISTED).format("SIGTERM") + rf"|{_NEST}\s*\(|[\"'](?:{'|'.join(map(re.escape, HANDLERS))})[\"']"
)
_INT = lazy.pattern((_ON + _LISTED).format("SIGINT"))
_WORDS = ("SIGTERM", "SIGINT", _NEST, *HANDLERS)
# Ends the app by sending it the signal once more, which the kernel does not deliver to a process 1 that handles it no
# longer. Nest's hooks do so too: an app that has nothing left to wait for ends by itself then, in 0.3 s, but one with a
# timer is killed after ten seconds, unless it is told to exit (`docker stop` on 2026-11-27, Nest 11 on Node 26).
_AGAIN = lazy.pattern(r"\bprocess\.kill\(\s*process\.pid\s*(?!,\s*[\"'`]SIGUSR)")


def handled(texts: list[tuple[str, str]]) -> Fact[str] | None:
    """The signal at which the code ends the app: SIGTERM, else SIGINT; "" if not as process 1, None if at neither."""
    found = [(f, t) for f, t in texts if any(word in t for word in _WORDS)]
    for pattern, signal in ((_TERM, process.TERM), (_INT, process.INT)):
        for file, text in found:
            if m := pattern.search(text):
                waits = _NEST in m[0] and "useProcessExit" not in text and any("setInterval(" in t for _, t in texts)
                if waits or _AGAIN.search(text):
                    return fact("", file, line_at(text, m.start()), "sends itself the signal once more")
                return fact(signal, file, line_at(text, m.start()), f"handles {signal}")
    return None


def of(detail: NodeFacts, start: tuple[str, ...]) -> process.Ending:
    """How the app ends that START starts."""
    if signal := process.signal_of(start):
        return process.Ending(signal=signal, why=f"{start[0]} ends at {signal}")
    if start[0] not in ("node", "bun"):
        return process.Ending(signal="")  # a program of somebody's, which may start another one
    if stops := detail.source.stops:
        return process.Ending(signal=stops.value, why=stops.why, repeats=not stops.value)
    if detail.app.stops:
        return process.Ending(why=f"{detail.app.title} ends at SIGTERM")
    return process.Ending(signal="")
