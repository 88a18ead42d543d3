"""Private registries and repositories: which credentials an installation needs, and what says so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import given, lazy, sensitive
from dockgen.facts import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.given import Secret
    from dockgen.project import Project
    from dockgen.stacks.node.package import Package

FILES = (".npmrc", ".yarnrc.yml", ".yarnrc", "bunfig.toml")
MANIFESTS = 60  # of the packages of a workspace, that are looked through for a scope
_VARIABLE = lazy.pattern(r"\$\{([A-Za-z_][A-Za-z0-9_]*)([?:-]?)[^}]*\}")
_SETTING = lazy.pattern(r"\s*([\w@:/.-]+)\s*=\s*(.*?)\s*$")
_SCOPE = lazy.pattern(r"(@[\w.-]+)[/:\"']")
# A repository that only a key opens, as package.json may write it.
_SSH = lazy.pattern(r"(?:git\+ssh|ssh)://|[\w.-]+@[\w.-]+:")


def secrets(project: Project, package: Package) -> tuple[Secret, ...]:
    """The variables that the package manager's files read, such as the token of a private registry.

    Required are those without which the installation surely fails: Yarn stops at a variable that is missing, the
    others where the registry has packages that the project depends on.
    """
    is_yarn = project.has("yarn.lock") or project.has(".yarnrc.yml")
    used = _used_scopes(project, package)
    found = []
    for path in FILES:
        lines = project.text(path).split("\n")
        private = _private(lines, used) if path == ".npmrc" else ()
        for number, line in enumerate(lines, 1):
            if line.lstrip().startswith(("#", ";")):
                continue
            for name, fallback in _VARIABLE.findall(line):
                needed = is_yarn or _is_needed(line, path, used, private)
                where = str(Evidence(path, number))
                found.append(given.variable(name, required=needed and not fallback, where=where))
    return tuple(sorted(given.merged(found), key=lambda secret: secret.name))


def _private(lines: list[str], used: frozenset[str]) -> tuple[str, ...]:
    """The addresses, without their scheme, of the registries that an .npmrc names and the project has packages of."""
    settings = [m.groups() for line in lines if (m := _SETTING.match(line))]
    return tuple(
        value.partition("//")[2].rstrip("/")
        for key, value in settings
        if key == "registry" or key.removesuffix(":registry") in used
    )


def _is_needed(line: str, path: str, used: frozenset[str], private: tuple[str, ...]) -> bool:
    """True if packages come from the registry that LINE is about."""
    setting = _SETTING.match(line) if path == ".npmrc" else None
    if not setting:
        return not used.isdisjoint(_SCOPE.findall(line))
    key = setting[1]
    if key.startswith("//"):
        host = key[2:].rpartition(":")[0].rstrip("/")
        return any(f"{address}/".startswith(f"{host}/") for address in private)
    if key.startswith("_"):
        return bool(private)
    return key == "registry" or key.removesuffix(":registry") in used


def _used_scopes(project: Project, package: Package) -> frozenset[str]:
    """The scopes of all dependencies, those of a workspace's packages included."""
    names = set(package.all_dependencies)
    found = {name.partition("/")[0] for name in names if name.startswith("@")}
    if any(project.has(path) for path in FILES):
        manifests = (f for f in project.ending("/package.json"))
        for path, _ in zip(manifests, range(MANIFESTS), strict=False):
            found |= {m[1] for m in re.finditer(r"\"(@[\w.-]+)/[\w.-]+\"\s*:", project.text(path))}
    return frozenset(found)


def literal(project: Project) -> str:
    """The file with a token written into it; "" if there is none."""
    return next((path for path, form in sensitive.LITERAL.items() if form.search(project.text(path))), "")


def over_ssh(project: Project, package: Package) -> Secret | None:
    """The SSH agent, if package.json names a repository that is fetched with it."""
    for name, spec in package.all_dependencies.items():
        if _SSH.match(spec):
            line = project.line_of(package.path, spec)
            return given.ssh(str(Evidence(package.path, line, name)))
    return None


def mounted(name: str, at: str, below: str) -> Iterator[Secret]:
    """The file NAME with a token in it, of the folder BELOW in the project, AT its place while a step runs."""
    if name:
        source = f"{below}{name}"
        yield given.file(name.lstrip(".").partition(".")[0], source, f"{at}/{name}", where=source)
