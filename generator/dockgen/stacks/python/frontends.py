"""Find the front-ends whose build a Python app serves: its code names their output, or keeps static files there."""

from __future__ import annotations

import ast
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dockgen.facts import Evidence
from dockgen.stacks.node import frontend, outputs
from dockgen.stacks.python.claim import MANIFESTS
from dockgen.stacks.python.imports import ancestors

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dockgen.project import Project
    from dockgen.stacks.node.frontend import Frontend
    from dockgen.stacks.node.outputs import Output
    from dockgen.stacks.python.code import Code
    from dockgen.stacks.python.source import Module

# Folders whose whole content is sent out or rendered, by the conventions of Django, Flask and others.
STATIC = frozenset({"static", "staticfiles", "templates"})
# Those whose whole content is, if the code names them.
NAMED = STATIC | {"assets", "build", "dist", "html", "public", "static_files", "statics", "webroot", "www"}
# Calls that make a path of their arguments.
PATHS = frozenset({"Path", "PurePath", "PosixPath", "abspath", "expanduser", "fspath", "join", "joinpath", "normpath",
    "realpath", "resolve", "root", "safe_join", "str"})  # fmt: skip
_PACKAGES = re.compile(r"[\"']npm\.finders\.|^STATICFILES_DIRS\s*=\s*[\[(][^\])]*[\"'/]node_modules\b", re.MULTILINE)
MAX_DEPTH = 6
UNKNOWN = "."  # what a name that cannot be followed adds to a path: the place that it starts from


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Every place in the project that a path in the code may mean: it is relative to one of the folders above it."""

    places: tuple[str, ...]
    where: Evidence


def find(
    project: Project, code: Code, entry: str, settings: tuple[str, ...]
) -> tuple[tuple[Frontend, ...], tuple[str, ...], tuple[str, ...]]:
    """The front-ends that the app serves, their folders that it does not read itself, and warnings about others.

    ENTRY is the file that starts, SETTINGS are Django's.
    """
    every = list(frontend.packages(project))
    packages = [p for p, manifest in every if outputs.builds(manifest)]
    if not every:
        return (), (), ()
    named = tuple(_named(code))

    def wants(folder: str, output: Output) -> Evidence | None:
        if _is_another_app(project, folder, entry):
            return None
        if posixpath.basename(output.path) == frontend.MODULES:
            return _sends_packages(project, settings)
        return _needs(project, named, folder, output)

    found = frontend.find(project, wants)
    own = tuple(f.folder for f in found if not f.whole and not _reads(project, named, f))
    return found, own, tuple(_told(project, packages, found))


def _is_another_app(project: Project, folder: str, entry: str) -> bool:
    """True if FOLDER is a Python app of its own, which is not the one that starts."""
    return folder != "." and not entry.startswith(f"{folder}/") and any(project.has(f"{folder}/{m}") for m in MANIFESTS)


def _needs(project: Project, named: Sequence[Named], folder: str, output: Output) -> Evidence | None:
    """Where the app needs OUTPUT; None if nothing says that it does."""
    path, package = output.path, posixpath.normpath(f"{folder}/package.json")
    for name in named:
        for place in name.places:
            exactly = f"{place}/".startswith(f"{path}/")
            if exactly or (path.startswith(f"{place}/") and posixpath.basename(place) in NAMED):
                return Evidence(name.where.path, name.where.line, f"serves {path}, which {package} builds")
    is_outside = folder == "." or not path.startswith(f"{folder}/")
    beside = "" if folder == "." else posixpath.dirname(path)  # it was led out of its own folder, to the app's code
    among = bool(beside) and any(posixpath.dirname(f) == beside for f in project.ending(".py"))
    if output.sure and is_outside and (among or STATIC.intersection(path.split("/"))):
        return Evidence(package, project.line_of(package, '"build'), f"builds {path}, among the app's own files")
    return None


def _sends_packages(project: Project, settings: tuple[str, ...]) -> Evidence | None:
    """Where Django is told to take static files from node_modules itself; None if it is not."""
    for file in settings:
        if m := _PACKAGES.search(project.text(file)):
            line = project.text(file).count("\n", 0, m.start()) + 1
            return Evidence(file, line, "takes static files from node_modules")
    return None


def _reads(project: Project, named: Sequence[Named], found: Frontend) -> bool:
    """True if the app has code in the front-end's folder, or names something there that is not built."""
    if any(f.endswith(".py") for f in project.below(found.folder)):
        return True
    inside = (p for n in named for p in n.places if p.startswith(f"{found.folder}/"))
    return any(
        (project.has(p) or project.has_folder(p))
        and not any(f"{p}/".startswith(f"{o}/") or o.startswith(f"{p}/") for o in found.outputs)
        for p in inside
    )


