"""`dockgen templates`: which there are, what one says, and overrides: begin one, check them, bring them up to date."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dockgen import merge, nearest, sources, writer
from dockgen.changes import Change
from dockgen.cli import console, options
from dockgen.cli.groups import Nested
from dockgen.errors import ExitCode, InputError, RefusedError
from dockgen.templating import lint as linter
from dockgen.templating import overrides
from dockgen.templating.blocks import outline
from dockgen.templating.layers import BUILT_IN, Layer, Layers, built_in
from dockgen.templating.overrides import Original

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dockgen import outputs
    from dockgen.templating.lint import Finding

TABLE = {
    "list": ("dockgen.cli.templates:listed", "Which templates there are, and which layer each comes from."),
    "show": ("dockgen.cli.templates:show", "What a template says: its blocks, what it includes, its text."),
    "override": ("dockgen.cli.templates:override", "Begin an override of a template, or of some of its blocks."),
    "lint": ("dockgen.cli.templates:lint", "Whether overrides still override something, and are up to date."),
    "rebase": ("dockgen.cli.templates:rebase", "Bring overrides up to date with what they are based on."),
    "add": ("dockgen.cli.packs:add", "Copy a pack out of a git repository into the project, or bring it up to date."),
}
command = Nested("templates", TABLE, "The templates that files are printed by, and what overrides them.")

LABELS = ("your override", "what it was based on", "what that is now")
OWN = f"{sources.HOME}/templates"

_folder = options.folder("The project that it is for.")
_into = click.option(
    "--into", metavar="DIR", help="The folder of templates, such as a pack's, instead of the project's."
)


def _layered(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which layers count."""
    return options.templates(options.packs(function))


@click.command()
@options.directory
@_layered
@options.as_json
def listed(directory: str, as_json: bool) -> None:
    """Show every template and the layers that have it, the top-most first."""
    layers = _layers(directory)
    stale = {f.file for f in _findings(layers) if f.is_stale}
    rows = [(path, layers.having(path)) for path in layers.paths()]
    if as_json:
        made: outputs.Templates = {
            "templates": [
                {"name": path, "layers": [_data(layer, path, stale) for layer in found]} for path, found in rows
            ]
        }
        console.data(made)
        return
    width = max(len(path) for path, _ in rows)
    for path, found in rows:
        names = ", ".join(layer.name + (" (stale)" if layer.place(path) in stale else "") for layer in found)
        console.table(f"{'*' if found[0].name != BUILT_IN else ' '} {path:<{width}}  {names}")


@click.command()
@click.argument("name", shell_complete=options.offered("templates"))
@_folder
@click.option("--block", metavar="BLOCK", shell_complete=options.offered("blocks"), help="Only the text of this block.")
@_layered
@options.as_json
def show(name: str, directory: str, block: str | None, as_json: bool) -> None:
    """Show the template NAME of the top-most layer: what it is for, its blocks, what it includes, its text."""
    layers = _layers(directory)
    original = _original(layers, name)
    if block:
        text = overrides.source(original, block)
        if as_json:
            one: outputs.ShownBlock = {"name": original.path, "block": block, "text": text}
            console.data(one)
        else:
            console.out(text)
        return
    found = outline(original.text)
    having = layers.having(original.path)
    if as_json:
        data: outputs.ShownTemplate = {
            "name": original.path,
            "description": found.description,
            "layers": [_data(layer, original.path, set()) for layer in having],
            "blocks": [{"name": b.name, "description": b.description, "line": b.line} for b in found.blocks],
            "includes": list(found.includes),
            "text": original.text,
        }
        console.data(data)
        return
    console.out("\n".join(_shown(original, having)))


