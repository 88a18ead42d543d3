"""Frameworks whose configuration decides what a build makes: a server, a site, or what only a platform can run."""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dockgen import lazy
from dockgen.errors import UndecidedError
from dockgen.facts import Fact, default, fact
from dockgen.stacks.node import frameworks, sites, typescript
from dockgen.stacks.node.conventions import build_of, server, site
from dockgen.values import is_path

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dockgen.project import Project
    from dockgen.stacks.node.framework import Framework
    from dockgen.stacks.node.model import App
    from dockgen.stacks.node.package import Package
    from dockgen.stacks.node.start import Start

_IMPORTS = lazy.pattern(r"(?:\bfrom|\bimport|\brequire\(|\bimport\()\s*[\"']([^\"'\n]+)[\"']")
_BUILDS_IN = lazy.pattern(r"\b(?:nuxi|nuxt)\s+build\s+(?![-&|;])([\w./-]+)")  # the app in a folder of a theme
_STATIC_PRESET = lazy.pattern(r"preset\s*:\s*[\"'](?:static|github[_-]pages|gitlab[_-]pages)[\"']")
_OTHER_PRESET = lazy.pattern(r"preset\s*:\s*[\"'](?!node)([\w-]+)[\"']")
_NO_SERVER = lazy.pattern(r"\bssr\s*:\s*false")


def of_framework(project: Project, package: Package, row: Framework, begin: Start | None) -> App:
    """What the project's build with ROW makes. UndecidedError if only a platform can run that."""
    special = _SPECIAL.get(row.name)
    if special and (app := special(project, package, row, begin)):
        return app
    return site(project, package, row) if row.kind in ("site", "spa") else server(project, package, row, begin)


def _platform(title: str, adapter: str, instead: str, where: str | None) -> None:
    raise UndecidedError(
        f"{title} builds for {adapter} here, which no container can run",
        where=where,
        hint=f"use {instead} in {where or 'the configuration'}, then run dockgen again",
    )


def _next(project: Project, package: Package, row: Framework, begin: Start | None) -> App | None:
    file = sites.config(project, "next") or ""
    text = re.sub(r"(?<!:)//[^\n]*", "", project.text(file)) if file else ""
    folder = sites.output(project, package, row)
    build = package.scripts.get("build", "")
    if m := re.search(r"\bnext export(?:\s+(?:-o|--outdir)[= ]\s*([\w./-]+))?", build):
        return site(project, package, row, folder=default(m[1] or "out", "where `next export` writes to"), fallback="")
    own = begin if begin and begin.kind == "node" and begin.entry else None  # a server of the project's own
    if m := re.search(r"\boutput\s*:\s*[\"'](standalone|export)[\"']", text):
        evidence = fact(m[1], file, project.line_of(file, m[1]), f"output: {m[1]}")
        if m[1] == "export":
            exported = folder if folder.value != ".next" else default("out", "where Next.js exports to")
            return replace(site(project, package, row, folder=exported, fallback=""), build_env=row.build_env)
        if not own:
            app = server(project, package, row, None)
            return replace(app, start=Fact(("node", "server.js"), evidence.evidence), output=(folder.value,),
                           bundled=True, standalone=True, keep_dev=False)  # fmt: skip
    app = server(project, package, row, begin)
    imports = _IMPORTS.findall(text)
    if any(name in package.dev_dependencies for name in imports):
        app = replace(app, keep_dev=True)  # `next start` reads the configuration, and that needs them
    if not app.output or any(name.startswith(".") for name in imports):
        return replace(app, output=())  # the configuration or the server needs other files of the source
    return replace(app, output=(folder.value,))


def _nuxt(project: Project, package: Package, row: Framework, begin: Start | None) -> App | None:
    build = package.scripts.get("build", "")
    config = project.text(sites.config(project, "nuxt") or "")
    fallback = "/200.html" if _NO_SERVER.search(config) else ""
    if package.major("nuxt") == 2:
        if "generate" in build or re.search(r"\btarget\s*:\s*[\"']static[\"']", config):
            app = site(project, package, row, folder=default("dist", "where `nuxt generate` writes to"),
                       fallback=fallback)  # fmt: skip
            return replace(app, build=fact(("generate",), package.path)) if "generate" in package.scripts else app
        old = replace(row, start=("node", "node_modules/nuxt/bin/nuxt.js", "start"), bundled=False, output=())
        return server(project, package, old, begin)
    if "generate" in build or _STATIC_PRESET.search(config):
        folder = default(".output/public", "where `nuxt generate` writes to")
        return site(project, package, row, folder=folder, fallback=fallback)
    if below := _BUILDS_IN.search(build):
        place = posixpath.normpath(below[1])
        if is_path(place):
            output = f"{place}/{row.output[0]}"
            row = replace(row, start=("node", f"{output}/server/index.mjs"), output=(output,))
    return _nitro(project, package, row, None, config)


