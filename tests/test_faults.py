"""Whatever happens while files are written, each is wholly the old or wholly the new, and the next run mends the rest.

The command line runs as a process of its own; a disk that is full, a permission that is missing, SIGKILL, SIGTERM and
Ctrl-C meet it at every operation, and at random moments.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import fcntl
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from dockgen import header, ignore, patterns
from dockgen.project import scan
from dockgen.writer import STRAY
from dockgen.templating import overrides
from dockgen.templating.overrides import Original
from helpers import PROJECTS, ROOT, dockgen, environment, tree

APP = {
    "requirements.txt": "flask==3.1.0\ngunicorn==23.0.0\n",
    "app.py": "from flask import Flask\n\napp = Flask(__name__)\n",
    ".python-version": "3.13\n",
}
GIT = ["git", "-c", "user.email=a@example.com", "-c", "user.name=a", "-c", "commit.gpgsign=false"]
EDITED = ("EXPOSE 8000\n", "EXPOSE 8000\nSTOPSIGNAL SIGINT\n")
DIGEST = "sha256:" + "a" * 64
SEED = 20_240_607

# What runs dockgen and stops it before the number-th operation that changes something below a folder: by SIGKILL, or by an
# error; `count` says how many there are. An audit hook sees each before Python does it, whatever function asked for it.
AT = """
import atexit, os, signal, sys
folder, number, how = sys.argv[1], int(sys.argv[2]), sys.argv[3]
del sys.argv[1:4]
seen = 0
if how == "count":
    atexit.register(lambda: print(seen, file=sys.stderr))
