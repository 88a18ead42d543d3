"""Package managers for Python: how each is told, and what it is called in the Dockerfile."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dockgen.facts import Evidence, Fact, Rejected
from dockgen.stacks.python.manifests import PRODUCTION_FILES, REQUIREMENT_FILES, strings, table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.project import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class Manager:
    """A package manager: its lock file ("" if none) and the partial in templates/python/install/ that runs it."""

    name: str
    lock: str = ""
    template: str
    tool: str = ""  # the distribution that is installed to run it, a key of releases.TOOLS


# In the order in which they win: a lock says more than a list, a list more than a build system.
MANAGERS = (
    Manager(name="uv", lock="uv.lock", template="uv", tool="uv"),
    Manager(name="poetry", lock="poetry.lock", template="poetry", tool="poetry"),
    Manager(name="pdm", lock="pdm.lock", template="pdm", tool="pdm"),
    Manager(name="pipenv", lock="Pipfile.lock", template="pipenv", tool="pipenv"),
    Manager(name="pip", template="requirements"),
    Manager(name="pip (project)", template="project"),
    Manager(name="uv (script)", template="script"),
    Manager(name="none", template="none"),
)
BY_NAME: Mapping[str, Manager] = {m.name: m for m in MANAGERS}


def find(project: Project, data: Mapping[str, Any]) -> Fact[str]:
    """The package manager whose lock or list the project has; the others that would do are rejected candidates."""
    found = [(m.name, Evidence(m.lock)) for m in MANAGERS if m.lock and project.has(m.lock)]
    has_lock = bool(found)
    if listed := project.first(*PRODUCTION_FILES, *REQUIREMENT_FILES):
        found.append(("pip", Evidence(listed)))
    if not has_lock and _is_poetry_alone(project, data):
        place = Evidence("pyproject.toml", project.line_of("pyproject.toml", "[tool.poetry"), "without a lock")
        found.append(("poetry", place))
    if is_installable(project, data):
        found.append(("pip (project)", Evidence(project.first("pyproject.toml", "setup.py", "setup.cfg") or "")))
    if project.has("Pipfile") and not project.has("Pipfile.lock"):
        found.append(("pipenv", Evidence("Pipfile", None, "without a lock")))
    if not found:
        return Fact("none", (Evidence(note="the project has no list of dependencies"),))
    (name, evidence), *rest = found
    return Fact(name, (evidence,), tuple(Rejected(n, e) for n, e in rest))


def _is_poetry_alone(project: Project, data: Mapping[str, Any]) -> bool:
    """True if only Poetry can install the dependencies: they are in its own table, and there is no package to build."""
    poetry = table(data, "tool", "poetry")
    if not table(poetry, "dependencies") or table(data, "project").get("dependencies"):
        return False
    return poetry.get("package-mode") is False or not has_code(project, data)


def is_installable(project: Project, data: Mapping[str, Any]) -> bool:
    """True if `pip install .` means something here: a [project], a Poetry package or a setup.py."""
    if table(data, "project").get("name") or table(data, "tool", "poetry").get("name"):
        return True
    return "setup(" in project.text("setup.py") or "[options]" in project.text("setup.cfg")


def is_package(project: Project, data: Mapping[str, Any], manager: str) -> bool:
    """True if the manager installs the project itself beside its dependencies."""
    if manager == "uv":
        package = table(data, "tool", "uv").get("package")
        return bool(data.get("build-system")) if package is None else package is True
    if manager == "poetry":
        poetry = table(data, "tool", "poetry")
        return poetry.get("package-mode", True) is not False and has_code(project, data)
    if manager == "pdm":
        return table(data, "tool", "pdm").get("distribution") is True or bool(data.get("build-system"))
    # Without a build system it is a folder of code with a list of dependencies, which uv and pip treat alike.
    return manager == "pip (project)" and (bool(data.get("build-system")) or project.has("setup.py"))


def adds_package(project: Project, data: Mapping[str, Any], manager: str) -> bool:
    """True if the project can be installed as a package where it has to be, such as for its console scripts.

    uv leaves out what has no build system, and has no option against that.
    """
    return manager != "uv" and is_installable(project, data)


def has_code(project: Project, data: Mapping[str, Any]) -> bool:
    """True if the package that a build back end would look for by the project's name is there."""
    poetry = table(data, "tool", "poetry")
    if poetry.get("packages"):
        return True
    name = poetry.get("name") or table(data, "project").get("name")
    module = re.sub(r"[^a-z0-9]+", "_", name.lower()) if isinstance(name, str) else ""
    names = (f"{module}/__init__.py", f"src/{module}/__init__.py", f"{module}.py", f"src/{module}.py")
    return bool(module) and any(f.lower() in names for f in project.files)


def template(data: Mapping[str, Any], manager: Manager) -> str:
    """The partial in templates/python/install that installs what MANAGER manages."""
    project = table(data, "project")
    if (
        manager.name == "pip (project)"
        and project.get("name")
        and "dependencies" not in strings(project.get("dynamic"))
    ):
        return "pyproject"  # uv can install the dependencies alone, before the source is there
    return manager.template


def has_git(project: Project, data: Mapping[str, Any], lock: str) -> bool:
    """True if a dependency comes from a git repository."""
    if lock and re.search(r'^type = "git"|source = \{ git = |^git = "|"git": "', project.whole(lock), re.MULTILINE):
        return True
    texts = strings(table(data, "project").get("dependencies"))
    sources = [*table(data, "tool", "poetry", "dependencies").values(), *table(data, "tool", "uv", "sources").values()]
    return any("git+" in t for t in texts) or any(isinstance(s, dict) and "git" in s for s in sources)


# Back ends and plugins that read the version from git, which the build does not see, and how each is told a version.
SCM_VERSIONS: tuple[tuple[str, str], ...] = (
    ("setuptools-scm", "SETUPTOOLS_SCM_PRETEND_VERSION"),
    ("setuptools_scm", "SETUPTOOLS_SCM_PRETEND_VERSION"),
    ("hatch-vcs", "SETUPTOOLS_SCM_PRETEND_VERSION"),
    ("versioningit", "VERSIONINGIT_FOR_PACKAGE_BUILD"),
    ("pbr", "PBR_VERSION"),
    ("poetry-dynamic-versioning", "POETRY_DYNAMIC_VERSIONING_BYPASS"),
    ("uv-dynamic-versioning", "UV_DYNAMIC_VERSIONING_BYPASS"),
    ("pdm-backend", "PDM_BUILD_SCM_VERSION"),
)


def version_environment(project: Project, data: Mapping[str, Any]) -> dict[str, str]:
    """What the build needs in its environment where the project's version would come from git."""
    dynamic = "version" in strings(table(data, "project").get("dynamic"))
    requires = " ".join(strings(table(data, "build-system").get("requires")))
    if not dynamic and "dynamic-versioning" not in requires:
        requires = "" if requires else project.text("setup.py")
    return {variable: "0.0.0" for package, variable in SCM_VERSIONS if package in requires}


def local_sources(data: Mapping[str, Any]) -> bool:
    """True if a dependency is a folder of the project, so that its source must be there when it is installed."""
    groups = [*table(data, "tool", "uv", "sources").values(), *table(data, "tool", "poetry", "dependencies").values()]
    return any(isinstance(g, dict) and ("path" in g or "workspace" in g) for g in groups)
