"""Serving files with nginx-unprivileged: the final stage that static sites and single-page apps share."""

from __future__ import annotations

from dockgen import releases, values
from dockgen.plan import Account, Runtime

IMAGE = f"nginxinc/nginx-unprivileged:{releases.NGINX}-{releases.DEBIAN_SUITE}"
PORT = 8080
HTML = "/usr/share/nginx/html"
# The image has bash but neither curl nor wget that we may count on; bash can open a connection by itself.
PROBE = (
    "bash",
    "-c",
    "exec 3<>/dev/tcp/127.0.0.1/{port} && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && read -r line <&3 && [[ $line == *' 200 '* ]]",
)


def runtime(port: int, *, health: bool = True) -> Runtime:
    """The final stage that serves files on PORT as uid 101; nginx's own entry point and signals are the base image's."""
    values.port(port)
    probe = (*PROBE[:2], PROBE[2].format(port=port)) if health else None
    return Runtime(
        image=values.image(IMAGE),
        account=Account(uid=101, gid=101),
        workdir=HTML,
        env={},
        port=port,
        health=probe,
        command=("nginx", "-g", "daemon off;"),
    )
