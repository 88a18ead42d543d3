"""`dockgen templates add`: plain files of one commit, the record of where they are from, and a line in dockgen.yaml."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import zlib
from pathlib import Path

import pytest
import yaml
from dockgen import gitpack, sources, vendoring
from dockgen.cli.packs import add as command
from dockgen.errors import InputError, RefusedError
from dockgen.sources import Request
from helpers import tree

PACK = {
    "pack.yaml": "dockgen: 1\nname: acme\nversion: 1.0\noptions: {proxy: {default: ''}}\n",
    "templates/common/stage.j2": "{# ours #}\n",
    "presets/company.yaml": "dockgen: 1\nsummary: ours\nset: {user: 20001}\n",
    "LICENSE": "MIT\n",
    "README.md": "# Acme\n",
    "src/evil.py": "raise SystemExit\n",
    ".gitattributes": "*.j2 filter=evil ident export-subst\n",
}
IDENTITY = (
    "-c",
    "user.name=A",
    "-c",
    "user.email=a@example.com",
    "-c",
    "commit.gpgsign=false",
    "-c",
    "init.defaultBranch=main",
)


def git(folder, *argv, stdin=None):
    env = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    argv = ["git", *IDENTITY, "-C", folder, *argv]
    return subprocess.run(argv, env=env, input=stdin, capture_output=True, check=True).stdout.decode().strip()


def commit(folder, files, message="x"):
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", message)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def upstream(tmp_path):
    folder = tmp_path / "upstream"
    folder.mkdir()
    git(folder, "init", "-q")
    commit(folder, PACK)
    return folder


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "index.html").write_text("<title>a</title>")
    return folder


def add(project, text, **more):
    return vendoring.add(project, gitpack.address(str(text), project), **more)


def test_added(project, upstream):
    head = git(upstream, "rev-parse", "HEAD")
    done = add(project, upstream)
    assert (done.name, done.version, done.commit, done.before, done.files) == ("acme", "1.0", head, "", 5)
    files = tree(project / ".dockgen/packs/acme")
    assert set(files) == {
        "pack.yaml",
        "templates/common/stage.j2",
        "presets/company.yaml",
        "LICENSE",
        "README.md",
        "origin.yaml",
    }
    assert files["templates/common/stage.j2"] == b"{# ours #}\n"
    origin = yaml.safe_load(files["origin.yaml"])
    assert origin == {"url": str(upstream), "ref": "", "commit": head, "digest": origin["digest"]}
    assert (project / "dockgen.yaml").read_text() == "dockgen: 1\npacks: [acme]\n"
    assert [p.name for p in sources.gather(str(project), Request(), {}).packs] == ["acme"]
    assert sorted(p.name for p in (project / ".dockgen/packs").iterdir()) == ["acme"]


def test_again_it_updates(project, upstream):
    first = add(project, upstream).commit
    assert add(project, upstream).before == first
    second = commit(upstream, {"templates/new.j2": "x\n", "presets/company.yaml": "dockgen: 1\nsummary: new\n"})
    (upstream / "README.md").unlink()
    third = commit(upstream, {})
    done = add(project, upstream)
    assert (done.before, done.commit, done.is_new_in_config) == (first, third, False)
    assert second != third
    assert "templates/new.j2" in tree(project / ".dockgen/packs/acme")
    assert "README.md" not in tree(project / ".dockgen/packs/acme")
    assert sorted(p.name for p in (project / ".dockgen/packs").iterdir()) == ["acme"]


def test_a_ref(project, upstream):
    first = git(upstream, "rev-parse", "HEAD")
    git(upstream, "tag", "v1.0")
    git(upstream, "branch", "release/1.x")
    commit(upstream, {"templates/new.j2": "x\n"})
    for ref in ("v1.0", "release/1.x", first):
        done = add(project, f"{upstream}@{ref}", force=True)
        assert done.commit == first
        assert yaml.safe_load((project / ".dockgen/packs/acme/origin.yaml").read_text())["ref"] == ref


def test_dockgen_yaml_keeps_its_comments(project, upstream):
    (project / "dockgen.yaml").write_text("# ours\ndockgen: 1\npacks:\n  - ./x # local\nset: {} # none\n")
    add(project, upstream)
    assert (project / "dockgen.yaml").read_text() == (
        "# ours\ndockgen: 1\npacks:\n  - ./x # local\n  - acme\nset: {} # none\n"
    )


def test_nothing_of_git_is_run(project, upstream, tmp_path, monkeypatch):
    """No hook, no filter, no submodule, no alias, whatever the attributes and the user's own configuration say."""
    mark = tmp_path / "executed"
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("post-checkout", "reference-transaction", "post-index-change", "pre-auto-gc", "fsmonitor-watchman"):
        (hooks / name).write_text(f"#!/bin/sh\necho {name} >> {mark}\n")
        (hooks / name).chmod(0o755)
        shutil.copy(hooks / name, upstream / ".git/hooks" / name)
    config = tmp_path / "gitconfig"
    config.write_text(
        f'[core]\n\thooksPath = {hooks}\n[filter "evil"]\n\tsmudge = touch {mark}\n\tclean = touch {mark}\n\trequired = true\n'
        f"[init]\n\ttemplateDir = {tmp_path}\n[submodule]\n\trecurse = true\n"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path))
    add(project, upstream)
    assert not mark.exists()
    assert (project / ".dockgen/packs/acme/templates/common/stage.j2").read_text() == "{# ours #}\n"


