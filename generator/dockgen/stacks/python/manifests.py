"""Read what a Python project says of itself: dependencies, versions, scripts, in all the files that say so."""

from __future__ import annotations

import ast
import re
from dataclasses import field, replace
from typing import TYPE_CHECKING, Any

from dockgen import lazy
from dockgen.errors import InputError
from dockgen.facts import Evidence
from dockgen.records import dataclass
from dockgen.stacks.python import source
from dockgen.stacks.python.ranges import poetry_spec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockgen.project import Project

# Files that hold what production needs, most specific first. The first that exists is installed.
PRODUCTION_FILES = (
    "requirements-prod.txt", "requirements_prod.txt", "requirements.prod.txt", "requirements-production.txt",
    "requirements_production.txt", "requirements.production.txt", "requirements/production.txt",
    "requirements/prod.txt", "requirements/deploy.txt", "requirements/requirements-prod.txt",
    "requirements/requirements.prod.txt",
)  # fmt: skip
REQUIREMENT_FILES = (
    "requirements.txt", "requirements/base.txt", "requirements/main.txt", "requirements/common.txt",
    "requirements/requirements.txt", "requirements/default.txt", "requirements/core.txt", "requirements/app.txt",
    "requirements/server.txt", "requirements/web.txt", "requirements/runtime.txt", "requirements-base.txt",
    "requirements_base.txt", "requirements.base.txt", "requirements/requirements-base.txt", "reqs.txt",
    "requirements.lock", "requirements.in", "src/requirements.txt", "app/requirements.txt", "backend/requirements.txt",
    "server/requirements.txt", "api/requirements.txt", "bot/requirements.txt",
)  # fmt: skip

