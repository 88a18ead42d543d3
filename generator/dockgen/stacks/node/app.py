"""Decide what of a project runs: a site, a framework's server, a start script, a program, or nothing at all."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen.errors import UndecidedError
from dockgen.facts import Evidence, Fact, default, fact
from dockgen.stacks.node import frameworks, programs, sites, source, start, typescript
from dockgen.stacks.node.model import App

if TYPE_CHECKING:
    from dockgen.project import Project
    from dockgen.stacks.node.frameworks import Framework
    from dockgen.stacks.node.package import Package
    from dockgen.stacks.node.start import Start

# Documentation tools that often stand beside an app rather than being it.
DOCUMENTATION = frozenset({"vitepress", "vuepress", "docusaurus", "slidev", "rspress", "eleventy", "gatsby", "hexo"})
BUILD_SCRIPTS = ("build", "build:prod", "build:production", "compile", "prod:build")


def find(project: Project, package: Package, asked: str | None = None) -> App:
    """The app. UndecidedError if there is nothing to run."""
    refuse(project, package)
    begin = start.find(project, package)
    meta = frameworks.by_name(asked) if asked else frameworks.match(frameworks.META, package)
    runs = bool(begin and begin.kind in ("node", "bun", "program", "typescript"))
    if meta and not (meta.name in DOCUMENTATION and runs):
        return _of_framework(project, package, meta, begin if runs else None)
    if begin and runs and not _is_program(package, begin):
        return _of_start(project, package, begin)
    if (spa := frameworks.match(frameworks.SPAS, package)) and _is_site(project, package, spa):
        return _site(project, package, spa)
    if (
        begin
        and begin.kind == "development"
        and (nest := frameworks.match(frameworks.SERVERS[:3], package))
        and nest.start
    ):
        return _server(project, package, nest, None)
    if package.bins:
        return _program(project, package, begin)
    hint = start.development_entry(project, package)
    if usual := (hint if hint and hint.kind == "bun" else None) or start.usual_file(project, package) or hint:
        return _of_start(project, package, usual)
    raise UndecidedError(
        "package.json names nothing that can be run"
        f"\n  looked for: a start script, a framework, bin, main, {', '.join(start.FILES[:4])}.js"
        f"\n  found: {_found(package)}",
        where=package.path,
        hint="a library needs no image; else say how it starts: --set start='node src/server.js'",
    )


def _found(package: Package) -> str:
    names = ", ".join(package.scripts) or "no scripts"
    return f"scripts {names}"[:200]


def refuse(project: Project, package: Package) -> None:
    """UndecidedError for what is made of Node but is no program to run in a container."""
    action = project.first("action.yml", "action.yaml")
    if action and re.search(r"^\s+using:\s*[\"']?node", project.text(action), re.MULTILINE):
        raise UndecidedError("this is a GitHub Action: GitHub runs it, it is not run as a container", where=action)
    if package.contributes:
        raise UndecidedError("this is an extension of Visual Studio Code: the editor runs it", where=package.path)
    for name, what in frameworks.NOT_SERVED:
        starts = any(name in s for s in package.scripts.values()) or name in package.dependencies
        has_server = frameworks.match(frameworks.SERVERS, package)
        if (
            name in package.all_dependencies
            and starts
            and not has_server
            and "react-native-web" not in package.dependencies
        ):
            raise UndecidedError(f"this is {what}: it does not run in a container", where=package.path)


def _is_program(package: Package, begin: Start) -> bool:
    """True if the start script merely runs the program that `bin` names, without any server."""
    bins = {posixpath.normpath(b) for b in package.bins.values()}
    return begin.file in bins and not begin.argv[2:] and not frameworks.match(frameworks.SERVERS, package)


def build_of(project: Project, package: Package, framework: Framework | None = None) -> Fact[tuple[str, ...]] | None:
    """The build: a script by its name ("build"), else the framework's own command."""
    for name in BUILD_SCRIPTS:
        if package.scripts.get(name, "").strip() and not re.match(
            r"echo\b[^&|;]*$|exit 0$|true$", package.scripts[name]
        ):
            return fact(
                (name,),
                package.path,
                project.line_of(package.path, f'"{name}"'),
                f"scripts.{name}: {package.scripts[name]}",
            )
    if framework and framework.build:
        return default(framework.build, f"the build of {framework.title}")
    return None


def _framework_fact(project: Project, package: Package, row: Framework) -> Fact[str]:
    name = frameworks.dependency(row, package)
    return fact(row.name, package.path, project.line_of(package.path, f'"{name}"'), f"depends on {name}")


