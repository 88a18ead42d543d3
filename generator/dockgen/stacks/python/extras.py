"""Which extras and dependency groups of a project its app needs: those for production, and those that it imports."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dockgen import lazy
from dockgen.lazy import pattern
from dockgen.records import dataclass
from dockgen.stacks.python.manifests import (
    PRODUCTION_GROUPS,
    Dependency,
    poetry_dependencies,
    requirement,
    string,
    strings,
    table,
)
from dockgen.stacks.python.source import sources

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockgen.project import Project

# What only development installs.
DEVELOPMENT = lazy.pattern(
    r"dev|devel|development|(?:py)?tests?|testing|lint(?:ing|er)?|docs?|documentation|typ(?:es|ing)|mypy|ci|release|build|"
    r"bench(?:mark)?s?|notebooks?|examples?|pre-?commit|format(?:ting)?|qa|debug|all|full|everything"
)
# The name that is imported, where it is not that of the package.
IMPORTED_AS: Mapping[str, str] = {
    "beautifulsoup4": "bs4",
    "discord-py": "discord",
    "djangorestframework": "rest_framework",
    "opencv-python": "cv2",
    "opencv-python-headless": "cv2",
    "pillow": "pil",
    "psycopg2-binary": "psycopg2",
    "pyjwt": "jwt",
    "python-dotenv": "dotenv",
    "python-jose": "jose",
    "python-telegram-bot": "telegram",
    "pyyaml": "yaml",
    "scikit-learn": "sklearn",
}
_NAME = pattern(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_IMPORT = pattern(r"^(?:from|import)[ \t]+([A-Za-z_]\w*)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """An extra of the project (`is_group` False) or a dependency group, and what it brings."""

    name: str
    is_group: bool
    dependencies: tuple[Dependency, ...]


def needed(
    project: Project, data: Mapping[str, Any], direct: tuple[Dependency, ...], manager: str = ""
) -> tuple[Extra, ...]:
    """The extras and groups without which the app lacks something that it imports, and those named for production.

    To PDM every group is one of development, which it does not install for production.
    """
    offered = [e for e in _offered(data) if e.name in PRODUCTION_GROUPS or not DEVELOPMENT.fullmatch(e.name)]
    offered = [e for e in offered if not (e.is_group and manager == "pdm")]
    if not offered:
        return ()
    has = {d.name for d in direct}
    chosen = [e for e in offered if e.name in PRODUCTION_GROUPS]
    has.update(d.name for e in chosen for d in e.dependencies)
    imported = {name.lower() for path in sources(project) for name in _IMPORT.findall(project.text(path))}
    for extra in sorted(offered, key=lambda e: len(e.dependencies)):
        if extra in chosen:
            continue
        brings = {d.name for d in extra.dependencies}
        if any(IMPORTED_AS.get(n, n.replace("-", "_")) in imported for n in brings - has):
            chosen.append(extra)
            has |= brings
    return tuple(sorted(chosen, key=lambda e: (e.is_group, e.name)))


def _offered(data: Mapping[str, Any]) -> Iterator[Extra]:
    path = "pyproject.toml"

    def names(*keys: str) -> Iterator[str]:
        return (n for n in table(data, *keys) if _NAME.fullmatch(n))

    def read(texts: list[str]) -> tuple[Dependency, ...]:
        return tuple(d for text in texts if (d := requirement(text, path)))

    for name in names("project", "optional-dependencies"):
        listed = strings(table(data, "project", "optional-dependencies")[name])
        yield Extra(name=name, is_group=False, dependencies=read(listed))
    for name in names("tool", "poetry", "extras"):
        listed = strings(table(data, "tool", "poetry", "extras")[name])
        yield Extra(name=name, is_group=False, dependencies=read(listed))
    for name in names("dependency-groups"):
        listed = strings(table(data, "dependency-groups")[name])
        yield Extra(name=name, is_group=True, dependencies=read(listed))
    for name in names("tool", "poetry", "group"):
        wanted = table(data, "tool", "poetry", "group", name, "dependencies")
        yield Extra(name=name, is_group=True, dependencies=tuple(poetry_dependencies(wanted, path)))


def default_groups(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The groups that uv installs unasked and that are for development, beside its own `dev`."""
    listed = table(data, "tool", "uv").get("default-groups")
    names = list(table(data, "dependency-groups")) if string(listed) == "all" else strings(listed)
    return tuple(n for n in names if n != "dev" and DEVELOPMENT.fullmatch(n))
