"""The command line: exit codes, the shape of messages, and nothing written when something is wrong."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest
from dockgen import __version__, cli
from dockgen.cli import work
from dockgen.errors import DockgenError, ExitCode
from helpers import dockgen, environment, tree

# `error: …`, then at most one place and one hint; a message may have more lines of its own, indented.
SHAPE = re.compile(r"error: \S.*\n(  (?!at |hint: )\S.*\n)*(  at \S.*\n)?(  hint: \S.*\n)?")


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text("<title>Café</title>")
    return folder


def failing(run, code):
    assert run.code == code, run
    assert SHAPE.fullmatch(run.err), run.err
    return run


def test_version():
    assert dockgen("--version").out == f"dockgen {__version__}\n"


def test_version_by_way_of_click(capsys):
    assert cli.run(["--version", "-h"]) == 0
    assert capsys.readouterr().out == f"dockgen {__version__}\n"


@pytest.mark.parametrize("args", [["-h"], ["--help"], ["init", "-h"], ["generate", "--help"], ["detect", "-h"]])
def test_help(args, capsys):
    assert cli.run(args) == 0
    assert "Usage: dockgen" in capsys.readouterr().out


def test_init_yes_writes_and_says_what_is_next(site):
    run = dockgen("init", "--yes", site)
    assert run.code == 0
    assert set(tree(site)) == {"index.html", "Dockerfile", ".dockerignore"}
    assert run.out.splitlines()[-2:] == [
        f"  docker build -t site {site}",
        "  docker run --rm -p 8080:8080 site",
    ]
    assert "nginx" in run.err


def test_a_second_run_changes_nothing(site):
    dockgen("generate", site)
    before = tree(site)
    assert dockgen("generate", site).code == 0
    assert dockgen("init", "--yes", site).code == 0
    assert tree(site) == before


def test_init_without_a_terminal_asks_for_yes(site):
    run = failing(dockgen("init", site), ExitCode.UNDECIDED)
    assert "--yes" in run.err
    assert set(tree(site)) == {"index.html"}


@pytest.mark.parametrize("which", ["Dockerfile", ".dockerignore"])
def test_printing_writes_nothing_and_prints_what_would_be_written(site, which):
    printed = dockgen("generate", "-o", "-", "--file", which, site)
    assert set(tree(site)) == {"index.html"}
    dockgen("generate", site)
    assert printed.out.encode() == tree(site)[which]


def test_printing_does_not_depend_on_the_terminal(site):
    plain = dockgen("generate", "-o", "-", site)
    assert "Café" in plain.out
    assert dockgen("generate", "-o", "-", site, env={"PYTHONIOENCODING": "ascii"}).out == plain.out


def test_messages_survive_a_terminal_that_cannot_show_them(tmp_path):
    folder = tmp_path / "café"
    folder.mkdir()
    (folder / "index.html").touch()
    run = dockgen("init", "--yes", folder, env={"PYTHONIOENCODING": "ascii"})
    assert run.code == 0
    assert "Traceback" not in run.err


def test_dry_run_shows_and_writes_nothing(site):
    run = dockgen("generate", "--dry-run", site)
    assert run.code == 0
    assert "Dockerfile: would create" in run.out
    assert "+FROM nginx" in run.out
    assert set(tree(site)) == {"index.html"}


def test_dry_run_ends_as_the_real_run_would(site):
    (site / "Dockerfile").write_bytes(b"FROM caf\xe9\n")
    run = dockgen("generate", "--dry-run", site)
    assert run.code == ExitCode.REFUSED
    assert "+FROM nginx" in run.out
    assert dockgen("generate", "--dry-run", "--force", site).code == 0
    assert set(tree(site)) == {"index.html", "Dockerfile"}


@pytest.mark.parametrize("command", [["generate"], ["generate", "--json"]])
def test_a_foreign_file_is_refused_without_force(site, command):
    (site / "Dockerfile").write_text("FROM mine\n")
    run = dockgen(*command, site)
    assert run.code == ExitCode.REFUSED
    assert "--force" in run.err
    assert tree(site)["Dockerfile"] == b"FROM mine\n"
    assert ".dockerignore" not in tree(site)
    forced = dockgen("generate", "--force", site)
    assert forced.code == 0
    assert "Kept the old file as Dockerfile.orig" in forced.out
    assert tree(site)["Dockerfile.orig"] == b"FROM mine\n"


def test_init_writes_beside_a_foreign_file_unless_it_is_told_to_replace_it(site):
    (site / "Dockerfile").write_text("FROM mine\n")
    assert dockgen("init", "--yes", site).code == 0
    assert tree(site)["Dockerfile"] == b"FROM mine\n"
    assert tree(site)["dockgen.yaml"] == b"dockgen: 1\nset:\n  file: Dockerfile.dockgen\n"
    assert set(tree(site)) == {
        "index.html", "Dockerfile", "dockgen.yaml", "Dockerfile.dockgen", "Dockerfile.dockgen.dockerignore",
    }  # fmt: skip
    assert dockgen("check", site).code == 0
    forced = dockgen("init", "--yes", "--force", "--set", "file=Dockerfile", site)
    assert "Kept the old file as Dockerfile.orig" in forced.out
    assert tree(site)["Dockerfile.orig"] == b"FROM mine\n"


def test_an_edited_file_is_refused_and_an_untouched_one_rewritten(site):
    dockgen("generate", site)
    assert dockgen("generate", "--set", "port=9090", site).code == 0
    with (site / "Dockerfile").open("a") as file:
        file.write("USER 1\n")
    run = failing(dockgen("generate", site), ExitCode.REFUSED)
    assert "edited" in run.err


@pytest.mark.parametrize(
    "args",
    [
        ["nope"],
        ["genrate"],
        ["generate", "--nope"],
        ["generate", "--set"],
        ["generate", "--set", "port"],
        ["generate", "--set", "nope=1"],
        ["generate", "--set", "stack=cobol"],
        ["generate", "--set", "port=99999"],
        ["generate", "--set", "port=80\nRUN x"],
        ["generate", "-o", "file"],
        ["generate", "-o", "-", "--file", "nope"],
        ["generate", ".", "more"],
        ["generate", "no/such/folder"],
        ["generate", "index.html"],
    ],
)
def test_what_the_user_can_fix_ends_in_2(site, args):
    failing(dockgen(*args, cwd=site), ExitCode.INPUT)
    assert set(tree(site)) == {"index.html"}


@pytest.mark.parametrize("files", [{}, {"README.md": "x"}, {"Cargo.toml": "[package]"}, {"main.c": ""}])
def test_what_is_not_recognised_ends_in_3(tmp_path, files):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    for command in (["init", "--yes"], ["generate"], ["detect"], ["detect", "--json"]):
        run = failing(dockgen(*command, tmp_path), ExitCode.UNDECIDED)
        assert (json.loads(run.out)["error"]["name"] if "--json" in command else run.out) in ("", "UNDECIDED")
    assert set(tree(tmp_path)) == set(files)


def test_a_bug_is_said_to_be_one(site, monkeypatch, capsys):
    def broken(*_, **__):
        raise RuntimeError("boom")

    monkeypatch.setattr(work, "look", broken)
    assert cli.run(["generate", str(site)]) == ExitCode.BUG
    err = capsys.readouterr().err
    assert SHAPE.fullmatch(err)
    assert "RuntimeError: boom" in err
    assert "Traceback" not in err
    with pytest.raises(RuntimeError):
        cli.run(["generate", "--debug", str(site)])


def test_an_interruption_ends_in_130(site, monkeypatch, capsys):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(work, "look", interrupted)
    assert cli.run(["generate", str(site)]) == ExitCode.INTERRUPTED
    assert "othing was written" in capsys.readouterr().err


def test_detect_as_json(site):
    run = dockgen("detect", "--json", site)
    data = json.loads(run.out)
    assert data["schema"] == 1
    assert data["facts"]["stack"]["value"] == "static"
    assert data["facts"]["stack"]["evidence"][0]["path"] == "index.html"
    assert data["plan"]["runtime"]["port"] == 8080


@pytest.mark.parametrize("args", ["generate -o -", "detect", "detect --json"])
def test_a_closed_pipe_is_no_error(site, args):
    command = f'(sleep 0.5; "{sys.executable}" -m dockgen {args} "{site}") | true; exit "${{PIPESTATUS[0]}}"'
    done = subprocess.run(["bash", "-c", command], env=environment({}), capture_output=True, check=False)
    assert done.returncode == 0
    assert done.stderr == b""


def test_settings_from_the_environment(site):
    assert "EXPOSE 9000" in dockgen("generate", "-o", "-", site, env={"DOCKGEN_PORT": "9000"}).out


def test_every_error_has_a_documented_code():
    kinds = [DockgenError, *DockgenError.__subclasses__()]
    assert {int(kind.code) for kind in kinds} == {2, 3, 4, 70}


@pytest.mark.parametrize("command", ["generate", "detect", "check", "presets list", "templates list", "context"])
def test_a_current_folder_that_is_gone(tmp_path, command):
    gone = tmp_path / "gone"
    gone.mkdir()
    script = f"cd {gone} && rmdir {gone} && exec {sys.executable} -m dockgen {command}"
    done = subprocess.run(["bash", "-c", script], env=environment({}), capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "error: the current folder does not exist any more" in done.stderr
