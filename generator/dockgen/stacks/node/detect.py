"""Put together what is known about a Node project."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import nginx, releases, support
from dockgen.about import description, image_name, licence, web_address
from dockgen.errors import Open, UndecidedError
from dockgen.facts import About, Evidence, Fact, Facts, assumed, default
from dockgen.stacks import workspaces
from dockgen.stacks.node import app as apps
from dockgen.stacks.node import (
    buildenv,
    ceilings,
    closure,
    conventions,
    filed,
    frameworks,
    lifecycle,
    managers,
    missing,
    native,
    package,
    registries,
    required,
    runtime,
    schema,
    source,
    statements,
    storage,
)
from dockgen.stacks.node.claim import PLAIN_FILES
from dockgen.stacks.node.model import App, NodeFacts
from dockgen.values import is_plain, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.project import Project
    from dockgen.settings import Settings
    from dockgen.stacks.node.development import Development
    from dockgen.stacks.node.managers import ManagerFacts
    from dockgen.stacks.node.package import Package
    from dockgen.stacks.node.runtime import Chosen
    from dockgen.stacks.node.served import Fronts


def detect(project: Project, stack: Fact[str], settings: Settings) -> Facts:
    """The facts about a Node project. UndecidedError if it is a library or a workspace of several apps."""
    manifest = package.read(project)
    asked = settings.get("framework")
    members = workspaces.node_members(project)
    whole, root = closure.root_of(project, manifest)
    shared = closure.read(project, manifest, root)
    _require_own(project, manifest, members)
    app = _app(project, manifest, settings, asked.value if asked else None, members)
    given = settings.get("manager")
    manager = managers.detect(whole, root, given.value if given else None)
    installed = closure.merged(shared, manifest) if shared else manifest
    limits = runtime.bounds(installed, manager)
    says = (project, manifest) if not shared or statements.says(project, manifest) else (whole, root)
    node = runtime.detect(*says, settings.get("version"), limits)
    found = app.source or (
        source.SourceFacts() if app.kind.value in ("static", "cli") else source.read(project, app.entry)
    )
    notes: list[str] = []
    agent = registries.over_ssh(project, manifest) or registries.over_ssh(whole, root)
    alone = settings.wants_front_end and not shared
    fronts = _front_ends(project, manifest, app, found, members) if alone else None
    if fronts:
        app = replace(app, build=fronts.build)
    kept = storage.arrange(project, app, found.state, shared.path if shared else "")
    beside = [whole.within(f) for f in shared.needed if f != shared.path] if shared else []
    wanted = buildenv.find(project, manifest, app, kept.env, beside)
    texts = [project.text(f) for f in found.files]
    tables = schema.find(project, manifest, app, texts)
    fixed = frozenset({*kept.env, *app.env, *wanted.arguments, found.port_variable, found.host_variable})
    if app.migrates and not tables:
        notes.append(
            f"the start script runs `{app.migrates}` first: run that as a step of its own before the app starts"
        )
    path = found.health or _framework_answers(project, app)
    ships = (not app.bundled and app.kind.value != "static") or bool(tables)
    natives = native.detect(installed, manager.resolved, ships=ships, alone=not shared, by_key=bool(agent))
    return Facts(
        about=_about(project, manifest),
        stack=stack,
        kind=app.kind,
        version=node.version,
        manager=manager.name,
        framework=app.framework,
        build=app.build,
        start=app.start,
        port=_port(app, found),
        health=path if app.kind.value == "web" else None,
        warnings=(
            *app.warnings,
            *_reach(app, found),
            *_missing(project, app, found, fixed),
            *manager.warnings,
            *(w for f in (fronts.builds if fronts else ()) for w in f.warnings),
            *node.warnings,
            *support.of_packages("npm", _versions(project, manifest, manager)),
            *natives.notes,
            *notes,
            *wanted.warnings,
            *project.notes,
        ),
        ended=(
            *((node.ended,) if node.ended else ()),
            *(f.ended for f in (fronts.builds if fronts else ()) if f.ended),
        ),
        detail=NodeFacts(
            package=installed,
            manager=manager,
            said=node.said.value,
            app=app,
            source=found,
            lifecycle=lifecycle.detect(
                whole, root, manager.config, builds=bool(app.build), needless=fronts.needless if fronts else ()
            ),
            native=natives,
            files=closure.top(whole),
            secrets=(*manager.config.secrets, *((agent,) if agent else ())),
            build_env=wanted,
            required=required.find(project, app, texts, fixed),
            schema=tables,
            members=members,
            storage=kept,
            shared=shared,
            fronts=fronts.builds if fronts else (),
            front_folders=fronts.own if fronts else (),
            development=_development(project, manifest, app, settings),
        ),
    )


def _development(project: Project, manifest: Package, app: App, settings: Settings) -> Development | None:
    if settings.choice("dev") != "yes":
        return None
    from dockgen.stacks.node import development  # noqa: PLC0415  (start-up time: only where it is asked for)

    return development.find(project, manifest, app)


def _framework_answers(project: Project, app: App) -> Fact[str] | None:
    """The health path that the app's framework answers by itself, or makes of a file."""
    row = frameworks.by_name(app.framework.value) if app.framework else None
    if row and row.health:
        return default(row.health, f"{row.title} answers it")
    return filed.route(project, row.name) if row and not app.entry else None


