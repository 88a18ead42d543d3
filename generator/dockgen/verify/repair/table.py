"""The table of causes, the most specific first: the first that fits a failure is the one that is told."""

from __future__ import annotations

from dockgen.verify.repair import building, limits, listening, locks, modules, processes, variables, versions, writing

_LIMITS = {cause.id: cause for cause in limits.CAUSES}
# What an engine or the machine lacks shows in the logs of whatever needed it; a service that is not there is the last
# guess, since apps tell of it while something else keeps them from working.
_EARLY = ("disk-full",)
_LATE = ("no-service", "killed")

CAUSES = (
    *(_LIMITS[name] for name in _EARLY),
    *(c for c in processes.CAUSES if c.id == "ignores-sigterm"),
    *listening.CAUSES,
    *locks.CAUSES,
    *(c for c in versions.CAUSES),
    *building.CAUSES,
    *modules.CAUSES,
    *writing.CAUSES,
    *variables.CAUSES,
    *(c for c in limits.CAUSES if c.id not in (*_EARLY, *_LATE)),
    *(c for c in processes.CAUSES if c.id != "ignores-sigterm"),
    *(_LIMITS[name] for name in _LATE),
)
BY_ID = {cause.id: cause for cause in CAUSES}
