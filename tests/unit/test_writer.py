"""All files or none, each whole, nobody's work lost."""

from __future__ import annotations

import fcntl
import os
import signal
import threading
from pathlib import Path

import pytest
from dockgen import locking, writer
from dockgen.changes import Change
from dockgen.errors import RefusedError, is_interrupt
from helpers import tree


def change(path="Dockerfile", kind="create", text="new\n", before=None):
    return Change(path=path, kind=kind, text=text, before=before)


def test_files_are_written_whole_and_readable(tmp_path):
    assert writer.apply(tmp_path, [change(), change(".dockerignore", text="é\n")]) == ()
    assert tree(tmp_path) == {"Dockerfile": b"new\n", ".dockerignore": "é\n".encode()}
    assert (tmp_path / "Dockerfile").stat().st_mode & 0o777 == 0o644


def test_what_is_the_same_is_not_touched(tmp_path):
    (tmp_path / "Dockerfile").write_text("new\n")
    os.utime(tmp_path / "Dockerfile", (1, 1))
    writer.apply(tmp_path, [change(kind="same", before="new\n")])
    assert (tmp_path / "Dockerfile").stat().st_mtime == 1


@pytest.mark.parametrize("kind", ["foreign", "edited"])
def test_what_a_person_wrote_is_kept_byte_for_byte(tmp_path, kind):
    old = b"# caf\xe9\r\nFROM x"
    (tmp_path / "Dockerfile").write_bytes(old)
    before = writer.on_disk(tmp_path, ["Dockerfile"])["Dockerfile"]
    assert writer.apply(tmp_path, [change(kind=kind, before=before)]) == ("Dockerfile.orig",)
    assert tree(tmp_path) == {"Dockerfile": b"new\n", "Dockerfile.orig": old}


def test_an_older_copy_is_never_overwritten(tmp_path):
    for number, name in enumerate(["Dockerfile", "Dockerfile.orig"]):
        (tmp_path / name).write_text(str(number))
    (tmp_path / "Dockerfile.orig.2").symlink_to("nowhere")
    assert writer.apply(tmp_path, [change(kind="foreign", before="0")]) == ("Dockerfile.orig.3",)
    assert (tmp_path / "Dockerfile.orig").read_text() == "1"
    assert (tmp_path / "Dockerfile.orig.3").read_text() == "0"


def fail_at(monkeypatch, number: int, error: BaseException) -> None:
    """Let the NUMBER-th replacement fail; those after it work again."""
    calls = iter(range(1, 1000))
    real = Path.replace

    def replace(self, target):
        if next(calls) == number:
            raise error
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_failure_half_way_leaves_everything_as_it_was(tmp_path, monkeypatch, number):
    (tmp_path / "Dockerfile").write_text("mine\n")
    (tmp_path / "other").write_text("other\n")
    before = tree(tmp_path)
    fail_at(monkeypatch, number, OSError(28, "No space left on device"))
    with pytest.raises(RefusedError, match="No space left on device; nothing was changed"):
        writer.apply(tmp_path, [change(kind="foreign", before="mine\n"), change(".dockerignore")])
    assert tree(tmp_path) == before


