"""Decide how a program is told to listen where a container is reachable: environment, arguments, or a warning."""

from __future__ import annotations

import re
from dataclasses import field, replace
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.facts import Evidence, Fact, Rejected
from dockgen.records import dataclass
from dockgen.stacks.go.configs import ENDINGS
from dockgen.stacks.go.hints import second_address
from dockgen.stacks.go.listen import listeners
from dockgen.stacks.go.names import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockgen.project import Project
    from dockgen.stacks.go.hints import Listener
    from dockgen.stacks.go.source import GoFile

PORT = 8080  # where a program leaves the port to us
PRIVILEGED = 1024  # below, a port needs a capability that a hardened container does not have
_SUBCOMMAND = lazy.pattern(
    r"\bUse:\s*\"(serve|server)\b|\bName:\s*\"(serve|server)\""
    r"|\bcommand:\"(serve|server)\"|\bAddCommand\(\"(serve|server)\""
)
_ROOT = lazy.pattern(r"(?i:\broot(?:cmd|command)?)\s*:?=\s*&cobra\.Command\{(?:(?!\n\}).){0,2000}?\bRunE?:", re.DOTALL)
# `switch command { … case "server":` without a library.
_SWITCH = lazy.pattern(
    r"\bswitch\s+(?:\w+\s*:=[^;{\n]*;\s*)?[\w.]*(?i:cmd|command|args?\[\d\]|\.arg\(\d\))\s*\{"
    r"(?:(?!\n\}).){0,3000}?\bcase\s+(?:\"[\w-]+\",\s*)*\"(serve|server)\"",
    re.DOTALL,
)
_PARSERS = (
    "github.com/spf13/cobra",
    "github.com/urfave/cli",
    "github.com/jessevdk/go-flags",
    "github.com/umputun/go-flags",
    "github.com/alecthomas/kong",
    "github.com/alecthomas/kingpin",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """The port, what makes the program listen on it for everybody, and what could not be arranged.

    `env` and `arguments` hold "{port}" where the port goes; `other_env` and `other_arguments` are needed as well for a
    port that is not the program's own.
    """

    port: Fact[int] | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    arguments: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    reasons: tuple[Evidence, ...] = ()
    other_env: Mapping[str, str] = field(default_factory=dict)
    other_arguments: tuple[str, ...] = ()

    def arguments_for(self, port: int | None) -> tuple[str, ...]:
        """The arguments that make the program listen on PORT."""
        words = self.arguments + (self.other_arguments if self._is_other(port) else ())
        return tuple(word.replace("{port}", str(port)) for word in words)

    def env_for(self, port: int | None) -> dict[str, str]:
        """The environment that makes the program listen on PORT; empty if it listens on none."""
        names = {**self.env, **(self.other_env if self._is_other(port) else {})} if port else {}
        return {name: value.replace("{port}", str(port)) for name, value in names.items()}

    def _is_other(self, port: int | None) -> bool:
        return port is not None and self.port is not None and port != self.port.value


def network(program: Sequence[GoFile], project: Project, home: str, configuration: Sequence[str] = ()) -> Network:
    """How the PROGRAM is to listen, which is shipped with CONFIGURATION."""
    hints = listeners(program, project, home, configuration)
    with_port = [h for h in hints if h.port and h.kind != "host"]
    reads = _main_first([h for h in hints if h.env and h.kind == "port"])
    setter = next((h for h in reads if h.env == "PORT"), reads[0] if reads else None)
    address = next((h for h in hints if h.env and h.kind == "address" and not h.port and not h.side), None)
    own = [h for h in with_port if not h.side]
    free = setter if setter and not setter.side else address  # what sets the main port, which has no default
    if not with_port or (not own and free):
        free = free or setter
        if not free:
            return Network(warnings=("the port that it listens on was not found: set it with --set port=8080",))
        note = Evidence(free.where.path, free.where.line, f"{free.env} sets the {free.kind}")
        value = "{port}" if free.kind == "port" else "0.0.0.0:{port}"
        return Network(port=Fact(PORT, (note,)), env={free.env or "PORT": value}, reasons=(note,))
    best = _main_first(with_port)[0]
    if not best.env and setter and (not setter.port or setter.port == best.port):
        best = replace(best, env=setter.env, kind="port")
    if not best.env and not best.flag:
        flag = next((h for h in hints if h.flag and h.kind == "port" and not h.port and not h.side), None)
        best = replace(best, flag=flag.flag, kind="port") if flag else best
    if not best.env and not best.flag and best.host in LOOPBACK:
        flags = [h for h in hints if h.flag and h.kind == "address" and not h.port and not h.side]
        best = replace(best, flag=flags[0].flag) if len(flags) == 1 else best
    others = [h for h in with_port if h is not best]
    hosts = [h for h in hints if h.kind == "host" and h.host in LOOPBACK]
    return _arrange(best, others, sorted(hosts, key=lambda h: not (h.env or h.flag)), program)


def _main_first(hints: Sequence[Listener]) -> list[Listener]:
    return sorted(hints, key=lambda h: h.side)


def _arrange(
    best: Listener, others: Sequence[Listener], hosts: Sequence[Listener], program: Sequence[GoFile]
) -> Network:
    port = best.port or PORT
    env: dict[str, str] = {}
    warnings: list[str] = []
    reasons = [best.where]
    command = subcommand(program)
    arguments = [command[0]] if command else []
    flags = bool(command) or not _has_commands(program) or best.where.path in _root_files(program)
    low, local = port < PRIVILEGED, best.host in LOOPBACK
    if best.env and (low or local or best.kind == "port"):
        port = PORT if low else port
        env[best.env] = "{port}" if best.kind == "port" else "0.0.0.0:{port}"
    elif best.flag and flags and (low or local):
        port = PORT if low else port
        arguments.append(f"{best.flag}=" + ("{port}" if best.kind == "port" else "0.0.0.0:{port}"))
    elif local:
        warnings.append(f"{best.where} listens on {best.host} only, which nothing outside the container can reach")
    elif low:
        warnings.append(f"it listens on port {port}, which some hosts do not allow an unprivileged user to open")
    if hosts and not local:
        outward = _outward(hosts[0], program, flags=flags)
        env |= outward.env
        arguments += outward.arguments
        warnings += outward.warnings
        reasons += outward.reasons
    if command:
        reasons.append(command[1])
    value = "{port}" if best.kind == "port" else "0.0.0.0:{port}"
    used = any(word.startswith(f"{best.flag}=") for word in arguments)
    lost = tuple(Rejected(h.port, h.where) for h in others if h.port and h.port != best.port)
    why = (
        (Evidence(best.where.path, best.where.line, f"{best.where.note}, {best.port} by default"),)
        if low and port != best.port
        else (best.where,)
    )
    return Network(
        port=Fact(port, why, tuple(dict.fromkeys(lost))[:5]),
        env=env,
        arguments=tuple(arguments),
        warnings=tuple(warnings),
        reasons=tuple(reasons),
        other_env={best.env: value} if best.env and best.env not in env else {},
        other_arguments=(f"{best.flag}={value}",) if not best.env and best.flag and flags and not used else (),
    )


def _outward(host: Listener, program: Sequence[GoFile], *, flags: bool) -> Network:
    """What makes the program listen for everybody where HOST says that it does not."""
    if host.env:
        second = second_address(program)
        env = {host.env: "0.0.0.0"} | ({second.env: second.off} if second else {})
        return Network(env=env, reasons=(host.where, *([second.where] if second else [])))
    if host.flag and (flags or host.where.path in _root_files(program)):
        return Network(arguments=(f"{host.flag}=0.0.0.0",), reasons=(host.where,))
    if host.flag:
        unless = f"unless it is started with {host.flag}=0.0.0.0"
        return Network(warnings=(f"{host.where} listens on {host.host} {unless}",))
    if host.where.path.endswith(ENDINGS):
        return Network(warnings=(f"{host.where} is {host.host}, which nothing outside the container can reach",))
    return Network()


def _has_commands(program: Sequence[GoFile]) -> bool:
    """True if flags may belong to a sub-command, so that one given first would not be understood."""
    return any(
        ".AddCommand(" in f.text or "Commands:" in f.text
        for f in program
        if any(i.startswith(_PARSERS) for i in f.imports)
    )


def _root_files(program: Sequence[GoFile]) -> frozenset[str]:
    """The files that define a root command which does something, and so its flags."""
    return frozenset(f.path for f in program if "cobra.Command{" in f.text and _ROOT.search(f.text))


def subcommand(program: Sequence[GoFile]) -> tuple[str, Evidence] | None:
    """The sub-command that starts the server, and where it is defined; None if the program serves without one."""
    parsed = any(i.startswith(_PARSERS) for f in program for i in f.imports)
    for file in program:
        if not parsed and "os.Args" not in file.text and "flag.Arg" not in file.text:
            continue
        if match := (_SUBCOMMAND if parsed else _SWITCH).search(file.text):
            name = next(g for g in match.groups() if g)
            return name, Evidence(file.path, file.line(match.start()), f"the sub-command {name}")
    return None
