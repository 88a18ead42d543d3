"""The tables of releases are in order and the choice among them is sensible."""

from __future__ import annotations

import datetime as dt

import pytest
from dockgen import releases, values


@pytest.mark.parametrize("table", [releases.NODE, releases.PYTHON, releases.GO])
def test_tables_are_newest_first_and_well_formed(table):
    numbers = [tuple(map(int, r.line.split("."))) for r in table]
    assert numbers == sorted(numbers, reverse=True)
    for release in table:
        assert release.latest.startswith(release.line + ".")
        dt.date.fromisoformat(release.end_of_life)
        values.version(release.latest)


def test_the_best_release_is_preferred_and_supported():
    assert releases.newest(releases.PYTHON).line == "3.14"
    assert releases.newest(releases.NODE).line == "26"


def test_a_supported_line_is_taken_before_one_past_its_end():
    found = releases.newest(releases.NODE, lambda r: int(r.line) <= 22)
    assert found.line == "22"


def test_only_past_its_end_is_left():
    assert releases.newest(releases.NODE, lambda r: int(r.line) < 20).line == "18"


def test_nothing_fits():
    assert releases.newest(releases.GO, lambda _: False) is None


def test_by_line():
    assert releases.by_line(releases.GO, "1.27").line == "1.27"
    assert releases.by_line(releases.GO, "9.9") is None
