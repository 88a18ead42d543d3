"""A real registry on this machine (Debian's docker-registry), with images that are pushed by docker."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING

import engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROGRAM = "docker-registry"
PLATFORMS = ("linux/amd64", "linux/arm64")
INDEX = ("application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json")
CONFIG = """version: 0.1
log: {{level: error}}
storage: {{filesystem: {{rootdirectory: {folder}/data}}}}
http: {{addr: "127.0.0.1:{port}"}}
"""


@dataclass(frozen=True)
class Registry:
    """A registry that answers at `host`, and a folder to build in."""

    host: str
    folder: Path

    def push(self, name: str, text: str) -> str:
        """Give the tag NAME to new images of two platforms that hold TEXT; the digest of their index."""
        parts = []
        (self.folder / "text").write_text(text)
        (self.folder / "Dockerfile").write_text("FROM scratch\nCOPY text /text\n")
        for platform in PLATFORMS:
            part = f"{self.host}/{name}-{platform.rpartition('/')[2]}"
            engine.docker("build", "--quiet", "--platform", platform, "--tag", part, self.folder)
            engine.docker("push", "--quiet", part)
            engine.docker("image", "rm", "--force", part)
            parts.append(part)
        engine.docker("buildx", "imagetools", "create", "--tag", f"{self.host}/{name}", *parts)
        return self.digest(name)

    def digest(self, name: str) -> str:
        """What the registry itself says of a tag: the digest of its index."""
        path, _, tag = name.rpartition(":")
        asked = urllib.request.Request(
            f"http://{self.host}/v2/{path}/manifests/{tag}", headers={"Accept": ", ".join(INDEX)}
        )
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked, timeout=10) as answer:
            assert answer.headers["Content-Type"] in INDEX
            return str(answer.headers["Docker-Content-Digest"])


def missing() -> str | None:
    """Why there is no registry to test with; None if there is one."""
    return None if shutil.which(PROGRAM) else f"there is no {PROGRAM} on this machine (apt-get install {PROGRAM})"


@contextlib.contextmanager
def serve(folder: Path, *, login: bool = False) -> Iterator[Registry]:
    """Start a registry that keeps its images in FOLDER; with LOGIN nobody is let in."""
    port = engine.free_port()
    config = CONFIG.format(folder=folder, port=port)
    if login:
        (folder / "nobody").touch()
        config += f"auth: {{htpasswd: {{realm: test, path: {folder}/nobody}}}}\n"
    (folder / "config.yml").write_text(config)
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([PROGRAM, "serve", folder / "config.yml"], stdout=log, stderr=log)
    try:
        end = time.monotonic() + 20
        while engine.get(port, "/v2/") is None:
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < end, "the registry does not answer"
            time.sleep(0.1)
        (folder / "images").mkdir()
        yield Registry(f"127.0.0.1:{port}", folder / "images")
    finally:
        process.terminate()
        process.wait(20)
