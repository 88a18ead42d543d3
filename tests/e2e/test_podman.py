"""What `--podman` writes is built by Buildah, of the release that Debian has, in a container of its own."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

import engine
import pytest
from cases import CASES
from helpers import PROJECTS
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
