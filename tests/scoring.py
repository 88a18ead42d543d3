"""What the tests and `scores.py` share: the checklist tool that may lie beside this checkout, and golden projects for it."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from dockgen.pipeline import choose, decide
from dockgen.project import scan
from dockgen.rendering import render
from dockgen.settings import NOTHING
from helpers import PROJECTS, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.plans import Plan

TOOL = ROOT.parent / "shared" / "bench" / "score"
KINDS = {"job": "cli"}  # a job is run to its end as a command is
MEAN, LEAST = 97, 93
# Hard items that a golden project fails, each for a reason that no better Dockerfile would take away.
FAILS_HARD = {
    # 15, a lock-strict install: the lock of the project is older than its manifest, so no install that keeps to it can
    # succeed. dockgen says so, and brings it up to date in a layer of its own.
    "python-uv-stale": [15],
}


@cache
def tool() -> ModuleType:
    """The checklist tool, loaded as a module. Not by its path: Python would write a cache beside it."""
    module = ModuleType("score")
    module.__file__ = str(TOOL)
    sys.modules["score"] = module
    exec(compile(TOOL.read_text(encoding="utf-8"), TOOL, "exec"), module.__dict__)
    return module


def missing() -> str | None:
    """Why nothing can be scored; None if the tool is there."""
    return None if TOOL.is_file() else f"NOTHING WAS SCORED: the checklist tool is not at {TOOL}"


def write(case: str, to: Path) -> Plan:
    """Copy a golden project to the folder TO and write what dockgen generates for it now; the plan."""
    shutil.copytree(PROJECTS / case, to)
    plan = decide(choose(scan(to), NOTHING).facts, NOTHING)
    for artifact in render(plan):
        path = to / artifact.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(artifact.text, encoding="utf-8")
    return plan


def arguments(folder: Path, stack: str, kind: str, **more: Any) -> argparse.Namespace:
    """The tool's arguments for a project of this stack and kind that lies in FOLDER with its Dockerfile."""
    given = {
        "dir": str(folder),
        "language": None if stack == "static" else stack,
        "kind": KINDS.get(kind, kind),
        **dict.fromkeys(("context", "dockerfile", "image", "reference", "port")),
        "path": "/",
        "env": [],
        "json": True,
    }
    return argparse.Namespace(**given | more)


@contextmanager
def no_tools() -> Iterator[None]:
    """An empty PATH: the tool starts no linter and no engine, so that each project takes milliseconds."""
    before = os.environ["PATH"]
    os.environ["PATH"] = ""
    try:
        yield
    finally:
        os.environ["PATH"] = before


def lint(files: list[Path]) -> dict[str, list[dict[str, Any]]]:
    """What hadolint finds in each of FILES when nothing but the two policy rules is ignored, in one process."""
    beside = Path(sys.executable).with_name("hadolint")
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as nothing:
        nothing.write("{}\n")
        nothing.flush()
        argv = [beside if beside.exists() else "hadolint", "-c", nothing.name, "--disable-ignore-pragma", "-f", "json"]
        done = subprocess.run([*argv, *files], capture_output=True, text=True, check=False)
    found: dict[str, list[dict[str, Any]]] = {str(file): [] for file in files}
    for finding in json.loads(done.stdout):
        if finding["code"] not in ("DL3008", "DL3018"):
            found[finding["file"]].append(finding)
    return found


def judge_files(names: list[str], work: Path) -> dict[str, dict[str, Any]]:
    """The tool's report on the files of each golden project. hadolint is asked once for all; what needs an engine,
    Trivy or Checkov is not judged here, and not counted."""
    plans = {name: write(name, work / name) for name in names}
    findings = lint([work / name / "Dockerfile" for name in names])
    reports = {}
    with no_tools():
        for name, plan in plans.items():
            subject = tool().Subject(arguments(work / name, plan.stack, plan.kind))
            subject.__dict__["hadolint"] = findings[str(work / name / "Dockerfile")]
            reports[name] = tool().judge(subject)
    return reports


def judge_reference(folder: Path, project: Path, work: Path, stack: str, kind: str) -> dict[str, Any]:
    """The tool's report on the hand-written Dockerfile in FOLDER for PROJECT, by its files alone."""
    shutil.copytree(project, work)
    shutil.copytree(folder, work, dirs_exist_ok=True)
    findings = lint([work / "Dockerfile"])
    with no_tools():
        subject = tool().Subject(arguments(work, stack, kind))
        subject.__dict__["hadolint"] = findings[str(work / "Dockerfile")]
        return tool().judge(subject)


def lost(report: dict[str, Any]) -> str:
    """The items of a report that are not passed, each with its reason."""
    rows = [row for row in report["items"] if row["result"] in ("fail", "half")]
    return "; ".join(f"{row['id']}{'*' if row['hard'] else ''} {row['reason'][:80]}" for row in rows)


def mean(reports: dict[str, dict[str, Any]]) -> float:
    """The mean score."""
    return sum(report["score"] for report in reports.values()) / len(reports)
