"""Plan how a static site is developed in a container: its generator's own server, or nginx over the mounted files."""

from __future__ import annotations

import posixpath
import shlex
from typing import TYPE_CHECKING

from dockgen.dev import Dev, DevCopy, DevSite, DevStep
from dockgen.plans import Account

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.choices import Chooser
    from dockgen.plans import Plan
    from dockgen.stacks.static.detect import StaticFacts
    from dockgen.stacks.static.plan import RecipePlan

PORT = 8000
# The server that each generator brings, which makes the site anew when a file changes.
SERVERS: Mapping[str, tuple[tuple[str, ...], int]] = {
    "MkDocs": (("mkdocs", "serve", f"--dev-addr=0.0.0.0:{PORT}"), PORT),
    "Zensical": (("zensical", "serve", f"--dev-addr=0.0.0.0:{PORT}"), PORT),
    "Hugo": (("hugo", "server", "--bind=0.0.0.0", "--noBuildLock"), 1313),
}
_ANEW = "The source is mounted, and the site is made anew when a file of it is saved on the host"


def stage(detail: StaticFacts, plan: Plan, pick: Chooser) -> tuple[Dev | None, tuple[str, ...]]:
    """The stage for development; or why there is none, as a warning."""
    if not detail.recipe:
        build = plan.build
        pick.note("dev", "nginx", "default", "the files are served as they are")
        return Dev(
            image=plan.runtime.image,
            account=plan.runtime.account,
            workdir=plan.runtime.workdir,
            mount=plan.runtime.workdir,
            site=DevSite(port=build.port, fallback=build.fallback, not_found=build.not_found),
            port=build.port,
            reload="The files are mounted: what is saved on the host is served at once",
            command=plan.runtime.command or (),
            source=build.root,
            read_only=True,
        ), ()
    recipe: RecipePlan = plan.build.recipe
    command, port = _command(detail, recipe)
    if not command:
        return None, ("there is no target dev: Sphinx serves nothing by itself; sphinx-autobuild, if required, would",)
    pick.note("dev", command, "detected", detail.recipe.generator.why)
    is_node = recipe.image.startswith("node:")
    steps = tuple(DevStep(mounts=(s.cache, *(() if recipe.after_copy else s.mounts)), commands=(shlex.join(s.argv),))
                  for s in recipe.steps)  # fmt: skip
    copied = (DevStep(copies=(".",)),) if recipe.after_copy else ()
    tool = recipe.tool
    return Dev(
        image=recipe.image,
        account=Account(uid=1000, gid=1000, create=not is_node),
        workdir="/src",
        mount="/src",
        env={"HOME": "/tmp"},  # noqa: S108  (any user can write there)
        apt=plan.build.apt,
        suite=plan.build.suite,
        brought=(DevCopy(stage=tool.name, source=tool.binary, target=f"/usr/local/bin/{tool.name}"),) if tool else (),
        steps=(*copied, *steps),
        port=port,
        reload=_ANEW,
        command=command,
        volumes=("/src/node_modules",) if is_node else (),
    ), ()


def _command(detail: StaticFacts, recipe: RecipePlan) -> tuple[tuple[str, ...], int]:
    """The server of the generator and its port; no command if it has none."""
    command = recipe.command
    if recipe.generator in SERVERS:
        argv, port = SERVERS[recipe.generator]
        at = command.index("--config-file") if "--config-file" in command else None
        return (*argv, *(command[at : at + 2] if at is not None else ())), port
    if recipe.generator == "Pelican":
        at = command.index("--output")
        listen = ("--listen", "--autoreload", "--bind=0.0.0.0", f"--port={PORT}")
        config = detail.recipe.generator.evidence[0].path if detail.recipe else "pelicanconf.py"
        start = tuple(w for w in command[1:at] if w != "--settings" and not w.endswith("conf.py"))
        return ("pelican", *start, "--settings", config, "--output=/tmp/site", *listen), PORT
    if detail.recipe and detail.recipe.autobuild:
        folder = posixpath.dirname(detail.recipe.generator.evidence[0].path) or "."
        return ("sphinx-autobuild", "--host=0.0.0.0", f"--port={PORT}", folder, "/tmp/site"), PORT  # noqa: S108
    return (), 0
