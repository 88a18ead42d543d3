"""The commands of the pages about images work: those of their `bash` blocks, in the order in which they stand there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import urllib.request
import uuid
from pathlib import Path

import engine
import pytest
from helpers import ROOT

REGISTRY = """\
version: 0.1
storage: {filesystem: {rootdir: %s}}
http: {addr: "127.0.0.1:%d"}
"""


def commands(page: str, names: dict[str, str]) -> list[str]:
    """The commands of a page, with NAMES in place of those that the page uses as examples."""
    text = (ROOT / "docs/how-to" / page).read_text(encoding="utf-8")
    found = [
        line
        for block in re.findall(r"^```bash\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
        for line in block.splitlines()
    ]
    for name, instead in names.items():
        found = [line.replace(name, instead) for line in found]
    # Images of others on this machine are not ours to remove.
    return [f"{line} --filter label=none" if line.startswith("docker image prune") else line for line in found]


@pytest.fixture
def project(scratch):
    (scratch / "Dockerfile").write_text('FROM scratch\nCOPY note.txt /\nUSER 10001:10001\nCMD ["/parcels"]\n')
    (scratch / "note.txt").write_text("an image needs no program to be looked at\n")
    return scratch


@pytest.fixture
def shell(project):
    """Runs a command in the project, with Docker settings of its own, in which a login may be kept."""
    home = project / "docker"
    home.mkdir()
    plugins = Path(os.environ.get("DOCKER_CONFIG", Path.home() / ".docker")) / "cli-plugins"
    if plugins.is_dir():
        (home / "cli-plugins").symlink_to(plugins)

    def run(command: str) -> str:
        env = os.environ | {"DOCKER_CONFIG": str(home), "REGISTRY_TOKEN": "only-a-test"}
        done = subprocess.run(
            ["bash", "-eu", "-o", "pipefail", "-c", command],
            cwd=project,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"$ {command}\n{done.stdout}{done.stderr}"
        return done.stdout

    return run


@pytest.fixture
def registry(scratch):
    """The address of a registry on this machine."""
    program = shutil.which("docker-registry")
    if not program:
        pytest.skip("docker-registry is not installed; nothing was pushed")
    port = next(p for p in range(5200, 5300) if engine.is_free(p))
    (scratch / "registry.yaml").write_text(REGISTRY % (scratch / "registry", port))
    with subprocess.Popen(
        [program, "serve", scratch / "registry.yaml"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            engine.wait_for("answering", lambda: not engine.is_free(port), "", 20)
            yield f"127.0.0.1:{port}"
        finally:
            server.terminate()


def test_keep_images(shell):
    name = f"parcels-{uuid.uuid4().hex[:8]}"
    said = {line: shell(line) for line in commands("keep-images.md", {"parcels": name, "look": f"{name}-look"})}
    try:
        shown = next(out for line, out in said.items() if "{{.Config.User}}" in line)
        assert shown.strip() == '10001:10001 ["/parcels"]'
        assert "note.txt" in next(out for line, out in said.items() if line.startswith("docker export"))
        assert f"{name}:1.4" in next(out for line, out in said.items() if "image load" in line)
        left = shell(f"docker image ls --format '{{{{.Tag}}}}' {name}").split()
        assert left == ["1.4.1"]
    finally:
        shell(f"docker image rm --force {name}:1.4.1")


def test_publish_an_image(shell, registry):
    said = {line: shell(line) for line in commands("publish-an-image.md", {"registry.example.com": registry})}
    try:
        assert "Login Succeeded" in said[next(line for line in said if "--password-stdin" in line)]
        digest = said[next(line for line in said if line.startswith("docker image inspect"))].strip()
        assert re.fullmatch(rf"{re.escape(registry)}/team/parcels@sha256:[0-9a-f]{{64}}", digest)
        with urllib.request.urlopen(f"http://{registry}/v2/team/parcels/tags/list") as answer:
            assert b'"1"' in (listed := answer.read()), listed
            assert b'"1.4"' in listed
    finally:
        for tag in ("1", "1.4"):
            shell(f"docker image rm --force {registry}/team/parcels:{tag}")
