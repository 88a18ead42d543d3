"""What an app is told of its databases, caches and queues, and the job that brings the schema up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen import stores
from dockgen.companions import variables

if TYPE_CHECKING:
    from dockgen.companions.variables import Variable
    from dockgen.facts import Facts
    from dockgen.migration import Migration
    from dockgen.stores import Need


def addresses(facts: Facts) -> dict[str, Variable]:
    """The variables that bring the app the addresses of its stores, by name."""
    found = (
        each
        for need in facts.stores
        if is_told(facts, need)
        for each in variables.of_address(stores.STORES[need.store.value], need)
    )
    return {each.name: each for each in found}


def is_told(facts: Facts, need: Need) -> bool:
    """True if what the app reads is a whole address of the store in NEED: a URL, or a host and what logs in there.

    Of an app that keeps its data in a file unless it is told otherwise, only a URL: what else chooses the server is not
    known, and a name alone would be taken for that of the file.
    """
    store, roles = stores.STORES[need.store.value], {role for _, role in need.reads}
    migration = _schema(facts)
    is_file = store.is_sql and migration is not None and migration.embedded
    has_parts = bool(roles & {"host", "address"}) and (not store.secret or "password" in roles)
    return "url" in roles or (has_parts and not is_file)


def job(facts: Facts, mode: str, *, by_itself: bool = False) -> tuple[str, ...]:
    """The command of the job that changes the schema, MODE being the setting `migrate`; () if there is none.

    BY_ITSELF: also where the app does it when it starts, but for a file alone.
    """
    found = _schema(facts)
    is_job = mode == "job" or (by_itself and mode == "start" and bool(found and found.unless))
    return found.command if found and is_job else ()


def _schema(facts: Facts) -> Migration | None:
    """What changes the schema of the app's database, if that is known."""
    detail = facts.detail
    inside = getattr(detail, "schema", None)
    found: Migration | None = getattr(detail, "migration", None) or getattr(inside, "migration", None)
    return found
