"""Scripts that scaffold with dockgen: those of the documentation do what they say, and nothing ever waits for an answer."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys

import pytest
from dockgen import presets, settings
from dockgen.yamldoc import decode_flat
from helpers import PROJECTS, ROOT, environment, tree

SCRIPTS = ROOT / "docs/how-to/scripts"
PAGE = ROOT / "docs/how-to/scaffolding-scripts.md"


@pytest.fixture
def shell(tmp_path):
    """Run a command line where `dockgen` is this checkout's, in a folder of its own."""
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin/dockgen"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m dockgen "$@"\n')
    command.chmod(0o755)
    (tmp_path / "work").mkdir()
    env = environment({})
    env["PATH"] = f"{tmp_path / 'bin'}:{env['PATH']}"

    def run(*argv, cwd="."):
        folder = tmp_path / "work" / cwd
        return subprocess.run(argv, cwd=folder, env=env, capture_output=True, text=True, timeout=120, check=False)

    run.work = tmp_path / "work"
    return run


def needs(program):
    found = shutil.which(program)
    if not found:
        pytest.skip(f"there is no {program} here: this script is not tried")
    return found


def test_the_page_shows_the_scripts_as_they_are():
    page = PAGE.read_text(encoding="utf-8")
    for file in SCRIPTS.iterdir():
        assert f"\n{file.read_text(encoding='utf-8')}```\n" in page, file.name
        assert f"](scripts/{file.name})" in page


def test_shell(shell):
    script = SCRIPTS / "new-service.sh"
    done = shell(script, "orders", "fastapi", "port=9000", "label.com.example.team=a b")
    assert done.returncode == 0, done.stderr
    text = (shell.work / "orders/Dockerfile").read_text()
    assert "\nEXPOSE 9000\n" in text
    assert 'com.example.team="a b"' in text
    assert "org.opencontainers.image.title=orders " in text
    assert shell(script, "orders", "fastapi", "prt=1").returncode == 2
    assert shell(script, "bills", "fastapi", "port=x").stderr.endswith("bills: a setting is wrong, see above\n")
    (shell.work / "orders/Dockerfile").write_text("FROM scratch\n")
    done = shell(script, "orders", "fastapi")
    assert (done.returncode, (shell.work / "orders/Dockerfile").read_text()) == (4, "FROM scratch\n")
    assert shell(script, "notes", "ci").returncode == 3


def test_make(shell):
    make = needs("make")
    shutil.copytree(PROJECTS / "node-express-npm", shell.work / "shop")
    shutil.copy(SCRIPTS / "Makefile", shell.work / "shop")
    done = shell(make, "Dockerfile", cwd="shop")
    assert done.returncode == 0, done.stderr
    assert "gcr.io/distroless/nodejs" in (shell.work / "shop/Dockerfile").read_text()
    assert "up to date" in shell(make, "Dockerfile", cwd="shop").stdout
    assert shell(make, "-n", "image", cwd="shop").stdout == "docker build -t shop .\n"
    assert shell(make, "check", cwd="shop").returncode == 0
    (shell.work / "shop/dockgen.yaml").write_text("dockgen: 1\nset: {port: 9000}\n")
    os.utime(shell.work / "shop/Dockerfile", (1, 1))
    assert shell(make, "check", cwd="shop").returncode != 0
    assert shell(make, "Dockerfile", cwd="shop").returncode == 0
    assert "\nEXPOSE 9000\n" in (shell.work / "shop/Dockerfile").read_text()
    (shell.work / "shop/dockgen.yaml").write_text("dockgen: 1\nset: {prt: 9000}\n")
    os.utime(shell.work / "shop/Dockerfile", (1, 1))
    done = shell(make, "Dockerfile", cwd="shop")
    assert done.returncode != 0
    assert "did you mean 'port'?" in done.stderr


