"""Colour and width: who decides them, and that nothing of them reaches a pipe."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios

import pytest
from dockgen.cli import terminal
from dockgen.cli.terminal import Screen
from helpers import PROJECTS, ROOT, dockgen, environment, tree

ESCAPE = "\x1b"
GO = PROJECTS / "go-chi"


def in_terminal(*args, width=80, env=None, cwd=None):
    """What dockgen shows in a terminal of that width: both streams."""
    parent, child = pty.openpty()
    fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
    kept = {k: v for k, v in environment({}).items() if k not in ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "CI")}
    started = subprocess.Popen(
        [sys.executable, "-m", "dockgen", *map(os.fspath, args)],
        stdin=child, stdout=child, stderr=child, env=kept | {"TERM": "xterm-256color"} | (env or {}), cwd=cwd,
    )  # fmt: skip
    os.close(child)
    shown = b""
    while True:
        try:
            part = os.read(parent, 65536)
        except OSError:  # the other end was closed
            break
        if not part:
            break
        shown += part
    os.close(parent)
    started.wait(timeout=60)
    return shown.decode().replace("\r\n", "\n")


def plain(text):
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


@pytest.mark.parametrize(
    ("flag", "environment", "is_terminal", "expected"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("always", {"NO_COLOR": "1", "TERM": "dumb"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": "1", "TERM": "dumb"}, False, True),
        ("auto", {"FORCE_COLOR": "0"}, True, False),
        ("auto", {"FORCE_COLOR": ""}, False, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"TERM": "xterm"}, True, True),
    ],
)
def test_who_decides_about_colour(flag, environment, is_terminal, expected):
    assert terminal.has_colour(flag, environment, is_terminal=is_terminal) is expected


def failing():
    raise OSError


@pytest.mark.parametrize(
    ("environment", "measure", "expected"),
    [
        ({}, lambda: 100, 100),
        ({"COLUMNS": "60"}, lambda: 100, 60),
        ({"COLUMNS": "0"}, lambda: 100, 100),
        ({"COLUMNS": "-5"}, lambda: 100, 100),
        ({"COLUMNS": "wide"}, lambda: 100, 100),
        ({}, lambda: 0, 80),
        ({}, failing, 80),
    ],
)
def test_how_wide(environment, measure, expected):
    assert terminal.columns(environment, measure) == expected


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("ab cd", 4, "ab…"),
        ("日本語", 6, "日本語"),
        ("日本語", 5, "日本…"),
        ("cafe\u0301", 4, "cafe\u0301"),
    ],
)
def test_cut(text, width, expected):
    assert terminal.cut(text, width) == expected


WIDE = "  Port        8000    likely   one two three four five six seven eight nine ten"


def test_a_pipe_gets_whole_lines():
    assert terminal.table(WIDE, Screen()) == WIDE
    assert plain(terminal.table(WIDE, Screen(colour=True))) == WIDE


def test_a_line_is_cut():
    assert terminal.table(WIDE, Screen(width=40)) == "  Port        8000    likely   one two…"
    assert terminal.table(WIDE, Screen(width=40, ellipsis="...")) == "  Port        8000    likely   one tw..."


def test_a_last_column_is_continued_below_itself():
    assert terminal.table(WIDE, Screen(width=62), wrap=True).split("\n") == [
        "  Port        8000    likely   one two three four five six",
        "                               seven eight nine ten",
    ]


def test_or_below_the_second_column_where_there_is_more_room():
    assert terminal.table(WIDE, Screen(width=50), wrap=True).split("\n") == [
        "  Port        8000    likely",
        "              one two three four five six seven",
        "              eight nine ten",
    ]


@pytest.mark.parametrize("width", range(20, 100))
@pytest.mark.parametrize("colour", [True, False])
def test_no_line_is_wider_and_no_word_is_lost(width, colour):
    shown = plain(terminal.table(WIDE, Screen(width=width, colour=colour), wrap=True))
    assert max(map(len, shown.split("\n"))) <= width
    if width >= 28:  # below that the middle columns are cut
        assert shown.split() == WIDE.split()
    assert len(plain(terminal.table(WIDE, Screen(width=width, colour=colour)))) <= width


def test_evidence_is_dim():
    assert terminal.table("  a  b  c", Screen(colour=True)) == "  a  b  \x1b[2mc\x1b[0m"
    assert terminal.table("a  b", Screen(colour=True)) == "a  b"  # a name and its text


def test_words_and_diffs_have_colour():
    on = Screen(colour=True)
    said = terminal.message("error: no\n  at a:1\n  hint: b", on)
    assert said == "\x1b[31merror:\x1b[0m no\n  at a:1\n  \x1b[36mhint:\x1b[0m b"
    shown = terminal.diff("--- a\n+++ b\n@@ -1 +1 @@\n-x\n+y\n z", on).split("\n")
    assert [re.sub(r"\x1b\[(\d+)m.*", r"\1", line) for line in shown] == ["1", "1", "36", "31", "32", " z"]


COMMANDS = [
    ["detect", GO],
    ["check", GO],
    ["explain", "-C", GO],
    ["explain", "Dockerfile:2", "-C", GO],
    ["diff", GO],
    ["presets", "list", GO],
    ["templates", "list", GO],
    ["context", GO],
    ["generate", "--dry-run", GO],
    ["nothing"],
]


@pytest.mark.parametrize(
    "args", COMMANDS, ids=lambda args: " ".join(args[:2]) if isinstance(args[1:2], str) else args[0]
)
def test_a_pipe_gets_not_one_escape_and_no_ellipsis(args):
    run = dockgen(*args, env={"TERM": "xterm-256color", "COLUMNS": "30"})
    assert ESCAPE not in run.out + run.err
    assert "…" not in run.out + run.err


@pytest.mark.parametrize("args", [["detect", GO], ["check", GO], ["presets", "list", GO], ["templates", "list", GO]])
@pytest.mark.parametrize("width", [40, 80])
def test_lines_fit_into_a_terminal(args, width):
    lines = plain(in_terminal(*args, width=width)).splitlines()
    words = [line for line in lines if len(line) > width]
    assert all(" " not in line.strip() for line in words), words  # one word that is wider is not broken


def test_a_terminal_has_colour_and_the_same_words():
    run = dockgen("check", GO)
    shown = in_terminal("check", GO, width=200)
    assert ESCAPE in shown
    assert plain(shown) == run.out


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_without_colour(env):
    assert ESCAPE not in in_terminal("diff", GO, env=env)
    assert ESCAPE not in in_terminal("--color", "never", "diff", GO)


@pytest.mark.parametrize("args", [["--color", "always", "diff", GO], ["diff", GO, "--color=always"]])
def test_colour_by_flag_before_and_after_the_command(args):
    assert f"\n{ESCAPE}[32m+" in dockgen(*args).out


def test_streams_decide_for_themselves():
    """Errors in a terminal have colour while the result goes to a file."""
    parent, child = pty.openpty()
    env = {k: v for k, v in environment({"TERM": "xterm"}).items() if k not in ("NO_COLOR", "FORCE_COLOR")}
    done = subprocess.run(
        [sys.executable, "-m", "dockgen", "check", "--json", "--nope"],
        stdout=subprocess.PIPE,
        stderr=child,
        env=env,
        check=False,
    )
    os.close(child)
    assert os.read(parent, 1000).startswith(b"\x1b[31merror:\x1b[0m ")
    os.close(parent)
    assert b"\x1b" not in done.stdout


def test_colour_of_a_wrong_command_line():
    assert dockgen("--color", "always", "--nope").err.startswith(f"{ESCAPE}[31merror:{ESCAPE}[0m no option --nope")
    assert dockgen("--color", "sometimes").err == (
        "error: --color: unknown value 'sometimes'\n  hint: one of auto, always, never\n"
    )


@pytest.mark.parametrize("place", [["-q", "generate"], ["generate", "--quiet"]], ids=" ".join)
def test_quiet(tmp_path, place):
    (tmp_path / "package.json").write_text('{"dependencies": {"express": "5"}, "scripts": {"start": "node a.js"}}')
    loud = dockgen("generate", "--dry-run", tmp_path)
    assert "warning: " in loud.err
    run = dockgen(*place, tmp_path)
    assert (run.code, run.out, run.err) == (0, "", "")
    assert "Dockerfile" in tree(tmp_path)


def test_quiet_keeps_results_and_errors(tmp_path):
    assert dockgen("-q", "detect", GO).out == dockgen("detect", GO).out
    assert dockgen("-q", "check", GO).out == dockgen("check", GO).out
    run = dockgen("-q", "detect", tmp_path / "none")
    assert run.err.startswith("error: ")


FOLDERS = [
    ["-C", GO, "detect"],
    ["detect", "-C", GO],
    ["detect", GO],
    ["detect", GO, "-C", GO],
    ["-C", f"{GO}/", "detect", "--directory", GO, GO],
]


@pytest.mark.parametrize("args", FOLDERS, ids=str)
def test_the_folder_can_be_said_everywhere(args):
    run = dockgen(*args)
    assert run.code == 0
    assert run.out.startswith("ledger\n")


@pytest.mark.parametrize("group", ["presets", "templates"])
def test_and_before_the_commands_of_a_command(group):
    (one, other, third) = (
        dockgen(*args, "--json", cwd=ROOT)
        for args in (["-C", GO, group, "list"], [group, "-C", GO, "list"], [group, "list", GO])
    )
    assert one == other == third
    assert one.code == 0


@pytest.mark.parametrize(
    "args",
    [
        ["-C", GO, "detect", ROOT],
        ["detect", "-C", GO, ROOT],
        ["-C", GO, "detect", "-C", ROOT],
        ["-C", GO, "explain", "-C", ROOT],
    ],
    ids=str,
)
def test_two_folders_are_an_error(args):
    run = dockgen(*args)
    assert (run.code, run.out) == (2, "")
    assert "are two folders" in run.err


def test_debug_before_and_after_the_command():
    assert dockgen("--debug", "detect", GO).out == dockgen("detect", "--debug", GO).out != ""


def test_no_variable_of_ours_is_a_setting_by_another_name():
    from dockgen.settings import ENVIRONMENT_PREFIX

    used = {
        name
        for file in (ROOT / "generator").rglob("*.py")
        for name in re.findall(r"\b(?:environment|environ)\S*[\[(\"']+([A-Z_]+)", file.read_text(encoding="utf-8"))
    }
    assert {"NO_COLOR", "FORCE_COLOR", "COLUMNS", "TERM"} <= used
    assert not {name for name in used if name.startswith(ENVIRONMENT_PREFIX)}
