"""What a container runs: ENTRYPOINT and CMD together, without process 1, shells, wrappers and migrations around it."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen.importing import shell
from dockgen.importing.model import Start

if TYPE_CHECKING:
    from dockgen.dockerfile import Instruction
    from dockgen.importing.variables import Scope

MAX_UNWRAPPED = 8
_INITS = frozenset({"tini", "tini-static", "dumb-init", "catatonit", "catini", "docker-init"})
_SHELLS = frozenset({"sh", "bash", "ash", "dash"})
# Programs that run the words after them in an environment that ours has anyway: name -> the word after it.
_RUNNERS = {"poetry": "run", "pipenv": "run", "pdm": "run", "uv": "run", "rye": "run", "hatch": "run", "bundle": "exec"}
_RUNNER_OPTIONS = frozenset({"--with", "--group", "--extra", "--package", "--project", "-p", "--python", "--directory"})
_USERS = frozenset({"gosu", "su-exec", "setpriv"})
_FOLDERS = re.compile(
    r"(?:/usr(?:/local)?/s?bin|/s?bin|(?:/[\w.-]+)*/\.?(?:venv|env|virtualenv)/bin|/root/\.local/bin)/"
)
_IN_ENVIRONMENT = re.compile(
    r"((?:/[\w.-]+)+/bin/)(python[\d.]*|gunicorn|uvicorn|hypercorn|daphne|granian|waitress-serve|celery|flask|streamlit)"
)
_SCRIPT = re.compile(r"(?:^|/)(?:[\w.-]+\.(?:sh|bash)|[\w.-]*entrypoint[\w-]*)$")
# What only sets up the shell, or what ours does while it builds.
_ASIDE = frozenset({"set", "echo", "printf", "export", "sleep", "true", ":", ".", "source", "ulimit", "umask", "date"})
_AT_BUILD = re.compile(r"\bmanage\.py (?:collectstatic|compress|compilemessages)\b")
_MIGRATION = re.compile(
    r"\balembic\b.* upgrade|\bflask\b.* db upgrade|\bmanage\.py migrate\b|\bprisma (?:migrate deploy|db push)"
    r"|\b(?:sequelize|sequelize-cli) db:migrate|\bknex\b.* migrate:|\btypeorm\b.* migration:run"
    r"|\bdrizzle-kit (?:migrate|push)|\baerich upgrade|\bgoose\b.* up\b|\bmigrate\b.* up\b|\bdb:migrate\b"
    r"|\b(?:run|npm|yarn|pnpm) \S*migrat\S*|\bmikro-orm migration:up|\bpiccolo migrations forwards"
    r"|\bnode ace migration:run"
)
_DEVELOPMENT = re.compile(
    r"\bmanage\.py runserver|\bflask\b.* run\b|--reload\b|--debug\b"
    r"|\b(?:npm|yarn|pnpm|bun)(?: run)? (?:start:)?(?:dev|develop|watch|serve)\b"
    r"|\b(?:next|nuxt|nuxi|astro|remix|fastapi|gatsby|strapi) (?:dev|develop)\b|\bvite(?! preview)\b|\bng serve"
    r"|\bnodemon\b|\bts-node-dev\b|\btsx watch|\bwebpack(?:-dev-server| serve)|\breact-scripts start"
    r"|\bvue-cli-service serve|\bgo run\b|\bair\b|\bhugo serve|\bmkdocs serve|\bphp -S\b"
)
_PORT = re.compile(
    r"(?:--(?:bind|port|http-socket|http|listen|server[._-]port|server-port)|-[bplB])[ =]*(?:[\w.\[\]*]*:)?"
    r"(\d{2,5})(?![\w.])|\brunserver (?:[\d.]+:)?(\d{2,5})\b"
)
_SERVES_FILES = frozenset(
    {"nginx", "httpd", "apache2ctl", "apache2-foreground", "httpd-foreground", "caddy", "lighttpd"}
)
_SEVERAL = frozenset({"supervisord", "s6-svscan", "runsvdir", "circusd", "foreman", "honcho", "/init"})


def words(value: str) -> list[str] | None:
    """VALUE as a JSON list of words, the exec form; None if it is none."""
    try:
        found = json.loads(value) if value.startswith("[") else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list) and all(isinstance(word, str) for word in found) else None


def read(entry: Instruction | None, command: Instruction | None, scope: Scope) -> Start | None:
    """What ENTRYPOINT and CMD run together, with the variables of SCOPE; None if there is neither."""
    last = command or entry
    if last is None:
        return None
    before = words(entry.value) if entry else []
    if entry and before is None:
        return _unwrapped(Start(argv=("sh", "-c", entry.value), line=entry.first, form="shell"), scope)
    after = words(command.value) if command else []
    form = "exec"
    if command and after is None:
        after, form = ["sh", "-c", command.value], "shell"
    argv = tuple(w for w in (*(before or ()), *(after or ())))
    if not any(argv):
        return None
    line = entry.first if entry and not after else last.first
    return _unwrapped(Start(argv=argv, line=line, form=form), scope)


def of_text(text: str, line: int, scope: Scope) -> Start:
    """What TEXT of a shell's starts, which stands in LINE of a script."""
    return _unwrapped(Start(argv=("sh", "-c", text), line=line, form="exec"), scope)