def _is_site(project: Project, package: Package, spa: Framework) -> bool:
    if not build_of(project, package, spa):
        return False
    if spa.name in ("vite", "webpack", "parcel", "rsbuild"):
        pages = [
            f
            for f in project.ending("index.html", "index.pug", "index.ejs")
            if f.count("/") <= 2 and not f.startswith(("docs/", "test"))
        ]
        return bool(pages) or "html-webpack-plugin" in package.all_dependencies or spa.name == "rsbuild"
    return True


def _site(project: Project, package: Package, row: Framework, *, folder: Fact[str] | None = None) -> App:
    """Files that the build makes and nginx serves."""
    output = folder or sites.output(project, package, row)
    env = dict(row.build_env)
    if row.name == "create-react-app":
        env["PUBLIC_URL"] = "/"
        if (package.major("react-scripts") or 5) < 5:
            env["NODE_OPTIONS"] = "--openssl-legacy-provider"
    if row.name == "vue-cli" and (package.major("@vue/cli-service") or 5) < 5:
        env["NODE_OPTIONS"] = "--openssl-legacy-provider"
    if row.name == "webpack" and (package.major("webpack") or 5) < 5:
        env["NODE_OPTIONS"] = "--openssl-legacy-provider"
    return App(
        kind=default("static", f"{row.title} makes files that a web server serves"),
        framework=_framework_fact(project, package, row),
        title=row.title,
        build=build_of(project, package, row),
        output=(output.value,),
        bundled=True,
        build_env=env,
        caches=row.caches,
        fallback="/index.html" if row.kind == "spa" else "",
    )


def _of_framework(project: Project, package: Package, row: Framework, begin: Start | None) -> App:
    special = {"next": _next, "nuxt": _nuxt, "sveltekit": _sveltekit, "astro": _astro, "angular": _angular,
               "react-router": _react_router}.get(row.name)  # fmt: skip
    if special and (app := special(project, package, row, begin)):
        return app
    return _site(project, package, row) if row.kind in ("site", "spa") else _server(project, package, row, begin)


def _server(project: Project, package: Package, row: Framework, begin: Start | None) -> App:
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
        framework=_framework_fact(project, package, row),
        title=row.title,
        start=Fact(argv, (evidence,)),
        build=build_of(project, package, row),
        output=() if own and not row.bundled and not _is_output(project, row, custom) else row.output,
        bundled=row.bundled,
        keep_dev=bool(needs) and needs not in package.shipped,
        port=_port_option(argv) or row.port,
        reads_port=row.reads_port and not _port_option(argv),
        stops=row.stops and not own,
        entry=custom.entry if custom and own else None,
        env={**row.env, **(_plain_env(custom.env) if custom else {})},
        build_env=row.build_env,
        caches=row.caches,
        built=True,
    )


def _is_output(project: Project, row: Framework, begin: Start | None) -> bool:
    """True if BEGIN runs a file that the framework's build makes."""
    return bool(begin and begin.file and any(begin.file == o or begin.file.startswith(f"{o}/") for o in row.output))


def _package_of(path: str) -> str:
    parts = path.removeprefix("node_modules/").split("/")
    return "/".join(parts[:2]) if parts[0].startswith("@") else parts[0]


def _port_option(argv: tuple[str, ...]) -> int | None:
    """The port in `-p 8080`, `--port=8080` and the like."""
    m = re.search(r"(?:^|\s)(?:-p|--port|-l|--listen)[= ](?:tcp://[\w.]+:)?(\d{2,5})(?:\s|$)", " ".join(argv))
    return int(m[1]) if m and 0 < int(m[1]) < 65536 else None


def _plain_env(env: object) -> dict[str, str]:
    """Assignments of a start script that can stand in ENV: no expansions, nothing secret."""
    if not isinstance(env, dict):
        return {}
    return {
        k: v for k, v in env.items()
        if "$" not in v and "`" not in v and k != "NODE_ENV" and not re.search(r"SECRET|TOKEN|PASSWORD|PASSWD|API_?KEY|CREDENTIAL|PRIVATE|USERNAME", k, re.IGNORECASE)
    }  # fmt: skip


