"""Find what an app writes beside its own code: folders, SQLite files and other files, and where each lies."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from dockgen import lazy, records
from dockgen.facts import Evidence
from dockgen.ignore import COMMON
from dockgen.patterns import is_ignored
from dockgen.stacks.python import databases
from dockgen.stacks.python.paths import ROOT, Paths, placed
from dockgen.stacks.python.source import Module, at_import
from dockgen.values import is_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from dockgen.project import Project
    from dockgen.stacks.python.code import Code
    from dockgen.stacks.python.databases import Database

DATA = "/data"  # where files go that would lie among the code
_MAKES = ("makedirs", "mkdir")
# Settings that name a folder which the app writes, whatever it is called.
_FOLDER_SETTING = lazy.pattern(
    r"(?:\w{0,30}_)?(?:UPLOADS?|UPLOADED|MEDIA|LOGS?|CACHE|SESSION_FILE|STORAGE|ATTACHMENTS?)_"
    r"(?:FOLDER|DIR|DIRECTORY|PATH|ROOT|DEST|DEFAULT_DEST)"
)
# Calls that open a file to write it, and which of their arguments names it.
_LOG_FILES = frozenset({"FileHandler", "RotatingFileHandler", "TimedRotatingFileHandler", "WatchedFileHandler"})
_STORES = frozenset({"TinyDB", "PickleDB", "FanoutCache", "Cache", "PicklePersistence"})
_WRITES = lazy.pattern(
    r"\b(?:makedirs|mkdir)\(|FileHandler|filename|\bopen\(|\bTinyDB\(|\bPicklePersistence\(|\bFanoutCache\(|diskcache|"
    r"(?:UPLOADS?|UPLOADED|MEDIA|LOGS?|CACHE|SESSION_FILE|STORAGE|ATTACHMENTS?)_(?:FOLDER|DIR|PATH|ROOT|DEST|DEFAULT)"
)
# Absolute folders that are an app's to write; others belong to the system or to somebody else.
_ABSOLUTE = lazy.pattern(
    r"/(?:data|config|storage|uploads|downloads|media|logs?|cache|db|var/(?:lib|log|cache|data))(?:/.*)?"
)
MAX_FOLDERS = 12
# How the names of files end that keep what an app knows, and of those that may also be an input of its own.
_KEEPS = (".db", ".db3", ".sqlite", ".sqlite3", ".log", ".json", ".pkl", ".pickle", ".session", ".dat")
_MAKES_ANEW = (".csv", ".jsonl", ".xlsx")


@records.dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What must be writable: absolute folders of the image, and files of the project that are kept in another place.

    `links` are pairs of a file relative to the project and where it is kept. `database` is the first SQLite file.
    """

    folders: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    database: Database | None = None
    evidence: tuple[Evidence, ...] = ()  # of each folder and each link, in order
    committed: tuple[tuple[str, str], ...] = ()  # what of these the project brings along, and where it is kept
    local: tuple[str, ...] = ()  # what of these is not under version control; it may lie in the folder, now or later
    in_place: Evidence | None = None  # it makes folders among its own files, where cannot be told
    writes_home: Evidence | None = None


def find(
    project: Project, code: Code, workdir: str = "", run: Sequence[str] = (), settings: tuple[str, ...] | None = None
) -> State:
    """What the app writes that works in WORKDIR and is made of the files RUN (all, if that is not known).

    SETTINGS are the files that name its database, where that is known.
    """
    run = run or code.paths
    seen = _Seen()
    for path in run:
        if _WRITES.search(project.text(path)) and (module := code.module(path)):
            _look(seen, module, Paths(code, module), workdir)
    found = list(databases.sqlite(code, run if settings is None else _chosen(run, settings)))
    for database in found:
        where = f"{ROOT}/instance/{database.path}" if database.is_instance else database.path
        if kept := placed(where, workdir):
            seen.files.setdefault(kept, database.evidence)
    if settings is None:
        seen.in_place = seen.in_place or databases.unknown(code, run)
    return _arranged(project, seen, found[0] if found else None)


def moved(kept: State, own: str) -> State:
    """KEPT for a project that lies in the folder OWN of its usual place; Flask's instance folder is beside packages."""
    inside, instance = f"{ROOT}/", f"{ROOT}/instance"
    folders = (
        f if not f.startswith(inside) or f == instance else f"{ROOT}/{own}/{f[len(inside) :]}" for f in kept.folders
    )
    return replace(kept, folders=tuple(folders))


@dataclass(slots=True)
class _Seen:
    """What the code writes: absolute paths of the image, and where each is said."""

    folders: dict[str, Evidence] = field(default_factory=dict)
    files: dict[str, Evidence] = field(default_factory=dict)
    home: Evidence | None = None
    in_place: Evidence | None = None


def _look(seen: _Seen, module: Module, paths: Paths, workdir: str) -> None:
    """Add what one file writes."""
    early = {id(node) for node in at_import(module)}
    for node, target, is_folder in _written(module):
        where = paths.of(target)
        place = Evidence(module.path, getattr(node, "lineno", None))
        if where is None:
            if isinstance(node, ast.Call) and is_folder and id(node) in early and seen.in_place is None:
                seen.in_place = Evidence(module.path, node.lineno, "makes a folder when it is imported")
        elif where.startswith("~"):
            seen.home = seen.home or place
        elif kept := placed(where, workdir):
            (seen.folders if is_folder else seen.files).setdefault(kept, place)


def _chosen(run: Sequence[str], settings: tuple[str, ...]) -> list[str]:
    """Where SQLite files are looked for: the settings that are used, and what is neither settings nor theirs."""
    return [*settings, *(p for p in run if p not in settings and not re.search(r"(^|/)settings", p))]


