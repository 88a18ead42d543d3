"""Find the folder that holds a static site."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dockgen.about import image_name, licence
from dockgen.errors import UndecidedError
from dockgen.facts import About, Evidence, Fact, Facts, default, fact, first
from dockgen.stacks import Claim
from dockgen.values import is_path, one_line

if TYPE_CHECKING:
    from dockgen.project import Project
    from dockgen.settings import Settings

# Where an index.html is looked for, most likely first: the root, then the usual build and publish folders.
ROOTS = (".", "public", "dist", "build", "site", "_site", "www", "html", "docs", "src", "static")
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,200})</title>", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticFacts:
    """The site's folder ("." for the project itself) and whether it brings its own page for what is not found."""

    root: Fact[str]
    not_found: Fact[str] | None = None


def claim(project: Project) -> Claim | None:
    """An index.html in one of the usual places; weak, for every web project has one."""
    found = _roots(project)
    return Claim(20, found[0].evidence[0]) if found else None


def detect(project: Project, stack: Fact[str], settings: Settings) -> Facts:  # noqa: ARG001
    """The site's folder. UndecidedError if there is no index.html."""
    root = first(_roots(project))
    if root is None:
        raise UndecidedError(
            "no index.html was found", hint=f"looked in: {', '.join(ROOTS)}; is this the folder of the site?"
        )
    prefix = "" if root.value == "." else root.value + "/"
    title = _TITLE.search(project.text(f"{prefix}index.html"))
    page = project.first(f"{prefix}404.html")
    return Facts(
        about=About(
            name=image_name(project.name),
            description=one_line(title[1]) if title else "",
            licence=licence(project),
        ),
        stack=stack,
        kind=default("static", "files are served as they are"),
        port=default(8080, "nginx-unprivileged listens on 8080"),
        detail=StaticFacts(root=root, not_found=fact("/404.html", page) if page else None),
    )


def _roots(project: Project) -> list[Fact[str]]:
    found = []
    for root in ROOTS:
        index = "index.html" if root == "." else f"{root}/index.html"
        if project.has(index) and (root == "." or is_path(root)):
            found.append(Fact(root, (Evidence(index),)))
    return found
