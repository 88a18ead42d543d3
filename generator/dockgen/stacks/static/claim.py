"""Tell from names how much a project looks like a static site, and where in it the site lies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dockgen.errors import InputError
from dockgen.facts import Evidence, Fact, fact
from dockgen.stacks import Claim
from dockgen.values import is_path

if TYPE_CHECKING:
    from dockgen.project import Project

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
_TEMPLATE = re.compile(r"\A---\s*$|\{%-?\s|\{\{\s*(?:site|page|content|\.)", re.MULTILINE)


def claim(project: Project) -> Claim | None:
    """An index.html in one of the usual places, or a site generator; weak, for every web project has one.

    Strong where the manifest beside it is for the site itself.
    """
    maker = generator(project)
    if maker and maker.value in SITES_ONLY and _is_for_site(project):
        return Claim(SITE, maker.evidence[0])
    found = roots(project)
    if found and not is_template(project, found[0]):
        return Claim(BARE if _is_bare(project) else WEAK, found[0].evidence[0])
    # A library's documentation is no reason to take the library for a site.
    return Claim(WEAK, maker.evidence[0]) if maker and not _is_program(project) else None


def _is_for_site(project: Project) -> bool:
    """True if the manifests there only bring a site's tools and themes."""
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


def _is_program(project: Project) -> bool:
    return any(project.has(name) for name in PROGRAMS)


def roots(project: Project) -> list[Fact[str]]:
    """The folders with an index.html, the likeliest first."""
    found = []
    for root in BESIDE_A_PROGRAM if _is_program(project) else ROOTS:
        index = "index.html" if root == "." else f"{root}/index.html"
        if project.has(index) and (root == "." or is_path(root)):
            found.append(Fact(root, (Evidence(index),)))
    return found


def is_template(project: Project, root: Fact[str]) -> bool:
    """True if an index.html is not HTML yet: it has front matter or a template's tags at its top."""
    return bool(_TEMPLATE.search(project.head(root.evidence[0].path, 2048)))


def generator(project: Project) -> Fact[str] | None:
    """The generator that makes the site of the project's files."""
    for path, other, name in GENERATORS:
        if project.has(path) and (other is None or project.has(other) or project.has_folder(other)):
            return fact(name, path)
    return None
