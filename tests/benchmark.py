"""How long dockgen takes, beside `python -c pass` on the same machine in the same run.

    python tests/benchmark.py [--rounds 20] [PROJECT ...]

Prints whole-process medians in milliseconds and their ratio to the floor, the instructions executed (where valgrind is
installed; they repeat where times do not), and the in-process time of the scan of trees with 100,000 files.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from helpers import PROJECTS, ROOT, environment

sys.path.insert(0, str(ROOT / "generator"))
GOALS = {"--version": 2, "detect": 6, "generate": 9}
SCAN_GOAL = 50  # milliseconds
SAMPLES = ("static-site", "python-fastapi-uv", "node-express-npm", "go-chi")
# What an installed `dockgen` runs.
SCRIPT = "import sys; from dockgen.__main__ import main; sys.exit(main())"


def commands(projects: list[str]) -> dict[str, list[str]]:
    dockgen = [sys.executable, "-c", SCRIPT]
    rows = {"python -c pass": [sys.executable, "-c", "pass"], "--version": [*dockgen, "--version"]}
    for name in projects:
        rows[f"detect {name}"] = [*dockgen, "detect", str(PROJECTS / name)]
        rows[f"generate {name}"] = [*dockgen, "generate", "-o", "-", str(PROJECTS / name)]
    return rows


def run(argv: list[str]) -> str:
    return subprocess.run(argv, env=environment({}), capture_output=True, text=True, check=True).stderr


def milliseconds(rows: dict[str, list[str]], rounds: int) -> dict[str, float]:
    """The median of each row; the rows take turns, so that a busy moment hits all of them."""
    times: dict[str, list[float]] = {name: [] for name in rows}
    for _ in range(rounds + 1):
        for name, argv in rows.items():
            start = time.perf_counter()
            run(argv)
            times[name].append((time.perf_counter() - start) * 1000)
    return {name: statistics.median(found[1:]) for name, found in times.items()}


def instructions(argv: list[str]) -> int | None:
    """Instructions executed, in millions; None without valgrind."""
    if not shutil.which("valgrind"):
        return None
    tool = ["valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
    found = re.search(r"I\s+refs:\s+([\d,]+)", run([*tool, *argv]))
    return round(int(found[1].replace(",", "")) / 1e6) if found else None


def tree(folder: Path, shape: str) -> Path:
    """100,000 files below FOLDER: all in one folder, or a hundred in each of a thousand."""
    for number in range(100_000):
        parent = folder / "flat" if shape == "flat" else folder / "wide" / f"package{number // 100}" / "src"
        if number % 100 == 0:
            parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(parent / f"file{number}.txt", os.O_CREAT))
    return folder / shape


def scans() -> dict[str, float]:
    """Milliseconds of a scan, by the shape of the tree."""
    from dockgen.project import scan

    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for shape in ("flat", "wide"):
            root = tree(Path(folder), shape)
            times = []
            for _ in range(7):
                start = time.perf_counter()
                scan(root)
                times.append((time.perf_counter() - start) * 1000)
            found[shape] = statistics.median(times)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("projects", nargs="*", default=[name for name in SAMPLES if (PROJECTS / name).is_dir()])
    parser.add_argument("--rounds", type=int, default=20)
    asked = parser.parse_args()
    rows = commands(asked.projects)
    times = milliseconds(rows, asked.rounds)
    floor = times["python -c pass"]
    counts = {name: instructions(argv) for name, argv in rows.items()}
    base = counts["python -c pass"]
    print(f"{'':<28} {'ms':>7} {'ratio':>6} {'goal':>5} {'M instr.':>9} {'ratio':>6}")
    for name, taken in times.items():
        goal = GOALS.get(name.split()[0], "")
        count = counts[name]
        more = f"{count:>9} {count / base:>6.1f}" if count and base else f"{'-':>9} {'-':>6}"
        print(f"{name:<28} {taken:>7.1f} {taken / floor:>6.1f} {goal:>5} {more}")
    for shape, taken in scans().items():
        print(f"{'scan of 100,000 files, ' + shape:<28} {taken:>7.1f} {'':>6} {SCAN_GOAL:>5}")


if __name__ == "__main__":
    main()
