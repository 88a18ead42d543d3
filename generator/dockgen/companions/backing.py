"""The stores of a bundle: the databases, caches and queues that its apps share, as their containers are run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen import mirrors, releases, stores
from dockgen.companions import variables
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockgen.companions.variables import SecretFile, Variable
    from dockgen.stores import Need


@dataclass(frozen=True, slots=True, kw_only=True)
class Backing:
    """A store that apps need: its image, how it is run, and its ADDRESS as a URL to show."""

    name: str  # of the service
    title: str
    image: str  # with its tag
    user: str  # of the image
    port: int
    data: str  # where its files lie
    volume: str  # the name of the volume for them
    variables: tuple[Variable, ...]
    command: tuple[str, ...]
    health: tuple[str, ...]
    start_period: int  # seconds
    tmpfs: tuple[str, ...]
    writes: str  # why it is not read-only; "" if it is
    hostname: bool  # its data belongs to the name of the host
    grace: int  # seconds that it has to stop
    memory: int  # MiB
    address: str
    files: tuple[SecretFile, ...]  # its secrets, where its image reads a file instead of each


def make(needs: Iterable[Need], *, project: str, registry: str) -> tuple[Backing, ...]:
    """One store for each that any of NEEDS names, in the order of the table; images from REGISTRY if there is one."""
    wanted: dict[str, Need] = {}
    for need in needs:
        wanted.setdefault(need.store.value, need)
    return tuple(_backing(wanted[name], project, registry) for name in stores.STORES if name in wanted)


def _backing(need: Need, project: str, registry: str) -> Backing:
    store = stores.STORES[need.store.value]
    line = releases.newest(releases.of(store.product))
    image = f"{store.image}:{line.line if line else 'latest'}"
    url = variables.url(store, need)
    given = variables.of_store(store)
    said = {"user": stores.USER, "database": store.database}
    return Backing(
        name=store.name,
        title=store.title,
        image=mirrors.below(registry, image),
        user=store.user,
        port=store.port,
        data=store.volume,
        volume=f"{store.name}-data",
        variables=given,
        command=store.command,
        health=tuple(word.format(**said) if word in ("{user}", "{database}") else word for word in store.health),
        start_period=store.start_period,
        tmpfs=store.tmpfs,
        writes=store.writes,
        hostname=store.hostname,
        grace=store.grace,
        memory=store.memory,
        files=variables.files(project, given) if store.file else (),
        address=f"{url.before}${{{url.asked}}}{url.after}" if url.asked else url.before,
    )
