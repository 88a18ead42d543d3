"""Plan how a Go program is developed in a container: compiled from the mounted source, by air where it is set up."""

from __future__ import annotations

import posixpath
import shlex
from typing import TYPE_CHECKING

from dockgen import values
from dockgen.dev import Dev, DevCopy, DevStep
from dockgen.plans import Account
from dockgen.stacks.node.dev import copies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.choices import Chooser
    from dockgen.plans import Plan
    from dockgen.stacks.go.detect import GoFacts
    from dockgen.stacks.go.plan import GoBuild

AIR = "github.com/air-verse/air"
AIR_VERSION = "v1.67.4"  # Go module proxy, 2026-11-27
MODULES, CACHE = "/go/pkg/mod", "/go/cache"
_RELOADS = "The source is mounted, and air compiles and starts what is saved on the host"
_RESTARTS = "The source is mounted: restart the container to compile and start what was saved on the host"


def stage(detail: GoFacts, plan: Plan, pick: Chooser) -> tuple[Dev | None, tuple[str, ...]]:
    """The stage for development; or why there is none, as a warning."""
    if plan.kind in ("cli", "job"):
        return None, ("there is no target dev: a program that ends by itself has nothing to load anew",)
    build: GoBuild = plan.build
    has_air = detail.air is not None
    command = _command(detail, build, plan.runtime.command or ())
    pick.note("dev", command, "detected", str(detail.air) if detail.air else "no .air.toml: it is started anew by hand")
    opened = (a for a in build.assets if a.stage and a.folder)
    made = (
        *copies(build.embedded, build.workdir),
        *(DevCopy(stage=a.stage, source=f"{a.source}/", target=f"{build.workdir}/{a.target}/") for a in opened),
    )
    base = "." if detail.workspace or not detail.module else detail.module.folder
    is_whole = build.workdir.endswith(f"/{base}")  # the rest of the project lies beside the module
    return Dev(
        image=build.image,
        account=Account(uid=1000, gid=1000, create=True),
        workdir=build.workdir,
        folder=_at_air(detail, build) if detail.air and detail.workspace else "",
        mount=build.workdir.removesuffix(f"/{base}"),
        source="." if is_whole else values.path(base),
        env={**build.env, **plan.runtime.env, "GOCACHE": CACHE, "HOME": "/tmp"},  # noqa: S108  (any user can write there)
        apt=tuple(sorted({*build.apt, *(p for p in plan.runtime.apt if p not in ("ca-certificates", "tini"))})),
        suite=build.suite,
        steps=tuple(_steps(detail, build)),
        made=made,
        folders=(CACHE,),
        port=plan.runtime.port,
        reload=_RELOADS if has_air else _RESTARTS,
        command=tuple(values.text(w, "command for development") for w in command),
        volumes=(*(c.target.rstrip("/") for c in made), f"{plan.about.name}-go-cache:{CACHE}"),
    ), ()


def _command(detail: GoFacts, build: GoBuild, arguments: tuple[str, ...]) -> tuple[str, ...]:
    """air, which reads in .air.toml what to do, else `go run`, after what writes a part of the code."""
    if detail.air:
        air = ("go", "tool", "air") if _is_tool(detail) else ("air",)
        return (*air, *(("--", *arguments) if arguments else ()))
    flags = tuple(f for f in build.flags if f.startswith(("-mod=", "-tags=")))
    run = ("go", "run", *flags, build.package, *arguments)
    if not build.generate:
        return run
    return "sh", "-c", " && ".join([*(shlex.join(argv) for argv in build.generate), f"exec {shlex.join(run)}"])


def _at_air(detail: GoFacts, build: GoBuild) -> str:
    """The folder with the settings of air, in a workspace."""
    return posixpath.join(build.workdir, posixpath.dirname(detail.air.path)) if detail.air else ""


def _is_tool(detail: GoFacts) -> bool:
    return bool(detail.module) and AIR in (detail.module.tools if detail.module else ())


def _steps(detail: GoFacts, build: GoBuild) -> Iterator[DevStep]:
    """air, and the modules; both where any user can read them, and add to them."""
    if detail.air and not _is_tool(detail):
        yield DevStep(
            comment="The project is set up for air, which starts the program anew when its source changes",
            mounts=(f"type=cache,target={MODULES}", f"type=cache,target={CACHE}"),
            commands=(f"{'' if detail.module else 'GO111MODULE=on '}go install {AIR}@{AIR_VERSION}",),
        )
    mounts = tuple(m for m in build.download if m.startswith(("type=bind", "type=secret", "type=ssh")))
    if mounts:
        yield DevStep(
            mounts=mounts,
            commands=(
                *(shlex.join(argv) for argv in build.git),
                f"{f'GOPRIVATE={shlex.quote(build.private)} ' if build.private else ''}go mod download",
                f"chmod -R a+rwX {MODULES}",
            ),
        )
