"""Whatever happens while files are written, each of them is whole, old or new, and nothing of a person's is lost."""

from __future__ import annotations

import concurrent.futures
import contextlib
import os
import random
import re
import signal
import subprocess
import sys
import time

import pytest
from dockgen import locking, writer
from helpers import dockgen, environment

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and modes of POSIX are needed")
APP = {"package.json": '{"name": "shop", "scripts": {"start": "node server.js"}}', "server.js": "require('http').createServer().listen(3000)\n"}  # fmt: skip
MINE = "FROM scratch\n# a person's own\n"
KILLS, INTERRUPTS = 200, 60
# Runs dockgen, and kills it right before (or, with a half, after) the n-th text takes its place.
KILLER = """\
import os, signal, sys
at, real, count = float(sys.argv.pop(1)), os.replace, 0
def replace(*args, **more):
    global count
    count += 1
    if count == at:
        os.kill(os.getpid(), signal.SIGKILL)
    real(*args, **more)
    if count + 0.5 == at:
        os.kill(os.getpid(), signal.SIGKILL)
os.replace = replace
from dockgen.__main__ import main
main()
"""


def make(folder, **files):
    for name, text in (APP | files).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def tree(folder):
    """The text of each file below FOLDER, without what a dockgen that was killed has left."""
    return {
        p.relative_to(folder).as_posix(): p.read_text() for p in folder.rglob("*") if p.is_file() and not is_stray(p)
    }


def is_stray(path):
    return bool(writer.STRAY.fullmatch(path.name))


def strays(folder):
    return [p for p in folder.rglob("*") if is_stray(p)]


def restore(folder, files):
    for path in folder.rglob("*"):
        if path.is_file():
            path.unlink()
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def whole(now, before, after):
    """Each file of NOW is what it was BEFORE or will be AFTER, and none that was there is gone."""
    assert before.keys() <= now.keys() <= before.keys() | after.keys()
    for name, text in now.items():
        assert text in (before.get(name), after.get(name)), f"{name} is neither the old nor the new"


@pytest.fixture
def shop(tmp_path):
    """A project with files of dockgen; what they are before and after `dockgen generate --set port=9000`."""
    folder = make(tmp_path / "shop")
    dockgen("generate", folder)
    before = tree(folder)
    dockgen("generate", "--set", "port=9000", folder)
    after = tree(folder)
    assert before["Dockerfile"] != after["Dockerfile"]
    restore(folder, before)
    return folder, before, after


@pytest.fixture
def foreign(tmp_path):
    """A project with files of a person, and what they are before and after `dockgen generate --force`."""
    folder = make(tmp_path / "shop", Dockerfile=MINE, **{".dockerignore": "mine\n"})
    before = tree(folder)
    dockgen("generate", "--force", folder)
    after = tree(folder)
    assert after["Dockerfile.orig"] == MINE
    restore(folder, before)
    return folder, before, after


