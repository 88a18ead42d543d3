"""Options that commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import click

from dockgen.cli import terminal, usage
from dockgen.sources import Request

Completer = Callable[[click.Context, click.Parameter, str], Any]


def offered(what: str) -> Completer:
    """What a shell offers for a value: the function WHAT of completion.py, which is imported when a shell asks."""

    def complete(context: click.Context, _: click.Parameter, incomplete: str) -> Any:
        from dockgen.cli import completion

        return getattr(completion, what)(context, incomplete)

    return complete


def _of_setting(key: str) -> Completer:
    def complete(context: click.Context, _: click.Parameter, incomplete: str) -> Any:
        from dockgen.cli import completion

        return completion.values(context, key, incomplete)

    return complete


settings = click.option(
    "-s", "--set", "flags", multiple=True, metavar="KEY=VALUE", shell_complete=offered("settings"),
    help="Decide a value yourself; as often as needed.",
)  # fmt: skip
DIRECTORY = "dockgen.directory"  # where the context has what -C said
# Short forms of `--set KEY=VALUE`: flag, what it sets (to the flag's value, if that ends in `=`), help.
SHORT = (
    ("--with", "with=", "Files beside it, such as compose."),
    ("--base", "base=", "slim, alpine, distroless or chainguard."),
    ("--comments", "comments=", "Comments in the Dockerfile: none, short or teach."),
    ("--no-syntax", "syntax=no", "Leave the `# syntax` line out."),
    ("--no-healthcheck", "health=none", "No HEALTHCHECK."),
    ("--init", "init=", "Process 1: auto, tini or none."),
    ("--arg-versions", "versions=arg", "Versions of base images in ARG instead of FROM."),
    ("--os-upgrade", "os-upgrade=yes", "Upgrade the packages of the base image."),
    ("--podman", "builder=podman", "Only what Podman and Buildah can build."),
    ("--dev", "dev=yes", "Add a target for development, with hot reload."),
    ("--allow-eol", "allow-eol=yes", "Build on a release without security fixes."),
)
METAVARS = {"--with": "NAMES"}
OFFERED = {"presets": "presets", "packs": "folders", "answers": "files", "templates": "folders"}  # by a shell
# What takes settings from files: flag, the field of the request, how values are called, help.
FILES = (
    ("-p", "--preset", "presets", "NAME|FILE", "Settings under a name; the last is the strongest."),
    ("", "--pack", "packs", "NAME|PATH", "Templates, presets and options of a company."),
    ("", "--answers", "answers", "FILE|-", "Settings from YAML or JSON; - is standard input."),
    ("", "--templates", "templates", "DIR", "Templates that go before all others."),
)


def _only(context: click.Context, _: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    if len(value) > 1:
        raise click.UsageError(f"--app {' and '.join(value)}: this is about one app; name one", context)
    return value


app = click.option(
    "-a", "--app", "apps", multiple=True, metavar="NAME", callback=_only, shell_complete=offered("apps"),
    help="One app of several: its folder or its name.",
)  # fmt: skip
apps = click.option(
    "-a", "--app", "apps", multiple=True, metavar="NAME", shell_complete=offered("apps"),
    help="An app of several, by name; as often as needed.",
)  # fmt: skip
as_json = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON (schema 1).")
every = click.option("--all", "every", is_flag=True, help="Every app, each with a Dockerfile of its own.")


def _ask(name: str) -> Callable[..., None]:
    def remember(_context: click.Context, _: click.Parameter, value: Any) -> None:
        if value:
            terminal.ask(**{name: value})

    return remember


def everywhere(command: click.Command) -> click.Command:
    """COMMAND with the options that all have, so that they can stand before and after its name."""
    if all(param.name != "color" for param in command.params):
        command.params += [
            click.Option(
                ["--color"], type=click.Choice(terminal.WHEN), expose_value=False, is_eager=True,
                callback=_ask("color"), help="Colour: auto (default), always or never.",
            ),
            click.Option(
                ["-q", "--quiet"], is_flag=True, expose_value=False, is_eager=True, callback=_ask("quiet"),
                help="Print only errors and what is asked for.",
            ),
            click.Option(["--debug"], is_flag=True, expose_value=False, help="Show the traceback if dockgen fails."),
            *usage.options(),
        ]  # fmt: skip
    return command


def _directory(context: click.Context, _: click.Parameter, value: str | None) -> str:
    """The folder that is meant: it can be said before and after the command's name, and as DIR, if all agree."""
    said = context.meta.get(DIRECTORY)
    if value is None or (said is not None and os.path.realpath(said) == os.path.realpath(value)):
        return said or value or "."
    if said is not None:
        raise click.UsageError(f"-C {said} and {value} are two folders; name one", context)
    return value


