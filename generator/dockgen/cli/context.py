"""`dockgen context`: what a build is sent, before and after the .dockerignore."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from dockgen.cli import console, options, work
from dockgen.errors import InputError, UndecidedError
from dockgen.weigh import Entry, heaviest, human, weigh

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen import outputs
    from dockgen.sources import Request
    from dockgen.weigh import Context, Weight

MOST = 8  # entries of each list
MAX_BYTES = 1_048_576  # of a .dockerignore


@click.command()
@options.directory
@options.deciding
@options.app
@options.as_json
def command(directory: str, flags: tuple[str, ...], apps: tuple[str, ...], as_json: bool) -> None:
    """Show what a build of DIR is sent: its size before and after the .dockerignore, secrets, and what is odd.

    It walks through the context once, and shows the heaviest of what is left out and of what goes in, files that look
    like secrets and whether they stay out, and files that go in and seldom should: larger than 10 MB, archives, dumps,
    media. The rules are those of the .dockerignore (or Dockerfile.dockerignore) on disk, else those that dockgen would
    write. No symlink is followed. A secret that goes in is a warning as well.
    """
    root, source, lines, harmless = _rules(directory, options.recalled(flags), apps)
    found = weigh(lambda folder: _listed(root, folder), lines, harmless)
    if as_json:
        console.data(_data(found, source))
    else:
        console.out("\n".join(_text(found, source)))
    inside = [path for path, is_out in found.secrets.items() if not is_out]
    if inside:
        console.err(f"warning: {', '.join(inside[:MOST])}: looks like a secret and goes into the build")


def _rules(directory: str, asked: Request, apps: tuple[str, ...]) -> tuple[str, str, list[str], tuple[str, ...]]:
    """The context's folder, which .dockerignore holds there, its lines, and files that are no secrets by their content.

    Without one on disk, it is the one that dockgen would write.
    """
    from dockgen.rendering import names

    try:
        (found,) = work.look(directory, asked, apps)
    except UndecidedError:
        root = os.path.realpath(directory)
        if (lines := _read(f"{root}/.dockerignore")) is None:
            raise
        return root, ".dockerignore", lines, ()
    root = f"{found.root}/{found.context}".rstrip("/")
    context_file = f"{found.context}/.dockerignore".lstrip("/")
    for path in dict.fromkeys((names(found.folder, found.context, found.file)[1], context_file)):
        if (lines := _read(f"{found.root}/{path}")) is not None:
            return root, path, lines, found.facts.sensitive.harmless
    ours = [line for group in found.plan.ignore for line in group.patterns]
    return root, "", ours, found.facts.sensitive.harmless


def _read(path: str) -> list[str] | None:
    """The lines of a .dockerignore; None if there is none."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InputError(f"cannot read it: {error.strerror or error}", where=path) from error
    if len(data) > MAX_BYTES:
        raise InputError("the file is larger than 1 MiB", where=path, hint="is it really a .dockerignore?")
    return data.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").splitlines()


def _listed(root: str, folder: str) -> Iterator[Entry]:
    """What lies in FOLDER, in order; no symlink is followed, as Docker sends them as they are."""
    prefix = f"{folder}/" if folder else ""
    try:
        with os.scandir(f"{root}/{prefix}") as entries:
            for entry in entries:
                is_folder = entry.is_dir(follow_symlinks=False)
                size = 0 if is_folder else entry.stat(follow_symlinks=False).st_size
                yield Entry(prefix + entry.name, is_folder, size)
    except OSError as error:
        if not folder:
            raise InputError(f"cannot read the folder: {error.strerror or error}", where=root) from error
        console.err(f"warning: {folder}: not read ({error.strerror or error})")


def _text(found: Context, source: str) -> Iterator[str]:
    yield f"Context, by {source or 'the .dockerignore that dockgen would write'}"
    yield ""
    yield f"  before  {_weight(found.before)}"
    yield f"  after   {_weight(found.after)}"
    for title, weights in (("Left out", found.left_out), ("Goes in", found.sent)):
        if weights:
            yield f"\n{title}:"
            yield from (f"  {_weight(w):<26}  {_shown(path)}" for path, w in heaviest(weights, MOST))
            if len(weights) > MOST:
                yield f"  and {len(weights) - MOST} more"
    if found.secrets:
        yield "\nLook like secrets:"
        for path, is_out in sorted(found.secrets.items(), key=lambda item: (item[1], item[0]))[: 2 * MOST]:
            yield f"  {'stays out' if is_out else 'GOES IN':<9}  {_shown(path)}"
    if found.odd:
        yield "\nGoes in; is it needed?"
        for path, (kind, size) in sorted(found.odd.items(), key=lambda item: -item[1][1])[:MOST]:
            yield f"  {human(size):>9}  {kind:<7}  {_shown(path)}"


def _shown(path: str) -> str:
    return path if path.isprintable() else ascii(path)


def _weight(weight: Weight) -> str:
    return f"{human(weight.size):>9} in {weight.files:,} {'file' if weight.files == 1 else 'files'}"


def _data(found: Context, source: str) -> outputs.Context:
    def plain(weight: Weight) -> outputs.Weight:
        return {"bytes": weight.size, "files": weight.files}

    return {
        "ignore": source,
        "before": plain(found.before),
        "after": plain(found.after),
        "left_out": [{"path": p, **plain(w)} for p, w in heaviest(found.left_out, len(found.left_out))],
        "sent": [{"path": p, **plain(w)} for p, w in heaviest(found.sent, len(found.sent))],
        "secrets": [{"path": p, "stays_out": is_out} for p, is_out in sorted(found.secrets.items())],
        "odd": [{"path": p, "kind": kind, "bytes": size} for p, (kind, size) in sorted(found.odd.items())],
    }