def test_an_interruption_half_way_leaves_everything_as_it_was(tmp_path, monkeypatch):
    (tmp_path / "Dockerfile").write_text("mine\n")
    before = tree(tmp_path)
    fail_at(monkeypatch, 3, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        writer.apply(tmp_path, [change(kind="foreign", before="mine\n"), change(".dockerignore")])
    assert tree(tmp_path) == before


def test_a_folder_that_cannot_be_written(tmp_path):
    with pytest.raises(RefusedError, match="nothing was changed") as caught:
        writer.apply(tmp_path / "missing", [change()])
    assert caught.value.where == str(tmp_path / "missing")


@pytest.mark.parametrize("target", ["nowhere", "real", "/etc/passwd"])
def test_a_symlink_is_refused(tmp_path, target):
    (tmp_path / "real").touch()
    (tmp_path / "Dockerfile").symlink_to(target)
    with pytest.raises(RefusedError, match="not a regular file"):
        writer.on_disk(tmp_path, ["Dockerfile"])


def test_a_folder_in_the_way_is_refused(tmp_path):
    (tmp_path / "Dockerfile").mkdir()
    with pytest.raises(RefusedError, match="not a regular file"):
        writer.on_disk(tmp_path, ["Dockerfile"])


def test_what_is_on_disk(tmp_path):
    (tmp_path / "a").write_bytes(b"x\r\n")
    assert writer.on_disk(tmp_path, ["a", "b"]) == {"a": "x\r\n", "b": None}


def test_an_equal_copy_is_not_kept_twice(tmp_path):
    for name in ("Dockerfile", "Dockerfile.orig"):
        (tmp_path / name).write_text("mine\n")
    assert writer.apply(tmp_path, [change(kind="foreign", before="mine\n")]) == ("Dockerfile.orig",)
    assert tree(tmp_path) == {"Dockerfile": b"new\n", "Dockerfile.orig": b"mine\n"}


def test_settings_and_what_hides_files_come_before_the_dockerfile(tmp_path, monkeypatch):
    order = []
    real = Path.replace
    monkeypatch.setattr(Path, "replace", lambda self, target: (order.append(Path(target).name), real(self, target)))
    paths = ["Dockerfile", "Dockerfile.dockerignore", "dockgen.yaml", ".dockgen/originals/Dockerfile"]
    writer.apply(tmp_path, [change(path) for path in paths])
    assert order == ["dockgen.yaml", "Dockerfile.dockerignore", "Dockerfile", "Dockerfile"]
    assert set(tree(tmp_path)) == set(paths)


def test_what_is_there_already_is_no_conflict(tmp_path):
    (tmp_path / "Dockerfile").write_text("new\n")
    writer.apply(tmp_path, [change(), change(".dockerignore")])
    assert set(tree(tmp_path)) == {"Dockerfile", ".dockerignore"}


@pytest.mark.parametrize("before", [None, "old\n"])
def test_what_changed_in_the_meantime_is_refused(tmp_path, before):
    (tmp_path / "Dockerfile").write_text("just now\n")
    with pytest.raises(RefusedError, match="Dockerfile was changed in the meantime; nothing was written"):
        writer.apply(tmp_path, [change(".dockerignore"), change(kind="rewrite", before=before)])
    assert tree(tmp_path) == {"Dockerfile": b"just now\n"}


def test_files_without_a_second_name_are_copied(tmp_path, monkeypatch):
    def link(*_, **__):
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", link)
    (tmp_path / "Dockerfile").write_text("old\n")
    (tmp_path / "Dockerfile").chmod(0o640)
    fail_at(monkeypatch, 2, OSError(5, "Input/output error"))
    todo = [change(kind="rewrite", before="old\n"), change("other")]
    with pytest.raises(RefusedError, match="Input/output error; nothing was changed"):
        writer.apply(tmp_path, todo)
    assert tree(tmp_path) == {"Dockerfile": b"old\n"}
    assert (tmp_path / "Dockerfile").stat().st_mode & 0o777 == 0o640


def test_what_cannot_be_taken_back_is_told_and_the_copy_stays(tmp_path, monkeypatch):
    (tmp_path / "Dockerfile").write_text("mine\n")
    calls = iter(range(1, 100))
    real = Path.replace

    def replace(self, target):
        if next(calls) > 2:  # the backup and the Dockerfile are written; from then on, nothing can be
            raise OSError(30, "Read-only file system")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(RefusedError, match="cannot write all files, nor take Dockerfile back: Read-only file system"):
        writer.apply(tmp_path, [change(kind="foreign", before="mine\n"), change("other")])
    assert tree(tmp_path) == {"Dockerfile": b"new\n", "Dockerfile.orig": b"mine\n"}


def test_a_lock_that_another_process_keeps(tmp_path, monkeypatch):
    monkeypatch.setattr(locking, "PATIENCE", 0.05)
    handle = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    with pytest.raises(RefusedError, match="another dockgen is writing here; nothing was written"):
        writer.apply(tmp_path, [change()])
    os.close(handle)
    assert tree(tmp_path) == {}
    assert writer.apply(tmp_path, [change()]) == ()


def test_without_locks_files_are_written_and_nothing_is_removed(tmp_path, monkeypatch):
    def flock(*_):
        raise OSError(95, "Operation not supported")

    (stray := tmp_path / ".dockgen-0123abcd.swp").touch()
    monkeypatch.setattr(locking.fcntl, "flock", flock)
    writer.apply(tmp_path, [change()])
    assert (tmp_path / "Dockerfile").read_text() == "new\n"
    assert stray.exists()


@pytest.fixture
def ctrl_c():
    """A signal that Python answers, even where the tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("ctrl_c")
@pytest.mark.parametrize("threads", [0, 1])
def test_an_interrupt_takes_effect_before_or_after_never_between(tmp_path, monkeypatch, threads):
    """One that comes while files get their names waits until all have them, whatever thread the system gives it to."""
    ended = threading.Event()
    others = [threading.Thread(target=ended.wait) for _ in range(threads)]
    for other in others:
        other.start()
    real, seen = Path.replace, []

    def replace(self, target):
        os.kill(os.getpid(), signal.SIGINT)
        seen.append(target)
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(KeyboardInterrupt):
        writer.apply(tmp_path, [change(), change(".dockerignore")])
    ended.set()
    assert len(seen) == 2
    assert set(tree(tmp_path)) == {"Dockerfile", ".dockerignore"}


@pytest.mark.usefixtures("ctrl_c")
def test_an_interrupt_while_texts_are_stored_writes_nothing(tmp_path, monkeypatch):
    real = os.fsync

    def fsync(handle):
        os.kill(os.getpid(), signal.SIGINT)
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(KeyboardInterrupt):
        writer.apply(tmp_path, [change(), change(".dockerignore")])
    assert tree(tmp_path) == {}


def test_ctrl_c_is_known_in_what_python_makes_of_it():
    error = RuntimeError("Error calling __set_name__ on ...")
    assert not is_interrupt(error)
    error.__cause__ = KeyboardInterrupt()
    assert is_interrupt(error)
    assert not is_interrupt(None)
