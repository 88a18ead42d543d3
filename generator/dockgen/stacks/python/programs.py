"""Programs that are run by name or by file: console scripts, packages with __main__.py, plain scripts."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.facts import Evidence, Fact, Rejected
from dockgen.stacks.python import ending, mcp, rivals
from dockgen.stacks.python.frameworks import BOTS, TABLE
from dockgen.stacks.python.imports import module_name, roots_of, stem
from dockgen.stacks.python.manifests import normal
from dockgen.stacks.python.model import Entry, Lost
from dockgen.stacks.python.ports import OUTWARD, inward, named, outward, port_in

if TYPE_CHECKING:
    from dockgen.project import Project
    from dockgen.stacks.python.code import Code
    from dockgen.stacks.python.frameworks import Framework
    from dockgen.stacks.python.manifests import Script
    from dockgen.stacks.python.model import Known

# File names of programs, the likeliest first; and of console scripts that start the service.
SCRIPT_NAMES = (
    "main", "app", "server", "run", "start", "bot", "__main__", "cli", "worker", "application", "index", "web",
)  # fmt: skip
SERVICE_SCRIPTS = ("start", "serve", "server")

_LISTENS = lazy.pattern(
    r"uvicorn\.run\(|hypercorn|serve_forever\(|run_app\(|\.listen\(\s*(?:\d|int\(|(?:\w{1,40}\.){0,3}\w{0,40}[pP](?:ort|ORT)\b)"
    r"|\b(?:app|application|server)\.run(?:_server)?\(|HTTPServer\(|grpc\.server\(|waitress|"
    r"create_server\(|start_server\("
)
_OPTIONS = lazy.pattern(r"\bargparse\b|\bclick\b|\btyper\b|sys\.argv|\bdocopt\b|\bfire\.Fire\b|\bOptionParser\b")
_ARGUMENTS = lazy.pattern(rf"\binput\(|{_OPTIONS.pattern}")
# Modules of programs that fill a terminal or ask in it.
_TERMINAL = frozenset({
    "InquirerPy", "asciimatics", "blessed", "blessings", "cmd2", "curses", "inquirer", "prompt_toolkit", "questionary",
    "textual", "urwid",
})  # fmt: skip
_ASKS = lazy.pattern(r"(?<![\w.])input\(")
# A call at module level that keeps running, such as `bot.run(…)` or `main()`, or that reads the arguments.
_DOES_SOMETHING = lazy.pattern(
    r"^(?:\w+\.)*(?:run|main|start|run_polling|infinity_polling|serve_forever|run_app)\(|^while\b"
    r"|^\w+ *= *\w+\.parse_args\(",
    re.MULTILINE,
)
# What keeps a program running until it is told to stop.
_STAYS = lazy.pattern(
    r"\bwhile\s+(?:True|1|not \w+)\b|\b(?:run_forever|serve_forever|run_until_complete|run_polling|run_pending"
    r"|start_polling|infinity_polling|start_consuming|Event|Observer|BlockingScheduler|AsyncIOScheduler)\("
    r"|\.(?:subscribe|work|listen|wait)\(|signal\.pause|loop_forever|itertools\.count|async for"
)
_PORT_OPTION = lazy.pattern(r"[\"'](?:--)?port[\"']\s*,")
_HOST_OPTION = lazy.pattern(
    r"[\"'](--(?:host|bind|address|ip))[\"'][^()]{0,200}?default\s*=\s*[\"'](?:127\.0\.0\.1|localhost)[\"']"
)
_DEFAULT_COMMAND = lazy.pattern(r"DefaultGroup\s*,[^()]{0,400}?default\s*=\s*[\"']([\w-]+)[\"']")
_COMMANDS = lazy.pattern(r"\.command\(|add_parser\(|add_subparsers\(")


def find(project: Project, code: Code, known: Known) -> Entry | None:
    """A console script, a package with __main__.py, or a file that does something when it is run."""
    script = _console_script(known)
    if script and not known.installs_project:
        return _targeted(project, code, known, script)
    if script:
        rejected: Lost = tuple(Rejected((s.name,), s.evidence) for s in known.scripts if s != script)
        start: Fact[tuple[str, ...]] = Fact((script.name,), (script.evidence,), rejected)
        return _program(project, code, known, start, _script_file(project, script.target), script=script.name)
    if not (mains := _mains(project, code, known)):
        return None
    told = [p for p in mains if any(t.names(p) and not t.name for t in known.told)]
    settled = mains if told == mains[:1] else rivals.one_program(mains, known.start)
    return _started(project, code, known, settled)


def _targeted(project: Project, code: Code, known: Known, script: Script) -> Entry | None:
    """What a console script that is not installed would start: its file, or the function in it."""
    path = _script_file(project, script.target)
    module = code.module(path) if path else None
    if module is None:
        return None
    if module.is_script or stem(path) == "__main__":
        return _started(project, code, known, [path])
    roots = roots_of(project, module)
    function = script.target.partition(":")[2]
    call = f"from {module_name(path, roots[0])} import {function.partition('.')[0]}; {function}()"
    start: Fact[tuple[str, ...]] = Fact(("python", "-c", call), (script.evidence, Evidence(path)))
    return _program(project, code, known, start, path, python_path=tuple(r for r in roots if r))


def _started(project: Project, code: Code, known: Known, mains: list[str]) -> Entry:
    """The first of the files MAINS, run."""
    path = mains[0]
    argv, python_path = _argv(project, code, path)
    evidence = Evidence(path, project.line_of(path, "__main__"), "is run as a script")
    others: Lost = tuple(Rejected(("python", p), Evidence(p)) for p in mains[1:])
    start = Fact(argv, (evidence,), others)
    return _program(project, code, known, start, path, python_path=python_path)


def service(project: Project, code: Code, known: Known, path: str, why: Evidence) -> Entry | None:
    """The file PATH, run for the reason WHY; None if it cannot be told that it opens a port."""
    entry = _started(project, code, known, [path])
    start = replace(entry.start, evidence=(*entry.start.evidence, why))
    return replace(entry, start=start) if entry.kind == "web" else None


def bot(project: Project, code: Code, known: Known, beside: str) -> Entry | None:
    """A bot that is started above the folder of the web app BESIDE it, which is then but a part of it."""
    if not any(known.has(b) for b in BOTS):
        return None
    mains = _mains(project, code, known)
    path = next((p for p in mains if stem(p) in ("bot", "__main__")), "")
    above = bool(path) and path.count("/") < beside.count("/")
    if not above or _LISTENS.search(project.text(path)):
        return None
    return _started(project, code, known, [path, *(p for p in mains if p != path)])


def _console_script(known: Known) -> Script | None:
    """The console script that starts the app, if it can be told which one it is, and its manager knows of it."""
    if not known.installs_project and known.manager != "uv":
        return None
    if len(known.scripts) == 1:
        return known.scripts[0]
    named = [s for s in known.scripts if normal(s.name) in (normal(known.name), *SERVICE_SCRIPTS)]
    return named[0] if named and len(named) < len(known.scripts) else None


def _script_file(project: Project, target: str) -> str:
    path = target.partition(":")[0].replace(".", "/")
    return project.first(f"{path}.py", f"{path}/__init__.py", f"src/{path}.py", f"src/{path}/__init__.py") or ""


def _mains(project: Project, code: Code, known: Known) -> list[str]:
    """The files that are run: one that lists its dependencies or is named by a command, usual names, the only one."""
    inline = known.script
    likely = [p for p in code.paths if p == inline or "/" not in p or stem(p) in SCRIPT_NAMES]
    scripts = [
        p
        for p in likely
        if (m := code.module(p)) and (m.is_script or stem(p) == "__main__" or _DOES_SOMETHING.search(project.text(p)))
    ]
    if inline:
        return [inline, *(p for p in scripts if p != inline)]
    mains = [p for p in scripts if stem(p) in SCRIPT_NAMES and p.count("/") <= 2]
    mains.sort(key=lambda p: (p.count("/"), SCRIPT_NAMES.index(stem(p))))
    named = [p for t in known.told if not t.name for p in (*mains, *(code.paths if t.deploys else ())) if t.names(p)]
    if mains := list(dict.fromkeys((*named, *mains))):
        return mains
    top = [p for p in scripts if "/" not in p]
    return top if len(top) == 1 else []


def _argv(project: Project, code: Code, path: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The argv that runs the file PATH, and the folders that Python's path needs for it."""
    module = code.module(path)
    roots = roots_of(project, module)
    argv: tuple[str, ...] = ("python", path)
    if stem(path) == "__main__":
        if package := module_name(path.rpartition("/")[0], roots[0]):
            argv = ("python", "-m", package)
    elif module and module.relative:
        argv = ("python", "-m", module_name(path, roots[0]))
    beside = path.rpartition("/")[0] if argv[1] == path else ""  # Python puts it on the path by itself
    python_path = tuple(r for r in roots if r not in (beside, ""))
    return argv, python_path + (("",) if beside and "" in roots else ())


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
    is_bot = any(known.has(b) for b in BOTS)
    files = code.reachable([path])
    server = mcp.find(code, files) if len(_COMMANDS.findall(project.text(path))) < 2 else None
    if server and server.transport == mcp.STDIO:
        return _over_stdio(code, server, start, files, script=script, python_path=python_path)
    listening = [p for p in (files[:1] if is_bot else files) if _LISTENS.search(project.text(p))]
    listening = [*server.files] if server else listening
    framework = server.framework if server else _framework(project, known, listening)
    port = next((found for p in listening if (found := _port(project, code, p))), None)
    if server and server.port:
        port = server.port, "", Evidence(server.path, server.line)
    if listening and not port:  # an option of the command line, which another file defines
        options = [p for p in files if _PORT_OPTION.search(project.text(p))]
        port = next((found for p in options if (found := _port(project, code, p))), None)
    if not port and framework and (server or not script):
        port = framework.port, "", Evidence(note=f"{framework.name}'s default")
    texts = [project.text(p) for p in files]
    kind = _kind(texts, is_bot=is_bot, is_script=bool(script))
    hosts: tuple[tuple[str, str], ...] = ()
    flags: tuple[str, ...] = ()
    if port:
        kind = "web"
        flags = next((option for text in texts if (option := _outward(text))), ())
        hosts = outward(code, files)
    stops = ending.of(code, files or code.paths, framework if port else None)
    return Entry(
        start=Fact(start.value + flags, start.evidence, start.rejected),
        kind=kind,
        framework=framework if port else None,
        port=Fact(port[0], (port[2],)) if port else None,
        port_variable=port[1] if port else "",
        env=(framework.env if framework and not (server and server.host) else ())
        + hosts
        + (((port[1], str(port[0])),) if port and port[1] else ()),
        python_path=python_path,
        script=script,
        stdin="-it" if kind == "cli" and _needs_terminal(code, files) else "",
        stops_at=stops.value,
        stops_why=stops.why,
        warnings=_inward(project, port[2].path or listening[0], server) if port and not flags and not hosts else (),
    )


