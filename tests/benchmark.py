"""How long dockgen takes, beside `python -c pass` on the same machine in the same run.

    python tests/benchmark.py [--rounds 20] [--site DIR] [--trees | --renders | --wizard] [PROJECT ...]

Prints whole-process medians in milliseconds and their ratio to the floor, the instructions executed (where valgrind is
installed; they repeat where times do not), and what trees of 100,000 files of several shapes take: time of the scan and
of the whole detection, memory, entries visited; and what printing all golden projects takes, with dockgen's own templates
and with four packs above them; and how soon the wizard shows something, and is done. `--trees`, `--renders` and `--wizard`
print only these. `--site` measures what is installed in DIR (`pip install --target DIR` of a wheel, which has its templates
compiled) in place of the checkout.
"""

from __future__ import annotations

import argparse
import atexit
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from helpers import PROJECTS, ROOT, environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GOALS = {"--version": 2, "detect": 6, "generate": 9}
SCAN_GOAL = 50  # milliseconds
FIRST_GOAL = 150  # milliseconds until the wizard shows what it found
FILES = 100_000
SAMPLES = ("static-site", "python-fastapi-uv", "node-express-npm", "go-chi")
chosen: dict[str, str] = {}  # the environment of what is measured, if it is not the checkout
# What an installed `dockgen` runs.
SCRIPT = "import sys; from dockgen.__main__ import main; sys.exit(main())"


def commands(projects: list[str]) -> dict[str, list[str]]:
    dockgen = [sys.executable, "-c", SCRIPT]
    rows = {"python -c pass": [sys.executable, "-c", "pass"], "--version": [*dockgen, "--version"]}
    for name in projects:
        rows[f"detect {name}"] = [*dockgen, "detect", str(PROJECTS / name)]
        rows[f"generate {name}"] = [*dockgen, "generate", "-o", "-", str(PROJECTS / name)]
    for command in (["check"], ["update", "--dry-run"], ["diff"], ["explain", "-C"]):
        rows[f"{command[0]} {projects[0]}"] = [*dockgen, *command, str(written(projects[0]))]
    here = str(written(projects[0]))
    rows[f"init --yes {projects[0]}"] = [*dockgen, "init", "--yes", here]
    script = "import pathlib, sys; pathlib.Path(sys.argv[2], 'Dockerfile').unlink(); " + SCRIPT
    rows[f"generate, writing {projects[0]}"] = [sys.executable, "-c", script, "generate", here]
    return rows


def written(name: str) -> Path:
    """A copy of the project NAME in which dockgen has written its files."""
    folder = Path(tempfile.mkdtemp()) / name
    atexit.register(shutil.rmtree, folder.parent)
    shutil.copytree(PROJECTS / name, folder)
    run([sys.executable, "-c", SCRIPT, "generate", str(folder)])
    return folder


def run(argv: list[str]) -> str:
    return subprocess.run(argv, env=environment(chosen), capture_output=True, text=True, check=True).stderr


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


APP = {"package.json": '{"dependencies": {"express": "5"}, "scripts": {"start": "node server.js"}}\n',
       "server.js": "require('express')().listen(3000)\n"}  # fmt: skip
