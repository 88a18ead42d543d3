"""Which releases of Node, Python and Go there are, until when they are supported, and which one fits a range.

Sources: endoflife.date a70eca337 (2026-08-22), nodejs/Release e4bf922, the package registries on 2026-11-23.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

AS_OF = "2026-11-23"  # no clock is read: the same input gives the same bytes on any day


@dataclass(frozen=True, slots=True)
class Release:
    """One release line: the newest version seen, its end of security support, the Debian suite of its images."""

    line: str
    latest: str
    end_of_life: str  # ISO date
    suite: str = "trixie"
    preferred: bool = True  # Active LTS or bug-fix branch: taken before newer and older lines

    @property
    def is_supported(self) -> bool:
        """True if security support has not ended at the date of this table."""
        return self.end_of_life > AS_OF


# Newest first.
NODE = (
    Release("26", "26.10.0", "2029-04-30"),
    Release("24", "24.21.0", "2028-04-30"),
    Release("22", "22.23.3", "2027-04-30"),
    Release("20", "20.20.2", "2026-04-30"),
    Release("18", "18.20.8", "2025-04-30", "bookworm"),
    Release("16", "16.20.2", "2023-09-11", "bookworm"),
    Release("14", "14.21.3", "2023-04-30", "bullseye"),
    Release("12", "12.22.12", "2022-04-30", "bullseye"),
)
PYTHON = (
    Release("3.15", "3.15.2", "2031-10-31", preferred=False),  # weeks old: wheels lag behind
    Release("3.14", "3.14.10", "2030-10-31"),
    Release("3.13", "3.13.18", "2029-10-31"),
    Release("3.12", "3.12.16", "2028-10-31"),
    Release("3.11", "3.11.18", "2027-10-31"),
    Release("3.10", "3.10.22", "2026-10-31"),
    Release("3.9", "3.9.25", "2025-10-31"),
    Release("3.8", "3.8.20", "2024-10-07", "bookworm"),
    Release("3.7", "3.7.17", "2023-06-27", "bookworm"),
    Release("3.6", "3.6.15", "2021-12-23", "bullseye"),
)
GO = (
    Release("1.27", "1.27.3", "2027-08-01"),
    Release("1.26", "1.26.8", "2027-02-01"),
)
DEBIAN_SUITE = "trixie"
DISTROLESS_SUITE = "debian13"
DISTROLESS_NODE = ("26", "24", "22")
DISTROLESS_PYTHON = "3.13"
ALPINE = "3.24"
NGINX = "1.30"
NGINX_ALPINE = "3.23"  # what the stable branch stands on

# Tools that are installed when a project does not say which version it wants.
TOOLS = {
    "uv": "0.13.9",
    "poetry": "2.5.1",
    "pdm": "2.29.3",
    "pipenv": "2026.10.3",
    "npm": "12.2.0",
    "pnpm": "10.34.9",
    "yarn": "1.22.22",
    "yarn-berry": "4.18.1",
    "bun": "1.4.5",
}


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
