"""Apps as their framework builds and runs them: the files of a site, or a server."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import lazy, secretnames
from dockgen.errors import Open, UndecidedError
from dockgen.facts import Evidence, Fact, default, fact
from dockgen.stacks.node import frameworks, serving, sites
from dockgen.stacks.node.model import App

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.project import Project
    from dockgen.stacks.node.frameworks import Framework
    from dockgen.stacks.node.package import Package
    from dockgen.stacks.node.start import Start

BUILD_SCRIPTS = ("build", "build:prod", "build:production", "compile", "prod:build")
_NOTHING = lazy.pattern(r"echo\b[^&|;]*|exit 0|true")
_DEVELOPMENT = lazy.pattern(r"\bbuild:dev\b|--mode[= ]development\b|--configuration[= ]development\b")


def build_of(project: Project, package: Package, framework: Framework | None = None) -> Fact[tuple[str, ...]] | None:
    """The build: a script by its name ("build"), else the framework's own command."""
    names = [n for n in BUILD_SCRIPTS if (text := package.scripts.get(n, "").strip()) and not _NOTHING.fullmatch(text)]
    if framework and framework.build and framework.kind == "site":
        # Documentation often stands beside a package whose own build is called `build`.
        named = " ".join(framework.build[:2])
        makes = [n for n, text in package.scripts.items() if named in text and "preview" not in n]
        if makes and not any(named in package.scripts[n] for n in names):
            names = makes[:1]
    names.sort(key=lambda n: bool(_DEVELOPMENT.search(package.scripts[n])))  # one for production before one that is not
    if names:
        line = project.line_of(package.path, f'"{names[0]}"')
        return fact((names[0],), package.path, line, f"scripts.{names[0]}: {package.scripts[names[0]]}")
    if framework and framework.build:
        return default(framework.build, f"the build of {framework.title}")
    return None


def told_by(project: Project, package: Package, row: Framework) -> Fact[str]:
    name = frameworks.dependency(row, package)
    return fact(row.name, package.path, project.line_of(package.path, f'"{name}"'), f"depends on {name}")


def site(
    project: Project,
    package: Package,
    row: Framework,
    *,
    folder: Fact[str] | None = None,
    fallback: str | None = None,
) -> App:
    """Files that the build makes in FOLDER and nginx serves; FALLBACK is the page for unknown paths ("" for none)."""
    build = build_of(project, package, row)
    script = build.value[0] if build else ""
    output = folder or sites.output(project, package, row, script)
    if build and build.value == row.build and row.name in ("vitepress", "vuepress") and "/" in output.value:
        build = default((*row.build, output.value.partition("/")[0]), f"the build of {row.title}")
    served = serving.of(project, package, row, script)
    env = dict(row.build_env)
    if row.name == "create-react-app":
        env["PUBLIC_URL"] = "/"
    base = served.base.value.rstrip("/") if served.base else ""
    page = fallback if fallback is not None else "/index.html" if row.kind == "spa" else ""
    return App(
        kind=default("static", f"{row.title} makes files that a web server serves"),
        framework=told_by(project, package, row),
        title=row.title,
        build=build,
        output=(output.value,),
        bundled=True,
        build_env=env,
        caches=row.caches,
        fallback=base + page if page else "",
        not_found="" if page else f"{base}/404.html",
        serving=served,
    )


def server(project: Project, package: Package, row: Framework, begin: Start | None) -> App:
    """A framework's server, started as the project says or as the framework does by itself."""
    custom = begin if begin and begin.kind in ("node", "bun", "program") else None
    argv = custom.argv if custom else row.start
    evidence = custom.evidence if custom else Evidence(note=f"how {row.title} is started in production")
    if not argv:
        raise UndecidedError(
            f"nothing says how this {row.title} app starts",
            hint="--set start='node server.js'",
            open=Open(key="start", example="node server.js"),
        )
    own = bool(custom and custom.needs == "" and row.start[1:2] != custom.argv[1:2])
    needs = custom.needs if custom else ""
    if not custom and "node_modules/" in row.start[1]:
        needs = _package_of(row.start[1])
    return App(
        kind=default("web", f"{row.title} serves HTTP"),
        framework=told_by(project, package, row),
        title=row.title,
        start=Fact(argv, (evidence,)),
        build=build_of(project, package, row),
        output=() if own and not row.bundled and not _is_output(row, custom) else row.output,
        bundled=row.bundled,
        keep_dev=bool(needs) and needs not in package.shipped,
        port=port_option(argv) or row.port,
        reads_port=row.reads_port and not port_option(argv),
        stops=row.stops and not own,
        entry=custom.entry if custom and own else None,
        env={**row.env, **(plain_env(custom.env) if custom else {})},
        build_env=row.build_env,
        caches=row.caches,
        writes=row.writes,
        built=True,
    )


def _is_output(row: Framework, begin: Start | None) -> bool:
    """True if BEGIN runs a file that the framework's build makes."""
    return bool(begin and begin.file and any(begin.file == o or begin.file.startswith(f"{o}/") for o in row.output))


def _package_of(path: str) -> str:
    parts = path.removeprefix("node_modules/").split("/")
    return "/".join(parts[:2]) if parts[0].startswith("@") else parts[0]


def port_option(argv: tuple[str, ...]) -> int | None:
    """The port in `-p 8080`, `--port=8080` and the like."""
    m = re.search(r"(?:^|\s)(?:-p|--port|-l|--listen)[= ](?:tcp://[\w.]+:)?(\d{2,5})(?:\s|$)", " ".join(argv))
    return int(m[1]) if m and 0 < int(m[1]) < 65536 else None


def plain_env(env: Mapping[str, str]) -> dict[str, str]:
    """Assignments of a start script that can stand in ENV: no expansions, nothing secret; NODE_ENV is set anyway."""
    return {
        name: value
        for name, value in env.items()
        if "$" not in value and "`" not in value and name != "NODE_ENV" and not secretnames.is_linted(name)
    }