def _next(project: Project, package: Package, row: Framework, begin: Start | None) -> App | None:
    file = sites.config(project, "next") or ""
    text = re.sub(r"(?<!:)//[^\n]*", "", project.text(file)) if file else ""
    if m := re.search(r"\boutput\s*:\s*[\"'](standalone|export)[\"']", text):
        evidence = fact(m[1], file, project.line_of(file, m[1]), f"output: {m[1]}")
        if m[1] == "export":
            folder = default("out", "where Next.js exports to")
            return replace(_site(project, package, row, folder=folder), build_env=row.build_env, fallback="")
        app = _server(project, package, row, None)
        return replace(
            app, start=Fact(("node", "server.js"), evidence.evidence), bundled=True, standalone=True, keep_dev=False
        )
    app = _server(project, package, row, begin)
    return replace(app, output=(sites.output(project, package, row).value,)) if app.output else app


def _nuxt(project: Project, package: Package, row: Framework, begin: Start | None) -> App | None:  # noqa: ARG001
    build = package.scripts.get("build", "")
    config = project.text(sites.config(project, "nuxt") or "")
    if "generate" in build or re.search(r"preset\s*:\s*[\"'](?:static|github_pages|github-pages)[\"']", config):
        return _site(project, package, row, folder=default(".output/public", "where `nuxt generate` writes to"))
    env = {**row.build_env}
    if re.search(r"preset\s*:\s*[\"'](?!node)[\w-]+[\"']", config):
        env["NITRO_PRESET"] = "node-server"
    return replace(_server(project, package, row, None), build_env=env)


def _sveltekit(project: Project, package: Package, row: Framework, begin: Start | None) -> App | None:
    config = project.text(sites.config(project, "sveltekit") or "")
    m = re.search(r"@sveltejs/adapter-([\w-]+)", config) or re.search(
        r"@sveltejs/adapter-([\w-]+)", " ".join(package.all_dependencies)
    )
    adapter = m[1] if m else "auto"
    if adapter == "static":
        page = re.search(r"fallback\s*:\s*[\"']([\w.-]+)[\"']", config)
        app = _site(project, package, row, folder=sites.output(project, package, row))
        return replace(app, fallback=f"/{page[1]}" if page else "")
    if adapter == "auto":
        # adapter-auto picks adapter-node on Google Cloud Buildpacks (kit/packages/adapter-auto/adapters.js) and installs it.
        app = _server(project, package, row, begin)
        note = "adapter-auto installs adapter-node during the build; name adapter-node in svelte.config.js for builds that repeat"
        return replace(app, build_env={**row.build_env, "GCP_BUILDPACKS": "true"}, warnings=(note,))
    if adapter in frameworks.PLATFORMS:
        _platform("SvelteKit", adapter, "@sveltejs/adapter-node", sites.config(project, "sveltekit"))
    return _server(project, package, row, begin)


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
        return replace(_site(project, package, row), fallback="")
    if adapter[1] != "node":
        if re.search(r"output\s*:\s*[\"'](?:server|hybrid)[\"']", text):
            _platform("Astro", adapter[1], "@astrojs/node", file)
        return _site(project, package, row)
    folder = sites.output(project, package, row).value
    server = replace(row, kind="server", start=("node", f"./{folder}/server/entry.mjs"), output=(folder,), reads_port=True,
                     env={"HOST": "0.0.0.0", "ASTRO_TELEMETRY_DISABLED": "1"})  # fmt: skip
    return _server(project, package, server, begin if begin and begin.kind == "node" else None)


def _angular(project: Project, package: Package, row: Framework, begin: Start | None) -> App | None:
    if not sites.has_server(project):
        return None
    output = sites.output(project, package, row).value
    base = output.removesuffix("/browser")
    script = next((s for name, s in package.scripts.items() if name.startswith("serve:ssr")), "")
    words = tuple(script.split()) if script.startswith("node ") else ("node", f"{base}/server/server.mjs")
    server = replace(row, kind="server", start=words, output=(base,), bundled=True, port=4000, reads_port=True)
    return _server(project, package, server, None)


def _react_router(project: Project, package: Package, row: Framework, begin: Start | None) -> App | None:
    config = project.text(sites.config(project, "react-router") or "")
    if re.search(r"\bssr\s*:\s*false", config):
        return replace(
            _site(project, package, row, folder=default("build/client", "where React Router writes a site to")),
            fallback="/index.html",
        )
    if "@cloudflare/vite-plugin" in package.all_dependencies or "wrangler" in package.all_dependencies:
        _platform("React Router", "cloudflare", "@react-router/node", sites.config(project, "vite"))
    return _server(project, package, row, begin)