def _nitro(
    project: Project, package: Package, row: Framework, begin: Start | None, config: str | None = None
) -> App | None:
    """Nitro's server for Node, whatever the configuration names."""
    if config is None:
        stems = (row.name, "nitro", "app", "vite")
        config = "\n".join(project.text(f) for stem in stems if (f := sites.config(project, stem)))
    if row.name in ("nitro", "solid-start") and _STATIC_PRESET.search(config):
        return site(project, package, row, folder=default(".output/public", "where Nitro writes a site to"))
    env = {**row.build_env}
    if _OTHER_PRESET.search(config):
        env["NITRO_PRESET"] = "node-server"
    custom = begin if begin and begin.entry else None
    return replace(server(project, package, row, custom), build_env=env)


def _tanstack(project: Project, package: Package, row: Framework, begin: Start | None) -> App | None:
    config = project.text(sites.config(project, "vite") or "")
    has_nitro = "nitro" in config or "@tanstack/start" in package.all_dependencies or sites.config(project, "app")
    if has_nitro or (begin and begin.file.startswith(".output/")):
        return _nitro(project, package, row, None)
    if begin:
        return server(project, package, replace(row, bundled=False, output=("dist",)), begin)
    if "cloudflare" in config or "netlify" in config:
        _platform("TanStack Start", "a platform", "the nitro() plugin", sites.config(project, "vite"))
    raise UndecidedError(
        "the build of TanStack Start makes a handler of requests, and nothing here listens with it",
        where=sites.config(project, "vite"),
        hint="add the nitro() plugin to the Vite configuration, or a start script such as `srvx --prod dist/server`",
    )


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
        app = site(project, package, row, folder=sites.output(project, package, row),
                   fallback=f"/{page[1]}" if page else "")  # fmt: skip
        compressed = bool(re.search(r"precompress\s*:\s*true", config))
        return replace(app, serving=replace(app.serving, compressed=compressed)) if app.serving else app
    if adapter == "auto":
        # adapter-auto installs and takes adapter-node on Google Cloud Buildpacks (its adapters.js).
        app = server(project, package, row, begin)
        note = "adapter-auto installs adapter-node at build time; name it in svelte.config.js for builds that repeat"
        return replace(app, build_env={**row.build_env, "GCP_BUILDPACKS": "true"}, warnings=(note,))
    if adapter in frameworks.PLATFORMS:
        _platform("SvelteKit", adapter, "@sveltejs/adapter-node", sites.config(project, "sveltekit"))
    folder = sites.output(project, package, row).value
    if folder != "build":
        row = replace(row, start=("node", f"{folder}/index.js"), output=(folder,))
    return server(project, package, row, begin)


def _astro(project: Project, package: Package, row: Framework, begin: Start | None) -> App | None:
    file = sites.config(project, "astro")
    text = project.text(file) if file else ""
    adapter = re.search(r"[\"']@astrojs/(node|vercel|cloudflare|netlify|deno)(?:/[\w-]+)?[\"']", text)
    if not adapter:
        return site(project, package, row)
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
    custom = begin if begin and begin.kind == "node" else None
    if not custom and re.search(r"mode\s*:\s*[\"']middleware[\"']", text):
        raise UndecidedError(
            "Astro builds a middleware here, and no start script names the server that uses it",
            where=file,
            hint="use mode: 'standalone', or --set start='node server.js'",
        )
    return server(project, package, node, custom)


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
    file = sites.config(project, "react-router")
    config = project.text(file) if file else ""
    m = re.search(r"\bbuildDirectory\s*:\s*[\"'`]([\w./-]+)[\"'`]", config)
    folder = m[1].strip("./") if m else row.output[0]
    if _NO_SERVER.search(config):
        # Where the first page is rendered beforehand, what answers for other paths has another name.
        page = "/__spa-fallback.html" if re.search(r"\bprerender\s*[:(]", config) else "/index.html"
        where = default(f"{folder}/client", "where React Router writes a site to")
        return site(project, package, row, folder=where, fallback=page)
    if "@cloudflare/vite-plugin" in package.all_dependencies or "wrangler" in package.all_dependencies:
        _platform("React Router", "cloudflare", "@react-router/node", sites.config(project, "vite"))
    if folder != row.output[0]:
        row = replace(row, start=(*row.start[:2], f"./{folder}/server/index.js"), output=(folder,))
    return server(project, package, row, begin)


