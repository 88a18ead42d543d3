"""Serving files with nginx-unprivileged: the final stage that static sites and single-page apps share."""

from __future__ import annotations

from dockgen import releases, values
from dockgen.plan import Account, Runtime

IMAGE = f"nginxinc/nginx-unprivileged:{releases.NGINX}-{releases.DEBIAN_SUITE}"
PORT = 8080
HTML = "/usr/share/nginx/html"
# Debian's perl-base is in the image and can ask by itself; curl and wget are not there, or not to be counted on.
ASK = (
    "my $s = IO::Socket::INET->new('127.0.0.1:{port}') or exit 1; "
    "print $s qq(GET {path} HTTP/1.0\\r\\n\\r\\n); exit(<$s> !~ / 200 /)"
)


def runtime(port: int, *, health: str = "/") -> Runtime:
    """The final stage that serves files on PORT as uid 101; nginx's own entry point and signals are the base image's.

    HEALTH is the path that the health check asks for, "" for none.
    """
    values.port(port)
    probe = None
    if health:
        probe = ("perl", "-MIO::Socket::INET", "-e", ASK.format(port=port, path=values.url_path(health)))
    return Runtime(
        image=values.image(IMAGE),
        account=Account(uid=101, gid=101),
        rootless=True,
        workdir=HTML,
        env={},
        port=port,
        health=probe,
        command=("nginx", "-g", "daemon off;"),
    )