def _remember_directory(context: click.Context, param: click.Parameter, value: str | None) -> None:
    if value is not None:
        context.meta[DIRECTORY] = _directory(context, param, value)


def _in_folder(text: str) -> Callable[[Any], Any]:
    return click.option(
        "-C", "--directory", "_said", metavar="DIR", is_eager=True, expose_value=False, callback=_remember_directory,
        help=text, shell_complete=offered("folders"),
    )  # fmt: skip


def in_folder(command: click.Command) -> click.Command:
    """A group with the option -C, for the folder that its commands are about."""
    made: click.Command = _in_folder("The project; the same as DIR of its commands.")(command)
    return made


def directory(function: Callable[..., Any]) -> Callable[..., Any]:
    """The argument DIR, which can be said by -C as well."""
    argument = click.argument(
        "directory",
        default=None,
        required=False,
        metavar="[DIR]",
        callback=_directory,
        shell_complete=offered("folders"),
    )
    made: Callable[..., Any] = argument(_in_folder("The same as DIR.")(function))
    return made


def _paths(context: click.Context, _: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_directory(context, _, path) for path in value) or (context.meta.get(DIRECTORY, "."),)


def paths(function: Callable[..., Any]) -> Callable[..., Any]:
    """Folders and files as arguments; -C names the only folder as well."""
    argument = click.argument(
        "paths", nargs=-1, metavar="[DIR|FILE]...", callback=_paths, shell_complete=offered("files")
    )
    made: Callable[..., Any] = argument(_in_folder("The same as DIR.")(function))
    return made


def folder(text: str) -> Callable[..., Any]:
    """The option -C of a command whose arguments are something else."""
    return click.option(
        "-C",
        "--directory",
        default=None,
        metavar="DIR",
        callback=_directory,
        help=text,
        shell_complete=offered("folders"),
    )


def _sets(setting: str) -> Callable[..., None]:
    def remember(context: click.Context, _: click.Parameter, value: Any) -> None:
        if value:
            value = ",".join(value) if isinstance(value, tuple) else value
            flag = setting + (value if setting.endswith("=") else "")
            context.meta.setdefault("dockgen.flags", []).append(flag)

    return remember


def _takes(field: str) -> Callable[..., None]:
    def remember(context: click.Context, _: click.Parameter, value: Any) -> None:
        context.meta[f"dockgen.{field}"] = value

    return remember


def recalled(flags: tuple[str, ...]) -> Request:
    """What is `given`, and below that what was asked for when the files were written."""
    return replace(given(flags), recalls=True)


def given(flags: tuple[str, ...]) -> Request:
    """What is asked for: the FLAGS of --set, after those that were given in their short form, and files."""
    meta = click.get_current_context().meta
    return Request(
        flags=(*meta.get("dockgen.flags", ()), *flags),
        **{field: meta.get(f"dockgen.{field}") or Request().__getattribute__(field) for _, _, field, _, _ in FILES},
    )


def deciding(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that decide what is built."""
    for name, setting, text in reversed(SHORT):
        is_flag = not setting.endswith("=")
        option = click.option(
            name, is_flag=is_flag, metavar=None if is_flag else METAVARS.get(name, "NAME"), expose_value=False,
            callback=_sets(setting), help=text, shell_complete=_of_setting(setting.removesuffix("=")),
            multiple=setting == "with=",
        )  # fmt: skip
        function = option(function)
    for row in reversed(FILES):
        function = _from_files(row)(function)
    return settings(function)


def _from_files(row: tuple[str, str, str, str, str]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    short, name, field, metavar, text = row
    names = (short, name) if short else (name,)
    return click.option(
        *names,
        multiple=field != "answers",
        metavar=metavar,
        expose_value=False,
        callback=_takes(field),
        help=text,
        shell_complete=offered(OFFERED[field]),
    )


def packs(function: Callable[..., Any]) -> Callable[..., Any]:
    """The option that says which packs count."""
    return _from_files(next(row for row in FILES if row[2] == "packs"))(function)


def templates(function: Callable[..., Any]) -> Callable[..., Any]:
    """The option that names folders of templates."""
    return _from_files(next(row for row in FILES if row[2] == "templates"))(function)


def looking(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of the commands that look at apps: which folder, what is decided, which apps of several."""
    for option in (every, apps, deciding, directory):
        function = option(function)
    return function


def writing(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options of the commands that write files."""
    for option in (
        click.option("-n", "--dry-run", is_flag=True, help="Show what would change; write nothing."),
        click.option("-f", "--force", is_flag=True, help="Replace what is not dockgen's, kept as .orig."),
        as_json,
        looking,
    ):
        function = option(function)
    return function
