"""The health check of a Go program: its own command, else what the base image can ask with; and its last signal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import lazy, probes, process, values
from dockgen.errors import InputError
from dockgen.facts import Evidence, Fact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockgen.choices import Chooser
    from dockgen.facts import Facts
    from dockgen.stacks.go.source import GoFile

# A sub-command or flag with which the program asks itself whether it is well.
_COMMAND = lazy.pattern(
    r"\bUse:\s*\"(healthcheck|health-check|readyz|livez)\b|(?:case|==)\s*\"(healthcheck|health-check)\""
)
_FLAG = lazy.pattern(r"\b(\w+)\.Bool(?:Var)?(P?)\((?:&[\w.]+,\s*)?\"(healthcheck|health-check)\"")
_CHECKS = ("healthcheck", "health-check", "readyz", "livez")  # without any of them, neither is in a file
# A route that is registered by its whole path, in net/http and in the routers of others.
_ROUTE = lazy.pattern(
    r"\b(?P<owner>\w+)\.(?:(?:HandleFunc|Handle|GET|Get|HEAD|Head|Any|Path)\(\s*\"(?:GET )?"
    r"|(?:Add|Method|MethodFunc)\(\s*(?:\"GET\"|http\.MethodGet)\s*,\s*\")"
    rf"(?P<path>/(?:api/(?:v\d+/)?)?(?:{probes.PATTERN}))\""
)
# What makes the router on which it is registered: one that is handed in may lie below another path.
_MADE = r"\b{name}(?:\s*:?=|,[^\n=]{{0,40}}:?=|\s*:)\s*&?[\w.]*(?:\bnew|New|Default)\w*\("
# What may put something before the paths of a router, or ask for a login before them.
_ABOVE = lazy.pattern(r"\.Mount\(\s*\"/\w|\bStripPrefix\(")
_ABOVES = (".Mount(", "StripPrefix(")  # without any of them, it is not in a file
_DOUBTS = lazy.pattern(r"\.(?:Route|Group|PathPrefix)\(\s*\"/\w|\.Use\([^()\n]{0,80}(?:[aA]uth|[jJ][wW][tT]|[tT]oken)")
_INTERRUPT = lazy.pattern(
    r"\bsignal\.Notify(?:Context)?\([^()\n]{0,80}(?:\(\))?[^()\n]{0,80}\b(?:os\.Interrupt|SIGINT)\b"
)
WAY = "a command of the program's own would be asked (docs/explanation/processes-and-health.md)"


def command(program: Sequence[GoFile], binary: str) -> Fact[tuple[str, ...]] | None:
    """The command with which the program checks itself, if it has one."""
    for file in program:
        if not any(word in file.text for word in _CHECKS):
            continue
        if match := _COMMAND.search(file.text):
            word = match[1] or match[2]
            return Fact((binary, word), (Evidence(file.path, file.line(match.start()), "its own check"),))
        if match := _FLAG.search(file.text):
            dashes = "--" if match[2] or any("spf13/" in i for i in file.imports) else "-"
            where = Evidence(file.path, file.line(match.start()), "its own check")
            return Fact((binary, dashes + match[3]), (where,))
    return None


def route(program: Sequence[GoFile]) -> Fact[str] | None:
    """The path that answers whether the program is well, where it is registered whole on a router of the same file."""
    if any(any(word in f.text for word in _ABOVES) and _ABOVE.search(f.text) for f in program):
        return None
    for file in program:
        match = None if _DOUBTS.search(file.text) else _ROUTE.search(file.text)
        if match and (match["owner"] == "http" or re.search(_MADE.format(name=match["owner"]), file.text)):
            return Fact(match["path"], (Evidence(file.path, file.line(match.start()), "a route"),))
    return None


def stops(program: Sequence[GoFile]) -> Fact[str] | None:
    """SIGINT, if the program shuts down in order at an interrupt and says nothing of SIGTERM."""
    if any("SIGTERM" in f.text for f in program):
        return None
    for file in program:
        if match := _INTERRUPT.search(file.text):
            where = Evidence(file.path, file.line(match.start()), "shuts down in order at an interrupt only")
            return Fact(process.INT, (where,))
    return None


def ending(found: Fact[str] | None, kind: str) -> process.Ending:
    """How the program ends: at the signal that was FOUND, else at SIGTERM as every Go program does."""
    if kind == "cli":
        return process.CLI
    return process.Ending(signal=found.value, why=found.why) if found else process.Ending(why="Go ends at SIGTERM")


def probe(pick: Chooser, facts: Facts, port: int | None, system: str, env: Mapping[str, str]) -> tuple[str, ...] | None:
    """The argv of the check on PORT, by the program itself or by what SYSTEM has; None if there is none.

    InputError if a path is asked for that nothing in the image could ask.
    """
    own: Fact[tuple[str, ...]] | None = facts.detail.health
    given = pick.given("health")
    wanted = given.value if given else ""
    is_command = wanted not in ("", probes.TCP) and not re.fullmatch(r"/\S*", wanted)
    if port is None:
        return None
    if is_command or (own and not given):
        return pick.argv("health", own)
    if system == "none" and not given:
        if facts.health:
            why = f"{facts.health.value} answers, but nothing in this image can ask: {WAY}"
            pick.note("health", "", "default", why)
        return None
    sure = bool(facts.port and facts.port.evidence[0].path)
    asked = probes.choose(pick, facts.health, missing=probes.TCP if sure else "", why="no health route was found")
    variable = next((values.env_name(n) for n, v in env.items() if v == str(port)), "")
    argv = probes.of_system(system, asked, port, variable)
    if asked and argv is None and given:
        raise InputError(
            f"health={asked}: nothing in this image could ask for it",
            where=given.reason,
            hint=f"--set health='{facts.detail.binary} healthcheck', if the program has such a command, or none",
        )
    return argv
