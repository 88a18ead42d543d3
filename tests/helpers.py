"""Running dockgen as a user does, for tests."""

from __future__ import annotations

import ctypes
import datetime as dt
import functools
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROJECTS = ROOT / "tests" / "projects"


@dataclass(frozen=True)
class Run:
    """What one run of dockgen said."""

    code: int
    out: str
    err: str


def dockgen(
    *args: str | os.PathLike[str],
    env: dict[str, str] | None = None,
    cwd: Path | None = None,
    unprivileged: bool = False,
    timeout: float = 120,
) -> Run:
    """Run dockgen of this checkout in a process of its own, without a terminal."""
    done = subprocess.run(
        [sys.executable, "-m", "dockgen", *map(os.fspath, args)],
        env=environment(env or {}),
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        preexec_fn=drop_capabilities if unprivileged else None,
        timeout=timeout,
        check=False,
    )
    return Run(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))


def environment(more: dict[str, str]) -> dict[str, str]:
    """This process's environment without anyone's settings for dockgen, on a day when its data is fresh, plus MORE."""
    size = ("COLUMNS", "LINES")  # of another terminal, which a library may leave behind
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DOCKGEN_", "PYTHON")) and k not in size}
    return kept | {"PYTHONPATH": str(ROOT / "generator"), "SOURCE_DATE_EPOCH": _fresh()} | more


@functools.cache
def has_buildx() -> bool:
    """True if `docker buildx` is here, which reads bake files without an engine."""
    asked = ["docker", "buildx", "version"]
    return bool(shutil.which("docker")) and not subprocess.run(asked, capture_output=True, check=False).returncode


@functools.cache
def _fresh() -> str:
    """The day of the data on releases, as SOURCE_DATE_EPOCH says it: a test must not fail when the data is old."""
    data = json.loads((ROOT / "generator" / "dockgen" / "releases.json").read_text(encoding="utf-8"))
    return str(int(dt.datetime.fromisoformat(f"{data['as_of']}T12:00:00+00:00").timestamp()))


def drop_capabilities() -> None:
    """Make permissions and owners count for root too: without these capabilities a mode of 0 means no access."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None)
        for capability in (0, 1, 2, 3):  # CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER
            libc.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP: root's capabilities are those left in the set


def instructions(text: str) -> list[tuple[str, str]]:
    """(instruction, rest) of each instruction; continuations joined, comments and the bodies of heredocs dropped."""
    found: list[tuple[str, str]] = []
    lines = iter(text.splitlines())
    for line in lines:
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        whole = line
        while whole.endswith("\\"):
            following = next(lines)
            if not following.lstrip().startswith("#"):
                whole = whole[:-1] + following.strip()
        for word in re.findall(r"<<-?[\"']?(\w+)", whole):
            while next(lines).strip() != word:
                pass
        name, _, rest = whole.strip().partition(" ")
        found.append((name, rest.strip()))
    return found


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below FOLDER and its bytes, to see that nothing was written."""
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        for p in sorted(folder.rglob("*"))
        if p.is_file() and not p.is_symlink()
    }
