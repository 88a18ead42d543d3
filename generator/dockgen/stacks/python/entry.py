"""Decide how a Python app starts in production: which object or file, under which server, on which port."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dockgen.facts import Evidence, Fact, Rejected
from dockgen.stacks.python.code import App, Code, import_roots, module_name, port_in
from dockgen.stacks.python.frameworks import ADDED, BOTS, BRINGS, FRAMEWORKS, SERVERS, Framework, added_version
from dockgen.stacks.python.versions import key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockgen.project import Project
    from dockgen.stacks.python.manifests import Script

# File names that hold the app of a service, the likeliest first (detection.md §1.2.4).
NAMES = ("main", "app", "wsgi", "asgi", "server", "run", "api", "application", "autoapp", "__init__", "index", "web")
SCRIPT_NAMES = (
    "main",
    "app",
    "server",
    "run",
    "start",
    "bot",
    "__main__",
    "cli",
    "worker",
    "application",
    "index",
    "web",
)
OUTWARD = "0.0.0.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """How the app starts: argv, working directory and import path in the image, and what must be added to run it."""

    start: Fact[tuple[str, ...]]
    kind: str
    framework: Framework | None
    port: Fact[int] | None = None
    health: Fact[str] | None = None
    env: tuple[tuple[str, str], ...] = ()
    workdir: str = ""  # relative to the project
    python_path: tuple[str, ...] = ()  # relative to the project
    server: str = ""  # distribution that is added because the project has none
    script: str = ""  # console script that the project must be installed for
    handles_sigterm: bool = True
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What entry detection may look at: names and versions of the packages that will be installed, and the Python."""

    packages: Mapping[str, str]  # normalised name -> version, "" if not pinned
    extras: frozenset[tuple[str, str]]  # (name, extra); ("name", "") for the name itself
    python: str
    scripts: tuple[Script, ...]
    name: str
    installs_project: bool

    def has(self, package: str) -> bool:
        """True if PACKAGE is installed, or comes with something that is."""
        return package in self.packages or any(
            package in brought for pair, brought in BRINGS.items() if pair in self.extras
        )


def find(project: Project, code: Code, known: Known) -> Entry | None:
    """The production start of the project; None if there is nothing to run, such as in a library."""
    if project.has("manage.py") and "django" in project.text("manage.py").lower():
        if entry := _django(project, known):
            return entry
    apps = sorted(code.apps(), key=lambda app: _rank(project, app))
    if entry := _from_procfile(project, code, known, apps):
        return entry
    serving = [a for a in apps if a.framework.kind == "web"]
    if serving and not (known.scripts and known.installs_project and _stem(serving[0].path) not in NAMES):
        return _serve(project, code, known, serving)
    if entry := _interactive(project, code, known):
        return entry
    if entry := _script_entry(project, code, known):
        return entry
    if workers := [a for a in apps if a.framework.kind == "worker"]:
        return _celery(project, code, workers[0])
    return None


def _stem(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".py")


def _rank(project: Project, app: App) -> tuple[int, ...]:
    """Lower is likelier: named in .flaskenv, an object rather than a factory, a usual file name, shallow, named `app`."""
    stem = _stem(app.path)
    flask_app = re.search(r"FLASK_APP\s*=\s*([\w./]+)", project.text(".flaskenv"))
    named = flask_app is not None and flask_app[1].removesuffix(".py").replace("/", ".").split(".")[-1] == stem
    name = NAMES.index(stem) if stem in NAMES else len(NAMES)
    folder = app.path.rpartition("/")[0]
    return (
        0 if named else 1,
        1 if app.framework.kind == "worker" else 0,
        1 if app.is_factory else 0,
        app.path.count("/")
        - (folder.split("/")[0] in ("src", "app", "backend", "server", "api", project.name.replace("-", "_"))),
        name,
        {"app": 0, "application": 1, "server": 2, "api": 3, "asgi_app": 4}.get(app.name, 5),
    )


def _django(project: Project, known: Known) -> Entry | None:
    asgi = known.has("channels") or (known.has("uvicorn") and not known.has("gunicorn")) or known.has("daphne")
    for wanted in ("asgi.py", "wsgi.py") if asgi else ("wsgi.py", "asgi.py"):
        files = [f for f in project.ending(f"/{wanted}") if "application" in project.text(f)]
        if files:
            path = files[0]
            framework = FRAMEWORKS["channels" if wanted == "asgi.py" else "django"]
            app = App(
                path=path, name="application", line=project.line_of(path, "application") or 1, framework=framework
            )
            entry = _served(project, known, app, (path.rpartition("/")[0].rpartition("/")[0],), ())
            return _as_django(entry)
    return None


