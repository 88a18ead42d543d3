"""Run a command of the engine in a process group of its own, which Ctrl-C does not reach, and end it with us."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from typing import TYPE_CHECKING, Any

from dockgen import signals
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import IO

GRACE = 10.0  # seconds that a command has to end by itself
PATIENCE = 600.0  # seconds for a command that asks the engine something
# What a Dockerfile of today needs, whatever somebody's shell says; and nothing that is no log.
_ENVIRONMENT = {"DOCKER_BUILDKIT": "1", "DOCKER_CLI_HINTS": "false"}


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended; SAID is what it printed, its errors as well."""

    code: int
    out: str
    err: str = ""

    @property
    def said(self) -> str:
        """All that it printed."""
        return (self.out + self.err).strip()


def run(argv: Sequence[str], *, timeout: float = PATIENCE, unbroken: bool = False) -> Done:
    """Run ARGV. One that makes something (UNBROKEN) is waited for when we are interrupted: else it may come too late.

    A command that does not end in time is ended; its code is then 124, as that of timeout(1).
    """
    with _started(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
        try:
            out, err = child.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            _end(child)
            return Done(124, "", f"{argv[0]} {argv[1]}: no answer within {timeout:.0f} seconds")
        except KeyboardInterrupt:
            if unbroken:
                with signals.held(), contextlib.suppress(subprocess.TimeoutExpired):
                    child.communicate(timeout=GRACE)
            raise
        return Done(child.returncode, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"))


def follow(argv: Sequence[str], heard: Callable[[str], None]) -> int:
    """Run ARGV and give HEARD each line that it prints; its exit code."""
    with _started(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as child:
        for line in child.stdout:
            heard(line.decode("utf-8", "replace"))
        return int(child.wait())


@contextlib.contextmanager
def output(argv: Sequence[str]) -> Iterator[IO[bytes]]:
    """Run ARGV and give what it prints as a stream; what nobody reads ends it."""
    with _started(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
        yield child.stdout
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(GRACE)


@contextlib.contextmanager
def _started(argv: Sequence[str], **pipes: int) -> Iterator[Any]:
    child = None
    try:
        with signals.held():  # from its start until we know it, nothing may come between
            child = subprocess.Popen(  # type: ignore[call-overload]  # noqa: S603  (an engine, with words of ours)
                argv, env={**os.environ, **_ENVIRONMENT}, stdin=subprocess.DEVNULL, start_new_session=True, **pipes
            )
        yield child
    finally:
        if child is not None:
            _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    """End CHILD and what it started, if it still runs."""
    with signals.held():
        for pipe in (child.stdout, child.stderr):
            if pipe:
                pipe.close()
        if child.poll() is not None:
            return
        _kill(child, signal.SIGTERM)
        try:
            child.wait(GRACE)
        except subprocess.TimeoutExpired:
            _kill(child, getattr(signal, "SIGKILL", signal.SIGTERM))
            child.wait()


def _kill(child: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(child.pid, number)
        else:  # Windows
            child.terminate()
