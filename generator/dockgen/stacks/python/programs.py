"""Programs that are run by name or by file: console scripts, packages with __main__.py, plain scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen.facts import Evidence, Fact, Rejected
from dockgen.stacks.python import rivals
from dockgen.stacks.python.frameworks import BOTS
from dockgen.stacks.python.imports import module_name, roots_of, stem
from dockgen.stacks.python.manifests import normal
from dockgen.stacks.python.model import Entry, Lost
from dockgen.stacks.python.ports import OUTWARD, inward, port_in

if TYPE_CHECKING:
    from dockgen.project import Project
    from dockgen.stacks.python.code import Code
    from dockgen.stacks.python.manifests import Script
    from dockgen.stacks.python.model import Known

# File names of programs, the likeliest first; and of console scripts that start the service.
SCRIPT_NAMES = (
    "main", "app", "server", "run", "start", "bot", "__main__", "cli", "worker", "application", "index", "web",
)  # fmt: skip
SERVICE_SCRIPTS = ("start", "serve", "server")

_LISTENS = re.compile(
    r"uvicorn\.run\(|hypercorn|serve_forever\(|run_app\(|\.listen\(\s*\d|HTTPServer\(|grpc\.server\(|waitress|"
    r"create_server\(|start_server\("
)
_ARGUMENTS = re.compile(r"\bargparse\b|\bclick\b|\btyper\b|sys\.argv|\bdocopt\b|\bfire\.Fire\b|\bOptionParser\b")
# A call at module level that keeps running, such as `bot.run(…)` or `main()`, or that reads the arguments.
_DOES_SOMETHING = re.compile(
    r"^(?:\w+\.)*(?:run|main|start|run_polling|infinity_polling|serve_forever|run_app)\(|^\w+ *= *\w+\.parse_args\(",
    re.MULTILINE,
)
_HANDLES_SIGTERM = ("SIGTERM", "run_polling(", "uvicorn.run(", "run_app(")
_HOST_OPTION = re.compile(
    r"[\"'](--(?:host|bind|address|ip))[\"'][^()]{0,200}?default\s*=\s*[\"'](?:127\.0\.0\.1|localhost)[\"']"
)
_DEFAULT_COMMAND = re.compile(r"DefaultGroup\s*,[^()]{0,400}?default\s*=\s*[\"']([\w-]+)[\"']")
_COMMANDS = re.compile(r"\.command\(|add_parser\(|add_subparsers\(")


def find(project: Project, code: Code, known: Known) -> Entry | None:
    """A console script, a package with __main__.py, or a file that does something when it is run."""
    if script := _console_script(known):
        rejected: Lost = tuple(Rejected((s.name,), s.evidence) for s in known.scripts if s != script)
        start: Fact[tuple[str, ...]] = Fact((script.name,), (script.evidence,), rejected)
        return _program(project, code, known, start, _script_file(project, script.target), script=script.name)
    if not (mains := _mains(project, code, known.script)):
        return None
    return _started(project, code, known, rivals.one_program(mains, known.start))


def _started(project: Project, code: Code, known: Known, mains: list[str]) -> Entry:
    """The first of the files MAINS, run."""
    path = mains[0]
    argv, python_path = _argv(project, code, path)
    evidence = Evidence(path, project.line_of(path, "__main__"), "is run as a script")
    others: Lost = tuple(Rejected(("python", p), Evidence(p)) for p in mains[1:])
    start = Fact(argv, (evidence,), others)
    return _program(project, code, known, start, path, python_path=python_path)


def bot(project: Project, code: Code, known: Known, beside: str) -> Entry | None:
    """A bot that is started above the folder of the web app BESIDE it, which is then but a part of it."""
    if not any(known.has(b) for b in BOTS):
        return None
    mains = _mains(project, code, known.script)
    path = mains[0] if mains else ""
    above = path.count("/") < beside.count("/") and stem(path) in ("bot", "__main__")
    if not above or _LISTENS.search(project.text(path)):
        return None
    return _started(project, code, known, mains)


def _console_script(known: Known) -> Script | None:
    """The console script that starts the app, if the project is installed and it can be told which one it is."""
    if not known.installs_project:
        return None
    if len(known.scripts) == 1:
        return known.scripts[0]
    named = [s for s in known.scripts if normal(s.name) in (normal(known.name), *SERVICE_SCRIPTS)]
    return named[0] if named and len(named) < len(known.scripts) else None


def _script_file(project: Project, target: str) -> str:
    path = target.partition(":")[0].replace(".", "/")
    return project.first(f"{path}.py", f"{path}/__init__.py", f"src/{path}.py", f"src/{path}/__init__.py") or ""


def _mains(project: Project, code: Code, inline: str) -> list[str]:
    """The files that are run: the one that lists its dependencies INLINE, usual names, else the only one at the top."""
    likely = [p for p in code.paths if p == inline or "/" not in p or stem(p) in SCRIPT_NAMES]
    scripts = [
        p
        for p in likely
        if (m := code.module(p)) and (m.is_script or stem(p) == "__main__" or _DOES_SOMETHING.search(project.text(p)))
    ]
    if inline:
        return [inline, *(p for p in scripts if p != inline)]
    mains = [p for p in scripts if stem(p) in SCRIPT_NAMES and p.count("/") <= 2]
    if mains:
        return sorted(mains, key=lambda p: (p.count("/"), SCRIPT_NAMES.index(stem(p))))
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
    text = project.text(path) if path else ""
    port = port_in(text) if _LISTENS.search(text) else None
    is_bot = any(known.has(b) for b in BOTS)
    kind = "cli" if (script or _ARGUMENTS.search(text)) and not is_bot else "worker"
    if port:
        kind = "web"
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
        warnings=inward(project, path) if port else (),
    )


def _outward(text: str) -> tuple[str, ...]:
    """The program's own flag that makes it listen on every address, where its default is the loopback address."""
    option = _HOST_OPTION.search(text)
    if not option:
        return ()
    command = _DEFAULT_COMMAND.search(text)
    if not command and len(_COMMANDS.findall(text)) > 1:
        return ()  # which sub-command the flag belongs to cannot be told
    return (*([command[1]] if command else []), f"{option[1]}={OUTWARD}")
