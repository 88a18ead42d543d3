"""Find the project's own files: the source behind a built file, and what a file imports."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.stacks.node import typescript

if TYPE_CHECKING:
    from dockgen.project import Project

MAX_FILES = 80
SUFFIXES = (".ts", ".js", ".mjs", ".mts", ".cjs", ".cts", ".tsx", ".jsx")
OUTPUTS = ("dist", "build", "lib", "out", "output", ".build", "bin", "prod", "compiled", "bundle", "server-dist")
_IMPORT = lazy.pattern(r"""(?:\bfrom|\bimport|\brequire\()\s*\(?\s*["'](\.{1,2}|[.@~#\w][^"'\n]{0,200})["']""")
_TEST = lazy.pattern(
    r"(?:^|/)(?:tests?|__tests__|__mocks__|e2e|spec|cypress)/|\.(?:test|spec|d|stories)\.[cm]?[jt]sx?$"
    r"|^[^/]+\.config\.[cm]?[jt]sx?$"  # of a tool; config/app.config.ts is the app's own
)


def entry(project: Project, file: str) -> str | None:
    """The source file behind FILE, which may be the output of a build: dist/main.js is src/main.ts, and so on."""
    file = posixpath.normpath(file.removeprefix("./"))
    if hit := _resolve(project, file):
        return hit
    parts = file.split("/")
    stem = re.sub(r"\.[cm]?js$", "", "/".join(parts[1:] if parts[0] in OUTPUTS and len(parts) > 1 else parts))
    tail = stem.rpartition("/")[2]
    beside = f"{stem.rpartition('/')[0]}/src/{tail}"  # Nx: dist/apps/api/main is apps/api/src/main
    for candidate in (
        f"src/{stem}", stem, f"source/{stem}", f"server/{stem}", f"app/{stem}", beside, f"src/{tail}", tail
    ):  # fmt: skip
        if hit := _resolve(project, candidate):
            return hit
    return None


def _resolve(project: Project, path: str) -> str | None:
    """A module path as Node and TypeScript look it up: as it is, with a suffix, as a folder's index."""
    path = posixpath.normpath(path)
    bare = re.sub(r"\.[cm]?jsx?$", "", path)
    names = [path, *(f"{path}{s}" for s in SUFFIXES), *(f"{bare}{s}" for s in SUFFIXES)]
    names += [f"{path}/index{s}" for s in SUFFIXES]
    return project.first(*names)


def reachable(project: Project, start: str) -> list[str]:
    """START and the project's own files that it imports, nearest first, at most MAX_FILES."""
    found, queue = {start: None}, [start]
    names = aliases(project)
    while queue and len(found) < MAX_FILES:
        file = queue.pop(0)
        for m in _IMPORT.finditer(project.text(file)):
            hit = _imported(project, names, file, m[1])
            if hit and hit not in found and not _TEST.search(hit) and hit.endswith((*SUFFIXES, "www")):
                found[hit] = None
                queue.append(hit)
    return list(found)[:MAX_FILES]


def _imported(project: Project, names: list[tuple[str, str]], file: str, target: str) -> str | None:
    """The file of the project that FILE imports as TARGET; None if it is somebody else's."""
    if target[0] == ".":
        path = posixpath.normpath(posixpath.join(posixpath.dirname(file), target))
        return _resolve(project, path) or (entry(project, path) if path.split("/")[0] in OUTPUTS else None)
    for prefix, folder in names:
        exact = not prefix.endswith("/") and prefix
        if target == prefix or (not exact and target.startswith(prefix)):
            path = posixpath.normpath(posixpath.join(folder, target[len(prefix) :]))
            if hit := _resolve(project, path):
                return hit
    if target[0] in "@~#" and "/" in target:
        bare = target.partition("/")[2]
        return _resolve(project, f"src/{bare}") or _resolve(project, bare)
    return None


def aliases(project: Project) -> list[tuple[str, str]]:
    """What tsconfig's `paths` and package.json's `imports` let names begin with, and the folder or file meant."""
    found: list[tuple[str, str]] = []
    options = typescript.options(project) if project.has("tsconfig.json") else {}
    base = options.get("baseUrl")
    base = base if isinstance(base, str) else "."
    tables = [(options.get("paths"), base)]
    if '"imports"' in project.text("package.json"):
        tables.append((project.json("package.json").get("imports"), "."))
    for table, root in tables:
        for name, targets in (table if isinstance(table, dict) else {}).items():
            first = targets[0] if isinstance(targets, list) and targets else targets
            if isinstance(first, str) and isinstance(name, str) and name.rstrip("*"):
                found.append((name.rstrip("*"), posixpath.normpath(posixpath.join(root, first.rstrip("*")))))
    if "baseUrl" in options:
        found += [(f"{folder}/", posixpath.join(base, folder)) for folder in _folders(project, base)]
    return found


def _folders(project: Project, base: str) -> list[str]:
    """The folders in BASE, which imports may name without more."""
    prefix = "" if base in (".", "./") else f"{posixpath.normpath(base)}/"
    inside = {f.removeprefix(prefix).split("/")[0] for f in project.folders if f.startswith(prefix) and f != prefix}
    return sorted(f for f in inside if f and f[0] != "." and f != "node_modules")


def sources(project: Project) -> list[str]:
    """Source files where no entry is known: shallow first, without tests."""
    files = (
        f
        for f in project.ending(*SUFFIXES)
        if not _TEST.search(f) and f.split("/")[0] not in ("dist", "public", "docs", ".yarn")
    )
    return [f for f, _ in zip(files, range(MAX_FILES), strict=False)]
