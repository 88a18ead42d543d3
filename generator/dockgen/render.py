"""Print a plan through the templates: the Dockerfile, the .dockerignore and what they need beside them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dockgen import __version__, header, resources
from dockgen.plan import to_data

if TYPE_CHECKING:
    from dockgen.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A file to write: its path in the project and its whole text."""

    path: str
    text: str


def render(plan: Plan) -> tuple[Artifact, ...]:
    """The files that PLAN asks for. InputError naming the template if one fails."""
    from dockgen.templating.environment import environment  # noqa: PLC0415  (jinja2 is slow to import)
    from dockgen.templating.environment import render as expand  # noqa: PLC0415

    context = to_data(plan)
    inputs = header.digest(json.dumps(context, sort_keys=True))
    env = environment(resources.root().joinpath("templates"))
    made = []
    for path, template in (("Dockerfile", f"{plan.stack}/Dockerfile.j2"), (".dockerignore", "common/dockerignore.j2")):
        body = tidy(expand(env, template, context))
        made.append(Artifact(path=path, text=header.stamp(body, version=__version__, inputs=inputs)))
    return tuple(made)


def tidy(text: str) -> str:
    """TEXT without trailing blanks or runs of empty lines, ending in one line break."""
    text = re.sub(r"[ \t]+$", "", text.replace("\r\n", "\n"), flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"
