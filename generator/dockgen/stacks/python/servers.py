"""Table: the servers of app objects, what they speak and how they end, and which version is added if one is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen import process
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from dockgen.stacks.python.model import Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server by the name of its distribution.

    `old` are the last versions for older Pythons: the newest such Python, version ("" if there is none that runs).
    """

    name: str
    version: str  # for the Pythons that `old` does not name
    old: tuple[tuple[str, str], ...] = ()
    serves_factories: bool = True
    # The signal at which it ends by itself when it is PID 1. Measured with `docker stop` on 2026-11-27 on Python 3.14,
    # on a read-only root and without capabilities: all end at SIGTERM within 1.1 s, but for waitress, which is killed
    # after ten seconds, and ends at SIGINT in 0.4 s.
    stops_at: str = process.TERM
    # The wheels of `version` and of what it needs, with their SHA-256, for projects that want a hash of everything.
    wheels: tuple[tuple[str, str], ...] = ()


TABLE = (
    Server(
        name="gunicorn",
        version="27.0.1",
        old=(("3.6", "21.2.0"), ("3.9", "23.0.0")),
        wheels=(("gunicorn==27.0.1", "378b26b9a38adcf4592f28828233c1716acc55e833ea06bf48719782efaa0d10"),),
    ),
    Server(
        name="waitress",
        version="3.0.2",
        old=(("3.6", "2.0.0"), ("3.7", "2.1.2"), ("3.8", "3.0.0")),
        stops_at=process.INT,
    ),
    Server(
        name="uvicorn",
        version="0.54.0",
        old=(("3.6", "0.16.0"), ("3.7", "0.22.0"), ("3.8", "0.33.0"), ("3.9", "0.39.0")),
        wheels=(
            ("uvicorn==0.54.0", "505bdb0f318731d45f1f712071fc781a8981f6847a31c902c9f5e652d4f67faf"),
            ("click==8.5.1", "8bb5376d2006950386f8c6427613334a2acadc5f559cb80e638d00b4df957e37"),
            ("h11==0.16.0", "63cf8bbe7522de3bf65932fda1d9c2772064ffb3dae62d55932da54b31cb6c86"),
        ),
    ),
    Server(
        name="hypercorn",
        version="0.18.0",
        old=(("3.6", ""), ("3.7", "0.15.0"), ("3.9", "0.17.3")),
    ),
    Server(
        name="granian",
        version="2.8.7",
        old=(("3.6", ""), ("3.7", "0.3.2"), ("3.8", "1.6.4"), ("3.9", "2.5.7")),
    ),
    Server(
        name="daphne",
        version="4.2.3",
        old=(("3.6", "3.0.2"), ("3.7", "4.0.0"), ("3.8", "4.1.2")),
        serves_factories=False,
    ),
)
BY_NAME: Mapping[str, Server] = {s.name: s for s in TABLE}
# Servers by protocol, the preferred first.
PREFERRED: Mapping[str, tuple[str, ...]] = {
    "wsgi": ("gunicorn", "waitress", "granian"),
    "asgi": ("uvicorn", "hypercorn", "granian", "daphne"),
}


def added_version(server: str, python: str) -> str:
    """The version of a server that is added to a project on PYTHON (a line such as "3.13"); "" if none runs on it."""
    row = BY_NAME[server]
    minor = int(python.split(".")[1])
    return next((version for newest, version in row.old if minor <= int(newest.split(".")[1])), row.version)


def with_hashes(server: str, python: str, present: Collection[str]) -> tuple[str, ...]:
    """The requirements of an added server with their hashes, without what is PRESENT; () if they are not known."""
    row = BY_NAME[server]
    if added_version(server, python) != row.version:
        return ()
    return tuple(f"{r} --hash=sha256:{digest}" for r, digest in row.wheels if r.partition("==")[0] not in present)


def choose(protocol: str, known: Known, *, factory: bool = False) -> tuple[str, str]:
    """The server for a protocol, and once more if it has to be added because the project brings none."""
    if protocol not in PREFERRED:
        return protocol, ""  # the framework's own command
    able = [name for name in PREFERRED[protocol] if BY_NAME[name].serves_factories or not factory]
    if found := next((name for name in able if known.has(name)), ""):
        return found, ""
    return able[0], able[0]


def stops_at(server: str) -> str:
    """The signal at which a server, or a framework's own command, ends by itself when it is PID 1."""
    return BY_NAME[server].stops_at if server in BY_NAME else process.TERM


def told_added(server: str, known: Known) -> str:
    """What the user is told about a server that is added to the project."""
    return f"{server} is not among the dependencies; {server} {added_version(server, known.python)} is added"
