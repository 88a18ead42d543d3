"""Shell completion: by the variables that shells set, and in a real bash, also among hostile names."""

from __future__ import annotations

import os
import pty
import select
import shlex
import shutil
import subprocess
import sys
import time

import pytest
from dockgen import settings
from helpers import PROJECTS, dockgen, environment

EVIL = ["$(touch pwned)", "`touch pwned`", "a;touch pwned", "-x", "*", "a b", "a\nb", "\x1b[31m", "plain"]


def offered(line, cwd=None, env=None):
    """What bash is offered for LINE, whose last word is not at its end yet: words as bash takes them apart."""
    words = line.replace("=", "\n=\n").replace(":", "\n:\n").replace(" ", "\n").split("\n")
    if line[-1] in "=:":
        words = words[:-1]
    asked = {"COMP_WORDS": "\n".join(words), "COMP_CWORD": str(len(words) - 1), "_DOCKGEN_COMPLETE": "bash_complete"}
    run = dockgen(env=asked | (env or {}), cwd=cwd)
    assert (run.code, run.err) == (0, "")
    return [
        part.partition(",")[2] if part.startswith("plain,") else f"<{part.partition(',')[0]}>"
        for part in run.out.split()
    ]


@pytest.fixture
def shop(tmp_path):
    for name in ("api", "web", *EVIL):
        folder = tmp_path / "apps" / name
        folder.mkdir(parents=True)
        (folder / "package.json").write_text('{"scripts": {"start": "node a.js"}}')
    (tmp_path / ".dockgen/presets").mkdir(parents=True)
    for name in ("acme", "$(touch pwned)", "a;touch pwned"):
        (tmp_path / f".dockgen/presets/{name}.yaml").write_text("dockgen: 1\nsummary: x\n")
    (tmp_path / "Dockerfile").write_text("FROM a\nRUN b\n")
    return tmp_path


@pytest.mark.parametrize(
    ("line", "some", "never"),
    [
        ("dockgen ", ["init", "templates", "completion"], "--version"),
        ("dockgen de", ["detect"], "init"),
        ("dockgen --c", ["--color"], "init"),
        ("dockgen --color a", ["auto", "always"], "never"),
        ("dockgen templates ", ["list", "rebase"], "init"),
        ("dockgen generate --dr", ["--dry-run"], "--dev"),
        ("dockgen generate --set po", ["port="], "base="),
        ("dockgen generate --set ", [f"{key}=" for key in settings.KEYS if "." not in key], "--set"),
        ("dockgen generate --set base=", ["slim", "alpine", "distroless"], "base=slim"),
        ("dockgen generate --set base=al", ["alpine"], "slim"),
        ("dockgen generate --base ", ["slim"], "auto"),
        ("dockgen generate --init ", ["tini"], "slim"),
        ("dockgen generate --with ", ["compose", "bake"], "slim"),
        ("dockgen generate --with compose,", ["compose,bake"], "compose,compose"),
        ("dockgen generate --with compose,ku", ["compose,kubernetes"], "kubernetes"),
        ("dockgen generate --set with=compose,ku", ["compose,kubernetes"], "kubernetes"),
        ("dockgen generate --set=comments=te", ["teach"], "none"),
        ("dockgen generate --set stack=", ["go", "python"], "slim"),
        ("dockgen generate --set migrate=", ["start", "job"], "slim"),
        ("dockgen generate -p fast", ["fastapi"], "flask"),
        ("dockgen generate -p ./x", ["<file>"], "fastapi"),
        ("dockgen presets show ", ["fastapi", "acme"], "list"),
        ("dockgen generate --app ", ["apps/api", "apps/web", "apps/plain"], "apps/*"),
        ("dockgen update --on-conflict ", ["markers", "keep"], "slim"),
        ("dockgen templates show node/D", ["node/Dockerfile.j2"], "python/Dockerfile.j2"),
        ("dockgen templates show node/Dockerfile.j2 --block fr", ["frontends"], "copy"),
        ("dockgen explain ", ["port", "Dockerfile:", "DG101", "exec-form"], ".dockerignore:"),
        ("dockgen explain Dockerfile:", ["1", "2"], "3"),
        ("dockgen detect ", ["<dir>"], "apps"),
        ("dockgen pin ", ["<file>"], "apps"),
        ("dockgen completion ", ["bash", "zsh", "fish"], "init"),
    ],
)  # fmt: skip
def test_what_is_offered(shop, line, some, never):
    found = offered(line, cwd=shop)
    assert set(some) <= set(found)
    assert never not in found


