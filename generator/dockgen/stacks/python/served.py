"""App objects that are pointed at: under a WSGI or ASGI server, by Celery, or run with the server they bring along."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.facts import Evidence, Fact, Rejected
from dockgen.lines import line_at
from dockgen.stacks.python import ending, servers
from dockgen.stacks.python.code import App
from dockgen.stacks.python.frameworks import FRAMEWORKS, PORT_VARIABLES, Framework
from dockgen.stacks.python.imports import module_name, placed, roots_of
from dockgen.stacks.python.model import Entry, Lost
from dockgen.stacks.python.ports import (
    OUTWARD,
    inward,
    named,
    outward,
    port_environment,
    port_of,
    served_port,
    unprivileged,
)
from dockgen.stacks.python.ranges import key

if TYPE_CHECKING:
    from dockgen.project import Project
    from dockgen.stacks.python.code import Code
    from dockgen.stacks.python.model import Known


def django(project: Project, known: Known, manage: str) -> Entry | None:
    """The `application` in Django's wsgi.py or asgi.py: the one that a command names, else by what is installed."""
    asgi = known.has("channels") or (known.has("uvicorn") and not known.has("gunicorn")) or known.has("daphne")
    order = ("asgi.py", "wsgi.py") if asgi else ("wsgi.py", "asgi.py")
    beside = manage.rpartition("/")[0]
    files = [f for name in order for f in project.ending(f"/{name}") if "application" in project.text(f)]
    files.sort(key=lambda f: not (known.starts(f) and not asgi))
    files.sort(key=lambda f: bool(beside) and not f.startswith(f"{beside}/"))
    if not files:
        return None
    path = files[0]
    framework = FRAMEWORKS["channels" if path.endswith("asgi.py") else "django"]
    app = App(path=path, name="application", line=project.line_of(path, "application") or 1, framework=framework)
    roots = (path.rpartition("/")[0].rpartition("/")[0],)
    return replace(_under_server(project, known, app, roots, ()), framework=FRAMEWORKS["django"])


def serve(project: Project, code: Code, known: Known, apps: list[App]) -> Entry:
    """The first of APPS, the likeliest first, served as its framework wants."""
    app, *others = apps
    roots = roots_of(project, code.module(app.path))
    rejected: Lost = tuple(
        Rejected((target(o, roots[0]),), Evidence(o.path, o.line, o.framework.name))
        for o in others
        if not roots[0] or o.path.startswith(f"{roots[0]}/")
    )
    if app.framework.serve == "run":
        return _run(project, code, app, rejected)
    return _under_server(project, known, app, roots, rejected)


def target(app: App, root: str) -> str:
    """`module:name` of an app object when ROOT is on Python's path."""
    return f"{module_name(app.path, root)}:{app.name}"


def answered(framework: Framework) -> Fact[str] | None:
    """The health route that the framework itself answers."""
    return Fact(framework.health, (Evidence(note=f"{framework.name} answers it"),)) if framework.health else None


def _under_server(project: Project, known: Known, app: App, roots: tuple[str, ...], rejected: Lost) -> Entry:
    """The app object under a server that listens outward."""
    framework = app.framework
    port, variable = served_port(project, known, app.path, framework)
    port = unprivileged(port, f"{port.value} needs privileges; 8000 does not")
    server, added = servers.choose(framework.serve, known, factory=app.is_factory)
    argv = server_command(
        server, target(app, roots[0]), port.value, known, protocol=framework.serve, factory=app.is_factory
    )
    made = f"{app.name}() makes a {framework.name} app" if app.is_factory else f"{app.name} = {framework.name} app"
    workdir, python_path = placed(roots)
    return Entry(
        start=Fact(argv, (Evidence(app.path, app.line, made), *_seen(known, app)), rejected),
        kind="web",
        framework=framework,
        port=port,
        health=answered(framework),
        env=framework.env + (port_environment(port, variable) if variable == "PORT" else ()),
        workdir=workdir,
        python_path=python_path,
        server=added,
        stops_at=servers.stops_at(server),
        warnings=(f"{servers.told_added(added, known)} to serve {framework.name}",) if added else (),
    )


def _seen(known: Known, app: App) -> tuple[Evidence, ...]:
    line = known.starts(app.path, app.name)
    return (line.evidence,) if line else ()


def server_command(
    server: str, target: str, port: int, known: Known, *, protocol: str, factory: bool = False
) -> tuple[str, ...]:
    """The argv that serves TARGET (`module:name`) on every address at PORT."""
    call = f"{target}()" if factory else target
    flag = ("--factory",) if factory else ()
    match server:
        case "gunicorn":
            return ("gunicorn", call, f"--bind={OUTWARD}:{port}", *gunicorn_extras(known))
        case "waitress":
            return ("waitress-serve", f"--listen={OUTWARD}:{port}", *(("--call",) if factory else ()), target)
        case "hypercorn":
            return ("hypercorn", call, f"--bind={OUTWARD}:{port}")
        case "granian":
            return ("granian", f"--interface={protocol}", f"--host={OUTWARD}", f"--port={port}", *flag, target)
        case "daphne":
            return ("daphne", f"--bind={OUTWARD}", f"--port={port}", target)
        case "sanic":
            return ("sanic", target, *flag, f"--host={OUTWARD}", f"--port={port}", "--single-process")
    return ("uvicorn", target, *flag, f"--host={OUTWARD}", f"--port={port}")


def gunicorn_extras(known: Known) -> tuple[str, ...]:
    """What gunicorn needs on a read-only root: heartbeats in memory and, from 25.1 on, no control socket."""
    version = known.packages.get("gunicorn", "")
    threads = ("--worker-class=gthread", "--threads=100") if known.has("flask-socketio") else ()
    modern = key(version) >= (25, 1) if version else key(known.python) >= (3, 10)
    quiet = ("--no-control-socket",) if modern else ()
    return (*threads, "--worker-tmp-dir=/dev/shm", *quiet, "--access-logfile=-")


_STARTS_ITSELF = lazy.pattern(r"\b(run_app|run_server|\.run|\.start|\.listen|\.launch|serve)\(")


def _run(project: Project, code: Code, app: App, rejected: Lost) -> Entry:
    """A framework that brings its own server: the file that starts it is run."""
    path, framework = app.path, app.framework
    line = app.line
    if not _STARTS_ITSELF.search(project.text(path)):
        for other in code.paths:
            start = _STARTS_ITSELF.search(project.text(other))
            if start and (module := code.module(other)) and module.is_script:
                path, line = other, line_at(project.text(other), start.start())
                break
    port, variable = port_of(project, path, framework)
    if not port.evidence[0].path and (found := named(code, path)):
        number, variable, place = found
        port = Fact(number, (place,))
    files = code.reachable([path])
    hosts, stops = outward(code, files), ending.of(code, files, framework)
    evidence = Evidence(path, line, f"{framework.name} starts its own server")
    return Entry(
        start=Fact(("python", path), (evidence,), rejected),
        kind="web",
        framework=framework,
        port=port,
        port_variable=variable or PORT_VARIABLES.get(framework.name, ""),
        env=framework.env + hosts + port_environment(port, variable or PORT_VARIABLES.get(framework.name, "")),
        stops_at=stops.value,
        stops_why=stops.why,
        warnings=() if hosts else inward(project, path),
    )
