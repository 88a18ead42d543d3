"""What a build is given that no layer keeps: secrets and the SSH agent, as mounts and as options of `docker build`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen.records import dataclass
from dockgen.values import env_name, path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dockgen.choices import Chooser

HOME = "$HOME/"  # at the start of a source: the home folder of whoever builds


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """One secret: how a RUN mounts it, the option of `docker build` that brings it, and WHERE it is asked for.

    A build stops at once where a REQUIRED one was not given, with the name of it.
    """

    name: str
    mount: str
    option: tuple[str, str]
    required: bool
    where: str = ""


def variable(name: str, *, required: bool, where: str = "") -> Secret:
    """The environment variable NAME of whoever builds, under the same name in the RUN."""
    env_name(name)
    return Secret(
        name=name,
        mount=f"type=secret,id={name},env={name}" + (",required=true" if required else ""),
        option=("--secret", f"id={name},env={name}"),
        required=required,
        where=where,
    )


def file(name: str, source: str, target: str, where: str = "") -> Secret:
    """The file SOURCE, below HOME or in the project, at the absolute path TARGET in the RUN."""
    home = HOME if source.startswith(HOME) else ""
    return Secret(
        name=name,
        mount=f"type=secret,id={name},target=/{path(target[1:])},required=true",
        option=("--secret", f"id={name},src={home}{path(source.removeprefix(home))}"),
        required=True,
        where=where,
    )


def ssh(where: str = "") -> Secret:
    """The SSH agent of whoever builds."""
    return Secret(name="ssh", mount="type=ssh,required=true", option=("--ssh", "default"), required=True, where=where)


def merged(secrets: Iterable[Secret]) -> tuple[Secret, ...]:
    """SECRETS without repetitions; one that is required anywhere is."""
    found: dict[str, Secret] = {}
    for secret in secrets:
        if secret.name not in found or (secret.required and not found[secret.name].required):
            found[secret.name] = secret
    return tuple(found.values())


def arguments(secrets: Iterable[Secret], pick: Chooser) -> tuple[str, ...]:
    """The options of `docker build` that bring SECRETS, each of them noted with the place that asks for it."""
    words: list[str] = []
    for secret in merged(secrets):
        shown = secret.name if secret.required else f"{secret.name} (optional)"
        pick.note(f"secret.{secret.name}", shown, "detected", secret.where)
        words += secret.option
    return tuple(words)
