"""Whatever happens while files are written, each is wholly the old or wholly the new, and the next run mends the rest.

The command line runs as a process of its own; a disk that is full, a permission that is missing, SIGKILL, SIGTERM and
Ctrl-C meet it at every operation, and at random moments.
"""

from __future__ import annotations

import fcntl
import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import time
from pathlib import Path

import pytest
from dockgen import patterns, work
from dockgen.sources import Request
from dockgen.writer import STRAY
from faulty import (
    APP,
    AT,
    CASES,
    COMPARED,
    DIGEST,
    READY,
    Case,
    begin,
    end,
    lay,
    require_mended,
    require_named,
    require_whole,
    run,
    side_by_side,
    start,
)  # fmt: skip
from helpers import PROJECTS, dockgen, tree


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


# At every operation


def stopped_at(case: Case, place: Path, number: int, how: str) -> tuple[Path, int, str]:
    folder = case.copy(place / f"{how}{number}")
    return folder, *end(start(AT, str(folder), str(number), how, *case.argv, folder=folder, env=case.env))


def numbers(case: Case, place: Path) -> range:
    """One number for each operation of CASE."""
    _, code, err = stopped_at(case, place, 0, "count")
    assert code == 0, err
    count = int(err.splitlines()[-1])
    assert 2 < count < 128
    return range(1, count + 1)


@pytest.mark.parametrize("name", CASES)
def test_killed_before_every_operation(cases, tmp_path, name):
    case = cases[name]

    def one(number):
        folder, code, _ = stopped_at(case, tmp_path, number, "kill")
        assert code == -signal.SIGKILL
        left = require_whole(case, folder)
        if left not in (tree(case.folder), case.after):
            require_named(case, folder, left)
        if tree(folder) != tree(case.folder):
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


def test_no_place_for_temporary_files(cases, tmp_path):
    case = cases["update, merging"]
    seen = set()
    for number in range(1, 9):
        folder = case.copy(tmp_path / str(number))
        scratch = folder.parent / "scratch"
        scratch.mkdir()
        code, err = end(
            start(AT, str(scratch), str(number), "28", *case.argv, folder=folder, env={"TMPDIR": str(scratch)})
        )
        seen.add(code)
        if code == 0:
            assert tree(folder) == case.after
        else:
            assert (code, tree(folder)) == (2, tree(case.folder))
            assert "cannot write temporary files: No space left on device" in err
    assert seen == {0, 2}


# On a disk that is full, or not to be written