_NAME = lazy.pattern(r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*([^;#]*)")
_EGG = lazy.pattern(r"#egg=([A-Za-z0-9._-]+)")
_INCLUDE = lazy.pattern(r"(?:-r|--requirement|(-c|--constraint))[ =]\s*(\S+)")
_EDITABLE = lazy.pattern(r"(?:-e|--editable)[ =]\s*")
_LINKS = lazy.pattern(r"(?:-f|--find-links)[ =]\s*(?!https?:)(\S+)")
_HASH = lazy.pattern(r"--hash[= ]")
_LOCAL = lazy.pattern(r"\.{1,2}(?:/|$|\[)|file:")
_REMOTE = lazy.pattern(r"(?:git|hg|svn|bzr)\+|https?://")


@dataclass(frozen=True, slots=True)
class Dependency:
    """A requirement: its normalised name, version specifier ("" if any will do), extras, and where it stands."""

    name: str
    spec: str = ""
    extras: tuple[str, ...] = ()
    evidence: Evidence = field(default_factory=Evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirements:
    """What a requirements file asks for, with all that it includes."""

    roots: tuple[str, ...]  # the files that pip is given
    files: tuple[str, ...]  # those and every file that they include
    dependencies: tuple[Dependency, ...]
    needs_source: bool = False  # it installs the project itself or something else in it
    needs_git: bool = False
    has_hashes: bool = False  # pip then wants one for everything that it is given
    constraints: tuple[str, ...] = ()  # a file of constraints that nothing includes


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A console script: the command's name, the module and function behind it."""

    name: str
    target: str
    evidence: Evidence


def normal(name: str) -> str:
    """NAME as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def requirement(text: str, path: str, line: int | None = None) -> Dependency | None:
    """The dependency in one requirement such as `uvicorn[standard]>=0.30`; None if it names none."""
    if m := _EGG.search(text):
        return Dependency(normal(m[1]), evidence=Evidence(path, line, normal(m[1])))
    if not (m := _NAME.match(text.strip())):
        return None
    extras = tuple(sorted(normal(e) for e in (m[2] or "").split(",") if e.strip()))
    spec = "" if m[3].lstrip().startswith("@") else m[3].strip().strip("()")
    return Dependency(normal(m[1]), spec, extras, Evidence(path, line, normal(m[1])))


def requirements(project: Project, path: str) -> Requirements:
    """What the requirements file PATH asks for, its includes followed inside the project."""
    files: list[str] = []
    found: list[Dependency] = []
    bounds: dict[str, str] = {}  # what constraints say, which counts only for what something asks for
    has_local = git = hashes = False
    unnamed = ""
    queue = [(path, False)]
    while queue:
        current, binds = queue.pop(0)
        if current in files or not project.has(current):
            continue
        files.append(current)
        hashes = hashes or bool(_HASH.search(project.manifest(current)))
        for number, line in _logical_lines(project.manifest(current)):
            if m := _INCLUDE.match(line):
                queue.append((beside(current, m[2]), binds or bool(m[1])))
                continue
            wanted = _EDITABLE.sub("", line, count=1) if _EDITABLE.match(line) else line
            if wanted.startswith("-"):
                has_local = has_local or bool(_LINKS.match(wanted))
                continue
            is_local = bool(_LOCAL.match(wanted)) or (wanted != line and not _REMOTE.match(wanted))
            has_local = has_local or is_local
            git = git or "git+" in wanted
            if is_local or not (dependency := requirement(wanted, current, number)):
                continue
            if binds:
                bounds[dependency.name] = dependency.spec
            else:
                found.append(dependency)
        if not queue and (unnamed := unnamed or _constraints(project, path, files)):
            queue += [(unnamed, True)] if unnamed not in files else []
    return Requirements(
        roots=(path,),
        files=tuple(f for f in files if f != unnamed),
        dependencies=tuple(replace(d, spec=d.spec or bounds.get(d.name, "")) for d in found),
        needs_source=has_local,
        needs_git=git,
        has_hashes=hashes,
        constraints=(unnamed,) if unnamed else (),
    )


def _constraints(project: Project, path: str, files: list[str]) -> str:
    """The file of constraints beside the requirements PATH, or at the top, that none of FILES includes."""
    found = project.first(beside(path, "constraints.txt"), "constraints.txt") or ""
    return "" if found in files else found


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Line number and text of each requirement; comments and hashes dropped, continuations joined."""
    start, held = 0, ""
    for number, raw in enumerate(text.splitlines(), 1):
        start = start if held else number
        held += re.sub(r"(^|\s)#.*", "", raw)
        if held.rstrip().endswith("\\"):
            held = held.rstrip()[:-1] + " "
            continue
        line = re.sub(r"\s--hash[= ]\S+", "", held).strip()
        held = ""
        if line:
            yield start, line


def beside(path: str, name: str) -> str:
    """The project path of NAME as written in the file PATH; "" if it leaves the project."""
    if name.startswith("/"):
        return ""
    parts: list[str] = []
    for part in (*path.split("/")[:-1], *name.split("/")):
        if part == "..":
            if not parts:
                return ""
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


def production_requirements(project: Project) -> Requirements | None:
    """The requirements that production needs; None if the project has no requirements file.

    A file named for production wins over requirements.txt. If it only adds to requirements.txt without including it,
    both are installed.
    """
    base = project.first(*REQUIREMENT_FILES)
    special = project.first(*PRODUCTION_FILES)
    if special:
        wanted = requirements(project, special)
        if not base or base in wanted.files:
            return wanted
        plain = requirements(project, base)
        shared = {d.name for d in wanted.dependencies} & {d.name for d in plain.dependencies}
        if shared or not plain.dependencies:
            return wanted
        return Requirements(
            roots=(*plain.roots, *wanted.roots),
            files=(*plain.files, *wanted.files),
            dependencies=plain.dependencies + wanted.dependencies,
            needs_source=plain.needs_source or wanted.needs_source,
            needs_git=plain.needs_git or wanted.needs_git,
            has_hashes=plain.has_hashes or wanted.has_hashes,
            constraints=plain.constraints or wanted.constraints,
        )
    return requirements(project, base) if base else None


def table(value: Any, *keys: str) -> dict[str, Any]:
    """The table below KEYS in parsed TOML or JSON; empty if there is none of that type."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def strings(value: Any) -> list[str]:
    """The strings in a list; empty if VALUE is no list."""
    return [v for v in value if isinstance(v, str)] if isinstance(value, list) else []


def string(value: Any) -> str:
    """VALUE if it is a string, else ""."""
    return value if isinstance(value, str) else ""


def project_dependencies(project: Project, data: Mapping[str, Any]) -> tuple[Dependency, ...]:
    """The dependencies in pyproject.toml: [project], or [tool.poetry]."""
    path = "pyproject.toml"
    found = [
        d
        for text in strings(table(data, "project").get("dependencies"))
        if (d := requirement(text, path, project.line_of(path, text)))
    ]
    wanted = table(data, "tool", "poetry", "dependencies")
    kept = {n: spec for n, spec in wanted.items() if table({"s": spec}, "s").get("optional") is not True}
    for d in poetry_dependencies(kept, path):
        before = project.line_of(path, f"\n{d.evidence.note}")  # the line whose end is found
        found.append(replace(d, evidence=Evidence(path, before and before + 1, d.evidence.note)))
    return tuple(found)


def poetry_dependencies(wanted: Mapping[str, Any], path: str) -> Iterator[Dependency]:
    """The dependencies in one of Poetry's tables."""
    for name, spec in wanted.items():
        if normal(name) != "python":
            version = string(spec) or string(table({"s": spec}, "s").get("version"))
            extras = tuple(normal(e) for e in strings(table({"s": spec}, "s").get("extras")))
            yield Dependency(normal(name), poetry_spec(version), extras, Evidence(path, None, name))


PRODUCTION_GROUPS = ("prod", "production", "deploy", "deployment")


def scripts(project: Project, data: Mapping[str, Any]) -> tuple[Script, ...]:
    """The console scripts of the project, from pyproject.toml, setup.cfg or setup.py."""
    found: list[Script] = []
    for keys in (("project", "scripts"), ("tool", "poetry", "scripts")):
        for name, target in table(data, *keys).items():
            value = string(target) or string(table({"t": target}, "t").get("callable"))
            if value:
                found.append(
                    Script(
                        name=name,
                        target=value,
                        evidence=Evidence("pyproject.toml", project.line_of("pyproject.toml", name)),
                    )
                )
    if not found:
        found += _setup_scripts(project)
    return tuple(s for s in found if re.fullmatch(r"[A-Za-z0-9._-]+", s.name))


def _setup_scripts(project: Project) -> Iterator[Script]:
    entry = re.compile(r"[\"'\s]([A-Za-z0-9._-]+)\s*=\s*([A-Za-z0-9_.]+:[A-Za-z0-9_.]+)")
    if project.has("setup.cfg") and (
        m := re.search(r"^console_scripts\s*=((?:\n[ \t]+.*)+)", project.text("setup.cfg"), re.MULTILINE)
    ):
        for hit in entry.finditer(m[1]):
            yield Script(
                name=hit[1], target=hit[2], evidence=Evidence("setup.cfg", project.line_of("setup.cfg", hit[0].strip()))
            )
    text = project.text("setup.py")
    if "console_scripts" in text:
        for hit in entry.finditer(text[text.index("console_scripts") :][:2000]):
            yield Script(name=hit[1], target=hit[2], evidence=Evidence("setup.py", project.line_of("setup.py", hit[2])))


def setup_argument(project: Project, name: str) -> Any:
    """A literal keyword argument of `setup(…)` in setup.py, or the key in setup.cfg; None if it is not literal."""
    section = "metadata" if name in ("name", "description", "url", "project_urls") else "options"
    if project.has("setup.cfg"):
        import configparser  # noqa: PLC0415  (start-up time: few projects have a setup.cfg)

        parser = configparser.ConfigParser(interpolation=None, strict=False)
        try:
            parser.read_string(project.text("setup.cfg"))
            if value := parser.get(section, name, fallback=None):
                return value
        except configparser.Error as error:
            raise InputError(f"not valid: {str(error).splitlines()[0]}", where="setup.cfg") from error
    if (tree := source.tree(project.text("setup.py"))) is None:
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "setup":
            for keyword in node.keywords:
                if keyword.arg == name:
                    try:
                        return ast.literal_eval(keyword.value)
                    except (ValueError, TypeError, RecursionError, MemoryError):
                        return None
    return None
