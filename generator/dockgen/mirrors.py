"""Where a registry is asked for an image: its full name, and its name in a mirror."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DOCKER_HUB = "docker.io"
_PLACE = lazy.pattern(r"[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]{1,5})?(?:/[a-z0-9][a-z0-9._-]*)*")


def split(image: str) -> tuple[str, str]:
    """The registry of IMAGE and its full path there: `node:26` is `library/node:26` at docker.io."""
    first, slash, rest = image.partition("/")
    if slash and (first == "localhost" or "." in first or ":" in first):
        registry, path = first, rest
    else:
        registry, path = DOCKER_HUB, image
    if registry in (DOCKER_HUB, "index.docker.io"):
        return DOCKER_HUB, path if "/" in path else f"library/{path}"
    return registry, path


def below(registry: str, image: str) -> str:
    """IMAGE from REGISTRY, which has it under its full path in its own; as it is if there is none."""
    return f"{registry}/{split(image)[1]}" if registry else image


def parse(options: Sequence[str]) -> dict[str, str]:
    """Registry -> mirror, from options such as `ghcr.io=mirror.example/ghcr` and `mirror.example` (for any, key "").

    InputError if one is neither.
    """
    found: dict[str, str] = {}
    for option in options:
        registry, equals, place = option.rpartition("=")
        place = place.removesuffix("/")
        if not _PLACE.fullmatch(place) or (equals and not _PLACE.fullmatch(registry)) or "/" in registry:
            raise InputError(
                f"--mirror {option}: not a mirror", hint="HOST[:PORT][/PREFIX], or REGISTRY=HOST[:PORT][/PREFIX]"
            )
        if registry in found:
            raise InputError(f"--mirror {option}: there are two mirrors for {registry or 'every registry'}")
        found[registry] = place
    return found


def locate(image: str, mirrors: Mapping[str, str]) -> str:
    """The full name under which IMAGE is asked for: in the mirror of its registry, else in that for all, else there.

    A mirror has the path of the image below its prefix, without the name of the registry, as pull-through caches do.
    """
    registry, path = split(image)
    place = mirrors.get(registry) or mirrors.get("") or registry
    return f"{place}/{path}"


def is_loopback(name: str) -> bool:
    """True if the registry in the full NAME of an image is on this machine, where Docker asks for no TLS."""
    return re.match(r"(localhost|127(\.[0-9]{1,3}){3})(:[0-9]+)?/", name) is not None
