"""Print a bundle through the templates of companions."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from dockgen import __version__, header
from dockgen.companions import advice, deploying, guards, table
from dockgen.errors import InputError
from dockgen.lines import tidy
from dockgen.plans import to_data
from dockgen.rendering import Artifact, Rendered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dockgen.companions.bundle import Bundle
    from dockgen.templating.layers import Layers
    from dockgen.templating.origins import Origin

T = TypeVar("T")
# Fields of the bundle that no file's header stands for: what lies beside it, and what dockgen knows by itself.
NO_INPUTS = ("wanted", "actions")


def make(bundle: Bundle, names: tuple[str, ...], *, layers: Layers | None = None) -> Rendered:
    """The files of the companions NAMES, through LAYERS (None: dockgen's own), with what the user has to know.

    InputError naming the template's file and line if one fails, or prints what its reader cannot read.
    """
    from dockgen.templating import environment as environments  # noqa: PLC0415  (jinja2 is slow to import)
    from dockgen.templating.layers import BUILT_IN, only_built_in  # noqa: PLC0415

    found = layers or only_built_in()
    warnings = (*advice.of(bundle), *deploying.told(bundle.services, names))
    if len(found.all) > 1:
        from dockgen.templating import lint  # noqa: PLC0415  (only where there is something to check)

        warnings = (*warnings, *lint.require(found, table.FOLDER, bundle.packs))
    env = environments.environment(found)

    def print_(file: table.File, data: dict[str, Any]) -> tuple[str, None]:
        return environments.render(env, file.root, data), None

    made = [artifact for artifact, _ in _printed(bundle, names, print_)]
    if env.loader.used - {BUILT_IN}:
        own = frozenset(name for service in bundle.services for name in (service.image, service.name))
        warnings = (*warnings, *(said for artifact in made for said in guards.check(artifact, own)))
    return Rendered(files=tuple(made), warnings=warnings)


def origins(
    bundle: Bundle, names: tuple[str, ...], *, layers: Layers | None = None
) -> dict[str, tuple[Origin | None, ...]]:
    """What printed each line of the files that `make` gives, by their paths; None for a line of no template."""
    from dockgen.templating import environment as environments  # noqa: PLC0415
    from dockgen.templating.layers import only_built_in  # noqa: PLC0415
    from dockgen.templating.origins import Marks, follow  # noqa: PLC0415

    marks = Marks()
    env = environments.environment(layers or only_built_in(), marks=marks)

    def read(file: table.File, data: dict[str, Any]) -> tuple[str, tuple[Origin | None, ...]]:
        return marks.read(environments.render(env, file.root, data))

    return {
        artifact.path: follow(text, printed_by, artifact.text)
        for artifact, (text, printed_by) in _printed(bundle, names, read)
    }


def _printed(
    bundle: Bundle, names: tuple[str, ...], print_: Callable[[table.File, dict[str, Any]], tuple[str, T]]
) -> Iterator[tuple[Artifact, tuple[str, T]]]:
    """The files of the companions NAMES, each with what PRINT_ gave: the template's text, and what goes with it."""
    whole = _data(bundle)
    for file, part in _parts(table.files(names), bundle):
        data, inputs = whole if part is bundle else _data(part)
        made = print_(file, data)
        body = tidy(made[0])
        if body.strip():  # there is something that it can say of these services
            text = header.stamp(body, version=__version__, inputs=inputs, mark=file.mark)
            yield Artifact(path=_place(file, part), text=text), made


def _data(bundle: Bundle) -> tuple[dict[str, Any], str]:
    """What the templates print of BUNDLE, and the digest of that for the headers."""
    data = to_data(bundle)
    return data, header.digest(json.dumps({k: v for k, v in data.items() if k not in NO_INPUTS}, sort_keys=True))


def _parts(files: Iterable[table.File], bundle: Bundle) -> Iterator[tuple[table.File, Bundle]]:
    """Each of FILES with what it is about: all of BUNDLE, or one app that runs, where that has a file of its own."""
    for file in files:
        if file.each:
            yield from ((file, replace(bundle, services=(one,))) for one in bundle.services if one.kind != "cli")
        else:
            yield file, bundle


def _place(file: table.File, bundle: Bundle) -> str:
    """Where FILE goes, from the root. InputError if it is one for all apps, and BUNDLE has one of several."""
    service = bundle.services[0]
    if path := table.path(file, service.folder if file.each else bundle.at, service.name):
        return path
    raise InputError(f"{file.path} is one file for all apps", hint="--all writes it; or leave it out of --with")
