"""Tell from names how much a project looks like a static site, and where in it the site lies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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
_TEMPLATE = re.compile(r"\A---\s*$|\{%-?\s|\{\{\s*(?:site|page|content|\.)", re.MULTILINE)


def claim(project: Project) -> Claim | None:
    """An index.html in one of the usual places, or a site generator; weak, for every web project has one."""
    found = roots(project)
    if found and not is_template(project, found[0]):
        return Claim(20, found[0].evidence[0])
    maker = generator(project)
    # A library's documentation is no reason to take the library for a site.
    return Claim(20, maker.evidence[0]) if maker and not _is_program(project) else None


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
