"""How the images are built and delivered: what the files of bake, of CI and of update bots print about a project."""

from __future__ import annotations

import itertools
import posixpath
import re
from typing import TYPE_CHECKING

from dockgen.errors import InputError
from dockgen.mirrors import below, split
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

# Images of tools, as of November 2026; Renovate moves those that were written.
IMAGES = {
    "docker": "docker:29-cli",
    "engine": "docker:29-dind",
    "hadolint": "ghcr.io/hadolint/hadolint:v2.15.1-debian",
    "emulators": "tonistiigi/binfmt:qemu-v10.2.3",
    "trivy": "ghcr.io/aquasecurity/trivy:0.76.0",
}
# Languages whose release is said by files of the project too: their names, and those of their images.
LANGUAGES = {"python": ("Python", "python"), "node": ("Node", "node"), "go": ("Go", "golang")}
SBOM_SCANNER = "docker/buildkit-syft-scanner:stable-1"
# Groups in a bake file, which no target can be called as well.
GROUPS = ("default", "release", "check", "dev")


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildSecret:
    """What the build is given and no layer keeps: an environment variable, or a file ($HOME/… of whoever builds).

    OPTION says it as `docker build --secret` takes it; VARIABLE holds it in CI, a file with all that it says.
    """

    id: str
    env: str = ""
    file: str = ""
    option: str
    variable: str

    def below(self, folder: str) -> BuildSecret:
        """The secret for a build that starts above FOLDER, where a file of the project lies."""
        if not self.file or self.file.startswith("$HOME/"):
            return self
        return secret(self.id, file=posixpath.normpath(posixpath.join(folder, self.file)))