def _remix(project: Project, package: Package, row: Framework, begin: Start | None) -> App | None:
    config = project.text(sites.config(project, "vite") or "")
    if _NO_SERVER.search(config):
        where = default("build/client", "where Remix writes a site to")
        return site(project, package, row, folder=where, fallback="/index.html")
    if "@remix-run/cloudflare" in package.all_dependencies and "@remix-run/node" not in package.all_dependencies:
        _platform("Remix", "cloudflare", "@remix-run/node", sites.config(project, "vite"))
    return server(project, package, row, begin)


def _qwik(project: Project, package: Package, row: Framework, begin: Start | None) -> App | None:
    adapters = {f.split("/")[1] for f in project.below("adapters") if f.count("/") > 1}
    if "static" in adapters:
        return site(project, package, row, folder=default("dist", "where Qwik writes a site to"))
    if begin or adapters & {"express", "fastify", "node-server"}:
        entry = next((a for a in ("express", "fastify", "node-server") if a in adapters), "express")
        return server(project, package, replace(row, start=("node", f"server/entry.{entry}")), begin)
    raise UndecidedError(
        "Qwik City makes no server here: it has no adapter for one",
        where=package.path,
        hint="`npm run qwik add express` (or `static`), then run dockgen again",
    )


def _expo(project: Project, package: Package, row: Framework, begin: Start | None) -> App | None:  # noqa: ARG001
    """The web version; `expo.web.output` says whether it has one page or many."""
    text = project.text("app.json") + "\n".join(project.text(f) for f in ("app.config.js", "app.config.ts"))
    m = re.search(r"[\"']?output[\"']?\s*:\s*[\"'](single|static|server)[\"']", text)
    if m and m[1] == "server":
        _platform("Expo", "a server of its own", 'web.output "static" or "single"', "app.json")
    app = site(project, package, row, fallback="" if m and m[1] == "static" else None)
    build = build_of(project, package)
    if build and "expo export" in package.scripts.get(build.value[0], ""):
        return app
    return replace(app, build=default(row.build, f"the build of {row.title} for the web"))


def nest(project: Project, package: Package, row: Framework) -> App:
    """NestJS without a start script for production: what nest-cli.json and the compiler make of the entry."""
    try:
        data: Any = json.loads(project.text("nest-cli.json") or "{}")
    except (ValueError, RecursionError):
        data = {}
    data = data if isinstance(data, dict) else {}
    root = _text(data.get("sourceRoot")) or "src"
    entry = f"{root}/{_text(data.get('entryFile')) or 'main'}"
    made = "" if '"webpack": true' in project.text("nest-cli.json") else typescript.compiled(
        project, package, f"{entry}.ts")  # fmt: skip
    if data.get("monorepo") is True:
        made = f"dist/{root.removesuffix('/src')}/main.js"
    if not made:
        return server(project, package, row, None)
    return replace(server(project, package, replace(row, start=("node", made)), None), entry=f"{entry}.ts")


def adonis(project: Project, package: Package, row: Framework) -> App:
    """AdonisJS: its build is a folder that stands for itself, except for the dependencies."""
    entry = "bin/server.ts" if project.has("bin/server.ts") else "server.ts"
    made = f"build/{entry.removesuffix('.ts')}.js"
    app = server(project, package, replace(row, start=("node", made)), None)
    return replace(app, entry=entry, writes=("build/tmp",))


def _text(value: object) -> str:
    return value if isinstance(value, str) and re.fullmatch(r"[\w./-]+", value) else ""


_SPECIAL: Mapping[str, Callable[[Project, Package, Framework, Start | None], App | None]] = {
    "analog": _nitro,
    "angular": _angular,
    "astro": _astro,
    "expo": _expo,
    "next": _next,
    "nitro": _nitro,
    "nuxt": _nuxt,
    "qwik": _qwik,
    "react-router": _react_router,
    "remix": _remix,
    "solid-start": _nitro,
    "sveltekit": _sveltekit,
    "tanstack-start": _tanstack,
}
# Frameworks of servers whose build says what starts, where no script does.
SERVERS: Mapping[str, Callable[[Project, Package, Framework], App]] = {"adonis": adonis, "nest": nest}
