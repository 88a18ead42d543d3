"""The label's description, from the top of the README where the manifest has none."""

from __future__ import annotations

import time

import pytest
from dockgen.about import PLACEHOLDERS, description
from dockgen.project import Project
from dockgen.readme import LIMIT, summary
from dockgen.values import is_plain
from hypothesis import given
from hypothesis import strategies as st

LONG = (
    "It keeps the times of all ferries, their berths, and the weather at every harbour of the coast, in one small page"
)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# Tides\n\nHigh and low water for the coast.\n", "High and low water for the coast."),
        ("Tides\n=====\n\nHigh and low\nwater.\n", "High and low water."),
        ("=====\nTides\n=====\n\nHigh and low water.\n", "High and low water."),
        ("# Tides\nHigh and low water.\n\n## Usage\n\nRun it.", "High and low water."),
        ("# Tides\n\n> High *and* low **water**, by `tide`.\n", "High and low water, by tide."),
        ("# Tides\n\n[![ci](https://x/ci.svg)](https://x) ![y](z)\n\nHigh and low water.\n", "High and low water."),
        ("# Tides\n\n[Docs](d) | [Demo](e) | [Chat](f)\n\nHigh [and low](https://x) water.", "High and low water."),
        ('<h1 align="center">Tides</h1>\n<p align="center">High and low water</p>', "High and low water"),
        (
            "# Tides\n\n<!-- High and low tide here -->\n\n```\nnpm install it now\n```\n\nHigh and low water.",
            "High and low water.",
        ),
        ("---\ntitle: Some front matter\n---\n\nHigh and low water.\n", "High and low water."),
        ("# Tides\n\n## About\n\nHigh and low water.\n", "High and low water."),
        (
            "# Tides\n\n- a list of things\n- and more of them\n\n| a | table here |\n\nHigh and low water.",
            "High and low water.",
        ),
        ("# Tides\n\n> [!NOTE]\n> This has been archived now.\n\nHigh and low water.", "High and low water."),
        (
            ".. image:: x.svg\n   :target: y\n\n|badge|\n\nTides\n~~~~~\n\nIt shows `the docs <https://x>`_ of :ref:`tides`.",
            "It shows the docs of tides.",
        ),
        ("# Tides\n\nIt shows\n* High water\n", ""),
        ("# Tides\n\nHigh and low water.\n* and ebb\n", "High and low water."),
        ("# Tides\r\n\r\nHigh and low\r\nwater.\r\n", "High and low water."),
        (
            "# snake_case_tool\n\nReads my_file_name and x * y, that is all.",
            "Reads my_file_name and x * y, that is all.",
        ),
        (f"# F\n\nAll ferries of the coast in one page. {LONG}.", "All ferries of the coast in one page."),
    ],
)
def test_the_top_of_a_readme(text, line):
    assert summary(Project.of({"README.md": text})) == line


def test_what_is_too_long_ends_at_a_word():
    found = summary(Project.of({"README.md": f"# F\n\nFerries. {LONG}."}))
    assert len(found) <= LIMIT
    assert found.endswith("…")
    assert f"Ferries. {LONG}.".startswith(found[:-1] + " ")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# Tides\n",
        "# Tides\n\n## Install\n\nRun the installer first.\n",
        "# Tides\n\nRun the following commands:\n\n    npm start\n",
        "# Tides\n\nTODO\n",
        "# Tides\n\nIf you have any questions, ask us.\n",
        '# Tides\n\n<p><a href="x">The website</a> <a href="y">All the docs</a></p>\n',
        "This is a [Next.js](https://x) project bootstrapped with [`create-next-app`](https://y).\n\nFirst, run the server.",
        "# Vite\n\nThis template provides a minimal setup to get React working in Vite.\n",
        b"\x00\xff\xfe",
        " | a | table |\n",
    ],
)
def test_what_says_nothing_of_the_project(text):
    assert summary(Project.of({"README.md": text})) == ""


def test_the_manifest_comes_first():
    project = Project.of({"README.md": "# T\n\nHigh and low water."})
    assert description(project, " Tides \n of today ") == "Tides of today"
    assert {description(project, text) for text in ("", " ", *PLACEHOLDERS)} == {"High and low water."}
    assert description(Project.of({}), PLACEHOLDERS[0]) == ""


@given(st.text(alphabet="#=-*_`<>![](){}|:.\\ \n\tab\u202e\x1b\ud800é"))
def test_any_readme_gives_one_plain_line(text):
    found = summary(Project.of({"README.md": text.encode("utf-8", "surrogatepass")}))
    assert is_plain(found)
    assert len(found) <= LIMIT


@pytest.mark.parametrize(
    "text", ["<" * 9000, "<table>" * 900, "```\n" * 2000, "[" * 9000, "![" * 4000, "`a" * 4000, "*_" * 4000]
)
def test_a_hostile_readme_costs_no_time(text):
    start = time.perf_counter()
    summary(Project.of({"README.md": text + "\n\n" + text}))
    assert time.perf_counter() - start < 1