def _as_django(entry: Entry) -> Entry:
    from dataclasses import replace  # noqa: PLC0415

    return replace(entry, framework=FRAMEWORKS["django"])


def _serve(project: Project, code: Code, known: Known, apps: list[App]) -> Entry:
    app, *others = apps
    roots = _roots(project, code, app.path)
    rejected = tuple(
        Rejected((_target(o, roots[0]),), Evidence(o.path, o.line, o.framework.name))
        for o in others
        if o.path.startswith(roots[0])
    )
    if app.framework.serve == "run":
        return _run(project, code, app, rejected)
    return _served(project, known, app, roots, rejected)


def _roots(project: Project, code: Code, path: str) -> tuple[str, ...]:
    module = code.module(path)
    return import_roots(project, module) if module else ("",)


def _is_source_folder(root: str) -> bool:
    """True for src/, which is a place for packages and not a folder to work in."""
    return root == "src" or root.endswith("/src")


def _target(app: App, root: str) -> str:
    return f"{module_name(app.path, root)}:{app.name}"


def _served(
    project: Project, known: Known, app: App, roots: tuple[str, ...], rejected: tuple[Rejected[tuple[str, ...]], ...]
) -> Entry:
    """The app object under a server that listens outward."""
    root, *more = roots
    protocol = app.framework.serve
    port, _, evidence = _port(project, app.path, app.framework)
    if port.value < 1024:  # the server is ours to point at a port that needs no privilege
        port = Fact(8000, (Evidence(note=f"{port.value} needs privileges; 8000 does not"),))
    if protocol == "sanic":
        argv: tuple[str, ...] = (
            "sanic",
            _target(app, root),
            f"--host={OUTWARD}",
            f"--port={port.value}",
            "--single-process",
        )
        server, added = "sanic", False
    else:
        server = next((s for s in SERVERS[protocol] if known.has(s)), "")
        added = not server
        server = server or SERVERS[protocol][0]
        argv = server_command(server, _target(app, root), port.value, known, factory=app.is_factory)
    made = (
        f"{app.name} = {app.framework.name} app"
        if not app.is_factory
        else f"{app.name}() makes a {app.framework.name} app"
    )
    env = tuple(app.framework.env) + ((("PORT", str(port.value)),) if evidence else ())
    return Entry(
        start=Fact(argv, (Evidence(app.path, app.line, made),), rejected),
        kind="web",
        framework=app.framework,
        port=port,
        health=Fact(app.framework.health, (Evidence(note=f"{app.framework.name} answers it"),))
        if app.framework.health
        else None,
        env=env,
        workdir="" if _is_source_folder(root) else root,
        python_path=tuple([root] if _is_source_folder(root) else []) + tuple(more),
        server=server if added else "",
        warnings=(
            f"{server} is not among the dependencies; {server} {added_version(server, known.python)} is added to serve {app.framework.name}",
        )
        if added
        else (),
    )


def server_command(server: str, target: str, port: int, known: Known, *, factory: bool = False) -> tuple[str, ...]:
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
            return ("granian", "--interface=asgi", f"--host={OUTWARD}", f"--port={port}", *flag, target)
        case "daphne":
            return ("daphne", f"--bind={OUTWARD}", f"--port={port}", target)
    return ("uvicorn", target, *flag, f"--host={OUTWARD}", f"--port={port}")


def gunicorn_extras(known: Known) -> tuple[str, ...]:
    """What gunicorn needs to run well on a read-only root: heartbeats in memory and, from 25.1 on, no control socket."""
    version = known.packages.get("gunicorn", "")
    threads = ("--worker-class=gthread", "--threads=100") if known.has("flask-socketio") else ()
    modern = key(version) >= (25, 1) if version else key(known.python) >= (3, 10)
    quiet = ("--no-control-socket",) if modern else ()
    return (*threads, "--worker-tmp-dir=/dev/shm", *quiet, "--access-logfile=-")


def _port(project: Project, path: str, framework: Framework) -> tuple[Fact[int], str, bool]:
    """The port that the code says, else the framework's; the variable that changes it; whether the code reads one."""
    found = port_in(project.text(path))
    if found:
        number, variable, line = found
        return Fact(number, (Evidence(path, line, variable),)), variable, variable == "PORT"
    return Fact(framework.port, (Evidence(note=f"{framework.name}'s default"),)), "", False


