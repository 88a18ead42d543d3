"""Causes: a release of the language that the project or a package does not run on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import releases
from dockgen.stacks.node import ranges as of_node
from dockgen.stacks.python import ranges as of_python
from dockgen.values import one_line
from dockgen.verify.repair.model import BUILD, RUNS, Cause, Remedy

if TYPE_CHECKING:
    from dockgen.releases import Release
    from dockgen.verify.repair.model import Case, Match

_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,4}){0,2}")
_SPEC = re.compile(r"[0-9A-Za-z.<>=!~^*|, -]{1,80}")
_WHEEL = re.compile(r"\bcp3(\d{1,2})\b")
# Syntax and modules, and the first Python that has them.
_PYTHON_NEWS = (
    ("tomllib", "3.11"), ("graphlib", "3.9"), ("zoneinfo", "3.9"), ("'override'", "3.12"), ("'Self'", "3.11"),
    ("'StrEnum'", "3.11"), ("'UTC'", "3.11"), ("TaskGroup", "3.11"), ("annotationlib", "3.14"), ("except*", "3.11"),
    ("except *", "3.11"), ("match ", "3.10"), ("type ", "3.12"),
)  # fmt: skip
# What the standard library has no more, and the last Python that had it.
_PYTHON_OLD = (
    ("distutils", "3.11"), ("imp", "3.11"), ("asyncore", "3.11"), ("asynchat", "3.11"), ("smtpd", "3.11"),
    ("cgi", "3.12"), ("telnetlib", "3.12"), ("crypt", "3.12"), ("imghdr", "3.12"), ("audioop", "3.12"),
    ("pipes", "3.12"), ("sndhdr", "3.12"), ("uu", "3.12"), ("nntplib", "3.12"), ("chunk", "3.12"), ("aifc", "3.12"),
)  # fmt: skip
# The same of Node: what the first line has that runs it.
_NODE_NEWS = (
    ("URLPattern is not defined", "24"), ("RegExp.escape", "24"), ("node:sqlite", "24"),
    ("node:test", "20"), ("styleText", "22"), ("fetch is not defined", "20"),
    ("structuredClone is not defined", "20"), ("Promise.withResolvers", "22"), ("WebSocket is not defined", "22"),
    ("crypto is not defined", "20"), ("CustomEvent is not defined", "20"), ("navigator is not defined", "22"),
    ("File is not defined", "20"), ("toSorted", "20"), ("toReversed", "20"), ("toSpliced", "20"), ("hasOwn", "20"),
    ("Object.groupBy", "22"), ("Array.fromAsync", "22"), ("replaceAll", "20"), ("isWellFormed", "20"),
)  # fmt: skip


def _now(case: Case) -> str:
    return next((c.value for c in case.plan.choices if c.key == "version"), "")


def _taking(case: Case, said: str, release: Release | None) -> Remedy:
    """The setting that takes RELEASE; a hint where none fits, or where it is the one that was used."""
    if release and release.is_supported and release.line != _now(case):
        return Remedy(said=said, sets=(f"version={release.line}",))
    ended = f"only {release.line} fits, which gets no security fixes any more" if release else "no release fits"
    if release and release.line == _now(case):
        ended = f"the image has {release.line} already"
    return Remedy(said=said, hint=f"{ended}: raise the limit in the project, or take another version of the package")


def python_range(case: Case, place: Match) -> Remedy | None:
    """A package, or the project, that names the Pythons that it runs on."""
    spec = of_python.poetry_spec(one_line(place["spec"], 80).rstrip(" ."))
    now = releases.by_line(releases.PYTHON, ".".join(_now(case).split(".")[:2]))
    if case.plan.stack != "python" or not _SPEC.fullmatch(spec) or (now and of_python.satisfies(now.latest, spec)):
        return None
    best = releases.newest(releases.PYTHON, lambda r: of_python.satisfies(r.latest, spec))
    return _taking(case, f"Python {_now(case)} is not in the range {spec} that is asked for", best)


def python_wheel(case: Case, place: Match) -> Remedy | None:
    """A lock or an index that has wheels for other Pythons only."""
    tags = sorted({int(n) for n in _WHEEL.findall(place[0][place[0].find("heel") :])}, reverse=True)
    fitting = [r for minor in tags if (r := releases.by_line(releases.PYTHON, f"3.{minor}")) and r.is_supported]
    if case.plan.stack != "python" or not fitting or _now(case) in [r.line for r in fitting]:
        return None
    return _taking(case, f"there is no wheel for Python {_now(case)}", fitting[0])


def python_news(case: Case, place: Match) -> Remedy | None:
    """Code that is newer than the Python."""
    text = place[0]
    least = next((v for word, v in _PYTHON_NEWS if word in text), "")
    if case.plan.stack != "python" or not least or releases.numbers(_now(case)) >= releases.numbers(least):
        return None
    best = releases.newest(releases.PYTHON, lambda r: releases.numbers(r.line) >= releases.numbers(least))
    return _taking(case, f"the code needs Python {least}, and the image has {_now(case)}", best)


def python_old(case: Case, place: Match) -> Remedy | None:
    """Code that imports what its Python's standard library has no more."""
    last = next((v for name, v in _PYTHON_OLD if name == place[1]), "")
    if case.plan.stack != "python" or not last or releases.numbers(_now(case)) <= releases.numbers(last):
        return None
    best = releases.newest(releases.PYTHON, lambda r: releases.numbers(r.line) <= releases.numbers(last))
    return _taking(case, f"the module {place[1]} was in the standard library up to Python {last}", best)


