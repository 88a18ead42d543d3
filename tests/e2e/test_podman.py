"""What `--podman` writes is built by Buildah, of the release that Debian has, in a container of its own."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass

import engine
import pytest
from cases import CASES
from helpers import PROJECTS, dockgen
from test_build_and_run import generate, plan_of, serve

BUILDAH = """
FROM debian:trixie-slim
RUN apt-get update \\
    && apt-get install -y --no-install-recommends buildah netavark \\
    && rm -rf /var/lib/apt/lists/*
"""
# The limits are those that a container in a container may set; images are pulled from files, not from a registry.
BUILD = """
set -eu
export BUILDAH_ISOLATION=chroot
for image in /here/images/*.tar; do buildah pull -q docker-archive:$image; done
buildah build --ulimit nofile=1024:1024 --ulimit nproc=4096:4096 --format docker --network host --pull=never \\
    -t app -f /here/project/Dockerfile /here/project
buildah push -q app docker-archive:/here/app.tar:{tag}
"""
BY_NAME = {case.project: case for case in CASES}


@dataclass(frozen=True)
class Row:
    """A golden project that needs no lock, and the images that it is built on."""

    golden: str
    images: tuple[str, ...]

    @property
    def project(self) -> str:
        """The name of the row."""
        return f"{self.golden} --podman"


ROWS = (Row("python-psycopg2", ("python:3.13-slim-trixie",)),)


@pytest.mark.parametrize("case", ROWS, ids=lambda row: row.project)
def test_buildah_builds_it(case, scratch):
    project, images, store = scratch / "project", scratch / "images", scratch / "store"
    shutil.copytree(PROJECTS / case.golden, project)
    engine.buildable(generate(project, "--podman"), scratch)  # so that the images are there
    for folder in (images, store):
        folder.mkdir()
    for number, name in enumerate(case.images):
        engine.docker("save", "-o", images / f"{number}.tar", name)
    (scratch / "Buildah").write_text(BUILDAH)
    nothing = scratch / "nothing"
    nothing.mkdir()
    tag = f"{engine.PREFIX}:podman"
    mounts = ["-v", f"{scratch}:/here", "-v", f"{store}:/var/lib/containers"]
    with engine.image(nothing, engine.buildable(scratch / "Buildah", scratch)) as buildah:
        script = BUILD.format(tag=tag)
        try:
            engine.docker("run", "--rm", "--privileged", *engine.HOST_NETWORK, *mounts, buildah, "sh", "-c", script)
        finally:  # what root of the container made
            engine.docker("run", "--rm", *mounts, buildah, "sh", "-c", "rm -rf /var/lib/containers/* /here/images/*")
    engine.docker("load", "-i", scratch / "app.tar")
    try:
        plan = plan_of(project, "--podman")
        serve(BY_NAME[case.golden], plan, tag, [*engine.HARDENED, *plan["run_args"]])
    finally:
        engine.docker("image", "rm", "--force", tag)


FORWARD = """\
#!/bin/sh
case $1 in
build) shift; set -- build --ulimit nofile=1024:1024 --ulimit nproc=4096:4096 --network host --pull=never "$@" ;;
esac
exec {docker} exec --workdir {here} {name} buildah "$@"
"""
SOURCE = "print('hello')\n"
DOCKERFILE = """\
FROM python:3.13-slim-trixie AS build
WORKDIR /app
COPY requirements.txt .
RUN pip install -r requirements.txt
COPY main.py .
RUN python main.py
FROM python:3.13-slim-trixie
COPY --from=build /app/main.py /app/main.py
COPY key.pem /app/
USER 1000:1000
CMD ["python", "/app/main.py"]
"""
KEY = "-----BEGIN PRIVATE KEY-----\n" + "a" * 64 + "\n-----END PRIVATE KEY-----\n"


def test_verify_with_buildah(scratch):
    project = scratch / "project"
    for folder in (project, scratch / "store", scratch / "bin", scratch / "tmp"):
        folder.mkdir()
    for name, text in (("main.py", SOURCE), ("requirements.txt", ""), ("Dockerfile", DOCKERFILE), ("key.pem", KEY)):
        (project / name).write_text(text)
    engine.buildable(project / "Dockerfile", scratch)  # so that the image is there
    engine.docker("save", "-o", scratch / "base.tar", "python:3.13-slim-trixie")
    (scratch / "Buildah").write_text(BUILDAH)
    (scratch / "nothing").mkdir()
    mounts = ["-v", f"{scratch}:{scratch}", "-v", f"{scratch / 'store'}:/var/lib/containers"]
    with engine.image(scratch / "nothing", engine.buildable(scratch / "Buildah", scratch)) as image:
        try:
            options = ["--privileged", "--env", "BUILDAH_ISOLATION=chroot", *engine.HOST_NETWORK, *mounts]
            with engine.container(image, *options, command=("sleep", "600")) as name:
                engine.docker("exec", name, "buildah", "pull", "-q", f"docker-archive:{scratch / 'base.tar'}")
                forward = scratch / "bin" / "buildah"
                forward.write_text(FORWARD.format(docker=shutil.which("docker"), here=project, name=name))
                forward.chmod(0o755)
                verified(project, scratch, name)
        finally:  # what root of the container made
            engine.docker("run", "--rm", *mounts, image, "sh", "-c", "rm -rf /var/lib/containers/*")


def verified(project, scratch, name):
    """It holds where it should, and what failed is told; of Buildah's images only those of its cache stay."""
    env = {"PATH": f"{scratch / 'bin'}:/usr/bin:/bin", "TMPDIR": str(scratch / "tmp")}
    run = dockgen("verify", "--json", "--engine", "buildah", project, env=env, timeout=600)
    (app,) = json.loads(run.out)["apps"]
    checks = {check["name"]: (check["status"], check["said"]) for check in app["checks"]}
    assert run.code == 1, run.err
    assert checks["builds"][0] == "passed"
    assert checks["no-secrets"] == ("failed", "/app/key.pem holds a private key")
    assert checks["non-root"] == ("passed", "the image's user is 1000:1000")
    assert checks["answers"] == ("skipped", "buildah builds and does not run")
    assert checks["rebuild"][0] == "passed"
    assert app["size"]["base"] > 0
    (project / "Dockerfile").write_text(DOCKERFILE.replace("RUN python main.py", "RUN python main.py && exit 3"))
    run = dockgen("verify", "--json", "--engine", "buildah", project, env=env, timeout=600)
    failure = json.loads(run.out)["apps"][0]["failure"]
    assert (failure["step"], failure["exit_code"], failure["line"], failure["stage"]) == ("build", 3, 6, "build")
    assert "hello" in failure["log"]
    assert "dockgen-verify" not in engine.docker("exec", name, "buildah", "images", "--format", "{{.Name}}")
    assert not list((scratch / "tmp").iterdir())
