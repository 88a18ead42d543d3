"""The script that refreshes releases.json: the answer of endoflife.date becomes our data, what people decided stays."""

from __future__ import annotations

import json
from copy import deepcopy

import pytest
import refresh_releases as refresh
from helpers import ROOT

SAMPLE = json.loads((ROOT / "tests/samples/endoflife-nodejs.json").read_text(encoding="utf-8"))
NODE = {
    "label": "Node",
    "endoflife": "nodejs",
    "releases": [
        {"cycle": "26", "latest": "26.10.0", "active": "2027-10-27", "eol": "2029-04-30", "suite": "trixie"},
        {"cycle": "24", "latest": "24.21.0", "active": "2026-10-20", "eol": "2028-04-30", "suite": "trixie"},
        {"cycle": "22", "latest": "22.23.3", "eol": "2027-04-29", "suite": "trixie", "preferred": False},
    ],
}
DATA = {
    "as_of": "2026-11-23",
    "sources": [
        {"name": "endoflife.date", "says": "dates", "read": "2026-08-22", "version": "a70eca337"},
        {"name": "images", "says": "suites", "read": "2026-08-21", "version": "37079fb336", "by": "hand"},
    ],
    "products": {
        "node": NODE,
        "vite": {"label": "Vite", "npm": "vite", "releases": [{"cycle": "8", "latest": "8.3.8", "eol": None}]},
        "distroless": {"label": "Distroless", "releases": [{"cycle": "13", "latest": "13.6", "eol": None}]},
    },
    "tools": {"uv": {"version": "0.13.9", "pip": "uv"}, "pnpm": {"version": "10.34.9", "npm": "pnpm", "line": "10"}},
}
TODAY = "2027-05-03"


def merged(**changes):
    sample = deepcopy(SAMPLE)
    sample["result"]["releases"][3].update(changes)
    return {r["cycle"]: r for r in refresh.merged(NODE, sample, TODAY)}


def test_known_releases_are_updated_and_keep_what_people_decided():
    found = merged()
    assert found["26"] == {
        "cycle": "26", "latest": "26.15.1", "active": "2027-10-20", "eol": "2029-04-30", "suite": "trixie",
    }  # fmt: skip
    assert found["22"]["eol"] == "2027-04-30"
    assert (found["22"]["suite"], found["22"]["preferred"]) == ("trixie", False)
    assert found["24"] == NODE["releases"][1]  # endoflife.date did not mention it


def test_a_version_never_goes_back():
    assert merged()["22"]["latest"] == "22.23.3"


def test_a_new_release_is_told_but_nothing_is_built_on_it():
    assert merged()["27"] == {
        "cycle": "27", "latest": "27.0.1", "active": "2028-10-20", "eol": "2030-04-30", "preferred": False,
    }  # fmt: skip


def test_what_is_not_out_and_what_is_older_than_our_table_is_left_out():
    assert list(merged()) == ["27", "26", "24", "22"]


def test_an_end_without_a_date_is_kept_or_asked_for():
    assert merged(eolFrom=None)["22"]["eol"] == "2027-04-29"
    assert merged(eolFrom=None, isEol=False)["22"]["eol"] is None
    sample = deepcopy(SAMPLE)
    sample["result"]["releases"][1] |= {"isEol": True, "eolFrom": None}
    with pytest.raises(ValueError, match="Node 27 has ended, and nobody says when"):
        refresh.merged(NODE, sample, TODAY)


def refreshed(versions):
    return refresh.refreshed(DATA, {"nodejs": SAMPLE}, versions, TODAY)


def test_the_whole_file():
    found = refreshed({"vite": "9.0.1", "uv": "0.14.0", "pnpm": "10.35.0"})
    assert found["as_of"] == TODAY
    assert found["sources"] == [{"name": "endoflife.date", "says": "dates", "read": TODAY}, DATA["sources"][1]]
    assert [r["latest"] for r in found["products"]["vite"]["releases"]] == ["9.0.1", "8.3.8"]
    assert found["products"]["distroless"] == DATA["products"]["distroless"]
    assert found["tools"] == {
        "uv": {"version": "0.14.0", "pip": "uv"}, "pnpm": {"version": "10.35.0", "npm": "pnpm", "line": "10"},
    }  # fmt: skip


