"""`dockgen verify` with engines that are none: what is found, what they are told, and that nothing stays behind."""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from archives import saved
from dockgen.verify.checks import CHECKS
from helpers import ROOT, dockgen, environment
from jsonschema import Draft202012Validator
from sarif import require_valid

FAKE = ROOT / "tests" / "fake_engine.py"
SCHEMA = json.loads((ROOT / "docs/reference/schemas/output-verify.json").read_text("utf-8"))
DOCKERFILE = 'FROM node:26 AS build\nCOPY package.json .\nRUN npm ci\nCOPY . .\nUSER 1000\nEXPOSE 3000\nCMD ["node"]\n'
HISTORY = [{"created_by": "base"}, *({"created_by": text} for text in ("COPY package.json .", "RUN /bin/sh -c npm ci",
           "COPY . ."))] + [{"created_by": text, "empty_layer": True} for text in ("USER 1000", "EXPOSE map[3000/tcp:{}]",
           'CMD ["node"]')]  # fmt: skip
CONFIG = {"User": "1000", "ExposedPorts": {"3000/tcp": {}}, "Cmd": ["node"], "Healthcheck": {"Test": ["CMD", "x"]}}
BUILD = """\
#4 [1/4] FROM node:26
#4 CACHED

#5 [2/4] COPY package.json .
#5 CACHED

#6 [3/4] RUN npm ci
#6 CACHED

#7 [4/4] COPY . .
#7 DONE 0.1s
"""
BROKEN = """\
#6 [3/4] RUN npm ci
#6 0.5 npm error code EUSAGE
#6 ERROR: process "/bin/sh -c npm ci" did not complete successfully: exit code: 1
Dockerfile:3
--------------------
ERROR: failed to build: failed to solve: process "/bin/sh -c npm ci" did not complete successfully: exit code: 1
"""


class Answers(http.server.BaseHTTPRequestHandler):
    """The app: its server says the status."""

    def do_GET(self):
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *args):
        pass


@contextlib.contextmanager
def app(status=200):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.status = status
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


class Engine:
    """A folder of fake engines, and a project."""

    def __init__(self, folder, *names):
        self.bin, self.project, self.tmp = folder / "bin", folder / "project", folder / "tmp"
        for path in (self.bin, self.project, self.tmp):
            path.mkdir()
        for name in names:
            script = self.bin / name
            script.write_text(f"#!{sys.executable}\n{FAKE.read_text()}")
            script.chmod(0o755)
        (self.project / "package.json").write_text(
            '{"name": "shop", "scripts": {"start": "node a.js"}, "dependencies": {"express": "5"}}'
        )
        (self.project / "a.js").write_text("require('express')().listen(3000)\n")
        (self.project / "Dockerfile").write_text(DOCKERFILE)
        (self.project / ".dockerignore").write_text("node_modules\nDockerfile\n.dockerignore\n")
        self.rows = {}

    def says(self, words, out="", **more):
        self.rows[words] = {"words": words.split(), "out": out, **more}
        return self

    def healthy(self, port):
        """All goes well; the app is at PORT of this machine."""
        (self.bin / "image.tar").write_bytes(saved([{}, {}, {}, {"app/a.js": "x"}], HISTORY, CONFIG).getvalue())
        self.says("network ls", "bridge\nhost\n").says("build", BUILD).says("save", file="image.tar")
        self.says("port", f"127.0.0.1:{port}\n").says("top", "PID UID\n12 1000\n")
        self.says("container inspect", "true 0\n")
        return self

    def environment(self):
        (self.bin / "script.json").write_text(json.dumps(list(self.rows.values())))
        return {"PATH": str(self.bin), "TMPDIR": str(self.tmp)}

    def verify(self, *args, cwd=None):
        return dockgen("verify", *args, self.project, env=self.environment(), cwd=cwd)

    def calls(self, name="calls"):
        file = self.bin / name
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def told(run):
    data = json.loads(run.out)
    Draft202012Validator(SCHEMA).validate(data)
    return data


