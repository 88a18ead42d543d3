"""The scan looks where manifests can be, follows nothing out of the project, and survives any tree."""

from __future__ import annotations

import os
import random
import time
from typing import TYPE_CHECKING

import pytest
from dockgen import project as module
from dockgen.errors import InputError
from dockgen.project import LOCK_HEAD, MAX_BYTES, MAX_IN_FOLDER, Project, scan

if TYPE_CHECKING:
    from pathlib import Path
from hypothesis import given
from hypothesis import strategies as st


def make(root: Path, *paths: str) -> Path:
    for path in paths:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(path)
    return root


def test_files_are_shallow_first_and_folders_known(tmp_path):
    found = scan(make(tmp_path, "b/c/d.txt", "z.txt", "a/x.txt", "a.txt"))
    assert found.files == ("a.txt", "z.txt", "a/x.txt", "b/c/d.txt")
    assert found.folders == ["a", "b", "b/c"]
    assert found.has_folder("b/c")
    assert list(found.below("b")) == ["b/c/d.txt"]
    assert list(found.below(".")) == list(found.files)
    assert found.first("nope", "z.txt") == "z.txt"
    assert found.name == tmp_path.name


def test_a_scan_and_a_dict_give_the_same_view(tmp_path):
    paths = ("b/c/d.txt", "z.txt", "a-b/y", "a/x.txt")
    scanned, made = scan(make(tmp_path, *paths)), Project.of({p: p for p in paths})
    assert (scanned.files, scanned.folders) == (made.files, made.folders)
    assert scanned.text("a/x.txt") == made.text("a/x.txt") == "a/x.txt"


@pytest.mark.parametrize("pruned", ["node_modules", "vendor", ".git", ".venv", "__pycache__", "target", ".hidden"])
def test_pruned_folders_are_known_but_not_entered(tmp_path, pruned):
    found = scan(make(tmp_path, f"{pruned}/x/package.json", "src/main.py"))
    assert found.files == ("src/main.py",)
    assert found.has_folder(pruned)
    assert not found.has_folder(f"{pruned}/x")


def test_a_virtual_environment_of_any_name_is_not_read(tmp_path):
    assert scan(make(tmp_path, "my-env/pyvenv.cfg", "my-env/setup.py", "my-env/bin/x", "a.py")).files == ("a.py",)


def test_entered_though_hidden(tmp_path):
    assert scan(make(tmp_path, ".github/workflows/ci.yml")).files == (".github/workflows/ci.yml",)


def test_probe_in_a_pruned_folder(tmp_path):
    assert scan(make(tmp_path, "vendor/modules.txt", "vendor/x/y.go")).files == ("vendor/modules.txt",)


def test_depth_is_bounded(tmp_path):
    deep = "/".join("d" * 1 for _ in range(module.MAX_DEPTH + 2))
    found = scan(make(tmp_path, f"{deep}/x.txt", "/".join(["d"] * module.MAX_DEPTH) + "/y.txt"))
    assert found.files == ("/".join(["d"] * module.MAX_DEPTH) + "/y.txt",)


