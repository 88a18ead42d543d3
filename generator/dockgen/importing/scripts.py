"""The script of the project that starts the container: what it runs, before what, read and never run."""

from __future__ import annotations

import posixpath
import re
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import breaches, secretnames
from dockgen.importing import flow, starts
from dockgen.importing.model import Note, Said
from dockgen.importing.others import prepares
from dockgen.importing.variables import Scope, Value
from dockgen.values import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dockgen.importing.flow import Step, Variable
    from dockgen.importing.model import Imported, Start

MAX_SIZE = 65536
MAX_TOLD = 6  # steps of one script
_WAITS = re.compile(
    r"\bwait[-_]?(?:for|4|until|on)|\bdockerize\b.*-wait|\bpg_isready\b|\bnc\b.* -\w*z|\bmysqladmin\b.* (?:ping|status)"
    r"|\bredis-cli\b.* ping|/dev/tcp/|\bmongo(?:sh)?\b.*ping|\bmanage\.py (?:wait_for_\w+|check --database)"
)
_WAIT_WAY = "compose.yaml: depends_on with condition: service_healthy; elsewhere the app tries again by itself"
# What a script says, tests and sets up besides; what changes the user, which ours does not start with.
_ASIDE = frozenset({
    ".", "break", "continue", "exec", "gosu", "groupmod", "kill", "local", "return", "shift", "sleep", "shopt",
    "source", "su-exec", "sync", "trap", "ulimit", "umask", "unset",
})  # fmt: skip
_ARGUMENTS = re.compile(r"\"\$(?:\{[@*]\}|[@*])\"|\$(?:\{[@*]\}|[@*])")
_ITSELF = re.compile(r"\$\{?0\b|dirname|BASH_SOURCE|\bpwd\b")


def places(old: Imported) -> tuple[str, ...]:
    """Where in the project the script may lie that OLD starts, the likeliest first; nothing if it starts none."""
    wrapper = posixpath.normpath(old.start.wrapper) if old.start and old.start.wrapper else ""
    if not wrapper:
        return ()
    name = posixpath.basename(wrapper)
    found: list[str] = []
    for said in old.copied:
        target = "" if said.target.endswith("/") else said.target
        if name in (posixpath.basename(target), posixpath.basename(said.value)):
            found.append(said.value)
    parts = wrapper.strip("/").split("/")
    found += ["/".join(parts[i:]) for i in range(len(parts))]
    every = [
        "/".join(place.split("/")[i:])
        for place in (posixpath.normpath(path).strip("/") for path in found)
        for i in range(place.count("/") + 1)
    ]
    return tuple(dict.fromkeys(p for p in every if p and not p.startswith("..") and "*" not in p))


def written(old: Imported) -> Imported:
    """OLD with what the script does that it starts, if the Dockerfile itself writes that."""
    start = old.start
    here = next((v for k, v in old.written.items() if start and start.wrapper and _ends_in(k, start.wrapper)), None)
    return opened(old, old.path, here[1], above=here[0]) if here else old


def _ends_in(path: str, wrapper: str) -> bool:
    return posixpath.normpath(path) == wrapper or posixpath.basename(path) == wrapper.removeprefix("./")


def opened(old: Imported, path: str, script: str, above: int = 0) -> Imported:
    """OLD with what SCRIPT, the file PATH of the project, does in the place of its name.

    ABOVE is the number of lines over the script, where it stands in another file.
    """
    start = old.start
    if start is None or not re.match(r"#!.*\b(?:ba|da|a|k|z)?sh\b|(?!#!)", script):
        return old
    script = script[:MAX_SIZE]
    shell = "bash" if re.match(r"#!.*\bbash\b", script) else "sh"
    steps = [replace(step, line=step.line + above) for step in flow.steps(script)]
    known = {n: replace(v, line=v.line + above) for n, v in flow.variables(script).items()}
    server = _server(steps, start, known, _scope(old, known))
    migration = next((s for s in steps if s.always and not s.within and starts.migrates(s.words)), None)
    if server and migration is None and server[1].migration:
        migration = server[0]
    notes = tuple(_notes(path, steps, server[0] if server else None, migration))
    ran = starts.migration(migration.command.argv) if migration else ""
    line = migration.line if migration else 0
    if server is None:
        kept = replace(start, script_at="" if above else path, shell=shell, migration=ran, migrates_at=line)
        return replace(old, start=kept, script=notes)
    step, inner = server
    folder = _folder(old, steps)
    beside = [s for s in steps if s.always and not s.within and s is not migration and s.line != step.line]
    is_more = next((f"{path}:{s.line}" for s in beside if not _waits(s) and _note(path, s, "")), "")
    new = replace(
        inner,
        line=step.line,
        path=path,
        more=is_more,
        init=start.init or inner.init,
        folder=folder,
        script_at=path,
        migration=inner.migration or ran,
        migrates_at=line,
    )
    return replace(_with_exports(old, path, known), start=new, script=notes)


