"""What a migration asks of the image: its tool, the files that it reads, and a start that runs it first."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import migration
from dockgen.records import dataclass

if TYPE_CHECKING:
    from dockgen.choices import Chooser
    from dockgen.migration import Migration
    from dockgen.stacks.node.model import NodeFacts
    from dockgen.stacks.node.schema import Schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgrade:
    """The facts with what the migration needs, the migration that goes before the start, and what to tell."""

    facts: NodeFacts
    before: Migration | None = None
    warnings: tuple[str, ...] = ()


def choose(facts: NodeFacts, pick: Chooser, kind: str, name: str, run_args: tuple[str, ...]) -> Upgrade:
    """How the schema is brought up to date; NAME is the image's, RUN_ARGS what its containers need."""
    schema = facts.schema if kind in ("web", "worker") else None
    # pnpm's links cannot be laid over those of a standalone server, and Plug'n'Play has no programs to start.
    standalone = facts.app.standalone and facts.manager.name.value == "pnpm"
    can = not (facts.manager.plug_and_play or facts.shared or standalone)
    mode = migration.choose(pick, schema.migration if schema else None, can_start=can)
    if schema is None or mode == "none":
        return Upgrade(facts=facts)
    if mode == "job":
        has_tool = not facts.app.bundled and (facts.app.keep_dev or not _is_for_development(facts, schema))
        told = migration.told(schema.migration, mode, name, run_args) if has_tool else _by_hand(schema)
        return Upgrade(facts=replace(facts, extra=schema.files if has_tool else ()), warnings=told)
    keeps = facts.app.keep_dev or _is_for_development(facts, schema)
    app = replace(facts.app, bundled=False, keep_dev=keeps)
    return Upgrade(facts=replace(facts, app=app, extra=schema.files), before=schema.migration)


def _is_for_development(facts: NodeFacts, schema: Schema) -> bool:
    return bool(schema.needs) and schema.needs not in facts.package.shipped


def _by_hand(schema: Schema) -> tuple[str, ...]:
    words = [w.removeprefix("node_modules/.bin/") for w in schema.migration.command]
    why = f"the image does not change the database's schema by itself, and does not have {schema.needs}"
    how = f"before a new release serves, run `npx {shlex.join(words)}` in the project (or --set migrate=start)"
    return (f"{schema.migration.evidence}: {why}; {how}",)


def started(found: Migration, start: tuple[str, ...]) -> tuple[str, ...]:
    """START after the migration FOUND; bun runs the tools of node too."""
    is_tool = found.command[0].startswith("node_modules/.bin/")
    command = ("bun", *found.command) if start[0] == "bun" and is_tool else found.command
    return migration.before(replace(found, command=command), start)
