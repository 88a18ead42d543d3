"""What other generators write is compared fairly: what cannot be judged counts for nobody, causes are told."""

from __future__ import annotations

import re

import peers
import peers_report
import pytest
from helpers import PROJECTS, ROOT

ITEMS = [
    {"id": 1, "title": "parses", "points": 3, "hard": True, "result": "pass"},
    {"id": 17, "title": "order", "points": 4, "hard": False, "result": "half"},
    {"id": 24, "title": "not root", "points": 5, "hard": True, "result": "fail"},
    {"id": 11, "title": "digests", "points": 3, "hard": False, "result": "n/a"},
]

NPM = """\
#9 1.31 npm error command failed
#9 1.31 npm error sh: 1: husky: not found
#9 1.40 npm error A complete log of this run can be found in a file
ERROR: failed to solve: process "/bin/sh -c npm ci" did not complete successfully: exit code: 127
"""

BUILD = """\
#11 0.357 > next build
#11 0.518 For Next.js, Node.js version ">=20.9.0" is required.
------
 > [builder 6/6] RUN npm run build:
0.518 For Next.js, Node.js version ">=20.9.0" is required.
------
256a4b1c38cf.Dockerfile:13
--------------------
  13 | >>> RUN npm run build
  15 |     # ---- Stage 2: nothing is missing here ----
--------------------
ERROR: failed to build: failed to solve: process "/bin/sh -c npm run build" did not complete successfully: exit code: 1
"""
COPY = (
    "ERROR: failed to build: failed to solve: failed to compute cache key: failed to calculate checksum of ref "
    'd3b35c26-91e2::85krpx0: "/requirements.txt": not found'
)
START = (
    "docker: Error response from daemon: failed to create task for container: OCI runtime create failed: runc create failed: "
    'unable to start container process: exec: "uvicorn": executable file not found in $PATH: unknown'
)


def row(**more):
    report = {"score": 41.7, "hard_fails": [24], "items": ITEMS}
    plain = {
        "project": "node-express-npm", "generator": "dockgen", "date": "2026-11-01", "wrote": True, "static": report,
        "built": None, "answered": None, "unjudged": "", "log": "",
    }  # fmt: skip
    return plain | more


def test_an_item_that_cannot_be_judged_is_not_counted():
    assert peers_report.rates([row(), row()]) == {
        1: {"dockgen": (2.0, 2)},
        17: {"dockgen": (1.0, 2)},
        24: {"dockgen": (0.0, 2)},
    }


def test_the_report_with_the_image_is_preferred_and_hard_fails_of_both_count():
    image = {"score": 90.0, "hard_fails": [38], "items": []}
    both = row(image=image)
    assert peers_report.judged(both) is image
    assert peers_report.hard_fails(both) == [24, 38]


def test_an_image_that_was_not_judged_is_not_counted_against_anyone():
    rows = [row(unjudged="base image", log="exit 3"), row(project="node-nest-npm", built=True, answered=True)]
    assert "| node | dockgen | 2 | 41.7 | - | 2 | 1 of 1 | 1 of 1 |" in peers_report.summary(rows)


def test_a_build_that_could_not_reach_a_host_is_not_judged():
    failed = row(built=False, answered=False, log="npm error code EAI_AGAIN")
    assert peers_report.settled(failed) == failed | {"built": None, "answered": None, "unjudged": "network"}
    broken = row(built=False, answered=False, log="sh: 1: husky: not found")
    assert peers_report.settled(broken) == broken


def test_a_generator_that_writes_nothing_has_no_score_and_no_image():
    nothing = row(wrote=False, static=None, built=False, answered=False, log="error: no entry point")
    assert "| node | dockgen | 1 | - | - | 0 | 0 of 1 | 0 of 1 |" in peers_report.summary([nothing])
    assert "| no Dockerfile | - | 0 | **no** | **no** |" in peers_report.by_project([nothing], ["node-express-npm"])


def test_the_report_says_what_was_missing_and_what_went_wrong():
    result = {
        "linters": ["hadolint"],
        "absent": {"dockseed": "could not be installed: no network"},
        "rows": [row(built=False, answered=False, log="npm error sh: 1: husky: not found\n")],
    }
    text = peers_report.markdown(result, peers.COMPARED, peers.PEERS)
    assert "Measured 2026-11-01 with hadolint." in text
    assert "dockseed: could not be installed: no network." in text
    assert "| node-express-npm | dockgen | build | sh: 1: husky: not found |" in text


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        (NPM, "sh: 1: husky: not found"),
        ("dockgen-e2e-1f-2a: not answering within 60 s\n[INFO] Booting worker", "not answering within 60 s"),
        (BUILD, 'For Next.js, Node.js version ">=20.9.0" is required.'),
        (COPY, '"/requirements.txt": not found'),
        (START, 'unable to start container process: exec: "uvicorn": executable file not found in $PATH: unknown'),
        ("x: not answering within 60 s\nTraceback\nModuleNotFoundError: No module named 'main'\n", "ModuleNotFoundError: No module named 'main'"),
        ("Looking for x at https://index.example/simple\n\x1b[31mcould not open /tmp/abc/project/requirements.txt\x1b[0m", "could not open …/requirements.txt"),
        ("Error: Multiple plausible entry points\nexit code 3", "Error: Multiple plausible entry points"),
        ("exit code 3", "exit code 3"),
        ("", ""),
    ],
)  # fmt: skip
def test_the_line_that_names_the_cause_is_found(said, cause):
    assert peers_report.one_line(said) == cause


def test_projects_are_there_and_of_every_language():
    names = [case.project for case in peers.COMPARED]
    assert len(names) == len(set(names)) >= 12
    assert all((PROJECTS / name).is_dir() for name in names)
    assert {name.partition("-")[0] for name in names} == {"node", "python", "go", "static"}


def test_the_page_names_the_versions_that_the_script_runs():
    page = (ROOT / "docs/explanation/compared.md").read_text(encoding="utf-8")
    for peer in peers.PEERS:
        assert f"{peer.name} {peer.version}" in page
    rows = re.findall(r"^\| (\S+) \| (\S+) \| [\d.no].* \|$", page, re.MULTILINE)
    assert {(case.project, "dockgen") for case in peers.COMPARED} <= set(rows)
