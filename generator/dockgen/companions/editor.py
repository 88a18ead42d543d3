"""The container that an editor works in: the stage `dev`, or else the language's image of the same release."""

from __future__ import annotations

import posixpath
import shlex
from dataclasses import field
from typing import TYPE_CHECKING

from dockgen import releases
from dockgen.companions.delivery import LANGUAGES
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockgen.companions.bundle import App, Service

PLAIN = f"buildpack-deps:{releases.DEBIAN_SUITE}-scm"  # git, and no language
FEATURES: Mapping[str, str] = {stack: f"ghcr.io/devcontainers/features/{stack}:1" for stack in LANGUAGES}
USERS: Mapping[str, str] = {"node": "node"}  # the account for people that these images have; the others have root alone
EXTENSIONS: Mapping[str, tuple[str, ...]] = {"python": ("ms-python.python",), "go": ("golang.go",)}
# The same for a package of npm that a project uses.
TOOLS: Mapping[str, str] = {
    "@angular/core": "Angular.ng-template",
    "@biomejs/biome": "biomejs.biome",
    "astro": "astro-build.astro-vscode",
    "eslint": "dbaeumer.vscode-eslint",
    "prettier": "esbenp.prettier-vscode",
    "prisma": "Prisma.prisma",
    "svelte": "svelte.svelte-vscode",
    "tailwindcss": "bradlc.vscode-tailwindcss",
    "vue": "Vue.volar",
}
# Manager -> what installs everything that developing takes.
INSTALLS: Mapping[str, str] = {
    "uv": "pip install uv && uv sync",
    "poetry": "pip install poetry && poetry install",
    "pdm": "pip install pdm && pdm install",
    "pipenv": "pip install pipenv && pipenv install --dev",
    "npm": "npm ci",
    "pnpm": "npm install --global pnpm && pnpm install --frozen-lockfile",
    "yarn": "npm install --global yarn && yarn install --immutable",
    "yarn1": "npm install --global yarn && yarn install --frozen-lockfile",
    "bun": "npm install --global bun && bun install --frozen-lockfile",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """How the container is made (an IMAGE, a DOCKERFILE, or a SERVICE of Compose files), and what the editor is told.

    Paths are as they are from the folder .devcontainer.
    """

    is_dev: bool = False  # it is the stage `dev`, whose account is a number
    image: str = ""
    dockerfile: str = ""
    context: str = ""
    composes: tuple[str, ...] = ()
    service: str = ""
    workspace: str = ""  # where the project is in the container; "" for where the editor puts it
    mount: str = ""  # what brings it there
    mounts: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()  # numbers, or NAME:NUMBER in quotes
    user: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    features: Mapping[str, str] = field(default_factory=dict)  # -> version
    command: str = ""  # once it is made
    extensions: tuple[str, ...] = ()


def make(apps: Sequence[App], services: Sequence[Service], stores: Sequence[str], *, composes: bool) -> Editor:
    """The editor's container for APPS as SERVICES; through Compose, with STORES, if there is a file to develop with."""
    app, service = apps[0], services[0]
    extensions = tuple(dict.fromkeys(name for each in apps for name in _extensions(each)))
    dev = service.dev if len(services) == 1 else None
    if dev is None:
        lines = {each.plan.stack: each.facts.version.value for each in reversed(apps) if each.facts.version}
        first, others = app.plan.stack, {s: v for s, v in lines.items() if s != app.plan.stack and s in FEATURES}
        return Editor(
            image=_image(first, lines.get(first, "")),
            ports=tuple(str(each.port) for each in services if each.port),
            user=USERS.get(first, ""),
            env=_env(services),
            features={FEATURES[stack]: line for stack, line in others.items()},
            command=_within(service.context, _install(app)),
            extensions=extensions,
        )
    ports = (str(dev.port),) if dev.port else ()
    if composes:
        return Editor(
            is_dev=True,
            composes=("../compose.yaml", "../compose.dev.yaml"),
            service=service.name,
            workspace=dev.mount,
            ports=(*ports, *(f'"{store}"' for store in stores)),
            extensions=extensions,
        )
    return Editor(
        is_dev=True,
        dockerfile=posixpath.normpath(posixpath.join("..", service.context, service.dockerfile)),
        context=posixpath.normpath(posixpath.join("..", service.context)),
        workspace=dev.mount,
        mount=f"type=bind,source=${{localWorkspaceFolder}},target={dev.mount}",
        mounts=tuple(
            f"type=volume,{f'source={volume.name},' if volume.name else ''}target={volume.path}"
            for volume in dev.volumes
        ),
        ports=ports,
        env=_env(services),
        extensions=extensions,
    )


def _image(stack: str, line: str) -> str:
    """The image of STACK's release LINE that people can work in.

    It is the official one with git and compilers, which has the tags of the one that production stands on.
    """
    release = releases.by_line(releases.of(stack), line) if stack in LANGUAGES else None
    return f"{LANGUAGES[stack][1]}:{line}-{release.suite or releases.DEBIAN_SUITE}" if release else PLAIN


def _env(services: Sequence[Service]) -> dict[str, str]:
    """The variables that the apps do not start without, from the machine that the editor is on."""
    own = [v for each in services for v in each.variables if v.asked == v.name]
    return {v.name: f"${{localEnv:{v.name}{f':{v.default}' if v.default else ''}}}" for v in own}


def _within(folder: str, command: str) -> str:
    return command if folder == "." or not command else f"cd {shlex.quote(folder)} && {command}"


def _extensions(app: App) -> tuple[str, ...]:
    package = getattr(app.facts.detail, "package", None)
    used = package.all_dependencies if package else {}
    return (*EXTENSIONS.get(app.plan.stack, ()), *(name for tool, name in TOOLS.items() if tool in used))


def _install(app: App) -> str:
    manager = app.facts.manager.value if app.facts.manager else ""
    if app.plan.stack == "go":
        return "go mod download"
    if app.plan.stack == "python" and manager.startswith("pip"):
        roots = getattr(app.facts.detail, "roots", ())
        return " ".join(["pip install", *(f"-r {root}" for root in roots)]) if roots else "pip install -e ."
    return INSTALLS.get(manager, "")
