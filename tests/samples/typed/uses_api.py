"""What a program that uses the Python API looks like; checked by mypy --strict, never run."""

import os

import dockgen
from dockgen import Artifact, DockgenError, Facts, Plan, Project, Result, Settings, detect, generate, plan, render, scan


def by_steps(folder: str) -> dict[str, str]:
    project: Project = scan(folder)
    facts: Facts = detect(project, settings={"version": "3.14"})
    decided: Plan = plan(facts, settings=Settings.of({"port": 9000, "dev": True, "apt.run": ["curl"]}))
    files: tuple[Artifact, ...] = render(decided)
    return {file.path: file.text for file in files}


def at_once(folder: str) -> str:
    try:
        result: Result = generate(
            folder, settings={"env": {"A": "b"}}, preset="hardened", environment=os.environ, write=True
        )
    except DockgenError as error:
        return f"{error.what} {error.where or ''} {error.hint or ''} {int(error.code)}"
    port: int | None = result.plan.runtime.port
    return f"{dockgen.__version__} {port} {result.warnings} {result.text('Dockerfile')}"