def _run(project: Project, code: Code, app: App, rejected: tuple[Rejected[tuple[str, ...]], ...]) -> Entry:
    """A framework that brings its own server: the file that starts it is run."""
    path = app.path
    if not _starts_itself(project.text(path)):
        scripts = [p for p in code.paths if (m := code.module(p)) and m.is_script and _starts_itself(project.text(p))]
        path = scripts[0] if scripts else path
    port, variable, _ = _port(project, path, app.framework)
    env = tuple(app.framework.env) + (((variable, str(port.value)),) if variable else ())
    if app.framework.name == "dash" and not variable:
        env += (("PORT", str(port.value)),)
    if app.framework.name == "gradio":
        env += (("GRADIO_SERVER_PORT", str(port.value)),)
    return Entry(
        start=Fact(
            ("python", path), (Evidence(path, app.line, f"{app.framework.name} starts its own server"),), rejected
        ),
        kind="web",
        framework=app.framework,
        port=port,
        env=env,
        handles_sigterm=app.framework.handles_sigterm,
        warnings=_inward(project, path),
    )


def _starts_itself(text: str) -> bool:
    return bool(re.search(r"\b(run_app|run_server|\.run|\.start|\.listen|\.launch|serve)\(", text))


def _inward(project: Project, path: str) -> tuple[str, ...]:
    text = project.text(path)
    if m := re.search(r"host\s*=\s*[\"'](127\.0\.0\.1|localhost)[\"']", text):
        line = text.count("\n", 0, m.start()) + 1
        return (f"{path}:{line} listens on {m[1]}, which nobody outside the container can reach; use 0.0.0.0",)
    return ()


def _interactive(project: Project, code: Code, known: Known) -> Entry | None:
    """Streamlit, Chainlit, Gradio and NiceGUI: told by the import, for there is no app object."""
    for name in ("streamlit", "chainlit", "gradio", "nicegui"):
        framework = FRAMEWORKS[name]
        if not known.has(framework.package):
            continue
        imports = re.compile(rf"^(?:import {name}\b|from {name}\b)", re.MULTILINE)
        starts = {"gradio": ".launch(", "nicegui": "ui.run("}.get(name, "")
        files = [p for p in code.paths if imports.search(project.text(p)) and starts in project.text(p)]
        order = (f"{name}_app", "app", "main", "home", "Home", "dashboard", "index")
        files.sort(
            key=lambda p: ("pages/" in p, p.count("/"), order.index(_stem(p)) if _stem(p) in order else len(order), p)
        )
        if not files:
            continue
        path = files[0]
        port, variable, _ = _port(project, path, framework)
        argv: tuple[str, ...] = ("python", path)
        if name == "streamlit":
            configured = re.search(r"^\s*port\s*=\s*(\d{4,5})", project.text(".streamlit/config.toml"), re.MULTILINE)
            port = (
                Fact(int(configured[1]), (Evidence(".streamlit/config.toml"),))
                if configured
                else Fact(8501, (Evidence(note="Streamlit's default"),))
            )
            argv = ("streamlit", "run", path, f"--server.port={port.value}", f"--server.address={OUTWARD}",
                    "--server.headless=true", "--browser.gatherUsageStats=false")  # fmt: skip
        elif name == "chainlit":
            argv = ("chainlit", "run", path, f"--host={OUTWARD}", f"--port={port.value}", "--headless")
        env = framework.env + (((variable, str(port.value)),) if variable else ())
        if name == "gradio":
            env += (("GRADIO_SERVER_PORT", str(port.value)),)
        return Entry(
            start=Fact(argv, (Evidence(path, project.line_of(path, name), f"imports {name}"),)),
            kind="web",
            framework=framework,
            port=port,
            health=Fact(framework.health, (Evidence(note=f"{name} answers it"),)) if framework.health else None,
            env=env,
            handles_sigterm=framework.handles_sigterm,
        )
    return None


