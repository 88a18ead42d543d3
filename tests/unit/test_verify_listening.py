"""What the tables of the kernel say of who listens where."""

from __future__ import annotations

import pytest
from dockgen.verify import listening
from dockgen.verify.results import Listening

TABLES = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1 1 0 100 0 0 10 0
   1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 2 1 0 100 0 0 10 0
   2: 0100007F:1F40 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  1000        0 3 1 0 100 0 0 10 0
  sl  local_address                         remote_address                        st tx_queue rx_queue tr
   0: 00000000000000000000000001000000:1F41 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000
   1: 00000000000000000000000000000000:1F42 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000
   2: 0000000000000000FFFF00000100007F:1F43 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000
"""


def at(*pairs):
    return tuple(Listening(address=address, port=port) for address, port in pairs)


def test_both_tables():
    assert listening.read(TABLES) == at(
        ("0.0.0.0", 80), ("127.0.0.1", 8000), ("::1", 8001), ("::", 8002), ("127.0.0.1", 8003)
    )


@pytest.mark.parametrize(
    ("address", "inside"),
    [("127.0.0.1", True), ("127.8.0.1", True), ("::1", True), ("0.0.0.0", False),
     ("::", False), ("10.0.0.2", False)],
)  # fmt: skip
def test_loopback(address, inside):
    assert listening.is_loopback(address) is inside


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (None, ""),
        ((), "nothing listens on port 8000"),
        (at(("127.0.0.1", 8000)), "it listens on 127.0.0.1:8000 only, which nobody outside of the container reaches"),
        (at(("::1", 8000)), "it listens on [::1]:8000 only, which nobody outside of the container reaches"),
        (at(("127.0.0.1", 8000), ("::", 8000)), ""),
        (at(("0.0.0.0", 3000), ("127.0.0.1", 9229)), "it listens on 0.0.0.0:3000, not on port 8000"),
        (at(("127.0.0.1", 3000)), "it listens on 127.0.0.1:3000, not on port 8000"),
    ],
)
def test_what_is_wrong(found, said):
    assert listening.fault(found, 8000) == said