def node_range(case: Case, place: Match) -> Remedy | None:
    """A package, or the project, that names the Nodes that it runs on."""
    groups = place.groupdict()
    spec = one_line(groups.get("spec") or f">={groups['least']}", 80).strip(" '\".")
    now = releases.by_line(releases.NODE, _now(case).partition(".")[0])
    if case.plan.stack != "node" or not _SPEC.fullmatch(spec) or (now and of_node.satisfies(now.latest, spec)):
        return None
    return _taking(case, f"Node {_now(case)} is not in the range {spec} that is asked for", of_node.best(spec))


def node_news(case: Case, place: Match) -> Remedy | None:
    """Code that is newer than the Node."""
    line = place.string[max(place.string.rfind("\n", 0, place.start()), 0) : place.end() + 80]
    least = next((v for word, v in _NODE_NEWS if word in line), "")
    if case.plan.stack != "node" or not least or releases.numbers(_now(case)) >= releases.numbers(least):
        return None
    best = releases.newest(releases.NODE, lambda r: releases.numbers(r.line) >= releases.numbers(least))
    return _taking(case, f"the code needs Node {least} or newer, and the image has {_now(case)}", best)


def go_least(case: Case, place: Match) -> Remedy | None:
    """go.mod, or a module, that asks for a newer Go."""
    least = releases.numbers(place["go"])[:2]
    if case.plan.stack != "go" or releases.numbers(_now(case))[:2] >= least:
        return None
    best = releases.newest(releases.GO, lambda r: releases.numbers(r.line)[:2] >= least)
    return _taking(case, f"Go {place['go']} is asked for, and the image has {_now(case)}", best)


