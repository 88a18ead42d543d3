"""Go programs: modules, vendored trees and GOPATH checkouts, built to one binary."""

from dockgen.stacks.go.detect import claim, detect
from dockgen.stacks.go.plan import decide

__all__ = ["claim", "decide", "detect"]
