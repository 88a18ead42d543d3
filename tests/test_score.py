"""What dockgen writes for each golden project scores well on the checklist of container practice, as far as files tell."""

from __future__ import annotations

import pytest
import scoring
from conftest import cases

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


def test_a_bad_file_scores_badly(tmp_path):
    plan = scoring.write("python-flask-pip", tmp_path / "flask")
    (tmp_path / "flask/Dockerfile").write_text("FROM python:3.9\nCOPY . .\nRUN pip install flask\nCMD python app.py\n")
    with scoring.no_tools():
        report = scoring.tool().judge(
            scoring.tool().Subject(scoring.arguments(tmp_path / "flask", plan.stack, plan.kind))
        )
    assert report["score"] < 50
    assert report["hard_fails"]
