"""Print a bundle through the templates of companions."""

from __future__ import annotations

import json
import posixpath
from typing import TYPE_CHECKING

from dockgen import __version__, header
from dockgen.companions import guards, table
from dockgen.errors import InputError
from dockgen.lines import tidy
from dockgen.plans import to_data
from dockgen.rendering import Artifact, Rendered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.companions.bundle import Bundle
    from dockgen.templating.layers import Layers


def make(bundle: Bundle, names: tuple[str, ...], *, layers: Layers | None = None) -> Rendered:
    """The files of the companions NAMES, through LAYERS (None: dockgen's own), with what the guard rails warn of.

    InputError naming the template's file and line if one fails, or prints what its reader cannot read.
    """
    from dockgen.templating import environment as environments  # noqa: PLC0415  (jinja2 is slow to import)
    from dockgen.templating.layers import BUILT_IN, only_built_in  # noqa: PLC0415

    found = layers or only_built_in()
    warnings: tuple[str, ...] = ()
    if len(found.all) > 1:
        from dockgen.templating import lint  # noqa: PLC0415  (only where there is something to check)

        warnings = lint.require(found, table.FOLDER, bundle.packs)
    env = environments.environment(found)
    data = to_data(bundle)
    inputs = header.digest(json.dumps(data, sort_keys=True))
    made = []
    for file in table.files(names):
        body = tidy(environments.render(env, file.root, data))
        if not body.strip():  # there is nothing that it could say of these services
            continue
        text = header.stamp(body, version=__version__, inputs=inputs, mark=file.mark)
        made.append(Artifact(path=_place(file, bundle), text=text))
    if env.loader.used - {BUILT_IN}:
        warnings = (*warnings, *(said for artifact in made for said in guards.check(artifact)))
    return Rendered(files=tuple(made), warnings=(*warnings, *_told(bundle, names, {file.path for file in made})))


def _told(bundle: Bundle, names: tuple[str, ...], paths: set[str]) -> Iterator[str]:
    """What the user has to know of the companions NAMES, whose files are at PATHS."""
    for each in (table.COMPANIONS[name] for name in table.COMPANIONS if name in names):
        written = [path for file in each.files if (path := _place(file, bundle)) in paths]
        if not written:
            yield f"--with {each.name}: there is no service that it could run, so no file was written"
        unknown = [service.name for service in bundle.services if not service.is_published]
        if written and each.deploys and unknown:
            yield (
                f"{written[0]}: nobody said where the image of {', '.join(unknown)} is pushed to: "
                "set `image`, such as registry.example.com/team/app"
            )


def _place(file: table.File, bundle: Bundle) -> str:
    """Where FILE goes, from the root. InputError if it is one for all apps, and BUNDLE has one of several."""
    if not bundle.at:
        return file.path
    if file.alone == "":
        raise InputError(f"{file.path} is one file for all apps", hint="--all writes it; or leave it out of --with")
    if file.alone:
        return file.alone.format(name=bundle.services[0].name)
    return posixpath.join(bundle.at, file.path)
