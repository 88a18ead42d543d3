"""The path that answers a health check: a route that the source declares, and that nothing seems to stand before.

A wrong path makes a good container unhealthy, so every doubt means none: a connection is tried instead.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from dockgen import lazy, probes
from dockgen.facts import Fact, fact
from dockgen.lines import line_at
from dockgen.stacks.node import nest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.project import Project

_APPS = ("app", "server", "fastify")
_PATH = r"""["'`](?P<path>(?:/api(?:/v\d+)?)?/(?:""" + probes.PATTERN + r"""))["'`]"""
_ROUTE = lazy.pattern(
    r"(?:\b(?P<owner>app|server|fastify|\w*[rR]outer|\w*[rR]outes|instance|api)\s*\.\s*(?P<verb>get|all|use)\("
    r"|\b(?:url|pathname|path)\s*===?)\s*" + _PATH + r"(?P<rest>[^\n]{0,200})"
)
# A router mounted at a path of the usual name, whose own root is the route.
_ROOT = lazy.pattern(
    r"""\b(?P<owner>\w+)\s*\.\s*(?:(?:get|all)\(\s*["'`]/["'`]|route\(\s*["'`]/["'`]\s*\)\s*\.\s*get\()(?P<rest>[^\n]{0,200})"""
)
_MAKES_APP = lazy.pattern(r"\b(?:app|server)\s*(?::\s*[\w.]+\s*)?=\s*express\(\)")
_PREFIX = lazy.pattern(r"\bbasePath\(|setGlobalPrefix\(|\bprefix:")
_GUARD = lazy.pattern(r"auth|protect|login|jwt|guard|session|token|admin|permission|secure", re.IGNORECASE)
# Something that may ask for a login before every route that comes after it.
_USED = lazy.pattern(
    r"\b(?:app|server)\s*\.\s*use\(\s*\w*(?:[aA]uth(?!R|ors)|[pP]rotect|[gG]uard|[jJ]wt)\w*(?<!Router)(?<!Routes)\s*[(),]"
)
_INLINE = lazy.pattern(r"\s*,\s*(?:async\b|function\b|\(|\w+\s*=>)")
# Fastify's plugins that answer by themselves.
_PLUGIN = lazy.pattern(r"""["']fastify-healthcheck["']""")
_PLUGIN_PATH = lazy.pattern(r"""\bhealthcheckUrl\s*:\s*["'`](/[\w/-]*)["'`]""")
_PRESSURE = lazy.pattern(
    r"""\bexposeStatusRoute\s*:\s*(?:(?P<plain>true)|["'`](?P<path>/[\w/-]+)["'`]|\{[^{}]{0,300}?\burl\s*:\s*["'`](?P<url>/[\w/-]+)["'`])"""
)
_SUFFIXES = (".ts", ".js", ".mjs", ".cjs")
MAX_MOUNTS = 4  # how many routers are followed that are mounted in one another

Texts = list[tuple[str, str]]


def route(project: Project, texts: Texts, listening: frozenset[str]) -> Fact[str] | None:
    """A route such as `app.get("/healthz"` of the app, of a router that it mounts, of a controller, or of a plugin.

    LISTENING are the files of TEXTS that listen; the first is the entry.
    """
    apps = {f for i, (f, t) in enumerate(texts) if not i or f in listening or _MAKES_APP.search(t)}
    found = next(_routes(project, texts, apps), None) or nest.route(texts)
    return found or next((hit for f, t in texts if f in apps and (hit := _plugin(f, t))), None)


def _routes(project: Project, texts: Texts, apps: set[str]) -> Iterator[Fact[str]]:
    for own in (True, False):  # the app's own routes before those of routers
        for file, text in texts:
            if not any(w in text or w in file for w in ("health", "livez", "ping")) or _PREFIX.search(text):
                continue
            for m in _ROUTE.finditer(text):
                is_own = m["owner"] in (None, *_APPS) and file in apps
                if is_own is own and not _is_guarded(text, m):
                    yield from _whole(project, texts, apps, file, m, is_own=own)
            if not own:
                yield from _roots(project, texts, apps, file, text)


def _whole(
    project: Project, texts: Texts, apps: set[str], file: str, m: re.Match[str], *, is_own: bool
) -> Iterator[Fact[str]]:
    """The route M of FILE with what stands before it."""
    place = (file, line_at(m.string, m.start()), "route")
    if m["verb"] == "use" and not _INLINE.match(m["rest"]):
        return  # a router: its own root is looked for
    if is_own:
        yield fact(m["path"], *place)
    elif m["owner"]:
        for prefix in _mounts(project, texts, apps, file, m["owner"]):
            if prefix.count("/") < 3:
                yield fact(prefix + m["path"], *place)


def _roots(project: Project, texts: Texts, apps: set[str], file: str, text: str) -> Iterator[Fact[str]]:
    for m in _ROOT.finditer(text):
        for prefix in _mounts(project, texts, apps, file, m["owner"]):
            if re.fullmatch(rf"(?:/[\w-]+){{0,2}}/(?:{probes.PATTERN})", prefix) and not _is_guarded(text, m):
                yield fact(prefix, file, line_at(text, m.start()), "route")


def _is_guarded(text: str, m: re.Match[str]) -> bool:
    """True if the route, or what is used before it in its file, may ask for a login."""
    used = _USED.search(text)
    return bool(_GUARD.search(m["rest"].split("=>")[0])) or bool(used and used.start() < m.start())


def _mounts(project: Project, texts: Texts, apps: set[str], file: str, owner: str, depth: int = 0) -> Iterator[str]:
    """What stands before the routes of OWNER, a router in FILE, for each place where it is mounted."""
    for other, text in texts:
        names = [owner] if other == file else _names(project, other, text, file)
        for name in names if depth < MAX_MOUNTS else ():
            for m in re.finditer(_MOUNT.format(name=re.escape(name)), text):
                prefix = m["used"] or m["routed"] or m["registered"] or ""
                used = _USED.search(text)
                if used and used.start() < m.start():
                    continue
                if other in apps and m["owner"] in _APPS:
                    yield prefix.rstrip("/")
                elif other != file or m["owner"] != owner:
                    for above in _mounts(project, texts, apps, other, m["owner"], depth + 1):
                        yield above + prefix.rstrip("/")


_MOUNT = (
    r"\b(?P<owner>\w+)\s*(?:\.\s*use\(\s*(?:[\"'`](?P<used>/[\w/-]*)[\"'`]\s*,\s*)?{name}(?:\.routes\(\)|\.default)?\s*\)"
    r"|\.\s*route\(\s*[\"'`](?P<routed>/[\w/-]*)[\"'`]\s*,\s*{name}\s*\)"
    r"|\.\s*register\(\s*{name}\s*(?:,\s*\{{\s*prefix\s*:\s*[\"'`](?P<registered>/[\w/-]*)[\"'`]\s*,?\s*\}}\s*)?\))"
)


def _names(project: Project, file: str, text: str, target: str) -> list[str]:
    """What FILE calls the things that it imports from the file TARGET."""
    found: list[str] = []
    stem = re.sub(r"(?:/index)?\.[cm]?[jt]s$", "", target).rpartition("/")[2]
    if stem not in text and target.rpartition("/")[0].rpartition("/")[2] not in text:
        return found
    for m in re.finditer(
        r"\bimport\s+([\w*{][^;\"']{0,200}?)\s+from\s*[\"']([^\"'\n]+)[\"']"
        r"|\b(?:const|let|var)\s+([\w{][^=;]{0,200}?)\s*=\s*require\([\"']([^\"'\n]+)[\"']\)",
        text,
    ):
        if target in _module(project, file, m[2] or m[4]):
            found += re.findall(r"(\w+)\s*(?=[,}]|$)", (m[1] or m[3]).strip())
    return found


def _module(project: Project, file: str, name: str) -> list[str]:
    """The files that the module NAME, imported in FILE, may be."""
    if name.startswith("."):
        bases = [posixpath.normpath(posixpath.join(posixpath.dirname(file), name))]
    else:
        bases = [f"src/{name.partition('/')[2]}", name.partition("/")[2]]
    plain = [re.sub(r"\.[cm]?[jt]s$", "", b) for b in bases]
    return [p for b in plain for s in _SUFFIXES for p in (f"{b}{s}", f"{b}/index{s}") if project.has(p)]


def _plugin(file: str, text: str) -> Fact[str] | None:
    """The path that a plugin of Fastify's answers."""
    if m := _PRESSURE.search(text):
        path = "/status" if m["plain"] else m["path"] or m["url"]
        return fact(path, file, line_at(text, m.start()), "under-pressure answers it")
    if m := _PLUGIN.search(text):
        said = _PLUGIN_PATH.search(text)
        return fact(said[1] if said else "/health", file, line_at(text, m.start()), "fastify-healthcheck answers it")
    return None
