"""Apps whose framework says how they are built and run: sites, single-page apps, and servers of their own kind."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen.errors import UndecidedError
from dockgen.facts import Evidence, Fact, default, fact
from dockgen.stacks.node import frameworks, sites
from dockgen.stacks.node.model import App

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.project import Project
    from dockgen.stacks.node.frameworks import Framework
    from dockgen.stacks.node.package import Package
    from dockgen.stacks.node.start import Start

BUILD_SCRIPTS = ("build", "build:prod", "build:production", "compile", "prod:build")
_IMPORTS = re.compile(r"(?:\bfrom|\bimport|\brequire\(|\bimport\()\s*[\"']([^\"'\n]+)[\"']")
_NOTHING = re.compile(r"echo\b[^&|;]*|exit 0|true")
_DEVELOPMENT = re.compile(r"\bbuild:dev\b|--mode[= ]development\b|--configuration[= ]development\b")
_SECRET = re.compile(r"SECRET|TOKEN|PASSWORD|PASSWD|API_?KEY|CLIENT_?KEY|CREDENTIAL|PRIVATE|USERNAME", re.IGNORECASE)


def build_of(project: Project, package: Package, framework: Framework | None = None) -> Fact[tuple[str, ...]] | None:
    """The build: a script by its name ("build"), else the framework's own command."""
    names = [n for n in BUILD_SCRIPTS if (text := package.scripts.get(n, "").strip()) and not _NOTHING.fullmatch(text)]
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


def site(project: Project, package: Package, row: Framework, *, folder: Fact[str] | None = None) -> App:
    """Files that the build makes and nginx serves."""
    output = folder or sites.output(project, package, row)
    env = dict(row.build_env)
    if row.name == "create-react-app":
        env["PUBLIC_URL"] = "/"
    return App(
        kind=default("static", f"{row.title} makes files that a web server serves"),
        framework=told_by(project, package, row),
        title=row.title,
        build=build_of(project, package, row),
        output=(output.value,),
        bundled=True,
        build_env=env,
        caches=row.caches,
        fallback="/index.html" if row.kind == "spa" else "",
        not_found="" if row.kind == "spa" else "/404.html",
    )


def of_framework(project: Project, package: Package, row: Framework, begin: Start | None) -> App:
    special = {"next": _next, "nuxt": _nuxt, "sveltekit": _sveltekit, "astro": _astro, "angular": _angular,
               "react-router": _react_router}.get(row.name)  # fmt: skip
    if special and (app := special(project, package, row, begin)):
        return app
    return site(project, package, row) if row.kind in ("site", "spa") else server(project, package, row, begin)


def server(project: Project, package: Package, row: Framework, begin: Start | None) -> App:
    """A framework's server, started as the project says or as the framework does by itself."""
    custom = begin if begin and begin.kind in ("node", "bun", "program") else None
    argv = custom.argv if custom else row.start
    evidence = custom.evidence if custom else Evidence(note=f"how {row.title} is started in production")
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
        if "$" not in value and "`" not in value and name != "NODE_ENV" and not _SECRET.search(name)
    }


def _next(project: Project, package: Package, row: Framework, begin: Start | None) -> App | None:
    file = sites.config(project, "next") or ""
    text = re.sub(r"(?<!:)//[^\n]*", "", project.text(file)) if file else ""
    if m := re.search(r"\boutput\s*:\s*[\"'](standalone|export)[\"']", text):
        evidence = fact(m[1], file, project.line_of(file, m[1]), f"output: {m[1]}")
        if m[1] == "export":
            folder = default("out", "where Next.js exports to")
            return replace(site(project, package, row, folder=folder), build_env=row.build_env)
        app = server(project, package, row, None)
        return replace(
            app, start=Fact(("node", "server.js"), evidence.evidence), bundled=True, standalone=True, keep_dev=False
        )
    app = server(project, package, row, begin)
    imports = _IMPORTS.findall(text)
    if any(name in package.dev_dependencies for name in imports):
        app = replace(app, keep_dev=True)  # `next start` reads the configuration, and that needs them
    if not app.output or any(name.startswith(".") for name in imports):
        return replace(app, output=())  # the configuration or the server needs other files of the source
    return replace(app, output=(sites.output(project, package, row).value,))


