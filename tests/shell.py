"""One shell for the commands of a page, as its reader has one: a folder that was changed to and variables are kept."""

from __future__ import annotations

import shlex
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers import environment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """Runs scripts with ENV, one after the other, from the folder `work` of FOLDER on; programs in its `bin` come first."""

    folder: Path
    env: Mapping[str, str]

    def run(self, script: str, *, name: str = "sh", options: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
        """What a script printed to both outputs, and how it ended."""
        state, cwd = self.folder / "state", self.folder / "cwd"
        state.touch()
        where = cwd.read_text().rstrip("\n") if cwd.exists() else str(self.folder / "work")
        keep = f'status=$?; export -p > {state}; pwd > {cwd}; exit "$status"'
        whole = f"trap {shlex.quote(keep)} EXIT\nset -a\n. {state}\n{script}\n"
        return subprocess.run(
            [name, *options, "-c", whole],
            cwd=where,
            env=dict(self.env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )


def shell(folder: Path, programs: Mapping[str, Sequence[str]], more: Mapping[str, str] = {}) -> Shell:
    """A shell in FOLDER where `dockgen` is this checkout's, and PROGRAMS are what they are here; MORE is its environment."""
    (folder / "bin").mkdir()
    (folder / "work").mkdir()
    for name, argv in {"dockgen": (sys.executable, "-m", "dockgen"), **programs}.items():
        command = folder / "bin" / name
        command.write_text(f'#!/bin/sh\nexec {shlex.join(argv)} "$@"\n')
        command.chmod(0o755)
    env = environment(dict(more))
    return Shell(folder=folder, env=env | {"PATH": f"{folder / 'bin'}:{env['PATH']}"})
