"""Table: the companions, by name: what each is for, the files that it writes, and how these are commented."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = "companions"  # of their templates


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file: its PATH, the TEMPLATE that prints it, below templates/companions/, and what begins a comment in it.

    A run for one app of several writes it into that app's folder, or to the path ALONE of the repository if tools look
    for it only there; `{name}` is the app's. "" if there is one for all apps or none. A template that prints nothing
    makes no file.
    """

    path: str
    template: str
    mark: str = "#"
    alone: str | None = None

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
    deploys: bool = False  # other machines get the image from where it was pushed to


def _one(name: str, title: str, reader: str, *files: File, deploys: bool = False) -> Companion:
    return Companion(name=name, title=title, reader=reader, files=files, deploys=deploys)


COMPANIONS: Mapping[str, Companion] = {
    each.name: each
    for each in (
        # On this machine.
        _one(
            "compose", "runs it with what it needs, on one machine", "docker compose up",
            File(path="compose.yaml", template="compose/compose.yaml.j2"),
            File(path="compose.dev.yaml", template="compose/compose.dev.yaml.j2"),
        ),
        _one(
            "swarm", "runs it on several machines, with Docker Swarm", "docker stack deploy",
            File(path="stack.yaml", template="swarm/stack.yaml.j2"),
            deploys=True,
        ),
        _one(
            "devcontainer", "opens it in an editor, in its container", "VS Code, JetBrains, Codespaces",
            File(path=".devcontainer/devcontainer.json", template="devcontainer/devcontainer.json.j2", mark="//"),
        ),
        # Where it is deployed.
        # How it is built and delivered.
    )
}  # fmt: skip


def files(names: tuple[str, ...]) -> tuple[File, ...]:
    """The files of the companions NAMES, in the order of the table."""
    return tuple(file for name, each in COMPANIONS.items() if name in names for file in each.files)


def is_companion(path: str) -> bool:
    """True if a companion writes a file with the name that PATH ends in."""
    name = path.rpartition("/")[2]
    return any(file.path.rpartition("/")[2] == name for file in files(tuple(COMPANIONS)))