def secret(name: str, *, env: str = "", file: str = "") -> BuildSecret:
    """The secret NAME: the variable ENV or the FILE."""
    return BuildSecret(
        id=name,
        env=env,
        file=file,
        option=f"id={name},env={env}" if env else f"id={name},src={file}",
        variable=env or re.sub(r"[^A-Z0-9]+", "_", name.upper()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BakeTarget:
    """A service in docker-bake.hcl: the names of its targets and of the variable of its image, and its build."""

    build: str
    release: str
    check: str
    dev: str
    filled: str  # by docker/metadata-action
    image: str
    context: str
    secrets: tuple[BuildSecret, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a service is built from, all paths from the root of the repository; CONTEXT is "." for the root itself."""

    context: str
    dockerfile: str
    secrets: tuple[BuildSecret, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What the steps of a workflow of GitHub say of the service that they are about: the only one, or the matrix's."""

    name: str
    image: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """The images that CI runs tools in, from the registry that all images come from if there is one."""

    docker: str
    engine: str
    hadolint: str
    trivy: str
    emulators: str
    sbom: str  # what looks for packages in an image; "" for BuildKit's own choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language that services are written in: its NAME in files of projects, and that of its IMAGE."""

    title: str
    name: str
    image: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What the files that build and deliver say of all services."""

    bake_file: str  # its path from BAKE_FOLDER; "" if it is found there without being named
    bake_folder: str  # where bake is run, from the root; "" for the root
    host: str  # of the registry that images are pushed to; "" for the one of whoever runs CI
    steps: Steps
    registry: str  # where all images come from, instead of their own registries
    registry_host: str
    by_argument: bool  # the release of base images is said by ARG
    tools: Tools
    languages: tuple[Language, ...]
    jobs: str  # what the names of jobs begin with
    secrets: tuple[BuildSecret, ...]  # of all builds
    ssh: bool  # a build needs the SSH agent
    folders: tuple[str, ...]  # of the Dockerfiles, as Dependabot writes them: "/" for the root


def secrets(build_args: Sequence[str]) -> tuple[BuildSecret, ...]:
    """The secrets in the options of `docker build`, which given.py writes."""
    found = []
    for option, word in itertools.pairwise(build_args):
        if option == "--secret":
            said = dict(part.partition("=")[::2] for part in word.split(","))
            found.append(secret(said["id"], env=said.get("env", ""), file=said.get("src", "")))
    return tuple(found)


def target(name: str, context: str, secrets: Sequence[BuildSecret], *, alone: bool) -> BakeTarget:
    """The targets of the service NAME; ALONE if the file has no other, so that they need not be told apart.

    The service's own has its name, the others an underscore in theirs, which no service has.
    """
    metadata = "docker-metadata-action"
    build = f"{name}_app" if name in (*GROUPS, metadata) else name
    return BakeTarget(
        build=build,
        release="release" if alone else f"{name}_release",
        check="check" if alone else f"{name}_check",
        dev="dev" if alone else f"{name}_dev",
        filled=metadata if alone else f"{metadata}_{name}",
        image="IMAGE" if alone else f"{name.replace('-', '_').upper()}_IMAGE",
        context=context,
        secrets=tuple(each.below(context) for each in secrets),
    )


def source(context: str, dockerfile: str, secrets: Sequence[BuildSecret]) -> Source:
    """What is built from the folder CONTEXT ("" for the root) by DOCKERFILE."""
    return Source(context=context or ".", dockerfile=dockerfile, secrets=tuple(each.below(context) for each in secrets))


def make(
    names: Sequence[str],
    sources: Sequence[Source],
    images: Sequence[str],
    *,
    stacks: Collection[str],
    registry: str,
    by_argument: bool,
    ssh: bool,
    at: str,
    context: str,
) -> Delivery:
    """What is said of all services: their NAMES, SOURCES, IMAGES ("" if nobody said one) and STACKS.

    REGISTRY is where all images come from; BY_ARGUMENT if ARG says their releases, SSH if a build needs the agent.

    Files are written to the folder AT, and bake is run where the CONTEXT of an app lies that is one of several.
    """
    file = posixpath.relpath(posixpath.join(at, "docker-bake.hcl"), context or ".") if at else "docker-bake.hcl"
    folders = (posixpath.dirname(each.dockerfile) for each in sources)
    return Delivery(
        bake_file="" if file == "docker-bake.hcl" else file,
        bake_folder=context if at else "",
        host=split(images[0])[0] if images[0] else "",
        steps=_steps(names[0], images[0], alone=len(names) == 1),
        registry=registry,
        by_argument=by_argument,
        registry_host=registry.partition("/")[0],
        tools=_tools(registry),
        languages=tuple(
            Language(title=title, name=stack, image=image)
            for stack, (title, image) in LANGUAGES.items()
            if stack in stacks
        ),
        jobs=f"image-{names[0]}" if at else "image",
        secrets=tuple({one.id: one for each in sources for one in each.secrets}.values()),
        ssh=ssh,
        folders=tuple(dict.fromkeys(f"/{folder}" for folder in folders)),
    )


def _steps(name: str, image: str, *, alone: bool) -> Steps:
    """The steps for one service, or those that stand for each of several, whose IMAGE is as the first one's."""
    if not alone:
        name, image = "${{ matrix.service.name }}", image and "${{ matrix.service.image }}"
    return Steps(name=name, image=image or "${{ steps.image.outputs.name }}")


def _tools(registry: str) -> Tools:
    """The images of tools, from REGISTRY if there is one."""
    found = {name: below(registry, image) for name, image in IMAGES.items()}
    return Tools(**found, sbom=below(registry, SBOM_SCANNER) if registry else "")


def require_one_host(images: Sequence[tuple[str, str]]) -> None:
    """InputError if services, of each (name, image), are pushed to different registries: a pipeline logs in to one."""
    first, place = images[0]
    for name, image in images:
        if (image and split(image)[0]) != (place and split(place)[0]):
            said = " and ".join(
                f"{who} to {where or 'one that nobody says'}" for who, where in ((first, place), (name, image))
            )
            hint = "say `image` for each app in dockgen.yaml, or give each a pipeline of its own: --app NAME"
            raise InputError(f"one pipeline pushes to one registry: {said}", hint=hint)


def require_names(images: Sequence[tuple[str, str]]) -> None:
    """InputError if two services, of each (name, image), are pushed under one name."""
    seen: dict[str, str] = {}
    for name, image in images:
        if image and image in seen:
            hint = f"say one for each app: --app {name} --set image=…, or under `apps` in dockgen.yaml"
            raise InputError(f"image: {seen[image]} and {name} would both be pushed to {image}", hint=hint)
        seen[image] = name