def test_changes_by_hand_are_kept(project, upstream):
    add(project, upstream)
    file = project / ".dockgen/packs/acme/templates/common/stage.j2"
    file.write_text("{# mine #}\n")
    before = tree(project)
    with pytest.raises(RefusedError, match="changed by hand") as caught:
        add(project, upstream)
    assert (caught.value.where, caught.value.hint) == (".dockgen/packs/acme", "--force replaces it")
    assert tree(project) == before
    add(project, upstream, force=True)
    assert file.read_text() == "{# ours #}\n"


def test_a_pack_from_elsewhere_is_kept(project, upstream, tmp_path):
    add(project, upstream)
    shutil.copytree(upstream, tmp_path / "other")
    with pytest.raises(RefusedError, match="this pack comes from"):
        add(project, tmp_path / "other")
    (project / ".dockgen/packs/acme/origin.yaml").unlink()
    with pytest.raises(RefusedError, match="this pack was not brought by dockgen"):
        add(project, upstream)


@pytest.mark.parametrize("path", [".dockgen", ".dockgen/packs", ".dockgen/packs/acme", "dockgen.yaml"])
def test_links_are_not_followed(project, upstream, tmp_path, path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_text("dockgen: 1\n")
    (project / path).parent.mkdir(parents=True, exist_ok=True)
    (project / path).symlink_to(outside / "file" if path == "dockgen.yaml" else outside)
    before = tree(outside)
    with pytest.raises((RefusedError, InputError), match=r"leads out of the project|no folder of a vendored pack"):
        add(project, upstream)
    assert tree(outside) == before
    assert not (project / ".dockgen/packs/acme/pack.yaml").exists()


def refused(project, upstream, match):
    before = tree(project)
    with pytest.raises(InputError, match=match) as caught:
        add(project, upstream)
    assert tree(project) == before
    assert list(project.rglob("*.j2")) == []
    return caught.value


def test_a_link_in_the_repository(project, upstream):
    (upstream / "templates/passwd.j2").symlink_to("/etc/passwd")
    commit(upstream, {})
    refused(project, upstream, "plain files only")


def test_a_folder_that_is_a_link(project, upstream):
    shutil.rmtree(upstream / "templates")
    (upstream / "templates").symlink_to("/etc")
    commit(upstream, {})
    done = add(project, upstream)  # `templates` itself is no file below templates/
    assert done.files == 4
    assert not (project / ".dockgen/packs/acme/templates").exists()


def test_a_submodule(project, upstream):
    sha = git(upstream, "rev-parse", "HEAD")
    git(upstream, "update-index", "--add", "--cacheinfo", f"160000,{sha},templates/sub")
    git(upstream, "commit", "-qm", "x")
    refused(project, upstream, "plain files only")


def loose(upstream, kind, body):
    """An object that git itself would not write."""
    whole = f"{kind} {len(body)}".encode() + b"\0" + body
    name = hashlib.sha1(whole).hexdigest()
    folder = upstream / ".git/objects" / name[:2]
    folder.mkdir(exist_ok=True)
    (folder / name[2:]).write_bytes(zlib.compress(whole))
    return name


@pytest.mark.parametrize("name", ["..", ".", ".git", "a\\..\\b", "x:y", "a\nb", "-x", " ", "con\x1b"])
def test_paths_that_lead_elsewhere(project, upstream, name):
    blob = bytes.fromhex(git(upstream, "hash-object", "-w", "--stdin", stdin=b"evil"))
    manifest = bytes.fromhex(git(upstream, "rev-parse", "HEAD:pack.yaml"))
    inner = loose(upstream, "tree", b"100644 evil.j2\0" + blob)
    odd = loose(upstream, "tree", b"40000 " + name.encode() + b"\0" + bytes.fromhex(inner))
    root = loose(upstream, "tree", b"100644 pack.yaml\0" + manifest + b"40000 templates\0" + bytes.fromhex(odd))
    made = f"tree {root}\nauthor A <a@example.com> 0 +0000\ncommitter A <a@example.com> 0 +0000\n\nx\n"
    git(upstream, "update-ref", "refs/heads/evil", loose(upstream, "commit", made.encode()))
    before = tree(project.parent)
    with pytest.raises(InputError, match=r"cannot have a file of that name|git cannot bring the pack"):
        add(project, f"{upstream}@evil")
    assert tree(project.parent) == before


BIG = {
    "one file": ({"templates/big.j2": "x" * 262_145}, "larger than 256 KiB"),
    "many files": ({f"templates/{n}.j2": f"{n}" for n in range(500)}, "more than 500 files"),
    "in all": ({f"templates/{n}.j2": f"{n}" * 80_000 for n in range(10, 40)}, "or 4 MiB"),
}


@pytest.mark.parametrize("kind", BIG)
def test_sizes_are_bounded(project, upstream, kind):
    files, match = BIG[kind]
    commit(upstream, files)
    refused(project, upstream, match)


def test_what_is_fetched_is_bounded(project, upstream, monkeypatch):
    (upstream / "big").write_bytes(os.urandom(3_000_000))
    commit(upstream, {})
    monkeypatch.setattr(gitpack, "MAX_FETCHED", 1_000_000)
    monkeypatch.setattr(gitpack.time, "sleep", lambda _: None)
    refused(project, upstream, "the repository is larger than")


def slow_git(tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/git").write_text('#!/bin/sh\nsleep 60 & echo $! > "$PIDFILE"; wait\n')
    (tmp_path / "bin/git").chmod(0o755)
    monkeypatch.setenv("PIDFILE", str(tmp_path / "pid"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")


def test_time_is_bounded(project, upstream, tmp_path, monkeypatch):
    slow_git(tmp_path, monkeypatch)
    monkeypatch.setattr(gitpack, "SECONDS", 0.5)
    refused(project, upstream, "took longer than")
    state = Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}/stat")
    assert not state.exists() or state.read_text().split()[2] == "Z"  # what git started is gone, too


def test_without_git(project, upstream, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    refused(project, upstream, "needs git, which is not on this machine")


def test_no_such_repository(project, tmp_path):
    error = refused(project, tmp_path / "nowhere", "git cannot bring the pack")
    assert error.hint


def test_no_such_ref(project, upstream):
    refused(project, f"{upstream}@v9", "git cannot bring the pack: .*v9")


def test_no_pack(project, upstream):
    git(upstream, "rm", "-q", "pack.yaml")
    commit(upstream, {})
    refused(project, upstream, r"there is no pack\.yaml in the root")


@pytest.mark.parametrize("text", ["dockgen: 1\nname: Acme\n", "dockgen: 1\n", "name: !!python/object:os.system x\n"])
def test_no_good_pack(project, upstream, text):
    commit(upstream, {"pack.yaml": text})
    refused(project, upstream, "not the name of a pack|'name' is missing|tags such as")


def test_a_pack_for_another_dockgen(project, upstream):
    commit(upstream, {"pack.yaml": PACK["pack.yaml"] + "requires: '>=77'\n"})
    refused(project, upstream, "is made for dockgen >=77")


@pytest.mark.parametrize("text", ["dockgen: 1\npacks: [a\n", "packs: [x]\n", "dockgen: 1\nfoo: 1\n"])
def test_a_dockgen_yaml_with_mistakes(project, upstream, text):
    (project / "dockgen.yaml").write_text(text)
    refused(project, upstream, "not YAML|'dockgen' is missing|unknown key")


GOOD = {
    "https://git.example.com/acme/pack.git": ("https://git.example.com/acme/pack.git", ""),
    "https://git.example.com:8443/acme/pack@v1.2": ("https://git.example.com:8443/acme/pack", "v1.2"),
    "ssh://git@git.example.com/acme/pack": ("ssh://git@git.example.com/acme/pack", ""),
    "ssh://git@git.example.com:22/acme/pack@release/1": ("ssh://git@git.example.com:22/acme/pack", "release/1"),
    "git@git.example.com:acme/pack.git": ("git@git.example.com:acme/pack.git", ""),
    "git@git.example.com:acme/pack.git@abc123": ("git@git.example.com:acme/pack.git", "abc123"),
    "file:///srv/packs/acme@v1": ("file:///srv/packs/acme", "v1"),
    "../packs/acme@v1": ("../packs/acme", "v1"),
}


@pytest.mark.parametrize("text", GOOD)
def test_addresses(tmp_path, text):
    found = gitpack.address(text, tmp_path)
    assert (found.shown, found.ref) == GOOD[text]


BAD = [
    "", "-x", "--upload-pack=touch evil", "--upload-pack=evil@v1", "ext::sh -c evil", "ext::sh", "fd::3", "https://x.example.com", "http://git.example.com/x",
    "git://git.example.com/x", "ftp://git.example.com/x", "https://-x.example.com/y", "ssh://-oProxyCommand=evil/x",
    "ssh://git@-oProxyCommand=evil/x", "git@-oProxyCommand=evil:x", "-oProxyCommand=evil:x", "https://user:secret@git.example.com/x",
    "https://secret@git.example.com/x", "ssh://git:secret@git.example.com/x", "https://git.example.com/x\n", "https://git.example.com/x y",
    "https://git.example.com/x;evil", "https://git.example.com/$(evil)", "acme", "./x\ny", "x::y", "git@git.example.com::x",
    "https://git.example.com/x@-v1", "https://git.example.com/x@--upload-pack=evil", "https://git.example.com/x@a..b", "https://git.example.com/x@a:b",
    "https://git.example.com/x@+a", "https://git.example.com/x@^a", "https://git.example.com/x@a b", "https://git.example.com/x@a.lock", "./x@a~1",
]  # fmt: skip


@pytest.mark.parametrize("text", BAD)
def test_addresses_that_are_refused(project, text, monkeypatch):
    monkeypatch.setattr(gitpack.subprocess, "Popen", lambda *_, **__: pytest.fail("git was run"))
    before = tree(project)
    with pytest.raises(InputError, match=r"not the address|not a branch|would be written into the project"):
        add(project, text)
    assert tree(project) == before


def run(*argv):
    from click.testing import CliRunner

    return CliRunner().invoke(command, [*map(str, argv)], catch_exceptions=False, standalone_mode=False)


def test_the_command(project, upstream):
    first = git(upstream, "rev-parse", "HEAD")
    done = run(upstream, "-C", project)
    assert (
        done.output
        == f"acme 1.0 added: 5 files in .dockgen/packs/acme, commit {first[:12]}\npacks in dockgen.yaml now has acme\n"
    )
    assert run(upstream, "-C", project).output == f"acme 1.0 is current: {first[:12]}\n"
    second = commit(upstream, {"templates/x.j2": "x"})
    assert run(upstream, "-C", project).output == f"acme 1.0 updated: {first[:12]} -> {second[:12]}\n"
    data = json.loads(run(upstream, "-C", project, "--json").output)
    assert data == {
        "schema": 1, "name": "acme", "version": "1.0", "commit": second, "before": second, "files": 6,
        "folder": ".dockgen/packs/acme", "is_new_in_config": False,
    }  # fmt: skip


def test_an_interrupted_replacement_leaves_the_old_one(project, upstream, monkeypatch):
    add(project, upstream)
    before = tree(project)
    commit(upstream, {"templates/new.j2": "x\n"})
    rename = vendoring.Path.rename

    def fail(self, target):
        if self.name == "new":
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(vendoring.Path, "rename", fail)
    with pytest.raises(RefusedError, match="cannot write it: No space left on device"):
        add(project, upstream)
    monkeypatch.undo()
    assert tree(project) == before
