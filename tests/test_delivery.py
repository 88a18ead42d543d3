"""The files that build and deliver, read by the tools that they are for: buildx, schemas, linters of workflows."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import json5
import judges
import pytest
import yaml
from helpers import PROJECTS, ROOT, dockgen, has_buildx
from test_lint import hadolint

BIN = Path(sys.executable).parent
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
    if not has_buildx():
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


PLACE = ("--set", "image=registry.example.com/team/app")
EACH = (
    ("python-fastapi-uv", ()),
    ("python-fastapi-uv", PLACE),
    ("static-site", ("--set", "image=ghcr.io/o/site", "--set", "registry=mirror.example.com/hub")),
    ("static-site", ("--set", "image=team/site")),
    ("node-workspace-npm", ("--all",)),
    ("node-workspace-npm", ("--app", "api")),
    ("go-private", ()),
    ("node-private-registry", PLACE),
)
IDS = [f"{name} {' '.join(options)}".strip() for name, options in EACH]


def passes(*argv):
    """Run a tool of the development environment; what it says if it does not pass."""
    done = subprocess.run([BIN / argv[0], *argv[1:]], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"


def workflow(root):
    (file,) = (root / ".github" / "workflows").iterdir()
    return file, yaml.safe_load(file.read_text())


def steps(jobs):
    return [step for job in jobs.values() for step in job["steps"]]


@pytest.mark.parametrize(("name", "options"), EACH, ids=IDS)
def test_a_workflow_is_valid_and_safe(project, name, options):
    file, said = workflow(project(name, "github", *options))
    passes("check-jsonschema", "--builtin-schema", "vendor.github-workflows", file)
    passes("zizmor", "--offline", "--quiet", "--no-progress", "--persona", "pedantic", file)
    assert said["permissions"] == {}
    assert {name: job["permissions"].get("packages") for name, job in said["jobs"].items()} in (
        {"check": None, "build": None, "publish": None},
        {"check": None, "build": "write", "publish": "write"},
    )
    for step in steps(said["jobs"]):
        assert "${{" not in step.get("run", "")
        assert re.fullmatch(r"[\w.-]+(/[\w.-]+)+@[0-9a-f]{40}", step.get("uses", "a/b@" + "0" * 40))
    assert len(re.findall(r"uses: \S+ # v\d+\.\d+\.\d+$", file.read_text(), re.MULTILINE)) == sum(
        "uses" in step for step in steps(said["jobs"])
    )


@pytest.mark.parametrize(("name", "options"), EACH, ids=IDS)
def test_actionlint_finds_nothing(project, name, options):
    tool = judges.find("actionlint")
    if not tool:
        pytest.skip("NO WORKFLOW WAS LINTED: there is no actionlint; .ci/run builds it where there is Go")
    file, _ = workflow(project(name, "github", *options))
    done = subprocess.run([tool, file], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_a_workflow_that_is_unsafe_is_found(tmp_path):
    bad = tmp_path / "bad.yml"
    bad.write_text("on: push\njobs:\n  a:\n    runs-on: x\n    steps: [{uses: actions/checkout@v4}]\n")
    with pytest.raises(AssertionError, match="unpinned"):
        passes("zizmor", "--offline", "--quiet", bad)
    bad.write_text(bad.read_text().replace("runs-on", "runs_on"))
    with pytest.raises(AssertionError, match="runs_on"):
        passes("check-jsonschema", "--builtin-schema", "vendor.github-workflows", bad)


def test_where_the_image_goes(project):
    text = workflow(project("python-fastapi-uv", "github"))[0].read_text()
    assert 'echo "name=ghcr.io/${GITHUB_REPOSITORY,,}" >>' in text
    assert "secrets." not in text
    file, said = workflow(project("static-site", "github", *PLACE))
    logins = [step["with"] for step in steps(said["jobs"]) if step.get("name") == "Log in"]
    assert [(login["registry"], login["password"]) for login in logins] == [
        ("registry.example.com", "${{ secrets.REGISTRY_TOKEN }}")
    ] * 2
    assert "takes the secrets REGISTRY_USERNAME and REGISTRY_TOKEN" in file.read_text()
    hub = workflow(project("node-express-npm", "github", "--set", "image=team/app"))[1]
    assert "registry" not in next(step["with"] for step in steps(hub["jobs"]) if step.get("name") == "Log in")


def test_one_workflow_builds_every_app_on_every_platform(project):
    jobs = workflow(project("node-workspace-npm", "github", "--all"))[1]["jobs"]
    build = jobs["build"]["strategy"]["matrix"]
    assert build["service"] == [
        {"name": name, "context": ".", "dockerfile": f"apps/{name}/Dockerfile"} for name in ("api", "web")
    ]
    assert [platform["arch"] for platform in build["platform"]] == ["amd64", "arm64"]
    assert [service["name"] for service in jobs["publish"]["strategy"]["matrix"]["service"]] == ["api", "web"]
    scopes = {str(step["with"].get("cache-to")) for step in jobs["build"]["steps"] if step.get("name") == "Build"}
    assert scopes == {"type=gha,mode=max,scope=${{ matrix.service.name }}_${{ matrix.platform.arch }}"}


def test_an_app_of_several_has_a_workflow_of_its_own(project):
    file, said = workflow(project("node-workspace-npm", "github", "--app", "web"))
    assert (file.name, said["name"]) == ("image-web.yml", "image of web")
    build = next(step for step in said["jobs"]["build"]["steps"] if step.get("name") == "Build")
    assert (build["with"]["context"], build["with"]["file"]) == (".", "apps/web/Dockerfile")


def test_secrets_of_the_build_are_those_of_the_repository(project):
    jobs = workflow(project("go-private", "github"))[1]["jobs"]
    build = next(step for step in jobs["build"]["steps"] if step.get("name") == "Build")
    assert build["env"] == {"NETRC": "${{ secrets.NETRC }}"}
    assert build["with"]["secret-envs"] == "netrc=NETRC\n"


def test_a_folder_is_no_expression(tmp_path):
    folder = "${{ secrets.ALL }} #"
    shutil.copytree(PROJECTS / "static-site", tmp_path / "shop" / folder)
    shutil.copytree(PROJECTS / "python-fastapi-uv", tmp_path / "shop" / "api")
    run = dockgen("generate", "--all", "--with", "github", tmp_path / "shop")
    assert run.code == 0, run.err
    file, said = workflow(tmp_path / "shop")
    assert "secrets.ALL" in file.read_text()
    contexts = {service["context"] for service in said["jobs"]["build"]["strategy"]["matrix"]["service"]}
    assert contexts == {"api", folder.replace("${{", "${{ '${{' }}")}


def test_one_pipeline_pushes_to_one_registry(tmp_path):
    shutil.copytree(PROJECTS / "node-workspace-npm", tmp_path / "w")
    (tmp_path / "w" / "dockgen.yaml").write_text(
        "dockgen: 1\napps:\n  apps/api:\n    set: {image: ghcr.io/o/api}\n  apps/web:\n    set: {image: r.example/web}\n"
    )
    run = dockgen("generate", "--all", "--with", "github", tmp_path / "w")
    assert run.code == 2, run
    assert "one pipeline pushes to one registry: api to ghcr.io/o/api and web to r.example/web" in run.err


class Loader(yaml.SafeLoader):
    """YAML with GitLab's `!reference`."""


