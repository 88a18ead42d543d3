"""The pages on commands and exit codes, and the manual page, from the commands themselves."""

from __future__ import annotations

import ast
import inspect
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
from markdown_page import NOTE, table

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "generator"))

from dockgen import cli, errors  # noqa: E402  (of this checkout)
from dockgen.cli import options, usage  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

SHARED = "What is built"  # options that many commands have: they are told once
EVERYWHERE = "Everywhere"
# Command -> the page that says how it is used.
HOW = {
    "generate": "scripts-and-ci.md",
    "check": "keep-files-current.md",
    "update": "keep-files-current.md",
    "pin": "pin-digests.md",
    "verify": "verify-an-image.md",
    "presets show": "presets.md",
    "templates override": "override-a-block.md",
    "templates lint": "keep-overrides-current.md",
    "templates rebase": "keep-overrides-current.md",
    "templates add": "company-pack.md",
}
ALONE = """\
`dockgen` alone shows its commands and what the current folder is. `-h` shows what is used every day, `--help-all` every
option. DIR is the current folder by default."""
SEE = """\
The schemas are `output-COMMAND.json` in `docs/reference/schemas/` ([how](../how-to/scaffolding-scripts.md)). See
[exit codes](exit-codes.md)."""
AFTER_CODES = """\
With any code but 0, nothing was written, except that `update` and `templates rebase` leave conflicts in the file, and
that Ctrl-C may come after all was written; that is said then. With `--json`, the object on standard output has the same
code, as `error.code`. What is refused for the sake of security fixes: [releases](releases.md)."""
VARIABLES = """\
Every setting has a variable: DOCKGEN_ and its key in capitals, such as DOCKGEN_PORT. DOCKGEN_PRESET and DOCKGEN_PACKS
(names with commas between them), DOCKGEN_ANSWERS and DOCKGEN_TEMPLATES (folders as in PATH) stand for the options of
these names. An option goes before its variable."""
COLOUR = """\
Results go to standard output, messages to standard error. Each has colour by itself: as --color says; else none if
NO_COLOR is not empty; else some if FORCE_COLOR is not empty or 0; else none if TERM is dumb; else if it is a terminal.
Lines are fitted to a terminal's width (COLUMNS, if it is set), never to a pipe."""
MESSAGES = """\
An error is `error: WHAT`, then `  at FILE:LINE` and `  hint: WHAT TO DO` where they are known. `warning:` is what you
should know; a decision that is a guess is one, with its reason and the option that settles it. `note:` says that the
data on releases is older than 90 days."""
JSON = """\
With --json (or `check --format json`) standard output is one object with `"schema": 1`: the result, or
`{"schema": 1, "error": {"code", "name", "what", "where", "hint", "mistakes"}}`. Fields are added under the same number,
never taken away."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command: the words that call it, and what click knows of it."""

    name: str
    command: click.Command

    @property
    def usage(self) -> str:
        """The words that call it, with its arguments."""
        arguments = [p.make_metavar(self._context) for p in self.command.params if isinstance(p, click.Argument)]
        return " ".join(["dockgen", self.name, *arguments])

    @property
    def _context(self) -> click.Context:
        return click.Context(self.command, info_name=self.name, max_content_width=1000)

    def sections(self) -> dict[str, list[tuple[str, str]]]:
        """Heading -> the options below it, each as it is called and what it does."""
        found = {}
        for heading, listed in usage.sections(self.command):
            rows = [row for option in listed if (row := option.get_help_record(self._context))]
            if rows:
                found[heading] = rows
        return found


def every() -> Iterator[Command]:
    """Every command that does something, in the order of the help."""

    def below(group: click.Group, words: tuple[str, ...]) -> Iterator[Command]:
        context = click.Context(group)
        for name in group.list_commands(context):
            found = group.get_command(context, name)
            if isinstance(found, click.Group):
                yield from below(found, (*words, name))
            elif found:
                yield Command(" ".join((*words, name)), found)

    yield from below(cli.group(), ())


def codes() -> Iterator[tuple[int, str, str]]:
    """Number, name and meaning of each exit code."""
    tree = ast.parse(inspect.getsource(errors.ExitCode))
    body = next(node for node in tree.body if isinstance(node, ast.ClassDef)).body
    texts = [
        node.value.value for node in body[1:] if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ]
    for code, text in zip(errors.ExitCode, texts, strict=True):
        yield int(code), code.name, " ".join(str(text).split())


