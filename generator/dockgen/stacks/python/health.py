"""Find the route that answers whether an app is well: only one whose whole path can be told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen.facts import Evidence, Fact
from dockgen.lines import line_at
from dockgen.stacks.python.imports import stem

if TYPE_CHECKING:
    from dockgen.project import Project
    from dockgen.stacks.python.code import Code

# What declares a route, up to its path; `owner` is what it is declared on, "" for a function of the framework.
_DECLARES = (
    r"(?:@(?P<owner>\w+)(?:\.\w+){0,3}\.(?:get|head|route|api_route)\(\s*(?:(?:path|rule|uri)\s*=\s*)?"
    r"|@(?P<bare>get|route)\(\s*(?:path\s*=\s*)?\[?\s*"
    r"|\b(?P<adds>\w{1,60})(?:\.\w{1,60}){0,3}\.(?:add_get|add_api_route|add_url_rule|add_route)\(\s*(?:[\"']GET[\"']\s*,\s*)?"
    r"|\b(?:web\.get|Route|APIRoute)\(\s*"
    r"|\(\s*(?=r?[\"'][^\"']+[\"']\s*,\s*\w*Handler\b))"
)
_HEALTH = re.compile(
    _DECLARES + r"r?[\"'](?P<path>/(?:api/(?:v\d+/)?)?(?:healthz?|health[-_]?check|livez|-/healthy)/?)\$?[\"']"
)
_ROUTER = r"\b{name}\b[^=\n]{{0,80}}=\s*[\w.]{{0,60}}(?:APIRouter|Blueprint|Router)\("
_PREFIXED = re.compile(r"\b(?:include_router|register_blueprint|mount|APIRouter|Blueprint|Router)\(([^()]*)")
_PREFIX = re.compile(r"prefix\s*=\s*(?![\"']{2})")


def route(project: Project, code: Code, first: str, *, alone: bool) -> Fact[str] | None:
    """The path of a health route in the code; the file FIRST is looked at before the others, or ALONE."""
    for path in [first] if alone else sorted(code.paths, key=lambda p: p != first):
        text = project.text(path)
        for m in _HEALTH.finditer(text) if "health" in text or "livez" in text else ():
            if _is_whole(project, code, path, m):
                return Fact(m["path"], (Evidence(path, line_at(text, m.start("path"))),))
    return None


def _is_whole(project: Project, code: Code, path: str, found: re.Match[str]) -> bool:
    """True if nothing puts a prefix in front of the path of a route."""
    if found["bare"]:
        return False  # a controller or a router may, where cannot be told
    owner = found["owner"] or found["adds"]
    if not owner or not re.search(_ROUTER.format(name=re.escape(owner)), project.text(path)):
        return True
    module = stem(path) if stem(path) != "__init__" else path.split("/")[-2] if "/" in path else ""
    for other in code.paths:
        text = project.text(other)
        if "prefix" not in text or (other != path and module not in text):
            continue
        calls = [m[1] for m in _PREFIXED.finditer(text)]
        if any(_PREFIX.search(call) for call in calls):
            return False
    return True