def _nuxt(project: Project, package: Package, row: Framework, begin: Start | None) -> App | None:  # noqa: ARG001
    build = package.scripts.get("build", "")
    config = project.text(sites.config(project, "nuxt") or "")
    if "generate" in build or re.search(r"preset\s*:\s*[\"'](?:static|github_pages|github-pages)[\"']", config):
        return site(project, package, row, folder=default(".output/public", "where `nuxt generate` writes to"))
    env = {**row.build_env}
    if re.search(r"preset\s*:\s*[\"'](?!node)[\w-]+[\"']", config):
        env["NITRO_PRESET"] = "node-server"
    return replace(server(project, package, row, None), build_env=env)


def _sveltekit(project: Project, package: Package, row: Framework, begin: Start | None) -> App | None:
    config = project.text(sites.config(project, "sveltekit") or "")
    m = re.search(r"@sveltejs/adapter-([\w-]+)", config) or re.search(
        r"@sveltejs/adapter-([\w-]+)", " ".join(package.all_dependencies)
    )
    adapter = m[1] if m else "auto"
    if "svelte-adapter-bun" in config:
        return server(project, package, replace(row, start=("bun", "./build/index.js"), stops=False), None)
    if adapter == "static":
        page = re.search(r"fallback\s*:\s*[\"']([\w.-]+)[\"']", config)
        app = site(project, package, row, folder=sites.output(project, package, row))
        return replace(app, fallback=f"/{page[1]}" if page else "")
    if adapter == "auto":
        # adapter-auto installs and takes adapter-node on Google Cloud Buildpacks (its adapters.js).
        app = server(project, package, row, begin)
        note = "adapter-auto installs adapter-node at build time; name it in svelte.config.js for builds that repeat"
        return replace(app, build_env={**row.build_env, "GCP_BUILDPACKS": "true"}, warnings=(note,))
    if adapter in frameworks.PLATFORMS:
        _platform("SvelteKit", adapter, "@sveltejs/adapter-node", sites.config(project, "sveltekit"))
    return server(project, package, row, begin)


def _platform(title: str, adapter: str, instead: str, where: str | None) -> None:
    raise UndecidedError(
        f"{title} builds for {adapter} here, which no container can run",
        where=where,
        hint=f"use {instead} in {where or 'the configuration'}, then run dockgen again",
    )


def _astro(project: Project, package: Package, row: Framework, begin: Start | None) -> App | None:
    file = sites.config(project, "astro")
    text = project.text(file) if file else ""
    adapter = re.search(r"[\"']@astrojs/(node|vercel|cloudflare|netlify|deno)(?:/[\w-]+)?[\"']", text)
    if not adapter:
        return replace(site(project, package, row), fallback="")
    if adapter[1] != "node":
        if re.search(r"output\s*:\s*[\"'](?:server|hybrid)[\"']", text):
            _platform("Astro", adapter[1], "@astrojs/node", file)
        return site(project, package, row)
    folder = sites.output(project, package, row).value
    node = replace(
        row,
        kind="server",
        start=("node", f"./{folder}/server/entry.mjs"),
        output=(folder,),
        reads_port=True,
        env={"HOST": frameworks.ANY, "ASTRO_TELEMETRY_DISABLED": "1"},
    )
    return server(project, package, node, begin if begin and begin.kind == "node" else None)


def _angular(project: Project, package: Package, row: Framework, begin: Start | None) -> App | None:  # noqa: ARG001
    if not sites.has_server(project):
        return None
    output = sites.output(project, package, row).value
    base = output.removesuffix("/browser")
    script = next((s for name, s in package.scripts.items() if name.startswith("serve:ssr")), "")
    words = tuple(script.split()) if script.startswith("node ") else ("node", f"{base}/server/server.mjs")
    node = replace(row, kind="server", start=words, output=(base,), bundled=True, port=4000, reads_port=True)
    return server(project, package, node, None)


def _react_router(project: Project, package: Package, row: Framework, begin: Start | None) -> App | None:
    config = project.text(sites.config(project, "react-router") or "")
    if re.search(r"\bssr\s*:\s*false", config):
        return replace(
            site(project, package, row, folder=default("build/client", "where React Router writes a site to")),
            fallback="/index.html",
        )
    if "@cloudflare/vite-plugin" in package.all_dependencies or "wrangler" in package.all_dependencies:
        _platform("React Router", "cloudflare", "@react-router/node", sites.config(project, "vite"))
    return server(project, package, row, begin)
