"""Start the command line; `--version` is answered before anything else is imported."""

from __future__ import annotations

import sys

TYPE_CHECKING = False  # `typing` is slow to import
if TYPE_CHECKING:
    from sys import UnraisableHookArgs

_INTERRUPTED = 130  # errors.ExitCode.INTERRUPTED, which may not be imported yet


def main() -> None:
    """Run the command line and exit with its status."""
    if sys.argv[1:] == ["--version"]:
        from dockgen import __version__  # noqa: PLC0415

        sys.stdout.write(f"dockgen {__version__}\n")
        return
    sys.unraisablehook = _unraisable
    try:
        from dockgen.cli import run  # noqa: PLC0415

        status = run(sys.argv[1:])
        _ignore_interrupts()
    except KeyboardInterrupt:  # while modules are imported, or a second one while the first is told
        _ignore_interrupts()
        _tell()
        status = _INTERRUPTED
    sys.exit(status)


def _ignore_interrupts() -> None:
    """What follows is Python's own end, in which an interrupt could do nothing but print a traceback."""
    import signal  # noqa: PLC0415

    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _tell() -> None:
    cli = sys.modules.get("dockgen.cli")
    said = getattr(cli, "outcome", None)  # its import may have been interrupted
    sys.stderr.write(f"Interrupted; {said() if said else 'nothing was written'}.\n")


def _unraisable(about: UnraisableHookArgs) -> None:
    """An interrupt in a place that cannot pass it on, such as a callback of the import system: end here."""
    if not issubclass(about.exc_type, KeyboardInterrupt):
        sys.__unraisablehook__(about)
        return
    import os  # noqa: PLC0415

    _ignore_interrupts()
    _tell()
    sys.stderr.flush()
    os._exit(_INTERRUPTED)


if __name__ == "__main__":
    main()
