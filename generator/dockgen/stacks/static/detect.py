"""Find the folder that holds a static site, or how a generator makes it."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.about import description, image_name, licence
from dockgen.errors import UndecidedError
from dockgen.facts import About, Evidence, Fact, Facts, default, fact, first
from dockgen.lines import line_at
from dockgen.records import dataclass
from dockgen.stacks.static import documents, hugo
from dockgen.stacks.static.claim import ROOTS, is_template, roots
from dockgen.stacks.static.generators import NEAREST, Recipe, generator
from dockgen.values import is_path

if TYPE_CHECKING:
    from dockgen.project import Project
    from dockgen.settings import Settings

_TITLE = lazy.pattern(r"<title[^>]{0,200}>([^<]{1,200})</title>", re.IGNORECASE)
_HASHED = lazy.pattern(r"[.-](?=[\w-]*\d)[A-Za-z0-9_-]{8,}\.(?:js|mjs|css|woff2?|png|jpe?g|svg|webp|avif)")


PUBLISHED = ("public", "_site", "site", "dist", "build", "output")  # where generators write
_NAMES = (  # what names the folder of a site
    ("Staticfile", r"^root:[ \t]*(\S+)"),
    ("netlify.toml", r"^[ \t]*publish[ \t]*=[ \t]*\"([^\"]+)\""),
)
_DOCSIFY = lazy.pattern(r"\$docsify\b|/docsify(?:@|\.min\.js|/)")


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticFacts:
    """The site's folder ("." for the project itself), or the recipe that makes it, and what it brings.

    `fallback` is the page that answers for every unknown path, `not_found` its own page for what is not there,
    `hashed` the folder whose files have digests in their names; `markdown` if the page reads Markdown by itself.
    """

    root: Fact[str] | None = None
    recipe: Recipe | None = None
    fallback: Fact[str] | None = None
    not_found: Fact[str] | None = None
    hashed: Fact[str] | None = None
    markdown: bool = False


def detect(project: Project, stack: Fact[str], settings: Settings) -> Facts:
    """The site's folder, or its recipe. UndecidedError if there is neither, or if dockgen has not got the generator."""
    anywhere = settings.get("stack") is not None
    found = [r for r in _named(project) + roots(project, anywhere=anywhere) if not is_template(project, r)]
    maker = generator(project)
    if maker and not any(r.value in PUBLISHED for r in found):
        return _made(project, stack, _recipe(project, maker))
    root = first(found)
    if root is None:
        raise UndecidedError(
            "no index.html was found", hint=f"looked in: {', '.join(ROOTS)}; is this the folder of the site?"
        )
    prefix = "" if root.value == "." else root.value + "/"
    home = project.text(f"{prefix}index.html")
    title = _TITLE.search(home)
    page = project.first(f"{prefix}404.html")
    files = tuple(project.below(root.value))
    detail = StaticFacts(
        root=root,
        fallback=_fallback(project, prefix),
        not_found=fact("/404.html", page) if page else None,
        hashed=_hashed(files, prefix),
        markdown=bool(_DOCSIFY.search(home)),
    )
    return _facts(project, stack, detail, title[1] if title else "", project.notes)


def _facts(project: Project, stack: Fact[str], detail: StaticFacts, title: str, warnings: tuple[str, ...]) -> Facts:
    recipe = detail.recipe
    return Facts(
        about=About(name=image_name(project.name), description=description(project, title), licence=licence(project)),
        stack=stack,
        kind=default("static", "files are served as they are"),
        version=recipe.version if recipe else None,
        framework=recipe.generator if recipe else None,
        build=Fact(recipe.command, recipe.generator.evidence) if recipe else None,
        port=default(8080, "nginx-unprivileged listens on 8080"),
        warnings=warnings,
        detail=detail,
    )


def _recipe(project: Project, maker: Fact[str]) -> Recipe:
    if maker.value in NEAREST:
        raise UndecidedError(
            f"this site has to be built by {maker.value}, which dockgen does not run",
            where=maker.evidence[0].path,
            hint=f"build it first: {NEAREST[maker.value]}",
        )
    return hugo.recipe(project, maker) if maker.value == "Hugo" else documents.recipe(project, maker)


def _made(project: Project, stack: Fact[str], recipe: Recipe) -> Facts:
    page = fact("/404.html", recipe.generator.evidence[0].path, None, f"{recipe.generator.value} makes it")
    detail = StaticFacts(recipe=recipe, not_found=page if recipe.not_found else None)
    return _facts(project, stack, detail, "", (*project.notes, *recipe.warnings))


def _named(project: Project) -> list[Fact[str]]:
    """The folder that a Staticfile or the configuration of a host names, if it has an index.html."""
    found = []
    for path, pattern in _NAMES:
        text = project.text(path)
        if match := re.search(pattern, text, re.MULTILINE):
            folder = posixpath.normpath(match[1].strip("\"'/") or ".")
            index = posixpath.normpath(f"{folder}/index.html")
            if (folder == "." or is_path(folder)) and project.has(index):
                line = line_at(text, match.start(1))
                found.append(Fact(folder, (Evidence(index, None, f"{path}:{line}"),)))
    return found


def _fallback(project: Project, prefix: str) -> Fact[str] | None:
    """The page that the site itself wants for unknown paths, as a single-page app does; None for an error."""
    for path, pattern in (
        (f"{prefix}_redirects", r"^/\*[ \t]+/index\.html[ \t]+200"),
        ("Staticfile", r"^pushstate:[ \t]*enabled"),
        ("netlify.toml", r"^[ \t]*to[ \t]*=[ \t]*\"/index\.html\"[ \t]*\n[ \t]*status[ \t]*=[ \t]*200"),
        ("vercel.json", r"\"destination\"\s*:\s*\"/(?:index\.html)?\""),
    ):
        text = project.text(path)
        if match := re.search(pattern, text, re.MULTILINE):
            return fact("/index.html", path, line_at(text, match.start()), "for every unknown path")
    return fact("/200.html", f"{prefix}200.html") if project.has(f"{prefix}200.html") else None


def _hashed(files: tuple[str, ...], prefix: str) -> Fact[str] | None:
    """The folder in which every file has a digest in its name, so that a browser may keep it for ever."""
    for folder in ("assets", "static", "_astro", "_next/static", "_app/immutable"):
        inside = [f for f in files if f.startswith(f"{prefix}{folder}/")]
        if inside and all(_HASHED.search(posixpath.basename(f)) for f in inside):
            return fact(f"/{folder}/", inside[0], None, "has a digest in its name")
    return None