def _told(project: Project, packages: list[str], found: Sequence[Frontend]) -> Iterator[str]:
    """Front-ends in folders of their own that nothing in the app serves."""
    for path in packages:
        folder = posixpath.dirname(path)
        if folder.count("/") > 0 or not folder or any(f.folder in (folder, ".") for f in found):
            continue
        if frontend.is_app(project, path):
            yield (
                f"{folder}/ is a front-end with a build of its own that nothing here was seen to serve: this image"
                f" does not contain it; `dockgen init {folder}` makes one for it"
            )


def _named(code: Code) -> Iterator[Named]:
    """The paths in the app's code."""
    for path in code.paths:
        if module := code.module(path):
            yield from _of_module(module)


def _of_module(module: Module) -> Iterator[Named]:
    folders = [*ancestors(posixpath.dirname(module.path)), ""]
    values = _values(module)
    parts: set[int] = set()
    for node in module.nodes:
        if id(node) in parts or not isinstance(node, (ast.Call, ast.BinOp, ast.JoinedStr, ast.Constant)):
            continue
        text = _path(node, values)
        if text is None:
            continue
        if not isinstance(node, ast.Constant):
            parts |= {id(inner) for inner in ast.walk(node)}
        if relative := _relative(text):
            places = tuple(posixpath.join(folder, relative) for folder in folders)
            yield Named(places=places, where=Evidence(module.path, getattr(node, "lineno", None)))


def _values(module: Module) -> dict[str, ast.expr]:
    """What names are assigned first, wherever in the file."""
    found: dict[str, ast.expr] = {}
    for node in module.nodes:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, node.value)
    return found


def _relative(text: str) -> str:
    """TEXT as a path below the project or one of its folders; "" if it is none. /app is where the project will lie."""
    path = posixpath.normpath(text.removeprefix("/app/"))
    while path.startswith("../"):
        path = path[3:]
    is_name = "/" in path or path in NAMED or posixpath.splitext(path)[1]
    return path if is_name and path[0] not in "/." and len(path) < 200 and path.isprintable() else ""


def _path(node: ast.expr, values: Mapping[str, ast.expr], depth: int = 0) -> str | None:
    """The path that an expression stands for, as far as it can be told; None if it is no path."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name not in PATHS:
            return None
        of = [node.func.value] if isinstance(node.func, ast.Attribute) and name in ("joinpath", "resolve") else []
        return "/".join(_part(a, values, depth) for a in (*of, *node.args)) or UNKNOWN
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Div, ast.Add)):
        between = "/" if isinstance(node.op, ast.Div) else ""
        return between.join(_part(n, values, depth) for n in (node.left, node.right))
    if isinstance(node, ast.JoinedStr):
        inner = (v.value if isinstance(v, ast.FormattedValue) else v for v in node.values)
        return "".join(_part(v, values, depth) for v in inner)
    return None


def _part(node: ast.expr, values: Mapping[str, ast.expr], depth: int) -> str:
    if depth > MAX_DEPTH:
        return UNKNOWN
    if isinstance(node, ast.Name) and node.id in values:
        return _part(values[node.id], values, depth + 1)
    return _path(node, values, depth + 1) or UNKNOWN
