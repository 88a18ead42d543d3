"""`dockgen presets`: which there are, what one says, whether a file is one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from dockgen import pipeline, presets, sources
from dockgen.cli import console, options
from dockgen.cli.groups import Nested
from dockgen.errors import DockgenError, ExitCode, InputError, UndecidedError
from dockgen.records import dataclass
from dockgen.yamldoc import Placed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen import outputs
    from dockgen.facts import Facts
    from dockgen.presets import Found, Shelf
    from dockgen.project import Project
    from dockgen.settings import Setting
    from dockgen.sources import Sources

TABLE = {
    "list": ("dockgen.cli.presets:listed", "Which presets there are, and which fit this project."),
    "show": ("dockgen.cli.presets:show", "What a preset says, with those that it builds on."),
    "validate": ("dockgen.cli.presets:validate", "Whether a file is a preset: every mistake in it."),
}
command = Nested("presets", TABLE, "Settings under a name: for a framework, or for a purpose.")

_folder = options.folder("The project whose presets count as well.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A preset as `list` shows it: by what it is asked for, whether it fits (None: any project), what is wrong."""

    name: str
    shelf: str
    found: Found | None
    fits: bool | None = None
    error: DockgenError | None = None


@click.command()
@options.directory
@options.packs
@options.as_json
def listed(directory: str, as_json: bool) -> None:
    """Show which presets there are: the project's, your own, those of packs, and dockgen's."""
    inputs, project = _inputs(directory)
    facts = _facts(project, inputs)
    found = list(rows(inputs, facts))
    if as_json:
        every: outputs.Presets = {"presets": [_row_data(row) for row in found]}
        console.data(every)
        return
    width = max(len(row.name) for row in found)
    for row in found:
        text = row.found.preset.summary if row.found else "this cannot be read: dockgen presets validate"
        console.table(f"{'*' if row.fits else ' '} {row.name:<{width}}  {text} ({row.shelf})")
    if any(row.fits for row in found):
        console.out("\n* fits this project")


@click.command()
@click.argument("names", nargs=-1, required=True, metavar="NAME|FILE...", shell_complete=options.offered("presets"))
@_folder
@options.packs
@options.as_json
def show(names: tuple[str, ...], directory: str, as_json: bool) -> None:
    """Show what presets say together, the last the strongest: each setting with its place, then their text."""
    inputs, _ = _inputs(directory)
    found = presets.resolve(
        [Placed(name, "") for name in names],
        inputs.shelves(),
        lambda name: sources.preset_file(inputs.root, name),
        inputs.known,
    )
    weak, strong = presets.weak(found, inputs.known), presets.strong(found, inputs.known)
    settings = [("set", key, strong[key]) for key in strong]
    settings += [("default", key, weak[key]) for key in weak if key not in strong]
    if as_json:
        console.data(_shown_data(found, settings))
        return
    console.out("\n".join(_shown(found, settings)))


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", shell_complete=options.offered("files"))
@_folder
@options.packs
@options.as_json
def validate(files: tuple[str, ...], directory: str, as_json: bool) -> int:
    """Say whether each FILE is a preset; every mistake, with line and column. The exit code is 2 if there is one."""
    inputs, _ = _inputs(directory)
    wrong = {file: error for file in files if (error := _mistake(file, inputs))}
    if as_json:
        told = {file: error.to_data()["mistakes"] for file, error in wrong.items()}
        made: outputs.Validation = {
            "files": [{"path": file, "valid": file not in wrong, "mistakes": told.get(file, [])} for file in files]
        }
        console.data(made)
    else:
        for file in files:
            if file not in wrong:
                console.out(f"{file}: valid")
        for error in wrong.values():
            console.fail(f"error: {error}")
    return int(ExitCode.INPUT if wrong else ExitCode.OK)


def _inputs(directory: str) -> tuple[Sources, Project]:
    root, project = pipeline.look(directory)
    return sources.gather(root, options.given(()), os.environ), project


def _facts(project: Project, inputs: Sources) -> Facts | None:
    """What the project is; None if there is none, or more than one."""
    try:
        return pipeline.choose(project, inputs.settings()).facts
    except UndecidedError:
        return None


def rows(inputs: Sources, facts: Facts | None) -> Iterator[Row]:
    """Every preset there is, the project's own first; whether each fits what FACTS tell of."""
    seen: set[str] = set()
    for shelf in inputs.shelves():
        for name in shelf.names():
            yield _row(name if name not in seen else f"{shelf.name}/{name}", shelf, inputs, facts)
            seen.add(name)


def _row(name: str, shelf: Shelf, inputs: Sources, facts: Facts | None) -> Row:
    plain = name.rpartition("/")[2]
    try:
        found = presets.look(Placed(f"{shelf.name}/{plain}", ""), [shelf], inputs.known)
    except DockgenError as error:
        return Row(name=name, shelf=shelf.name, found=None, error=error)
    asks = found.preset.match != type(found.preset.match)()
    return Row(
        name=name,
        shelf=shelf.name,
        found=found,
        fits=(facts is not None and not presets.misfit(found.preset, facts)) if asks else None,
    )


def _row_data(row: Row) -> outputs.Preset:
    from dockgen.plans import to_data

    if row.found is None:
        return {"name": row.name, "from": row.shelf, "error": row.error.to_data() if row.error else None}
    preset = row.found.preset
    return {
        "name": row.name,
        "from": row.shelf,
        "path": row.found.path,
        "summary": preset.summary,
        "match": to_data(preset.match),
        "fits": row.fits,
    }


def _shown(found: tuple[Found, ...], settings: list[tuple[str, str, Setting[str]]]) -> Iterator[str]:
    for one in found:
        yield f"{one.name}: {one.preset.summary}"
    yield ""
    key_width = max((len(key) for _, key, _ in settings), default=0)
    value_width = min(40, max((len(setting.value) for _, _, setting in settings), default=0))
    for strength, key, setting in settings:
        value = setting.value.strip().replace("\n", "\\n")
        yield f"  {strength:<7}  {key:<{key_width}}  {value:<{value_width}}  {setting.reason}"
    for one in found:
        for key, why in one.preset.needs.items():
            yield f"  needs    {key:<{key_width}}  {why}"
    for one in found:
        yield f"\n# {one.path}\n{one.text.decode().rstrip()}"


def _shown_data(found: tuple[Found, ...], settings: list[tuple[str, str, Setting[str]]]) -> outputs.ShownPresets:
    return {
        "presets": [
            {
                "name": one.name,
                "from": one.shelf,
                "path": one.path,
                "summary": one.preset.summary,
                "extends": [base.text for base in one.preset.extends],
                "needs": {key: why.text for key, why in one.preset.needs.items()},
                "project": list(one.preset.project),
                "text": one.text.decode(),
            }
            for one in found
        ],
        "settings": [
            {"key": key, "value": s.value, "strength": strength, "source": s.source, "where": s.reason}
            for strength, key, s in settings
        ],
    }


def _mistake(file: str, inputs: Sources) -> InputError | None:
    """What is wrong with the preset in FILE, those that it extends included; None if nothing is."""
    try:
        text = sources.preset_file(inputs.root, Placed(file, ""))
        preset = presets.read(file, text, file, "", inputs.known).preset
        presets.resolve(preset.extends, inputs.shelves(), known=inputs.known)
    except InputError as error:
        return error
    return None