Loader.add_constructor("!reference", lambda loader, node: ("reference", *loader.construct_sequence(node)))


def pipeline(root):
    (file,) = (root / ".gitlab").iterdir()
    return file, yaml.load(file.read_text(), Loader)


def job(jobs, name):
    """The job NAME with what it extends, as GitLab merges them."""
    above = jobs[name].get("extends", [])
    found = {}
    for part in [*(job(jobs, up) for up in ([above] if isinstance(above, str) else above)), jobs[name]]:
        found = {**found, **part, "variables": {**found.get("variables", {}), **part.get("variables", {})}}
    return found


@pytest.mark.parametrize(("name", "options"), EACH, ids=IDS)
def test_a_pipeline_is_valid(project, name, options):
    file, said = pipeline(project(name, "gitlab", *options))
    passes("check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci", file)
    names = [name for name in said if not name.startswith(".")]
    assert not {"stages", "variables", "default", "workflow", "image", "include"} & set(names)  # they are the user's
    assert {job(said, name)["stage"] for name in names} == {"build", "test", "deploy"}
    for each in names:
        assert {"IMAGE", "CONTEXT", "DOCKERFILE"} <= job(said, each)["variables"].keys()
        assert set(said[each].get("needs", ())) <= set(names)
        for script in job(said, each)["script"]:
            assert subprocess.run(["sh", "-n", "-c", script], check=False).returncode == 0


