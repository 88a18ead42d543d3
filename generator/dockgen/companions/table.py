"""Table: the companions, by name: what each is for, the files that it writes, and how these are commented."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = "companions"  # of their templates


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file: its PATH, the TEMPLATE that prints it, below templates/companions/, and what begins a comment in it.

    A run for one app of several writes it into that app's folder, or to the path ALONE of the repository if tools look
    for it only there; `{name}` is the app's. "" if there is one for all apps or none. EACH app that runs has one of its
    own, in its folder, if the file can only say something of one. A template that prints nothing makes no file. Where
    files that it HIDES lie in the same folder, its reader takes it instead of them.
    """

    path: str
    template: str
    mark: str = "#"
    alone: str | None = None
    each: bool = False
    hides: tuple[str, ...] = ()

    @property
    def root(self) -> str:
        """The name of the template."""
        return f"{FOLDER}/{self.template}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """What `--with NAME` adds: a TITLE for people, what the files are read by (READER), and the files."""

    name: str
    title: str
    reader: str
    files: tuple[File, ...]


def _one(name: str, title: str, reader: str, *files: File) -> Companion:
    return Companion(name=name, title=title, reader=reader, files=files)


COMPANIONS: Mapping[str, Companion] = {
    each.name: each
    for each in (
        # On this machine.
        _one(
            "compose", "runs it with what it needs, on one machine", "docker compose up",
            File(
                path="compose.yaml",
                template="compose/compose.yaml.j2",
                hides=("compose.yml", "docker-compose.yaml", "docker-compose.yml"),
            ),
            File(path="compose.dev.yaml", template="compose/compose.dev.yaml.j2"),
        ),
        _one(
            "swarm", "runs it on several machines, with Docker Swarm", "docker stack deploy",
            File(path="stack.yaml", template="swarm/stack.yaml.j2"),
        ),
        _one(
            "devcontainer", "opens it in an editor, in its container", "VS Code, JetBrains, Codespaces",
            File(path=".devcontainer/devcontainer.json", template="devcontainer/devcontainer.json.j2", mark="//"),
        ),
        # Where it is deployed.
        _one(
            "kubernetes", "runs it on a cluster", "kubectl apply -k",
            File(path="k8s/app.yaml", template="kubernetes/app.yaml.j2"),
            File(path="k8s/kustomization.yaml", template="kubernetes/kustomization.yaml.j2"),
        ),
        _one(
            "ecs", "runs it on Amazon ECS with Fargate", "aws ecs register-task-definition",
            File(path="ecs-task-definition.yaml", template="ecs/ecs-task-definition.yaml.j2", each=True),
        ),
        _one(
            "aci", "runs it on Azure Container Instances", "az container create",
            File(path="container-group.yaml", template="aci/container-group.yaml.j2", each=True),
        ),
        # How it is built and delivered.
        _one(
            "make", "has the everyday commands as targets of make", "make -f docker.mk",
            File(path="docker.mk", template="make/docker.mk.j2"),
        ),
        _one(
            "just", "has the everyday commands as recipes of just", "just --justfile docker.just",
            File(path="docker.just", template="just/docker.just.j2"),
        ),
        _one(
            "bake", "builds every image, here or on other builders, and releases it", "docker buildx bake",
            File(path="docker-bake.hcl", template="bake/docker-bake.hcl.j2"),
        ),
        _one(
            "github", "a workflow that checks, builds, scans, signs and pushes", "GitHub Actions",
            File(
                path=".github/workflows/image.yml",
                template="github/image.yml.j2",
                alone=".github/workflows/image-{name}.yml",
            ),
        ),
        _one(
            "gitlab", "jobs that check, build, scan, sign and push, to be included", "GitLab CI/CD",
            File(
                path=".gitlab/image.gitlab-ci.yml",
                template="gitlab/image.gitlab-ci.yml.j2",
                alone=".gitlab/image-{name}.gitlab-ci.yml",
            ),
        ),
        _one(
            "renovate", "a bot that keeps images and actions current, anywhere", "Renovate",
            File(path="renovate.json5", template="renovate/renovate.json5.j2", mark="//", alone=""),
        ),
        _one(
            "dependabot", "a bot that keeps images and actions current, in GitHub", "Dependabot",
            File(path=".github/dependabot.yml", template="dependabot/dependabot.yml.j2", alone=""),
        ),
        _one(
            "hadolint", "what the linter of Dockerfiles lets pass, and why", "hadolint",
            File(path=".hadolint.yaml", template="hadolint/hadolint.yaml.j2", alone=""),
        ),
    )
}  # fmt: skip


def path(file: File, place: str, name: str) -> str:
    """Where FILE goes in the folder PLACE, "" being the root, for an app called NAME; "" if it is one for all apps."""
    if not place or file.each:
        return f"{place}/{file.path}".lstrip("/")
    if file.alone is not None:
        return file.alone.format(name=name)
    return f"{place}/{file.path}"


def named(written: str) -> str:
    """The companion that the file at the path WRITTEN belongs to; "" if it is none of theirs."""
    for each in COMPANIONS.values():
        for file in each.files:
            start, _, end = (file.alone or file.path).partition("{name}")
            is_alone = bool(end) and written.startswith(start) and written.endswith(end)
            if is_alone or f"/{written}".endswith(f"/{file.path}"):
                return each.name
    return ""


def files(names: tuple[str, ...]) -> tuple[File, ...]:
    """The files of the companions NAMES, in the order of the table."""
    return tuple(file for name, each in COMPANIONS.items() if name in names for file in each.files)


def of(path: str) -> str:
    """The companion that the file PATH is of; "" if it is of none."""
    for name, each in COMPANIONS.items():
        for file in each.files:
            start, _, end = (file.alone or file.path).partition("{name}")
            is_own = file.alone and path.startswith(start) and path.endswith(end)
            if is_own or path == file.path or path.endswith(f"/{file.path}"):
                return name
    return ""