def page() -> str:
    """docs/reference/cli.md"""
    commands = list(every())
    shared = dict.fromkeys(row for command in commands for row in command.sections().get(SHARED, []))
    parts = [
        "# Commands",
        NOTE,
        ALONE,
        "## Options of every command",
        "They can stand before and after the name of a command.",
        _options(_everywhere(commands)),
        "## Options that decide what is built",
        VARIABLES,
        _options(list(shared)),
        "More on [several apps](../how-to/several-apps.md); all keys are in [settings](settings.md).",
        *(part for command in commands for part in _section(command)),
        "## Output",
        COLOUR,
        MESSAGES,
        JSON,
        SEE,
    ]
    return "\n\n".join(parts) + "\n"


def _everywhere(commands: list[Command]) -> list[tuple[str, str]]:
    rows = [row for row in commands[0].sections()[EVERYWHERE] if "--directory" not in row[0]]
    return [("-C, --directory DIR", "The folder that a command is about: the same as its DIR."), *rows]


def _options(rows: list[tuple[str, str]]) -> str:
    return table(("option", ""), [(f"`{name}`", text) for name, text in rows])


def _section(command: Command) -> Iterator[str]:
    yield f"## `{command.usage}`"
    yield from (" ".join(paragraph.split()) for paragraph in usage.text(command.command))
    if page := HOW.get(command.name):
        yield f"How: [{page.removesuffix('.md').replace('-', ' ')}](../how-to/{page})."
    sections = command.sections()
    shared = [name.split(" ")[0].rstrip(",") for name, _ in sections.get(SHARED, [])]
    if len(shared) > len(options.SHORT):
        apps = ", `--app` and `--all`" if "--all" in shared else " and `--app`"
        yield f"Takes the [options that decide what is built](#options-that-decide-what-is-built){apps}."
        sections.pop(SHARED)
    own = [row for heading, rows in sections.items() if heading != EVERYWHERE for row in rows]
    if own:
        yield _options(own)


def exit_codes() -> str:
    """docs/reference/exit-codes.md"""
    rows = [(str(number), name, meaning) for number, name, meaning in codes()]
    parts = ["# Exit codes", NOTE, table(("code", "name", "meaning"), rows), AFTER_CODES]
    return "\n\n".join(parts) + "\n"


def manual() -> str:
    """docs/man/dockgen.1, for man(1)"""
    commands = list(every())
    lines = [
        '.\\" Written by tools/reference.py; a test holds it to the code.',
        '.TH DOCKGEN 1 "" dockgen "User commands"',
        ".SH NAME",
        f"dockgen \\- {roff(cli.TEXT[:1].lower() + cli.TEXT[1:].rstrip('.'))}",
        ".SH SYNOPSIS",
        ".B dockgen",
        "[OPTIONS] [COMMAND] [ARGS]...",
        ".SH DESCRIPTION",
        *_paragraphs([
            "dockgen reads a project, says what it found and where, and writes its Dockerfile and .dockerignore.",
            ALONE,
        ]),
        ".SH COMMANDS",
    ]  # fmt: skip
    told: set[tuple[str, str]] = set()
    for command in commands:
        lines += [f'.SS "{roff(command.usage)}"', *_paragraphs(usage.text(command.command))]
        rows = [r for h, rows in command.sections().items() if h not in (EVERYWHERE, SHARED) for r in rows]
        lines += _listed(rows)
        told |= set(command.sections().get(SHARED, []))
    shared = [row for row in dict.fromkeys(r for c in commands for r in c.sections().get(SHARED, [])) if row in told]
    lines += [".SH OPTIONS", '.SS "What is built"', *_listed(shared), '.SS "Everywhere"']
    lines += _listed(_everywhere(commands))
    lines += [".SH ENVIRONMENT", *_paragraphs([VARIABLES, COLOUR]), ".SH OUTPUT", *_paragraphs([MESSAGES, JSON])]
    lines += [".SH EXIT STATUS", *_listed([(str(number), meaning) for number, _, meaning in codes()])]
    return "\n".join(lines) + "\n"


def _paragraphs(texts: list[str]) -> Iterator[str]:
    for text in texts:
        yield from (".PP", roff(" ".join(text.replace("`", "").split())))


def _listed(rows: list[tuple[str, str]]) -> Iterator[str]:
    for name, text in rows:
        yield from (".TP", f".B {roff(name)}", roff(" ".join(text.replace("`", "").split())))


def roff(text: str) -> str:
    """TEXT as troff prints it: nothing in it is a request or an escape."""
    plain = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq").replace("'", "\\(aq")
    return f"\\&{plain}" if plain.startswith(".") else plain