PYTHON = (
    "import os\nfrom dataclasses import dataclass\n\n\n@dataclass\nclass Item:\n    name: str\n\n    def open(self):\n"
    + ("        return os.path.join('a', self.name)\n" * 40)
)
# Where the number-th of 100,000 files lies, by the shape of the tree.
SHAPES: dict[str, Callable[[int], str]] = {
    "flat": lambda n: f"file{n}.txt",
    "wide": lambda n: f"wide/package{n // 100}/src/file{n}.txt",
    "deep": lambda n: "/".join(f"level{i}" for i in range(n // 2000 + 1)) + f"/file{n}.txt",
    "tree": lambda n: "/".join(f"d{digit}" for digit in f"{n // 10:04}") + f"/file{n}.js",
    "node_modules": lambda n: f"node_modules/package{n // 50}/lib/file{n}.js",
    "data": lambda n: f"data/{n // 10_000}/{n // 100 % 100}/record{n}.json",
    "python": lambda n: f"pkg{n // 1000}/mod{n // 50 % 20}/file{n}.py",
}
# Run in a process of its own, so that its memory is its own: scan, count the entries, then the whole detection.
WALK = """
import json, os, sys, time, tracemalloc
from dockgen import pipeline, project
from dockgen.settings import NOTHING

def timed(function):
    start = time.process_time()
    function()
    return (time.process_time() - start) * 1000

def detect():
    pipeline.decide(pipeline.choose(pipeline.look(root)[1], NOTHING).facts, NOTHING)

root, rounds = sys.argv[1], int(sys.argv[2])
scans = sorted(timed(lambda: project.scan(root)) for _ in range(rounds))
detects = sorted(timed(detect) for _ in range(3))
tracemalloc.start()
detect()
memory = tracemalloc.get_traced_memory()[1] / 2**20
tracemalloc.stop()
real, visited = os.scandir, 0

class Counting:
    def __init__(self, path):
        self.entries = real(path)
    def __enter__(self):
        return self
    def __exit__(self, *_):
        self.entries.close()
    def __iter__(self):
        global visited
        for entry in self.entries:
            visited += 1
            yield entry

os.scandir = Counting
seen = project.scan(root)
print(json.dumps({"scan": scans[rounds // 2], "detect": detects[1], "memory": memory, "visited": visited,
                  "files": len(seen.files), "notes": len(seen.notes)}))
"""


def tree(folder: Path, shape: str) -> Path:
    """A small app below FOLDER, and 100,000 files beside it."""
    root = folder / shape
    root.mkdir()
    for name, text in APP.items():
        (root / name).write_text(text)
    place = SHAPES[shape]
    for number in range(FILES):
        path = root / place(number)
        try:
            handle = os.open(path, os.O_CREAT | os.O_WRONLY)
        except FileNotFoundError:
            path.parent.mkdir(parents=True)
            handle = os.open(path, os.O_CREAT | os.O_WRONLY)
        if path.suffix == ".py":
            os.write(handle, PYTHON.encode())
        os.close(handle)
    if shape == "python":
        (root / "requirements.txt").write_text("flask\n")
        (root / "app.py").write_text("from flask import Flask\n\napp = Flask(__name__)\n")
        (root / "package.json").unlink()
    return root


def walks(rounds: int = 7) -> Iterator[tuple[str, dict[str, float]]]:
    """What a scan and a detection of each tree take: milliseconds of CPU, MiB at the peak, entries visited."""
    for shape in SHAPES:
        with tempfile.TemporaryDirectory() as folder:
            root = tree(Path(folder), shape)
            argv = [sys.executable, "-c", WALK, str(root), str(rounds)]
            done = subprocess.run(argv, env=environment(chosen), capture_output=True, text=True, check=True)
            yield shape, json.loads(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("projects", nargs="*", default=[name for name in SAMPLES if (PROJECTS / name).is_dir()])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--site", help="the folder with the dockgen to measure, instead of the checkout")
    parser.add_argument("--trees", action="store_true", help="only the trees of 100,000 files")
    parser.add_argument("--renders", action="store_true", help="only what printing takes")
    parser.add_argument("--wizard", action="store_true", help="only how soon the wizard shows something")
    asked = parser.parse_args()
    if asked.site:
        chosen["PYTHONPATH"] = str(Path(asked.site).resolve())
    if asked.trees:
        trees()
        return
    if asked.renders:
        renders(asked.rounds)
        return
    if asked.wizard:
        wizard(asked.projects, asked.rounds)
        return
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
    trees()
    renders(asked.rounds)
    wizard(asked.projects, asked.rounds)


def trees() -> None:
    """Print the table of the trees."""
    print(f"\n{FILES:,} files besides an app (goal: scanned in {SCAN_GOAL} ms)")
    print(f"{'shape':<14} {'scan ms':>8} {'detect ms':>10} {'MiB':>6} {'visited':>8} {'kept':>7} {'notes':>6}")
    for shape, row in walks():
        print(
            f"{shape:<14} {row['scan']:>8.1f} {row['detect']:>10.1f} {row['memory']:>6.1f} {row['visited']:>8}"
            f" {row['files']:>7} {row['notes']:>6}"
        )


# Run in a process of its own: all golden projects are planned, then printed through dockgen's own templates and through
# those with four packs above, each of which changes one partial and one block; and the search for every template alone.
RENDER = """
import json, pathlib, sys, tempfile, time
from dockgen import pipeline, rendering
from dockgen.errors import DockgenError
from dockgen.settings import NOTHING
from dockgen.templating.layers import Layer, Layers, built_in

def seconds(function, rounds):
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        function()
        taken.append(time.process_time() - start)
    return min(taken) * 1000

def plan(project):
    return pipeline.decide(pipeline.choose(pipeline.look(project)[1], NOTHING).facts, NOTHING)

projects, rounds = pathlib.Path(sys.argv[1]), int(sys.argv[2])
plans = [plan(p) for p in sorted(projects.iterdir()) if p.is_dir()]
packs = []
home = tempfile.TemporaryDirectory()
for number in range(4):
    folder = pathlib.Path(home.name) / str(number) / "common"
    folder.mkdir(parents=True)
    (folder / "labels.j2").write_text('{% include "!common/labels.j2" %}')
    block = "{% block user %}{{ super() }}{% endblock %}"
    (folder / "Dockerfile.j2").write_text('{% extends "!common/Dockerfile.j2" %}' + block)
    packs.append(Layer(name=f"pack{number}", folder=folder.parent, shown=f"pack{number}/templates"))
both = {"dockgen's own": Layers((built_in(),)), "four packs": Layers((*packs, built_in()))}
names = built_in().paths()
rows = {}
for name, layers in both.items():
    given = None if name != "four packs" else layers
    files = sum(len(rendering.render(p, layers=given)) for p in plans)
    total = seconds(lambda: [rendering.render(p, layers=given) for p in plans], max(1, rounds // 5))
    search = seconds(lambda: [layers.find(n) for n in names], rounds)
    rows[name] = {"projects": len(plans), "files": files, "total": total, "search": search / len(names)}
print(json.dumps(rows))
"""


def renders(rounds: int) -> None:
    """Print what printing takes."""
    argv = [sys.executable, "-c", RENDER, str(PROJECTS), str(rounds)]
    done = subprocess.run(argv, env=environment(chosen), capture_output=True, text=True, check=True)
    rows = json.loads(done.stdout)
    print(
        f"\n{'all golden projects':<19} {'projects':>8} {'files':>6} {'total ms':>9} {'ms a file':>10} {'search us':>10}"
    )
    for name, row in rows.items():
        each, search = row["total"] / row["files"], row["search"] * 1000
        print(f"{name:<19} {row['projects']:>8} {row['files']:>6} {row['total']:>9.0f} {each:>10.2f} {search:>10.1f}")


def wizard(projects: list[str], rounds: int) -> None:
    """Print when the wizard shows what it found, when its menu, and when it has written, all in a terminal."""
    sys.path.insert(0, str(ROOT / "tools"))
    import driver

    print(f"\n{'dockgen init, ms':<28} {'card':>6} {'menu':>6} {'done':>6}   (goal: the card in {FIRST_GOAL})")
    for name in projects:
        taken: dict[str, list[float]] = {"card": [], "menu": [], "done": []}
        for _ in range(rounds):
            with tempfile.TemporaryDirectory() as folder:
                shutil.copytree(PROJECTS / name, f"{folder}/app")
                start = time.perf_counter()
                asked = driver.Wizard([f"{folder}/app"], environment(chosen))
                for stage, shown in (("card", "Stack"), ("menu", "Quit")):
                    asked.until(shown)
                    taken[stage].append((time.perf_counter() - start) * 1000)
                asked.press(driver.ENTER).until("Created Dockerfile")
                asked.end()
                taken["done"].append((time.perf_counter() - start) * 1000)
        print(f"{name:<28} " + " ".join(f"{statistics.median(found):>6.0f}" for found in taken.values()))


if __name__ == "__main__":
    main()
