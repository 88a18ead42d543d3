"""The command line: a lazy group of commands, and the one place where errors become messages and exit codes."""

from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING

from dockgen import nearest
from dockgen.errors import BugError, DockgenError, ExitCode, InputError

if TYPE_CHECKING:
    import click

# name -> module of the command and its line in the help
COMMANDS = {
    "init": ("dockgen.cli.init", "Find out what a project is, confirm, write its Dockerfile and .dockerignore."),
    "generate": ("dockgen.cli.generate", "Write them without asking anything, for scripts."),
    "check": ("dockgen.cli.check", "Say whether the files are what dockgen would write now, and why not."),
    "diff": ("dockgen.cli.diff", "Show how they differ from that."),
    "update": ("dockgen.cli.update", "Bring them up to date, keeping edits by hand."),
    "eject": ("dockgen.cli.eject", "Take the header line out: dockgen leaves the files alone from then on."),
    "templates": ("dockgen.cli.templates", "Show templates; override them, check overrides, bring them up to date."),
    "pin": ("dockgen.cli.pin", "Pin base images to digests, or check which have moved."),
    "context": ("dockgen.cli.context", "Show what a build is sent, before and after the .dockerignore."),
    "presets": ("dockgen.cli.presets", "List, show and validate presets: settings under a name."),
    "explain": ("dockgen.cli.explain", "Say why: a setting, a line of a file, a rule."),
    "detect": ("dockgen.cli.detect", "Show what was found in a project, and where."),
}


def run(argv: list[str]) -> int:
    """Run the command line on ARGV and return its exit status."""
    import click

    debug = "--debug" in argv
    _show_anything()
    try:
        status = int(_group().main(args=argv, prog_name="dockgen", standalone_mode=False) or 0)
        sys.stdout.flush()
        return status  # noqa: TRY300  (the flush, too, may find the pipe closed)
    except DockgenError as error:
        return _fail(error, argv)
    except click.exceptions.Abort:
        _say(f"{outcome().capitalize()}.")
        return int(ExitCode.INTERRUPTED)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show(sys.stderr)
        return int(ExitCode.INPUT)
    except click.ClickException as error:
        return _fail(_usage(error), argv)
    except KeyboardInterrupt:
        _say(f"Interrupted; {outcome()}.")
        return int(ExitCode.INTERRUPTED)
    except (BrokenPipeError, SystemExit):  # click turns the first into the second
        _leave()
        return int(ExitCode.OK)
    except Exception as error:
        if isinstance(error, FileNotFoundError) and _is_nowhere():
            return _fail(InputError("the current folder does not exist any more", hint="change to another one"), argv)
        if debug:
            raise
        what = f"dockgen failed unexpectedly ({type(error).__name__}: {str(error)[:200]}); {outcome()}"
        return _fail(BugError(what, hint="run it again with --debug and report what it prints"), argv)


def outcome() -> str:
    """What became of the files when a command does not come to its end."""
    writer = sys.modules.get("dockgen.writer")
    return "the files were written" if writer and writer.written else "nothing was written"


def _is_nowhere() -> bool:
    """True if the current folder was removed while we are in it."""
    try:
        return not os.getcwd()  # noqa: PTH109
    except FileNotFoundError:
        return True


def _show_anything() -> None:
    """Let a terminal that cannot show a character show its number, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _fail(error: DockgenError, argv: list[str]) -> int:
    """Say what went wrong, on stdout as JSON too if that is asked for; its exit status."""
    _say(f"error: {error}")
    if "--json" in argv:
        import json

        try:
            sys.stdout.write(json.dumps({"schema": 1, "error": error.to_data()}, indent=2) + "\n")
            sys.stdout.flush()
        except BrokenPipeError:
            _leave()
    return int(error.code)


def _leave() -> None:
    """Write to nobody from here on: whoever read us has enough."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _usage(error: click.ClickException) -> DockgenError:
    """What click says of a wrong command line, in the shape of our other messages."""
    what = error.format_message().rstrip(".")
    context = getattr(error, "ctx", None)
    hint = f"{context.command_path if context else 'dockgen'} --help"
    return InputError(f"{what[:1].lower()}{what[1:]}", hint=hint)


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


def _group() -> click.Group:
    import click

    class Lazy(click.Group):
        """Imports a command's module when the command is used, so that the others cost nothing."""

        def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
            return list(COMMANDS)

        def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
            if cmd_name not in COMMANDS:
                return None
            from importlib import import_module

            command: click.Command = import_module(COMMANDS[cmd_name][0]).command
            return command

        def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
            with formatter.section("Commands"):
                formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

        def resolve_command(
            self, ctx: click.Context, args: list[str]
        ) -> tuple[str | None, click.Command | None, list[str]]:
            name = args[0] if args else ""
            if name and not name.startswith("-") and name not in COMMANDS:
                raise click.UsageError(f"no command {name!r}{nearest.after(name, COMMANDS)}", ctx)
            return super().resolve_command(ctx, args)

    @click.group(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=True)
    @click.option(
        "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version."
    )
    def group() -> None:
        """Write the Dockerfile and .dockerignore that an expert would have written for a project."""

    return group


def _version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        from dockgen import __version__

        sys.stdout.write(f"dockgen {__version__}\n")
        ctx.exit()
