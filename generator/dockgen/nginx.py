"""Serving files with nginx-unprivileged: the final stage that static sites and single-page apps share."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import probes, process, releases, values
from dockgen.plans import Account, Runtime

if TYPE_CHECKING:
    from dockgen.choices import Chooser

IMAGE = f"nginxinc/nginx-unprivileged:{releases.NGINX}-{releases.DEBIAN_SUITE}"
PORT = 8080
HTML = "/usr/share/nginx/html"
ENTRYPOINT = "/docker-entrypoint.sh"  # of the image
ENDING = process.Ending(why="nginx ends by itself, at the SIGQUIT that its image asks for")


def runtime(pick: Chooser, port: int, *, health: str = "/") -> Runtime:
    """The final stage that serves files on PORT as uid 101; nginx's own entry point and signals are the base image's.

    HEALTH is the path that the health check asks for, "" for none.
    """
    values.port(port)
    first = process.choose(pick, ENDING, "debian", "nginx")
    return Runtime(
        image=values.image(IMAGE),
        account=replace(pick.account(Account(uid=101, gid=101)), create=False),
        rootless=True,
        workdir=HTML,
        env={},
        apt=first.packages,
        port=port,
        health=probes.perl(health, port, status="200"),
        entrypoint=(*first.before, ENTRYPOINT) if first.before else None,
        command=("nginx", "-g", "daemon off;"),
        init=first.reason,
    )
