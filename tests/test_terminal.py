"""The wizard in a real terminal: six projects, narrow, dumb, without one, with closed input, and Ctrl-C everywhere."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

import driver
import pexpect
import pytest
from driver import CLEAR, DOWN, END, ENTER, ESCAPE, INTERRUPT, UP
from helpers import PROJECTS, ROOT, environment

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a pseudo-terminal is needed")
SIX = ("python-fastapi-uv", "node-express-npm", "node-next-standalone", "go-chi", "static-site", "python-django-prod")


def Wizard(folder, *args, columns=100, rows=40, **env):  # noqa: N802
    """`dockgen init` for FOLDER in a terminal."""
    return driver.Wizard([*args, str(folder)], environment(env), columns=columns, rows=rows)


@pytest.fixture
def project(tmp_path):
    def copy(name):
        return shutil.copytree(PROJECTS / name, tmp_path / "app")

    return copy


def files(folder):
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("name", SIX)
def test_enter_writes(project, name):
    folder = project(name)
    before = files(folder)
    wizard = Wizard(folder).until(
        r"\? Write these files\?\n » Write them\n   See the files\n   Change something\n   Quit"
    )
    wizard.press(ENTER)
    assert wizard.end() == 0
    assert "Created Dockerfile" in wizard.text
    assert f"dockgen generate {folder}" in wizard.text.replace("\n", "")
    assert files(folder) - before == {"Dockerfile", ".dockerignore"}


def test_a_narrow_window(project):
    wizard = Wizard(project("python-fastapi-uv"), columns=40, rows=15).until("Change something")
    wizard.press(DOWN, DOWN, ENTER).until(r" » Version +\d")
    assert all(len(line) <= 40 for line in wizard.screen.display)
    wizard.press(DOWN, DOWN, DOWN, ENTER).until("Port: port that the app listens on\\?")
    wizard.press(CLEAR, "9000", ENTER).until(r"Port +9000")
    wizard.until("Write these files").press(ENTER)
    assert wizard.end() == 0


def test_a_screen_of_80_by_24_has_it_all(project):
    wizard = Wizard(project("python-fastapi-uv"), columns=80, rows=24).until("Quit")
    assert wizard.text.startswith("parcels\n")
    assert "likely" not in wizard.text  # there is no room to say how sure it is


@pytest.mark.parametrize("columns", [40, 60, 80])
def test_reasons_and_what_speaks_for_a_value_are_not_cut(project, columns):
    wizard = Wizard(project("python-fastapi-uv"), columns=columns).until("Change something")
    wizard.press(DOWN, DOWN, ENTER).until("» Version").press(DOWN, DOWN, DOWN, DOWN, DOWN, ENTER)
    wizard.until("Which base image")
    shown = re.sub(r"\s+", " ", wizard.text)
    assert "- chainguard (Chainguard's free image has the newest Python only, 3.14, and this is 3.13)" in shown
    assert "Debian with glibc: everything installs" in shown
    wizard.press(INTERRUPT)
    assert wizard.end() == 130


def test_a_long_menu_is_searched_by_typing(project):
    wizard = Wizard(project("python-fastapi-uv"), columns=80, rows=24).until("Change something")
    wizard.press(DOWN, DOWN, ENTER).until("» Version").press(UP, UP, ENTER).until("type to search")
    wizard.press("lab").until(r"Which setting\? \(type to search\)\n » label.…")
    assert "Exception" not in wizard.text
    wizard.press(ENTER).until("a label of the image")
    wizard.press("team", ENTER).until(r"\n  expected NAME=VALUE\n").press("=rain", ENTER).until("dockgen.yaml\n")
    wizard.press(ENTER)
    assert wizard.end() == 0


def test_without_unicode_it_is_ascii(project):
    wizard = Wizard(project("python-fastapi-uv"), columns=60, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    wizard.until("Change something").press(DOWN, DOWN, ENTER).until("> Version")
    assert wizard.raw.isascii()
    assert "..." in wizard.text
    wizard.press(INTERRUPT)
    assert wizard.end() == 130


def test_a_window_of_another_size_while_it_asks(project):
    wizard = Wizard(project("python-fastapi-uv"), columns=100, rows=30).until("Quit")
    wizard.resize(40, 20).press(DOWN, DOWN, ENTER).until("» Version")
    assert all(len(line) <= 40 for line in wizard.text.splitlines())
    wizard.press(ESCAPE).until("» Write them").press(ENTER)
    assert wizard.end() == 0


def test_it_can_be_taken_to_the_background(project):
    folder = project("go-chi")
    before = files(folder)
    shell = pexpect.spawn("bash", ["--norc", "-i"], env=environment({"TERM": "xterm-256color", "CI": ""}), timeout=30)
    shell.sendline(f"{sys.executable} -m dockgen init {folder}")
    shell.expect("Quit")
    shell.send("\x1a")
    shell.expect("Stopped")
    shell.sendline("fg")
    shell.expect("Write them")
    shell.send(INTERRUPT)
    shell.expect("Nothing was written")
    shell.sendline("exit")
    shell.close(force=True)
    assert files(folder) == before


def test_the_card_without_questions_fits_as_well(project):
    wizard = Wizard(project("python-fastapi-uv"), "--yes", columns=60)
    assert wizard.end() == 0
    card = wizard.text.partition("Created")[0].splitlines()
    assert card[0] == "parcels"
    assert "  Start       uvicorn app.main:app --host=0.0.0.0" in card
    assert "              --port=8000" in card
    assert all(line.startswith(("  ", "parcels")) or not line for line in card)  # no line that the terminal broke


def test_plain_lines_are_broken_between_words(project):
    wizard = Wizard(project("python-fastapi-uv"), "--plain", columns=60).until("Enter a number")
    wizard.press("3\n").until("What should be different")
    wizard.until(
        r"\n  3\. Start: uvicorn app.main:app --host=0.0.0.0\n    --port=8000 \(app/main.py:5 app = fastapi app\)\n"
    )
    wizard.press(INTERRUPT)
    assert wizard.end() == 130


@pytest.mark.skipif(not shutil.which("less"), reason="less is needed")
def test_the_pager_says_how_to_go_on(project):
    wizard = Wizard(project("go-chi"), rows=15).until("Write them")
    wizard.press(DOWN, ENTER).until("Space shows more, q goes back").press("q").until("» Write them")
    wizard.press(INTERRUPT)
    assert wizard.end() == 130


def test_a_dumb_terminal_gets_lines_and_not_one_escape(project):
    folder = project("go-chi")
    wizard = Wizard(folder, TERM="dumb").until(r"Enter a number from 1 to 4 \[1\]:")
    assert "  1. Write them\n  2. See the files\n  3. Change something\n  4. Quit\n" in wizard.text
    wizard.press("3\n").until("What should be different")
    wizard.press("<\n").until(r"Write these files\?\n(.*\n)+.*\n*.*Write these files")
    wizard.press("\n")
    assert wizard.end() == 0
    assert b"\x1b" not in wizard.raw
    assert "Dockerfile" in files(folder)


def test_plain_is_asked_for(project):
    wizard = Wizard(project("go-chi"), "--plain").until("Enter a number")
    wizard.press("4\n")
    assert wizard.end() == 0
    assert "Nothing was written." in wizard.text


def test_colour_can_be_refused(project):
    wizard = Wizard(project("go-chi"), NO_COLOR="1").until("Write them")
    assert not re.search(rb"\x1b\[[0-9;]*3[0-9]m", wizard.raw)
    wizard.press(INTERRUPT)
    assert wizard.end() == 130


# Down to each prompt of the wizard by keys, and what it shows when it is there.
PROMPTS = {
    "the hub": ([], "Write them"),
    "what to change": ([(DOWN, DOWN, ENTER)], "» Version"),
    "a version": ([(DOWN, DOWN, ENTER), (ENTER,)], "Which version"),
    "a port": ([(DOWN, DOWN, ENTER), (DOWN, DOWN, DOWN, ENTER)], "Port: port that"),
    "a base": ([(DOWN, DOWN, ENTER), (DOWN, DOWN, DOWN, DOWN, DOWN, ENTER)], "Which base image"),
    "another setting": ([(DOWN, DOWN, ENTER), (UP, UP, ENTER)], "type to search"),
}
SEEN = ("Write them", "» Version")


@pytest.mark.parametrize("prompt", PROMPTS)
def test_ctrl_c_at_every_prompt_writes_nothing(project, prompt):
    folder = project("python-fastapi-uv")
    before = files(folder)
    steps, wanted = PROMPTS[prompt]
    wizard = Wizard(folder)
    for keys, shown in zip(steps, SEEN, strict=False):
        wizard.until(shown).press(*keys)
    wizard.until(wanted).press(INTERRUPT)
    assert wizard.end() == 130
    assert "Nothing was written." in wizard.text
    assert "Traceback" not in wizard.text
    assert files(folder) == before


def test_the_end_of_input_leaves_a_menu_too(project):
    wizard = Wizard(project("python-fastapi-uv")).until("Write them").press(END)
    assert wizard.end() == 130
    assert "Nothing was written." in wizard.text


def test_the_end_of_input_leaves_too(project):
    wizard = Wizard(project("python-fastapi-uv")).until("Write them").press(DOWN, DOWN, ENTER)
    wizard.until("» Version").press(DOWN, DOWN, DOWN, ENTER).until("Port: port that").press(CLEAR, END)
    assert wizard.end() == 130
    assert "Nothing was written." in wizard.text


def test_escape_goes_back_to_the_hub(project):
    wizard = Wizard(project("python-fastapi-uv")).until("Write them")
    wizard.press(DOWN, DOWN, ENTER).until("» Version").press(ESCAPE)
    wizard.until(r"files\? Change something\n(.*\n)+ » Write them").press(ESCAPE)
    assert wizard.end() == 0
    assert "Nothing was written." in wizard.text


def test_ctrl_c_while_it_looks(project):
    wizard = Wizard(project("python-fastapi-uv"))
    wizard.until("Stack").press(INTERRUPT)
    assert wizard.end() == 130
    assert "Traceback" not in wizard.text


def test_several_apps_are_marked(tmp_path):
    for name in ("api", "web", "jobs"):
        shutil.copytree(PROJECTS / "python-fastapi-uv", tmp_path / "shop" / name)
    wizard = Wizard(tmp_path / "shop").until(r"Which app\?\n » api")
    wizard.press(DOWN, DOWN, DOWN, ENTER).until("space marks").press(" ", DOWN, DOWN, " ", ENTER)
    wizard.until("2 apps").until("Write them").press(ENTER)
    assert wizard.end() == 0
    assert f"dockgen generate {tmp_path}/shop --app api --app web" in wizard.text.replace("\n", "")
    made = files(tmp_path / "shop")
    assert {"api/Dockerfile", "web/Dockerfile"} <= made
    assert "jobs/Dockerfile" not in made


def test_a_pager_shows_the_files(project):
    wizard = Wizard(project("go-chi"), rows=24, PAGER="cat").until("Write them")
    wizard.press(DOWN, ENTER).until("syntax=docker/dockerfile|ENTRYPOINT|dockerignore")
    wizard.until("» Write them").press(ENTER)
    assert wizard.end() == 0


@pytest.mark.parametrize("stdin", ["closed", "null", "pipe"])
def test_without_a_terminal(project, stdin):
    folder = project("go-chi")
    command = [sys.executable, "-m", "dockgen", "init", str(folder)]
    if stdin == "closed":
        command = ["sh", "-c", 'exec "$@" <&-', "sh", *command]
    done = subprocess.run(
        command, env=environment({"CI": ""}), capture_output=True, text=True, timeout=60, check=False,
        **({"input": "\n\n"} if stdin == "pipe" else {"stdin": subprocess.DEVNULL}),
    )  # fmt: skip
    assert done.returncode == 3
    assert "hint: dockgen init --yes, or dockgen generate" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Dockerfile" not in files(folder)


def test_the_card_is_there_before_menus_are_imported(project):
    wizard = Wizard(project("go-chi"), PYTHONPROFILEIMPORTTIME="1").until("Write them")
    wizard.press(INTERRUPT)
    wizard.end()
    raw = wizard.raw.decode()
    assert raw.index("Stack ") < raw.index("| questionary")


def test_the_pictures_of_the_documentation_show_what_is_shown():
    done = subprocess.run(
        [sys.executable, ROOT / "tools/pictures.py", "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, ""), "python tools/pictures.py draws them anew"