def test_an_index_that_knows_less_changes_nothing():
    found = refreshed({"vite": "8.2.0", "uv": "0.13.10", "pnpm": ""})
    assert found["products"]["vite"] == DATA["products"]["vite"]
    assert found["tools"] == {**DATA["tools"], "uv": {"version": "0.13.10", "pip": "uv"}}


def test_the_input_is_not_changed():
    before = deepcopy(DATA)
    refreshed({"vite": "8.4.0"})
    assert before == DATA


def test_what_is_asked_of_which_client():
    assert refresh.asked(DATA) == {
        "vite": ("npm", "vite", ""), "uv": ("pip", "uv", ""), "pnpm": ("npm", "pnpm", "10"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("listed", "line", "newest"),
    [
        ('"8.3.8"', "", "8.3.8"),
        ('[\n  "10.9.0",\n  "10.34.9",\n  "10.34.8"\n]', "10", "10.34.9"),
        ("uv (0.13.9)\nAvailable versions: 0.13.9, 0.13.10, 0.9.1, 1.0.0rc1\n", "", "0.13.10"),
        ("pipenv (2026.10.3)\nAvailable versions: 2026.10.3, 2026.2.1.post1\n", "", "2026.10.3"),
        ('["1.22.22", "4.18.1"]', "1", "1.22.22"),
        ("", "", ""),
    ],
)
def test_newest_of_what_a_client_lists(listed, line, newest):
    assert refresh.newest_of(listed, line) == newest


def test_the_file_is_written_as_it_is_read():
    text = refresh.DATA.read_text(encoding="utf-8")
    assert refresh.text(json.loads(text)) == text


def test_a_dry_run_shows_the_difference_and_writes_nothing(monkeypatch, tmp_path, capsys):
    file = tmp_path / "releases.json"
    file.write_text(refresh.text(DATA), encoding="utf-8")
    page = tmp_path / "releases.md"
    page.write_text("As of 2026-11-23.\n\n| release |\n|---|---|---|---|\n", encoding="utf-8")
    monkeypatch.setattr(refresh, "PAGE", page)
    monkeypatch.setattr(refresh, "DATA", file)
    monkeypatch.setattr(refresh, "_ask", lambda name: SAMPLE)
    monkeypatch.setattr(refresh, "_list", lambda client, package, line: '"10.35.0"')
    monkeypatch.setattr("sys.argv", ["refresh_releases.py", "--dry-run"])
    assert refresh.main() == 0
    assert '+      {"cycle": "26", "latest": "26.15.1"' in capsys.readouterr().out
    assert file.read_text(encoding="utf-8") == refresh.text(DATA)
    monkeypatch.setattr("sys.argv", ["refresh_releases.py"])
    assert refresh.main() == 0
    assert json.loads(file.read_text(encoding="utf-8"))["products"]["node"]["releases"][0]["latest"] == "26.15.1"
    assert "| Node 26 | 26.15.1 | 2027-10-20 | 2029-04-30 |\n" in page.read_text(encoding="utf-8")


def test_without_a_network_nothing_is_written(monkeypatch, tmp_path, capsys):
    def fail(name):
        raise OSError("no network")

    file = tmp_path / "releases.json"
    file.write_text(refresh.text(DATA), encoding="utf-8")
    monkeypatch.setattr(refresh, "DATA", file)
    monkeypatch.setattr(refresh, "_ask", fail)
    monkeypatch.setattr("sys.argv", ["refresh_releases.py"])
    assert refresh.main() == 1
    assert capsys.readouterr().err == "error: no network\nNothing was written.\n"
    assert file.read_text(encoding="utf-8") == refresh.text(DATA)


def test_the_page_lists_what_is_supported():
    old = refresh.PAGE.read_text(encoding="utf-8")
    data = json.loads(refresh.DATA.read_text(encoding="utf-8"))
    assert refresh.page(old, data) == old, "run tools/refresh_releases.py, or change the table by hand"
    assert "| Node 26 | " in old
    assert "| Node 20 | " not in old
    later = refresh.page(old, {**data, "as_of": "2027-06-01"})
    assert "As of 2027-06-01." in later
    assert "| Node 22 | " in old
    assert "| Node 22 | " not in later
