"""What dockgen writes builds without a warning, starts hardened, answers, is healthy, and goes when asked."""

from __future__ import annotations

import json
import re
import shutil
import time
from typing import TYPE_CHECKING

import engine
import judges
import pytest
from cases import CASES, LOCKS, MADE_IN, YARN_1, YARN_BERRY, Case
from helpers import PROJECTS, dockgen

if TYPE_CHECKING:
    from pathlib import Path

STOP_SECONDS = 2.0
ENGINE_SECONDS = 0.7  # what the engine itself takes for a container that ends at once


def generate(project: Path, *flags: str) -> Path:
    run = dockgen("generate", "--force", *flags, project)
    assert run.code == 0, run.err
    return project / "Dockerfile"


def make_locks(project: Path, work: Path) -> None:
    """Replace the committed heads of lock files by real ones, those of a front-end in a folder of its own too."""
    for folder in (project, *sorted(p for p in project.iterdir() if (p / "package.json").exists())):
        for name in (*LOCKS, "yarn.lock"):
            if (folder / name).exists():
                make_lock(project, folder, name, work)
        for leftover in ("node_modules", ".pnp.cjs", ".pnp.loader.mjs", "Dockerfile", ".dockerignore", ".venv"):
            shutil.rmtree(folder / leftover, ignore_errors=True)
            committed = PROJECTS / project.name / folder.relative_to(project) / leftover
            if (folder / leftover).is_file() and not committed.exists():
                (folder / leftover).unlink()


def make_lock(project: Path, folder: Path, name: str, work: Path) -> None:
    """Make one lock file in the image that the project builds on."""
    bases = re.findall(
        r"^FROM (?:--platform=\S+ )?((?:python|node|golang|oven/bun):\S+)", generate(project).read_text(), re.MULTILINE
    )
    base = next(b for b in bases if b.startswith(MADE_IN.get(name, ("node:", "oven/bun:"))))
    (work / "Base").write_text(f"FROM {base} AS base\n")
    engine.buildable(work / "Base", work)
    script = LOCKS.get(name)
    if script is None:
        script = YARN_1 if "yarn lockfile v1" in (folder / name).read_text() else YARN_BERRY
    if name == "yarn.lock":
        (folder / name).write_text("")  # Yarn takes the folder with a lock file for the project
    else:
        (folder / name).unlink()
    engine.in_base(base, folder, f"export HOME=/tmp; {script}; chmod -R a+rX .")
    assert (folder / name).stat().st_size


def plan_of(project: Path, *flags: str) -> dict:
    run = dockgen("detect", "--json", *flags, project)
    assert run.code == 0, run.err
    return json.loads(run.out)["plan"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.project)
def test_build_and_run(case: Case, scratch):
    build_and_run(case, scratch)


def build_and_run(case: Case, scratch: Path, *flags: str) -> None:
    """Build CASE with the settings of FLAGS, run it hardened, ask it, stop it."""
    project = scratch / case.project
    shutil.copytree(PROJECTS / case.project, project)
    if not case.keeps_lock:
        make_locks(project, scratch)
    dockerfile = engine.buildable(generate(project, *flags), scratch)
    said = engine.check(project, dockerfile)
    assert "no warnings found" in said, said
    plan = plan_of(project, *flags)
    with engine.image(project, dockerfile) as tag:
        user = engine.inspect(tag, "{{.Config.User}}")
        assert re.fullmatch(r"[1-9][0-9]*:[1-9][0-9]*", user)
        if judges.find("trivy"):  # test_secrets.py says so where it is missing
            assert engine.secrets(tag, scratch) == []
        options = [*engine.HARDENED, *plan["run_args"], *(word for pair in case.env for word in ("--env", pair))]
        if case.kind == "cli":
            assert case.text in engine.docker("run", "--rm", *options, tag, *case.args)
            return
        serve(case, plan, tag, options)


def serve(case: Case, plan: dict, tag: str, options: list[str]) -> None:
    """Start the image, wait until it answers and is healthy, stop it and take the time."""
    port = plan["runtime"]["port"]
    if port:
        assert f'"{port}/tcp"' in engine.inspect(tag, "{{json .Config.ExposedPorts}}")
        engine.wait_for("free", lambda: engine.is_free(port), "", 120)
        options += engine.HOST_NETWORK or ["--publish", f"{port}:{port}"]
    with engine.container(tag, *options) as name:
        if case.kind == "web":
            status, body = engine.wait_for("answering", lambda: engine.get(port, case.path, case.host), name, 60)
            assert (status, case.text in body) == (200, True), body[:2000]
        else:
            engine.wait_for("printing", lambda: case.text in engine.logs(name), name, 60)
        process = engine.docker("top", name, "-eo", "pid,uid,args").splitlines()[1].split()
        assert process[1] != "0"
        if plan["runtime"]["health"]:
            engine.wait_for("healthy", lambda: engine.inspect(name, "{{.State.Health.Status}}") == "healthy", name, 60)
        start = time.monotonic()
        engine.docker("stop", "--time", "10", name)
        seconds = time.monotonic() - start
        assert seconds < STOP_SECONDS + ENGINE_SECONDS, f"stopping took {seconds:.1f} s\n{engine.logs(name)[-2000:]}"
        assert engine.inspect(name, "{{.State.ExitCode}}") != "137", "killed: it did not react to SIGTERM"


def test_at_least_four_cases_a_language():
    languages = [case.project.partition("-")[0] for case in CASES]
    assert {language: languages.count(language) >= 4 for language in ("node", "python", "go")} == dict.fromkeys(
        ("node", "python", "go"), True
    )
