"""The score of golden projects on the checklist of container practice, as a table.

    python tests/scores.py [PROJECT ...]            the files alone, as tests/test_score.py has it
    python tests/scores.py --images [PROJECT ...]   all items: each end-to-end case is built, run several times, probed

Needs the checklist tool (where it is looked for stands in tests/scoring.py). With --images, Trivy and Checkov are asked
where they are in .judges/ or on PATH, and an engine is needed as for the end-to-end tests. An image takes about a minute.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import judges
import scoring
from helpers import PROJECTS

if TYPE_CHECKING:
    from cases import Case

WIDTH = 24


def of_files(names: list[str]) -> dict[str, dict[str, Any]]:
    """The reports on the files of each project."""
    with tempfile.TemporaryDirectory() as work:
        return scoring.judge_files(names, Path(work))


def of_images(names: list[str]) -> dict[str, dict[str, Any]]:
    """The reports on the files and the built image of each end-to-end case, printed as they come."""
    sys.path.insert(0, str(Path(__file__).with_name("e2e")))
    import engine
    from cases import CASES

    if reason := engine.missing():
        sys.exit(reason)
    beside = [str(found.parent) for name in ("trivy", "checkov") if isinstance(found := judges.find(name), Path)]
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), *beside, os.environ["PATH"]])
    reports = {}
    for case in CASES:
        if case.project in names:
            try:
                reports[case.project] = of_image(case)
            except engine.EngineError as error:
                print(f"{case.project:{WIDTH}} not built: {str(error)[-300:]}", flush=True)
                continue
            print(row(case.project, reports[case.project]), flush=True)
    return reports


def of_image(case: Case) -> dict[str, Any]:
    """The report on one end-to-end case."""
    import engine
    from test_build_and_run import generate, make_locks, plan_of

    with engine.scratch() as work:
        project = work / case.project
        shutil.copytree(PROJECTS / case.project, project)
        if not case.keeps_lock:
            make_locks(project, work)
        dockerfile = engine.buildable(generate(project), work)
        plan = plan_of(project)
        given = [after for word, after in zip(plan["run_args"], plan["run_args"][1:], strict=False) if word == "-e"]
        with engine.image(project, dockerfile) as tag:
            arguments = scoring.arguments(
                project,
                plan["stack"],
                plan["kind"],
                image=tag,
                port=plan["runtime"]["port"],
                path=case.path,
                env=[*given, *case.env],
            )
            return scoring.tool().judge(scoring.tool().Subject(arguments))


def row(name: str, report: dict[str, Any]) -> str:
    """One line of the table: the score, those of its two parts, what was not passed."""
    parts = " ".join(f"{report[part]:5.1f}" if report[part] is not None else "    -" for part in ("static", "image"))
    return f"{name:{WIDTH}} {report['score']:5.1f}  {parts}  {scoring.lost(report)}".rstrip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("projects", nargs="*", metavar="PROJECT")
    parser.add_argument("--images", action="store_true", help="build the end-to-end cases and judge their images too")
    given = parser.parse_args()
    if reason := scoring.missing():
        sys.exit(reason)
    names = given.projects or sorted(p.name for p in PROJECTS.iterdir() if p.is_dir())
    print(f"{'':{WIDTH}} score  files image  items that are not passed (* hard)")
    reports = of_images(names) if given.images else of_files(names)
    if not given.images:
        for name, report in sorted(reports.items(), key=lambda item: item[1]["score"]):
            print(row(name, report))
    if reports:
        least = min(report["score"] for report in reports.values())
        hard = sum(len(report["hard_fails"]) for report in reports.values())
        print(f"\n{len(reports)} projects: mean {scoring.mean(reports):.1f}, least {least:.1f}, hard fails {hard}")


if __name__ == "__main__":
    main()
