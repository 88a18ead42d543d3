"""A BuildKit of its own on this machine, as another machine would run it: behind certificates, with a registry's mirror."""

from __future__ import annotations

import contextlib
import subprocess
from typing import TYPE_CHECKING

import engine
import judges
import second

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROGRAM = "buildkitd"


def missing() -> str | None:
    """Why there can be no such builder; None if there can."""
    return None if judges.find(PROGRAM) else f"there is no {PROGRAM} on this machine"


@contextlib.contextmanager
def serve(folder: Path, certificates: Path, mirror: str, registry: str) -> Iterator[str]:
    """Start one with its data in FOLDER that takes images of Docker Hub from MIRROR; its address, HOST:PORT."""
    _certify(certificates)
    host = f"127.0.0.1:{engine.free_port()}"
    config = f'[registry."docker.io"]\n  mirrors = ["{mirror}"]\n'
    config += "".join(f'[registry."{name}"]\n  http = true\n' for name in (mirror, registry))
    (folder / "buildkitd.toml").write_text(config)
    tls = ("--tlscacert", "ca.pem", "--tlscert", "server.pem", "--tlskey", "server-key.pem")
    worker = ("--containerd-worker=false", "--oci-worker-net=host", "--root", folder / "data")
    with (folder / "buildkitd.log").open("w") as log:
        process = subprocess.Popen(
            [judges.find(PROGRAM), "--config", folder / "buildkitd.toml", "--addr", f"tcp://{host}", *tls, *worker],
            cwd=certificates, stdout=log, stderr=log, env={"PATH": second.path()},
        )  # fmt: skip
    try:
        port = int(host.rpartition(":")[2])
        engine.wait_for("listening", lambda: _listens(process, port, folder), "", 60)
        yield host
    finally:
        process.terminate()
        process.wait(60)


def _listens(process: subprocess.Popen[bytes], port: int, folder: Path) -> bool:
    assert process.poll() is None, (folder / "buildkitd.log").read_text()[-2000:]
    return not engine.is_free(port)


def _certify(folder: Path) -> None:
    """An authority, a certificate of the server and one of the client, in FOLDER."""
    folder.mkdir()
    script = """
    openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=authority -keyout ca-key.pem -out ca.pem
    for name in server client; do
        openssl req -newkey rsa:2048 -nodes -subj /CN=$name -keyout $name-key.pem -out $name.csr
        printf 'subjectAltName=IP:127.0.0.1' > $name.ext
        openssl x509 -req -in $name.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 1 -extfile $name.ext -out $name.pem
    done
    mv client.pem cert.pem && mv client-key.pem key.pem
    """
    engine.run("sh", "-euc", f"cd {folder}\n{script}")
