"""The command line: a lazy group of commands, and the one place where errors become messages and exit codes."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import TYPE_CHECKING, TextIO

from dockgen.cli import terminal
from dockgen.errors import BugError, DockgenError, ExitCode, InputError, RefusedError, is_interrupt

if TYPE_CHECKING:
    import click

# name -> where the command is, and its line in the help
COMMANDS = {
    "init": ("dockgen.cli.init:command", "Find out what a project is, confirm, write its files."),
    "generate": ("dockgen.cli.generate:command", "Write them without asking anything, for scripts."),
    "check": ("dockgen.cli.check:command", "Say whether they are what dockgen would write now."),
    "diff": ("dockgen.cli.diff:command", "Show how they differ from that."),
    "update": ("dockgen.cli.update:command", "Bring them up to date, keeping edits by hand."),
    "verify": ("dockgen.cli.verify:command", "Build the image, run it, and say what holds."),
    "eject": ("dockgen.cli.eject:command", "Take the header line out: they are yours from then on."),
    "templates": ("dockgen.cli.templates:command", "Show and override templates, keep overrides up to date."),
    "pin": ("dockgen.cli.pin:command", "Pin base images to digests, or check which have moved."),
    "context": ("dockgen.cli.context:command", "Show what a build is sent, by the .dockerignore."),
    "presets": ("dockgen.cli.presets:command", "List, show and validate presets: settings under a name."),
    "explain": ("dockgen.cli.explain:command", "Say why: a setting, a line of a file, a rule."),
    "detect": ("dockgen.cli.detect:command", "Show what was found in a project, and where."),
    "completion": ("dockgen.cli.completion:command", "Print a script by which a shell completes commands."),
}
# Why nothing can be printed. Where a file cannot be written, the error has its name.
UNPRINTED = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)
TEXT = "Write the Dockerfile and .dockerignore that an expert would have written."


def run(argv: list[str]) -> int:
    """Run the command line on ARGV and return its exit status; where a shell asks for completions, answer that."""
    terminal.start(argv)
    asked = os.environ.get("_DOCKGEN_COMPLETE")
    return _complete(asked) if asked else _run(argv)


def _run(argv: list[str]) -> int:
    import click

    debug = "--debug" in argv
    try:
        _start()
        status = int(group().main(args=argv, prog_name="dockgen", standalone_mode=False) or 0)
        sys.stdout.flush()
        return status  # noqa: TRY300  (the flush, too, may find the pipe closed)
    except DockgenError as error:
        return _fail(error, argv)
    except (click.exceptions.Abort, KeyboardInterrupt):
        return _interrupted()
    except click.exceptions.NoArgsIsHelpError as error:
        error.show(sys.stderr)
        return int(ExitCode.INPUT)
    except click.ClickException as error:
        return _fail(_usage(error), argv)
    except (BrokenPipeError, SystemExit):  # click turns the first into the second
        _leave(sys.stdout)
        return int(ExitCode.OK)
    except Exception as error:
        if is_interrupt(error):
            return _interrupted()
        if told := _told(error):
            return _fail(told, argv)
        if debug:
            raise
        what = f"dockgen failed unexpectedly ({type(error).__name__}: {str(error)[:200]}); {outcome()}"
        return _fail(BugError(what, hint="run it again with --debug and report what it prints"), argv)


def _told(error: Exception) -> DockgenError | None:
    """What is said of an ERROR of the system that can come at any place; None if it is one of ours."""
    if isinstance(error, FileNotFoundError) and _is_nowhere():
        return InputError("the current folder does not exist any more", hint="change to another one")
    if isinstance(error, OSError) and error.filename is None and error.errno in UNPRINTED:
        _leave(sys.stdout)
        what = f"cannot print: {error.strerror}; {outcome()}"
        return RefusedError(what, hint="print to another place, or make room there")
    return None


def _interrupted() -> int:
    _say(f"{outcome().capitalize()}.")
    return int(ExitCode.INTERRUPTED)


def _complete(asked: str) -> int:
    """Answer a shell that completes a command line."""
    from dockgen.cli import completion

    _start()
    sys.stdout.buffer.write((completion.answer(group(), asked) + "\n").encode())
    return int(ExitCode.OK)


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


def _start() -> None:
    """Forget what was written before; let a terminal that cannot show a character show its number.

    What is closed is replaced by nothing at all: else the next file that is opened would take its place.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
    if writer := sys.modules.get("dockgen.writer"):
        writer.written.clear()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _fail(error: DockgenError, argv: list[str]) -> int:
    """Say what went wrong, on stdout as JSON too if that is asked for; its exit status."""
    _say(terminal.message(f"error: {error}", terminal.screen(sys.stderr)))
    if _wants_json(argv):
        import json

        try:
            sys.stdout.write(json.dumps({"schema": 1, "error": error.to_data()}, indent=2) + "\n")
            sys.stdout.flush()
        except OSError:
            _leave(sys.stdout)
    return int(error.code)