@pytest.fixture
def disk(tmp_path):
    """A file system of its own, as small as its options say: call it with them, and with others to change it."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = []

    def mount(options):
        more = ["-o", f"remount,{options}"] if mounted else ["-t", "tmpfs", "-o", options]
        done = subprocess.run(["mount", *more, "tmpfs", place], capture_output=True, text=True, check=False)
        if done.returncode and not mounted:
            pytest.skip(f"NOT TESTED: a disk that is full; no file system may be mounted here: {done.stderr.strip()}")
        assert done.returncode == 0, done.stderr
        mounted.append(options)
        return place

    yield mount
    if mounted:
        subprocess.run(["umount", "--lazy", place], check=True)


ON_DISK = ("generate", "generate over a foreign file", "update, merging again", "templates override", "eject",
           "generate with companions", "update of companions, merging")  # fmt: skip


@pytest.mark.parametrize("name", ON_DISK)
@pytest.mark.parametrize("unit", ["size", "nr_inodes"])
def test_a_full_disk_changes_nothing(cases, disk, name, unit):
    case = cases[name]
    folder = case.copy(disk("size=1m"))
    used = os.statvfs(folder)
    used = (used.f_blocks - used.f_bfree) * 4 if unit == "size" else used.f_files - used.f_ffree
    step, ending = (4, "k") if unit == "size" else (1, "")
    for free in range(64):
        disk(f"{unit}={used + free * step}{ending}")
        done = run(case.argv, folder, case.env)
        if done.code == 0:
            break
        assert (done.code, tree(folder)) == (4, tree(case.folder)), done.err
        assert "cannot write: No space left on device; nothing was changed" in done.err
    assert free > 0
    assert (done.code, tree(folder)) == (0, case.after)


@pytest.mark.parametrize("name", ON_DISK)
def test_a_disk_that_may_only_be_read(cases, disk, name):
    case = cases[name]
    folder = case.copy(disk("size=1m"))
    disk("ro")
    done = run(case.argv, folder, case.env)
    assert (done.code, tree(folder)) == (4, tree(case.folder))
    assert "cannot write: Read-only file system; nothing was changed" in done.err
    disk("rw")
    require_mended(case, folder)


# Without permission


def lost(folder: Path, what: str) -> None:
    """Take the permission to write away, WHAT of it; skip where that cannot be done."""
    if what == "the folder":
        folder.chmod(0o555)
        return
    if os.geteuid() != 0:
        pytest.skip(f"NOT TESTED: {what} of somebody else; only root can give files away")
    if what == "a folder":
        os.chown(folder, 65534, 65534)
    else:  # in a folder like /tmp nobody may replace the files of others
        (folder / "Dockerfile").touch()
        for path in (folder, folder / "Dockerfile"):
            os.chown(path, 65534, 65534)
        folder.chmod(0o1777)


# There is no file yet that could be somebody else's; and git reads no repository of somebody else.
CANNOT_BE = (
    ("generate", "a file"),
    ("generate with companions", "a file"),
    ("update of companions, merging", "a folder"),
    ("update of companions, merging", "a file"),
)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        (name, what)
        for name in ("generate", "generate over a foreign file", "generate anew", "update, merging again",
                     "generate with companions", "update of companions, merging")
        for what in ("the folder", "a folder", "a file")
        if (name, what) not in CANNOT_BE
    ],
)  # fmt: skip
def test_without_permission_nothing_changes(cases, tmp_path, name, what):
    case = cases[name]
    folder = case.copy(tmp_path)
    mode = folder.stat().st_mode
    lost(folder, what)
    try:
        done = run(case.argv, folder, case.env, unprivileged=True)
        assert (done.code, tree(folder)) == (4, tree(case.folder)), done.err
        assert re.search("cannot write: (Permission denied|Operation not permitted); nothing was changed", done.err)
    finally:
        folder.chmod(mode)
    if what == "the folder":
        require_mended(case, folder)


def test_one_of_two_files_that_cannot_be_replaced(cases, tmp_path):
    case = cases["generate anew"]
    folder = case.copy(tmp_path)
    done = subprocess.run(["chattr", "+i", folder / "Dockerfile"], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"NOT TESTED: an immutable file; none can be made here: {done.stderr.strip()}")
    try:
        done = run(case.argv, folder)
        assert (done.code, tree(folder)) == (4, tree(case.folder))
        assert "Operation not permitted; nothing was changed" in done.err
    finally:
        subprocess.run(["chattr", "-i", folder / "Dockerfile"], check=True)
    require_mended(case, folder)


# In the place of a file

IN_THE_WAY = {
    "a folder": lambda file: file.mkdir(),
    "a FIFO": os.mkfifo,
    "a dangling link": lambda file: file.symlink_to("nowhere"),
    "a link to itself": lambda file: file.symlink_to(file.name),
    "a link to a file of the project": lambda file: file.symlink_to("app.py"),
    "a link out of the project": lambda file: file.symlink_to("../outside"),
}


def everything(folder: Path) -> dict[str, tuple[int, object]]:
    """What is below FOLDER, links and folders, too."""
    return {
        str(path.relative_to(folder)): (path.lstat().st_mode, path.readlink() if path.is_symlink() else
                                        path.read_bytes() if path.is_file() else None)
        for path in folder.rglob("*")
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "target"),
    [
        (name, target)
        for name in ("generate", "generate over a foreign file", "update, merging again", "pin")
        for target in ("Dockerfile", ".dockerignore")
        if (name, target) != ("pin", ".dockerignore")
    ],
)
@pytest.mark.parametrize("what", IN_THE_WAY)
def test_what_is_no_file_is_left_alone(cases, tmp_path, name, target, what):
    case = cases[name]
    folder = case.copy(tmp_path)
    (tmp_path / "outside").write_text("FROM scratch\n")
    (folder / target).unlink(missing_ok=True)
    IN_THE_WAY[what](folder / target)
    before = everything(tmp_path)
    done = run(case.argv, folder, case.env)
    assert (done.code, everything(tmp_path)) == (4, before), done.err
    assert "Traceback" not in done.err


# At random moments

MOMENTS = ("generate", "generate over a foreign file", "init with a setting", "update, merging again", "eject",
           "generate with companions", "update of companions, merging")  # fmt: skip


@pytest.fixture(scope="module")
def durations(cases, tmp_path_factory):
    """How long each of MOMENTS takes from the first line of dockgen to its end: the median of four."""

    def one(name):
        process = begin(READY, cases[name].argv, cases[name].copy(tmp_path_factory.mktemp("duration")))
        since = time.monotonic()
        assert end(process)[0] == 0
        return time.monotonic() - since

    return {name: statistics.median(side_by_side(one, [name] * 4)) for name in MOMENTS}


def moments(count: int, seed: int, durations) -> list[tuple[int, str, float]]:
    """COUNT moments: number, name of the case, seconds.

    They are spread over the whole of each command and a little more, as machines vary; the last of each is long after
    its end, on a machine that has much else to do as well.
    """
    chosen = random.Random(seed)
    names = [MOMENTS[number % len(MOMENTS)] for number in range(count)]
    late = count - len(MOMENTS)
    return [
        (number, name, (5 if number >= late else chosen.uniform(0, 1.2)) * durations[name])
        for number, name in enumerate(names)
    ]


def stopped_after(case: Case, place: Path, seconds: float, how: signal.Signals) -> tuple[Path, int, str]:
    folder = case.copy(place)
    process = begin(READY, case.argv, folder)
    time.sleep(seconds)
    process.send_signal(how)
    return folder, *end(process)


@pytest.mark.parametrize(("how", "count"), [(signal.SIGKILL, 200), (signal.SIGTERM, 40)])
def test_killed_at_random_moments(cases, durations, tmp_path, how, count):
    def one(moment):
        number, name, seconds = moment
        case = cases[name]
        folder, code, _ = stopped_after(case, tmp_path / str(number), seconds, how)
        assert code in (-how, 0)
        left = require_whole(case, folder)
        if code == 0:
            assert tree(folder) == case.after
        if tree(folder) != tree(case.folder):
            require_mended(case, folder)
        shutil.rmtree(folder)
        return left == tree(case.folder)

    assert set(side_by_side(one, moments(count, 1, durations))) == {True, False}


def test_interrupted_at_random_moments(cases, durations, tmp_path):
    def one(moment):
        number, name, seconds = moment
        case = cases[name]
        folder, code, err = stopped_after(case, tmp_path / str(number), seconds, signal.SIGINT)
        assert code in (0, 130), err
        assert "Traceback" not in err
        told = "nothing was written" not in err.lower()
        assert tree(folder) == (case.after if told else tree(case.folder)), (code, err)
        if code == 130:
            assert len(err.split("\n\n")[0].strip().splitlines()) == 1, err
        shutil.rmtree(folder)
        return code

    assert set(side_by_side(one, moments(60, 2, durations))) == {0, 130}


# Somebody else at the same time


def test_two_at_once_leave_the_files_of_one(cases, tmp_path):
    made = []
    for number in (1, 2):
        templates = tmp_path / f"templates{number}" / "common"
        templates.mkdir(parents=True)
        for name in ("Dockerfile", "dockerignore"):
            block = {"Dockerfile": "user", "dockerignore": "ignore"}[name]
            text = f'{{% extends "!common/{name}.j2" %}}{{% block {block} %}}{{{{ super() }}}}# {number}\n{{% endblock %}}\n'
            (templates / f"{name}.j2").write_text(text)
        argv = ("generate", "--templates", str(templates.parent))
        folder = lay(tmp_path / f"alone{number}")
        assert run(argv, folder).code == 0
        made.append((argv, tree(folder)))
    assert made[0][1]["Dockerfile"] != made[1][1]["Dockerfile"]
    assert made[0][1][".dockerignore"] != made[1][1][".dockerignore"]
    folder = lay(tmp_path / "both")
    handle = os.open(folder, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    processes = [begin(COMPARED, argv, folder) for argv, _ in made]
    os.close(handle)
    codes, said = zip(*map(end, processes), strict=True)
    assert sorted(codes) == [0, 4]
    assert "was changed in the meantime; nothing was written" in said[codes.index(4)]
    assert tree(folder) == made[codes.index(0)][1]


@pytest.mark.parametrize("name", ["generate over a foreign file", "update, merging again"])
def test_an_edit_while_it_runs_is_not_lost(cases, tmp_path, name):
    case = cases[name]
    folder = case.copy(tmp_path)
    handle = os.open(folder, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    process = begin(COMPARED, case.argv, folder)
    with (folder / "Dockerfile").open("a") as file:
        file.write("# just now\n")
    before = tree(folder)
    os.close(handle)
    code, err = end(process)
    assert (code, tree(folder)) == (4, before)
    assert "Dockerfile was changed in the meantime; nothing was written" in err


# What a killed process leaves


@pytest.mark.parametrize(
    "project", ["python-flask-pip", "node-express-npm", "node-workspace-npm", "go-chi", "static-site"]
)
def test_a_stray_is_in_no_image_and_changes_no_file(tmp_path, project):
    clean = shutil.copytree(PROJECTS / project, tmp_path / "clean" / project)
    littered = shutil.copytree(PROJECTS / project, tmp_path / "littered" / project)
    (litter := littered / ".dockgen-0123abcd.swp").write_text("FROM scratch\n")
    for folder in (clean, littered):
        (found,) = work.look(folder, Request(), {})
        texts = {artifact.path: artifact.text for artifact in work.render(found)}
        if folder == clean:
            expected = texts
    assert texts == expected
    (ignored,) = (text for path, text in texts.items() if path.endswith("ignore"))
    assert STRAY.fullmatch(litter.name)
    for place in ("", "deep/down/"):
        assert patterns.is_ignored(place + litter.name, ignored.splitlines())
    assert dockgen("generate", littered).code == 0
    assert not litter.exists()


def test_what_only_looks_like_a_stray_stays(tmp_path):
    folder = lay(tmp_path, APP | {".dockgen-notes.swp": "mine", ".dockgen-0123abcd.swp.txt": "mine"})
    (folder / ".dockgen-0123abcd.swp").symlink_to("app.py")
    assert dockgen("generate", folder).code == 0
    assert {".dockgen-notes.swp", ".dockgen-0123abcd.swp.txt"} < set(tree(folder))
    assert (folder / ".dockgen-0123abcd.swp").is_symlink()