def watch(event, args):
    global seen
    if event == "open":
        if not isinstance(args[0], str) or not args[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            return
    elif args[-1] not in (-1, None) and event in ("os.remove", "os.rmdir"):
        return  # by a handle of its folder: a temporary one
    elif event not in ("os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.chown"):
        return
    if not os.path.abspath(os.fsdecode(args[0])).startswith(folder):
        return
    seen += 1
    if seen == number and how == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if seen == number:
        raise OSError(int(how), os.strerror(int(how)))
sys.addaudithook(watch)
from dockgen.__main__ import main
main()
"""
# What runs dockgen as an installed script does, after it said that Python is up: what comes before is not ours.
READY = """
import os, sys
from dockgen.__main__ import main
os.write(int(sys.argv.pop(1)), b".")
main()
"""


@dataclass(frozen=True)
class Case:
    """A command, the project that it is run in, what it makes of it; MENDED are the exit codes of a run after that."""

    name: str
    argv: tuple[str, ...]
    folder: Path
    after: dict[str, bytes]
    env: dict[str, str]
    mended: tuple[int, ...]

    def copy(self, place: Path) -> Path:
        """The project, in a folder of the same name below PLACE, which has only this."""
        return Path(shutil.copytree(self.folder, place / "app", symlinks=True))


def lay(place: Path, files=APP) -> Path:
    folder = place / "app"
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def edit(file: Path, before: str, after: str) -> None:
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


def generated(place: Path) -> Path:
    folder = lay(place)
    assert dockgen("generate", folder).code == 0
    return folder


def fresh(place: Path) -> Path:
    return lay(place)


def foreign(place: Path) -> Path:
    return lay(place, APP | {"Dockerfile": "FROM scratch\n# mine\n", "Dockerfile.orig": "# older, and mine\n"})


def out_of_date(place: Path) -> Path:
    folder = generated(place)
    edit(folder / ".python-version", "3.13", "3.12")
    (folder / ".dockerignore").unlink()
    return folder


def edited(place: Path) -> Path:
    """A Dockerfile with an edit, to be merged with a change; what dockgen wrote is in a commit."""
    folder = generated(place)
    subprocess.run([*GIT, "init", "-q"], cwd=folder, check=True)
    subprocess.run([*GIT, "add", "-A"], cwd=folder, check=True)
    subprocess.run([*GIT, "commit", "-q", "-m", "x"], cwd=folder, check=True)
    edit(folder / "Dockerfile", *EDITED)
    edit(folder / ".python-version", "3.13", "3.12")
    return folder


def merged(place: Path) -> Path:
    """The same once more: what dockgen wrote is nowhere but in .dockgen/originals."""
    folder = edited(place)
    assert dockgen("update", folder).code == 0
    shutil.rmtree(folder / ".git")
    edit(folder / ".python-version", "3.12", "3.14")
    return folder


def stale(place: Path) -> Path:
    """An override that is based on what a template once was."""
    folder = lay(place)
    name = "common/labels.j2"
    text = (ROOT / "templates" / name).read_text()
    old = Original(who="dockgen", version="0.0.9", path=name, text="{# an old remark #}\n" + text)
    for home, content in (("templates", overrides.copy(old) + "\n"), ("originals", old.text)):
        (folder / ".dockgen" / home / name).parent.mkdir(parents=True)
        (folder / ".dockgen" / home / name).write_text(content)
    return folder


# name -> how the project is made, the command (it runs in the project), the exit codes of the same command afterwards.
CASES = {
    "generate": (fresh, ("generate",), (0,)),
    "generate over a foreign file": (foreign, ("generate", "--force"), (0,)),
    "generate anew": (out_of_date, ("generate",), (0,)),
    "update, merging": (edited, ("update",), (0,)),
    "update, merging again": (merged, ("update",), (0,)),
    "eject": (generated, ("eject",), (0, 2)),
    "templates override": (fresh, ("templates", "override", "common/Dockerfile.j2"), (0, 4)),
    "templates rebase": (stale, ("templates", "rebase"), (0,)),
    "pin": (generated, ("pin", "--with", "crane"), (0,)),
}


@pytest.fixture(scope="module")
def crane(tmp_path_factory):
    """A stand-in for crane, which asks registries."""
    program = tmp_path_factory.mktemp("bin") / "crane"
    program.write_text(f'#!/bin/sh\ntest -z "$2" || echo {DIGEST}\n')
    program.chmod(0o755)
    return {"PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"}


@pytest.fixture(scope="module")
def cases(tmp_path_factory, crane):
    """Every case, by its name."""
    made = {}
    for name, (make, argv, mended) in CASES.items():
        folder = make(tmp_path_factory.mktemp("before"))
        copy = Path(shutil.copytree(folder, tmp_path_factory.mktemp("after") / "app", symlinks=True))
        assert run(argv, copy, crane).code == 0, name
        made[name] = Case(name, argv, folder, tree(copy), crane, mended)
        assert made[name].after != tree(folder)
        assert run(argv, copy, crane).code in mended
        assert tree(copy) == made[name].after, f"a second {name} changed something"
    return made


def run(argv, folder, env=None, **more):
    return dockgen(*argv, cwd=folder, env=env, **more)


def start(script: str, *argv: str, folder: Path, env=None, **more) -> subprocess.Popen[str]:
    pipe = subprocess.PIPE
    where = environment(dict(env or {}) | {"TMPDIR": str(folder.parent)})
    return subprocess.Popen([sys.executable, "-B", "-c", script, *argv], cwd=folder, env=where, stdin=subprocess.DEVNULL,
                            stdout=pipe, stderr=pipe, text=True, **more)  # fmt: skip


def strays(files) -> set[str]:
    return {path for path in files if STRAY.fullmatch(Path(path).name)}


def require_whole(case: Case, folder: Path) -> dict[str, bytes]:
    """Every file is the old or the new, and nothing else is there but what the next run removes."""
    before, now = tree(case.folder), tree(folder)
    left = {path: text for path, text in now.items() if path not in strays(now)}
    for path in before.keys() | case.after.keys() | left.keys():
        assert left.get(path) in (before.get(path), case.after.get(path)), f"{path} is neither old nor new"
    return left


def require_mended(case: Case, folder: Path) -> None:
    """The next run leaves the folder as if nothing had happened."""
    done = run(case.argv, folder, case.env)
    assert done.code in case.mended, done.err
    assert tree(folder) == case.after


def require_named(case: Case, folder: Path, left: dict[str, bytes]) -> None:
    """`check` says of each file what it is, whatever lies beside it."""
    said = dict(line.split(maxsplit=1) for line in dockgen("check", cwd=folder).out.splitlines() if line[0] != " ")
    for name in ("Dockerfile", ".dockerignore"):
        text = left.get(name, b"").decode()
        expected = "missing" if name not in left else "not ours" if header.split(text)[0] is None else ""
        assert said[name].startswith(expected)
        if name in left and left[name] == case.after.get(name) and case.argv[0] in ("generate", "pin"):
            assert said[name] == "up to date"


def side_by_side(function, items) -> list:
    """FUNCTION of each of ITEMS, two at a time: most of the time is spent in the processes that it starts."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return list(pool.map(function, items))


# At every operation


def stopped_at(case: Case, place: Path, number: int, how: str) -> tuple[Path, int, str]:
    folder = case.copy(place / f"{how}{number}")
    process = start(AT, str(folder), str(number), how, *case.argv, folder=folder, env=case.env)
    _, err = process.communicate(timeout=60)
    return folder, process.returncode, err


def numbers(case: Case, place: Path) -> range:
    """One number for each operation of CASE."""
    _, code, err = stopped_at(case, place, 0, "count")
    assert code == 0, err
    count = int(err.splitlines()[-1])
    assert 2 < count < 64
    return range(1, count + 1)


@pytest.mark.parametrize("name", CASES)
def test_killed_before_every_operation(cases, tmp_path, name):
    case = cases[name]

    def one(number):
        folder, code, _ = stopped_at(case, tmp_path, number, "kill")
        assert code == -signal.SIGKILL
        left = require_whole(case, folder)
        if set(left) != set(tree(case.folder)) or strays(tree(folder)):
            require_named(case, folder, left)
        require_mended(case, folder)
        return left

    seen = side_by_side(one, numbers(case, tmp_path))
    assert tree(case.folder) in seen
    assert case.after in seen


@pytest.mark.parametrize("name", CASES)
def test_an_error_at_every_operation_changes_nothing(cases, tmp_path, name):
    case = cases[name]

    def one(number):
        folder, code, err = stopped_at(case, tmp_path, number, "28")
        now = tree(folder)
        if code == 0:  # only a file of ours could not be removed, or a second name not be given: a copy does as well
            assert require_whole(case, folder) == case.after
            require_mended(case, folder)
            return False
        assert (code, now) == (4, tree(case.folder))
        assert "No space left on device; nothing was changed" in err
        return True

    assert any(side_by_side(one, numbers(case, tmp_path)))
