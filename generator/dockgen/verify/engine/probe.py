"""Ask an app over the network, look at what listens on this machine, and tell the time."""

from __future__ import annotations

import http.client
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING

from dockgen.records import dataclass
from dockgen.verify import listening

if TYPE_CHECKING:
    from dockgen.verify.results import Listening

HERE = "127.0.0.1"
now = time.monotonic
pause = time.sleep


@dataclass(frozen=True, slots=True)
class Answer:
    """What came: the STATUS of an HTTP answer; or SAID, in words, of anything else that shows that somebody listens."""

    status: int | None = None
    said: str = ""


def ask(port: int, path: str, timeout: float) -> Answer | None:
    """The answer to an HTTP request for PATH; None if there is none yet.

    A connection that is closed at once is none: an engine's proxy opens it for an app that does not listen.
    """
    connection = http.client.HTTPConnection(HERE, port, timeout=timeout)
    try:
        connection.request("GET", path, headers={"User-Agent": "dockgen-verify", "Connection": "close"})
        return Answer(connection.getresponse().status)
    except http.client.RemoteDisconnected:
        return None
    except http.client.HTTPException:
        return Answer(said="it answers, and not in HTTP")
    except TimeoutError:
        return Answer(said="it keeps the connection open")
    except OSError:
        return None
    finally:
        connection.close()


def is_taken(port: int) -> bool:
    """True if something of this machine listens on PORT."""
    for family, address in ((socket.AF_INET, HERE), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family) as probe:
                probe.settimeout(2)
                if probe.connect_ex((address, port)) == 0:
                    return True
        except OSError:
            continue
    return False


def listeners() -> frozenset[Listening] | None:
    """What listens on this machine; None where that is not told."""
    texts = []
    for name in listening.TABLES:
        try:
            texts.append(Path(name).read_text(encoding="ascii"))
        except OSError:
            continue
    return frozenset(listening.read("\n".join(texts))) if texts else None