def migration(argv: tuple[str, ...]) -> str:
    """A migration as the setting takes it: without what runs it in the environment of the project."""
    return shlex.join(_of_runner(argv))


def is_of_build(text: str) -> bool:
    """True if ours does TEXT while it builds."""
    return bool(_AT_BUILD.search(text))


def _unwrapped(start: Start, scope: Scope) -> Start:
    for _ in range(MAX_UNWRAPPED):
        further = _step(start, scope)
        if further is start:
            break
        start = further
    return replace(start, argv=_of_environment(start.argv))


def _of_environment(argv: tuple[str, ...]) -> tuple[str, ...]:
    """ARGV with programs of Python's by name that lie in the folder of an environment."""
    match = _IN_ENVIRONMENT.fullmatch(argv[0]) if argv else None
    if match and argv[1:] and argv[1].startswith(match[1]):  # /venv/bin/python /venv/bin/program
        return (argv[1].removeprefix(match[1]), *argv[2:])
    return (_program(match[2] if match else argv[0]), *argv[1:]) if argv else argv


def _step(start: Start, scope: Scope) -> Start:
    """START with one layer taken off, or START itself."""
    if not start.argv:
        return start
    first, rest = start.argv[0], start.argv[1:]
    name = first.rpartition("/")[2]
    if name in _INITS:
        plain = next((i for i, w in enumerate(rest) if not w.startswith("-")), len(rest))
        at = rest.index("--") + 1 if "--" in rest[: plain + 2] else plain
        return replace(start, argv=rest[at:], init=name)
    if name in ("exec", "env") and rest and "=" not in rest[0]:
        return replace(start, argv=rest)
    if name in _SHELLS and rest:
        return _of_shell(start, rest, scope)
    if name in _RUNNERS and rest[:1] == (_RUNNERS[name],):
        return replace(start, argv=_after_options(rest[1:]))
    if name in _USERS and len(rest) > 1:
        return replace(start, argv=rest[1:])
    if _SCRIPT.search(first):
        return replace(start, argv=rest, wrapper=start.wrapper or first)
    return start


def _of_shell(start: Start, rest: tuple[str, ...], scope: Scope) -> Start:
    """What a shell runs that is given the words REST."""
    at = next((i for i, word in enumerate(rest) if re.fullmatch(r"-[a-z]*c", word)), None)
    if at is None:
        script = next((w for w in rest if not w.startswith("-")), "")
        return replace(start, argv=(), wrapper=start.wrapper or script) if script and not start.script else start
    if start.script or at + 1 >= len(rest):
        return start
    return _of_script(start, rest[at + 1], scope)