def _written(module: Module) -> Iterator[tuple[ast.AST, ast.expr, bool]]:
    """What is written: the node that says so, the expression that says where, and whether it is a folder."""
    for node in module.nodes:
        match node:
            case ast.Call():
                yield from ((node, target, is_folder) for target, is_folder in _called(node))
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if isinstance(key, ast.Constant) and key.value == "filename":
                        yield value, value, False
            case (
                ast.Assign(targets=[target, *_], value=value) | ast.AnnAssign(target=target, value=ast.expr() as value)
            ):
                if _FOLDER_SETTING.fullmatch(_name(target)):
                    yield node, value, True


def _called(node: ast.Call) -> Iterator[tuple[ast.expr, bool]]:
    """What a call writes: the expression that says where, and whether it is a folder."""
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    first = node.args[0] if node.args else None
    if name in _MAKES and owner is not None:
        if not (isinstance(owner, ast.Name) and owner.id == "os"):
            yield owner, True
        elif first:
            yield first, True
    elif first and (name in _LOG_FILES or name in _STORES):
        yield first, name.endswith("Cache")
    elif first and name == "open" and owner is None and len(node.args) > 1:
        mode = node.args[1]
        if isinstance(mode, ast.Constant) and str(mode.value)[:1] in ("w", "a", "x"):
            yield first, False
    else:
        yield from ((k.value, False) for k in node.keywords if k.arg == "filename" and _is_log(node))


def _is_log(node: ast.Call) -> bool:
    return any(word in ast.unparse(node.func) for word in ("basicConfig", "Handler", "logger.add", "Persistence"))


def _name(target: ast.expr) -> str:
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
    return ""


def _arranged(project: Project, seen: _Seen, database: Database | None) -> State:
    """Each in its place: a file among code is kept in DATA, one in a folder without code together with its folder."""
    kept: dict[str, Evidence] = {}
    for path, place in seen.folders.items():
        if (where := _own_folder(project, path)) and not _is_below(where, kept):
            kept[where] = place
    links: dict[str, tuple[str, Evidence]] = {}
    for path, place in seen.files.items():
        folder, _, name = path.rpartition("/")
        if where := _own_folder(project, folder) if folder != ROOT else "":
            if not _is_below(where, kept):
                kept[where] = place
        elif path.startswith(f"{ROOT}/") and is_path(path[1:]) and _is_kept(project, path[len(ROOT) + 1 :]):
            links[path[len(ROOT) + 1 :]] = (f"{DATA}/{name}", place)
    if links and not _is_below(DATA, kept):
        kept[DATA] = next(iter(links.values()))[1]
    outer = {f: e for f, e in kept.items() if not any(f.startswith(f"{other}/") for other in kept)}
    chosen = sorted(outer)[:MAX_FOLDERS]
    pairs = sorted((name, where) for name, (where, _) in links.items())
    inside = [(f[len(ROOT) + 1 :], f) for f in chosen if f.startswith(f"{ROOT}/")]
    present = [(name, where) for name, where in (*inside, *pairs) if _is_there(project, name)]
    ignored = _ignored(project)
    theirs = tuple((name, where) for name, where in present if not ignored(name))
    return State(
        folders=tuple(chosen),
        links=tuple(pairs),
        committed=theirs,
        local=tuple(dict.fromkeys(name for name, where in (*inside, *pairs) if (name, where) not in theirs)),
        database=database,
        evidence=tuple(outer[f] for f in chosen),
        in_place=seen.in_place,
        writes_home=seen.home,
    )


def _is_there(project: Project, path: str) -> bool:
    """True if a file, or a file in a folder, reaches the build."""
    patterns = [p for group in COMMON for p in group.patterns]
    files = [path] if project.has(path) else project.below(path) if project.has_folder(path) else ()
    return any(not is_ignored(f, patterns) for f in files)


def _ignored(project: Project) -> Callable[[str], bool]:
    """Whether .gitignore leaves a path out: then it is the developer's own state, and not the project's."""
    lines = [
        line.strip().strip("/") for line in project.text(".gitignore").splitlines() if line[:1] not in ("", "#", "!")
    ]
    patterns = [line.removeprefix("**/").removesuffix("/*").removesuffix("/**") for line in lines]
    return lambda path: any(fnmatchcase(part, p) for p in patterns for part in (path, path.rpartition("/")[2]))


def _is_below(path: str, folders: Iterable[str]) -> bool:
    return any(path == f or path.startswith(f"{f}/") for f in folders)


def _own_folder(project: Project, path: str) -> str:
    """The folder that can be given to the app so that it can write PATH: the first that is no code's; "" if none."""
    if not is_path(path[1:]):
        return ""
    if path != ROOT and not path.startswith(f"{ROOT}/"):
        return path if _ABSOLUTE.fullmatch(path) else ""
    inside = path[len(ROOT) + 1 :]
    parts = inside.split("/") if inside else []
    for depth in range(1, len(parts) + 1):
        folder = "/".join(parts[:depth])
        if not project.has_folder(folder):
            return f"{ROOT}/{folder}"
    has_code = not inside or any(f.endswith((".py", ".html", ".js", ".css")) for f in project.below(inside))
    return "" if has_code else path


def _is_kept(project: Project, path: str) -> bool:
    """True for a file of data that the app makes, or that it makes anew; sources and lists of the project are not."""
    return path.endswith(_KEEPS) or (path.endswith(_MAKES_ANEW) and not project.has(path))