@click.command()
@click.argument("name", shell_complete=options.offered("templates"))
@_folder
@click.option(
    "--block",
    "blocks",
    multiple=True,
    metavar="BLOCK",
    shell_complete=options.offered("blocks"),
    help="Only this block; may be repeated.",
)
@_into
@_layered
@click.option("-n", "--dry-run", is_flag=True, help="Show what would be written; write nothing.")
@options.as_json
def override(
    name: str,
    directory: str,
    blocks: tuple[str, ...],
    into: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Write a copy of the template NAME, or of some of its blocks, that is used instead of it.

    The original is kept beside the templates, in a folder `originals`, for `dockgen templates rebase`.
    """
    root, folder = _target(directory, into)
    original = _original(_below(directory, into), name)
    place, kept = f"{folder}/{original.path}", f"{_originals(folder)}/{original.path}"
    if not dry_run:
        writer.clean(root, (place, kept))
    disk = writer.on_disk(root, [place, kept])
    there = disk[place]
    if there is not None and not (blocks and f'extends "!{original.path}"' in there):
        raise RefusedError(f"{place} exists; nothing was written", hint="dockgen templates rebase brings it up to date")
    if there is not None and disk[kept] not in (None, original.text):
        raise RefusedError(f"{place} is based on an older text", hint=f"dockgen templates rebase {original.path} first")
    text = overrides.of_blocks(original, blocks, there or "") if blocks else overrides.copy(original)
    todo = [_change(kept, original.text, disk[kept]), _change(place, text, there)]  # without the first, no rebase
    if not dry_run:
        writer.apply(root, todo)
    if as_json:
        made: outputs.Overridden = {"dry_run": dry_run, "file": place, "original": kept, "text": text}
        console.data(made)
    elif dry_run:
        console.out(text.rstrip("\n"))
    else:
        console.note(f"Wrote {place}\nKept the original in {kept}\n\nNext:\n  edit {place}\n  dockgen templates lint")


@click.command()
@options.directory
@_into
@_layered
@options.as_json
def lint(directory: str, into: str | None, as_json: bool) -> int:
    """Say what is wrong with the overrides of DIR: the exit code is 2 for a mistake, 1 if one has gone stale."""
    layers = _with(into) if into else _layers(directory)
    found = _findings(layers)
    if as_json:
        made: outputs.Lint = {
            "findings": [{"file": f.file, "line": f.line, "what": f.what, "stale": f.is_stale} for f in found]
        }
        console.data(made)
    else:
        own = sum(len(layer.paths()) for layer in layers.all[:-1])
        console.out("\n".join(map(str, found)) or f"{own} template{'s' if own != 1 else ''} of yours: nothing is wrong")
    if any(not f.is_stale for f in found):
        return int(ExitCode.INPUT)
    return int(ExitCode.DIFFERENT if found else ExitCode.OK)


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...", shell_complete=options.offered("templates"))
@_folder
@_into
@_layered
@click.option("-n", "--dry-run", is_flag=True, help="Show what would change; write nothing.")
@options.as_json
def rebase(
    names: tuple[str, ...],
    directory: str,
    into: str | None,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Bring the overrides NAME, or all that have gone stale, up to date; exit 1 if conflicts are left in them."""
    root, folder = _target(directory, into)
    layers = _below(directory, into)
    own = Layer(name="own", folder=root / folder, shown=folder)
    todo: list[Change] = []
    done: list[outputs.Rebased] = []
    for path in names or own.paths():
        text = own.read(path)
        if text is None:
            hint = nearest.hint(path, own.paths(), "dockgen templates override begins one")
            raise InputError(f"there is no override of {path}", where=folder, hint=hint)
        if not overrides.marks(text):
            continue
        if not names and not _is_stale(text, path, layers):
            todo += _kept(root, folder, text, _original(layers, path))
            continue
        changes, met = _rebased(root, folder, text, _original(layers, path))
        todo += changes
        done.append({"file": f"{folder}/{path}", "conflicts": met})
    if not dry_run:
        writer.apply(root, todo)
        writer.clean(root, [f"{home}/{path}" for path in own.paths() for home in (folder, _originals(folder))])
    if as_json:
        made: outputs.Rebase = {"dry_run": dry_run, "files": done}
        console.data(made)
    else:
        _show_rebased(done)
    return int(ExitCode.DIFFERENT if any(one["conflicts"] for one in done) else ExitCode.OK)


def _show_rebased(done: list[outputs.Rebased]) -> None:
    for one in done:
        met = one["conflicts"]
        if met:
            console.out(f"{one['file']}: {met} conflict{'s' if met != 1 else ''}, between <<<<<<< and >>>>>>>")
        else:
            console.note(f"{one['file']}: up to date")
    if not done:
        console.note("Nothing has gone stale")


def _kept(root: Path, folder: str, text: str, original: Original) -> Iterator[Change]:
    """What an override TEXT that is up to date is based on, if it is not kept: a rebase may have been killed."""
    kept = f"{_originals(folder)}/{original.path}"
    stored = writer.on_disk(root, [kept])[kept]
    was = replace(original, text=stored or "")
    if stored is None or _is_based_on_another(text, was):
        yield _change(kept, original.text, stored)


def _is_based_on_another(text: str, original: Original) -> bool:
    """True if a mark of the override TEXT names another text than that of ORIGINAL."""
    return any(
        sha != linter.digest((linter.block_source(original.text, name) or "") if name else original.text)
        for name, sha in overrides.marks(text)
    )


def _rebased(root: Path, folder: str, text: str, original: Original) -> tuple[list[Change], int]:
    """The changes that bring the override TEXT up to ORIGINAL, and how many conflicts are left."""
    place, kept = f"{folder}/{original.path}", f"{_originals(folder)}/{original.path}"
    stored = writer.on_disk(root, [kept])[kept]
    parts = [name for name, _ in overrides.marks(text)]
    was = Original(who=original.who, version=original.version, path=original.path, text=stored or "")
    if stored is None or _is_based_on_another(text, was):
        raise InputError(f"what {place} was based on is not in {kept}", hint="compare the two, and override it anew")
    texts = (was, original)
    if parts == [None]:
        before, after = (o.text for o in texts)
    else:
        before, after = (overrides.bare(overrides.of_blocks(o, filter(None, parts))) for o in texts)
    merged = merge.three_way(overrides.bare(text), before, after, LABELS)
    made = overrides.remade(merged.text, original, parts)
    return [_change(place, made, text), _change(kept, original.text, stored)], merged.conflicts


def _is_stale(text: str, path: str, layers: Layers) -> bool:
    found = layers.find(path)
    return found is not None and _is_based_on_another(text, Original(who="", version="", path=path, text=found[2]))


def _shown(original: Original, having: tuple[Layer, ...]) -> Iterator[str]:
    found = outline(overrides.bare(original.text))
    yield f"{original.path}: {found.description}" if found.description else original.path
    yield f"  layers    {', '.join(layer.name for layer in having)}"
    yield from (f"  includes  {what}" for what in found.includes)
    width = max((len(b.name) for b in found.blocks), default=0)
    yield from (f"  block     {b.name:<{width}}  {b.description}".rstrip() for b in found.blocks)
    yield f"\n{original.text.rstrip()}"


def _data(layer: Layer, path: str, stale: set[str]) -> outputs.LayerFile:
    place = layer.place(path)
    return {"name": layer.name, "file": place, "stale": place in stale}


def _change(path: str, text: str, before: str | None) -> Change:
    kind = "create" if before is None else "same" if before == text else "rewrite"
    return Change(path=path, kind=kind, text=text, before=before)


def _layers(directory: str) -> Layers:
    from dockgen import pipeline

    root, _ = pipeline.look(directory)
    return sources.gather(root, options.given(()), os.environ).layers()


def _with(folder: str) -> Layers:
    """The templates in FOLDER above dockgen's own."""
    if not Path(folder).is_dir():
        raise InputError("no such folder", where=folder)
    return Layers((Layer(name="own", folder=Path(folder), shown=folder.rstrip("/")), built_in()))


def _below(directory: str, into: str | None) -> Layers:
    """The layers that an override in the project, or in the folder INTO, stands above."""
    if into:
        return Layers((built_in(),))
    return Layers(
        tuple(
            layer
            for layer in _layers(directory).all
            if layer.name != "project" and not layer.name.startswith("templates")
        )
    )


def _target(directory: str, into: str | None) -> tuple[Path, str]:
    """The folder that is written below, and the folder of templates in it."""
    if into:
        folder = Path(into)
        return folder.parent, folder.name
    from dockgen import pipeline

    return Path(pipeline.look(directory)[0]), OWN


def _originals(folder: str) -> str:
    return f"{folder.rpartition('templates')[0]}originals" if folder.endswith("templates") else f"{folder}-originals"


def _original(layers: Layers, name: str) -> Original:
    found = layers.find(name) if not name.startswith("!") else None
    if not found:
        hint = nearest.hint(name, layers.paths(), "dockgen templates list shows which there are")
        raise InputError(f"there is no template {name!r}", hint=hint)
    layer, path, text = found
    return Original(who=layer.name, version=layer.version or "0", path=path, text=text)


def _findings(layers: Layers) -> tuple[Finding, ...]:
    from dockgen.companions import table
    from dockgen.stacks import STACKS

    return linter.check(layers, (*STACKS, table.FOLDER))
