"""The path that answers a health check: a route that the source declares, and that nothing seems to stand before.

A wrong path makes a good container unhealthy, so every doubt means none: a connection is tried instead.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.facts import Fact, fact
from dockgen.lines import line_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockgen.project import Project

_NAMES = "healthz|health|livez|healthcheck|health-check|_health"
_PATH = r"""["'`](?P<path>(?:/api)?/(?:""" + _NAMES + r"""))["'`]"""
# Only routes that hang directly on the server: those of a router may be mounted below another path.
_ROUTE = lazy.pattern(
    r"(?:\b(?:app|server|fastify)\s*\.\s*(?P<verb>get|all|use)\(|\b(?:url|pathname|path)\s*===?)\s*"
    + _PATH
    + r"(?P<rest>[^\n]{0,200})"
)
_MAKES_APP = lazy.pattern(r"\b(?:app|server)\s*(?::\s*[\w.]+\s*)?=\s*express\(\)")
_PREFIX = lazy.pattern(r"\bbasePath\(|setGlobalPrefix\(|\bprefix:")
_GUARD = lazy.pattern(r"auth|protect|login|jwt|guard|session|token|admin|permission|secure", re.IGNORECASE)
_INLINE = lazy.pattern(r"\s*,\s*(?:async\b|function\b|\(|\w+\s*=>)")
_MOUNTED = lazy.pattern(r"\s*,\s*(\w+)\s*\)")
_AT_ROOT = lazy.pattern(r"""\.(?:get|all|use)\(\s*["'`]/["'`]|\.route\(\s*["'`]/["'`]""")
# Routes that frameworks make of files: the file's path, and where the route's path is in it.
_FILES = lazy.pattern(
    r"(?:src/)?(?:app|pages)(?P<next>(?:/api)?/(?:" + _NAMES + r"))(?:/route)?\.[jt]sx?"
    r"|server/(?P<nuxt>api|routes)/(?P<name>" + _NAMES + r")(?:\.get)?\.[jt]s"
    r"|src/routes(?P<svelte>(?:/api)?/(?:" + _NAMES + r"))/\+server\.[jt]s"
)
# Settings that put every route below another path, and code that runs before every route.
_BASES = ("next.config", "nuxt.config", "svelte.config")
_BASE = lazy.pattern(r"\bbasePath\s*:|\bbaseURL\s*:\s*[\"'`]/\w|\bpaths\s*:\s*\{\s*base\s*:")
_BEFORE = ("middleware.ts", "middleware.js", "proxy.ts", "src/middleware.ts", "src/middleware.js", "src/proxy.ts",
    "src/hooks.server.ts", "src/hooks.server.js")  # fmt: skip
_SUFFIXES = (".ts", ".js", ".mjs", ".cjs")


def route(project: Project, texts: list[tuple[str, str]], listening: frozenset[str]) -> Fact[str] | None:
    """A route such as `app.get("/healthz"` in the entry, in a file that listens, or where the Express app is made."""
    return next(_routes(project, texts, listening), None)


def _routes(project: Project, texts: list[tuple[str, str]], listening: frozenset[str]) -> Iterator[Fact[str]]:
    for index, (file, text) in enumerate(texts):
        if not ("health" in text or "livez" in text) or _PREFIX.search(text):
            continue
        if index and file not in listening and not _MAKES_APP.search(text):
            continue
        for m in _ROUTE.finditer(text):
            if _GUARD.search(m["rest"].split("=>")[0]) or not _answers(project, file, text, m):
                continue
            yield fact(m["path"], file, line_at(text, m.start()), "route")


def _answers(project: Project, file: str, text: str, found: re.Match[str]) -> bool:
    """False for a router mounted at the path, unless the router's own file has a route at its root."""
    if found["verb"] != "use" or _INLINE.match(found["rest"]):
        return True
    mounted = _MOUNTED.match(found["rest"])
    if not mounted:
        return False
    name = re.escape(mounted[1])
    m = re.search(rf"\b{name}\b[^\n;]{{0,80}}(?:from\s*|require\(\s*)[\"']([^\"'\n]+)[\"']", text)
    if not m:
        return False
    return any(_AT_ROOT.search(project.text(f)) for f in _module(project, file, m[1]))


def _module(project: Project, file: str, name: str) -> Iterable[str]:
    """The files that the module NAME, imported in FILE, may be."""
    if name.startswith("."):
        bases = [posixpath.normpath(posixpath.join(posixpath.dirname(file), name))]
    else:
        bases = [f"src/{name.partition('/')[2]}", name.partition("/")[2]]
    plain = [re.sub(r"\.[cm]?[jt]s$", "", b) for b in bases]
    return [p for b in plain for s in _SUFFIXES for p in (f"{b}{s}", f"{b}/index{s}") if project.has(p)]


def file_route(project: Project) -> Fact[str] | None:
    """The health path that a file-based router (Next, Nuxt, SvelteKit) serves; None if there is none."""
    for file in project.ending(".ts", ".js", ".tsx", ".jsx"):
        if m := _FILES.fullmatch(file):
            prefix = "/api" if m["nuxt"] == "api" else ""
            path: str = m["next"] or m["svelte"] or f"{prefix}/{m['name']}"
            is_page = bool(m["next"]) and "/route." not in file and not path.startswith("/api")
            if not is_page and not _stands_before(project):
                return fact(path, file, None, "route")
    return None


def _stands_before(project: Project) -> bool:
    """True if routes lie below a base path, or something that may ask for a login runs before them."""
    configs = (project.text(stem + s) for stem in _BASES for s in _SUFFIXES if project.has(stem + s))
    return any(_BASE.search(t) for t in configs) or any(_GUARD.search(project.text(f)) for f in _BEFORE)
