"""What `--help` shows: a screen of what is used every day, and with `--help-all` everything, under headings."""

from __future__ import annotations

import inspect
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Heading -> the options below it; those of no heading come first.
SECTIONS = (
    ("What is built", (
        "--app", "--all", "--set", "--preset", "--with", "--base", "--dev", "--answers", "--comments", "--init",
        "--allow-eol", "--no-healthcheck", "--os-upgrade", "--arg-versions", "--no-syntax", "--podman", "--pack",
        "--templates",
    )),
    ("What is asked", ("--yes", "--import", "--import-from", "--plain", "--no-input")),
    ("What comes out", (
        "--dry-run", "--force", "--on-conflict", "--output", "--file", "--exit-code", "--format", "--json",
    )),
    ("Everywhere", ("--directory", "--color", "--quiet", "--debug", "--help", "--help-all")),
)  # fmt: skip
OPTIONS = "Options"
# What only `--help-all` shows.
RARE = (
    "--answers", "--comments", "--dev", "--init", "--allow-eol", "--no-healthcheck", "--os-upgrade", "--arg-versions",
    "--no-syntax", "--podman", "--pack", "--templates", "--no-input", "--import-from", "--color", "--quiet", "--debug",
    "--help", "--help-all", "--version", "--engine", "--keep",
)  # fmt: skip

WHOLE = ("completion",)  # commands whose help shows all paragraphs: nothing else is to be known of them


def options() -> list[click.Option]:
    """The options that show help, and end the command."""
    return [
        click.Option(["-h", "--help"], is_flag=True, is_eager=True, expose_value=False, callback=_show(every=False),
                     help="Show what is used every day."),
        click.Option(["--help-all"], is_flag=True, is_eager=True, expose_value=False, callback=_show(every=True),
                     help="Show every option."),
    ]  # fmt: skip


def _show(*, every: bool) -> Callable[[click.Context, click.Parameter, bool], None]:
    def show(context: click.Context, _: click.Parameter, value: bool) -> None:
        if value and not context.resilient_parsing:
            sys.stdout.write(page(context, every=every) + "\n")
            context.exit()

    return show


def page(context: click.Context, *, every: bool = False, brief: bool = False) -> str:
    """The help of the command of CONTEXT: its first paragraph and common options, or EVERY one, or (BRIEF) none."""
    command, formatter = context.command, context.make_formatter()
    command.format_usage(context, formatter)
    paragraphs = text(command)
    for paragraph in paragraphs if every or context.info_name in WHOLE else paragraphs[:1]:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(paragraph)
    if isinstance(command, click.Group):
        command.format_commands(context, formatter)
    for heading, found in () if brief else sections(command):
        rows = [row for o in found if (every or not is_rare(o, command)) and (row := o.get_help_record(context))]
        if rows:
            with formatter.section(heading):
                formatter.write_dl(rows)
    if not every and not brief:
        formatter.write_paragraph()
        formatter.write_text(f"Every option: {context.command_path} --help-all")
    return formatter.getvalue().rstrip("\n")


def text(command: click.Command) -> list[str]:
    """The paragraphs that say what COMMAND does."""
    return inspect.cleandoc(command.help or "").split("\n\n")


def sections(command: click.Command) -> Iterator[tuple[str, list[click.Option]]]:
    """The options of COMMAND below their headings."""
    every = [param for param in command.params if isinstance(param, click.Option)]
    placed = {name for _, names in SECTIONS for name in names}
    yield OPTIONS, [o for o in every if not placed.intersection(o.opts)]
    for heading, names in SECTIONS:
        yield heading, [o for name in names for o in every if name in o.opts]


def is_rare(option: click.Option, command: click.Command) -> bool:
    """True if OPTION is shown by `--help-all` only; -C is not rare where it is the only way to name a folder."""
    if "--directory" in option.opts:
        return option.name != "directory" and not (isinstance(command, click.Group) and command.no_args_is_help)
    return bool(set(RARE).intersection(option.opts))