def _script_entry(project: Project, code: Code, known: Known) -> Entry | None:
    """A console script, a package with __main__.py, or a file that does something when it is run."""
    named = [s for s in known.scripts if s.name in (known.name, "start", "serve", "server")] or list(known.scripts)
    if named and known.installs_project and (len(known.scripts) == 1 or named != list(known.scripts)):
        script = named[0]
        rejected = tuple(Rejected((s.name,), s.evidence) for s in known.scripts if s != script)
        fact: Fact[tuple[str, ...]] = Fact((script.name,), (script.evidence,), rejected)
        return _program(project, code, known, fact, _script_file(project, script.target), script=script.name)
    scripts = [
        p
        for p in code.paths
        if (m := code.module(p)) and (m.is_script or _stem(p) == "__main__" or _does_something(project.text(p)))
    ]
    mains = [p for p in scripts if _stem(p) in SCRIPT_NAMES and p.count("/") <= 2]
    mains.sort(key=lambda p: (p.count("/"), SCRIPT_NAMES.index(_stem(p))))
    if not mains:
        mains = [p for p in scripts if "/" not in p]
        mains = mains if len(mains) == 1 else []
    if not mains:
        return None
    path = mains[0]
    module = code.module(path)
    roots = _roots(project, code, path)
    if _stem(path) == "__main__":
        package = module_name(path.rpartition("/")[0], roots[0])
        argv: tuple[str, ...] = ("python", "-m", package) if package else ("python", path)
    elif module and module.relative:
        argv = ("python", "-m", module_name(path, roots[0]))
    else:
        argv = ("python", path)
    beside = path.rpartition("/")[0] if argv[1] == path else ""  # Python puts it on the path by itself
    python_path = tuple(r for r in roots if r not in (beside, ""))
    python_path += ("",) if beside and "" in roots else ()
    fact = Fact(
        argv,
        (Evidence(path, project.line_of(path, "__main__"), "is run as a script"),),
        tuple(Rejected(("python", p), Evidence(p)) for p in mains[1:]),
    )
    return _program(project, code, known, fact, path, python_path=python_path)


def _does_something(text: str) -> bool:
    """True if a file calls something at module level that keeps running, such as `bot.run(…)` or `main()`."""
    return bool(
        re.search(
            r"^(?:\w+\.)*(?:run|main|start|run_polling|infinity_polling|serve_forever|run_app)\(", text, re.MULTILINE
        )
    )


def _script_file(project: Project, target: str) -> str:
    stem = target.partition(":")[0].replace(".", "/")
    return project.first(f"{stem}.py", f"{stem}/__init__.py", f"src/{stem}.py", f"src/{stem}/__init__.py") or ""


_LISTENS = re.compile(
    r"uvicorn\.run\(|hypercorn|serve_forever\(|run_app\(|\.listen\(\s*\d|HTTPServer\(|grpc\.server\(|waitress|create_server\(|start_server\("
)
_ARGUMENTS = re.compile(r"\bargparse\b|\bclick\b|\btyper\b|sys\.argv|\bdocopt\b|\bfire\.Fire\b|\bOptionParser\b")


def _program(
    project: Project,
    code: Code,
    known: Known,
    start: Fact[tuple[str, ...]],
    path: str,
    *,
    script: str = "",
    python_path: tuple[str, ...] = (),
) -> Entry:
    """A program that is run by its name or by its file: a service if it opens a port that can be told."""
    text = project.text(path) if path else ""
    port = port_in(text) if _LISTENS.search(text) else None
    bot = any(known.has(b) for b in BOTS)
    kind = "web" if port else "worker" if bot else "cli" if script or _ARGUMENTS.search(text) else "worker"
    if kind == "web":
        start = Fact(start.value + _outward(text), start.evidence, start.rejected)
    handles = kind == "cli" or any(s in project.text(p) for p in code.paths for s in _HANDLES_SIGTERM)
    return Entry(
        start=start,
        kind=kind,
        framework=None,
        port=Fact(port[0], (Evidence(path, port[2]),)) if port else None,
        env=((port[1], str(port[0])),) if port and port[1] else (),
        python_path=python_path,
        script=script,
        handles_sigterm=handles,
        warnings=_inward(project, path) if kind == "web" else (),
    )


_HANDLES_SIGTERM = ("SIGTERM", "run_polling(", "uvicorn.run(", "run_app(")
_HOST_OPTION = re.compile(
    r"[\"'](--(?:host|bind|address|ip))[\"'][^()]{0,200}?default\s*=\s*[\"'](?:127\.0\.0\.1|localhost)[\"']"
)
_DEFAULT_COMMAND = re.compile(r"DefaultGroup\s*,[^()]*default\s*=\s*[\"']([\w-]+)[\"']")
_COMMANDS = re.compile(r"\.command\(|add_parser\(|add_subparsers\(")


