"""The everyday commands: what make and just build and run by hand, from the folder where their files lie."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from dockgen import values
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockgen.companions.delivery import BuildSecret


@dataclass(frozen=True, slots=True, kw_only=True)
class Everyday:
    """Paths from that folder: the CONTEXT, the Dockerfile (FILE; a build may find it by itself), the files of SECRETS.

    ENV_FILE is where the variables of a run are kept; "" if it cannot be written in a command.
    """

    context: str
    file: str
    is_found: bool
    secrets: tuple[BuildSecret, ...]
    env_file: str


def make(context: str, dockerfile: str, folder: str, secrets: Sequence[BuildSecret], *, at: str) -> Everyday:
    """For an app in FOLDER that DOCKERFILE builds from CONTEXT, all from the root, and files that lie in AT."""
    here = posixpath.relpath(context or ".", at or ".")
    env_file = posixpath.relpath(posixpath.join(folder, ".env"), at or ".")
    return Everyday(
        context=here,
        file=posixpath.relpath(dockerfile, at or "."),
        is_found=dockerfile == posixpath.join(context, "Dockerfile"),
        secrets=tuple(secret.below(here) for secret in secrets),
        env_file=env_file if values.is_path(env_file) else "",
    )