def _wants_json(argv: list[str]) -> bool:
    """True if ARGV, which may be wrong, asks for JSON."""
    words = argv[: argv.index("--")] if "--" in argv else argv
    return "--json" in words or "--format=json" in words or "--format json" in " ".join(words)


def _leave(stream: TextIO) -> None:
    """Write what goes to STREAM to nobody from here on: whoever read us has enough."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _usage(error: click.ClickException) -> DockgenError:
    """What click says of a wrong command line, in the shape of our other messages."""
    import click

    from dockgen import nearest

    context = getattr(error, "ctx", None)
    hint = f"{context.command_path if context else 'dockgen'} --help"
    if isinstance(error, click.NoSuchOption):
        known = [name for p in context.command.params for name in (*p.opts, *p.secondary_opts)] if context else []
        options = [name for name in known if name.startswith("--")]
        return InputError(f"no option {error.option_name}", hint=nearest.hint(error.option_name, options, hint))
    if isinstance(error, click.MissingParameter) and error.param and isinstance(error.param.type, click.Choice):
        return InputError(f"missing argument {error.param.human_readable_name}", hint=hint)
    if isinstance(error, click.BadParameter) and error.param and isinstance(error.param.type, click.Choice):
        return _no_choice(error.param, error.message, hint)
    what = error.format_message().rstrip(".")
    return InputError(f"{what[:1].lower()}{what[1:]}", hint=hint)


def _no_choice(param: click.Parameter, message: str, hint: str) -> DockgenError:
    """What is said of a value that is none of those that PARAM has, by click's MESSAGE: `'x' is not one of …`."""
    from dockgen import nearest

    known = list(getattr(param.type, "choices", ()))
    value, _, rest = message.partition(" is not one of ")
    if not rest:
        return InputError(f"{param.opts[-1]}: {message}", hint=hint)
    return InputError(f"{param.opts[-1]}: unknown value {value}", hint=nearest.hint(value.strip("'\""), known))


def _say(text: str) -> None:
    try:
        sys.stderr.write(text + "\n")
    except OSError:
        _leave(sys.stderr)


def group() -> click.Group:
    """The whole command line; the modules of commands are imported when they are used."""
    import click

    from dockgen.cli import options
    from dockgen.cli.groups import Nested

    @click.pass_context
    def callback(context: click.Context) -> None:
        if context.invoked_subcommand is None:
            from dockgen.cli import alone

            alone.show(context)

    whole = Nested("dockgen", COMMANDS, TEXT, callback=callback, invoke_without_command=True, no_args_is_help=False)
    whole.params.append(
        click.Option(["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_version,
                     help="Show the version.")
    )  # fmt: skip
    options.everywhere(whole)
    return whole


def _version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from dockgen import __version__

        sys.stdout.write(f"dockgen {__version__}\n")
        ctx.exit()
