"""What a failure comes from, and what would mend it, in each form of the report."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from dockgen.cli import reports
from dockgen.verify.report import Report
from dockgen.verify.results import Check, Failure, Proposal

GIT = Proposal(cause="missing-program", said="the app runs git, which is not in the image", sets=("apt.run=+git",))
LOCK = Proposal(cause="stale-lock-uv", said="uv.lock does not fit the manifest beside it", hint="run `uv lock`")
FAILED = Report(
    app="shop", folder="", dockerfile="Dockerfile", on_disk=True, engine="docker", network="bridge",
    checks=(
        Check(name="builds", status="passed", said="4 steps"),
        Check(name="starts", status="failed", said="it ended by itself with exit code 1", detail="no git"),
        Check(name="non-root", status="failed", said="the image's user is root"),
    ),
    failure=Failure(step="start", log="no git", exit_code=1), proposal=GIT,
)  # fmt: skip


def test_the_table_says_what_would_mend_it():
    told = reports.made([FAILED], "text", ".")
    assert "Cause: the app runs git, which is not in the image (missing-program)" in told
    assert "      --set apt.run=+git\n" in told
    assert "--fix" in told


def test_the_table_says_what_only_a_person_can_do():
    told = reports.made([replace(FAILED, proposal=LOCK)], "text", ".")
    assert "    run `uv lock`\n" in told
    assert "--fix" not in told


def test_the_table_says_what_was_set():
    told = reports.made([replace(FAILED, fixes=(GIT,), proposal=LOCK)], "text", ".")
    assert "Fixed missing-program: the app runs git, which is not in the image\n    apt.run=+git\n" in told


def test_json_has_it():
    (app,) = json.loads(reports.made([replace(FAILED, fixes=(LOCK,))], "json", "."))["apps"]
    assert app["proposal"] == {"cause": "missing-program", "said": GIT.said, "sets": ["apt.run=+git"], "hint": ""}
    assert [fix["cause"] for fix in app["fixes"]] == ["stale-lock-uv"]


@pytest.mark.parametrize("form", ["junit", "sarif"])
def test_other_programs_are_told_where_it_failed_and_nowhere_else(form):
    told = reports.made([FAILED], form, ".")
    if form == "junit":
        texts = {case.get("name"): failure.text for case in ET.fromstring(told).iter("testcase") for failure in case}
        starts, root = texts["starts"], texts["non-root"] or ""
    else:
        results = json.loads(told)["runs"][0]["results"]
        starts, root = (result["message"]["text"] for result in results)
    assert "missing-program: the app runs git, which is not in the image; verify --fix sets apt.run=+git" in starts
    assert "missing-program" not in root
