"""What a Python project says of itself: its name, its description, the files that its build reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dockgen.about import description, image_name, licence, web_address
from dockgen.facts import About
from dockgen.stacks.python.manifests import setup_argument, string, strings, table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.project import Project

# pyproject.toml's keys and what setup() calls them. Its `license` is free text, for which the licence file is better.
SETUP_KEYS = (("description", "description"), ("homepage", "url"), ("urls", "project_urls"))


def declared_name(project: Project, data: Mapping[str, Any]) -> str:
    """The name in pyproject.toml, else the one in setup.cfg or setup.py, else ""."""
    if name := string(table(data, "project").get("name")) or string(table(data, "tool", "poetry").get("name")):
        return name
    return string(setup_argument(project, "name")) if project.first("setup.cfg", "setup.py") else ""


def about(project: Project, data: Mapping[str, Any]) -> About:
    """Name, description, source and licence, for the image's labels."""
    meta = table(data, "project") or table(data, "tool", "poetry") or _of_setup(project)
    urls = {**table(meta, "urls"), "repository": meta.get("repository"), "homepage": meta.get("homepage")}
    links = {k.lower(): web_address(v) for k, v in urls.items() if isinstance(v, str)}
    declared = meta.get("license")
    source = next((links[k] for k in ("repository", "source", "source code", "github", "homepage") if links.get(k)), "")
    return About(
        name=image_name(declared_name(project, data) or project.name),
        description=description(project, string(meta.get("description"))),
        source=source,
        licence=licence(project, string(declared) or string(table({"l": declared}, "l").get("text"))),
    )


def _of_setup(project: Project) -> dict[str, Any]:
    """The same from setup.cfg or setup.py, under the names that pyproject.toml has for it."""
    if not project.first("setup.cfg", "setup.py"):
        return {}
    said = {key: setup_argument(project, name) for key, name in SETUP_KEYS}
    urls = said.pop("urls")
    return {k: v for k, v in said.items() if isinstance(v, str)} | ({"urls": urls} if isinstance(urls, dict) else {})


def build_files(project: Project, data: Mapping[str, Any]) -> tuple[str, ...]:
    """Files that the build back end reads when the project itself is installed."""
    meta = table(data, "project")
    named = [
        string(meta.get("readme")),
        string(table(meta, "readme").get("file")),
        string(table(meta, "license").get("file")),
        string(table(data, "tool", "poetry").get("readme")),
        *strings(meta.get("license-files")),
    ]
    found = [n for n in named if n and project.has(n)]
    if project.has("setup.py"):
        text = project.text("setup.py")
        found += [f for f in project.files if "/" not in f and f.endswith((".md", ".rst", ".txt", ".in")) and f in text]
    return tuple(dict.fromkeys(found))
