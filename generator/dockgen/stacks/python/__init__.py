"""Python: services, workers and command-line programs, by any of the usual package managers."""

from dockgen.stacks.python.claim import claim
from dockgen.stacks.python.detect import detect
from dockgen.stacks.python.plan import decide

__all__ = ["claim", "decide", "detect"]