def test_node(shell):
    node = needs("node")
    script = SCRIPTS / "new-service.mjs"
    asked = {"preset": ["fastapi", "hardened"], "set": {"port": 9000, "env": {"TZ": "UTC"}, "name": "orders"}}
    done = shell(node, script, "orders", json.dumps(asked))
    assert done.returncode == 0, done.stderr
    assert done.stdout == "create Dockerfile\ncreate .dockerignore\ndocker build -t orders orders\n"
    assert "\nEXPOSE 9000\n" in (shell.work / "orders/Dockerfile").read_text()
    done = shell(node, script, "bills", json.dumps({"preset": "fastapi", "set": {"prt": 1, "dev": "maybe"}}))
    assert done.returncode == 2
    assert done.stderr == "standard input:1:8 unknown key 'prt'\nstandard input:1:16 unknown value 'maybe' of dev\n"
    assert shell(node, script, "notes", "{}").returncode == 3  # nothing says what it is
    assert list((shell.work / "bills").iterdir()) == []


# Nothing waits, and nothing that was not done is called done ------------------------------------------------------------

STDIN = {"closed": "<&-", "nothing": "</dev/null", "a pipe": "", "an ended pipe": ""}


@pytest.mark.parametrize("stdin", STDIN)
@pytest.mark.parametrize(("command", "code", "writes"), [
    ("init", 3, False),
    ("init --all", 3, False),
    ("init --yes", 0, True),
    ("generate", 0, True),
    ("init --preset hardened --set port=9000", 3, False),
    ("init --json", 2, False),
    ("init --dry-run", 0, False),
    ("generate --answers -", 2, False),
    ("init --yes --answers -", 2, False),
])  # fmt: skip
def test_without_a_terminal(tmp_path, stdin, command, code, writes):
    shutil.copytree(PROJECTS / "static-site", tmp_path / "site")
    line = f'exec "{sys.executable}" -m dockgen {command} site {STDIN[stdin]}'
    # An open pipe that nobody writes to hangs whoever reads it, so `--answers -` gets one that ends.
    pipe = subprocess.PIPE if stdin == "a pipe" and "answers" not in command else subprocess.DEVNULL
    with subprocess.Popen(
        ["sh", "-c", line],
        cwd=tmp_path,
        env=environment({}),
        stdin=pipe,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        process.stdout.read()
        said = process.stderr.read().decode()
        assert process.wait(60) == code, said
    assert ("Dockerfile" in tree(tmp_path / "site")) is writes
    assert "Traceback" not in said
    assert (code == 0) is ("error: " not in said)


def test_in_a_pipeline_nothing_is_asked_even_on_a_terminal(tmp_path):
    import pty

    shutil.copytree(PROJECTS / "static-site", tmp_path / "site")
    main, other = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "dockgen", "init", "site"], cwd=tmp_path, env=environment({"CI": "1"}), stdin=other,
        capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    os.close(main)
    os.close(other)
    assert done.returncode == 3
    assert b"hint: dockgen init --yes, or dockgen generate" in done.stderr


SAMPLES = {
    "name": "shop", "stack": "node", "kind": "worker", "port": "9000", "health": "tcp", "user": "12345:0", "registry": "registry.example.com", "file": "Dockerfile.x",
    "apt.build": "gcc", "writable": "/data", "apt.run": "+curl", "env.A": "b", "label.com.example.a": "b", "extra.before_user": "RUN true",
}  # fmt: skip


@pytest.mark.parametrize("key", [*settings.KEYS, "env.A", "label.com.example.a", "extra.before_user"])
def test_whatever_can_be_set_can_be_set_in_every_way(key, tmp_path):
    """A flag, a variable, dockgen.yaml, answers, and both parts of a preset say the same."""
    value = settings.VALUES[key][-1] if key in settings.VALUES else SAMPLES.get(key, "x")
    flag = settings.read([f"{key}={value}"], {}).given
    ways = [presets.checked(decode_flat(f"{key}: {json.dumps(value)}\n", "f"), "file", "f", {})]
    if not key.startswith(("label.", "extra.")):
        ways.append(settings.read([], {settings.variable_of(key): value}).given)
    text = f"dockgen: 1\nsummary: of the test\n%s:\n  {key}: {json.dumps(value)}\n"
    for part, read in (("set", presets.strong), ("defaults", presets.weak)):
        ways.append(read([presets.read("x", (text % part).encode(), "x.yaml", "", {})], {}))
    for given in ways:
        assert {k: s.value for k, s in given.items()} == {k: s.value for k, s in flag.items()}
        assert len({s.source for s in given.values()}) == 1


def test_every_short_flag_is_a_setting():
    from dockgen.cli.options import SHORT

    for _, setting, _ in SHORT:
        assert re.match(r"[a-z.-]+", setting)[0] in settings.KEYS
