"""Find what a file was when dockgen wrote it, or the project from which it can be made again, in git's history."""

from __future__ import annotations

import itertools
import os
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from dockgen import header

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_COMMITS = 200  # that are looked through for one file
TIMEOUT = 20  # seconds
ORIGINALS = ".dockgen/originals"
_NO_FILTERS = ("-c", "filter.lfs.smudge=", "-c", "filter.lfs.process=", "-c", "filter.lfs.required=false")  # no network


def base(root: Path, path: str, body: str) -> str | None:
    """The text without header of PATH below ROOT as dockgen wrote it, whose digest is BODY; None if it is not found.

    It is looked for beside the project's own templates first, where an update leaves it, then in git's history.
    """
    stored = root / ORIGINALS / path
    if stored.is_file() and not stored.is_symlink():
        text = stored.read_bytes().decode("utf-8", "surrogateescape")
        if header.digest(text) == body:
            return text
    staged = _git(root, "show", f":./{path}")
    texts = [staged.decode("utf-8", "surrogateescape")] if staged is not None else []
    for version in itertools.chain(texts, (text for _, text in _versions(root, path))):
        if header.digest(found := header.split(version)[1]) == body:
            return found
    return None


def projects(root: Path, path: str, body: str) -> Iterator[Path]:
    """The project in ROOT as it may have been when dockgen wrote PATH, whose digest is BODY, in folders for their turn.

    These are the first commit in which PATH has that header, the one before it, and the newest.
    """
    said = [commit for commit, text in _versions(root, path) if (h := header.split(text)[0]) and h.body == body]
    names = dict.fromkeys([*(name for commit in said[-1:] for name in (commit, f"{commit}^")), "HEAD"])
    trees = [found.decode().strip() for name in names if (found := _git(root, "rev-parse", "--verify", f"{name}:./"))]
    for tree in dict.fromkeys(trees):
        with tempfile.TemporaryDirectory(prefix="dockgen-") as place:
            folder = Path(place) / (root.name or "app")
            folder.mkdir()
            index = {"GIT_INDEX_FILE": f"{place}/index", "GIT_WORK_TREE": str(folder)}
            if _git(root, "read-tree", tree, env=index) is None:
                continue
            if _git(root, *_NO_FILTERS, "checkout-index", "--all", "--quiet", f"--prefix={folder}/", env=index) is None:
                continue
            yield folder


def _versions(root: Path, path: str) -> Iterator[tuple[str, str]]:
    """The commits that changed PATH, the newest first, each with its text; none where there is no git."""
    commits = _git(
        root, "log", f"--max-count={MAX_COMMITS}", "--format=%H", "--follow", "--name-only", "-z", "--", path
    )
    if commits is None:
        return
    words = [w.strip() for w in commits.decode("utf-8", "surrogateescape").replace("\n", "\0").split("\0") if w.strip()]
    for commit, name in zip(words[::2], words[1::2], strict=False):
        text = _git(root, "show", f"{commit}:{name}")
        if text is not None:
            yield commit, text.decode("utf-8", "surrogateescape")


def _git(root: Path, *arguments: str, env: dict[str, str] | None = None) -> bytes | None:
    """What git prints; None if there is no git, no repository, or nothing of the kind."""
    try:
        done = subprocess.run(  # noqa: S603  (no shell; the path follows --)
            ["git", "--no-pager", "-c", "core.quotePath=off", *arguments],  # noqa: S607
            cwd=root, env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL, capture_output=True,
            timeout=TIMEOUT, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
