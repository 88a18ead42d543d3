"""Find what a file was when dockgen wrote it: beside the project's own templates, or in git's history."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from dockgen import header

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_COMMITS = 200  # that are looked through for one file
TIMEOUT = 20  # seconds
ORIGINALS = ".dockgen/originals"


def base(root: Path, path: str, body: str) -> str | None:
    """The text without header of PATH below ROOT as dockgen wrote it, whose digest is BODY; None if it is not found.

    It is looked for beside the project's own templates first, where an update leaves it, then in git's history.
    """
    stored = root / ORIGINALS / path
    if stored.is_file() and not stored.is_symlink():
        text = stored.read_bytes().decode("utf-8", "surrogateescape")
        if header.digest(text) == body:
            return text
    for text in _versions(root, path):
        if header.digest(found := header.split(text)[1]) == body:
            return found
    return None


def _versions(root: Path, path: str) -> Iterator[str]:
    """The texts that PATH had in the history of the repository, the newest first; none where there is no git."""
    commits = _git(
        root, "log", f"--max-count={MAX_COMMITS}", "--format=%H", "--follow", "--name-only", "-z", "--", path
    )
    if commits is None:
        return
    words = [w.strip() for w in commits.decode("utf-8", "surrogateescape").replace("\n", "\0").split("\0") if w.strip()]
    for commit, name in zip(words[::2], words[1::2], strict=False):
        text = _git(root, "show", f"{commit}:{name}")
        if text is not None:
            yield text.decode("utf-8", "surrogateescape")


def _git(root: Path, *arguments: str) -> bytes | None:
    """What git prints; None if there is no git, no repository, or nothing of the kind."""
    try:
        done = subprocess.run(  # noqa: S603  (no shell; the path follows --)
            ["git", "--no-pager", "-c", "core.quotePath=off", *arguments],  # noqa: S607
            cwd=root, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
