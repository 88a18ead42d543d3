"""The scripts of the pipelines that tag an image, run as they are against a registry on this machine."""

from __future__ import annotations

import os
import shutil
import subprocess

import engine
import pytest
import registry
import yaml
from helpers import PROJECTS, dockgen
from test_delivery import Loader


@pytest.fixture
def there(tmp_path):
    if reason := registry.missing():
        pytest.skip(f"NOTHING WAS PUSHED: {reason}")
    with registry.serve(tmp_path) as found:
        yield found


@pytest.fixture
def written(tmp_path):
    """The workflow of GitHub and the pipeline of GitLab for a project."""
    root = tmp_path / "static-site"
    shutil.copytree(PROJECTS / "static-site", root)
    run = dockgen("generate", "--with", "github,gitlab", root)
    assert run.code == 0, run.err
    files = (root / ".github/workflows/image.yml", root / ".gitlab/image.gitlab-ci.yml")
    return [yaml.load(file.read_text(), Loader) for file in files]


def run(shell, script, folder, **env):
    done = subprocess.run(
        [shell, "-euc", script], cwd=folder, env=os.environ | env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def part_digests(there, name):
    """The digests of an image for two platforms, each pushed by itself and without the tags of a release."""
    found = []
    for platform in registry.PLATFORMS:
        part = f"{there.host}/{name}:{platform.rpartition('/')[2]}"
        (there.folder / "Dockerfile").write_text("FROM scratch\nCOPY text /text\n")
        (there.folder / "text").write_text("harbour")
        engine.docker("build", "--quiet", "--platform", platform, "--tag", part, there.folder)
        pushed = engine.docker("push", part)
        engine.docker("image", "rm", "--force", part)
        found.append(pushed.partition("digest: sha256:")[2][:64])
    return found


def test_github_makes_the_platforms_one_image(there, written, tmp_path):
    digests = tmp_path / "digests"
    digests.mkdir()
    for digest in part_digests(there, "team/site"):
        (digests / digest).touch()
    (step,) = (step for step in written[0]["jobs"]["publish"]["steps"] if step.get("name") == "Tag")
    image = f"{there.host}/team/site"
    output = tmp_path / "output"
    run("bash", step["run"], digests, IMAGE=image, TAGS=f"{image}:1.4.2\n{image}:latest", GITHUB_OUTPUT=str(output))
    index = there.digest("team/site:1.4.2")
    assert there.digest("team/site:latest") == index
    assert output.read_text() == f"digest={index}\n"
    inside = engine.docker("buildx", "imagetools", "inspect", f"{image}@{index}")
    assert all(platform in inside for platform in registry.PLATFORMS)


def test_gitlab_tags_what_was_scanned(there, written):
    there.push("team/site:candidate", "harbour")
    scanned = there.digest("team/site:candidate")
    job = written[1]["image:publish"]
    known = {"CI_COMMIT_TAG": "v1.4.2", "CI_PIPELINE_SOURCE": "push", "CI_SERVER_HOST": "git.example.com"}
    known |= {"CI_COMMIT_REF_SLUG": "v1-4-2", "CI_COMMIT_SHORT_SHA": "abc"}
    script = "\n".join(job["script"])
    run("sh", script, there.folder, IMAGE=f"{there.host}/team/site", DIGEST=scanned, **known)
    for tag in ("1.4.2", "1.4", "1", "latest", "sha-abc"):
        assert there.digest(f"team/site:{tag}") == scanned
