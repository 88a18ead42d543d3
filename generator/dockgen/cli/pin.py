"""`dockgen pin`: give every base image its digest, or say which have moved."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dockgen import changes, dockerfile, mirrors, pins, registry, values, writer
from dockgen.cli import console, options
from dockgen.errors import ExitCode, InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dockgen import outputs
    from dockgen.pins import Pin


@click.command()
@options.paths
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if an image is unpinned or has moved.")
@click.option("-n", "--dry-run", is_flag=True, help="Show what would change; write nothing.")
@options.as_json
@click.option(
    "--with", "client", type=click.Choice([c.name for c in registry.CLIENTS]), help="What asks the registries."
)
@click.option(
    "--mirror", "places", multiple=True, metavar="[REGISTRY=]HOST[:PORT][/PREFIX]",
    help="Ask there instead; the files keep the official names. May be repeated.",
)  # fmt: skip
def command(
    paths: tuple[str, ...],
    check: bool,
    dry_run: bool,
    as_json: bool,
    client: str | None,
    places: tuple[str, ...],
) -> int:
    """Pin the base images of Dockerfiles to the digests that their tags have now (./Dockerfile if none is named).

    All files are written or none. It needs a network, and docker with buildx, skopeo or crane: the first that is there.

    States: unpinned, moved, current, variable (left: its name is not written out), untagged (left: a digest alone,
    which nothing moves).
    """
    where = mirrors.parse(places)
    texts = _read(paths)
    digests = _ask(texts, where, client)
    found = {file: pins.compare(text, digests) for file, text in texts.items()}
    todo = [_change(file, text, found[file]) for file, text in texts.items()]
    if not (check or dry_run):
        writer.apply(Path(), todo)
    if as_json:
        console.data(_data(found))
    else:
        _show(found, todo, check=check, dry_run=dry_run)
    for file, pin in _each(found):
        if pin.state == "variable":
            name = values.one_line(pin.reference.text)
            console.err(f"warning: {file}:{pin.reference.line}: {name} cannot be pinned: its name is not written out")
    is_stale = any(pin.state in pins.STALE for _, pin in _each(found))
    return int(ExitCode.DIFFERENT if check and is_stale else ExitCode.OK)


def _read(paths: Sequence[str]) -> dict[str, str]:
    """The text of each Dockerfile that PATHS mean, once. InputError if one is not there or is none."""
    found: dict[str, str] = {}
    for path in paths:
        file = os.path.normpath(os.path.join(path, "Dockerfile") if os.path.isdir(path) else path)  # noqa: PTH112, PTH118
        text = writer.on_disk(Path(), [file])[file]
        if text is None:
            raise InputError(f"there is no {file}", hint="dockgen generate writes a Dockerfile")
        if not any(i.name == "FROM" for i in dockerfile.read(text).instructions):
            raise InputError("this is no Dockerfile: it has no FROM", where=file)
        if not any(os.path.samefile(file, other) for other in found):  # noqa: PTH121
            found[file] = text
    return found


def _ask(texts: Mapping[str, str], where: Mapping[str, str], client: str | None) -> dict[str, str]:
    """Image -> the digest that its tag has now. InputError naming each image that there is none for."""
    places: dict[str, str] = {}  # image -> file and line where it is named first
    asked: dict[str, str] = {}  # image -> the full name under which the registry is asked for it
    for file, text in texts.items():
        for reference in pins.images(text):
            if pins.fixed(reference):
                continue
            place = places.setdefault(reference.image, f"{file}:{reference.line}")
            try:
                asked[reference.image] = mirrors.locate(values.image(reference.image), where)
            except InputError as error:
                raise InputError(error.what, where=place) from error
    if not asked:
        return {}
    answers = registry.digests(list(asked.values()), registry.client(client))
    failed = {image: a for image, full in asked.items() if isinstance(a := answers[full], registry.Failure)}
    if failed:
        first = next(iter(failed))
        told = [f"  {asked[image]}: {f.what}" + (f": {f.said}" if f.said else "") for image, f in failed.items()]
        what = f"no digest for {len(failed)} of {len(asked)} images; nothing was written"
        raise InputError("\n".join([what, *told]), where=places[first], hint=failed[first].hint)
    return {image: str(answers[full]) for image, full in asked.items()}


def _change(file: str, before: str, found: Sequence[Pin]) -> changes.Change:
    text = pins.apply(before, found)
    return changes.Change(path=file, kind="same" if text == before else "rewrite", text=text, before=before)


def _each(found: Mapping[str, Sequence[Pin]]) -> list[tuple[str, Pin]]:
    return [(file, pin) for file, listed in found.items() for pin in listed]


def _show(found: Mapping[str, Sequence[Pin]], todo: Sequence[changes.Change], *, check: bool, dry_run: bool) -> None:
    """Print a line for each image, then the difference, or a line for each file."""
    rows = [(f"{file}:{pin.reference.line}", values.one_line(pin.reference.text.partition("@")[0]), pin.state,
             _digests(pin)) for file, pin in _each(found)]  # fmt: skip
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    for *cells, digests in rows:
        console.out("  ".join([*(c.ljust(w) for c, w in zip(cells, widths, strict=True)), digests]).rstrip())
    if not rows:
        console.out("No images of others are named: there is nothing to pin.")
    for change in todo:
        if dry_run and change.kind != "same":
            console.difference(change)
        if not (check or dry_run):
            console.note(f"{console.VERBS[change.kind]} {change.path}")


def _digests(pin: Pin) -> str:
    """The digests of an image, short: `old -> new` if its tag has moved."""
    old, new = (digest.rpartition(":")[2][:12] for digest in (pin.reference.digest, pin.new))
    return f"{old} -> {new}" if pin.state == "moved" else new or old


def _data(found: Mapping[str, Sequence[Pin]]) -> outputs.Pin:
    listed: list[outputs.Image] = [
        {"file": file, "line": pin.reference.line, "place": pin.reference.place, "image": pin.reference.image,
         "state": pin.state, "old": pin.reference.digest or None, "new": pin.new or None}
        for file, pin in _each(found)
    ]  # fmt: skip
    return {"images": listed}
