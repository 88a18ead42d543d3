"""Causes: the app runs, and listens where nobody outside of its container reaches it."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from dockgen.values import is_plain
from dockgen.verify.repair.model import ANSWER, HEALTH, RUNS, Cause, Remedy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.verify.repair.model import Case, Match

_LOOPBACK = ("127.", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.")
EVERYWHERE = "0.0.0.0"  # noqa: S104  (in a container)
# How well-known servers are told where to listen: program (or `python -m` module, or script) -> option, and whether the
# port stands in the same word.
OPTIONS: Mapping[str, tuple[str, bool]] = {
    "daphne": ("-b", False), "fastapi": ("--host", False), "flask": ("--host", False), "granian": ("--host", False),
    "gunicorn": ("--bind", True), "hypercorn": ("--bind", True), "litestar": ("--host", False),
    "sanic": ("--host", False), "streamlit": ("--server.address", False), "uvicorn": ("--host", False),
    "waitress-serve": ("--host", False), "http-server": ("-a", False), "json-server": ("--host", False),
    "astro": ("--host", False), "vite": ("--host", False), "next": ("-H", False), "serve": ("-l", True),
    "nuxt": ("--host", False), "srvx": ("--host", False), "prism": ("--host", False), "mkdocs": ("-a", True),
}  # fmt: skip
# The variable by which a framework is told, where it reads one.
VARIABLES: Mapping[str, str] = {
    "next": "HOSTNAME", "nuxt": "HOST", "sveltekit": "HOST", "astro": "HOST", "remix": "HOST", "react-router": "HOST",
    "strapi": "HOST", "adonis": "HOST", "directus": "HOST", "nitro": "HOST", "analog": "HOST", "solid-start": "HOST",
    "tanstack-start": "HOST", "gradio": "GRADIO_SERVER_NAME", "streamlit": "STREAMLIT_SERVER_ADDRESS", "dash": "HOST",
    "panel": "BOKEH_ADDRESS",
}  # fmt: skip
_INWARD = re.compile(r"127\.0\.0\.1|localhost|\[?::1\]?")
_HOST_NAMES = ("--host", "-h", "-H", "--bind", "-b", "-a", "-l", "--listen", "--address", "--server.address", "--addr")


def _inside(case: Case) -> tuple[set[int], set[int]]:
    """The ports that are reached from inside only, and those that are from outside."""
    there = case.failure.listening or ()
    inward = {x.port for x in there if x.address.startswith(_LOOPBACK)}
    outward = {x.port for x in there if not x.address.startswith(_LOOPBACK)}
    return inward - outward, outward


def loopback(case: Case, _: Match) -> Remedy | None:
    """The app listens on the right port of its own loopback interface."""
    port = case.plan.runtime.port
    inward, outward = _inside(case)
    if port is None or (port not in inward and (outward or not inward)):
        return None
    number = port if port in inward else min(inward)
    said = f"the app listens on 127.0.0.1:{number}, inside of its container only"
    more = (f"port={number}",) if number != port else ()
    if sets := _told(case, port):
        return Remedy(said=said, sets=(*sets, *more))
    hint = "let the code listen on 0.0.0.0, or on what the variable HOST says"
    return Remedy(said=said, hint=hint)


def _told(case: Case, port: int) -> tuple[str, ...]:
    """The setting by which this app listens everywhere: its own variable, that of its framework, an option."""
    env = case.plan.runtime.env
    variable = getattr(getattr(case.facts.detail, "source", None), "host_variable", "")
    variable = variable or VARIABLES.get(case.plan.framework or "", "")
    if variable and env.get(variable) != EVERYWHERE:
        return (f"env.{variable}={EVERYWHERE}",)
    start = _outward(case.app, port)
    return (f"start={shlex.join(start)}",) if start else ()


def _outward(argv: tuple[str, ...], port: int) -> tuple[str, ...]:
    """ARGV with the option that its server has for the address; () if it is none that is known."""
    if not all(is_plain(w) for w in argv):
        return ()
    changed = tuple(_INWARD.sub(EVERYWHERE, w) if _names_host(argv, at) else w for at, w in enumerate(argv))
    if changed != argv:
        return changed
    at = next((i for i, w in enumerate(argv) if _server(w) in OPTIONS), -1)
    if at < 0:
        return ()
    option, has_port = OPTIONS[_server(argv[at])]
    if any(w == option or w.startswith(f"{option}=") for w in argv):
        return ()
    return (*argv, option, f"{EVERYWHERE}:{port}" if has_port else EVERYWHERE)


def _server(word: str) -> str:
    """The program that WORD names, also by its file in node_modules."""
    parts = word.split("/")
    if "node_modules" in parts:
        after = parts[parts.index("node_modules") + 1 :]
        return after[1] if after[:1] == [".bin"] and len(after) > 1 else after[0] if after else ""
    return parts[-1]


def _names_host(argv: tuple[str, ...], at: int) -> bool:
    """True if the word AT of ARGV says where a server listens."""
    word = argv[at]
    in_one = tuple(f"{name}=" for name in _HOST_NAMES if name.startswith("--"))
    return (at > 0 and argv[at - 1] in _HOST_NAMES) or word.startswith(in_one)


def port(case: Case, _: Match) -> Remedy | None:
    """The app listens on another port than the image says."""
    wanted = case.plan.runtime.port
    inward, outward = _inside(case)
    if wanted is None or wanted in inward | outward or not outward:
        return None
    number = min(outward)
    others = f" (and on {', '.join(map(str, sorted(outward)[1:4]))})" if len(outward) > 1 else ""
    said = f"the app listens on port {number}{others}, and the image says {wanted}"
    if number < 1024:
        return None  # it would have to be allowed first
    return Remedy(said=said, sets=(f"port={number}",))


def privileged(case: Case, place: Match) -> Remedy | None:
    """A port below 1024, which only root may take without a capability."""
    named = next((int(g) for g in place.groups() if g and g.isdecimal() and 0 < int(g) < 1024), None)
    low = named or case.plan.runtime.port
    if low is None or low >= 1024:
        return None
    high = low + 8000
    said = f"port {low} is for root only, and the app is not root"
    variable = next((n for n, v in case.plan.runtime.env.items() if v == str(low)), "")
    variable = variable or getattr(getattr(case.facts.detail, "source", None), "port_variable", "")
    if variable or any(re.search(rf"(?:^|[:=]){low}$", w) for w in case.start):
        return Remedy(said=said, sets=(f"port={high}", *((f"env.{variable}={high}",) if variable else ())))
    if case.plan.stack == "static":
        return Remedy(said=said, sets=(f"port={high}",))
    return Remedy(said=said, hint=f"let the code read the variable PORT, and --set port={high} --set env.PORT={high}")


CAUSES = (
    Cause(
        id="loopback",
        steps=(ANSWER, HEALTH),
        title="The app listens on loopback only",
        why="127.0.0.1 and localhost mean the container itself: what is published never gets there.",
        mends="`env.HOST=0.0.0.0`, or the variable that the app reads; or `start=` with the option of its server",
        make=loopback,
    ),
    Cause(
        id="other-port",
        steps=(ANSWER, HEALTH),
        title="The app listens on another port",
        why="The port was taken from a convention or another file, and the app opens another one.",
        mends="`port=`",
        make=port,
    ),
    Cause(
        id="privileged-port",
        steps=RUNS,
        title="A port below 1024",
        why="An image runs as an account that is not root, without capabilities.",
        mends="`port=`, the same with 8000 added, and the variable that the app reads",
        patterns=(
            r"listen EACCES: permission denied [\w.:\[\]]{0,60}?:(\d{1,5})\b",
            r"listen tcp[46]? [\w.:\[\]]{0,40}?:(\d{1,5}): bind: permission denied",
            (
                r"\[Errno 13\] (?:error while attempting to bind on address \('[^')\n]{0,40}', (\d{1,5})\):"
                r" )?[Pp]ermission denied(?!: ')"
            ),
            r"\('[\w.:]{0,40}', (\d{1,5})\): permission denied",
            r"bind\(\) to [\w.:\[\]]{0,40}?:(\d{1,5}) failed \(13: Permission denied\)",
            r"[Cc]an't connect to \('[\w.:]{0,40}', (\d{1,5})\)",
        ),
        make=privileged,
    ),
)  # fmt: skip