def _needs_terminal(code: Code, files: list[str]) -> bool:
    """True if a program asks whoever runs it: by a library for that, or by `input()` and no options."""
    first = code.text(files[0]) if files else ""
    if _ASKS.search(first) and not _OPTIONS.search(first):
        return True
    return any(not _TERMINAL.isdisjoint(m.absolute) for p in files if (m := code.module(p)))


def _over_stdio(
    code: Code,
    server: mcp.Server,
    start: Fact[tuple[str, ...]],
    files: list[str],
    *,
    script: str,
    python_path: tuple[str, ...],
) -> Entry:
    """A program that another one starts and talks to over its standard input."""
    stops = ending.of(code, files, None)
    why = Evidence(server.path, server.line, "talks over its standard input")
    return Entry(
        start=Fact(start.value, (*start.evidence, why), start.rejected),
        kind="cli",
        framework=server.framework,
        python_path=python_path,
        script=script,
        stdin="-i",
        stops_at=stops.value,
        stops_why=stops.why,
    )


def _inward(project: Project, path: str, server: mcp.Server | None) -> tuple[str, ...]:
    """A warning if the program listens on the loopback address, which nobody outside the container can reach."""
    if server is None or server.host or server.framework.env:
        return inward(project, path)
    place = f"{server.path}:{server.line}"
    return (f'{place} listens on 127.0.0.1, which nobody outside the container can reach; give it host="0.0.0.0"',)


