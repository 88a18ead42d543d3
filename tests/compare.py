"""What dockgen writes beside Dockerfiles that were written by hand for the same projects: size of the image, time of a rebuild.

    python tests/compare.py [--rounds 3] [NAME ...]

For each reference, ours in tests/references/ and those beside this checkout if there are any, both files are built. The
size is what lies above the base image; the time is that of a build after an edit of a source file, the median of some
rounds in which the two take turns. Needs an engine, as the end-to-end tests do.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from helpers import PROJECTS, ROOT, instructions

if TYPE_CHECKING:
    from collections.abc import Iterator

OURS = ROOT / "tests" / "references"
SHARED = ROOT.parent / "shared" / "bench" / "reference"
MOST = 1.05  # of the reference's size and time
# A line that changes what a source file says, for files of its ending.
EDITS = {
    ".py": '\nEDITED_{0} = "{1}"\n',
    ".go": '\nvar edited{0} = "{1}"\n',
    ".ts": '\nexport const edited{0} = "{1}";\n',
    ".jsx": '\nwindow.edited{0} = "{1}";\n',
}


@dataclass(frozen=True)
class Reference:
    """A hand-written Dockerfile in FOLDER for the project in PROJECT, and the source file that is edited."""

    name: str
    folder: Path
    project: Path
    source: str


@dataclass(frozen=True)
class Built:
    """An image above its base, in bytes, and the seconds of each rebuild."""

    size: int
    seconds: tuple[float, ...] = ()

    @property
    def median(self) -> float:
        """The time of a rebuild."""
        return statistics.median(self.seconds)


SOURCES = {
    "node-fastify-ts-pnpm": "src/settings.ts",
    "python-django-sqlite": "diary/views.py",
    "node-vite-react": "src/main.jsx",
    "express-npm": "src/server.ts",
    "fastapi-uv": "app/main.py",
    "go-http": "main.go",
}


def references() -> list[Reference]:
    """Every reference that is here."""
    ours = [Reference(f.name, f, PROJECTS / f.name, SOURCES[f.name]) for f in sorted(OURS.iterdir())]
    shared = sorted(SHARED.iterdir()) if SHARED.is_dir() else []
    return ours + [Reference(f.name, f, f, SOURCES[f.name]) for f in shared if f.is_dir()]


def compare(reference: Reference, work: Path, rounds: int) -> tuple[Built, Built]:
    """Build dockgen's file and the reference for the same project, and rebuild each ROUNDS times: (dockgen, by hand)."""
    import engine
    from test_build_and_run import generate, make_locks

    mine, theirs = work / "dockgen" / reference.name, work / "by-hand" / reference.name
    shutil.copytree(reference.project, mine, ignore=shutil.ignore_patterns("Dockerfile", ".dockerignore"))
    make_writable(mine)
    make_locks(mine, work)
    shutil.copytree(mine, theirs, ignore=shutil.ignore_patterns("Dockerfile", ".dockerignore"))
    shutil.copytree(reference.folder, theirs, dirs_exist_ok=True, ignore=shutil.ignore_patterns("package-lock.json"))
    make_writable(theirs)
    files = [engine.buildable(generate(mine), work), engine.buildable(theirs / "Dockerfile", work)]
    sizes = []
    for folder, file in zip((mine, theirs), files, strict=True):
        with engine.image(folder, file) as tag:
            base = final_base(file.read_text())
            sizes.append(int(engine.inspect(tag, "{{.Size}}")) - int(engine.inspect(base, "{{.Size}}")))
    times: list[list[float]] = [[], []]
    for number in range(rounds):
        turns = list(enumerate(zip((mine, theirs), files, strict=True)))
        for index, (folder, file) in turns if number % 2 else reversed(turns):
            edit(folder / reference.source, number)
            start = time.monotonic()
            with engine.image(folder, file):
                times[index].append(time.monotonic() - start)
    return Built(sizes[0], tuple(times[0])), Built(sizes[1], tuple(times[1]))


def edit(source: Path, number: int) -> None:
    """Change what a source file says, in a way that was never built before."""
    with source.open("a") as text:
        text.write(EDITS[source.suffix].format(number, time.time_ns()))


def make_writable(folder: Path) -> None:
    """Let the owner write FOLDER, which may be a copy of a read-only one."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(path.stat().st_mode | 0o200)


def final_base(dockerfile: str) -> str:
    """The image that the last stage stands on."""
    froms = [
        [w for w in rest.split() if not w.startswith("--")] for name, rest in instructions(dockerfile) if name == "FROM"
    ]
    stages = {line[2]: line[0] for line in froms if len(line) > 2}
    base = froms[-1][0]
    while base in stages:
        base = stages[base]
    return base


def rows(names: list[str], rounds: int) -> Iterator[str]:
    """The table, a line for each reference."""
    import engine

    head = ("", "dockgen", "by hand", "ratio", "dockgen", "by hand", "ratio")
    yield "{:22} {:>10} {:>10} {:>6}   {:>8} {:>8} {:>6}".format(*head)
    for reference in references():
        if names and reference.name not in names:
            continue
        with engine.scratch() as work:
            mine, theirs = compare(reference, work, rounds)
        yield (
            f"{reference.name:22} {mine.size / 1e6:7.2f} MB {theirs.size / 1e6:7.2f} MB {mine.size / theirs.size:6.3f}"
            f"   {mine.median:6.2f} s {theirs.median:6.2f} s {mine.median / theirs.median:6.3f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--rounds", type=int, default=3, help="rebuilds of each")
    given = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).with_name("e2e")))
    import engine

    if reason := engine.missing():
        sys.exit(reason)
    for line in rows(given.names, given.rounds):
        print(line, flush=True)


if __name__ == "__main__":
    main()
