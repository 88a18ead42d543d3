"""docker.mk and docker.just do what they say: build, run, look, tag, save, load, push, pull, prune."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import urllib.request
import uuid
from pathlib import Path

import engine
import pytest
import registry
from helpers import PROJECTS, dockgen

JUST = shutil.which("just") or Path(sys.prefix) / "bin" / "just"
# An engine without docker-init: what would have it added is run without.
DOCKER = '#!/bin/sh\nfor word; do shift; [ "$word" = --init ] || set -- "$@" "$word"; done\nexec docker "$@"\n'


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    if reason := registry.missing():
        pytest.skip(f"NOTHING WAS PUSHED: {reason}")
    with registry.serve(tmp_path_factory.mktemp("registry")) as found:
        yield found


@pytest.fixture
def project(scratch):
    folder = scratch / "tides"
    shutil.copytree(PROJECTS / "go-nethttp", folder)
    assert dockgen("generate", "--with", "make,just", folder).code == 0
    shutil.copyfile(engine.buildable(folder / "Dockerfile", scratch), folder / "Dockerfile")
    return folder


def commands(tool, folder, image):
    """Runs a target of TOOL with words for it, and options of docker, on IMAGE with the tag 1.3."""
    docker = folder.parent / "docker"
    docker.write_text(DOCKER if not engine.INIT else '#!/bin/sh\nexec docker "$@"\n')
    docker.chmod(0o755)
    env = os.environ | {"IMAGE": image, "TAG": "1.3", "DOCKER": str(docker)}

    def run(target, *options, to=""):
        if tool == "make":
            argv = ["make", "--no-print-directory", "-f", "docker.mk", target, f"OPTIONS={' '.join(options)}"]
            argv += [f"TO={to}"] * bool(to)
        else:
            argv = [JUST, "--justfile", "docker.just", target, *options, *[to] * bool(to)]
        done = subprocess.run(argv, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=900)
        assert done.returncode == 0, f"{target}\n{done.stdout}{done.stderr}"
        return done.stdout

    return run


def digest(host, name, tag):
    """What the registry says of an image of one platform."""
    kinds = "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json"
    asked = urllib.request.Request(
        f"http://{host}/v2/{name}/manifests/{tag}", headers={"Accept": f"{kinds}, {', '.join(registry.INDEX)}"}
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked, timeout=10) as answer:
        return answer.headers["Docker-Content-Digest"]


@pytest.mark.parametrize("tool", ["make", "just"])
def test_what_it_says_it_does(tool, project, served):
    name = f"e2e-{uuid.uuid4().hex[:8]}"
    image, port = f"{served.host}/{name}", engine.free_port()
    run = commands(tool, project, image)
    try:
        run("build", *engine.HOST_NETWORK)
        assert f'"{image}:1.3"' in run("inspect")
        assert "ENTRYPOINT" in run("history")
        assert int(run("size").split()[-1]) > 1_000_000

        run("tag", to="1.4")
        assert engine.inspect(f"{image}:1.4", "{{.Id}}") == engine.inspect(f"{image}:1.3", "{{.Id}}")

        run("start", *engine.HOST_NETWORK, "--env", f"PORT={port}", "--publish", f"{port}:{port}")
        engine.wait_for("answering", lambda: engine.get(port, "/healthz"), "tides", 30)
        assert engine.get(port, "/healthz")[0] == 200
        assert engine.inspect("tides", "{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}}") == "true [ALL]"
        run("stop")

        run("save")
        engine.docker("image", "rm", "--force", f"{image}:1.3", f"{image}:1.4")
        run("load")
        assert engine.inspect(f"{image}:1.3", "{{.Config.User}}") == "65532:65532"

        run("push")
        told = run("digest").split()[-1]
        assert told == f"{image}@{digest(served.host, name, '1.3')}"
        engine.docker("image", "rm", "--force", f"{image}:1.3")
        run("pull")
        assert run("digest").split()[-1] == told
        run("prune")
        assert engine.inspect(f"{image}:1.3", "{{.Config.User}}") == "65532:65532"
    finally:
        subprocess.run(["docker", "rm", "--force", "tides"], capture_output=True, check=False)
        subprocess.run(
            ["docker", "image", "rm", "--force", f"{image}:1.3", f"{image}:1.4"], capture_output=True, check=False
        )