def checks(data):
    return {check["name"]: (check["status"], check["said"]) for check in data["apps"][0]["checks"]}


def is_clean(engine):
    """Every container and image that was named was removed, and no file is left."""
    calls = engine.calls()
    made = {c[c.index("--name") + 1] for c in calls if c[1] == "run"} | {
        c[c.index("-t") + 1] for c in calls if c[1] == "build"
    }
    removed = {c[-1] for c in calls if c[1:3] == ["rm", "--force"] or c[1:3] == ["image", "rm"]}
    return made <= removed and not list(engine.tmp.iterdir())


@pytest.fixture
def engine(tmp_path):
    return Engine(tmp_path, "docker")


def running(engine):
    """`container inspect` by what it is asked: it runs and is healthy, until it was stopped."""
    script = engine.bin / "docker"
    text = script.read_text().replace(
        'sys.stdout.write(row.get("out", ""))',
        'if args[:2] == ["container", "inspect"]:\n'
        '    stopped = any(json.loads(c)[1] == "stop" for c in (here / "calls").read_text().splitlines())\n'
        '    state = "false 0" if stopped else "true 0"\n'
        '    health = (here / "health").read_text() if (here / "health").exists() else "healthy"\n'
        '    print(health if "Health" in args[3] else state)\n'
        'else:\n    sys.stdout.write(row.get("out", ""))',
    )
    script.write_text(text)


def test_all_holds(engine):
    running(engine)
    with app() as port:
        run = engine.healthy(port).verify("--json")
    data = told(run)
    assert (run.code, data["holds"]) == (0, True), run
    assert checks(data) == {
        "builds": ("passed", checks(data)["builds"][1]),
        "no-secrets": ("passed", "no file, variable or instruction looks like a secret"),
        "no-dev": ("skipped", "the project names no dependencies of development"),
        "no-vcs": ("passed", "no data of version control in any layer"),
        "size": ("passed", "1 B, 1 B above its base, 1 B of it by COPY . ."),
        "starts": ("passed", "read-only, without capabilities, as the image's user"),
        "answers": ("passed", checks(data)["answers"][1]),
        "healthy": ("passed", checks(data)["healthy"][1]),
        "non-root": ("passed", "the image's user is 1000, the process runs as 1000"),
        "stops": ("passed", checks(data)["stops"][1]),
        "rebuild": ("passed", "after an edit of a.js 1 of 3 steps ran again"),
    }
    assert checks(data)["answers"][1].startswith("GET / on port 3000: 200, after")
    assert is_clean(engine)
    start = next(call for call in engine.calls() if call[1] == "run")
    for words in ("--read-only", "--tmpfs /tmp", "--cap-drop ALL", "--security-opt no-new-privileges",
                  "--publish 127.0.0.1::3000"):  # fmt: skip
        assert words in " ".join(start)


def test_the_copy_that_is_built_again_has_what_a_build_is_sent(engine):
    running(engine)
    (engine.project / "node_modules").mkdir()
    (engine.project / "node_modules" / "x.js").write_text("x")
    script = engine.bin / "docker"
    script.write_text(script.read_text().replace('note("calls")', 'note("calls")\nif args[0] == "build" and "/context" in '
        'args[-1]:\n    found = sorted(str(p.relative_to(args[-1])) for p in Path(args[-1]).rglob("*"))\n'
        '    (here / "sent").write_text(json.dumps([found, (Path(args[-1]) / "a.js").read_text()]))'))  # fmt: skip
    before = (engine.project / "a.js").read_bytes()
    with app() as port:
        engine.healthy(port).verify()
    files, text = json.loads((engine.bin / "sent").read_text())
    assert files == [".dockerignore", "a.js", "package.json"]
    assert "// edited by dockgen verify " in text
    assert (engine.project / "a.js").read_bytes() == before


