"""What the user is told about companions that an app cannot have, or that need something which nobody has said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen.companions import deploying, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dockgen.companions.bundle import Bundle


def closed(name: str, kind: str, *, is_alone: bool) -> str:
    """Why an app of a KIND, IS_ALONE if it is one of several, cannot have the companion NAME; "" if it can."""
    if kind == "cli" and name in deploying.NAMES:
        return "a command that somebody calls: nothing keeps running"
    if is_alone and any(file.alone == "" for file in table.COMPANIONS[name].files):
        return "one file for all apps"
    return ""


def hidden(path: str) -> tuple[str, ...]:
    """The files that nobody reads any more where the companion's file PATH is."""
    folder, _, name = path.rpartition("/")
    below = f"{folder}/" if folder else ""
    hides = (
        other for each in table.COMPANIONS.values() for file in each.files if file.path == name for other in file.hides
    )
    return tuple(below + other for other in hides)


def of_hidden(path: str, there: Sequence[str]) -> str:
    """The warning that PATH hides THERE, files of somebody else."""
    name = table.of(path)
    reader, what = table.COMPANIONS[name].reader, ", ".join(there)
    return f"{reader} reads {path} instead of {what}: carry over what {what} says, or do without {name}"


def of(bundle: Bundle) -> tuple[str, ...]:
    """Warnings about the companions that BUNDLE wants."""
    said = []
    unplaced = [service.name for service in bundle.services if not service.is_published]
    if "bake" in bundle.wanted and unplaced:
        names = ", ".join(unplaced)
        said.append(f"docker-bake.hcl: nothing says where {names} can be pushed to: --set image=REGISTRY/NAME does")
    bots = [name for name in ("renovate", "dependabot") if name in bundle.wanted]
    if len(bots) == 2:
        said.append("renovate and dependabot would both raise the same images and actions: one of them is enough")
    if bots and bundle.delivery.by_argument:
        said.append(f"{bots[0]} moves no image whose tag is in an ARG: --set versions=literal lets it")
    return tuple(said)