def _framework(project: Project, known: Known, listening: list[str]) -> Framework | None:
    """The framework of an app that is made only when the program runs: one that the files LISTENING import."""
    for framework in TABLE:
        imported = re.compile(rf"^[ \t]*(?:from|import) {re.escape(framework.name)}\b", re.MULTILINE)
        fits = framework.kind == "web" and known.has(framework.package)
        if fits and any(imported.search(project.text(p)) for p in listening):
            return framework
    return None


def _port(project: Project, code: Code, path: str) -> tuple[int, str, Evidence] | None:
    """The port that the file PATH opens, as it says itself or takes from a setting."""
    if found := port_in(project.text(path)):
        return found[0], found[1], Evidence(path, found[2])
    return named(code, path)


def _kind(texts: list[str], *, is_bot: bool, is_script: bool) -> str:
    """What a program is that opens no port: one that takes arguments, one that stays, or one that ends by itself."""
    if is_bot:
        return "worker"
    if is_script or any(_ARGUMENTS.search(text) for text in texts[:1]):
        return "cli"
    return "worker" if any(_STAYS.search(text) for text in texts) else "job"


def _outward(text: str) -> tuple[str, ...]:
    """The program's own flag that makes it listen on every address, where its default is the loopback address."""
    option = _HOST_OPTION.search(text)
    if not option:
        return ()
    command = _DEFAULT_COMMAND.search(text)
    if not command and len(_COMMANDS.findall(text)) > 1:
        return ()  # which sub-command the flag belongs to cannot be told
    return (*([command[1]] if command else []), f"{option[1]}={OUTWARD}")
