"""When an app changes the schema of its database: the setting `migrate`, and what follows from it for the image."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from dockgen import values
from dockgen.errors import InputError
from dockgen.facts import Fact
from dockgen.records import dataclass

if TYPE_CHECKING:
    from dockgen.choices import Chooser
    from dockgen.facts import Evidence

# The values of the setting, and what each means (docs/how-to/migrate-a-database.md).
MODES = ("start", "job", "none")
# How the values of variables begin that name a file (SQLAlchemy, Django, Prisma).
EMBEDDED = ("sqlite*", "file:*")
# Seconds that an app which migrates first has to start, before its health check counts.
START_PERIOD = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """A command that brings the schema up to date, as argv in the image's working directory.

    `embedded` if the database is a file of the app's own (SQLite) and no server that others share. UNLESS are the
    variables which, when they are set to something else, name a server instead: then it is not migrated unasked.
    """

    command: tuple[str, ...]
    embedded: bool
    evidence: Evidence
    unless: tuple[str, ...] = ()


def choose(pick: Chooser, found: Migration | None, *, can_start: bool = True) -> str:
    """The mode for FOUND: what the user set, else `start` for an embedded database and `job` for a server.

    CAN_START is False where the start command is not one that another can go before.
    """
    if found is None:
        mode = pick.text("migrate", None) if pick.is_set("migrate") else "none"
        if mode == "start":
            raise InputError(
                "migrate=start: no command is known that migrates this app's database",
                hint="put it into the start: --set start=\"sh -c 'my-migration && exec my-server'\"",
            )
    else:
        by_itself = found.embedded and can_start
        mode = pick.text("migrate", Fact("start" if by_itself else "job", (found.evidence,)))
    if mode not in MODES:
        raise InputError(f"migrate={mode}: unknown value", hint=f"one of {', '.join(MODES)}")
    return mode


def before(found: Migration, start: tuple[str, ...], *, asked: bool = False) -> tuple[str, ...]:
    """START after the migration. `exec` makes the app itself the process that signals reach.

    A database server that a variable names is migrated only if the user ASKED for that.
    """
    step = shlex.join(found.command)
    if found.unless and not asked:
        given = "".join(f"${values.env_name(name)}" for name in found.unless)
        step = f"case {given} in ''|{'|'.join(EMBEDDED)}) {step};; esac"
    return ("sh", "-c", f"{step} && exec {shlex.join(start)}")


def told(found: Migration | None, mode: str, name: str, run_args: tuple[str, ...]) -> tuple[str, ...]:
    """What the user has to know about a migration that somebody has to run; NAME is the image's."""
    if found is None or mode != "job":
        return ()
    job = shlex.join(("docker", "run", "--rm", *run_args, name, *found.command))
    why = "the image does not change the database's schema by itself"
    return (f"{found.evidence}: {why}; before a new release serves, run `{job}` (or --set migrate=start)",)
