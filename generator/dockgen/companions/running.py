"""How a service is run: what asks whether it is well, what outlives its container, its stage for development."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from dockgen.records import dataclass

if TYPE_CHECKING:
    from dockgen.companions.bundle import App
    from dockgen.companions.deploying import Check
    from dockgen.plans import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """How a platform asks whether the service is well: an HTTP PATH ("": by a connection), and the image's COMMAND."""

    path: str
    command: tuple[str, ...]
    start_period: int  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """A folder of the container whose files outlive it: the name of the volume, LABEL in its service, where it is."""

    name: str
    label: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Development:
    """The stage `dev` as it is run: the folder SOURCE of the project is mounted over MOUNT, which it follows.

    Paths are as they are from where the companions lie. A change of one of `rebuilt` needs a new image.
    """

    port: int | None
    host_port: int | None  # as for a service
    source: str
    mount: str
    read_only: bool
    volumes: tuple[Volume, ...]  # their name is "" if nothing but the container needs them
    rebuilt: tuple[str, ...]
    reload: str  # what happens when the source changes


def probe(plan: Plan, check: Check | None) -> Probe | None:
    """How the service that PLAN builds is asked, which CHECK asks too; None if nothing asks."""
    runtime = plan.runtime
    if not check or not runtime.health:
        return None
    return Probe(path=check.path, command=runtime.health, start_period=runtime.start_period)


def development(app: App, at: str) -> Development | None:
    """The stage `dev` of APP, from the folder AT; None if it has none."""
    dev = app.plan.dev
    if dev is None:
        return None

    def here(path: str) -> str:
        return posixpath.relpath(posixpath.join(app.context, path) or ".", at or ".")

    named = [volume.rpartition(":")[::2] for volume in dev.volumes]
    return Development(
        port=dev.port,
        host_port=dev.port,
        source=here(dev.source),
        mount=dev.mount,
        read_only=dev.read_only,
        volumes=tuple(Volume(name=name, label=name, path=path) for name, path in named),
        rebuilt=tuple(here(path) for path in dev.sources),
        reload=dev.reload,
    )
