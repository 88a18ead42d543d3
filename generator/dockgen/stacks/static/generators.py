"""Which generator makes a site of a project's files, and what is needed to run it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dockgen.facts import Fact, fact

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.project import Project


@dataclass(frozen=True, slots=True)
class Mark:
    """A file that gives a generator away: what must be there too, and what must stand in it."""

    path: str
    name: str
    beside: str | None = None
    text: str | None = None


_SPHINX = r"^(?:extensions|html_theme|master_doc|root_doc|project|copyright)\s*="
# In the order in which they are looked for.
MARKS = (
    *(Mark(f"hugo.{suffix}", "Hugo") for suffix in ("toml", "yaml", "yml", "json")),
    *(Mark(f"config/_default/{name}.{suffix}", "Hugo") for name in ("hugo", "config") for suffix in ("toml", "yaml")),
    Mark("archetypes/default.md", "Hugo"),
    Mark("config.toml", "Zola", text=r"^(?:compile_sass|build_search_index|generate_feeds?|\[markdown\])"),
    *(Mark(f"config.{suffix}", "Hugo", "content") for suffix in ("toml", "yaml", "yml")),
    *(Mark(f"config.{suffix}", "Hugo", "themes") for suffix in ("toml", "yaml", "yml")),
    Mark("zensical.toml", "Zensical"),
    Mark("mkdocs.yml", "MkDocs"),
    Mark("mkdocs.yaml", "MkDocs"),
    Mark("docs/mkdocs.yml", "MkDocs"),
    Mark("book.toml", "mdBook"),
    Mark("antora-playbook.yml", "Antora"),
    Mark("antora.yml", "Antora"),
    Mark("pelicanconf.py", "Pelican"),
    *(Mark("_config.yml", "Jekyll", folder) for folder in ("_posts", "_layouts", "_includes", "_sass")),
    *(
        Mark(f"{folder}conf.py", "Sphinx", text=_SPHINX)
        for folder in ("", "source/", "docs/", "docs/source/", "doc/", "doc/source/")
    ),
)
# What to do about those that dockgen does not run: PyPI, npm and Go's modules do not have them.
NEAREST: Mapping[str, str] = {
    "Jekyll": "bundle exec jekyll build, then dockgen init _site",
    "Zola": "zola build, then dockgen init public",
    "mdBook": "mdbook build, then dockgen init book",
    "Antora": "npx antora antora-playbook.yml, then dockgen init build/site",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A stage that only brings a program: its image, what installs it, where it then lies."""

    name: str
    image: str
    install: tuple[str, ...]
    binary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A command of the build with the files that it reads before the rest is copied, as mounts, and its cache."""

    argv: tuple[str, ...]
    reads: tuple[str, ...] = ()
    cache: str = ""
    note: str = ""  # why, where it is not plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How a site is made: an image, what is installed, the command that writes the site to `output`.

    `address` is the default of the build argument BASE_URL, "" if the generator needs none.
    """

    generator: Fact[str]
    version: Fact[str] | None = None  # the release of the generator's language that the user may set
    image: str  # "{version}" stands for that release
    tool: Tool | None = None
    apt: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    after_copy: bool = False  # the steps need the whole project
    command: tuple[str, ...]
    output: str = "/site"
    address: str = ""
    not_found: bool = False  # it makes a page for what is not there
    autobuild: bool = False  # sphinx-autobuild is installed with it
    needs: tuple[str, ...] = ()  # what .dockerignore must let through
    warnings: tuple[str, ...] = ()


def generator(project: Project) -> Fact[str] | None:
    """The generator that makes the site of the project's files, and the file that gives it away."""
    for mark in MARKS:
        if not project.has(mark.path):
            continue
        if mark.beside and not (project.has(mark.beside) or project.has_folder(mark.beside)):
            continue
        if mark.text and not re.search(mark.text, project.text(mark.path), re.MULTILINE):
            continue
        return fact(mark.name, mark.path)
    below = [f for f in project.ending("/mkdocs.yml", "/mkdocs.yaml") if f.count("/") == 1]
    return fact("MkDocs", below[0]) if len(below) == 1 else None
