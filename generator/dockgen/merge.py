"""Merge three texts by `git merge-file`: what somebody made of an original, and what the original has become."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from dockgen.errors import InputError
from dockgen.records import dataclass

TIMEOUT = 20  # seconds
_FAILED = 128  # exit codes below it count conflicts


@dataclass(frozen=True, slots=True)
class Merged:
    """A text with the changes of both sides; `conflicts` are the places where they meet, marked in the text."""

    text: str
    conflicts: int


def three_way(yours: str, original: str, wanted: str, labels: tuple[str, str, str], hint: str = "") -> Merged:
    """YOURS with the changes from ORIGINAL to WANTED, which conflicts call by LABELS.

    InputError with HINT if there is no git, which does it.
    """
    texts = {"yours": yours, "original": original, "wanted": wanted}
    named = [word for label in labels for word in ("-L", label)]
    try:
        with tempfile.TemporaryDirectory(prefix="dockgen-") as folder:
            for name, text in texts.items():
                (Path(folder) / name).write_bytes(text.encode("utf-8", "surrogateescape"))
            done = _run(["git", "merge-file", "-p", "--diff3", *named, *texts], folder, hint)
    except OSError as error:
        raise InputError(f"cannot write temporary files: {error.strerror or error}", hint="set TMPDIR") from error
    if done.returncode >= _FAILED:
        raise InputError(f"git could not merge: {done.stderr.decode('utf-8', 'replace').strip()[:200]}")
    return Merged(done.stdout.decode("utf-8", "surrogateescape"), done.returncode)


def _run(argv: list[str], folder: str, hint: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(  # noqa: S603  (no shell, and files of our own)
            argv, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InputError("edits are merged by git, which cannot be run", hint=hint or None) from error
