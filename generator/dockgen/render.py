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


def names(folder: str, context: str) -> tuple[str, str]:
    """The paths of the Dockerfile in FOLDER and of its ignore file, which lies beside it if CONTEXT is another folder.

    BuildKit prefers `<name of the Dockerfile>.dockerignore` to the context's .dockerignore, which may serve others.
    """
    below = f"{folder}/" if folder else ""
    return f"{below}Dockerfile", f"{below}.dockerignore" if folder == context else f"{below}Dockerfile.dockerignore"


def render(plan: Plan, *, folder: str = "", context: str = "") -> tuple[Artifact, ...]:
    """The files that PLAN asks for, in FOLDER, for a build of CONTEXT. InputError naming the template if one fails."""
    from dockgen.templating.environment import environment  # noqa: PLC0415  (jinja2 is slow to import)
    from dockgen.templating.environment import render as expand  # noqa: PLC0415

    data = to_data(plan)
    inputs = header.digest(json.dumps(data, sort_keys=True))
    env = environment(resources.root().joinpath("templates"))
    made = []
    templates = (f"{plan.stack}/Dockerfile.j2", "common/dockerignore.j2")
    for path, template in zip(names(folder, context), templates, strict=True):
        body = tidy(expand(env, template, data))
        made.append(Artifact(path=path, text=header.stamp(body, version=__version__, inputs=inputs)))
    return tuple(made)


def tidy(text: str) -> str:
    """TEXT without trailing blanks or runs of empty lines, ending in one line break."""
    text = re.sub(r"[ \t]+$", "", text.replace("\r\n", "\n"), flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"
