"""Find a Docker Engine, or bring up the one that lies beside this checkout, and build and run images on it."""

from __future__ import annotations

import contextlib
import re
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import judges
from helpers import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

# A tool that installs an engine and stand-ins for the official images, on machines that reach no image registry.
TOOL = ROOT.parent / "shared" / "engine" / "engine"
HOST_NETWORK = ["--network", "host"] if TOOL.exists() else []
INIT = [] if TOOL.exists() else ["--init"]  # that engine comes without docker-init
HARDENED = ["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"]
PREFIX = f"dockgen-e2e-{uuid.uuid4().hex[:8]}"


class EngineError(AssertionError):
    """Something that Docker did not do; the message is what it said."""


def run(*argv: str | Path, timeout: float = 900) -> str:
    """Run a program and return what it printed; EngineError with its output if it fails."""
    done = subprocess.run(
        argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout, check=False
    )
    said = done.stdout.decode("utf-8", "replace")
    if done.returncode:
        raise EngineError(f"{' '.join(map(str, argv))}: exit {done.returncode}\n{said[-6000:]}")
    return said


def docker(*args: str | Path, timeout: float = 900) -> str:
    """Run docker."""
    return run("docker", *args, timeout=timeout)


def missing() -> str | None:
    """Why there is no engine to test with; None if one answers."""
    if not answers() and TOOL.exists():
        with contextlib.suppress(EngineError, OSError, subprocess.TimeoutExpired):
            run(TOOL, "up", timeout=600)
    if not shutil.which("docker"):
        return "there is no docker on this machine"
    return None if answers() else "no Docker Engine answers (docker info fails)"


def answers() -> bool:
    """True if an engine answers."""
    try:
        return subprocess.run(["docker", "info"], capture_output=True, timeout=30, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def buildable(dockerfile: Path, folder: Path) -> Path:
    """A copy of DOCKERFILE that builds here: without the frontend's image, and with the tool, without digests."""
    copy = folder / f"{uuid.uuid4().hex}.Dockerfile"
    if TOOL.exists():
        run(TOOL, "provide", "--dockerfile", dockerfile)
        copy.write_text(run(TOOL, "frontends", dockerfile))
    else:
        copy.write_text(re.sub(r"\A# syntax=.*\n", "", dockerfile.read_text()))
    return copy


def check(project: Path, dockerfile: Path) -> str:
    """What `docker build --check` says; EngineError if it warns of anything."""
    return docker("build", "--check", "-f", dockerfile, project)


@contextlib.contextmanager
def image(project: Path, dockerfile: Path, *options: str) -> Iterator[str]:
    """Build PROJECT with OPTIONS and yield the image's tag; the image is removed afterwards, the build cache is kept."""
    tag = f"{PREFIX}:{uuid.uuid4().hex[:8]}"
    docker("build", *HOST_NETWORK, *options, "-t", tag, "-f", dockerfile, project, timeout=1500)
    try:
        yield tag
    finally:
        docker("image", "rm", "--force", tag)


def secrets(tag: str, folder: Path) -> list[str]:
    """The secrets that Trivy finds in any layer, the history or the environment of an image."""
    archive = folder / f"{uuid.uuid4().hex}.tar"
    try:
        docker("save", "--output", archive, tag)
        return judges.secrets(archive)
    finally:
        archive.unlink(missing_ok=True)


@contextlib.contextmanager
def container(tag: str, *options: str, command: tuple[str, ...] = ()) -> Iterator[str]:
    """Start a container in the background and yield its name; it is removed afterwards."""
    name = f"{PREFIX}-{uuid.uuid4().hex[:8]}"
    try:
        docker("run", "--detach", "--name", name, *options, tag, *command)
        yield name
    finally:
        docker("rm", "--force", "--volumes", name)


def in_base(base: str, project: Path, script: str) -> str:
    """Run SCRIPT in a container of the image BASE, in PROJECT."""
    name = f"{PREFIX}-{uuid.uuid4().hex[:8]}"
    mount = ["--volume", f"{project}:/project", "--workdir", "/project", "--user", "0:0"]
    try:
        return docker("run", "--name", name, *HOST_NETWORK, *mount, "--entrypoint", "sh", base, "-euc", script)
    finally:
        docker("rm", "--force", name)


def inspect(name: str, template: str) -> str:
    """One value of a container or an image."""
    return docker("inspect", "--format", template, name).strip()


def logs(name: str) -> str:
    """What a container printed so far."""
    return docker("logs", name)


def wait_for(what: str, test, name: str, seconds: float) -> object:
    """The first true result of TEST; EngineError with the logs if there is none in time or the container ends."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := test():
            return found
        if name and inspect(name, "{{.State.Running}}") != "true":
            break
        time.sleep(0.2)
    raise EngineError(f"{name}: not {what} within {seconds} s\n{logs(name)[-4000:] if name else ''}")


def is_free(port: int) -> bool:
    """True if nothing listens on PORT of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def get(port: int, path: str, host: str = "") -> tuple[int, str] | None:
    """Status and body of an HTTP answer of the app, called HOST if that is given; None if there is none."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        question = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": host} if host else {})
        with opener.open(question, timeout=10) as answer:
            return answer.status, answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode("utf-8", "replace")
    except OSError:
        return None


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """A folder that containers running as any user can read, removed even if they wrote into it."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