def _outward(text: str) -> tuple[str, ...]:
    """The program's own flag that makes it listen on every address, where its default is the loopback address."""
    option = _HOST_OPTION.search(text)
    if not option:
        return ()
    command = _DEFAULT_COMMAND.search(text)
    if not command and len(_COMMANDS.findall(text)) > 1:
        return ()  # which sub-command the flag belongs to cannot be told
    return (*([command[1]] if command else []), f"{option[1]}={OUTWARD}")


def _celery(project: Project, code: Code, app: App) -> Entry:
    root, *more = _roots(project, code, app.path)
    argv = ("celery", f"--app={_target(app, root)}", "worker", "--loglevel=INFO")
    return Entry(
        start=Fact(argv, (Evidence(app.path, app.line, f"{app.name} = Celery app"),)),
        kind="worker",
        framework=app.framework,
        workdir="" if _is_source_folder(root) else root,
        python_path=tuple([root] if _is_source_folder(root) else []) + tuple(more),
    )


def _procfile(project: Project) -> Iterator[tuple[str, int, str]]:
    for number, line in enumerate(project.text("Procfile").splitlines(), 1):
        if m := re.match(r"([A-Za-z0-9_-]+)\s*:\s*(\S.*)", line):
            yield m[1], number, m[2]


def _from_procfile(project: Project, code: Code, known: Known, apps: list[App]) -> Entry | None:
    """What the Procfile's `web` line names, if it names an app of this project under a server that we know."""
    for process, number, line in _procfile(project):
        if process != "web":
            continue
        try:
            words = shlex.split(line.rpartition("&&")[2])
        except ValueError:
            return None
        words = [w for w in words if not re.fullmatch(r"[A-Z_]+=\S*", w)]
        evidence = Evidence("Procfile", number, words[0] if words else "")
        server = words[0] if words else ""
        if server not in ("gunicorn", "uvicorn", "hypercorn", "daphne", "waitress-serve"):
            return None
        target = next(
            (
                w
                for w in words[1:]
                if re.fullmatch(r"[A-Za-z_][\w.]*(?::[A-Za-z_]\w*(?:\(\))?)?", w)
                and _is_module(project, w.partition(":")[0])
            ),
            None,
        )
        if target is None:
            return None
        module, _, name = target.partition(":")
        factory = name.endswith("()")
        path = _module_path(project, module)
        framework = next((a.framework for a in apps if a.path == path), None) or next((a.framework for a in apps), None)
        protocol = "asgi" if server in ("uvicorn", "hypercorn", "daphne") else "wsgi"
        if framework is None or framework.serve == "run":
            framework = FRAMEWORKS["flask" if protocol == "wsgi" else "starlette"] if framework is None else framework
        tool = {"waitress-serve": "waitress"}.get(server, server)
        added = tool if not known.has(tool) and tool in ADDED else ""
        port, _, _ = _port(project, path, framework) if path else (Fact(8000), "", False)
        port = port if port.value >= 1024 else Fact(8000, (Evidence(note="needs no privileges"),))
        name = name.removesuffix("()") or ("app" if protocol == "asgi" else "application")
        argv = server_command(tool, f"{module}:{name}", port.value, known, factory=factory)
        argv += _kept_flags(words) if tool == "gunicorn" else ()
        return Entry(
            start=Fact(
                argv,
                (evidence,),
                tuple(Rejected((_target(a, ""),), Evidence(a.path, a.line)) for a in apps if a.path != path),
            ),
            kind="web",
            framework=framework,
            port=port,
            server=added,
            warnings=(f"{added} is not among the dependencies; {added} {added_version(added, known.python)} is added",)
            if added
            else (),
        )
    return None


def _is_module(project: Project, module: str) -> bool:
    return _module_path(project, module) != ""


def _module_path(project: Project, module: str) -> str:
    stem = module.replace(".", "/")
    return project.first(f"{stem}.py", f"{stem}/__init__.py") or ""


def _kept_flags(words: list[str]) -> tuple[str, ...]:
    """What a gunicorn line says about workers: their class, and the configuration file; binds and logs are ours."""
    kept: list[str] = []
    for i, word in enumerate(words):
        flag, equals, value = word.partition("=")
        value = value if equals else (words[i + 1] if i + 1 < len(words) else "")
        if flag in ("-k", "--worker-class") and re.fullmatch(r"[\w.]+", value):
            kept.append(f"--worker-class={value}")
        elif flag in ("-c", "--config") and re.fullmatch(r"[\w./-]+\.py", value):
            kept.append(f"--config={value}")
    return tuple(kept)
