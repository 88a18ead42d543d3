"""A command that has commands of its own, each imported when it is used, and an unknown one told with the nearest."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from dockgen import nearest
from dockgen.cli import options, usage
from dockgen.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from click.shell_completion import CompletionItem

MANY = 8  # commands, that are too many to name all


class Nested(click.Group):
    """Commands by TABLE: name -> (`module:function`, its line in the help); TEXT is the group's own help."""

    def __init__(self, name: str, table: Mapping[str, tuple[str, str]], text: str, **settings: Any) -> None:
        super().__init__(name, help=text, **({"no_args_is_help": True} | settings))
        options.in_folder(self)
        self._table = table

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names, in the table's order."""
        return list(self._table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name."""
        if cmd_name not in self._table:
            return None
        module, _, function = self._table[cmd_name][0].partition(":")
        return options.everywhere(getattr(import_module(module), function))

    def get_help(self, ctx: click.Context) -> str:
        """What is shown if no command is named."""
        return usage.page(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The table, without importing a command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self._table.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """The names that go on from INCOMPLETE, without importing a command, and the options."""
        from click.shell_completion import CompletionItem

        named = [CompletionItem(name, help=t) for name, (_, t) in self._table.items() if name.startswith(incomplete)]
        return [*named, *click.Command.shell_complete(self, ctx, incomplete)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first of ARGS names."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in self._table and not ctx.resilient_parsing:
            otherwise = f"{ctx.command_path} --help" if len(self._table) > MANY else None
            raise InputError(f"no command {name!r}", hint=nearest.hint(name, self._table, otherwise))
        return super().resolve_command(ctx, args)
