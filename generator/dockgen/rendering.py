"""Print a plan through the templates: the Dockerfile, the .dockerignore and what they need beside them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from dockgen import __version__, header
from dockgen.lines import tidy
from dockgen.plans import Style, to_data
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.plans import Plan
    from dockgen.templating.environment import Sandbox
    from dockgen.templating.layers import Layers
    from dockgen.templating.origins import Origin


USUAL = "Dockerfile"  # its name, where no other was asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A file to write: its path in the project and its whole text."""

    path: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """The files of a plan, and what is worse in them than what dockgen writes by itself, in words."""

    files: tuple[Artifact, ...]
    warnings: tuple[str, ...] = ()


def names(folder: str, context: str, file: str = "") -> tuple[str, str]:
    """The paths of the Dockerfile, FILE in FOLDER, and of its ignore file.

    That bears the Dockerfile's name if CONTEXT is another folder, or if a FILE was asked for: BuildKit prefers
    `<name of the Dockerfile>.dockerignore` to the context's .dockerignore, which may serve others.
    """
    below = f"{folder}/" if folder else ""
    name = f"{below}{file or USUAL}"
    return name, f"{name}.dockerignore" if file or folder != context else f"{below}.dockerignore"


def render(
    plan: Plan, *, layers: Layers | None = None, folder: str = "", context: str = "", file: str = ""
) -> tuple[Artifact, ...]:
    """The files that PLAN asks for, FILE in FOLDER, for a build of CONTEXT, through LAYERS (None: dockgen's own).

    InputError naming the template's file and line if one fails, or prints what cannot be built.
    """
    return make(plan, layers=layers, folder=folder, context=context, file=file).files


def make(
    plan: Plan,
    *,
    layers: Layers | None = None,
    folder: str = "",
    context: str = "",
    file: str = "",
    asked: tuple[tuple[str, str], ...] = (),
) -> Rendered:
    """What `render` gives, with warnings where templates or instructions of others take part.

    ASKED are settings that no file of the project says; the header of the Dockerfile keeps them.
    """
    from dockgen.templating.environment import environment  # noqa: PLC0415  (jinja2 is slow to import)
    from dockgen.templating.layers import BUILT_IN, only_built_in  # noqa: PLC0415

    found = layers or only_built_in()
    stale: tuple[str, ...] = ()
    if len(found.all) > 1:
        from dockgen.templating import lint  # noqa: PLC0415  (only where there is something to check)

        stale = lint.require(found, plan.stack, plan.packs)
    env = environment(found, plan.extra)
    data = to_data(plan)
    files = _files(_printed(env, data), plan, data, names(folder, context, file), asked)
    if not plan.extra and env.loader.used <= {BUILT_IN}:
        return Rendered(files=files, warnings=stale)
    from dockgen.templating import slots  # noqa: PLC0415  (only where there is something to check)

    unused = slots.require_known(plan, found, env.reached)
    return Rendered(files=files, warnings=(*stale, *unused, *_guarded(plan, found, data, files)))


def origins(
    plan: Plan, *, layers: Layers | None = None, folder: str = "", context: str = "", file: str = ""
) -> dict[str, tuple[Origin | None, ...]]:
    """What printed each line of the files that `render` gives, by their paths; None for a line of no template."""
    from dockgen.templating.environment import environment  # noqa: PLC0415
    from dockgen.templating.layers import only_built_in  # noqa: PLC0415
    from dockgen.templating.origins import Marks, follow  # noqa: PLC0415

    marks = Marks()
    data = to_data(plan)
    read = [marks.read(text) for text in _printed(environment(layers or only_built_in(), plan.extra, marks), data)]
    files = _files((text for text, _ in read), plan, data, names(folder, context, file))
    return {
        file.path: follow(text, printed_by, file.text) for file, (text, printed_by) in zip(files, read, strict=True)
    }


def _printed(env: Sandbox, data: dict[str, Any]) -> Iterator[str]:
    """What the templates of the Dockerfile and of the .dockerignore print."""
    from dockgen.templating.environment import render as expand  # noqa: PLC0415

    for template in (f"{data['stack']}/Dockerfile.j2", "common/dockerignore.j2"):
        yield expand(env, template, data)


def _files(
    printed: Iterator[str],
    plan: Plan,
    data: dict[str, Any],
    paths: tuple[str, str],
    asked: tuple[tuple[str, str], ...] = (),
) -> tuple[Artifact, ...]:
    """The files of what was PRINTED: in order, in the style that is asked for, and with their first line.

    Who wants companions does not count as an input: later the files themselves say that they are wanted.
    """
    counted = [choice for choice in data["choices"] if choice["key"] != "with"]
    inputs = header.digest(json.dumps({**data, "choices": counted}, sort_keys=True))
    made = []
    for path, text in zip(paths, printed, strict=True):
        body = tidy(text)
        if path is paths[0] and plan.style != Style():
            from dockgen import style  # noqa: PLC0415  (start-up time: few ask for another style)

            body = style.apply(body, plan.style)
        kept = asked if path is paths[0] else ()
        made.append(Artifact(path=path, text=header.stamp(body, version=__version__, inputs=inputs, asked=kept)))
    return tuple(made)


def _guarded(plan: Plan, layers: Layers, data: dict[str, Any], files: tuple[Artifact, ...]) -> tuple[str, ...]:
    """What the guard rails say of FILES; where a line comes from is only asked for if they say something."""
    from dockgen import guards  # noqa: PLC0415
    from dockgen.errors import InputError  # noqa: PLC0415

    written, ignored = files
    found = guards.check(written.text, ignored.text.splitlines(), own_images(data))
    if not found:
        return ()
    try:
        places = next(iter(origins(plan, layers=layers).values()))
    except InputError:  # a template that does more than print what it is given
        places = ()
    return guards.tell(found, written.path, places, {c.key: c.reason for c in plan.choices})


def own_images(data: Any) -> frozenset[str]:
    """The images in a plan's DATA that have no better tag than `latest`."""
    if isinstance(data, str):
        return frozenset({data}) if data.endswith(":latest") else frozenset()
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return frozenset(image for value in inner for image in own_images(value))
