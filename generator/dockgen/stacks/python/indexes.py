"""Private package indexes and repositories: which credentials the installation needs, as variables of the build."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dockgen.facts import Evidence
from dockgen.given import merged, variable
from dockgen.lazy import pattern
from dockgen.stacks.python.manifests import string, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dockgen.given import Secret
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


def secrets(project: Project, data: Mapping[str, Any], manager: str, files: Iterable[str]) -> tuple[Secret, ...]:
    """The environment variables from which MANAGER takes credentials; FILES are the requirements files.

    Those that stand in the address of an index are required, and those that the project tells its own people of; a name
    that only the look of an address suggests is not.
    """
    found: list[Secret] = []
    if manager == "pip":
        for path in files:
            lines = [line for line in project.text(path).splitlines() if not line.lstrip().startswith("#")]
            found += _in_addresses(project, path, _VARIABLE.findall("\n".join(lines)))
    elif manager == "pipenv":
        pipfile = project.toml("Pipfile") if project.has("Pipfile") else {}
        names = [v for s in _tables(pipfile.get("source")) for v in _PIPENV_VARIABLE.findall(string(s.get("url")))]
        found += _in_addresses(project, "Pipfile", names)
    elif manager == "pdm":
        sources = _tables(table(data, "tool", "pdm").get("source"))
        names = [v for s in sources for v in _VARIABLE.findall(string(s.get("url")))]
        found += _in_addresses(project, "pyproject.toml", names)
    elif manager == "poetry":
        found += _named(project, table(data, "tool", "poetry").get("source"), "POETRY_HTTP_BASIC")
    elif manager.startswith(("uv", "pip (")):
        found += _named(project, table(data, "tool", "uv").get("index"), "UV_INDEX")
    return merged(found)


def _in_addresses(project: Project, path: str, names: Iterable[str]) -> Iterator[Secret]:
    for name in names:
        yield variable(name, required=True, where=str(Evidence(path, project.line_of(path, "${" + name))))


def _named(project: Project, sources: Any, prefix: str) -> Iterator[Secret]:
    """The variables for the indexes that have a name and want to know who asks."""
    for source in _tables(sources):
        name = re.sub(r"[^A-Z0-9]", "_", string(source.get("name")).upper())
        url = string(source.get("url"))
        user, password = f"{prefix}_{name}_USERNAME", f"{prefix}_{name}_PASSWORD"
        told = next((p for p in (*TOLD_IN, *_workflows(project)) if password in project.text(p)), "")
        if name and (source.get("authenticate") == "always" or _PRIVATE.search(url) or told):
            where = str(
                Evidence(told, project.line_of(told, password))
                if told
                else Evidence("pyproject.toml", project.line_of("pyproject.toml", string(source.get("url"))))
            )
            if not _USER.search(url):
                yield variable(user, required=bool(told) and user in project.text(told), where=where)
            yield variable(password, required=bool(told) or source.get("authenticate") == "always", where=where)


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
