"""The health route among the controllers of a Nest app: terminus or a plain one, below the app's prefix."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import lazy, probes
from dockgen.facts import Fact, fact
from dockgen.lines import line_at

if TYPE_CHECKING:
    from collections.abc import Iterator

_CONTROLLER = lazy.pattern(
    r"@Controller\(\s*(?:\{[^{}]*?\bpath\s*:\s*)?(?:[\"'`](?P<path>[\w/-]*)[\"'`])?(?P<rest>[^)]*)\)"
)
_GET = lazy.pattern(r"@Get\(\s*(?:[\"'`](?P<path>[\w/-]*)[\"'`])?\s*\)")
_PREFIX = lazy.pattern(r"\bsetGlobalPrefix\(\s*(?:[\"'`](?P<text>[\w/-]+)[\"'`]\s*(?P<rest>[^;]{0,400}))?")
_EXCLUDED = lazy.pattern(r"\bexclude\s*:\s*\[([^\]]*)\]")
_GUARD = lazy.pattern(r"@UseGuards\(|@Version\(|@Auth\w*\(|@Roles\(")
# Guards of every route: those that ask for a login, which limits of the rate do not.
_GUARDS = lazy.pattern(r"\bAPP_GUARD\b(?![^}]{0,120}Throttler)|\buseGlobalGuards\(|\benableVersioning\(")
_OPEN = lazy.pattern(r"@(?:Public|SkipAuth|AllowAnonymous|Unprotected|NoAuth|IsPublic)\(")


def route(texts: list[tuple[str, str]]) -> Fact[str] | None:
    """The health route of the controllers in TEXTS, the likeliest name first; None without one that is open."""
    found = [hit for file, text in texts if "@Controller(" in text for hit in _in_file(file, text)]
    if not found or (prefix := _prefix(texts)) is None:
        return None
    guarded = any(_GUARDS.search(t) for _, t in texts)
    usable = [f for f, is_open in found if is_open or not guarded]
    best = min(usable, key=lambda f: _rank(f.value), default=None)
    if best is None:
        return None
    before, excluded = prefix
    whole = best.value if best.value.strip("/") in excluded else before + best.value
    return Fact(whole, best.evidence)


def _in_file(file: str, text: str) -> Iterator[tuple[Fact[str], bool]]:
    """The health routes of each controller in FILE, and whether it says that it asks for no login."""
    starts = [*(m.start() for m in _CONTROLLER.finditer(text)), len(text)]
    for m, end in zip(_CONTROLLER.finditer(text), starts[1:], strict=True):
        body = text[m.end() : end]
        if "version" in m["rest"] and "VERSION_NEUTRAL" not in m["rest"]:
            continue
        above = text[: m.start()].rpartition("}")[2]  # other decorators of the class
        if _GUARD.search(above) or _GUARD.search(body.partition("{")[0]):
            continue
        for get in _GET.finditer(body):
            path = "".join(f"/{p}" for p in (m["path"], get["path"]) if p and p.strip("/")).replace("//", "/")
            near = (
                body[max(0, get.start() - 200) : get.start()].rpartition("}")[2] + body[get.end() :].partition("{")[0]
            )
            if re.fullmatch(rf"(?:/[\w-]+)?/(?:{probes.PATTERN})", path) and not _GUARD.search(near):
                is_open = bool(_OPEN.search(above) or _OPEN.search(body.partition("{")[0]) or _OPEN.search(near))
                yield fact(path, file, line_at(text, m.start()), "a controller of Nest's"), is_open


def _prefix(texts: list[tuple[str, str]]) -> tuple[str, frozenset[str]] | None:
    """The prefix of all routes and the paths that are without it; None if that cannot be told."""
    for _, text in texts:
        if m := _PREFIX.search(text):
            if not m["text"]:
                return None
            excluded = _EXCLUDED.search(m["rest"] or "")
            if "exclude" in (m["rest"] or "") and not excluded:
                return None
            names = re.findall(r"[\"'`]/?([\w/-]+)[\"'`]", excluded[1]) if excluded else []
            return f"/{m['text'].strip('/')}", frozenset(names)
    return "", frozenset()


def _rank(path: str) -> int:
    return next(i for i, name in enumerate(probes.NAMES) if path.endswith(f"/{name}"))