@pytest.mark.parametrize("at", [1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5])
def test_killed_between_files(foreign, at):
    folder, before, after = foreign
    command = [sys.executable, "-c", KILLER, str(at), "generate", "--force", str(folder)]
    done = subprocess.run(command, env=environment({}), capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL
    now = tree(folder)
    whole(now, before, after)
    assert MINE in now.values()
    assert dockgen("check", folder).code == 1 or now == after
    assert strays(folder)
    assert dockgen("generate", "--force", folder).code == 0
    end = tree(folder)
    assert (end["Dockerfile"], end[".dockerignore"]) == (after["Dockerfile"], after[".dockerignore"])
    assert MINE in end.values()
    assert not strays(folder)


def duration(folder):
    start = time.monotonic()
    dockgen("generate", "--dry-run", folder)
    return time.monotonic() - start


def stopped(command, after, number):
    """Start COMMAND and send it a signal of NUMBER some seconds AFTER that; its exit code and what it said."""
    started = subprocess.Popen(
        command,
        env=environment({}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    time.sleep(after)
    with contextlib.suppress(ProcessLookupError):
        started.send_signal(number)
    out, err = started.communicate(timeout=60)
    return started.returncode, out, err


def moments(count, whole, seed):
    """COUNT moments of a run that takes WHOLE seconds, half of them in its last third, where it writes."""
    numbers = random.Random(seed)
    return [numbers.uniform(0 if n % 2 else whole * 0.66, whole * 1.1) for n in range(count)]


def test_killed_at_random_moments(tmp_path):
    """Two hundred runs, two at a time in folders of their own."""

    def some(number):
        folder = make(tmp_path / str(number) / "shop", Dockerfile=MINE)
        before = tree(folder)
        dockgen("generate", "--force", folder)
        after = tree(folder)
        restore(folder, before)
        command = [sys.executable, "-m", "dockgen", "generate", "--force", str(folder)]
        ends = []
        for moment in moments(KILLS // 2, duration(folder), number):
            ends.append(stopped(command, moment, signal.SIGKILL)[0])
            whole(tree(folder), before, after)
            assert MINE in tree(folder).values()
            restore(folder, before)
        return ends

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        ends = [code for codes in pool.map(some, range(2)) for code in codes]
    assert len(ends) == KILLS
    assert set(ends) <= {0, -signal.SIGKILL}
    assert ends.count(-signal.SIGKILL) > KILLS / 4, "most runs had ended before they were killed"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_interrupted_at_random_moments(shop, number):
    """All or nothing, for these signals wait until all files are in their places."""
    folder, before, after = shop
    command = [sys.executable, "-m", "dockgen", "generate", "--set", "port=9000", str(folder)]
    least = 0.04  # until then it is Python that starts
    ends = []
    for moment in moments(INTERRUPTS // 2, duration(folder), 7):
        code, _, err = stopped(command, max(moment, least), number)
        ends.append(code)
        now = tree(folder)
        assert now in (before, after)
        assert not strays(folder)
        assert "Traceback" not in err
        if number == signal.SIGINT:
            # CPython ends by the signal itself if it came while a dataclass was made: 130 for a shell, too.
            assert code in (0, 130, -signal.SIGINT), err
            if code:
                said = err.strip()  # nothing, if Python was about to end
                assert re.fullmatch(r"((Interrupted; n|N)othing was|(Interrupted; t|T)he files were) written\.|", said)
                assert not said or ("othing" in said) is (now == before)
        restore(folder, before)
    assert any(ends), "no run was interrupted"


def test_a_signal_waits_until_all_files_are_written(shop, monkeypatch):
    folder, _, after = shop
    real, seen = os.replace, []

    def replace(*args):
        os.kill(os.getpid(), signal.SIGINT)
        seen.append(args)
        real(*args)

    from dockgen import cli

    monkeypatch.setattr(os, "replace", replace)
    assert cli.run(["generate", "--set", "port=9000", str(folder)]) == 130
    assert len(seen) == 1
    assert tree(folder) == after


@contextlib.contextmanager
def mounted(folder, options):
    """A file system in memory at FOLDER; skipped, loudly, where one may not be mounted."""
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip(
            f"NO FILE SYSTEM IN MEMORY CAN BE MOUNTED HERE, SO A FULL DISK IS NOT TRIED: {done.stderr.decode().strip()}"
        )
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize(
    "options", [f"size={k}k" for k in (12, 16, 20, 24, 28, 32)] + [f"nr_inodes={n}" for n in (4, 5, 6, 7)]
)
def test_a_full_disk(tmp_path, options):
    with mounted(tmp_path / "shop", options) as folder:
        make(folder, Dockerfile=MINE)
        before = tree(folder)
        done = dockgen("generate", "--force", folder)
        assert done.code in (0, 4)
        assert "Traceback" not in done.err
        assert not strays(folder)
        if done.code:
            assert "nothing was changed" in done.err
            assert tree(folder) == before
        else:
            assert tree(folder)["Dockerfile.orig"] == MINE


def test_there_is_a_disk_that_is_too_small_and_one_that_is_not(tmp_path):
    codes = set()
    for number, size in enumerate((8, 64)):
        with mounted(tmp_path / str(number), f"size={size}k") as folder:
            make(folder)
            codes.add(dockgen("generate", folder).code)
    assert codes == {0, 4}


def test_a_file_system_that_is_read_only(tmp_path):
    with mounted(tmp_path / "shop", "size=64k") as folder:
        make(folder, Dockerfile=MINE)
        before = tree(folder)
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        done = dockgen("generate", "--force", folder)
        assert done.code == 4
        assert "cannot write: Read-only file system; nothing was changed" in done.err
        assert tree(folder) == before


def unprivileged(*args, cwd=None):
    return dockgen(*args, cwd=cwd, unprivileged=True)


def test_a_folder_that_may_not_be_written(shop):
    folder, before, _ = shop
    folder.chmod(0o555)
    done = unprivileged("generate", "--set", "port=9000", folder)
    folder.chmod(0o755)
    assert done.code == 4
    assert "cannot write: Permission denied; nothing was changed" in done.err
    assert tree(folder) == before


def test_one_of_two_folders_may_not_be_written(tmp_path):
    """The files of an app, and dockgen.yaml at the root, which is closed: neither is written."""
    folder = tmp_path / "shop"
    for name in ("api", "web"):
        make(folder / name)
    before = tree(folder)
    folder.chmod(0o555)
    done = unprivileged("init", "--yes", "--app", "api", "--set", "port=9000", folder)
    folder.chmod(0o755)
    assert done.code == 4
    assert "nothing was changed" in done.err
    assert tree(folder) == before
    assert not strays(folder)


@pytest.mark.parametrize("put", [
    lambda p: p.mkdir(), os.mkfifo, lambda p: p.symlink_to("nowhere"), lambda p: p.symlink_to("/etc/hostname"),
], ids=["folder", "pipe", "link to nothing", "link to outside"])  # fmt: skip
@pytest.mark.parametrize("name", ["Dockerfile", ".dockerignore"])
def test_something_else_is_in_the_way(tmp_path, put, name):
    folder = make(tmp_path / "shop")
    put(folder / name)
    for command in (["generate", "--force"], ["init", "--yes"], ["update"]):
        done = dockgen(*command, folder)
        assert done.code == 4, done.err
        assert "Traceback" not in done.err
    assert {p.name for p in folder.iterdir()} == {*APP, name}


def test_a_file_that_changes_meanwhile_is_not_lost(shop, monkeypatch):
    folder, before, _ = shop
    real = locking.locked

    def locked(folders):
        (folder / "Dockerfile").write_text("just saved by a person\n")
        return real(folders)

    from dockgen import cli

    monkeypatch.setattr(locking, "locked", locked)
    assert cli.run(["generate", "--set", "port=9000", str(folder)]) == 4
    assert tree(folder) == before | {"Dockerfile": "just saved by a person\n"}


def test_two_at_once_leave_what_one_of_them_wrote(shop):
    folder, before, _ = shop
    ends = {}
    for port in ("7001", "7002"):
        restore(folder, before)
        dockgen("generate", "--set", f"port={port}", folder)
        ends[port] = tree(folder)
    for _ in range(5):
        restore(folder, before)
        both = [
            subprocess.Popen(
                [sys.executable, "-m", "dockgen", "generate", "--set", f"port={port}", str(folder)],
                env=environment({}), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
            for port in ends
        ]  # fmt: skip
        codes = {process.wait(timeout=60) for process in both}
        assert 0 in codes
        assert codes <= {0, 4}
        assert tree(folder) in ends.values()
        assert not strays(folder)


def test_what_a_killed_run_left_changes_nothing_is_in_no_image_and_is_swept(shop):
    folder, _, _ = shop
    stray = folder / ".dockgen-0123abcd.swp"
    stray.write_text("FROM evil\n")
    assert dockgen("check", folder).code == 0
    assert "*.swp" in (folder / ".dockerignore").read_text()
    assert dockgen("generate", folder).code == 0
    assert not stray.exists()
