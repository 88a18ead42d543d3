"""Print a plan through the templates: the Dockerfile, the .dockerignore and what they need beside them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dockgen import __version__, header
from dockgen.lines import tidy
from dockgen.plans import Style, to_data

if TYPE_CHECKING:
    from dockgen.plans import Plan
    from dockgen.templating.layers import Layers


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A file to write: its path in the project and its whole text."""

    path: str
    text: str


def names(folder: str, context: str) -> tuple[str, str]:
    """The paths of the Dockerfile in FOLDER and of its ignore file, which lies beside it if CONTEXT is another folder.

    BuildKit prefers `<name of the Dockerfile>.dockerignore` to the context's .dockerignore, which may serve others.
    """
    below = f"{folder}/" if folder else ""
    return f"{below}Dockerfile", f"{below}.dockerignore" if folder == context else f"{below}Dockerfile.dockerignore"


def render(plan: Plan, *, layers: Layers | None = None, folder: str = "", context: str = "") -> tuple[Artifact, ...]:
    """The files that PLAN asks for, in FOLDER, for a build of CONTEXT, through LAYERS (None: dockgen's own templates).

    InputError naming the template's file and line if one fails.
    """
    from dockgen.templating.environment import environment  # noqa: PLC0415  (jinja2 is slow to import)
    from dockgen.templating.environment import render as expand  # noqa: PLC0415
    from dockgen.templating.layers import only_built_in  # noqa: PLC0415

    data = to_data(plan)
    inputs = header.digest(json.dumps(data, sort_keys=True))
    env = environment(layers or only_built_in())
    made = []
    templates = (f"{plan.stack}/Dockerfile.j2", "common/dockerignore.j2")
    for path, template in zip(names(folder, context), templates, strict=True):
        body = tidy(expand(env, template, data))
        if template.endswith("Dockerfile.j2") and plan.style != Style():
            from dockgen import style  # noqa: PLC0415  (start-up time: few ask for another style)

            body = style.apply(body, plan.style)
        made.append(Artifact(path=path, text=header.stamp(body, version=__version__, inputs=inputs)))
    return tuple(made)
