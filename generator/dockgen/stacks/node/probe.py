"""The health check of a Node app: what is asked, and on which port."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen import probes

if TYPE_CHECKING:
    from dockgen.choices import Chooser
    from dockgen.facts import Facts


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
    asked = probes.choose(pick, None if doubt else facts.health, missing="" if doubt else probes.TCP, why=why)
    variable = facts.detail.source.port_variable or ("PORT" if facts.detail.app.reads_port else "")
    return probes.node("bun" if program == "bun" else "node", asked, port, variable)
