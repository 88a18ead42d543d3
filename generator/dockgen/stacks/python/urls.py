"""The health route among the URLs of a Django project, and the host name by which its settings let it be asked."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from dockgen import lazy, probes
from dockgen.facts import Evidence, Fact
from dockgen.lines import line_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockgen.project import Project
    from dockgen.stacks.python.code import Code
    from dockgen.stacks.python.django import Django

# The URLs of packages, and what is asked for below the path at which they are included: of those with several the one
# that asks nobody else.
PACKAGES: Mapping[str, str] = {"health_check.urls": "", "watchman.urls": "ping/", "django_alive.urls": "alive/"}
_URL = lazy.pattern(
    r"\b(?:path|re_path|url)\(\s*r?[\"']\^?(?P<path>[\w/-]*)\$?[\"']\s*,\s*(?P<view>(?:[^()\n]|\((?:[^()]|\([^()]*\))*\))*)"
)
_INCLUDE = lazy.pattern(r"^include\(\s*\(?\s*[\"'](?P<module>[\w.]+)[\"']")
_ROOT = lazy.pattern(r"^ROOT_URLCONF\s*=\s*[\"']([\w.]+)[\"']", re.MULTILINE)
_HEALTH = lazy.pattern(rf"(?:[\w-]+/){{0,3}}(?:{probes.PATTERN})/?")
_GUARD = lazy.pattern(r"login|auth|permission|staff|token", re.IGNORECASE)
# Settings that ask for a login everywhere, or that put something before all paths.
_DOUBTS = lazy.pattern(r"LoginRequiredMiddleware|^FORCE_SCRIPT_NAME\s*=\s*[\"']", re.MULTILINE)


def route(project: Project, code: Code, settings: Django) -> Fact[str] | None:
    """The health route that the root URLs, or those that they include, declare; None if it may refuse to answer."""
    text = "\n".join(project.text(f) for f in settings.files)
    root = _ROOT.search(text)
    if root is None or host(code, settings) is None or _DOUBTS.search(text):
        return None
    found = [a for file in _files(code, settings, root[1]) for a in _declared(project, code, file, "", inner=True)]
    return min(found, key=lambda a: a.value.count("/"), default=None)


def _declared(project: Project, code: Code, file: str, above: str, *, inner: bool) -> Iterator[Fact[str]]:
    """The health routes in the URLs of FILE, which lie below ABOVE; with INNER, in those that it includes too."""
    text = project.text(file)
    languages = text.find("i18n_patterns(")
    for m in _URL.finditer(text):
        if (languages >= 0 and m.start() > languages) or _GUARD.search(m["view"]):
            continue
        path, where = above + m["path"], (Evidence(file, line_at(text, m.start()), "a URL of Django's"),)
        included = _INCLUDE.match(m["view"])
        if not included:
            if _HEALTH.fullmatch(path) and "include(" not in m["view"]:
                yield Fact(f"/{path}", where)
        elif included["module"] in PACKAGES:
            yield Fact(f"/{path}{PACKAGES[included['module']]}", where)
        elif inner and (module := code.module(file)):
            for other in code.files_of(module, included["module"]):
                yield from _declared(project, code, other, path, inner=False)


def _files(code: Code, settings: Django, dotted: str) -> list[str]:
    """The file of the root URLs, seen from the settings."""
    modules = (m for f in settings.files if (m := code.module(f)))
    return next((found for m in modules if (found := list(code.files_of(m, dotted))[:1])), [])


def host(code: Code, settings: Django) -> str | None:
    """The name by which the app lets itself be called from inside, "" if any will do; None if that cannot be told."""
    for path in settings.files:
        module = code.module(path)
        value = module.values.get("ALLOWED_HOSTS") if module else None
        if value is None:
            continue
        if not isinstance(value, (ast.List, ast.Tuple)):
            return None
        names = [n.value for n in value.elts if isinstance(n, ast.Constant) and isinstance(n.value, str)]
        if "*" in names or "127.0.0.1" in names:
            return ""
        plain = [n.lstrip(".") for n in ("localhost", *names) if n in names]
        return next((n for n in plain if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]*[A-Za-z0-9]", n)), None)
    return None
