"""All files or none, each whole, nobody's work lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from dockgen import writer
from dockgen.changes import Change
from dockgen.errors import RefusedError
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