def test_text_and_exit_code(engine):
    running(engine)
    with app(503) as port:
        run = engine.healthy(port).says("logs", "cannot reach the database\n").verify("--timeout", "1")
    assert run.code == 1
    lines = run.out.splitlines()
    assert lines[0] == "shop: Dockerfile, with docker"
    assert "  failed   answers                      GET / on port 3000: 503" in lines
    assert "    cannot reach the database" in lines
    assert lines[-1] == "8 passed, 1 failed, 2 skipped"
    assert run.err.splitlines()[:3] == ["building ...", "reading the layers ...", "starting ..."]
    assert is_clean(engine)
    assert engine.verify("-q", "--timeout", "1").err == ""


def test_a_build_that_fails(engine, tmp_path):
    engine.healthy(1).says("build", BROKEN, code=1)
    run = engine.verify("--json")
    data = told(run)
    assert run.code == 1
    assert {status for name, (status, _) in checks(data).items() if name != "builds"} == {"skipped"}
    assert checks(data)["builds"][1] == "Dockerfile:3: `RUN npm ci` ended with exit code 1"
    failure = data["apps"][0]["failure"]
    assert failure | {"log": ""} == {
        "step": "build", "exit_code": 1, "instruction": "RUN npm ci", "stage": "build", "line": 3, "listening": None, "log": "",
    }  # fmt: skip
    assert failure["log"].startswith("npm error code EUSAGE\n")
    assert is_clean(engine)
    sarif = json.loads(engine.verify("--format", "sarif", cwd=tmp_path).out)
    require_valid(sarif)
    place = sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("project/Dockerfile", 3)
    suite = ET.fromstring(engine.verify("--format", "junit").out).find("testsuite")
    assert (suite.get("name"), suite.get("tests"), suite.get("failures"), suite.get("skipped")) == (
        "shop",
        "11",
        "1",
        "10",
    )
    assert [case.get("name") for case in suite] == [row.name for row in CHECKS]
    assert "npm error code EUSAGE" in suite.find("testcase/failure").text


def test_a_container_that_ends(engine):
    engine.healthy(9).says("container inspect", "false 3\n").says("logs", "KeyError: 'DATABASE_URL'\n")
    data = told(engine.verify("--json", "--env", "A=1"))
    assert checks(data)["starts"] == ("failed", "it ended by itself before it answered with exit code 3")
    failure = data["apps"][0]["failure"]
    assert (failure["step"], failure["exit_code"], failure["log"]) == ("start", 3, "KeyError: 'DATABASE_URL'")
    assert "A=1" in next(call for call in engine.calls() if call[1] == "run")
    assert is_clean(engine)


def test_a_container_that_cannot_be_started(engine):
    engine.healthy(9).says("run", code=127, err="docker: Error response: exec: no such file\n")
    data = told(engine.verify("--json"))
    assert checks(data)["starts"] == ("failed", "docker: Error response: exec: no such file")
    assert data["apps"][0]["failure"]["exit_code"] == 127
    assert is_clean(engine)


def test_who_listens_is_asked_in_the_network_of_the_container(engine):
    running(engine)
    table = "  sl  local_address rem_address st\n 0: 0100007F:0BB8 00000000:0000 0A 0 0\n"
    engine.healthy(9)
    script = engine.bin / "docker"
    script.write_text(
        script.read_text().replace("row = max(", f"row = {{'out': {table!r}}} if 'cat' in args else max(")
    )
    data = told(engine.verify("--json", "--timeout", "1"))
    said = "it listens on 127.0.0.1:3000 only, which nobody outside of the container reaches"
    assert checks(data)["answers"] == ("failed", said)
    assert data["apps"][0]["failure"]["listening"] == [{"address": "127.0.0.1", "port": 3000}]
    assert is_clean(engine)


def test_another_network_is_no_bridge(engine):
    engine.healthy(9).says("network ls", "shop_default\nhost\nnone\n").says("build", BROKEN, code=1)
    assert told(engine.verify("--json"))["apps"][0]["network"] == "host"