_PLACE = r"(?P<spec>[<>=!~^][<>=!~^0-9.,*| ]{1,70})"
CAUSES = (
    Cause(
        id="wrong-python",
        steps=(BUILD, *RUNS),
        title="Another Python is wanted",
        why="The project or a package names the Pythons that it runs on, and the image's is none of them.",
        mends="`version=`, the best supported release in the range",
        patterns=(
            rf"requires a different Python: \d[\w.]{{0,20}} not in '?{_PLACE}",
            rf"Requires-Python:? ?{_PLACE}",
            rf"requires Python ?{_PLACE}",
            rf"depends on Python ?{_PLACE}",
            rf"(?:does not satisfy|is incompatible with)[^\n]{{0,60}}Python (?:requirement:? ?)?`?{_PLACE}",
            rf"Python version \(?\d[\w.]{{0,20}}\)? is not (?:allowed|supported) by the project \(?{_PLACE}",
            rf"requires-python[^\n]{{0,30}}`?{_PLACE}",
        ),
        make=python_range,
    ),
    Cause(
        id="no-wheel",
        steps=(BUILD,),
        title="No wheel for this Python",
        why="A package has wheels for other Pythons only, and no source that could be compiled.",
        mends="`version=`, the newest supported Python that has a wheel",
        patterns=(
            (
                r"[^\n]*(?:wheels? (?:with|for)|Python ABI tags?"
                r"|no wheels? with a matching Python)[^\n]*\bcp3\d{1,2}\b[^\n]*"
            ),
            r"You(?:'re| are) using CPython[^\n]*\n?[^\n]*\bcp3\d{1,2}\b[^\n]*",
        ),
        make=python_wheel,
    ),
    Cause(
        id="newer-python",
        steps=(BUILD, *RUNS),
        title="The code is newer than the Python",
        why="It has syntax, or imports a module, that came later.",
        mends="`version=`",
        patterns=(
            r"No module named '(?:tomllib|graphlib|zoneinfo|annotationlib)'",
            r"cannot import name '(?:override|Self)' from 'typing'|cannot import name 'StrEnum' from 'enum'",
            r"cannot import name 'UTC' from 'datetime'|module 'asyncio' has no attribute 'TaskGroup'",
            (
                r"^ {0,20}(?:match [^\n]{1,80}:|except ?\*[^\n]{1,80}:"
                r"|type [A-Z][^\n]{1,80})\n[^\n]{0,100}\^[^\n]{0,100}\nSyntaxError: invalid syntax"
            ),
        ),
        make=python_news,
    ),
    Cause(
        id="older-python",
        steps=(BUILD, *RUNS),
        title="The code is older than the Python",
        why="It imports a module that the standard library has no more.",
        mends="`version=`, the newest supported Python that has the module",
        patterns=(r"No module named '([a-z]{2,12})'",),
        make=python_old,
    ),
    Cause(
        id="wrong-node",
        steps=(BUILD, *RUNS),
        title="Another Node is wanted",
        why="The project or a package names the Nodes that it runs on, and the image's is none of them.",
        mends="`version=`, the best supported release in the range",
        patterns=(
            r"(?:EBADENGINE|notsup)[^\n]*\n?[^\n]*required: \{[^}\n]{0,60}\bnode: '(?P<spec>[^'\n]{1,70})'",
            r"The engine \"node\" is incompatible with this module\. Expected version \"(?P<spec>[^\"\n]{1,70})\"",
            r"Required: \{[^}\n]{0,60}\"node\":\"(?P<spec>[^\"\n]{1,70})\"",
            r"Expected version: (?P<spec>[^\n]{1,70})\nGot: v?\d",
            (
                r"requires (?:a )?Node(?:\.js)?(?: version)?:? ?(?P<spec>[<>=^~][^\n(),]{1,60}"
                r"|v?\d{2}(?:\.\d+){0,2} ?(?:\|\| ?>?=?\d[^\n]{0,40}|\+)?)"
            ),
            r"Node(?:\.js)? version \"?(?P<spec>[<>=^~]+ ?v?\d[\d.x]{0,10})\"? is required",
            r"This version of pnpm requires at least Node\.js v(?P<least>\d[\d.]{0,10})",
        ),
        make=node_range,
    ),
    Cause(
        id="newer-node",
        steps=(BUILD, *RUNS),
        title="The code is newer than the Node",
        why="It uses a built-in module, a global or a method that came later.",
        mends="`version=`",
        patterns=(
            r"No such built-in module: node:(?:sqlite|test)",
            r"\b(?:fetch|structuredClone|WebSocket|crypto|CustomEvent|navigator|File|URLPattern) is not defined",
            (
                r"(?:RegExp\.escape|toSorted|toReversed|toSpliced|hasOwn|groupBy|fromAsync|replaceAll|isWellFormed"
                r"|withResolvers) is not a function"
            ),
            r"does not provide an export named 'styleText'",
        ),
        make=node_news,
    ),
    Cause(
        id="newer-go",
        steps=(BUILD,),
        title="A newer Go is wanted",
        why="go.mod, or a module that is required, asks for a Go that is newer than the image's.",
        mends="`version=`",
        patterns=(
            r"go\.mod requires go >= (?P<go>\d\.\d{1,3}(?:\.\d{1,3})?)",
            r"requires go >= (?P<go>\d\.\d{1,3}(?:\.\d{1,3})?)",
            r"module requires (?:at least )?[Gg]o (?P<go>\d\.\d{1,3}(?:\.\d{1,3})?)",
            r"invalid go version '(?P<go>\d\.\d{1,3})(?:\.\d{1,3})?': must match format",
        ),
        make=go_least,
    ),
)  # fmt: skip