def test_names_of_an_apps_own_pipeline_are_its_own(project):
    root = project("node-workspace-npm", "gitlab", "--app", "api")
    project("node-workspace-npm", "gitlab", "--app", "web")
    one, other = (
        yaml.load((root / f".gitlab/image-{app}.gitlab-ci.yml").read_text(), Loader) for app in ("api", "web")
    )
    assert not one.keys() & other.keys()
    assert job(one, "image-api:build")["variables"]["DOCKERFILE"] == "apps/api/Dockerfile"
    assert job(other, "image-web:build")["variables"]["IMAGE"] == "$CI_REGISTRY_IMAGE"


def test_a_pipeline_has_the_jobs_of_every_app(project):
    _, said = pipeline(project("node-workspace-npm", "gitlab", "--all"))
    for app in ("api", "web"):
        assert job(said, f"image:build:{app}")["variables"]["DOCKERFILE"] == f"apps/{app}/Dockerfile"
        assert job(said, f"image:publish:{app}")["variables"]["IMAGE"] == f"$CI_REGISTRY_IMAGE/{app}"
        assert said[f"image:publish:{app}"]["needs"] == [f"image:build:{app}", f"image:scan:{app}"]


FAKE = '#!/bin/sh\necho "${0##*/} $*"\n'


def ran(script, tmp_path, **env):
    """What a script of a pipeline runs, with programs that only say how they were called."""
    for tool in ("docker", "cosign", "apk"):
        (tmp_path / tool).write_text(FAKE)
        (tmp_path / tool).chmod(0o755)
    known = {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "IMAGE": "r/i",
        "DIGEST": "sha256:0",
        "PLATFORMS": "linux/amd64",
    }
    known |= {"CI_COMMIT_REF_SLUG": "main", "CI_COMMIT_SHORT_SHA": "abc", "CONTEXT": ".", "DOCKERFILE": "Dockerfile"}
    text = "\n".join(["set -eu", *script])
    done = subprocess.run(
        ["sh", "-c", text], env=known | env, capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("tag", "source", "tags"),
    [
        ("v1.4.2", "push", ["1.4.2", "1.4", "1", "latest", "sha-abc"]),
        ("v0.4.2", "push", ["0.4.2", "0.4", "latest", "sha-abc"]),
        ("v1.5.0-rc.1", "push", ["1.5.0-rc.1", "sha-abc"]),
        ("", "push", ["main", "sha-abc"]),
        ("", "schedule", ["main"]),
    ],
)
def test_tags_of_a_pipeline(project, tmp_path, tag, source, tags):
    script = pipeline(project("static-site", "gitlab"))[1]["image:publish"]["script"]
    said = ran(script, tmp_path, CI_COMMIT_TAG=tag, CI_PIPELINE_SOURCE=source, CI_SERVER_HOST="gitlab.com")
    made = [line.split(" --tag r/i:")[1].split() for line in said if line.startswith("docker buildx imagetools")]
    assert made == [[name, "r/i@sha256:0"] for name in tags]
    assert said[-1] == "cosign sign --yes r/i@sha256:0"
    elsewhere = ran(script, tmp_path, CI_COMMIT_TAG=tag, CI_PIPELINE_SOURCE=source, CI_SERVER_HOST="git.example.com")
    assert elsewhere == said[:-2]


