"""What clusters and clouds have to know of an app beside its image: its size, how many run, how it is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.errors import InputError
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dockgen.companions.bundle import Service
    from dockgen.facts import Facts
    from dockgen.plans import Plan

# The companions that are read by a cluster or a cloud.
NAMES = ("swarm", "kubernetes", "ecs", "aci")
# MiB of memory that an app starts with and is held to; docs/how-to/kubernetes.md says how to find better ones.
MEMORY: Mapping[str, int] = {"go": 128, "static": 128, "node": 512, "python": 512}
# They hold a visitor's session in the memory of one process, where a second copy does not find it.
SESSIONS = frozenset({"streamlit", "gradio", "nicegui", "chainlit", "panel", "shiny", "marimo", "solara"})
COPIES = 2  # one serves while the other's node is drained
# The domain that nobody has (RFC 2606): it is pulled from nowhere until somebody says where the image is.
NOWHERE = "registry.invalid"
# The tag in files that a release sets: no image has it.
TAG = "unreleased"
_PATH = lazy.pattern(r"/\S*")
_UNASKED = ("default", "detected")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What a platform asks from outside: an HTTP PATH, of the app as HOST knows it ("": by its address).

    "" for PATH: a connection to the port is all. It may be PATIENCE seconds until the first answer.
    """

    path: str
    host: str
    patience: int


def check(facts: Facts, plan: Plan) -> Check | None:
    """How the app that PLAN builds is asked from outside; None if it listens on no port, or nobody is to ask."""
    if not plan.runtime.port:
        return None
    chosen = next((choice for choice in plan.choices if choice.key == "health"), None)
    asked, is_given = (chosen.value, chosen.source not in _UNASKED) if chosen else ("", False)
    if is_given and asked in ("", "none"):
        return None
    path = asked if _PATH.fullmatch(asked) else ""
    if not path and facts.health and not is_given:  # a route that the image itself has nothing to ask with
        path = facts.health.value
    host = getattr(facts.detail, "host", None) or ""
    return Check(path=path, host=host if path else "", patience=max(60, 4 * plan.runtime.start_period))


def memory(plan: Plan) -> int:
    """MiB of memory for the app that PLAN builds: for a site, what its web server needs."""
    return MEMORY["static" if plan.kind == "static" else plan.stack]


def copies(plan: Plan) -> int:
    """How many may run side by side without knowing of each other."""
    runtime = plan.runtime
    has_state = runtime.volumes or runtime.folders or plan.framework in SESSIONS
    return COPIES if plan.kind in ("web", "static") and not has_state else 1


def remote(image: str, name: str) -> str:
    """Where a platform pulls the image of the service NAME from, IMAGE if somebody said it."""
    return image or f"{NOWHERE}/{name}"


def told(services: Sequence[Service], names: Sequence[str]) -> Iterator[str]:
    """What the user of the companions NAMES has to know. InputError if there is nothing to deploy."""
    wanted = [name for name in NAMES if name in names]
    if not wanted:
        return
    spoken = ", ".join(wanted)
    tools = [service.name for service in services if service.kind == "cli"]
    running = [service for service in services if service.kind != "cli"]
    if not running:
        raise InputError(
            f"{spoken}: {', '.join(tools)} is a command that somebody calls; nothing of it keeps running",
            hint="leave it out of --with; --set kind=job if it is started by itself and ends, worker if it stays",
        )
    if tools:
        yield f"{spoken}: without {', '.join(tools)}, which is a command that somebody calls"
    unknown = [service.remote for service in running if not service.is_published]
    if unknown:
        yield (
            f"{spoken}: nobody said where the image is pushed to; {', '.join(unknown)} in the files is a name that "
            "nothing can pull: --set image=registry.example.com/team/app"
        )
