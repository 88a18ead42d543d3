"""Trivy and Checkov find nothing in any golden Dockerfile but what the policy covers."""

from __future__ import annotations

import re

import judges
import pytest
from conftest import cases
from helpers import ROOT
from test_lint import snapshot

BAD = "FROM debian:latest\nRUN apt-get update\nCMD ls\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """All golden Dockerfiles, under the name by which the judges know them, and a bad one that they must see."""
    made = tmp_path_factory.mktemp("judged")
    for case in cases():
        (made / case).mkdir()
        (made / case / "Dockerfile").write_bytes(snapshot(case).read_bytes())
    (made / "bad").mkdir()
    (made / "bad" / "Dockerfile").write_text(BAD)
    return made


def needs(name):
    return pytest.mark.skipif(bool(judges.missing(name)), reason=judges.missing(name) or "")


def faults(found):
    return [f for f in found if f.case != "bad" and not judges.holds(f, snapshot(f.case).read_text())]


@needs("trivy")
def test_trivy_finds_nothing(folder):
    recognised, found = judges.trivy(folder)
    assert recognised == {*cases(), "bad"}
    assert faults(found) == []
    assert {"DS-0001", "DS-0002"} <= {f.check for f in found if f.case == "bad"}


@needs("checkov")
def test_checkov_finds_nothing(folder):
    count, found = judges.checkov(folder)
    assert count == len(cases()) + 1
    assert faults(found) == []
    assert {"CKV_DOCKER_3", "CKV_DOCKER_7"} <= {f.check for f in found if f.case == "bad"}


@pytest.mark.parametrize(
    ("check", "text", "covered"),
    [
        ("DS-0026", "FROM python:3.14 AS a\nCMD x\n", True),
        ("DS-0026", "FROM python:3.14 AS a\nEXPOSE 80\nCMD x\n", False),
        ("CKV_DOCKER_2", "FROM golang AS a\nFROM gcr.io/distroless/static-debian13:nonroot AS b\nEXPOSE 80\n", True),
        ("CKV_DOCKER_2", "FROM gcr.io/distroless/static-debian13 AS a\nFROM node AS b\nEXPOSE 80\n", False),
        ("DS-0002", "FROM python:3.14 AS a\n", False),
    ],
)
def test_what_the_policy_covers(check, text, covered):
    assert judges.holds(judges.Finding("x", check, 1, ""), text) is covered


def test_the_policy_is_documented():
    page = (ROOT / "docs/explanation/judged.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `((?:DS-|KSV-|CKV2?_)\w+)` \| [^|]* \| ([^|]*) \|$", page, re.MULTILINE))
    assert {check: reason.strip() for check, reason in rows.items()} == judges.POLICY | judges.KUBERNETES
