"""Decide how a static site is made and served."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import ignore, nginx, probes, releases, values
from dockgen.choices import Chooser
from dockgen.facts import Fact
from dockgen.plans import IgnoreGroup, Plan
from dockgen.records import dataclass

if TYPE_CHECKING:
    from dockgen.facts import Facts
    from dockgen.settings import Settings
    from dockgen.stacks.static.detect import StaticFacts
    from dockgen.stacks.static.generators import Recipe, Tool

# In a project that is itself the site, all that is not left out would be served.
LEFTOVERS = IgnoreGroup(
    title="not part of the site",
    patterns=("**/node_modules", "package*.json", "yarn.lock", "pnpm-lock.yaml", "*.md", "LICENSE*", "Makefile",
              "CNAME", "**/*.map", "**/*.scss", "**/*.sass", "**/*.less", "**/*.sh", "**/*.bak", "tests", "test",
              "**/.editorconfig", "**/.prettierrc*", "**/.eslintrc*", "**/.stylelintrc*", "gulpfile.*", "Gruntfile.*",
              "netlify.toml", "vercel.json", "_config.yml", "**/.nojekyll", "**/.htaccess"),
)  # fmt: skip


# Beside the sources of a site: what its generator and its tools leave behind.
MADE = IgnoreGroup(
    title="made by the build",
    patterns=("**/node_modules", "**/.venv", "**/venv", "**/__pycache__", "site", "public", "output", "resources/_gen",
              ".hugo_build.lock", "_build", "docs/_build", "docs/build", ".cache"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPlan:
    """A command that installs something: what it sees of the project, and its cache."""

    argv: tuple[str, ...]
    mounts: tuple[str, ...]
    cache: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipePlan:
    """The stages that make the site."""

    generator: str
    image: str
    tool: Tool | None
    steps: tuple[StepPlan, ...]
    after_copy: bool
    command: tuple[str, ...]
    output: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticBuild:
    """What the templates print: the site's folder or recipe, and how nginx answers for it."""

    root: str
    recipe: RecipePlan | None
    suite: str
    apt: tuple[str, ...]  # Debian packages of the stage that makes the site
    port: int
    fallback: str  # what answers for an unknown path: "=404" or a page
    not_found: str | None
    hashed: str | None  # the folder whose files may be kept for ever


def decide(facts: Facts, settings: Settings) -> Plan:
    """The plan for a static site."""
    detail: StaticFacts = facts.detail
    pick = Chooser(settings)
    root = pick.fact("root", detail.root) if detail.root else "."
    recipe = _recipe(pick, facts, detail.recipe) if detail.recipe else None
    apt = pick.packages("apt.build", detail.recipe.apt, detail.recipe.generator.why) if detail.recipe else ()
    port = pick.port(facts.port)
    health = probes.choose(pick, facts.health, missing="/", why="built-in default")
    not_found = pick.fact("not_found", detail.not_found) if detail.not_found else None
    build = StaticBuild(
        root=values.path(root) if root != "." else ".",
        recipe=recipe,
        suite=releases.DEBIAN_SUITE,
        apt=apt,
        port=port or nginx.PORT,
        fallback=pick.fact("fallback", detail.fallback) if detail.fallback else "=404",
        not_found=not_found,
        hashed=pick.fact("hashed", detail.hashed) if detail.hashed else None,
    )
    plan = Plan(
        stack="static",
        kind="static",
        framework=facts.framework.value if facts.framework else None,
        about=pick.about(facts.about),
        build=build,
        runtime=nginx.runtime(pick, build.port, health=health),
        ignore=_ignore(facts, root),
        sources=_sources(detail, root),
        choices=pick.made,
        warnings=facts.warnings,
    )
    if settings.choice("dev") != "yes":
        return plan
    from dockgen.stacks.static import dev  # noqa: PLC0415  (start-up time: only where it is asked for)

    stage, warnings = dev.stage(detail, plan, pick)
    return replace(plan, dev=stage, choices=pick.made, warnings=(*plan.warnings, *warnings))


def _recipe(pick: Chooser, facts: Facts, recipe: Recipe) -> RecipePlan:
    pick.fact("framework", recipe.generator)
    version = values.version(pick.text("version", facts.version), "version") if recipe.version else ""
    command = pick.argv("build", Fact(recipe.command, recipe.generator.evidence)) or recipe.command
    return RecipePlan(
        generator=recipe.generator.value,
        image=values.image(recipe.image.replace("{version}", version)),
        tool=recipe.tool,
        steps=tuple(
            StepPlan(
                argv=step.argv,
                mounts=tuple(f"type=bind,source={values.path(p)},target={p}" for p in step.reads),
                cache=step.cache,
                note=step.note,
            )
            for step in recipe.steps
        ),
        after_copy=recipe.after_copy,
        command=command,
        output=recipe.output,
        address=recipe.address if command == recipe.command else "",
    )


def _sources(detail: StaticFacts, root: str) -> tuple[str, ...]:
    if not detail.recipe:
        return (root,)
    return tuple(dict.fromkeys((".", *detail.recipe.needs, *(p for s in detail.recipe.steps for p in s.reads))))


def _ignore(facts: Facts, root: str) -> tuple[IgnoreGroup, ...]:
    detail: StaticFacts = facts.detail
    if detail.recipe:
        return ignore.compose(
            (*ignore.COMMON, MADE), (*_sources(detail, root), detail.recipe.generator.evidence[0].path), facts.sensitive
        )
    leftovers = LEFTOVERS
    if detail.markdown:  # the pages themselves
        leftovers = replace(LEFTOVERS, patterns=tuple(p for p in LEFTOVERS.patterns if p != "*.md"))
    index = "index.html" if root == "." else f"{root}/index.html"
    return ignore.compose((*ignore.COMMON, leftovers), [index], facts.sensitive)
