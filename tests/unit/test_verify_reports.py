"""What a report looks like in a terminal and in a pipe, and what is said meanwhile."""

from __future__ import annotations

import io
import sys

from dockgen.cli import reports, terminal
from dockgen.cli.progress import Progress
from dockgen.verify import checks
from dockgen.verify.report import Report
from dockgen.verify.results import Failure

REPORT = Report(
    app="shop",
    folder="",
    dockerfile="Dockerfile",
    on_disk=True,
    engine="docker",
    network="bridge",
    checks=(
        checks.passed("builds", "7 steps in 3.1 s", seconds=3.1),
        checks.failed(
            "answers", "GET / on port 3000: 503", detail="\n".join(f"line {n}" for n in range(20)) + "\x1b[31m\x01"
        ),
        checks.skipped("healthy", "it does not answer"),
    ),
    failure=Failure(step="answer", log="x"),
    kept="shop:1",
)


def test_in_a_pipe():
    assert reports.text([REPORT], terminal.Screen()).splitlines() == [
        "shop: Dockerfile, with docker",
        "",
        "  passed   builds                       7 steps in 3.1 s",
        "  failed   answers                      GET / on port 3000: 503",
        "  skipped  healthy                      it does not answer",
        "",
        "answers:",
        *(f"    line {n}" for n in range(8, 19)),
        "    line 19",
        "",
        "1 passed, 1 failed, 1 skipped; kept as shop:1",
    ]


def test_in_a_terminal():
    shown = reports.text([REPORT], terminal.Screen(width=60)).splitlines()
    assert shown[2:5] == [
        "  ✓  builds                       7 steps in 3.1 s",
        "  ✗  answers                      GET / on port 3000: 503",
        "  –  healthy                      it does not answer",  # noqa: RUF001
    ]
    assert (
        reports.text([REPORT], terminal.Screen(colour=True, width=60))
        .splitlines()[3]
        .startswith("  \x1b[31m✗\x1b[0m  answers")
    )


def test_in_a_terminal_without_these_signs():
    shown = reports.text([REPORT], terminal.Screen(width=60, ellipsis="...")).splitlines()
    assert shown[2].startswith("  passed   builds")


def test_control_characters_are_no_xml():
    assert "\x01" not in reports.junit([REPORT])
    assert "line 19" in reports.junit([REPORT])


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


def test_one_line_is_written_anew(monkeypatch):
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("COLUMNS", "40")
    progress = Progress()
    progress("building")
    progress("building", "[build 3/7] RUN npm ci --a-long-option-that-does-not-fit")
    progress.end()
    assert stream.getvalue().split("\r\x1b[K") == [
        "", "building ...", "building  [build 3/7] RUN npm ci --a-l…", "",
    ]  # fmt: skip


def test_a_line_for_each_phase(monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    progress = Progress("shop")
    for phase, step in (("building", ""), ("building", "a"), ("starting", "")):
        progress(phase, step)
    progress.end()
    assert stream.getvalue() == "shop: building ...\nshop: starting ...\n"
    monkeypatch.setattr(terminal, "asked", terminal.Asked(quiet=True))
    progress("stopping")
    assert stream.getvalue().endswith("shop: starting ...\n")
