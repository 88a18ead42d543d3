"""Sites that a generator written in Python makes: MkDocs, Zensical, Sphinx and Pelican."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dockgen import lazy, releases
from dockgen.errors import InputError
from dockgen.facts import Fact, default, fact
from dockgen.stacks.static.generators import Recipe, Step
from dockgen.stacks.static.pypi import EXTENSIONS, PACKAGES, PINS, PLUGINS, THEMES
from dockgen.values import is_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockgen.project import Project

CACHE = "type=cache,target=/root/.cache/pip"
SITE = "/site"
GIT_PLUGINS = ("git-revision-date-localized", "git-revision-date", "git-authors", "git-committers")
REQUIREMENTS = (
    "docs/requirements.txt", "doc/requirements.txt", "docs/source/requirements.txt", "requirements-docs.txt",
    "requirements_docs.txt", "docs-requirements.txt", "requirements/docs.txt", "docs/requirements-docs.txt",
    "requirements-doc.txt", "requirements.txt",
)  # fmt: skip
GROUPS = ("docs", "doc", "documentation", "site")
_PIP = lazy.pattern(r"\bpip3?[ \t]+install[ \t]+([^\n#|&;]+)")
_WORD = lazy.pattern(r"[A-Za-z0-9][\w.-]*(?:\[[\w,-]+\])?(?:[=<>~!]=?[\w.*,=<>~!]+)?")
_OWN = lazy.pattern(
    r"^(?:(?:-e|--editable)[ =]*)?\.(?:/|\[|[ \t]*$)", re.MULTILINE
)  # the project itself, among requirements
_SPHINX_NAMES = lazy.pattern(
    r"^(?:extensions|html_theme)\b[^=\n]*=[^\[\n]*(?:\[[^\]]*\]|[^\n]*)|^extensions\.append\([^\n]*", re.MULTILINE
)
# Before this release, Sphinx imported modules that left Python with 3.13 (imghdr).
_OLD_SPHINX = lazy.pattern(r"^sphinx[ \t]*(?:==|~=|<=?)[ \t]*[0-6]\b", re.MULTILINE | re.IGNORECASE)


def recipe(project: Project, made_by: Fact[str]) -> Recipe:
    """How to make the site of MADE_BY, one of PACKAGES."""
    config = made_by.evidence[0].path
    hosted = _read_the_docs(project)
    steps, named, warnings = _install(project, made_by.value, config, hosted)
    apt = [p for p in _strings(_at(hosted, "build", "apt_packages")) if re.fullmatch(r"[a-z0-9][a-z0-9+.-]+", p)]
    if "graphviz" in project.text(config):
        apt.append("graphviz")
    needs: list[str] = []
    if made_by.value == "MkDocs" and any(p in GIT_PLUGINS for p in _listed(project.text(config), "plugins")):
        apt.append("git")
        if project.has_folder(".git"):
            needs.append(".git")
        else:
            warnings.append(f"{config} asks for the dates of changes, but there is no .git to read them from")
    return Recipe(
        generator=made_by,
        version=_python(project, hosted, named),
        image="python:{version}-slim-" + releases.DEBIAN_SUITE,
        apt=tuple(sorted(set(apt))),
        steps=steps,
        after_copy=any(w == "." or w.startswith(".[") for s in steps for w in s.argv) or bool(_OWN.search(named)),
        command=_command(project, made_by.value, config),
        output=_output(project, config) if made_by.value == "Zensical" else SITE,
        not_found=made_by.value in ("MkDocs", "Zensical"),
        autobuild="sphinx-autobuild" in named,
        needs=tuple(needs),
        warnings=tuple(warnings),
    )


def _command(project: Project, name: str, config: str) -> tuple[str, ...]:
    if name == "MkDocs":
        return ("mkdocs", "build", *(("--config-file", config) if "/" in config else ()), "--site-dir", SITE)
    if name == "Zensical":
        return ("zensical", "build", "--clean")
    if name == "Sphinx":
        return ("sphinx-build", "-b", "html", "-d", "/doctrees", posixpath.dirname(config) or ".", SITE)
    settings = "publishconf.py" if project.has("publishconf.py") else config
    text = project.text(config) + project.text(settings)
    content = () if re.search(r"^PATH\s*=", text, re.MULTILINE) else ("content",)
    return ("pelican", *content, "--settings", settings, "--output", SITE)


def _output(project: Project, config: str) -> str:
    """Where Zensical writes, which has no option for it."""
    match = re.search(r"^site_dir\s*[:=]\s*[\"']?([\w.-]+)", project.text(config), re.MULTILINE)
    return f"/src/{match[1] if match else 'site'}"


def _install(
    project: Project, name: str, config: str, hosted: dict[str, Any]
) -> tuple[tuple[Step, ...], str, list[str]]:
    """The steps that install the generator, the text that names its versions, and warnings."""
    package = PACKAGES[name]
    if given := [s for entry in _entries(hosted) if (s := _hosted_step(project, entry))]:
        return tuple(given), "".join(project.text(p) for s in given for p in s.reads), []
    for path in REQUIREMENTS:
        text = project.text(path)
        own = path != "requirements.txt" or re.search(rf"^{package}\b", text, re.MULTILINE | re.IGNORECASE)
        if text and own:
            return (_pip("-r", path, reads=(path, *_included(project, path))),), text, []
    if found := _from_pyproject(project, package):
        return found, project.text("pyproject.toml"), []
    words = _from_ci(project, package)
    if not words:
        words = _inferred(project, name, config)
        where = f"{config}: nothing lists what the site is built with; installed is what it names"
        return (_pip(*words),), "", [f"{where}: {', '.join(words)}"]
    return (_pip(*words),), "\n".join(words), []


def _pip(*words: str, reads: Sequence[str] = ()) -> Step:
    return Step(argv=("pip", "install", *words), reads=tuple(reads), cache=CACHE)


def _included(project: Project, path: str) -> tuple[str, ...]:
    """The files that a requirements file includes, as far as they lie in the project."""
    names = re.findall(r"^(?:-r|-c|--requirement|--constraint)[ =]*(\S+)", project.text(path), re.MULTILINE)
    inside = [posixpath.normpath(posixpath.join(posixpath.dirname(path), n)) for n in names]
    return tuple(dict.fromkeys(p for p in inside if project.has(p) and is_path(p)))


def _hosted_step(project: Project, entry: dict[str, Any]) -> Step | None:
    """An entry of python.install in .readthedocs.yaml."""
    if isinstance(path := entry.get("requirements"), str) and project.has(path) and is_path(path):
        return _pip("-r", path, reads=(path, *_included(project, path)))
    if entry.get("method", "pip") in ("pip", "setuptools") and entry.get("path") in (".", "./"):
        extras = [e for e in _strings(entry.get("extra_requirements")) if re.fullmatch(r"[\w.-]+", e)]
        return _pip(f".[{','.join(extras)}]" if extras else ".")
    return None


def _from_pyproject(project: Project, package: str) -> tuple[Step, ...]:
    try:
        data = project.toml("pyproject.toml") if project.has("pyproject.toml") else {}
    except InputError:
        return ()
    groups = _at(data, "dependency-groups")
    for group in _names(groups):
        if group in GROUPS or any(_is(package, d) for d in _strings(groups[group])):
            newer = replace(_pip("pip>=25.1"), note="the first pip that knows dependency groups")
            return (newer, _pip(f"--group={group}", reads=("pyproject.toml",)))
    extras = _at(data, "project", "optional-dependencies")
    for extra in _names(extras):
        if any(_is(package, d) for d in _strings(extras[extra])):
            return (_pip(f".[{extra}]"),)
    listed = [d.replace(" ", "") for d in _strings(_at(data, "project", "dependencies"))]
    if any(_is(package, d) for d in listed) and all(_WORD.fullmatch(d) for d in listed):
        return (_pip(*listed),)
    return ()


def _names(table: Any) -> list[str]:
    return [n for n in table if re.fullmatch(r"[A-Za-z0-9][\w.-]*", n)] if isinstance(table, dict) else []


def _is(package: str, dependency: str) -> bool:
    """True if a dependency is PACKAGE, or a theme or plugin of it, which brings it."""
    return bool(re.match(rf"{package}\b", dependency, re.IGNORECASE))


def _from_ci(project: Project, package: str) -> list[str]:
    """What the workflows install with pip, where that is the generator."""
    for path in project.below(".github/workflows"):
        for match in _PIP.finditer(project.text(path)):
            words = [w.strip("\"'") for w in match[1].split()]
            wanted = [w for w in words if not w.startswith("-")]
            if any(_is(package, w) for w in wanted) and all(_WORD.fullmatch(w) for w in wanted):
                return [_pinned(w) for w in wanted]
    return []


def _inferred(project: Project, name: str, config: str) -> list[str]:
    """The distributions that the configuration names, each with the version that is known to work."""
    text = project.text(config)
    found = [PACKAGES[name]]
    if name == "MkDocs":
        theme = re.search(r"^theme:[ \t]*(?:\n(?:[ \t].*\n|\n)*?[ \t]+name:[ \t]*)?[\"']?([\w-]+)", text, re.MULTILINE)
        found += [THEMES[theme[1]]] if theme and theme[1] in THEMES else []
        found += [PLUGINS[p] for p in _listed(text, "plugins") if p in PLUGINS]
        if "pymdownx." in text and "mkdocs-material" not in found:
            found.append("pymdown-extensions")
    if name == "Sphinx":
        quoted = [w for block in _SPHINX_NAMES.findall(text) for w in re.findall(r"[\"']([\w.]+)[\"']", block)]
        for word in quoted:
            parts = word.split(".")
            found += [EXTENSIONS[k] for k in (".".join(parts[:2]), parts[0]) if k in EXTENSIONS][:1]
        if any(project.ending(".md")) and re.search(r"source_suffix[^\n]*\.md", text):
            found.append("myst-parser")
    if name == "Pelican":
        found[0] = "pelican[markdown]"
    return [_pinned(word) for word in dict.fromkeys(f for f in found if f)]


def _pinned(word: str) -> str:
    base = word.partition("[")[0]
    return f"{word}=={PINS[base.lower()]}" if base.lower() in PINS and not re.search(r"[=<>~!]", word) else word


def _listed(text: str, key: str) -> list[str]:
    """The names in the list KEY of mkdocs.yml, whose own tags no YAML reader knows."""
    block = re.search(rf"^{key}:[ \t]*\n((?:[ \t]*-[^\n]*\n?|[ \t]+[^\n]*\n?|[ \t]*#[^\n]*\n|\n)*)", text, re.MULTILINE)
    if not block:
        return []
    entries = re.findall(r"^([ \t]*)-[ \t]+[\"']?([\w/.-]+)", block[1], re.MULTILINE)
    outer = len(entries[0][0]) if entries else 0
    return [name.rpartition("/")[2] for indent, name in entries if len(indent) == outer]


def _python(project: Project, hosted: dict[str, Any], named: str) -> Fact[str]:
    """The Python that runs the generator."""
    asked = _at(hosted, "build", "tools", "python")
    newest = (releases.newest(releases.PYTHON) or releases.PYTHON[0]).line
    for value, path in ((asked, _hosted_file(project)), (project.text(".python-version").strip(), ".python-version")):
        line = ".".join(str(value).split(".")[:2])
        if (known := releases.by_line(releases.PYTHON, line)) and known.is_supported:
            return fact(line, path, project.line_of(path, line))
    if _OLD_SPHINX.search(named):
        return default("3.12", "Sphinx before 7 needs a module that left Python with 3.13")
    return default(newest, "nothing asks for a version")


def _hosted_file(project: Project) -> str:
    return project.first(".readthedocs.yaml", ".readthedocs.yml") or ""


def _read_the_docs(project: Project) -> dict[str, Any]:
    """What Read the Docs is told; empty if there is nothing or if it cannot be read."""
    path = _hosted_file(project)
    if not path:
        return {}
    import yaml  # noqa: PLC0415

    try:
        data = yaml.safe_load(project.text(path))
    except (yaml.YAMLError, RecursionError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _entries(hosted: dict[str, Any]) -> Iterator[dict[str, Any]]:
    found = _at(hosted, "python", "install")
    yield from (e for e in (found if isinstance(found, list) else ()) if isinstance(e, dict))


def _at(data: Any, *keys: str) -> Any:
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _strings(value: Any) -> list[str]:
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []
