"""Private package indexes and repositories: which credentials the installation needs, as variables of the build."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dockgen.lazy import pattern
from dockgen.stacks.python.manifests import string, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dockgen.project import Project

# pip, PDM and Pipenv put variables into addresses.
_VARIABLE = pattern(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_PIPENV_VARIABLE = pattern(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)\}?")
# Words in the address of an index that is private as a rule.
_PRIVATE = pattern(r"//[^/@]+@|artifactory|codeartifact|/packages/pypi|nexus|pkg\.dev|pkgs\.|jfrog|gemfury|devpi")
_USER = pattern(r"//[^/@]+@")
_SSH = pattern(r"git\+ssh://|ssh://git@|git\+git@|\"git@")
# Where a project tells its own people which variables it needs.
TOLD_IN = ("README.md", ".env.example", ".env.sample", "Makefile", ".gitlab-ci.yml")


def secrets(project: Project, data: Mapping[str, Any], manager: str, files: Iterable[str]) -> tuple[str, ...]:
    """The environment variables from which MANAGER takes credentials; FILES are the requirements files."""
    found: list[str] = []
    if manager == "pip":
        for path in files:
            text = "\n".join(line for line in project.text(path).splitlines() if not line.lstrip().startswith("#"))
            found += _VARIABLE.findall(text)
    elif manager == "pipenv":
        pipfile = project.toml("Pipfile") if project.has("Pipfile") else {}
        found += [v for s in _tables(pipfile.get("source")) for v in _PIPENV_VARIABLE.findall(string(s.get("url")))]
    elif manager == "pdm":
        sources = _tables(table(data, "tool", "pdm").get("source"))
        found += [v for s in sources for v in _VARIABLE.findall(string(s.get("url")))]
    elif manager == "poetry":
        found += _named(project, table(data, "tool", "poetry").get("source"), "POETRY_HTTP_BASIC")
    elif manager.startswith(("uv", "pip (")):
        found += _named(project, table(data, "tool", "uv").get("index"), "UV_INDEX")
    return tuple(dict.fromkeys(found))


def _named(project: Project, sources: Any, prefix: str) -> Iterator[str]:
    """The variables for the indexes that have a name and want to know who asks."""
    for source in _tables(sources):
        name = re.sub(r"[^A-Z0-9]", "_", string(source.get("name")).upper())
        url = string(source.get("url"))
        user, password = f"{prefix}_{name}_USERNAME", f"{prefix}_{name}_PASSWORD"
        is_told = any(password in project.text(path) for path in (*TOLD_IN, *_workflows(project)))
        if name and (source.get("authenticate") == "always" or _PRIVATE.search(url) or is_told):
            if not _USER.search(url):
                yield user
            yield password


def _workflows(project: Project) -> list[str]:
    return [f for f in project.below(".github/workflows") if f.endswith((".yml", ".yaml"))][:12]


def _tables(value: Any) -> list[dict[str, Any]]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []


def over_ssh(project: Project, lock: str, files: Iterable[str]) -> str:
    """The file that names a repository that is fetched over SSH; "" if none is."""
    listed = [f for f in (*files, "pyproject.toml", "Pipfile") if project.has(f)]
    if path := next((f for f in listed if _SSH.search(project.text(f))), ""):
        return path
    return lock if lock and _SSH.search(project.whole(lock)) else ""
