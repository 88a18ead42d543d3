"""An app in a workspace: which of the other packages it needs, to be built and to run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import lazy, values
from dockgen.errors import InputError
from dockgen.stacks.node import package
from dockgen.stacks.node.model import Shared

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.project import Project, Workspace
    from dockgen.stacks.node.package import Package

# A value of the name on the left is a package of the workspace only under these schemes, or as a plain range.
_ELSEWHERE = ("npm:", "git", "http:", "https:", "github:")
_NAME = lazy.pattern(r"(?:@[\w.-]+/)?[\w.-]+")
# Task runners that know what must be built first: their package, and their file at the root.
RUNNERS = (("turbo", "turbo.json"), ("nx", "nx.json"))


def read(project: Project, manifest: Package, root: Package) -> Shared | None:
    """What the app shares with its workspace; None if it stands alone."""
    workspace = project.workspace
    if not workspace or workspace.manifest != package.MANIFEST or not project.has(package.MANIFEST):
        return None
    packages = _packages(workspace)
    packages[workspace.path] = manifest
    names = [p.name for p in packages.values()]
    folders = {p.name: f for f, p in packages.items() if _NAME.fullmatch(p.name) and names.count(p.name) == 1}
    needed = _needed(workspace.path, packages, folders, shipped=False)
    for folder in _direct(root, folders, shipped=False):
        needed += [f for f in _needed(folder, packages, folders, shipped=False) if f not in needed]
    apps = tuple(f for f, p in packages.items() if f not in needed and _is_app(p))
    return Shared(
        path=workspace.path,
        name=manifest.name if folders.get(manifest.name) == workspace.path else f"./{workspace.path}",
        root=root,
        files=top(workspace.root),
        own=top(project),
        needed=tuple(needed),
        shipped=tuple(_needed(workspace.path, packages, folders, shipped=True)),
        members=tuple(packages),
        packages=packages,
        schemas=tuple(f for f in packages if workspace.root.has_folder(f"{f}/prisma")),
        runner=_runner(workspace.root, root, manifest),
        apps=apps,
    )


def merged(shared: Shared, manifest: Package) -> Package:
    """MANIFEST with what its packages of the workspace depend on as well, as an installation sees it."""
    own = {p.name for p in shared.packages.values()}

    def union(kind: str, folders: tuple[str, ...]) -> dict[str, str]:
        tables = [getattr(shared.packages[f], kind) for f in folders]
        return {n: spec for table in (*tables, getattr(manifest, kind)) for n, spec in table.items() if n not in own}

    return replace(
        manifest,
        dependencies=union("dependencies", shared.shipped),
        dev_dependencies={**shared.root.dev_dependencies, **union("dev_dependencies", shared.needed)},
        optional_dependencies=union("optional_dependencies", shared.shipped),
    )


def _packages(workspace: Workspace) -> dict[str, Package]:
    found = {}
    for folder in workspace.members:
        try:
            found[folder] = package.read(workspace.root, f"{folder}/{package.MANIFEST}")
        except InputError:
            continue  # a fixture; the package manager will say so if it is not
    return found


def _needed(folder: str, packages: Mapping[str, Package], folders: Mapping[str, str], *, shipped: bool) -> list[str]:
    """FOLDER and the packages that it depends on, each after those that it depends on itself."""
    done: list[str] = []
    opened: set[str] = set()

    def visit(at: str) -> None:
        if at in opened:
            return
        opened.add(at)
        for below in _direct(packages[at], folders, shipped=shipped):
            visit(below)
        done.append(at)

    visit(folder)
    return done


def _direct(manifest: Package, folders: Mapping[str, str], *, shipped: bool) -> list[str]:
    table = manifest.shipped if shipped else manifest.all_dependencies
    return [folders[n] for n, spec in table.items() if n in folders and not spec.startswith(_ELSEWHERE)]


def _is_app(manifest: Package) -> bool:
    """True if it is run rather than used: what others import has an entry or is published."""
    runs = {"start", "dev", "serve"} & set(manifest.scripts)
    return bool(runs) and not manifest.main and not manifest.bins


def _runner(root: Project, manifest: Package, own: Package) -> str:
    known = {**manifest.all_dependencies, **own.all_dependencies}
    return next((name for name, file in RUNNERS if name in known and root.has(file)), "")


# What of a project's .yarn an installation reads; the rest of it is made by Yarn, and is not there in a fresh clone.
CARRIED = (".yarn/patches", ".yarn/plugins", ".yarn/releases")


def top(project: Project) -> tuple[str, ...]:
    """Files and folders at the top that a Dockerfile can name, and those that Yarn reads; folders with a slash."""
    files = [f for f in project.files if "/" not in f]
    folders = [f"{f}/" for f in project.folders if "/" not in f or f in CARRIED]
    return tuple(n for n in (*files, *folders) if values.is_path(n.rstrip("/")))


def root_of(project: Project, manifest: Package) -> tuple[Project, Package]:
    """What an installation reads: the root of the workspace of packages that PROJECT belongs to, else itself."""
    workspace = project.workspace
    if workspace and workspace.manifest == package.MANIFEST:
        return workspace.root, package.read(workspace.root)
    return project, manifest
