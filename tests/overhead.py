"""Measure what `dockgen verify` adds to the bare commands: docker build, run, a question, stop; time and memory.

python tests/overhead.py [PROJECT]...   builds projects of tests/projects twice, with a warm cache; prints a table.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent / "e2e"), str(Path(__file__).parent)]

import engine  # noqa: E402
from cases import CASES, Case  # noqa: E402
from helpers import PROJECTS, dockgen, environment  # noqa: E402
from test_build_and_run import make_locks  # noqa: E402

USUAL = ("static-site", "python-fastapi-uv", "node-express-npm", "go-chi")
ROUNDS = 3  # of which the fastest counts
MEASURE = """
import json, resource, subprocess, sys, time
begin = time.monotonic()
code = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([time.monotonic() - begin, used.ru_maxrss * 1024, code.returncode, code.stdout.decode("utf-8", "replace")]))
"""


def measured(*argv: str | Path) -> tuple[float, int, str]:
    """Seconds and bytes at the most, of the largest process of ARGV, and what it printed."""
    command = [sys.executable, "-c", MEASURE, *map(str, argv)]
    done = subprocess.run(command, env=environment({}), capture_output=True, check=True)
    seconds, size, code, out = json.loads(done.stdout)
    assert code == 0, f"{argv}: {out}"
    return seconds, size, out


def own_memory(*argv: str) -> int:
    """Bytes at the most of the process of dockgen alone, without those of the engine's commands."""
    script = (
        "import resource, sys; from dockgen import cli; code = cli.run(sys.argv[1:]);"
        "sys.stderr.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", script, *argv], env=environment({}), capture_output=True, check=True)
    return int(done.stderr.decode().split("\n")[-1]) * 1024


def bare(project: Path, case: Case, port: int) -> tuple[float, int]:
    """The commands that a person would type, one after the other, until the app has answered and was stopped."""
    tag, name = f"{engine.PREFIX}:bare", f"{engine.PREFIX}-bare"
    begin, most = time.monotonic(), 0
    for argv in (
        ["docker", "build", *engine.HOST_NETWORK, "-t", tag, project],
        ["docker", "run", "--detach", "--name", name, *engine.HARDENED, *(engine.HOST_NETWORK or
         ["--publish", f"{port}:{port}"]), tag],
    ):  # fmt: skip
        most = max(most, measured(*argv)[1])
    while not engine.get(port, case.path):
        time.sleep(0.05)
    most = max(most, measured("docker", "stop", name)[1])
    seconds = time.monotonic() - begin
    engine.docker("rm", name)
    engine.docker("image", "rm", tag)
    return seconds, most


def row(case: Case, work: Path) -> str:
    """The figures of one project."""
    project = work / case.project
    shutil.copytree(PROJECTS / case.project, project)
    make_locks(project, work)
    plan = json.loads(dockgen("detect", "--json", project).out)["plan"]
    assert dockgen("generate", "--force", "--no-syntax", project).code == 0
    if engine.TOOL.exists():
        engine.run(engine.TOOL, "provide", "--dockerfile", project / "Dockerfile")
    bare(project, case, plan["runtime"]["port"])  # fills the cache
    simple, client = min(bare(project, case, plan["runtime"]["port"]) for _ in range(ROUNDS))
    command = (sys.executable, "-m", "dockgen", "verify", "--json", project)
    seconds, _, out = min((measured(*command) for _ in range(ROUNDS)), key=lambda found: found[0])
    memory = own_memory("verify", "--json", str(project))
    (app,) = json.loads(out)["apps"]
    spent = {check["name"]: check["seconds"] for check in app["checks"]}
    size = app["size"]["bytes"] / 1e6
    return (
        f"{case.project:<20} {size:>7.0f} {simple:>7.2f} {seconds:>7.2f} {seconds - simple:>7.2f}"
        f" {spent['healthy'] or 0:>9.2f} {spent['rebuild'] or 0:>9.2f} {memory / 1e6:>9.0f} {client / 1e6:>9.0f}"
    )


def main() -> None:
    """Measure the projects that are named, or the usual ones."""
    if reason := engine.missing():
        sys.exit(reason)
    wanted = sys.argv[1:] or USUAL
    print("                                  seconds                                     memory, MB")
    print("project                image, MB  bare  verify   added  (healthy) (rebuild)   dockgen    docker")
    for case in CASES:
        if case.project in wanted:
            with engine.scratch() as work:
                print(row(case, work), flush=True)


if __name__ == "__main__":
    main()
