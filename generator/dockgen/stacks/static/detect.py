"""Find the folder that holds a static site."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dockgen.about import image_name, licence
from dockgen.errors import InputError, UndecidedError
from dockgen.facts import About, Evidence, Fact, Facts, default, fact, first
from dockgen.stacks import Claim
from dockgen.values import is_path, one_line

if TYPE_CHECKING:
    from dockgen.project import Project
    from dockgen.settings import Settings

# Where an index.html is looked for, most likely first: the root, the folders that generators publish into, and sources.
ROOTS = (".", "public", "dist", "build", "_site", "site", "www", "htdocs", "html", "web", "src", "static", "docs")
# Manifests of other programs: with one of them, only an index.html at the root or in a publish folder is a site.
PROGRAMS = (
    "package.json", "go.mod", "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile", "composer.json",
    "Cargo.toml", "Gemfile", "pom.xml", "build.gradle", "build.gradle.kts", "mix.exs", "Package.swift", "pubspec.yaml",
    "build.sbt", "CMakeLists.txt", "deno.json", "Makefile.PL", "stack.yaml", "configure.ac",
)  # fmt: skip
BESIDE_A_PROGRAM = (".", "public", "dist", "_site", "www", "htdocs")
# Sites that a generator has to build first: a file that gives it away, another that must be there too, its name.
GENERATORS = (
    ("hugo.toml", None, "Hugo"),
    ("hugo.yaml", None, "Hugo"),
    ("hugo.json", None, "Hugo"),
    ("archetypes/default.md", None, "Hugo"),
    ("config.toml", "content", "Hugo or Zola"),
    ("mkdocs.yml", None, "MkDocs"),
    ("mkdocs.yaml", None, "MkDocs"),
    ("zensical.toml", None, "Zensical"),
    ("book.toml", None, "mdBook"),
    ("antora.yml", None, "Antora"),
    ("pelicanconf.py", None, "Pelican"),
    ("_config.yml", "_posts", "Jekyll"),
    ("_config.yml", "_layouts", "Jekyll"),
    ("_config.yml", "_includes", "Jekyll"),
    ("conf.py", "index.rst", "Sphinx"),
    ("docs/conf.py", "docs/index.rst", "Sphinx"),
    ("source/conf.py", "source/index.rst", "Sphinx"),
)
# Generators whose sites have manifests of their own: for tools, for themes. Others document a program beside them.
SITES_ONLY = ("Hugo", "Jekyll")
FOR_SITES = frozenset({"package.json", "Gemfile", "go.mod"})
RUNS = ("start", "serve", "dev", "develop", "watch", "build")  # scripts without which package.json builds nothing
SITE, BARE, WEAK = 88, 36, 20  # claims: below a program that is seen, above mere tools, below everything
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,200})</title>", re.IGNORECASE)
_TEMPLATE = re.compile(r"\A---\s*$|\{%-?\s|\{\{\s*(?:site|page|content|\.)", re.MULTILINE)
_HASHED = re.compile(r"[.-](?=[\w-]*\d)[A-Za-z0-9_-]{8,}\.(?:js|mjs|css|woff2?|png|jpe?g|svg|webp|avif)")


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticFacts:
    """The site's folder ("." for the project itself) and what it brings.

    `not_found` is its own page for what is not there; `hashed` the folder whose files have digests in their names.
    """

    root: Fact[str]
    not_found: Fact[str] | None = None
    hashed: Fact[str] | None = None


def claim(project: Project) -> Claim | None:
    """An index.html in one of the usual places, or a site generator; weak, for every web project has one.

    Strong where the manifest beside it is for the site itself.
    """
    generator = _generator(project)
    if generator and generator.value in SITES_ONLY and _is_for_site(project):
        return Claim(SITE, generator.evidence[0])
    found = _roots(project)
    if found and not _is_template(project, found[0]):
        return Claim(BARE if found[0].value == "." and _is_bare(project) else WEAK, found[0].evidence[0])
    # A library's documentation is no reason to take the library for a site.
    return Claim(WEAK, generator.evidence[0]) if generator and not _is_program(project) else None


def _is_for_site(project: Project) -> bool:
    """True if the manifests there are only bring a site's tools and themes."""
    manifests = {name for name in PROGRAMS if project.has(name)}
    if not manifests <= FOR_SITES or ("go.mod" in manifests and any(project.ending(".go"))):
        return False
    return "package.json" not in manifests or not _package(project).get("dependencies", True)


def _is_bare(project: Project) -> bool:
    """True if package.json only brings tools with which the page was checked or packed."""
    package = _package(project) if project.has("package.json") else {}
    scripts = package.get("scripts") or {}
    return bool(
        package
        and not any(package.get(key) for key in ("dependencies", "bin", "workspaces"))
        and isinstance(scripts, dict)
        and not any(name.partition(":")[0] in RUNS for name in scripts)
    )


def _package(project: Project) -> dict[str, Any]:
    """package.json, with `dependencies` at least; empty if it cannot be read."""
    try:
        return {"dependencies": {}, **project.json("package.json")}
    except InputError:
        return {}


def detect(project: Project, stack: Fact[str], settings: Settings) -> Facts:  # noqa: ARG001
    """The site's folder. UndecidedError if there is no index.html, or if a generator has to make it first."""
    roots = [r for r in _roots(project) if not _is_template(project, r)]
    generator = _generator(project)
    if generator and not any(r.value in ("public", "_site", "site", "dist", "build") for r in roots):
        raise UndecidedError(
            f"this site has to be built by {generator.value}, which dockgen does not do yet",
            where=generator.evidence[0].path,
            hint="build it first, then run dockgen in the folder that was built",
        )
    root = first(roots)
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


def _is_program(project: Project) -> bool:
    return any(project.has(name) for name in PROGRAMS)


def _roots(project: Project) -> list[Fact[str]]:
    found = []
    for root in BESIDE_A_PROGRAM if _is_program(project) else ROOTS:
        index = "index.html" if root == "." else f"{root}/index.html"
        if project.has(index) and (root == "." or is_path(root)):
            found.append(Fact(root, (Evidence(index),)))
    return found


def _is_template(project: Project, root: Fact[str]) -> bool:
    """True if an index.html is not HTML yet: it has front matter or a template's tags at its top."""
    return bool(_TEMPLATE.search(project.head(root.evidence[0].path, 2048)))


def _generator(project: Project) -> Fact[str] | None:
    for path, other, name in GENERATORS:
        if project.has(path) and (other is None or project.has(other) or project.has_folder(other)):
            return fact(name, path)
    return None


def _hashed(files: tuple[str, ...], prefix: str) -> Fact[str] | None:
    """The folder in which every file has a digest in its name, so that a browser may keep it for ever."""
    for folder in ("assets", "static", "_astro", "_next/static", "_app/immutable"):
        inside = [f for f in files if f.startswith(f"{prefix}{folder}/")]
        if inside and all(_HASHED.search(posixpath.basename(f)) for f in inside):
            return fact(f"/{folder}/", inside[0], None, "has a digest in its name")
    return None
