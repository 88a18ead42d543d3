"""A command that has commands of its own, each imported when it is used, and an unknown one told with the nearest."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import click

from dockgen import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping


class Nested(click.Group):
    """Commands by TABLE: name -> (`module:function`, its line in the help); TEXT is the group's own help."""

    def __init__(self, name: str, table: Mapping[str, tuple[str, str]], text: str) -> None:
        super().__init__(name, help=text, no_args_is_help=True)
        self._table = table

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names, in the table's order."""
        return list(self._table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name."""
        if cmd_name not in self._table:
            return None
        module, _, function = self._table[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), function)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The table, without importing a command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self._table.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first of ARGS names."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in self._table:
            raise click.UsageError(f"no command {name!r}; {nearest.hint(name, self._table)}", ctx)
        return super().resolve_command(ctx, args)