def test_no_port_is_published(engine):
    running(engine)
    data = told(engine.healthy(9).says("port", "").verify("--json"))
    assert checks(data)["answers"] == ("failed", "the engine publishes no port 3000")


def test_each_edit_is_another(engine):
    running(engine)
    script = engine.bin / "docker"
    script.write_text(script.read_text().replace('note("calls")', 'note("calls")\nif args[0] == "build" and "/context" in '
        'args[-1]:\n    (here / "sent").open("a").write((Path(args[-1]) / "a.js").read_text())'))  # fmt: skip
    with app() as port:
        engine.healthy(port).verify()
        engine.verify()
    lines = [line for line in (engine.bin / "sent").read_text().splitlines() if "edited" in line]
    assert len(set(lines)) == 2


def test_not_healthy(engine):
    running(engine)
    (engine.bin / "health").write_text("unhealthy")
    with app() as port:
        data = told(engine.healthy(port).verify("--json"))
    assert checks(data)["healthy"] == ("failed", "still unhealthy after 0 s")
    assert data["apps"][0]["failure"]["step"] == "health"


def test_killed(engine):
    running(engine)
    script = engine.bin / "docker"
    script.write_text(script.read_text().replace('"false 0" if stopped', '"false 137" if stopped'))
    with app() as port:
        data = told(engine.healthy(port).verify("--json"))
    assert checks(data)["stops"][0] == "failed"
    assert data["apps"][0]["failure"] | {"log": ""} == {
        "step": "stop", "exit_code": 137, "instruction": "", "stage": "", "line": None, "listening": None, "log": "",
    }  # fmt: skip


def test_keep(engine):
    running(engine)
    with app() as port:
        run = engine.healthy(port).verify("--keep", "shop:1")
    assert run.out.splitlines()[-1].endswith("kept as shop:1")
    tagged = next(call for call in engine.calls() if call[1] == "tag")
    assert tagged[-1] == "shop:1"
    assert not any(call[-1] == "shop:1" and "rm" in call for call in engine.calls())
    assert is_clean(engine)


def test_what_cannot_be_removed_is_told(engine):
    running(engine)
    with app() as port:
        run = engine.healthy(port).says("image rm", code=1, err="image is in use").verify()
    assert run.err.count("warning: something could not be removed: docker image rm --force dockgen-verify:") == 2


def test_a_dockerfile_that_is_not_there(engine):
    running(engine)
    (engine.project / "Dockerfile").unlink()
    with app() as port:
        run = engine.healthy(port).verify("--no-syntax")
    assert "note: there is no Dockerfile; this is the one that dockgen would write" in run.err
    assert run.out.startswith("shop: Dockerfile, as dockgen would write it, with docker\n")
    assert sorted(path.name for path in engine.project.iterdir()) == [".dockerignore", "a.js", "package.json"]
    build = next(call for call in engine.calls() if call[1] == "build")
    assert build[build.index("-f") + 1].startswith(str(engine.tmp))


def test_a_folder_that_dockgen_does_not_know(engine):
    running(engine)
    for name in ("package.json", "a.js"):
        (engine.project / name).unlink()
    (engine.project / "main.rs").write_text("fn main() {}\n")
    with app() as port:
        data = told(engine.healthy(port).verify("--json"))
    assert checks(data)["answers"][0] == "passed"
    assert checks(data)["no-dev"] == ("skipped", "it is not known what the project is written in")
    assert checks(data)["rebuild"][1] == "after an edit of main.rs 1 of 3 steps ran again"


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (
            ["--engine", "podman"],
            2,
            "error: there is no podman on this machine\n  hint: start one of podman, or install it\n",
        ),
        (
            ["--engine", "lxc"],
            2,
            "error: --engine: unknown value 'lxc'\n  hint: one of docker, podman, nerdctl, buildah\n",
        ),
        (["--env", "A"], 2, "error: --env A: KEY=VALUE is wanted\n"),
        (["--env", "A-B=1"], 2, "error: not the name of an environment variable: 'A-B'\n"),
        (["--timeout", "0"], 2, "error: --timeout 0: 1 to 3600 seconds are possible\n"),
        (["--keep", "A B"], 2, "error: not an image reference: 'A B'\n"),
        (["--app", "x"], 2, "error: "),
    ],
)
def test_what_is_refused(engine, args, code, said):
    run = engine.healthy(9).verify(*args)
    assert (run.code, run.err[: len(said)]) == (code, said)
    assert not any(call[1] == "build" for call in engine.calls())


