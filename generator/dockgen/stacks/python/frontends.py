"""Find the front-ends whose build a Python app serves: its code names their output, or keeps static files there."""

from __future__ import annotations

import ast
import posixpath
import re
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.facts import Evidence
from dockgen.lines import line_at
from dockgen.records import dataclass
from dockgen.stacks.node import frontend
from dockgen.stacks.python.claim import MANIFESTS
from dockgen.stacks.python.imports import ancestors
from dockgen.stacks.python.paths import ROOT, Paths

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

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
_PACKAGES = lazy.pattern(r"[\"']npm\.finders\.|^STATICFILES_DIRS\s*=\s*[\[(][^\])]*[\"'/]node_modules\b", re.MULTILINE)
MAX_DEPTH = 6
MAX_PATH = 200
UNKNOWN = "."  # what a name that cannot be followed adds to a path: the place that it starts from


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A path in the code, and every place in the project that it may mean: below one of the folders above it."""

    places: tuple[str, ...]
    node: ast.expr
    module: Module

    @property
    def where(self) -> Evidence:
        """The line that names it."""
        return Evidence(self.module.path, self.node.lineno)


def find(
    project: Project, code: Code, entry: str, settings: tuple[str, ...]
) -> tuple[tuple[Frontend, ...], tuple[str, ...], tuple[str, ...]]:
    """The front-ends that the app serves, their folders that it does not read itself, and warnings about others.

    ENTRY is the file that starts, SETTINGS are Django's. For a member of a workspace they are looked for in the whole.
    """
    whole, at = (project.workspace.root, project.workspace.path) if project.workspace else (project, "")
    every = [posixpath.dirname(path) for path, _ in frontend.packages(whole)]
    made = {folder: frontend.outputs_of(whole, folder) for folder in every}
    if not made:
        return (), (), ()
    words = {part for paths in made.values() for path in paths for part in path.split("/")}
    named = tuple(_named(project, code, words)) if words else ()

    def wants(folder: str, output: Output) -> Evidence | None:
        if _is_another_app(whole, folder, posixpath.join(at, entry)):
            return None
        if posixpath.basename(output.path) == frontend.MODULES:
            return _sends_packages(project, settings)
        path = output.path.removeprefix(f"{at}/") if at else output.path
        where = _named_by(code, named, folder, path)
        return where or (
            _among_the_code(whole, folder, output) if output.path.startswith(f"{at}/" if at else "") else None
        )

    found = frontend.find(whole, wants)
    if at:
        return found, (), ()
    own = tuple(f.folder for f in found if not f.whole and not _reads(project, named, f))
    lone = [f for f, paths in made.items() if paths and all(frontend.is_made(project, p) for p in paths)]
    return found, own, tuple(_told(lone, found))


def _is_another_app(project: Project, folder: str, entry: str) -> bool:
    """True if FOLDER is a Python app of its own, which is not the one that starts."""
    return folder != "." and not entry.startswith(f"{folder}/") and any(project.has(f"{folder}/{m}") for m in MANIFESTS)


def _named_by(code: Code, named: Sequence[Named], folder: str, path: str) -> Evidence | None:
    """Where the code names PATH, something in it, or a folder around it whose whole content is sent out."""
    for name in named:
        for place in name.places:
            exactly = f"{place}/".startswith(f"{path}/")
            if not exactly and not (path.startswith(f"{place}/") and posixpath.basename(place) in NAMED):
                continue
            certain = Paths(code, name.module).of(name.node) or ""
            if certain.startswith(f"{ROOT}/") and posixpath.normpath(certain) != f"{ROOT}/{place}":
                continue  # it is known where that is: elsewhere
            package = posixpath.normpath(f"{folder}/package.json")
            return Evidence(name.where.path, name.where.line, f"serves {path}, which {package} builds")
    return None


def _among_the_code(project: Project, folder: str, output: Output) -> Evidence | None:
    """The script that writes OUTPUT among the app's own files; None if it does not, or is not seen to."""
    path, package = output.path, posixpath.normpath(f"{folder}/package.json")
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
            line = line_at(project.text(file), m.start())
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


def _told(folders: Sequence[str], found: Sequence[Frontend]) -> Iterator[str]:
    """Front-ends in folders of their own that nothing in the app serves."""
    for folder in folders:
        if folder and "/" not in folder and not any(f.folder in (folder, ".") for f in found):
            yield (
                f"{folder}/ is a front-end with a build of its own that nothing here was seen to serve: this image"
                f" does not contain it; `dockgen init {folder}` makes one for it"
            )


def _named(project: Project, code: Code, words: AbstractSet[str]) -> Iterator[Named]:
    """The paths in the app's files that have one of WORDS in them."""
    likely = re.compile(rf"[\"'/\\](?:{'|'.join(map(re.escape, sorted(words | STATIC)))})(?=[\"'/\\])")
    for path in code.paths:
        if likely.search(project.text(path)) and (module := code.module(path)):
            yield from _of_module(module)


def _of_module(module: Module) -> Iterator[Named]:
    folders = [*ancestors(posixpath.dirname(module.path)), ""]
    names = Names(_values(module))
    parts: set[int] = set()
    for node in module.nodes:
        if id(node) in parts or not isinstance(node, (ast.Call, ast.BinOp, ast.JoinedStr, ast.Constant)):
            continue
        text = names.path(node)
        if text is None:
            continue
        if not isinstance(node, ast.Constant):
            parts |= {id(inner) for inner in ast.walk(node)}
        if relative := _relative(text):
            places = tuple(posixpath.join(folder, relative) for folder in folders)
            yield Named(places=places, node=node, module=module)


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
    return path if is_name and path[0] not in "/." and len(path) < MAX_PATH and path.isprintable() else ""


class Names:
    """Follows the names of one file to paths, each once."""

    def __init__(self, values: Mapping[str, ast.expr]) -> None:
        self._values = values
        self._found: dict[str, str] = {}

    def path(self, node: ast.expr, depth: int = 0) -> str | None:
        """The path that an expression stands for, as far as it can be told; None if it is no path."""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name not in PATHS:
                return None
            of = [node.func.value] if isinstance(node.func, ast.Attribute) and name in ("joinpath", "resolve") else []
            return "/".join(self._part(a, depth) for a in (*of, *node.args)) or UNKNOWN
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Div, ast.Add)):
            between = "/" if isinstance(node.op, ast.Div) else ""
            return between.join(self._part(n, depth) for n in (node.left, node.right))
        if isinstance(node, ast.JoinedStr):
            inner = (v.value if isinstance(v, ast.FormattedValue) else v for v in node.values)
            return "".join(self._part(v, depth) for v in inner)
        return None

    def _part(self, node: ast.expr, depth: int) -> str:
        if depth > MAX_DEPTH:
            return UNKNOWN
        if not isinstance(node, ast.Name):
            return (self.path(node, depth + 1) or UNKNOWN)[:MAX_PATH]
        if node.id not in self._found:
            self._found[node.id] = UNKNOWN  # a name that stands for itself stands for nothing
            if node.id in self._values:
                self._found[node.id] = self._part(self._values[node.id], depth + 1)
        return self._found[node.id]
