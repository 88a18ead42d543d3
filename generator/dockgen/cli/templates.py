"""`dockgen templates`: which there are, what one says, and overrides: begin one, check them, bring them up to date."""

from __future__ import annotations

import json
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

_as_json = click.option("--json", "as_json", is_flag=True, help="Print it as JSON (schema 1).")
_folder = click.option("-C", "--directory", default=".", metavar="DIR", help="The project that it is for.")
_into = click.option(
    "--into", metavar="DIR", help="The folder of templates, such as a pack's, instead of the project's."
)


def _layered(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which layers count."""
    return options.templates(options.packs(function))


@click.command()
@options.directory
@_layered
@_as_json
@options.debug
def listed(directory: str, as_json: bool, debug: bool) -> None:  # noqa: ARG001
    """Show every template and the layers that have it, the top-most first."""
    layers = _layers(directory)
    stale = {f.file for f in _findings(layers) if f.is_stale}
    rows = [(path, layers.having(path)) for path in layers.paths()]
    if as_json:
        data = [{"name": path, "layers": [_data(layer, path, stale) for layer in found]} for path, found in rows]
        console.out(json.dumps({"schema": 1, "templates": data}, indent=2))
        return
    width = max(len(path) for path, _ in rows)
    for path, found in rows:
        names = ", ".join(layer.name + (" (stale)" if layer.place(path) in stale else "") for layer in found)
        console.out(f"{'*' if found[0].name != BUILT_IN else ' '} {path:<{width}}  {names}")


@click.command()
@click.argument("name")
@_folder
@click.option("--block", metavar="BLOCK", help="Only the text of this block.")
@_layered
@_as_json
@options.debug
def show(name: str, directory: str, block: str | None, as_json: bool, debug: bool) -> None:  # noqa: ARG001
    """Show the template NAME of the top-most layer: what it is for, its blocks, what it includes, its text."""
    layers = _layers(directory)
    original = _original(layers, name)
    if block:
        console.out(overrides.source(original, block))
        return
    found = outline(original.text)
    having = layers.having(original.path)
    if as_json:
        data = {
            "schema": 1,
            "name": original.path,
            "description": found.description,
            "layers": [_data(layer, original.path, set()) for layer in having],
            "blocks": [{"name": b.name, "description": b.description, "line": b.line} for b in found.blocks],
            "includes": list(found.includes),
            "text": original.text,
        }
        console.out(json.dumps(data, indent=2))
        return
    console.out("\n".join(_shown(original, having)))


@click.command()
@click.argument("name")
@_folder
@click.option("--block", "blocks", multiple=True, metavar="BLOCK", help="Only this block; may be repeated.")
@_into
@_layered
@click.option("-n", "--dry-run", is_flag=True, help="Show what would be written; write nothing.")
@options.debug
def override(
    name: str,
    directory: str,
    blocks: tuple[str, ...],
    into: str | None,
    dry_run: bool,
    debug: bool,  # noqa: ARG001
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
    if dry_run:
        console.out(text.rstrip("\n"))
        return
    writer.apply(root, todo)
    console.out(f"Wrote {place}\nKept the original in {kept}\n\nNext:\n  edit {place}\n  dockgen templates lint")


@click.command()
@options.directory
@_into
@_layered
@_as_json
@options.debug
def lint(directory: str, into: str | None, as_json: bool, debug: bool) -> int:  # noqa: ARG001
    """Say what is wrong with the overrides of DIR: the exit code is 2 for a mistake, 1 if one has gone stale."""
    layers = _with(into) if into else _layers(directory)
    found = _findings(layers)
    if as_json:
        data = [{"file": f.file, "line": f.line, "what": f.what, "stale": f.is_stale} for f in found]
        console.out(json.dumps({"schema": 1, "findings": data}, indent=2))
    else:
        own = sum(len(layer.paths()) for layer in layers.all[:-1])
        console.out("\n".join(map(str, found)) or f"{own} template{'s' if own != 1 else ''} of yours: nothing is wrong")
    if any(not f.is_stale for f in found):
        return int(ExitCode.INPUT)
    return int(ExitCode.DIFFERENT if found else ExitCode.OK)


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@_folder
@_into
@_layered
@click.option("-n", "--dry-run", is_flag=True, help="Show what would change; write nothing.")
@options.debug
def rebase(
    names: tuple[str, ...],
    directory: str,
    into: str | None,
    dry_run: bool,
    debug: bool,  # noqa: ARG001
) -> int:
    """Bring the overrides NAME, or all that have gone stale, up to date; exit 1 if conflicts are left in them."""
    root, folder = _target(directory, into)
    layers = _below(directory, into)
    own = Layer(name="own", folder=root / folder, shown=folder)
    todo: list[Change] = []
    conflicts = 0
    for path in names or own.paths():
        text = own.read(path)
        if text is None:
            raise InputError(f"there is no override of {path}", where=folder)
        if not overrides.marks(text):
            continue
        if not names and not _is_stale(text, path, layers):
            todo += _kept(root, folder, text, _original(layers, path))
            continue
        changes, met = _rebased(root, folder, text, _original(layers, path))
        todo += changes
        conflicts += met
        state = f"{met} conflict{'s' if met != 1 else ''}, between <<<<<<< and >>>>>>>" if met else "up to date"
        console.out(f"{folder}/{path}: {state}")
    if not todo:
        console.out("Nothing has gone stale")
    if not dry_run:
        writer.apply(root, todo)
        writer.clean(root, [f"{home}/{path}" for path in own.paths() for home in (folder, _originals(folder))])
    return int(ExitCode.DIFFERENT if conflicts else ExitCode.OK)


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


def _data(layer: Layer, path: str, stale: set[str]) -> dict[str, Any]:
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
    from dockgen.stacks import STACKS

    return linter.check(layers, STACKS)