def test_engines_are_found_in_order(tmp_path):
    engine = Engine(tmp_path, "docker", "podman", "nerdctl")
    engine.says("info", code=1, err="Cannot connect to the daemon\n")
    run = engine.verify()
    assert run.code == 2
    assert run.err == (
        "error: no engine answers that could build and run the image\n  docker: Cannot connect to the daemon\n"
        "  podman: Cannot connect to the daemon\n  nerdctl: Cannot connect to the daemon\n"
        "  hint: start one of docker, podman, nerdctl, buildah, or install it\n"
    )
    assert [call[0] for call in engine.calls()] == ["docker", "podman", "nerdctl"]
    script = engine.bin / "docker"
    script.write_text(f"#!{sys.executable}\nimport sys; sys.exit(1)\n")
    running_podman = engine.healthy(9).says("info", "host:\n  buildahVersion: 1\n").says("build", BROKEN, code=1)
    data = told(running_podman.verify("--json"))
    assert data["apps"][0]["engine"] == "podman"
    build = next(call for call in engine.calls() if call[1] == "build")
    assert build[:4] == ["podman", "build", "--format", "docker"]


def test_docker_that_is_podman(engine):
    engine.healthy(9).says("info", "host:\n  buildahVersion: 1\n").says("build", BROKEN, code=1)
    assert told(engine.verify("--json"))["apps"][0]["engine"] == "podman"


def test_buildah_builds_only(tmp_path):
    engine = Engine(tmp_path, "buildah").healthy(9)
    script = engine.bin / "buildah"
    script.write_text(script.read_text().replace("script = json", "if args[0] == 'push':\n    Path(args[2].partition(':')[2])"
        ".write_bytes((here / 'image.tar').read_bytes())\nscript = json"))  # fmt: skip
    data = told(engine.verify("--json"))
    found = checks(data)
    assert found["starts"] == ("skipped", "buildah builds and does not run")
    assert found["non-root"] == ("passed", "the image's user is 1000")
    assert found["builds"][0] == found["size"][0] == "passed"
    assert {call[1] for call in engine.calls()} == {"version", "build", "push", "rmi"}
    assert not list(engine.tmp.iterdir())


def test_the_port_of_the_machine_is_taken(engine):
    with app() as port:
        (engine.project / "a.js").write_text(f"require('express')().listen({port})\n")
        engine.healthy(port).says("network ls", "host\nnone\n")
        run = engine.verify("--set", f"port={port}")
        assert run.code == 4
        assert run.err == (
            f"error: something listens on port {port} of this machine already, and docker has no network but the host's\n"
            "  hint: stop what listens there, or give the engine a bridge network\n"
        )
        assert json.loads(engine.verify("--json", "--set", f"port={port}").out)["error"]["name"] == "REFUSED"
    assert is_clean(engine)


def test_without_a_bridge_the_host_is_the_network(engine):
    engine.healthy(9).says("network ls", "host\nnone\n").says("container inspect", "false 1\n")
    run = engine.verify()
    assert run.out.splitlines()[0] == "shop: Dockerfile, with docker, on the host's network"
    for words in ("build", "run"):
        call = next(call for call in engine.calls() if call[1] == words)
        assert call[call.index("--network") + 1] == "host"
    assert not any("--publish" in call for call in engine.calls())


