"""Which releases of runtimes, base systems, tools and frameworks there are, and until when: releases.json, typed.

No clock is read: whether a release is supported is answered for the day that the data is of, so that the same input
gives the same bytes on any day. tools/refresh_releases.py brings the data up to date.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from dockgen import resources
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SOON = 180  # days before its end from which on a release is told to end


@dataclass(frozen=True, slots=True)
class Release:
    """One release line: the newest version seen, its end of security support, the Debian suite of its images."""

    line: str
    latest: str
    end_of_life: str = ""  # ISO date; "" if none was announced
    suite: str = ""  # "" if there is no image that dockgen builds on
    preferred: bool = True  # Active LTS or bug-fix branch: taken before newer and older lines
    active_until: str = ""  # ISO date: the last day of fixes other than for security; "" if that is not told apart

    @property
    def is_supported(self) -> bool:
        """True if security support has not ended at the date of the data."""
        return not self.end_of_life or self.end_of_life > AS_OF

    @property
    def ends_soon(self) -> bool:
        """True if security support ends within half a year after the date of the data."""
        return self.is_supported and bool(self.end_of_life) and days(AS_OF, self.end_of_life) <= SOON


def days(start: str, end: str) -> int:
    """The days from one ISO date to another."""
    return _number(end) - _number(start)


def _number(date: str) -> int:
    """The days from a fixed day to an ISO date (years begin in March, so that the leap day is their last)."""
    year, month, day = map(int, date.split("-"))
    year, month = year - (month < 3), (month + 9) % 12
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * month + 2) // 5 + day


def newest(releases: tuple[Release, ...], fits: Callable[[Release], bool] = lambda _: True) -> Release | None:
    """The best release that FITS: preferred and supported, else supported, else the newest of those past their end."""
    fitting = [r for r in releases if fits(r)]
    for test in (lambda r: r.is_supported and r.preferred, lambda r: r.is_supported, lambda _: True):
        for release in fitting:
            if test(release):
                return release
    return None


def by_line(releases: tuple[Release, ...], line: str) -> Release | None:
    """The release of a line such as "24" or "3.13"; None if the table has none."""
    return next((r for r in releases if r.line == line), None)


def numbers(version: str) -> tuple[int, ...]:
    """A version as numbers, for comparing; what is not a number ends it."""
    parts = []
    for part in version.split("."):
        if not part.isdecimal():
            break
        parts.append(int(part))
    return tuple(parts)


def holding(releases: tuple[Release, ...], version: str) -> Release | None:
    """The release line that VERSION belongs to, as far as the table goes back; None for what is older."""
    wanted = numbers(version)
    return next((r for r in releases if wanted and numbers(r.line) <= wanted), None)


@cache
def of(product: str) -> tuple[Release, ...]:
    """Every release of a PRODUCT of releases.json that is known, the newest first."""
    return tuple(
        Release(
            row["cycle"],
            row["latest"],
            row["eol"] or "",
            row.get("suite", ""),
            row.get("preferred", True),
            row.get("active", ""),
        )
        for row in _DATA["products"][product]["releases"]
    )


def label(product: str) -> str:
    """The name of a product as people write it."""
    return str(_DATA["products"][product]["label"])


@cache
def packages(index: str) -> Mapping[str, str]:
    """Package -> the product whose version it tells, for the packages of an INDEX: npm or pip."""
    return {p[index]: name for name, p in _DATA["products"].items() if index in p}


def _with_images(product: str) -> tuple[Release, ...]:
    return tuple(r for r in of(product) if r.suite)


def _default(product: str) -> Release:
    return newest(of(product)) or of(product)[0]


def _within(product: str, other: str) -> tuple[str, ...]:
    """The releases of OTHER that the images of the default release of PRODUCT bring or stand on, the newest first."""
    line = _default(product).line
    return next(tuple(row[other]) for row in _DATA["products"][product]["releases"] if row["cycle"] == line)


_DATA: Any = json.loads(resources.data("releases.json"))
AS_OF: str = _DATA["as_of"]
# Newest first; those whose images dockgen builds on.
NODE = _with_images("node")
PYTHON = _with_images("python")
GO = _with_images("go")
DEBIAN_SUITE = _default("debian").suite
DISTROLESS_SUITE = _default("distroless").suite
DISTROLESS_NODE = _within("distroless", "node")
DISTROLESS_PYTHON = _within("distroless", "python")[0]
ALPINE = _default("alpine").line
NGINX = _default("nginx").line
NGINX_ALPINE = _within("nginx", "alpine")[0]
# Tools that are installed when a project does not say which version it wants.
TOOLS: Mapping[str, str] = {name: tool["version"] for name, tool in _DATA["tools"].items()}
