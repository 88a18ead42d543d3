"""The health check of a Node app: made by node itself, for the image has no curl."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dockgen.choices import Chooser
    from dockgen.facts import Facts

HTTP = (
    "require('http').get({{host:'127.0.0.1',port:{port},path:'{path}',timeout:4000}},"
    "r=>process.exit(r.statusCode<400?0:1)).on('error',()=>process.exit(1))"
)
TCP = "require('net').connect({port},'127.0.0.1').on('connect',()=>process.exit(0)).on('error',()=>process.exit(1))"
_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-~?=&%")


def _doubt(facts: Facts, pick: Chooser) -> str:
    """Why nothing is probed: a wrong guess would make a good container unhealthy."""
    app = facts.detail.app
    if app.may_not_listen:
        return "a bot may listen on nothing"
    if any(c.key == "port" and c.source not in ("detected", "default") for c in pick.made):
        return ""
    known = app.reads_port or facts.detail.source.port_variable or (facts.port and facts.port.evidence[0].path)
    return "" if known else "nothing says that the app listens on this port"


def argv(program: str, port: int | None, facts: Facts, pick: Chooser) -> tuple[str, ...] | None:
    """The probe of an app that listens on PORT; None for one that listens on nothing, or if the user wants none.

    HTTP where the source has a health route, a TCP connection elsewhere: any other path may need a login or a database.
    """
    if port is None:
        return None
    doubt = _doubt(facts, pick)
    why = doubt or "no health route was found: a connection is tried"
    path = pick.text("health", None if doubt else facts.health, missing="" if doubt else "tcp", why=why)
    if not path:
        return None
    variable = facts.detail.source.port_variable or ("PORT" if facts.detail.app.reads_port else "")
    number = f"process.env.{variable}||{port}" if variable else str(port)
    script = (
        HTTP.format(port=number, path=path) if path.startswith("/") and set(path) <= _SAFE else TCP.format(port=number)
    )
    return ("bun" if program == "bun" else "node", "-e", script)
