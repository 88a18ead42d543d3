"""Decide how a static site is served."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dockgen import ignore, nginx, values
from dockgen.choices import Chooser
from dockgen.plan import IgnoreGroup, Plan

if TYPE_CHECKING:
    from dockgen.facts import Facts
    from dockgen.settings import Settings

# In a project that is itself the site, all that is not left out would be served.
LEFTOVERS = IgnoreGroup(
    title="not part of the site",
    patterns=("**/node_modules", "package*.json", "yarn.lock", "pnpm-lock.yaml", "*.md", "LICENSE*", "Makefile",
              "CNAME", "**/*.map", "**/*.scss", "**/*.sass", "**/*.less", "**/*.sh", "**/*.bak", "tests", "test",
              "**/.editorconfig", "**/.prettierrc*", "**/.eslintrc*", "**/.stylelintrc*", "gulpfile.*", "Gruntfile.*",
              "netlify.toml", "vercel.json", "_config.yml", "**/.nojekyll", "**/.htaccess"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticBuild:
    """What the templates print: the site's folder and how nginx answers for it."""

    root: str
    port: int
    fallback: str  # what answers for an unknown path: "=404" or a page
    not_found: str | None
    hashed: str | None  # the folder whose files may be kept for ever


def decide(facts: Facts, settings: Settings) -> Plan:
    """The plan for a static site."""
    detail = facts.detail
    pick = Chooser(settings)
    root = pick.fact("root", detail.root)
    port = pick.port(facts.port)
    health = pick.text("health", facts.health, missing="/")
    not_found = pick.fact("not_found", detail.not_found) if detail.not_found else None
    build = StaticBuild(
        root=values.path(root) if root != "." else ".",
        port=port or nginx.PORT,
        fallback="=404",
        not_found=not_found,
        hashed=pick.fact("hashed", detail.hashed) if detail.hashed else None,
    )
    index = "index.html" if root == "." else f"{root}/index.html"
    return Plan(
        stack="static",
        kind="static",
        framework=None,
        about=pick.about(facts.about),
        build=build,
        runtime=nginx.runtime(build.port, health=health),
        ignore=ignore.compose((*ignore.COMMON, LEFTOVERS), [index]),
        sources=(root,),
        choices=pick.made,
        warnings=facts.warnings,
    )
