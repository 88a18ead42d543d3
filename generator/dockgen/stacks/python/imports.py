"""Where a file is run from: the folders on Python's path with which its imports work, and its dotted name there."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dockgen.project import Project
    from dockgen.stacks.python.source import Module


def ancestors(folder: str) -> list[str]:
    """FOLDER and every folder above it inside the project, the deepest first."""
    parts = folder.split("/") if folder else []
    return ["/".join(parts[:i]) for i in range(len(parts), 0, -1)]


def import_roots(project: Project, module: Module) -> tuple[str, ...]:
    """The folders that must be on Python's path for a file's imports to work, the one it is run from first.

    "" is the project itself. Of the file's own folders and `src`, that in which most of its absolute imports are found;
    others only if they hold imports that the first does not. A file that imports from its own package is run from above
    that package.
    """
    folder = module.path.rpartition("/")[0]
    if not folder:
        return ("",)
    candidates = ["", *reversed(ancestors(folder))]
    if "src" in candidates:
        candidates = ["src", *[c for c in candidates if c != "src"]]
    if module.relative or module.path.endswith("/__init__.py"):
        candidates = [c for c in candidates if c != folder] or [folder.rpartition("/")[0]]
    found = {c: _found_in(project, c, module.absolute) for c in candidates}
    best = max(candidates, key=lambda c: len(found[c]))  # the first of equals
    if not found[best]:
        package = _package_parent(project, folder)
        return (package if package in candidates else candidates[0],)
    roots = [best]
    for other in candidates:
        if found[other] - set().union(*(found[r] for r in roots)):
            roots.append(other)
    return tuple(sorted(roots, key=lambda r: r != "")) if "" in roots else tuple(roots)


def _found_in(project: Project, root: str, names: set[str]) -> set[str]:
    prefix = f"{root}/" if root else ""
    return {n for n in names if project.has(f"{prefix}{n}.py") or _has_python(project, f"{prefix}{n}")}


def _has_python(project: Project, folder: str) -> bool:
    return project.has_folder(folder) and any(f.endswith(".py") for f in project.below(folder))


def _package_parent(project: Project, folder: str) -> str:
    """The folder above the top-most package that FOLDER lies in; the project itself if it is no package."""
    inside = folder
    while inside and project.has(f"{inside}/__init__.py"):
        inside = inside.rpartition("/")[0]
    if inside == folder:
        return "src" if folder.startswith("src/") else ""
    return inside


def module_name(path: str, root: str) -> str:
    """The dotted name of the file PATH when ROOT is on Python's path."""
    inside = path[len(root) + 1 :] if root else path
    return inside.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def placed(roots: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The working directory and what must be added to Python's path, for an app that is found in the first of ROOTS."""
    root, *more = roots
    # src/ is a place for packages and not a folder to work in.
    return ("", roots) if root == "src" or root.endswith("/src") else (root, tuple(more))


def roots_of(project: Project, module: Module | None) -> tuple[str, ...]:
    """The import roots of a file; the project itself for one that cannot be parsed."""
    return import_roots(project, module) if module else ("",)


def stem(path: str) -> str:
    """The name of a Python file without its folder and ending."""
    return path.rpartition("/")[2].removesuffix(".py")
