"""What the user is told about companions that an app cannot have, or that need something which nobody has said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen.companions import deploying, table

if TYPE_CHECKING:
    from dockgen.companions.bundle import Bundle


def closed(name: str, kind: str, *, is_alone: bool) -> str:
    """Why an app of a KIND, IS_ALONE if it is one of several, cannot have the companion NAME; "" if it can."""
    if kind == "cli" and name in deploying.NAMES:
        return "a command that somebody calls: nothing keeps running"
    if is_alone and any(file.alone == "" for file in table.COMPANIONS[name].files):
        return "one file for all apps"
    return ""


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