def _front_ends(
    project: Project, manifest: Package, app: App, found: source.SourceFacts, members: tuple[str, ...]
) -> Fronts | None:
    """The front-ends that the app sends out, in folders of their own or built by a script with an unusual name."""
    builds = app.build is None and any("build" in name for name in manifest.scripts)
    if app.kind.value != "web" or not found.files or not (builds or any(project.ending("/package.json"))):
        return None
    from dockgen.stacks.node import served  # noqa: PLC0415  (start-up time: few apps have one)

    return served.find(project, manifest, app, found.files, members)


def _app(project: Project, manifest: Package, settings: Settings, asked: str | None, members: tuple[str, ...]) -> App:
    given = settings.get("start")
    try:
        return apps.find(project, manifest, asked)
    except UndecidedError:
        if given and given.value:
            argv = words(given.value, "start command")
            entry = next(
                (e for w in argv[1:] if not w.startswith("-") and is_plain(w) and (e := source.entry(project, w))), None
            )
            port = settings.get("port")
            listens = bool(port and port.value) or bool(entry and source.read(project, entry).listens)
            return App(
                kind=default("web" if listens else "worker", "the start command was given"),
                start=Fact(argv, (Evidence(note=given.reason),)),
                build=conventions.build_of(project, manifest),
                entry=entry,
                port=3000 if listens else None,
            )
        if members:
            raise _several(members) from None
        if not project.has(package.MANIFEST):
            raise _nothing(project) from None
        raise


def _require_own(project: Project, manifest: Package, members: tuple[str, ...]) -> None:
    """UndecidedError if dependencies are packages of a workspace whose root lies above this folder."""
    above = [n for n, spec in manifest.all_dependencies.items() if spec.startswith(("workspace:", "catalog:"))]
    if above and not members and not project.workspace and not workspaces.declarations(project):
        raise UndecidedError(
            f"{', '.join(above[:4])} can only be installed from the root of the workspace that this package belongs to",
            where=manifest.path,
            hint="its root is not above this folder, or does not name it: run dockgen where the whole workspace is",
        )


def _several(members: tuple[str, ...]) -> UndecidedError:
    listed = ", ".join(p.rpartition("/")[0] for p in members[:12])
    return UndecidedError(
        f"this is a workspace of several packages, and its root starts none of them\n  found: {listed}",
        hint="none of its packages is an app; libraries need no image",
    )


def _nothing(project: Project) -> UndecidedError:
    files = ", ".join(f for f in PLAIN_FILES if project.has(f))
    return UndecidedError(
        "there is no package.json, and no file that listens for connections",
        where=files.split(", ")[0] or None,
        hint="say how the app starts: --set start='node server.js'",
        open=Open(key="start", example="node server.js"),
    )


