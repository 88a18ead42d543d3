"""`dockgen templates add`: vendor a pack from a git repository into the project."""

from __future__ import annotations

from pathlib import Path

import click

from dockgen import pipeline
from dockgen.cli import console, options


@click.command()
@click.argument("url", metavar="URL[@REF]")
@options.folder("The project.")
@click.option("-f", "--force", is_flag=True, help="Replace a pack that was changed by hand, or comes from elsewhere.")
@options.as_json
def add(url: str, directory: str, force: bool, as_json: bool) -> None:
    """Copy a pack into .dockgen/packs/ and name it in dockgen.yaml.

    URL is https://HOST/PATH, ssh://HOST/PATH, USER@HOST:PATH, or a path that begins with ./, ../ or /; REF is a branch,
    a tag or a commit. The same command again brings what is new there. Where it is from is recorded in origin.yaml;
    dockgen.yaml, which is made if there is none, keeps its comments. It needs git, which also knows how to log in.

    Taken are pack.yaml, templates/, presets/, originals/, the licence and the README: plain files of that commit, as
    they are stored. A link or a submodule among them is an error. A pack is replaced whole or not at all.
    """
    from dockgen import gitpack, vendoring

    root, _ = pipeline.look(directory)
    done = vendoring.add(Path(root), gitpack.address(url, Path.cwd()), force=force)
    if as_json:
        from dockgen.plans import to_data

        console.data(to_data(done))
        return
    release = f"{done.name} {done.version}".rstrip()
    if done.before == done.commit:
        console.note(f"{release} is current: {done.commit[:12]}")
    elif done.before:
        console.note(f"{release} updated: {done.before[:12]} -> {done.commit[:12]}")
    else:
        console.note(f"{release} added: {done.files} files in {done.folder}, commit {done.commit[:12]}")
    if done.is_new_in_config:
        console.note(f"packs in dockgen.yaml now has {done.name}")
