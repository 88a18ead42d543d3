"""Workspaces of several packages: which file declares one, and which folders belong to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dockgen.errors import InputError
from dockgen.project import Workspace
from dockgen.values import is_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from dockgen.project import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """A workspace as its root declares it: globs of folders, each with MANIFEST in it; `!` in front leaves out."""

    marker: str
    manifest: str
    globs: tuple[str, ...]

    def covers(self, folder: str) -> bool:
        """True if FOLDER, relative to the root, is one of the workspace's."""
        inside = False
        for glob in self.globs:
            out = glob.startswith("!")
            if out == inside and _pattern(glob.lstrip("!")).fullmatch(folder):
                inside = not out
        return inside

    def of(self, root: Project, folder: str, members: tuple[str, ...]) -> Workspace:
        """The workspace with these MEMBERS, as the one in FOLDER sees it."""
        return Workspace(root=root, path=folder, marker=self.marker, manifest=self.manifest, members=members)

    def members(self, project: Project) -> tuple[str, ...]:
        """The folders of the workspace whose root is PROJECT, shallow first."""
        found = (f.removesuffix(f"/{self.manifest}") for f in project.ending(f"/{self.manifest}"))
        return tuple(f for f in found if is_path(f) and self.covers(f))


def declarations(project: Project) -> tuple[Declaration, ...]:
    """The workspaces that PROJECT is the root of; a file that cannot be read declares none here."""
    found = []
    for marker, (manifest, read) in MARKERS.items():
        if project.has(marker):
            try:
                globs = read(project)
            except InputError:
                continue  # told when the file is read for good
            if globs:
                found.append(Declaration(marker=marker, manifest=manifest, globs=globs))
    return tuple(found)


def all_of(project: Project) -> tuple[Declaration, ...]:
    """The workspaces that PROJECT is the root of, and its Go modules that need each other without being one."""
    folders = () if project.has("go.work") else _replacing(project)
    beside = (Declaration(marker="go.mod", manifest="go.mod", globs=folders),) if folders else ()
    return (*declarations(project), *beside)


def levels(project: Project) -> int:
    """How many folders above PROJECT its go.mod reaches, with `replace … => ../../common`; 0 if it stands alone."""
    return max((p.count("..") for p in _targets(project, "go.mod") if p.startswith("..")), default=0)


def _replacing(project: Project) -> tuple[str, ...]:
    """The folders whose go.mod puts a module that lies elsewhere in PROJECT in the place of another."""
    found = []
    for file in project.ending("/go.mod"):
        folder = file.removesuffix("/go.mod")
        places = _targets(project, file)
        if any(not f"{p}/".startswith(("../", f"{folder}/")) for p in places):
            found.append(folder)
    return tuple(found)


def _targets(project: Project, file: str) -> tuple[str, ...]:
    """The folders that the replace directives of a go.mod point to, relative to PROJECT."""
    if "=> ." not in project.text(file):
        return ()
    from dockgen.stacks.go.gomod import parse  # noqa: PLC0415  (start-up time: few projects have one)

    return parse(project, file).local


def of(root: Project, folder: str) -> Workspace | None:
    """The workspace in ROOT that FOLDER is a member of; None if it is of none."""
    for declaration in all_of(root):
        members = declaration.members(root)
        if folder in members:
            return declaration.of(root, folder, members)
    return None


def node_members(project: Project) -> tuple[str, ...]:
    """The manifests of the packages of a JavaScript workspace whose root is PROJECT."""
    found = (d for d in declarations(project) if d.manifest == "package.json")
    return tuple(dict.fromkeys(f"{m}/{d.manifest}" for d in found for m in d.members(project)))


def _pattern(glob: str) -> re.Pattern[str]:
    """A glob of folders: `*` stops at a slash, `**` does not."""
    parts = re.split(r"(/\*\*|\*\*/|\*\*|\*)", re.sub(r"^\./", "", glob).rstrip("/"))
    wild = {"/**": "(?:/.*)?", "**/": "(?:.*/)?", "**": ".*", "*": "[^/]*"}
    return re.compile("".join(wild.get(p) or re.escape(p) for p in parts))


def _pnpm(project: Project) -> tuple[str, ...]:
    import yaml  # noqa: PLC0415

    try:
        data = yaml.safe_load(project.manifest("pnpm-workspace.yaml"))
    except (yaml.YAMLError, RecursionError, ValueError):
        return ()
    return _texts(data.get("packages")) if isinstance(data, dict) else ()


def _npm(project: Project) -> tuple[str, ...]:
    value = project.json("package.json").get("workspaces")
    return _texts(value.get("packages") if isinstance(value, dict) else value)


def _lerna(project: Project) -> tuple[str, ...]:
    return _texts(project.json("lerna.json").get("packages", ["packages/*"]))


def _uv(project: Project) -> tuple[str, ...]:
    table: Any = project.toml("pyproject.toml")
    for key in ("tool", "uv", "workspace"):
        table = table.get(key) if isinstance(table, dict) else None
    if not isinstance(table, dict):
        return ()
    return (*_texts(table.get("members")), *(f"!{glob}" for glob in _texts(table.get("exclude"))))


def _go(project: Project) -> tuple[str, ...]:
    from dockgen.stacks.go.gomod import used_by_work  # noqa: PLC0415  (start-up time: few projects have a go.work)

    return tuple(folder for folder in used_by_work(project) if folder != ".")


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(v for v in value if isinstance(v, str) and v) if isinstance(value, list) else ()


# File at the root -> the manifest of a member, and what reads the globs. Earlier wins where a folder is in several.
MARKERS: dict[str, tuple[str, Callable[[Project], tuple[str, ...]]]] = {
    "pnpm-workspace.yaml": ("package.json", _pnpm),
    "package.json": ("package.json", _npm),
    "lerna.json": ("package.json", _lerna),
    "pyproject.toml": ("pyproject.toml", _uv),
    "go.work": ("go.mod", _go),
}