def test_entries_are_bounded_and_said_so(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MAX_ENTRIES", 5)
    found = scan(make(tmp_path, *(f"{d}/{i}.txt" for d in "abcd" for i in range(3))))
    assert "a/0.txt" in found.files
    assert "d/0.txt" not in found.files
    assert "more than 5 files" in found.notes[0]


def test_a_huge_flat_folder_is_not_listed_but_its_manifests_are_seen(tmp_path):
    make(tmp_path, "app/package.json", "app/sub/x.txt")
    for i in range(MAX_IN_FOLDER):
        (tmp_path / "app" / f"{i:06}.txt").touch()
    assert scan(tmp_path).files == ("app/package.json",)


def test_a_folder_at_the_bound_is_listed_in_any_order(tmp_path):
    (tmp_path / "data").mkdir()
    for i in range(MAX_IN_FOLDER):
        (tmp_path / "data" / f"{i:06}.txt").touch()
    (tmp_path / "data" / "no\nname").touch()  # skipped, wherever the file system lists it
    assert len(scan(tmp_path).files) == MAX_IN_FOLDER


def test_a_hundred_thousand_files_cost_next_to_nothing(tmp_path):
    for i in range(100_000):
        os.close(os.open(tmp_path / str(i), os.O_CREAT))
    start = time.perf_counter()
    assert scan(tmp_path).files == ()
    assert time.perf_counter() - start < 0.5  # the goal is a tenth of that; see tests/benchmark.py


def test_the_order_of_creation_does_not_matter(tmp_path):
    names = [f"{d}/{i}.txt" for d in ("a", "a-b", "b") for i in range(20)]
    views = []
    for seed in range(3):
        root = tmp_path / str(seed) / "app"
        random.Random(seed).shuffle(names)
        found = scan(make(root, *names))
        views.append((found.files, found.folders))
    assert views[0] == views[1] == views[2]


def test_symlinks_are_followed_inside_only(tmp_path):
    make(tmp_path, "app/real.txt", "outside/secret.txt")
    app = tmp_path / "app"
    (app / "inside").symlink_to("real.txt")
    (app / "out").symlink_to("../outside/secret.txt")
    (app / "folder").symlink_to("../outside")
    (app / "loop").symlink_to("loop")
    (app / "self").symlink_to(".")
    (app / "dangling").symlink_to("nowhere")
    (app / "device").symlink_to("/dev/zero")
    assert scan(app).files == ("inside", "real.txt")


def test_a_manifest_in_a_huge_folder_is_not_followed_out(tmp_path):
    make(tmp_path, "secret.json")
    data = tmp_path / "app" / "data"
    data.mkdir(parents=True)
    (data / "package.json").symlink_to("../../secret.json")
    for i in range(MAX_IN_FOLDER + 1):
        (data / f"{i}.txt").touch()
    assert scan(tmp_path / "app").files == ()


def test_a_probe_is_not_followed_out(tmp_path):
    make(tmp_path, "secret.txt", "app/vendor/x.go")
    (tmp_path / "app/vendor/modules.txt").symlink_to("../../secret.txt")
    assert scan(tmp_path / "app").files == ()


def test_a_symlinked_root_is_the_root(tmp_path):
    make(tmp_path, "app/a.txt")
    (tmp_path / "link").symlink_to("app")
    assert scan(tmp_path / "link").files == ("a.txt",)


def test_what_is_no_regular_file_is_ignored(tmp_path):
    os.mkfifo(tmp_path / "package.json")
    assert scan(tmp_path).files == ()


@pytest.mark.parametrize(
    "name", ["a\nRUN x", "a\x1b[2J", "a\u2028b", "a\u202eb", b"a\xff".decode("utf-8", "surrogateescape")]
)
def test_names_that_could_break_a_line_are_skipped(tmp_path, name):
    (tmp_path / name).touch()
    assert scan(tmp_path).files == ()


@pytest.mark.parametrize("target", ["nowhere", "file"])
def test_a_root_that_is_no_folder(tmp_path, target):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"no such folder|not a folder"):
        scan(tmp_path / target)


def test_manifest_says_what_is_wrong():
    project = Project.of({"big": "x" * (MAX_BYTES + 1), "binary": b"a\0b", "latin": b"ok\ncaf\xe9", "bom": "\ufeffx"})
    assert project.manifest("bom") == "x"
    for path, what, where in (
        ("big", "larger than 1 MiB", "big"),
        ("binary", "binary", "binary"),
        ("latin", "not UTF-8", "latin:2"),
        ("none", "no such file", "none"),
    ):
        with pytest.raises(InputError, match=what) as caught:
            project.manifest(path)
        assert caught.value.where == where


def test_text_is_empty_where_manifest_would_fail():
    project = Project.of({"big": "x" * (MAX_BYTES + 1), "binary": b"a\0b", "latin": b"caf\xe9"})
    assert [project.text(p) for p in ("big", "binary", "latin", "none")] == ["", "", "caf\ufffd", ""]


