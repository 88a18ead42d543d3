"""The files that build and deliver, read by the tools that they are for: buildx, schemas, linters of workflows."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from helpers import PROJECTS, dockgen

PLATFORMS = ["linux/amd64", "linux/arm64"]
ATTESTED = [{"mode": "max", "type": "provenance"}, {"type": "sbom"}]


@pytest.fixture
def project(tmp_path):
    """A copy of a golden project with the files of companions, in the folder that this gives."""

    def make(name, companions, *options, says=""):
        root = tmp_path / name
        if not root.exists():
            shutil.copytree(PROJECTS / name, root)
        run = dockgen("generate", "--with", companions, *options, root)
        assert run.code == 0, run.err
        assert says in run.err
        return root

    return make


@pytest.fixture
def printed(tmp_path):
    """What bake would build, as it says so itself; skipped, and it says so, where there is no buildx."""
    asked = ["docker", "buildx", "version"]
    if not shutil.which("docker") or subprocess.run(asked, capture_output=True, check=False).returncode:
        pytest.skip("NO BAKE FILE WAS READ: there is no docker buildx on this machine")
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".netrc").touch()
    plugins = os.environ.get("DOCKER_CONFIG", str(Path("~/.docker").expanduser()))
    agent = tmp_path / "agent.sock"
    agent.touch()

    def read(folder, *arguments, **env):
        known = {"HOME": str(tmp_path / "home"), "DOCKER_CONFIG": plugins, "SSH_AUTH_SOCK": str(agent)}
        done = subprocess.run(
            ["docker", "buildx", "bake", *arguments, "--print"],
            cwd=folder,
            env={**os.environ, **known, **env},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return read


def test_bake_builds_an_image_and_releases_it(project, printed):
    root = project("python-fastapi-uv", "bake", "--set", "image=registry.example.com/team/parcels", "--set", "dev=yes")
    found = printed(root)
    assert found["group"] == {"default": {"targets": ["parcels"]}}
    assert found["target"] == {
        "parcels": {
            "context": ".",
            "dockerfile": "Dockerfile",
            "tags": ["registry.example.com/team/parcels:latest"],
        }
    }
    release = printed(root, "release", TAG="1.4.2")["target"]["release"]
    assert release["tags"] == ["registry.example.com/team/parcels:1.4.2"]
    assert release["platforms"] == PLATFORMS
    assert release["attest"] == ATTESTED
    assert release["output"] == [{"type": "registry"}]
    assert not release.keys() & {"cache-from", "cache-to", "labels"}
    cached = printed(root, "release", CACHE="true", IMAGE="other.example/p")["target"]["release"]
    assert cached["cache-from"] == [{"ref": "other.example/p:buildcache", "type": "registry"}]
    assert cached["cache-to"] == [{"mode": "max", "ref": "other.example/p:buildcache", "type": "registry"}]
    assert printed(root, "check")["target"]["check"]["call"] == "check"
    dev = printed(root, "dev")["target"]["dev"]
    assert (dev["target"], dev["tags"]) == ("dev", ["registry.example.com/team/parcels:dev"])


def test_a_release_takes_the_tags_and_labels_of_metadata_action(project, printed, tmp_path):
    root = project("python-fastapi-uv", "bake")
    tags, labels = ["ghcr.io/o/parcels:1.4", "ghcr.io/o/parcels:1"], {"org.opencontainers.image.revision": "abc"}
    filled = tmp_path / "metadata.json"
    filled.write_text(json.dumps({"target": {"docker-metadata-action": {"tags": tags, "labels": labels}}}))
    found = printed(root, "-f", "docker-bake.hcl", "-f", filled, "release", "parcels")["target"]
    assert (found["release"]["tags"], found["release"]["labels"]) == (tags, labels)
    assert found["parcels"]["tags"] == ["parcels:latest"]


def test_one_bake_file_for_all_apps(project, printed):
    root = project("node-workspace-npm", "bake", "--all", says="nothing says where api, web can be pushed to")
    files = {"api": "apps/api/Dockerfile", "web": "apps/web/Dockerfile"}
    for group, ending in (("default", ""), ("release", "_release"), ("check", "_check")):
        found = printed(root, group)
        assert found["group"][group]["targets"] == [f"{name}{ending}" for name in files]
        assert {name: target["dockerfile"] for name, target in found["target"].items()} == {
            f"{name}{ending}": file for name, file in files.items()
        }
        for name, target in found["target"].items():
            assert target["context"] == "."
            assert (root / target["dockerfile"]).is_file()
            assert target.get("platforms") == (PLATFORMS if ending == "_release" else None), name
            assert target.get("attest") == (ATTESTED if ending == "_release" else None), name
    tags = printed(root, API_IMAGE="r.example/api", TAG="2")["target"]
    assert tags["api"]["tags"] == ["r.example/api:2"]
    assert tags["web"]["tags"] == ["web:2"]


def test_apps_in_folders_of_their_own_are_built_from_them(project, printed, tmp_path):
    for name in ("python-fastapi-uv", "static-site"):
        shutil.copytree(PROJECTS / name, tmp_path / "shop" / name)
    root = project("shop", "bake", "--all")
    found = printed(root)["target"]
    assert {target["context"] for target in found.values()} == {"python-fastapi-uv", "static-site"}
    for target in found.values():
        assert (root / target["context"] / target["dockerfile"]).is_file()


def test_one_app_of_several_is_baked_where_its_file_says(project, printed):
    root = project("node-workspace-npm", "bake", "--app", "api")
    assert "from the root of the repository" in (root / "apps/api/docker-bake.hcl").read_text()
    target = printed(root, "--file", "apps/api/docker-bake.hcl")["target"]["api"]
    assert (target["context"], target["dockerfile"]) == (".", "apps/api/Dockerfile")


def test_secrets_and_the_agent_are_handed_on(project, printed, tmp_path):
    private = project("go-private", "bake")
    (netrc,) = printed(private)["target"]["tides"]["secret"]
    assert (netrc["id"], netrc["src"]) == ("netrc", str(tmp_path / "home" / ".netrc"))
    token = project("node-private-registry", "bake")
    found = printed(token, HARBOUR_TOKEN="x")["target"]["berth-booking"]
    assert [(s["id"], s["env"]) for s in found["secret"]] == [("HARBOUR_TOKEN", "HARBOUR_TOKEN")]


def test_the_scanner_of_the_sbom_comes_from_the_registry_of_all_images(project, printed):
    root = project("static-site", "bake", "--set", "registry=mirror.example.com/hub")
    sbom = printed(root, "release")["target"]["release"]["attest"][1]
    assert sbom == {"generator": "mirror.example.com/hub/docker/buildkit-syft-scanner:stable-1", "type": "sbom"}


@pytest.mark.parametrize("name", ["default", "release", "check", "dev", "docker-metadata-action", "TAG", "home"])
def test_a_service_may_have_any_name(project, printed, name):
    root = project("static-site", "bake", "--set", f"name={name.lower()}", "--set", "dev=yes")
    found = printed(root)
    assert [t["dockerfile"] for t in found["target"].values()] == ["Dockerfile"]
    for target in ("release", "check", "dev"):
        assert printed(root, target)["target"]


def test_two_apps_are_not_pushed_under_one_name(tmp_path):
    shutil.copytree(PROJECTS / "node-workspace-npm", tmp_path / "w")
    run = dockgen("generate", "--all", "--with", "bake", "--set", "image=r.example/all", tmp_path / "w")
    assert run.code == 2, run
    assert "api and web would both be pushed to r.example/all" in run.err
    assert not list((tmp_path / "w").rglob("*Dockerfile"))
