"""Static sites: a folder with an index.html, served as it is."""

from dockgen.stacks.static.detect import claim, detect
from dockgen.stacks.static.plan import decide

__all__ = ["claim", "decide", "detect"]