def _scope(old: Imported, known: Mapping[str, Variable]) -> Scope:
    """The variables that hold when the script runs."""
    scope = Scope(env={name: Value(said.value, said.is_known) for name, said in old.env.items()})
    for name, variable in known.items():
        if variable.value is not None and not (variable.is_default and name in scope.env):
            scope.env[name] = Value(variable.value)
    return scope


def _server(
    steps: Sequence[Step], start: Start, known: Mapping[str, Variable], scope: Scope
) -> tuple[Step, Start] | None:
    """The step that the script ends in and what that starts; None if it is not certain."""
    outside = [s for s in steps if not s.within]
    if not outside or not outside[-1].always or outside[-1].beside:
        return None
    last = outside[-1]
    text = _ARGUMENTS.sub(lambda _: shlex.join(start.argv), last.text)
    unsure = {name for name, variable in known.items() if variable.value is None}
    used = set(re.findall(r"\$\{?([A-Za-z_]\w*)", text))
    if re.search(r"\$\{?[0-9@*#\[]|\$\(|`|\[@\]", text) or used & unsure or not _ends(text):
        return None
    inner = starts.of_text(text, last.line, scope)
    return (last, inner) if inner.argv or inner.script else None


def _ends(text: str) -> bool:
    """True if TEXT runs a program, not something of the shell's or what only prepares."""
    program = re.sub(r"^(?:.*&&\s*)?(?:exec\s+)?", "", text).split(" ")[0]
    if program == "eval":
        return False
    return bool(program) and (program not in _ASIDE or program in ("gosu", "su-exec")) and not prepares(program)


def _folder(old: Imported, steps: Sequence[Step]) -> str:
    """The folder that the script goes to, if it is another than that of the image; "" if it is not."""
    for step in reversed(steps):
        if step.command.program == "cd" and step.always and not step.within and len(step.command.argv) > 1:
            folder = step.command.argv[1].rstrip("/")
            return "" if _ITSELF.search(folder) or folder == old.workdir else folder
    return ""


def _with_exports(old: Imported, path: str, known: Mapping[str, Variable]) -> Imported:
    """OLD with the variables that the script gives the app; what looks like a secret is only told."""
    env, secrets = dict(old.env), list(old.secrets)
    for name, variable in known.items():
        if not variable.is_exported or not variable.value or (variable.is_default and name in env):
            continue
        if secretnames.is_secret(name) or breaches.is_secret_value(variable.value):
            what = f"export {name[:60]} looks like a secret: its value is not taken"
            way = f"give it when the container starts: docker run -e {name[:60]}"
            secrets.append(Note(line=variable.line, path=path, what=what, way=way))
        else:
            env[name] = Said(value=variable.value, line=variable.line, path=path)
    return replace(old, env=env, secrets=tuple(secrets))


def _notes(path: str, steps: Sequence[Step], server: Step | None, migration: Step | None) -> Iterator[Note]:
    """What the script does besides, each with the nearest way."""
    told: list[Note] = []
    seen: set[str] = set()
    for step in steps:
        words = one_line(step.words, 70)
        is_server = server is not None and step.line == server.line
        if is_server or step is migration or step.within or words in seen or _ARGUMENTS.search(step.text):
            continue
        if re.fullmatch(r"\$\{?[\w@\[\]]+\}?", words):  # a variable that holds a command
            continue
        if server is None and not (step.always or step.beside or "exec " in step.text or _tells(step)):
            continue  # of a script that goes several ways, what each does is not worth a line
        seen.add(words)
        if note := _note(path, step, words):
            told.append(note)
    yield from told[:MAX_TOLD]
    if len(told) > MAX_TOLD:
        left = len(told) - MAX_TOLD
        yield replace(
            told[MAX_TOLD], what=f"{told[MAX_TOLD].what}; and {left} more" if left > 1 else told[MAX_TOLD].what
        )


def _waits(step: Step) -> bool:
    """True if STEP waits for another service."""
    return bool(_WAITS.search(step.words))


def _tells(step: Step) -> bool:
    """True if STEP is told wherever it stands."""
    return _waits(step) or starts.migrates(step.words)


def _note(path: str, step: Step, words: str) -> Note | None:
    if _waits(step):
        return Note(line=step.line, path=path, what=f"waits for another service: {words}", way=_WAIT_WAY)
    if step.command.program in _ASIDE or prepares(step.command.program) or starts.is_of_build(step.words):
        return None
    when = "" if step.always else ", under a condition"
    if starts.migrates(step.words):
        return Note(line=step.line, path=path, what=f"runs {words}{when}", way="--set migrate=start, or a job")
    when = " beside the app" if step.beside else when
    way = "a container of its own" if step.beside else "a job of its own"
    if not step.always and re.match(r"\s*exec ", step.text):
        way = "--set start=…, if this is what should run"
    return Note(line=step.line, path=path, what=f"runs {words}{when}", way=way)
