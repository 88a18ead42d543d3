"""What dockgen writes for each golden project scores well on the checklist of container practice, as far as files tell."""

from __future__ import annotations

import pytest
import scoring
from compare import OURS
from conftest import cases
from helpers import PROJECTS

pytestmark = pytest.mark.skipif(bool(scoring.missing()), reason=scoring.missing() or "")


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    return scoring.judge_files(cases(), tmp_path_factory.mktemp("scored"))


@pytest.mark.parametrize("case", cases())
def test_each_scores_well(case, reports):
    report = reports[case]
    assert report["hard_fails"] == scoring.FAILS_HARD.get(case, []), scoring.lost(report)
    assert report["score"] >= scoring.LEAST, scoring.lost(report)


def test_they_score_well_together(reports):
    assert scoring.mean(reports) >= scoring.MEAN


@pytest.mark.parametrize("folder", sorted(OURS.iterdir()), ids=lambda folder: folder.name)
def test_references_are_an_expert_s(folder, tmp_path):
    plan = scoring.write(folder.name, tmp_path / "generated")
    report = scoring.judge_reference(folder, PROJECTS / folder.name, tmp_path / "work", plan.stack, plan.kind)
    assert report["hard_fails"] == []
    assert report["score"] >= 95, scoring.lost(report)


def test_a_bad_file_scores_badly(tmp_path):
    plan = scoring.write("python-flask-pip", tmp_path / "flask")
    (tmp_path / "flask/Dockerfile").write_text("FROM python:3.9\nCOPY . .\nRUN pip install flask\nCMD python app.py\n")
    with scoring.no_tools():
        report = scoring.tool().judge(
            scoring.tool().Subject(scoring.arguments(tmp_path / "flask", plan.stack, plan.kind))
        )
    assert report["score"] < 50
    assert report["hard_fails"]