def test_head_and_whole():
    project = Project.of({"lock": "x" * (MAX_BYTES * 2)})
    assert len(project.head("lock")) == LOCK_HEAD
    assert len(project.whole("lock")) == MAX_BYTES * 2
    assert project.whole("lock", 100) == ""
    assert project.whole("none") == project.head("none") == ""


def test_a_file_that_went_away(tmp_path):
    found = scan(make(tmp_path, "a.json"))
    (tmp_path / "a.json").unlink()
    assert found.text("a.json") == ""
    with pytest.raises(InputError, match="cannot read it"):
        found.manifest("a.json")


@pytest.mark.parametrize(
    ("text", "what", "where"),
    [
        ("[1]", "found a list", "p:1"),
        ("null", "found null", "p:1"),
        ('"x"', "found a string", "p:1"),
        ("1", "found a number", "p:1"),
        ("true", "true or false", "p:1"),
        ('{\n"a": }', "not valid JSON", "p:2"),
        ("", "not valid JSON", "p:1"),
        ("[" * 100_000, "nested too deeply", "p"),
        ('{"a": ' + "9" * 5000 + "}", "too long", "p"),
    ],
)
def test_json_that_is_not_an_object(text, what, where):
    with pytest.raises(InputError, match=what) as caught:
        Project.of({"p": text}).json("p")
    assert caught.value.where == where


@pytest.mark.parametrize(
    ("text", "what", "where"),
    [
        ("a = 1\nb =", "not valid TOML", "p:2"),
        ("[" * 100_000, "TOML", None),
        ("a = " + "[" * 100_000, "nested too deeply", "p"),
        ("a = " + "9" * 5000, "too long", "p"),
    ],
)
def test_toml_that_is_not_valid(text, what, where):
    with pytest.raises(InputError, match=what) as caught:
        Project.of({"p": text}).toml("p")
    if where:
        assert caught.value.where == where


@given(st.binary(max_size=300))
def test_no_bytes_make_a_reader_fail_otherwise(data):
    project = Project.of({"p": data})
    project.text("p")
    project.head("p")
    for read in (project.manifest, project.json, project.toml):
        try:
            read("p")
        except InputError as error:
            assert str(error.where).startswith("p")  # noqa: PT017


def test_line_of():
    project = Project.of({"a": "x\ny\nport = 1\n"})
    assert project.line_of("a", "port") == 3
    assert project.line_of("a", "nope") is None
    assert project.line_of("none", "x") is None


def test_files_by_their_ends_are_those_of_a_search_in_order():
    files = ["a.py", "b/x.py", "b/go.mod", "go.mod", "x/go.mod", "y", "Pipfile", "b/Pipfile", "c.pyi", "d/index.html"]
    project = Project.of(dict.fromkeys(files, ""))
    for suffixes in ((".py",), ("go.mod",), ("/go.mod", ".py"), ("Pipfile", ".html", ".py"), (".py", ".py"), (".js",)):
        assert list(project.ending(*suffixes)) == [f for f in project.files if f.endswith(suffixes)]


def test_a_crowded_root_is_read_as_far_as_20000_entries(tmp_path, monkeypatch):
    for number in range(30):
        (tmp_path / f"file{number}.txt").touch()
    (tmp_path / "server.js").touch()
    (tmp_path / "package.json").touch()
    (tmp_path / "data").mkdir()
    for number in range(30):
        (tmp_path / "data" / f"{number}.csv").touch()
    (tmp_path / "data" / "main.py").touch()
    monkeypatch.setattr("dockgen.project.MAX_IN_FOLDER", 20)
    seen = scan(tmp_path)
    assert seen.has("server.js")
    assert [f for f in seen.files if f.startswith("data/")] == ["data/main.py"]
    assert seen.notes == ()
    monkeypatch.setattr("dockgen.project.MAX_ENTRIES", 20)
    seen = scan(tmp_path)
    assert seen.files == ("package.json",)
    assert seen.notes == ("the folder has more than 20 entries; only files of usual names were read",)
