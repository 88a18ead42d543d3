"""Tell from names how much a project looks like a static site, and where in it the site lies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dockgen.errors import InputError
from dockgen.facts import Evidence, Fact, Rejected
from dockgen.stacks import Claim
from dockgen.stacks.static.generators import NEAREST, generator
from dockgen.stacks.static.pypi import PACKAGES

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
# Generators whose sites have manifests of their own: for tools, for themes.
SITES_ONLY = ("Hugo", "Jekyll")
LISTS = frozenset({"requirements.txt", "pyproject.toml", "Pipfile", "package.json"})  # of what makes a site, maybe
FOR_SITES = frozenset({"package.json", "Gemfile", "go.mod"})
DOCUMENTS = (
    "docs/", "doc/", "content/", "source/", "overrides/", "theme/", "themes/", "hooks/", "includes/", "plugins/",
    "_ext/", "_static/", "_templates/", "output/", ".github/",
)  # fmt: skip
PACKAGED = ("setup.py", "setup.cfg", "package.json", "go.mod")
SITE_CODE = ("conf.py", "pelicanconf.py", "publishconf.py", "tasks.py", "hooks.py", "noxfile.py", "develop_server.py")
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
    if maker and maker.value in PACKAGES and _is_documentation(project, maker):
        return Claim(SITE, maker.evidence[0])
    found = roots(project)
    if found and not is_template(project, found[0]):
        return Claim(BARE if _is_bare(project) else WEAK, found[0].evidence[0])
    # A library's documentation is no reason to take the library for a site.
    alone = maker and maker.value not in PACKAGES and not _is_program(project)
    return Claim(WEAK, maker.evidence[0]) if maker and alone else None


def _is_for_site(project: Project) -> bool:
    """True if the manifests there only bring a site's tools and themes."""
    manifests = {name for name in PROGRAMS if project.has(name)}
    if not manifests <= FOR_SITES or ("go.mod" in manifests and any(project.ending(".go"))):
        return False
    return "package.json" not in manifests or not _package(project).get("dependencies", True)


def _is_documentation(project: Project, maker: Fact[str]) -> bool:
    """True if a site that Python makes is what the project is for: no other code, and most files belong to it."""
    if not {name for name in PROGRAMS if project.has(name)} <= LISTS:
        return False
    package = _package(project) if project.has("package.json") else {}
    if any(package.get(key) for key in ("dependencies", "main", "module", "exports", "bin", "workspaces")):
        return False
    config = maker.evidence[0].path
    macros = "macros" in project.text(config)  # a plugin of MkDocs that imports main.py
    for path in project.ending(".py"):
        if not path.startswith(DOCUMENTS) and path not in SITE_CODE and not (macros and path == "main.py"):
            return False
    inside = sum(1 for f in project.files if f.startswith(DOCUMENTS) or "/" not in f)
    return config in ("conf.py", "pelicanconf.py") or inside * 2 >= len(project.files)


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


def roots(project: Project, *, anywhere: bool = False) -> list[Fact[str]]:
    """The folders with an index.html, the likeliest first; beside a program only the usual ones, unless ANYWHERE.

    A folder with a package.json of its own holds the sources of a site, not the site.
    """
    found = []
    for root in BESIDE_A_PROGRAM if _is_program(project) and not anywhere else ROOTS:
        index = "index.html" if root == "." else f"{root}/index.html"
        if project.has(index) and (root == "." or not project.has(f"{root}/package.json")):
            found.append(Fact(root, (Evidence(index),)))
    return found


def is_template(project: Project, root: Fact[str]) -> bool:
    """True if an index.html is not HTML yet: it has front matter or a template's tags at its top."""
    return bool(_TEMPLATE.search(project.head(root.evidence[0].path, 2048)))


def instead(project: Project, stack: Fact[str]) -> Fact[str] | None:
    """This stack in place of STACK, in which nothing can be run, where a site is what the project itself is for.

    Nothing makes a package of the code there then, and the generator's configuration lies at the top, or what is
    installed there is the generator.
    """
    maker = generator(project)
    if not maker or maker.value not in PACKAGES or project.first(*PACKAGED):
        return None
    if "build-system" in (project.toml("pyproject.toml") if project.has("pyproject.toml") else {}):
        return None
    listed = re.compile(rf"^{PACKAGES[maker.value]}\b", re.MULTILINE | re.IGNORECASE)
    if "/" in maker.evidence[0].path and not listed.search(project.text("requirements.txt")):
        return None
    return Fact("static", maker.evidence, (Rejected(stack.value, stack.evidence[0]), *stack.rejected))


def site(project: Project) -> str:
    """What to say of a project that is refused, but has pages that could be served; "" if it has none."""
    maker = generator(project)
    found = [r for r in roots(project, anywhere=True) if r.value != "src" and not is_template(project, r)]
    if not found and not (maker and maker.value not in NEAREST):
        return ""
    where = found[0].evidence[0] if found else maker.evidence[0] if maker else ""
    return f"to serve the pages of {where}: --set stack=static"
