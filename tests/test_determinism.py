"""The same project gives the same bytes, whatever the hash seed, folder, locale or order of its files on disk."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PROJECTS, cases
from helpers import environment

# Generates every project in the folder argv[1] and prints path -> text.
GENERATE = """
import json, sys
from pathlib import Path
from dockgen.pipeline import choose, decide
from dockgen.plans import to_data
from dockgen.project import scan
from dockgen.rendering import render
from dockgen.settings import NOTHING
made = {}
for folder in sorted(Path(sys.argv[1]).iterdir()):
    facts = choose(scan(folder), NOTHING).facts
    plan = decide(facts, NOTHING)
    made[f"{folder.name} facts"] = json.dumps([to_data(facts), to_data(plan)])
    for artifact in render(plan):
        made[f"{folder.name} {artifact.path}"] = artifact.text
print(json.dumps(made))
"""


def generate_all(folder: Path, *, cwd: Path | None = None, **env: str) -> dict[str, str]:
    done = subprocess.run(
        [sys.executable, "-c", GENERATE, folder],
        env=environment(env),
        cwd=cwd,
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def expected() -> dict[str, str]:
    made = generate_all(PROJECTS, PYTHONHASHSEED="0")
    assert len(made) == 3 * len(cases())
    return made


@pytest.mark.parametrize("seed", ["1", "2", "4294967295"])
def test_hash_seed(expected, seed):
    assert generate_all(PROJECTS, PYTHONHASHSEED=seed) == expected


def test_working_directory(expected, tmp_path):
    assert generate_all(PROJECTS, cwd=tmp_path) == expected
    assert generate_all(Path("projects"), cwd=PROJECTS.parent) == expected


@pytest.mark.parametrize("locale", ["C", "POSIX", "C.UTF-8", "de_DE.ISO-8859-1", "tr_TR.UTF-8"])
def test_locale(expected, locale):
    assert generate_all(PROJECTS, LC_ALL=locale, LANG=locale, PYTHONUTF8="0") == expected


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles"])
def test_time_zone(expected, zone):
    assert generate_all(PROJECTS, TZ=zone) == expected


@pytest.mark.parametrize("seed", [1, 2])
def test_order_of_the_files_on_disk(expected, tmp_path, seed):
    files = sorted(p for p in PROJECTS.rglob("*") if p.is_file() or p.is_symlink())
    random.Random(seed).shuffle(files)
    for file in files:
        copy = tmp_path / file.relative_to(PROJECTS)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, copy, follow_symlinks=False)
    assert generate_all(tmp_path) == expected
