"""Start the command line; `--version` is answered before anything else is imported."""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # `typing` is slow to import
if TYPE_CHECKING:
    from sys import UnraisableHookArgs
    from typing import NoReturn

_OBJECTS = 100_000  # more than most runs make: what little is in cycles is not worth looking through all others for
_INTERRUPTED = 130  # errors.ExitCode.INTERRUPTED, which may not be imported yet


def main() -> None:
    """Run the command line and exit with its status."""
    if sys.argv[1:] == ["--version"] and sys.stdout:
        from dockgen import __version__  # noqa: PLC0415

        try:
            sys.stdout.write(f"dockgen {__version__}\n")
            sys.stdout.flush()
        except OSError:  # told as for any other command
            pass
        else:
            return
    import gc  # noqa: PLC0415

    gc.set_threshold(_OBJECTS)
    sys.unraisablehook = _unraisable
    try:
        from dockgen.cli import run  # noqa: PLC0415

        status = run(sys.argv[1:])
        _ignore_interrupts()
    except BaseException as error:  # while modules are imported, or a second one while the first is told
        _ignore_interrupts()
        from dockgen.errors import is_interrupt  # noqa: PLC0415

        if not is_interrupt(error):
            raise
        _interrupted()
    if status == _INTERRUPTED:
        _leave()
    gc.freeze()  # or Python looks through every object again before it ends
    sys.exit(status)


def _ignore_interrupts() -> None:
    """What follows is Python's own end, in which an interrupt could do nothing but print a traceback."""
    import signal  # noqa: PLC0415

    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _interrupted() -> NoReturn:
    """Say what became of the files, and leave."""
    _ignore_interrupts()
    cli = sys.modules.get("dockgen.cli")
    said = getattr(cli, "outcome", None)  # its import may have been interrupted
    sys.stderr.write(f"{(said() if said else 'nothing was written').capitalize()}.\n")
    _leave()


def _leave() -> NoReturn:
    """End with our exit code, where Python might take the signal's: it notes every interrupt of an `exec`."""
    import os  # noqa: PLC0415

    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(_INTERRUPTED)


def _unraisable(about: UnraisableHookArgs) -> None:
    """An interrupt in a place that cannot pass it on, such as a callback of the import system: end here."""
    if issubclass(about.exc_type, KeyboardInterrupt):
        _interrupted()
    sys.__unraisablehook__(about)


if __name__ == "__main__":
    main()
