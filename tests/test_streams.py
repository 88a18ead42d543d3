"""Output that nobody reads, that cannot be written, or that is closed: one message where there is a place for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from helpers import PROJECTS, environment

FULL = "error: cannot print: No space left on device; nothing was written\n  hint: print to another place, or make room there\n"


def run(command: str, redirected: str):
    """Run dockgen with COMMAND in a shell, with its streams REDIRECTED."""
    script = f"{sys.executable} -m dockgen {command} {redirected}"
    return subprocess.run(
        ["sh", "-c", script], cwd=PROJECTS / "go-chi", env=environment({}), capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize("command", ["detect", "explain", "presets list", "--help", "--version", "completion zsh"])
def test_an_output_that_is_full(command):
    done = run(command, ">/dev/full")
    assert (done.returncode, done.stderr) == (4, FULL)
    assert run(command, ">/dev/full 2>&1").returncode == 4


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_an_error_that_cannot_be_told_has_its_status():
    assert run("detect nowhere", "2>/dev/full").returncode == 2
    done = run("detect nowhere --json", ">/dev/full")
    assert (done.returncode, done.stderr.splitlines()[0]) == (2, "error: no such folder")


@pytest.mark.parametrize("command", ["detect", "--help", "--version", "generate -o -"])
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_streams(command, closed):
    done = run(command, closed)
    assert (done.returncode, done.stderr) == (0, "")
    assert bool(done.stdout) is (closed == "2>&-")


def test_a_file_never_takes_the_place_of_a_closed_stream(tmp_path):
    (tmp_path / "go.mod").write_text("module example.com/a\n\ngo 1.26\n")
    (tmp_path / "main.go").write_text("package main\n\nfunc main() {}\n")
    assert run(f"generate {tmp_path}", ">&- 2>&-").returncode == 0
    made = (tmp_path / "Dockerfile").read_text()
    assert made == run(f"generate -o - {tmp_path}", "").stdout


@pytest.mark.parametrize("command", ["detect", "generate", "check", "explain -C", "context", "pin", "templates lint"])
def test_a_name_commands_no_terminal(command):
    done = run(f"{command} '\x1b[31mred\nline'", "")
    assert done.returncode in (2, 3)
    assert "\x1b" not in done.stdout + done.stderr
    assert "\\x1b[31mred" in done.stderr
