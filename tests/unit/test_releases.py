"""The data on releases is sound, and the choice among them is sensible."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from dockgen import releases, resources, values
from dockgen.stacks.python.versions import SUITES

DATA = json.loads(resources.data("releases.json"))
ROWS = [pytest.param(name, product, id=name) for name, product in DATA["products"].items()]
ISO = dt.date.fromisoformat


def test_the_parts_of_the_file():
    assert list(DATA) == ["as_of", "sources", "products", "tools"]
    ISO(DATA["as_of"])
    for source in DATA["sources"]:
        assert {"name", "says", "read"} <= set(source) <= {"name", "at", "says", "read", "version", "by"}
        assert ISO(source["read"]) <= ISO(DATA["as_of"])


@pytest.mark.parametrize(("name", "product"), ROWS)
def test_a_product(name, product):
    assert {"label", "releases"} <= set(product) <= {"label", "endoflife", "npm", "pip", "releases"}
    rows = product["releases"]
    numbers = [releases.numbers(r["cycle"]) for r in rows]
    assert numbers == sorted(set(numbers), reverse=True), "newest first, each once"
    for row in rows:
        told = {"cycle", "latest", "active", "eol"}
        assert {"cycle", "latest", "eol"} <= set(row) <= told | {"suite", "preferred", *DATA["products"]}
        for other in set(row) & set(DATA["products"]):  # what its images bring, or stand on
            assert set(row[other]) <= {r.line for r in releases.of(other)}
        assert f"{row['latest']}.".startswith(f"{row['cycle']}.")
        values.version(row["latest"])
        end = ISO(row["eol"]) if row["eol"] else dt.date.max
        assert ISO(row.get("active", "2000-01-01")) <= end
        assert row.get("preferred", False) is False  # it is only written where it differs
    assert [r.line for r in releases.of(name)] == [r["cycle"] for r in rows]
    assert any(r.is_supported for r in releases.of(name))


def test_a_package_tells_the_version_of_one_product():
    for index in ("npm", "pip"):
        named = [p[index] for p in DATA["products"].values() if index in p]
        assert len(named) == len(set(named)) == len(releases.packages(index))


def test_what_is_taken_by_default_is_supported():
    for table in (releases.NODE, releases.PYTHON, releases.GO):
        best = releases.newest(table)
        assert best.is_supported
        assert not best.ends_soon
    for product, line in (("alpine", releases.ALPINE), ("nginx", releases.NGINX)):
        assert releases.by_line(releases.of(product), line).is_supported
    for product, line in (("python", releases.DISTROLESS_PYTHON), ("alpine", releases.NGINX_ALPINE)):
        assert releases.by_line(releases.of(product), line).is_supported
    assert all(releases.by_line(releases.NODE, line).is_supported for line in releases.DISTROLESS_NODE)
    supported = [r.suite for name in ("debian", "distroless") for r in releases.of(name) if r.is_supported]
    assert {releases.DEBIAN_SUITE, releases.DISTROLESS_SUITE} <= set(supported)


def test_suites_are_those_of_debian():
    known = {r.suite for r in releases.of("debian")}
    assert {r.suite for table in (releases.NODE, releases.PYTHON, releases.GO) for r in table} <= known
    for suite, since in SUITES:
        assert suite in known
        assert set(since) <= {r.line for r in releases.PYTHON}


def test_versions_of_tools():
    for name, tool in DATA["tools"].items():
        assert {"version"} < set(tool) <= {"version", "npm", "pip", "line"}
        assert releases.TOOLS[name] == values.version(tool["version"])
        assert len(releases.numbers(tool["version"])) == 3
        assert f"{tool['version']}.".startswith(f"{tool['line']}." if "line" in tool else "")


def test_what_has_no_image_is_not_chosen():
    assert not {"25", "23", "21", "10"} & {r.line for r in releases.NODE}
    assert {"25", "23", "21", "10"} < {r.line for r in releases.of("node")}


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


@pytest.mark.parametrize(
    ("product", "version", "line"),
    [
        ("django", "4.2.1", "4.2"),
        ("django", "4.9999", "4.2"),  # the newest below 5
        ("django", "5.2", "5.2"),
        ("next", "14.999.999", "14"),
        ("next", "99.0.0", "16"),
        ("django", "1.0", None),  # older than the table
        ("django", "", None),
    ],
)
def test_the_line_that_a_version_belongs_to(product, version, line):
    found = releases.holding(releases.of(product), version)
    assert (found.line if found else None) == line


@pytest.mark.parametrize(
    ("start", "end"),
    [("2026-11-23", "2027-04-30"), ("2024-02-28", "2024-03-01"), ("2023-02-28", "2023-03-01"),
     ("2023-12-31", "2024-01-01"), ("1999-12-31", "2100-03-01"), ("2027-01-01", "2026-01-01")],
)  # fmt: skip
def test_days_between(start, end):
    assert releases.days(start, end) == (ISO(end) - ISO(start)).days


@pytest.mark.parametrize(
    ("distance", "supported", "soon"), [(-1, False, False), (0, False, False), (1, True, True), (180, True, True), (181, True, False)]
)  # fmt: skip
def test_the_end_is_seen_from_the_day_of_the_data(distance, supported, soon):
    end = ISO(releases.AS_OF) + dt.timedelta(days=distance)
    release = releases.Release("1", "1.0", end.isoformat())
    assert (release.is_supported, release.ends_soon) == (supported, soon)
    assert releases.Release("1", "1.0").is_supported  # nobody has announced an end
