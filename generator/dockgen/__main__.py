"""Start the command line; `--version` is answered before anything else is imported."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and exit with its status."""
    if sys.argv[1:] == ["--version"]:
        from dockgen import __version__  # noqa: PLC0415

        sys.stdout.write(f"dockgen {__version__}\n")
        return
    try:
        from dockgen.cli import run  # noqa: PLC0415

        status = run(sys.argv[1:])
    except KeyboardInterrupt:  # before the command line is there to tell it
        sys.stderr.write("\nNothing was written.\n")
        status = 130
    sys.exit(status)


if __name__ == "__main__":
    main()
