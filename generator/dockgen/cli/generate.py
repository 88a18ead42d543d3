"""`dockgen generate`: write the files, asking nothing."""

from __future__ import annotations

from dataclasses import replace

import click

from dockgen import nearest
from dockgen.cli import console, options, work
from dockgen.errors import InputError


@click.command()
@options.writing
@click.option("-o", "--output", metavar="-", help="With `-`, print the file, write nothing.")
@click.option(
    "--file", "which", default="Dockerfile", metavar="NAME", show_default=True, help="The file that `-o -` prints."
)
def command(
    directory: str,
    flags: tuple[str, ...],
    apps: tuple[str, ...],
    every: bool,
    dry_run: bool,
    force: bool,
    as_json: bool,
    output: str | None,
    which: str,
) -> None:
    """Write a Dockerfile and a .dockerignore for DIR without asking anything.

    `-o -` prints what the project gives, without the digests that the Dockerfile on disk may be pinned to. When files
    are written, those digests are kept for each image whose tag is still the same.
    """
    if output is not None and as_json:
        raise InputError("-o and --json exclude each other", hint="--json --dry-run shows the files as differences")
    found = work.look(directory, options.given(flags), apps, every=every)
    if output is not None:
        _print(found, output, which)
        return
    _finish(found, directory, dry_run=dry_run, force=force, as_json=as_json, every=every or len(apps) > 1)


def _print(found: tuple[work.Found, ...], output: str, which: str) -> None:
    if output != "-":
        raise InputError(f"-o {output}: only `-` (stdout) is possible", hint="files are written into the project")
    if len(found) > 1:
        raise InputError("-o - prints one file, and there are several apps", hint="--app NAME takes one of them")
    ((one, files),) = work.rendered_all([replace(found[0], folder="", context="", file="", place="")])
    texts = {artifact.path: artifact.text for artifact in files}
    if which not in texts:
        raise InputError(f"--file {which}: there is no such file", hint=nearest.hint(which, texts))
    click.echo(texts[which].encode(), nl=False)  # the same bytes whatever the terminal's encoding
    console.warnings(one)


def _finish(
    found: tuple[work.Found, ...],
    directory: str,
    *,
    dry_run: bool,
    force: bool,
    as_json: bool,
    every: bool,
) -> None:
    """Write the files, or show what would change; say what to do next."""
    from pathlib import Path

    from dockgen import changes, writer

    each = work.compare_all(found)
    todo = [change for _, its in each for change in its]
    for one, _ in each:
        console.warnings(one)
    console.unpinned(found[0].root, todo)
    if dry_run and not as_json:
        console.differences(todo)
    if not force:
        changes.require_consent(todo)
    console.forgotten(found, todo)
    kept = writer.apply(Path(found[0].root), todo) if not dry_run else []
    if as_json:
        from dockgen.cli import results

        console.data(results.data(each, directory, kept, every=every, dry_run=dry_run))
    elif not dry_run:
        console.note(console.written(todo, kept))
        console.note("\nNext:")
        console.note(console.next_steps(found, directory))
        console.leftovers(work.leftovers(found, [change.path for change in todo]))
