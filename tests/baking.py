"""Baking templates with the real cookiecutter and copier, as their users do, for tests."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from helpers import ROOT, environment

if TYPE_CHECKING:
    from pathlib import Path

LANGUAGES = ("python", "node", "go")


def run(
    *argv: str | os.PathLike[str],
    cwd: Path,
    python: str | os.PathLike[str] = "",
    path: str | os.PathLike[str] = "",
) -> subprocess.CompletedProcess[str]:
    """A program of Python's `-m`: imports from PYTHON (this checkout), looks for commands in PATH first."""
    home = cwd / "home"
    home.mkdir(exist_ok=True)
    env = environment({"HOME": str(home), "USERPROFILE": str(home), "GIT_CONFIG_GLOBAL": "/dev/null"})
    if python:
        env["PYTHONPATH"] = str(python)
    if path:
        env["PATH"] = f"{path}{os.pathsep}{env['PATH']}"
    return subprocess.run(
        [sys.executable, "-m", *argv], cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip


def bake(folder: Path, *answers: str, template: Path = ROOT, directory: str = "templates/cookiecutter", **more) -> Path:
    """The project that cookiecutter bakes into FOLDER, without asking."""
    place = ["--directory", directory] if directory else []
    done = run("cookiecutter", "--no-input", "-o", folder / "baked", template, *place, *answers, cwd=folder, **more)
    assert done.returncode == 0, done.stdout + done.stderr
    (project,) = (folder / "baked").iterdir()
    return project
