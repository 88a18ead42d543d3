"""`dockgen context`: what is sent is added up as Docker would send it."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner
from dockgen import weigh
from dockgen.cli.context import command
from dockgen.patterns import is_ignored
from hypothesis import given
from hypothesis import strategies as st

NODE = {"package.json": '{"name": "a", "dependencies": {"koa": "3"}}', "server.js": "require('koa'); app.listen(3000)"}


def listing(tree):
    """The entries below each folder of TREE, path -> size."""

    def entries(folder):
        prefix = f"{folder}/" if folder else ""
        names = sorted({p[len(prefix) :].partition("/")[0] for p in tree if p.startswith(prefix)})
        for name in names:
            path = prefix + name
            yield weigh.Entry(path, path not in tree, tree.get(path, 0))

    return entries


def test_sizes_before_and_after():
    tree = {"a.js": 10, "node_modules/x/i.js": 100, "node_modules/y.js": 1, "docs/a.md": 5, "docs/b.png": 7}
    found = weigh.weigh(listing(tree), ["node_modules", "docs/*.md"])
    assert (found.before.size, found.before.files) == (123, 5)
    assert (found.after.size, found.after.files) == (17, 2)
    assert {p: w.size for p, w in found.left_out.items()} == {"node_modules/": 101, "docs/a.md": 5}
    assert {p: w.size for p, w in found.sent.items()} == {"a.js": 10, "docs/": 7}


def test_what_is_ignored_for_good_is_not_matched():
    tree = {f"node_modules/{n}/a.pem": 1 for n in range(9)}
    assert weigh.weigh(listing(tree), ["**/node_modules", "**/*.pem"]).secrets == {}


def test_secrets_with_their_fate_and_odd_files():
    tree = {".env": 1, "a/id_rsa": 1, ".env.example": 1, "ca.pem": 1, "dump.sql": 5, "v.mp4": 6, "big.bin": 20_000_000}
    found = weigh.weigh(listing(tree), ["**/.env", "**/.env.*", "!.env.example"], harmless=["ca.pem"])
    assert found.secrets == {".env": True, "a/id_rsa": False}
    assert found.odd == {"dump.sql": ("dump", 5), "v.mp4": ("media", 6), "big.bin": ("large", 20_000_000)}


@given(
    tree=st.sets(st.lists(st.sampled_from(["a", "b", "c.x"]), min_size=1, max_size=4).map("/".join), max_size=12),
    lines=st.lists(
        st.sampled_from(["a", "!a/b", "**/b", "!**/c.x", "*", "!a", "a/*", "b/**", "!b/a", "**/c.x", "!b/b/c.x"]),
        max_size=6,
    ),
)
def test_the_walk_agrees_with_the_question_for_each_file(tree, lines):
    files = {p: 1 for p in tree if not any(o.startswith(f"{p}/") for o in tree)}
    found = weigh.weigh(listing(files), lines)
    assert found.before.files == len(files)
    assert found.after.files == sum(not is_ignored(p, lines) for p in files)


@pytest.fixture
def project(tmp_path, monkeypatch):
    for path, text in NODE.items():
        (tmp_path / path).write_text(text)
    (tmp_path / "node_modules/koa").mkdir(parents=True)
    (tmp_path / "node_modules/koa/index.js").write_text("x" * 1000)
    (tmp_path / ".env").write_text("A=b\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_a_file_ours_is_shown(project):
    done = CliRunner().invoke(command, [])
    assert done.stdout.startswith("Context, by the .dockerignore that dockgen would write\n")
    assert re.search(r"1\.0 kB in 1 file +node_modules/", done.stdout)
    assert "stays out  .env" in done.stdout
    assert done.exit_code == 0


def test_the_file_on_disk_is_what_counts(project):
    (project / ".dockerignore").write_text("node_modules\n")
    done = CliRunner().invoke(command, ["--json"])
    data = json.loads(done.stdout)
    assert data["schema"] == 1
    assert data["ignore"] == ".dockerignore"
    assert data["secrets"] == [{"path": ".env", "stays_out": False}]
    assert data["left_out"] == [{"path": "node_modules/", "bytes": 1000, "files": 1}]
    assert "warning: .env: looks like a secret and goes into the build" in done.stderr


def test_a_folder_that_is_no_app_can_be_weighed_by_its_file(tmp_path):
    (tmp_path / ".dockerignore").write_text("x\n")
    (tmp_path / "x").write_text("1")
    done = CliRunner().invoke(command, [str(tmp_path), "--json"])
    assert json.loads(done.stdout)["after"]["files"] == 1  # the .dockerignore


def test_symlinks_are_not_followed(project):
    (project / "up").symlink_to("..")
    (project / "gone").symlink_to("nowhere")
    data = json.loads(CliRunner().invoke(command, ["--json"]).stdout)
    assert {"up", "gone"} <= {s["path"] for s in data["sent"]}
