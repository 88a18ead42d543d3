"""A second engine on this machine: empty, and with the containerd image store, which keeps indexes and attestations."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import engine

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = "dockerd"
ALONE = ("--iptables=false", "--ip6tables=false", "--bridge=none", "--feature", "containerd-snapshotter=true")


def path() -> str:
    """Where the engine's programs are: those of the tool's engine lie beside its data, others in the usual places."""
    data = Path(engine.docker("info", "--format", "{{.DockerRootDir}}").strip())
    return f"{data.parent}/root/sbin:{data.parent}/root/bin:{os.environ['PATH']}"


def missing() -> str | None:
    """Why there can be no second engine; None if there can."""
    if os.geteuid():
        return "only root starts a second engine"
    return None if shutil.which(PROGRAM, path=path()) else f"there is no {PROGRAM} on this machine"


@contextlib.contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Start the engine with its data in FOLDER; the value of DOCKER_HOST for it.

    Its sockets are in a folder of their own: a socket's path has 107 characters at most.
    """
    sockets = Path(tempfile.mkdtemp(prefix="dg-"))
    host = f"unix://{sockets}/docker.sock"
    own = ("--data-root", folder / "data", "--exec-root", sockets, "--pidfile", folder / "pid", "--host", host)
    env = os.environ | {"PATH": path()}
    with (folder / "engine.log").open("w") as log:
        process = subprocess.Popen(
            [shutil.which(PROGRAM, path=env["PATH"]) or PROGRAM, *ALONE, *own], stdout=log, stderr=log, env=env
        )
    try:
        engine.wait_for("answering", lambda: _answers(process, host, folder), "", 60)
        yield host
    finally:
        process.terminate()
        process.wait(60)
        # An engine that did not start leaves its data mounted over itself.
        subprocess.run(["umount", "--lazy", folder / "data"], stderr=subprocess.DEVNULL, check=False)
        shutil.rmtree(folder / "data", ignore_errors=True)
        shutil.rmtree(sockets, ignore_errors=True)


def _answers(process: subprocess.Popen[bytes], host: str, folder: Path) -> bool:
    assert process.poll() is None, (folder / "engine.log").read_text()[-2000:]
    return subprocess.run(["docker", "--host", host, "info"], capture_output=True, check=False).returncode == 0
