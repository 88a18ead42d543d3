"""What the configuration of an image says of how it is run: kind, port, health check, how it is asked for help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen.verify.subject import JOB, WEB

if TYPE_CHECKING:
    from dockgen.verify.layers import Image
    from dockgen.verify.subject import Subject


def ports(image: Image) -> tuple[int, ...]:
    """The TCP ports that the image exposes, in order."""
    found = (name.partition("/") for name in image.config.get("ExposedPorts") or ())
    return tuple(sorted(int(port) for port, _, protocol in found if protocol in ("", "tcp") and port.isdigit()))


def port_of(subject: Subject, image: Image) -> int | None:
    """The port that the app is asked on: the plan's, unless the image exposes others only."""
    exposed = ports(image)
    if subject.port and (subject.port in exposed or not exposed):
        return subject.port
    return exposed[0] if exposed and subject.kind in ("", WEB) else subject.port


def kind_of(subject: Subject, image: Image) -> str:
    """What the app is: as the plan says, else by the ports of the image."""
    return subject.kind or (WEB if ports(image) else JOB)


def help_of(image: Image) -> tuple[str, ...]:
    """The arguments by which the image's program is asked for help."""
    command = image.config.get("Cmd") or ()
    return ("--help",) if image.config.get("Entrypoint") else (*map(str, command), "--help")


def has_health_check(image: Image) -> bool:
    """True if the image says how its health is asked for."""
    test = list((image.config.get("Healthcheck") or {}).get("Test") or ())
    return test[:1] not in ([], ["NONE"])