def _port(app: App, found: source.SourceFacts) -> Fact[int] | None:
    """The start's own option, the source, the framework; a static site is served by nginx."""
    if app.kind.value == "static":
        return default(nginx.PORT, "nginx-unprivileged listens on it")
    if app.kind.value != "web":
        return None
    if app.start and (option := conventions.port_option(app.start.value)):
        return Fact(option, app.start.evidence)
    given = app.env.get("PORT", "")
    if given.isdigit() and 0 < int(given) < 65536 and app.start:
        return Fact(int(given), app.start.evidence)
    if found.port:
        return found.port
    told = default if app.reads_port else assumed
    return told(app.port or 3000, f"{app.title or 'Node'} usually listens on it")


def _reach(app: App, found: source.SourceFacts) -> tuple[str, ...]:
    """A warning if the app cannot be reached from outside its container."""
    if app.kind.value != "web":
        return ()
    if found.loopback and not found.host_variable:
        return (
            f"{found.loopback} listens on loopback, out of reach for everything outside the container: use 0.0.0.0",
        )
    is_fastify = app.framework is not None and app.framework.value == "fastify"
    if is_fastify and app.entry and not found.binds_all and not found.host_variable:
        return ("Fastify listens on localhost unless it is told otherwise: listen({ port, host: '0.0.0.0' })",)
    return ()


def _missing(project: Project, app: App, found: source.SourceFacts, known: frozenset[str]) -> tuple[str, ...]:
    return tuple(missing.warnings(project, found.files, known)) if app.kind.value in ("web", "worker") else ()


def _about(project: Project, manifest: Package) -> About:
    return About(
        name=image_name(manifest.name or project.name),
        description=description(project, manifest.description),
        source=web_address(manifest.repository) if manifest.repository else "",
        licence=licence(project, manifest.licence),
    )


def toolchain(
    project: Project, manifest: Package, above: Project, scripts: tuple[str, ...]
) -> tuple[NodeFacts, Chosen, tuple[str, ...]]:
    """What it takes to install a package whose files another program serves and to run SCRIPTS; its Node; warnings.

    What a package does not say of its Node is said for the whole project, of which ABOVE is the view.
    """
    whole, root = closure.root_of(project, manifest)
    shared = closure.read(project, manifest, root)
    manager = managers.detect(whole, root)
    says = project if statements.says(project, manifest) else above
    installed = closure.merged(shared, manifest) if shared else manifest
    node = runtime.detect(says, manifest, None, runtime.bounds(installed, manager))
    agent = registries.over_ssh(project, manifest) or registries.over_ssh(whole, root)
    row = frameworks.match(frameworks.META + frameworks.SPAS, manifest)
    app = App(
        kind=default("static", "another program serves it"),
        framework=conventions.told_by(project, manifest, row) if row else None,
        title=row.title if row else "",
        build=default(scripts, "what makes the files") if scripts else None,
        bundled=True,
        build_env=row.build_env if row else {},
        caches=row.caches if row else (),
    )
    wanted = buildenv.find(project, manifest, app)
    facts = NodeFacts(
        package=installed,
        manager=manager,
        said=node.said.value,
        app=app,
        source=source.SourceFacts(),
        lifecycle=lifecycle.detect(whole, root, manager.config, builds=True),
        native=native.detect(installed, manager.resolved, ships=False, alone=not shared, by_key=bool(agent)),
        files=closure.top(whole),
        secrets=(*manager.config.secrets, *((agent,) if agent else ())),
        build_env=wanted,
        storage=storage.Storage(env={}),
        members=workspaces.node_members(project),
        shared=shared,
    )
    ends = support.of_packages("npm", _versions(project, manifest, manager))
    return facts, node, (*manager.warnings, *node.warnings, *ends, *wanted.warnings)


def _versions(project: Project, manifest: Package, manager: ManagerFacts) -> Iterator[tuple[str, str, Evidence]]:
    """The frameworks that package.json asks for, with the version that the lock file or else the range brings."""
    asked = {**manifest.dev_dependencies, **manifest.dependencies}
    for name in sorted(releases.packages("npm").keys() & asked.keys()):
        version = manager.resolved.version(name) or ceilings.newest(asked[name])
        yield name, version, Evidence(manifest.path, project.line_of(manifest.path, f'"{name}":'))
