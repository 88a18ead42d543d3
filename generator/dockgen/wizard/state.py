"""What has been asked for so far, and what would be written for it."""

from __future__ import annotations

from dataclasses import field, replace
from typing import TYPE_CHECKING, Protocol

from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockgen.changes import Change
    from dockgen.errors import DockgenError
    from dockgen.sources import Request
    from dockgen.work import Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the user said, on the command line and since: settings, and which apps (none: nobody said)."""

    request: Request
    apps: tuple[str, ...] = ()
    every: bool = False

    def setting(self, *flags: str, app: str = "") -> Asked:
        """This, with FLAGS (`KEY=VALUE`) for all apps, or for one APP only."""
        # What is marked in the list of companions is all that is wanted.
        request = replace(self.request, closes=self.request.closes or any(flag.startswith("with=") for flag in flags))
        if not app:
            return replace(self, request=replace(request, flags=(*request.flags, *flags)))
        return replace(self, request=replace(request, own={**request.own, app: (*request.own.get(app, ()), *flags)}))

    def preset(self, name: str) -> Asked:
        """This, with the preset NAME as well."""
        return replace(self, request=replace(self.request, presets=(*self.request.presets, name)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """What becomes of a file that was edited by hand: the CHANGES that keep the edits, and how many CONFLICTS are left.

    If it cannot be done, `refused` says why.
    """

    changes: tuple[Change, ...] = ()
    conflicts: int = 0
    refused: DockgenError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """What would be written for what is asked, all paths relative to the root.

    `changes` are the files of the apps, `drafts` the changes of dockgen.yaml, `merges` say by path what becomes of
    files that were edited; `commands` are those to type, by their verb: `generate` and `update` do the same without
    questions, `explain` says why.
    """

    found: tuple[Found, ...]
    changes: tuple[Change, ...]
    drafts: tuple[Change, ...] = ()
    merges: Mapping[str, Merge] = field(default_factory=dict)
    commands: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What to write, and for whom; `again` is the command that does the same without questions, `why` that explains."""

    found: tuple[Found, ...]
    changes: tuple[Change, ...]
    conflicts: int = 0
    again: str = ""
    why: str = ""


class Host(Protocol):
    """The project that the wizard is run in, and how dockgen shows what it finds there."""

    def look(self, asked: Asked) -> tuple[Found, ...]:
        """What the apps are and what will be built. DockgenError if that cannot be done."""

    def ready(self, asked: Asked) -> Ready:
        """The same with what would be written. DockgenError if that cannot be done."""

    def card(self, found: Found) -> str:
        """What was found, on one screen."""

    def overview(self, found: Sequence[Found]) -> str:
        """The same of several apps, a line each."""

    def doubts(self, found: Sequence[Found]) -> str:
        """What the user should look at first; "" if there is nothing."""

    def diff(self, change: Change) -> str:
        """What a change does to a file, or its whole text if the file is new."""

    def presets(self, found: Found) -> tuple[tuple[str, str, bool | None], ...]:
        """The presets there are: name, what they are for, whether they fit (None: any project)."""

    def imported(self, found: Found) -> tuple[str, tuple[str, ...]]:
        """What the Dockerfile that is there says, in words, and the settings that it would add."""
