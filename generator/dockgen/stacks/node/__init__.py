"""Node: servers, workers, programs, and the sites and single-page apps that its tools build."""

from dockgen.stacks.node.detect import claim, detect
from dockgen.stacks.node.plan import decide

__all__ = ["claim", "decide", "detect"]
