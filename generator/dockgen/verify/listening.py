"""Read what listens on TCP from the tables of the kernel, and say who can reach a port."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from dockgen.verify.results import Listening

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TABLES = ("/proc/net/tcp", "/proc/net/tcp6")
_LISTEN = "0A"  # include/net/tcp_states.h


def read(text: str) -> tuple[Listening, ...]:
    """What listens by TEXT, one or several of TABLES; each address and port once, in order."""
    return tuple(sorted(set(_rows(text)), key=lambda each: (each.port, each.address)))


def _rows(text: str) -> Iterator[Listening]:
    for line in text.splitlines():
        words = line.split()
        if len(words) > 3 and words[0].endswith(":") and words[3] == _LISTEN:
            address, _, port = words[1].partition(":")
            yield Listening(address=_address(address), port=int(port, 16))


def _address(digits: str) -> str:
    """The address of DIGITS: groups of four bytes, each in the byte order of the machine, which is little-endian."""
    data = bytes.fromhex(digits)
    turned = b"".join(data[at : at + 4][::-1] for at in range(0, len(data), 4))
    found = ipaddress.ip_address(turned)
    return str(getattr(found, "ipv4_mapped", None) or found)


def is_loopback(address: str) -> bool:
    """True if only the container itself reaches ADDRESS."""
    return ipaddress.ip_address(address).is_loopback


def fault(found: Iterable[Listening] | None, port: int) -> str:
    """What is wrong with what was FOUND to listen, for an app that is to be reached on PORT; "" if nothing is known."""
    if found is None:
        return ""
    every = tuple(found)
    here = [each for each in every if each.port == port]
    if here and all(is_loopback(each.address) for each in here):
        return f"it listens on {shown(here)} only, which nobody outside of the container reaches"
    if here:
        return ""
    others = [each for each in every if not is_loopback(each.address)] or list(every)
    return f"it listens on {shown(others)}, not on port {port}" if others else f"nothing listens on port {port}"


def shown(found: Iterable[Listening]) -> str:
    """Addresses and ports for people."""
    return ", ".join(f"[{e.address}]:{e.port}" if ":" in e.address else f"{e.address}:{e.port}" for e in found)
