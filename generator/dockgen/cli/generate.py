"""`dockgen generate`: write the files, asking nothing."""

from __future__ import annotations

from dataclasses import replace

import click

from dockgen.cli import console, options, work
from dockgen.errors import InputError


@click.command()
@options.writing
@click.option("-o", "--output", metavar="-", help="With `-`, print the file to stdout instead of writing it.")
@click.option("--file", "which", default="Dockerfile", show_default=True, help="The file that `-o -` prints.")
def command(
    directory: str,
    flags: tuple[str, ...],
    app: str | None,
    every: bool,
    dry_run: bool,
    force: bool,
    debug: bool,  # noqa: ARG001
    output: str | None,
    which: str,
) -> None:
    """Write a Dockerfile and a .dockerignore for DIR without asking anything."""
    found = work.look(directory, options.given(flags), app, every=every)
    if output is not None:
        _print(found, output, which)
        return
    finish(found, directory, dry_run=dry_run, force=force)


def _print(found: tuple[work.Found, ...], output: str, which: str) -> None:
    if output != "-":
        raise InputError(f"-o {output}: only `-` (stdout) is possible", hint="files are written into the project")
    if len(found) > 1:
        raise InputError("-o - prints one file, and there are several apps", hint="--app NAME takes one of them")
    texts = {artifact.path: artifact.text for artifact in work.render(replace(found[0], folder="", context=""))}
    if which not in texts:
        raise InputError(f"--file {which}: there is no such file", hint=f"one of {', '.join(texts)}")
    click.echo(texts[which].encode(), nl=False)  # the same bytes whatever the terminal's encoding
    console.warnings(found[0])


def finish(found: tuple[work.Found, ...], directory: str, *, dry_run: bool, force: bool, asked: bool = False) -> None:
    """Write the files, or show what would change; say what to do next. ASKED: the guesses were shown already."""
    from pathlib import Path

    from dockgen import changes, writer

    todo = [change for each in found for change in work.compare(each)]
    for each in found:
        console.warnings(each, asked=asked)
    console.unpinned(found[0].root, todo)
    if dry_run:
        for change in todo:
            console.out(f"{change.path}: {console.DRY[change.kind]}")
        for change in todo:
            if change.kind != "same":
                console.out(changes.diff(change).rstrip("\n"))
    if not force:
        changes.require_consent(todo)
    if dry_run:
        return
    kept = writer.apply(Path(found[0].root), todo)
    console.out(console.written(todo, kept))
    console.out("\nNext:")
    for each in found:
        console.out(console.next_steps(each, directory))