def _of_start(project: Project, package: Package, begin: Start) -> App:
    """An app that its start script (or its entry file) describes."""
    row = frameworks.match(frameworks.SERVERS, package)
    worker = frameworks.match(frameworks.WORKERS, package)
    facts = source.read(project, begin.entry) if begin.entry else source.SourceFacts()
    port = _port_option(begin.argv)
    is_web = facts.listens or bool(port) or bool(row and row.kind == "server" and not (worker and begin.entry))
    named = row if is_web else worker or row
    build = build_of(project, package, row if row and row.name == "nest" else None)
    warnings = []
    built = bool(begin.kind == "node" and begin.file and not _exists(project, begin.file))
    if built and not build and "typescript" in package.all_dependencies and project.has("tsconfig.json"):
        build = default(("tsc",), "TypeScript without a build script")
    pre = tuple(dict.fromkeys(c.script or " ".join(c.argv) for c in begin.before if not _is_migration(c.argv)))
    migrations = [" ".join(c.argv) for c in begin.before if _is_migration(c.argv)]
    if migrations:
        warnings.append(
            f"the start script runs `{migrations[0]}` first: run that as a step of its own before the app starts"
        )
    if not build and pre and (runnable := [p for p in pre if p in package.scripts]):
        build = fact((runnable[0],), begin.evidence.path, begin.evidence.line, "runs before the app starts")
    if begin.kind == "typescript":
        warnings.append(
            "the app starts from TypeScript sources, so development dependencies go into the image; a build step would make it smaller"
        )
    return App(
        kind=_kind(begin, facts, named, is_web=is_web),
        framework=_framework_fact(project, package, named) if named else None,
        title=named.title if named else "",
        start=Fact(begin.argv, (begin.evidence,)),
        build=build,
        output=_outputs(project, package, begin) if built else (),
        keep_dev=begin.kind == "typescript" or (bool(begin.needs) and begin.needs not in package.shipped),
        folder=begin.folder,
        port=(port or (named.port if named else None) or 3000) if is_web else None,
        reads_port=bool(named and named.reads_port and is_web),
        entry=begin.entry,
        env={**(named.env if named else {}), **_plain_env(dict(begin.env))},
        built=built,
        warnings=tuple(warnings),
    )


def _kind(begin: Start, facts: source.SourceFacts, row: Framework | None, *, is_web: bool) -> Fact[str]:
    if is_web and facts.listens:
        return Fact("web", (Evidence(begin.entry or "", None, "listens for connections"),))
    if is_web:
        return default("web", f"{row.title} serves HTTP" if row else "the start command names a port")
    return default("worker", f"{row.title}: listens on no port" if row else "nothing in the source listens on a port")


def _exists(project: Project, file: str) -> bool:
    return project.first(file, f"{file}.js", f"{file}.mjs", f"{file}.cjs", f"{file}/index.js") is not None


def _is_migration(argv: tuple[str, ...]) -> bool:
    return programs.kind(argv) == "step" and argv[0] in programs.MIGRATIONS and "generate" not in argv


def _outputs(project: Project, package: Package, begin: Start) -> tuple[str, ...]:
    """The folder that the build makes and the start file lies in; nothing if a second build puts something elsewhere."""
    out = typescript.out_folder(project)
    top = out if out and begin.file.startswith(f"{out}/") else begin.file.split("/")[0]
    if frameworks.match(frameworks.SPAS, package) or "/" not in begin.file or project.has_folder(top):
        return ()
    return (top,)


def _program(project: Project, package: Package, begin: Start | None) -> App:
    """A command line program: the entry of `bin` under the package's own name, else the first."""
    short = package.name.rpartition("/")[2]
    name = short if short in package.bins else next(iter(package.bins))
    file = posixpath.normpath(package.bins[name])
    built = not _exists(project, file)
    entry = source.entry(project, file)
    build = build_of(project, package)
    if built and not build and not entry:
        raise UndecidedError(
            f"bin names {file}, which is neither there nor made by a build script",
            where=package.path,
            hint="--set build='…' or --set start='node …'",
        )
    top = file.split("/")[0]
    return App(
        kind=fact("cli", package.path, project.line_of(package.path, '"bin"'), f"bin: {name}"),
        title="command line program",
        start=fact(("node", file), package.path, project.line_of(package.path, '"bin"'), f"bin: {name}"),
        build=(build or default(("tsc",), "TypeScript without a build script")) if built else None,
        output=(top,) if built and "/" in file else (),
        entry=entry,
        built=built,
        env=_plain_env(dict(begin.env)) if begin else {},
    )