def _of_script(start: Start, script: str, scope: Scope) -> Start:
    """The one program that SCRIPT ends in, if all that goes before it is a migration or sets up the shell."""
    put = scope.shell(script)
    found = shell.commands(put.text)
    kept = [c for c in found if c.program not in _ASIDE and not _AT_BUILD.search(" ".join(c.argv))]
    migration, folder = "", ""
    while len(kept) > 1 and kept[0].before in ("", "&&", ";"):
        if kept[0].program == "cd" and len(kept[0].argv) == 2:
            folder = kept[0].argv[1]
        elif not migration and _MIGRATION.search(" ".join(kept[0].argv)):
            migration = shlex.join(_of_runner(kept[0].argv))
        else:
            break
        kept = kept[1:]
    if not put.is_known or len(kept) != 1 or kept[0].before in ("|", "&", "||") or _is_open(put.text, kept[0]):
        return replace(start, argv=(), script=_with_exec(script.strip(), len(found)))
    argv = (*(("env", *kept[0].env) if kept[0].env else ()), *kept[0].argv)
    return replace(start, argv=argv, migration=migration, folder=folder)


def _is_open(text: str, command: shell.Command) -> bool:
    """True if a shell would have to read COMMAND: it has variables, patterns or other syntax left."""
    return any(re.search(r"[`*?<>]|\$[\w({]", w) for w in command.argv) or text.rstrip().endswith("&")


def _with_exec(script: str, count: int) -> str:
    """SCRIPT with `exec` before its last command, where that is one plain command."""
    if re.search(r"\bexec\b|[|\"'`\n]|(?<!&)&(?!&)|;\s*(?:done|fi)\b", script):
        return script
    head, operator, tail = script.rpartition("&&") if count > 1 else ("", "", script)
    if ";" in tail or (count > 1 and not operator):
        return script
    return f"{head}{operator} exec {tail.strip()}".strip()


def _after_options(argv: tuple[str, ...]) -> tuple[str, ...]:
    index = 0
    while index < len(argv) and argv[index].startswith("-"):
        index += 1 + (argv[index] in _RUNNER_OPTIONS)
    return argv[index:]


def _of_runner(argv: tuple[str, ...]) -> tuple[str, ...]:
    is_runner = argv[0].rpartition("/")[2] in _RUNNERS and argv[1:2] == (_RUNNERS[argv[0].rpartition("/")[2]],)
    return _after_options(argv[2:]) if is_runner else argv


def _program(word: str) -> str:
    """The name of a program that lies where ours has it on the PATH; python3.11 is python."""
    name = _FOLDERS.sub("", word) if _FOLDERS.match(word) else word
    return "python" if re.fullmatch(r"python3?(?:\.\d+)?", name) else name


def text(start: Start) -> str:
    """START as one line for a shell."""
    return start.script or shlex.join(start.argv)


def by_script(start: Start) -> str:
    """The script of the project that START runs, with its words, as one line."""
    return shlex.join((start.shell, start.script_at, *start.argv))


def port(start: Start) -> str:
    """The port that START names; "" if none."""
    match = _PORT.search(start.script or " ".join(start.argv))
    return (match[1] or match[2]) if match else ""


def is_for_development(start: Start) -> bool:
    """True if START is a server that reloads, or that its own documentation keeps out of production."""
    return bool(_DEVELOPMENT.search(start.script or " ".join(start.argv)))


def serves_files(start: Start) -> bool:
    """True if START is a web server for files, which ours has where an app is files."""
    return bool(start.argv) and start.argv[0].rpartition("/")[2] in _SERVES_FILES


def runs_several(start: Start) -> bool:
    """True if START is a program that runs several others in one container."""
    return bool(start.argv) and (start.argv[0].rpartition("/")[2] in _SEVERAL or start.argv[0] == "/init")


def migrates(text: str) -> bool:
    """True if the command TEXT brings a database's schema up to date."""
    return bool(_MIGRATION.search(text))
