"""The health route that a framework makes of a file: Next.js, Nuxt, SvelteKit, Remix, React Router, Astro …"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import lazy, probes
from dockgen.facts import Fact, fact

if TYPE_CHECKING:
    from dockgen.project import Project

_NAMES = probes.PATTERN
# The file's path, and where the route's path is in it.
_FILES = lazy.pattern(
    r"(?:src/)?(?:app|pages)(?P<next>(?:/api)?/(?:" + _NAMES + r"))(?:/route)?\.[jt]sx?"
    r"|server/(?P<nuxt>api|routes)/(?P<name>" + _NAMES + r")(?:\.get)?\.[jt]s"
    r"|src/routes(?P<svelte>(?:/api)?/(?:" + _NAMES + r"))/\+server\.[jt]s"
)
# The same for frameworks whose files look like those of others.
_BY_NAME = {
    "astro": lazy.pattern(r"src/pages(?P<path>(?:/api)?/(?:" + _NAMES + r"))\.[jt]s"),
    "solid-start": lazy.pattern(r"src/routes(?P<path>(?:/api)?/(?:" + _NAMES + r"))\.[jt]s"),
    "analog": lazy.pattern(r"src/server/routes(?P<path>(?:/api)?/(?:" + _NAMES + r"))(?:\.get)?\.[jt]s"),
    # A leading underscore means a route without a path of its own there, a dot the slash of the path.
    **dict.fromkeys(
        ("remix", "react-router"),
        lazy.pattern(r"app/routes(?P<path>/(?:(?:api|resources)[./])?(?!_)(?:" + _NAMES + r"))(?:/route)?\.[jt]sx?"),
    ),
}
_LISTED = lazy.pattern(
    r"""\broute\(\s*["'](?P<path>/?(?:api/)?(?:""" + _NAMES + r"""))["']\s*,\s*["'][\w./-]+["']\s*\)"""
)
# Settings that put every route below another path, and code that runs before every route.
_BASES = ("next.config", "nuxt.config", "svelte.config", "astro.config", "vite.config", "react-router.config")
_BASE = lazy.pattern(
    r"\bbasePath\s*:|\bbaseURL\s*:\s*[\"'`]/\w|\bpaths\s*:\s*\{\s*base\s*:|\bbase(?:name)?\s*:\s*[\"'`]/\w"
)
_BEFORE = ("middleware.ts", "middleware.js", "proxy.ts", "src/middleware.ts", "src/middleware.js", "src/proxy.ts",
    "src/hooks.server.ts", "src/hooks.server.js")  # fmt: skip
_GUARD = lazy.pattern(r"auth|protect|login|jwt|guard|session|token|admin|permission|secure", re.IGNORECASE)
_SUFFIXES = (".ts", ".js", ".mjs", ".cjs")


def route(project: Project, framework: str = "") -> Fact[str] | None:
    """The health path that the file-based router of FRAMEWORK serves; None if there is none."""
    found = _listed(project) if framework == "react-router" else None
    own = _BY_NAME.get(framework)
    for file in project.ending(*_SUFFIXES, ".tsx", ".jsx") if not found else ():
        if own:
            if m := own.fullmatch(file):
                found = fact("/" + m["path"][1:].replace(".", "/"), file, None, "route")
        elif m := _FILES.fullmatch(file):
            prefix = "/api" if m["nuxt"] == "api" else ""
            path: str = m["next"] or m["svelte"] or f"{prefix}/{m['name']}"
            is_page = bool(m["next"]) and "/route." not in file and not path.startswith("/api")
            found = None if is_page else fact(path, file, None, "route")
        if found:
            break
    return None if found and _stands_before(project) else found


def _listed(project: Project) -> Fact[str] | None:
    """The route that React Router's table of routes names."""
    for file in ("app/routes.ts", "app/routes.js"):
        if m := _LISTED.search(project.text(file)):
            return fact("/" + m["path"].lstrip("/"), file, project.line_of(file, m["path"]), "route")
    return None


def _stands_before(project: Project) -> bool:
    """True if routes lie below a base path, or something that may ask for a login runs before them."""
    configs = (project.text(stem + s) for stem in _BASES for s in _SUFFIXES if project.has(stem + s))
    return any(_BASE.search(t) for t in configs) or any(_GUARD.search(project.text(f)) for f in _BEFORE)