def test_a_merge_request_pushes_nothing(project, tmp_path):
    script = pipeline(project("node-private-registry", "gitlab", *PLACE))[1]["image:build"]["script"]
    common = {"CI_PROJECT_URL": "u", "CI_COMMIT_SHA": "abc", "CI_COMMIT_REF_NAME": "m"}
    (tmp_path / "metadata.json").write_text(
        '{\n  "containerimage.digest": "sha256:12ab",\n  "x": {"digest": "sha256:0"}\n}'
    )
    asked, pushed, anew = (
        next(line for line in ran(script, tmp_path, CI_PIPELINE_SOURCE=source, **common) if "--platform" in line)
        for source in ("merge_request_event", "push", "schedule")
    )
    assert "--output type=cacheonly" in asked
    assert "push=true" not in asked
    assert "--cache-to" not in asked
    assert "--output type=image,name=r/i,push-by-digest=true,name-canonical=true,push=true" in pushed
    assert "--provenance mode=max --sbom true" in pushed
    assert "--secret id=HARBOUR_TOKEN,env=HARBOUR_TOKEN" in pushed
    assert ("--no-cache" in anew, "--no-cache" in pushed) == (True, False)
    assert (tmp_path / "image.env").read_text() == "DIGEST=sha256:12ab\n"


BOTS = [(name, options) for name, options in EACH if "--app" not in options] + [("go-chi", ()), ("static-hugo", ())]


@pytest.mark.parametrize(("name", "options"), BOTS, ids=[f"{n} {' '.join(o)}".strip() for n, o in BOTS])
def test_update_bots_are_valid(project, name, options):
    root = project(name, "renovate", *options)
    project(name, "dependabot,compose", *options)
    passes("check-jsonschema", "--builtin-schema", "vendor.renovate", root / "renovate.json5")
    file = root / ".github" / "dependabot.yml"
    passes("check-jsonschema", "--builtin-schema", "vendor.dependabot", file)
    passes("zizmor", "--offline", "--quiet", "--no-progress", "--persona", "pedantic", file)
    docker, *others = yaml.safe_load(file.read_text())["updates"]
    assert [other["package-ecosystem"] for other in others] == ["docker-compose", "github-actions"]
    for folder in docker["directories"]:
        assert list((root / folder.lstrip("/")).glob("*Dockerfile*")), folder


@pytest.mark.parametrize(
    ("image", "is_grouped"),
    [
        ("golang", True),
        ("go", True),
        ("mirror.example.com/hub/library/golang", True),
        ("mongo", False),
        ("django", False),
    ],
)
def test_renovate_raises_a_language_in_all_of_its_files(project, image, is_grouped):
    rules = json5.loads((project("go-chi", "renovate") / "renovate.json5").read_text())["packageRules"]
    (pattern,) = next(rule["matchDepNames"] for rule in rules if rule.get("groupName") == "Go")
    assert bool(re.search(pattern.strip("/"), image)) == is_grouped


def test_what_bots_cannot_do_is_told(project):
    project("go-chi", "renovate,dependabot", says="one of them is enough")
    project("go-chi", "renovate", "--set", "versions=arg", says="renovate moves no image whose tag is in an ARG")


@pytest.mark.parametrize("companion", ["renovate", "dependabot", "hadolint"])
def test_one_for_all_apps(tmp_path, companion):
    shutil.copytree(PROJECTS / "node-workspace-npm", tmp_path / "w")
    run = dockgen("generate", "--app", "api", "--with", companion, tmp_path / "w")
    assert run.code == 2, run
    assert "is one file for all apps" in run.err
    assert not list((tmp_path / "w").rglob("*Dockerfile"))


def test_hadolint_is_told_what_our_own_files_are_held_to(project):
    root = project("python-fastapi-uv", "hadolint")
    ours = yaml.safe_load((ROOT / ".hadolint.yaml").read_text())  # by which test_lint.py judges every golden Dockerfile
    assert yaml.safe_load((root / ".hadolint.yaml").read_text()) == ours


def test_images_of_another_registry_are_found(project):
    root = project("python-fastapi-uv", "hadolint", "--set", "registry=mirror.example.com:5000/hub")
    config, dockerfile = root / ".hadolint.yaml", root / "Dockerfile"
    argv = [hadolint(), "--config", config, dockerfile]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    dockerfile.write_text(dockerfile.read_text().replace("mirror.example.com:5000", "elsewhere.example"))
    assert "DL3026" in subprocess.run(argv, capture_output=True, text=True, check=False).stdout
