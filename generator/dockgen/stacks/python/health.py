"""Find the route that answers whether an app is well: only one whose whole path can be told, and that asks no login."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import lazy, probes
from dockgen.facts import Evidence, Fact
from dockgen.lines import line_at
from dockgen.stacks.python import urls
from dockgen.stacks.python.imports import stem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.project import Project
    from dockgen.stacks.python.code import Code
    from dockgen.stacks.python.django import Django
    from dockgen.stacks.python.model import Entry

# What declares a route, up to its path; `owner` is what it is declared on, "" for a function of the framework.
_DECLARES = (
    r"(?:@(?P<owner>\w+)(?:\.\w+){0,3}\.(?:get|head|route|api_route)\(\s*(?:(?:path|rule|uri)\s*=\s*)?"
    r"|@(?P<bare>get|route)\(\s*(?:path\s*=\s*)?\[?\s*"
    r"|\b(?P<adds>\w{1,60})(?:\.\w{1,60}){0,3}\.(?:add_get|add_api_route|add_url_rule|add_route)\(\s*(?:[\"']GET[\"']\s*,\s*)?"
    r"|\b(?:web\.get|Route|APIRoute)\(\s*"
    r"|\(\s*(?=r?[\"'][^\"']+[\"']\s*,\s*\w*Handler\b))"
)
_ROUTE = lazy.pattern(_DECLARES + r"r?[\"'](?P<path>[\w/-]{0,60})\$?[\"'](?P<rest>[^\n]{0,200})")
_PATH = lazy.pattern(rf"/(?:[\w-]+/){{0,3}}(?:{probes.PATTERN})/?")
_WORDS = lazy.pattern(r"health|livez|\bping\b")
_ROUTERS = (
    r"\b{name}\b[^=\n]{{0,80}}=\s*[\w.]{{0,60}}(?:APIRouter|Blueprint|Router)\((?P<given>(?:[^()]|\([^()]*\))*)\)"
)
_MOUNTS = lazy.pattern(
    r"\b(?P<owner>\w+)(?:\.\w+)?\.(?:include_router|register_blueprint|blueprint|mount)\(\s*(?:router\s*=\s*|blueprint\s*=\s*)?"
    r"(?P<what>[\w.]+)\s*(?P<given>(?:[^()]|\([^()]*\))*)\)"
)
_PREFIX = lazy.pattern(r"\b(?:url_)?prefix\s*=\s*(?:f?[\"'](?P<text>/?[\w/-]*)[\"']\s*(?=[,)]|$))?")
_PREFIXED = lazy.pattern(r"\b(?:include_router|register_blueprint|mount|APIRouter|Blueprint|Router)\(([^()]*)")
# What asks for a login before a route: its own decorators and dependencies, or something before all routes.
_GUARD = lazy.pattern(r"(?:auth|login|token|jwt|api_?key|permission|current_user|secur|require|verify)", re.IGNORECASE)
_BEFORE = lazy.pattern(
    r"before_request\b[\s\S]{0,600}?(?:abort\(\s*40[13]|login|[Aa]uthoriz|token)"
    r"|\bFastAPI\((?:[^()]|\([^()]*\))*\bdependencies\s*=|\bTrustedHostMiddleware\b"
)
_NOT_GET = lazy.pattern(r"\bmethods\s*=\s*[\[(](?![^\])]*GET)")
MAX_MOUNTS = 4  # how many routers are followed that include one another


def find(project: Project, code: Code, entry: Entry, file: str, settings: Django | None) -> Fact[str] | None:
    """The path that answers whether the app is well that ENTRY starts in FILE; None if none can be told."""
    if entry.health or entry.kind != "web":
        return entry.health
    if settings:
        return urls.route(project, code, settings)
    return route(project, code, file, alone=entry.framework is None)


def route(project: Project, code: Code, first: str, *, alone: bool) -> Fact[str] | None:
    """The path of a health route in the code; the file FIRST is looked at before the others, or ALONE."""
    paths = [first] if alone else sorted(code.paths, key=lambda p: p != first)
    if any(_BEFORE.search(project.text(p)) for p in paths):
        return None
    found: dict[str, Fact[str]] = {}
    for path in paths:
        if _WORDS.search(project.text(path)):
            for whole, line in _in_file(project, code, path):
                found.setdefault(whole, Fact(whole, (Evidence(path, line),)))
        if path == first and found:
            break
    return min(found.values(), key=lambda f: _rank(f.value), default=None)


def _rank(path: str) -> int:
    """The likelier names first; of the same, the first that was found."""
    return next(i for i, name in enumerate(probes.NAMES) if path.rstrip("/").endswith(f"/{name}"))


def _in_file(project: Project, code: Code, path: str) -> Iterator[tuple[str, int]]:
    """The whole path and the line of each health route that is declared in the file PATH."""
    text = project.text(path)
    for m in _ROUTE.finditer(text):
        owner = m["owner"] or m["adds"] or ""
        if not _is_open(text, m) or (m["bare"] and not _is_listed(project, code, text, m)):
            continue
        for prefix in _prefixes(project, code, path, owner) if owner else ("",):
            whole = f"{prefix}{m['path']}" or "/"
            if _PATH.fullmatch(whole):
                yield whole, line_at(text, m.start("path"))


def _is_open(text: str, found: re.Match[str]) -> bool:
    """False if the route asks for a login, or does not answer GET."""
    if _NOT_GET.search(found["rest"]) or _GUARD.search(found["rest"]):
        return False
    if not found[0].startswith("@"):
        return True
    head = re.match(r"[\s\S]{0,600}?\bdef \w+\((?:[^()]|\([^()]*\))*\)", text[found.start() :])
    above = text[: found.start()].rstrip(" \t").rpartition("\n\n")[2]
    return not (_GUARD.search(head[0]) if head else True) and not _GUARD.search(above if "@" in above[:1] else "")


def _is_listed(project: Project, code: Code, text: str, found: re.Match[str]) -> bool:
    """True if a function with a route of its own is handed to Litestar itself, and not to a router of it."""
    name = re.match(r"[^\n]*\n(?:@[^\n]*\n)*(?:async )?def (\w+)\(", text[found.start() :])
    at_left = found.start() == 0 or text[found.start() - 1] == "\n"
    if not name or not at_left:
        return False
    listed = re.compile(rf"\bLitestar\((?:[^()]|\([^()]*\))*?\broute_handlers\s*=\s*\[[^\]]*\b{name[1]}\b")
    return any(listed.search(t) and not re.search(r"\bLitestar\([^()]*\bpath\s*=", t) for t in _texts(project, code))


def _texts(project: Project, code: Code) -> Iterator[str]:
    return (project.text(p) for p in code.paths)


def _prefixes(project: Project, code: Code, path: str, owner: str, depth: int = 0) -> tuple[str, ...]:
    """What stands before the paths of OWNER, an object in the file PATH: of a router, one for each way to it.

    Nothing if that cannot be told.
    """
    text = project.text(path)
    made = re.search(_ROUTERS.format(name=re.escape(owner)), text)
    if not made:
        return ("",)  # an app
    own = _literal(made["given"])
    if own is None or depth >= MAX_MOUNTS or _GUARD.search(made["given"].partition("dependencies")[2]):
        return ()
    found: list[str] = []
    mounts = list(_mounts(project, code, path, owner))
    for other, m in mounts:
        given = _literal(m["given"])
        if given is None or ("dependencies" in m["given"] and _GUARD.search(m["given"])):
            continue
        replaced = "Blueprint(" in made[0] and "url_prefix" in m["given"]  # Flask's later prefix takes the place
        inner = given if replaced else given + own
        found += [f"{above}{inner}" for above in _prefixes(project, code, other, m["owner"], depth + 1)]
    if not mounts and _is_bare(project, code, path):
        return (own,)
    return tuple(dict.fromkeys(found))


def _literal(given: str) -> str | None:
    """The prefix among the arguments GIVEN, "" if there is none; None if it is not written out."""
    m = _PREFIX.search(given)
    if not m:
        return ""
    return m["text"].rstrip("/") if m["text"] is not None and "f" not in m[0].partition("=")[2].strip()[:1] else None


def _mounts(project: Project, code: Code, path: str, owner: str) -> Iterator[tuple[str, re.Match[str]]]:
    """Where OWNER of the file PATH is included, as a name that is imported or as an attribute of its module."""
    module = _module(path)
    for other in code.paths:
        text = project.text(other)
        if other != path and module not in text:
            continue
        named = {f"{module}.{owner}"} | ({owner} if other == path else set())
        for m in re.finditer(rf"\bfrom\s+[\w.]*\b{re.escape(module)}\s+import\s+\(?([^()\n]+|[^()]+\))", text):
            for name in re.split(r",", m[1].strip("()\n ")):
                what, _, alias = name.strip().partition(" as ")
                if what == owner:
                    named.add(alias.strip() or what)
        for m in re.finditer(rf"\b{re.escape(module)}\s+as\s+(\w+)", text):
            named.add(f"{m[1]}.{owner}")
        for m in _MOUNTS.finditer(text):
            if m["what"] in named or m["what"].endswith(f".{module}.{owner}"):
                yield other, m


def _module(path: str) -> str:
    return stem(path) if stem(path) != "__init__" else path.split("/")[-2] if "/" in path else ""


def _is_bare(project: Project, code: Code, path: str) -> bool:
    """True if no router that could be the one in the file PATH is given a prefix, however it is included."""
    module = _module(path)
    for other in code.paths:
        text = project.text(other)
        if "prefix" in text and (other == path or module in text):
            calls = [m[1] for m in _PREFIXED.finditer(text)]
            if any(_literal(call) != "" for call in calls):
                return False
    return True