def test_several_apps(engine):
    for name in ("a", "b"):
        shutil.copytree(engine.project, engine.project.parent / "mono" / name)
    engine.project = engine.project.parent / "mono"
    engine.healthy(9).says("build", BROKEN, code=1)
    data = told(engine.verify("--all", "--json"))
    assert [(found["folder"], found["dockerfile"]) for found in data["apps"]] == [
        ("a", "a/Dockerfile"),
        ("b", "b/Dockerfile"),
    ]
    run = engine.verify("--all", "--keep", "x")
    assert (run.code, run.err.partition("\n")[0]) == (2, "error: --keep and several apps: it would hold for each")


# A phase -> what the engine waits in, and whether it is ended (else it comes to its end by itself).
PHASES = {
    "discovery": ("info", True),
    "networks": ("network ls", True),
    "build": ("build", True),
    "save": ("save", True),
    "run": ("run", False),
    "port": ("port", True),
    "top": ("top", True),
    "stop": ("stop", True),
    "removal": ("rm", False),
}


def interrupted(engine, words, number, *, again=False):
    """The process that was sent a signal while the engine waited at WORDS; how it ended, and what it said."""
    command = [sys.executable, "-m", "dockgen", "verify", str(engine.project)]
    child = subprocess.Popen(
        command, env=environment(engine.environment()), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    wanted = words.split()
    end = time.monotonic() + 30
    while not any(call[1 : 1 + len(wanted)] == wanted for call in engine.calls()):
        assert time.monotonic() < end, engine.calls()
        assert child.poll() is None, child.communicate()
        time.sleep(0.02)
    time.sleep(0.1)
    for _ in range(2 if again else 1):
        os.killpg(child.pid, number)  # as a terminal does; the engine's processes have groups of their own
        time.sleep(0.05)
    out, err = child.communicate(timeout=60)
    return child.returncode, out.decode(), err.decode()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("phase", PHASES)
def test_interrupts_leave_nothing_behind(engine, phase, number):
    words, is_ended = PHASES[phase]
    running(engine)
    with app() as port:
        engine.healthy(port)
        row = engine.rows.get(words, {"words": words.split(), "out": ""})
        engine.rows[words] = row | ({"hangs": True} if is_ended else {"slow": 0.6})
        code, out, err = interrupted(engine, words, number)
    assert code == 130, err
    assert out == ""
    assert err.endswith("Nothing was written.\n")
    assert "Traceback" not in err
    assert bool(engine.calls("ended")) is is_ended
    assert is_clean(engine)


def test_a_second_interrupt_does_not_cut_the_removal_short(engine):
    engine.healthy(9).says("build", hangs=True).says("image rm", slow=0.5)
    code, _, err = interrupted(engine, "build", signal.SIGINT, again=True)
    assert (code, err.splitlines()[-1]) == (130, "Nothing was written.")
    assert is_clean(engine)


def test_interrupted_while_it_waits_for_an_answer(engine):
    running(engine)
    engine.healthy(9)
    code, _, _ = interrupted(engine, "container inspect", signal.SIGTERM)
    assert code == 130
    assert is_clean(engine)


def test_a_folder_that_is_left_out(tmp_path):
    from dockgen.verify.engine import scratch

    for path in ("a.js", "b/c.js", "node_modules/x.js", "keep/y"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(path)
    (tmp_path / "b").chmod(0o555)
    (tmp_path / "l").symlink_to("a.js")
    found = sorted(scratch.listed(str(tmp_path), ["node_modules", "keep/*", "!keep/y"]))
    assert found == ["a.js", "b/c.js", "keep/y", "l"]
    target = tmp_path / "copy"
    scratch.copied(str(tmp_path), found, target)
    assert (target / "l").readlink() == Path("a.js")
    assert (target / "b").stat().st_mode & 0o777 == 0o555
    assert scratch._folder(target) == ""
    assert not target.exists()
