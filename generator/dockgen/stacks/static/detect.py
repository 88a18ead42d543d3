"""Find the folder that holds a static site."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dockgen.about import image_name, licence
from dockgen.errors import UndecidedError
from dockgen.facts import About, Fact, Facts, default, fact, first
from dockgen.stacks.static.claim import ROOTS, generator, is_template, roots
from dockgen.values import one_line

if TYPE_CHECKING:
    from dockgen.project import Project
    from dockgen.settings import Settings

_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,200})</title>", re.IGNORECASE)
_HASHED = re.compile(r"[.-](?=[\w-]*\d)[A-Za-z0-9_-]{8,}\.(?:js|mjs|css|woff2?|png|jpe?g|svg|webp|avif)")


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticFacts:
    """The site's folder ("." for the project itself) and what it brings.

    `not_found` is its own page for what is not there; `hashed` the folder whose files have digests in their names.
    """

    root: Fact[str]
    not_found: Fact[str] | None = None
    hashed: Fact[str] | None = None


def detect(project: Project, stack: Fact[str], settings: Settings) -> Facts:  # noqa: ARG001
    """The site's folder. UndecidedError if there is no index.html, or if a generator has to make it first."""
    found = [r for r in roots(project) if not is_template(project, r)]
    maker = generator(project)
    if maker and not any(r.value in ("public", "_site", "site", "dist", "build") for r in found):
        raise UndecidedError(
            f"this site has to be built by {maker.value}, which dockgen does not do yet",
            where=maker.evidence[0].path,
            hint="build it first, then run dockgen in the folder that was built",
        )
    root = first(found)
    if root is None:
        raise UndecidedError(
            "no index.html was found", hint=f"looked in: {', '.join(ROOTS)}; is this the folder of the site?"
        )
    prefix = "" if root.value == "." else root.value + "/"
    title = _TITLE.search(project.text(f"{prefix}index.html"))
    page = project.first(f"{prefix}404.html")
    files = tuple(project.below(root.value))
    return Facts(
        about=About(
            name=image_name(project.name),
            description=one_line(title[1]) if title else "",
            licence=licence(project),
        ),
        stack=stack,
        kind=default("static", "files are served as they are"),
        port=default(8080, "nginx-unprivileged listens on 8080"),
        warnings=project.notes,
        detail=StaticFacts(
            root=root,
            not_found=fact("/404.html", page) if page else None,
            hashed=_hashed(files, prefix),
        ),
    )


def _hashed(files: tuple[str, ...], prefix: str) -> Fact[str] | None:
    """The folder in which every file has a digest in its name, so that a browser may keep it for ever."""
    for folder in ("assets", "static", "_astro", "_next/static", "_app/immutable"):
        inside = [f for f in files if f.startswith(f"{prefix}{folder}/")]
        if inside and all(_HASHED.search(posixpath.basename(f)) for f in inside):
            return fact(f"/{folder}/", inside[0], None, "has a digest in its name")
    return None