def test_the_folder_that_is_named_counts(shop, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    assert "apps/api" in offered(f"dockgen -C {shop} detect --app ", cwd=elsewhere)
    assert "apps/api" in offered(f"dockgen detect {shop} --app ", cwd=elsewhere)
    assert "apps/api" in offered("dockgen -C ~ detect --app ", cwd=elsewhere, env={"HOME": str(shop)})
    assert offered("dockgen detect --app ", cwd=elsewhere) == []


@pytest.mark.parametrize("line", ["dockgen generate --app ", "dockgen generate -p ", "dockgen presets show a"])
def test_nothing_is_offered_that_a_shell_would_run(shop, line):
    for word in offered(line, cwd=shop):
        assert not set(word) & set("$`;*&|<>(){}[]'\"\\\x1b \n")


@pytest.mark.parametrize(
    ("line", "files"),
    [
        ("dockgen detect --app ", {"dockgen.yaml": "x: ["}),
        ("dockgen presets show ", {"dockgen.yaml": "dockgen: 1\npacks: [none]\n"}),
        ("dockgen explain nothing:", {}),
        ("dockgen templates show none --block ", {}),
        ("dockgen nothing ", {}),
        ("dockgen --nope ", {}),
        ("dockgen --version ", {}),
        ("dockgen detect -h ", {}),
        ("dockgen detect -C none --app ", {}),
        ("dockgen detect '", {}),
    ],
)
def test_what_is_wrong_is_answered_with_little_and_no_message(tmp_path, line, files):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    run = offered(line, cwd=tmp_path)
    assert not any("error" in word or word == "Usage:" for word in run)


@pytest.mark.parametrize(
    "env", [{"_DOCKGEN_COMPLETE": value} for value in ("bash_complete", "nonsense", "sh_source", "bash")]
)
def test_a_question_that_is_none(env):
    run = dockgen(env=env)
    assert (run.code, run.out.strip(), run.err) == (0, "", "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script(shell):
    run = dockgen("completion", shell)
    assert (run.code, run.err) == (0, "")
    assert f"_DOCKGEN_COMPLETE={shell}_complete" in run.out
    assert f"~/.{shell}rc" in (said := dockgen("completion", "--help").out) or "config.fish" in said
    assert dockgen(env={"_DOCKGEN_COMPLETE": f"{shell}_source"}).out.strip() == run.out.strip()
    if program := shutil.which(shell):
        subprocess.run([program, "-n"], input=run.out, text=True, check=True)


def test_options_of_packs_are_offered(tmp_path):
    (tmp_path / "pack/templates").mkdir(parents=True)
    option = "  tier:\n    type: choice\n    choices: [gold, silver]\n    default: gold\n    help: how fast\n"
    (tmp_path / "pack/pack.yaml").write_text(f"dockgen: 1\nname: acme\nversion: 1.0.0\noptions:\n{option}")
    (tmp_path / "dockgen.yaml").write_text("dockgen: 1\npacks: [./pack]\n")
    assert "acme.tier=" in offered("dockgen generate --set acme", cwd=tmp_path)
    assert offered("dockgen generate --set acme.tier=", cwd=tmp_path) == ["gold", "silver"]


def test_zsh_and_fish_are_offered_meanings(shop):
    asked = {"COMP_WORDS": "dockgen generate --set po", "COMP_CWORD": "3"}
    assert "port=" in dockgen(env=asked | {"_DOCKGEN_COMPLETE": "zsh_complete"}, cwd=shop).out.splitlines()
    asked = {"COMP_WORDS": "dockgen generate --set po", "COMP_CWORD": "po"}
    assert (
        f"port=\t{settings.KEYS['port']}" in dockgen(env=asked | {"_DOCKGEN_COMPLETE": "fish_complete"}, cwd=shop).out
    )


def test_a_shell_must_be_named():
    run = dockgen("completion")
    assert (run.code, run.out) == (2, "")
    assert run.err == "error: missing argument bash|zsh|fish\n  hint: dockgen completion --help\n"


def test_asking_imports_no_command(shop):
    code = "import sys; from dockgen.cli import run; run([]); print([m for m in sys.modules if m.startswith('dockgen.cli.')])"
    asked = {"COMP_WORDS": "dockgen\nde", "COMP_CWORD": "1", "_DOCKGEN_COMPLETE": "bash_complete"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(asked), capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("plain,detect\n")
    assert "dockgen.cli.detect" not in done.stdout
    assert "jinja2" not in done.stdout


@pytest.mark.skipif(not shutil.which("bash"), reason="no bash")
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (["dockgen", "det"], "detect"),
        (["dockgen", "generate", "--set", "base", "=", "al"], "alpine"),
        (["dockgen", "generate", "--set", "por"], "port="),
        (["dockgen", "explain", "Dockerfile", ":", "2"], "2"),
        (["dockgen", "detect", "--app", "apps/p"], "apps/plain"),
        (["dockgen", "detect", "--app", "apps/$"], ""),
    ],
)
def test_in_a_real_bash(shop, line, expected):
    """The script is read as a user's bash reads it; then the function is called as bash calls it at TAB."""
    script = f"""
        dockgen() {{ {sys.executable} -m dockgen "$@"; }}
        eval "$(dockgen completion bash)"
        compopt() {{ :; }}
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _dockgen_completion dockgen
        printf '%s\\n' "${{COMPREPLY[@]}}"
        complete -p dockgen >&2
    """
    done = subprocess.run(
        ["bash", "--norc", "-c", script, "bash", *line],
        env=environment({}),
        cwd=shop,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ([expected] if expected else [])
    assert "-F _dockgen_completion dockgen" in done.stderr
    assert not list(shop.rglob("pwned"))


# what is typed, and what a TAB makes of it
TYPED = [
    ("dockgen det", "dockgen detect "),
    ("dockgen generate --set por", "dockgen generate --set port="),
    ("dockgen generate --set base=al", "dockgen generate --set base=alpine "),
    ("dockgen generate --set=base=al", "dockgen generate --set=base=alpine "),
    ("dockgen generate --with compose,ku", "dockgen generate --with compose,kubernetes "),
    ("dockgen explain Dockerf", "dockgen explain Dockerfile:"),
    ("dockgen explain Dockerfile:2", "dockgen explain Dockerfile:2 "),
    ("dockgen explain owned", "dockgen explain owned-by-root "),
    ("dockgen detect --app apps/p", "dockgen detect --app apps/plain "),
    ("dockgen detect --app 'apps/$", "dockgen detect --app 'apps/$"),
    ("dockgen presets show ac", "dockgen presets show acme "),
    ("dockgen templates show node/Dockerfile.j2 --block fr", "dockgen templates show node/Dockerfile.j2 --block frontends "),
]  # fmt: skip


@pytest.fixture
def program(tmp_path_factory):
    """A folder for PATH with a program `dockgen`."""
    folder = tmp_path_factory.mktemp("bin")
    (folder / "dockgen").write_text(f'#!/bin/sh\nexec {sys.executable} -m dockgen "$@"\n')
    (folder / "dockgen").chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}", "TERM": "xterm", "LC_ALL": "C.UTF-8"}


@pytest.mark.skipif(not shutil.which("zsh"), reason="NOTHING WAS COMPLETED IN ZSH: there is none; .ci/run gets it")
@pytest.mark.parametrize(("typed", "made"), TYPED)
def test_in_a_real_zsh(shop, tmp_path_factory, program, typed, made):
    """zsh in a terminal, where TAB is pressed; then a key writes the line to a file."""
    home = tmp_path_factory.mktemp("zsh")
    (home / ".zshrc").write_text(
        "PS1='ready> '\nautoload -Uz compinit && compinit -u -D\neval \"$(dockgen completion zsh)\"\n"
        f"note() {{ print -rn -- \"$BUFFER\" > {home}/line; exit }}\nzle -N note\nbindkey '^X' note\n"
    )
    main, side = pty.openpty()
    try:
        child = subprocess.Popen(
            ["zsh", "-i"], env=environment(program | {"ZDOTDIR": str(home)}), cwd=shop, stdin=side, stdout=side, stderr=side,
            start_new_session=True,
        )  # fmt: skip
        read_until(main, b"ready> ")
        os.write(main, typed.encode() + b"\t\x18")
        child.wait(60)
    finally:
        child.kill()
        os.close(main)
        os.close(side)
    assert (home / "line").read_text() == made
    assert not list(shop.rglob("pwned"))


def read_until(terminal, text):
    """Read from TERMINAL until TEXT was printed."""
    seen, end = b"", time.monotonic() + 60
    while text not in seen and time.monotonic() < end:
        if select.select([terminal], [], [], 1)[0]:
            seen += os.read(terminal, 4096)
    assert text in seen


@pytest.mark.skipif(not shutil.which("fish"), reason="NOTHING WAS COMPLETED IN FISH: there is none; .ci/run gets it")
def test_in_a_real_fish(shop, tmp_path_factory, program):
    """fish says what it would offer, set up as the help tells."""
    home = tmp_path_factory.mktemp("fish")
    env = environment(program | {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config")})
    (home / ".config/fish").mkdir(parents=True)
    (home / ".config/fish/config.fish").write_text("dockgen completion fish | source\n")
    asked = "\n".join(f"complete -C {shlex.quote(typed)} | string replace -r '\\t.*' ''; echo ==" for typed, _ in TYPED)
    done = subprocess.run(
        ["fish", "-c", f"{asked}\ntrue"], env=env, cwd=shop, capture_output=True, text=True, check=True
    )
    found = [part.split() for part in done.stdout.split("==\n")[:-1]]
    words = [made.rpartition(" ")[2] or made.split()[-1] for _, made in TYPED]
    expected = [[] if "$" in word else [word] for word in words]
    assert found == expected
    assert done.stderr == ""
    assert not list(shop.rglob("pwned"))


def test_an_app_that_is_alone_has_no_folder():
    assert offered("dockgen detect --app ", cwd=PROJECTS / "go-chi") == []
