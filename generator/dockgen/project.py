"""Look at a folder once and offer a read-only view of it: which files there are, and their texts when asked for."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import takewhile
from typing import Any

from dockgen.errors import InputError
from dockgen.lines import line_at
from dockgen.records import dataclass

# One walk, breadth first, names in order: the same tree gives the same view on every machine.
MAX_DEPTH = 7  # folders below the root
MAX_ENTRIES = 20_000  # in all; whole folders are left out past that, the deepest first
MAX_IN_FOLDER = 2_000  # a folder below the root with more is data: only the names in LANDMARKS are looked for
MAX_BYTES = 1_048_576  # of one file
LOCK_HEAD = 16_384  # of a lock file
LEVELS_ABOVE = 6  # where the root of a workspace is looked for

# Never entered. Their names still count as folders that exist.
PRUNED = frozenset(
    {
        "node_modules", "bower_components", "jspm_packages", "vendor", "__pycache__", "venv", "virtualenv",
        "site-packages", "target", "coverage", "htmlcov", "testdata", "__snapshots__",
    }
)  # fmt: skip
VENV_MARK = "pyvenv.cfg"  # a folder with this file is a virtual environment, whatever its name
HIDDEN_ENTERED = frozenset({".github", ".yarn", ".mvn", ".vitepress", ".vuepress"})
# Files inside pruned folders that say something about the project.
PROBES: Mapping[str, tuple[str, ...]] = {"vendor": ("modules.txt",)}
LANDMARKS = (
    "package.json", "package-lock.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "requirements.txt",
    "pyproject.toml", "uv.lock", "poetry.lock", "Pipfile", "setup.py", "manage.py", "main.py", "app.py", "go.mod",
    "main.go", "index.html", "Procfile", "Dockerfile", ".dockerignore", ".nvmrc", ".python-version",
)  # fmt: skip
# What holds for every member of a workspace is seen as its own file, by the manifest that makes a folder a member.
INHERITED: Mapping[str, tuple[str, ...]] = {
    "pyproject.toml": ("uv.lock", ".python-version", ".tool-versions", "mise.toml", ".mise.toml"),
}

Reader = Callable[[str, int], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """What an app belongs to: ROOT is the view of the whole, PATH the app's folder in it, MEMBERS all such folders.

    MARKER is the file at the root that makes it one (pnpm-workspace.yaml, go.work …), MANIFEST is what each member has.
    """

    root: Project
    path: str
    marker: str
    manifest: str
    members: tuple[str, ...]


class Project:
    """A folder as detection sees it. Paths are relative, with forward slashes; texts are read when first asked for."""

    def __init__(
        self,
        *,
        name: str,
        files: Iterable[str],
        reader: Reader,
        folders: Iterable[str] = (),
        notes: tuple[str, ...] = (),
        workspace: Workspace | None = None,
    ) -> None:
        self.name = name
        self.workspace = workspace  # None: the project stands alone
        self.files = tuple(sorted(files, key=lambda p: (p.count("/"), p)))  # shallow first
        self.notes = notes  # what the scan left out, in words
        self._reader = reader
        self._texts: dict[str, str] = {}
        self._by_end: dict[str, list[int]] | None = None  # the last two characters of a file -> its places in `files`
        self._set = frozenset(self.files)
        above: set[str] = set()
        for file in self.files:
            parent = file.rpartition("/")[0]
            while parent and parent not in above:
                above.add(parent)
                parent = parent.rpartition("/")[0]
        self._folders = above.union(folders)

    @classmethod
    def of(cls, texts: Mapping[str, str | bytes], *, name: str = "app") -> Project:
        """A project from a dict of path to text, for tests and for projects that exist nowhere else."""
        data = {path: t if isinstance(t, bytes) else t.encode() for path, t in texts.items()}
        return cls(name=name, files=data, reader=lambda path, limit: data[path][:limit])

    def within(self, folder: str, workspace: Workspace | None = None) -> Project:
        """The view of FOLDER alone, its paths relative to it; part of WORKSPACE if that is given."""
        prefix = f"{folder}/"
        files = [f.removeprefix(prefix) for f in self.below(folder)]
        inherited = {f for f in INHERITED.get(workspace.manifest if workspace else "", ()) if self.has(f)} - set(files)
        return Project(
            name=folder.rpartition("/")[2],
            files=(*files, *inherited),
            folders=(f.removeprefix(prefix) for f in self._folders if f.startswith(prefix)),
            reader=lambda path, limit: self._reader(path if path in inherited else prefix + path, limit),
            notes=self.notes,
            workspace=workspace,
        )

    def has(self, path: str) -> bool:
        """True if there is a file PATH."""
        return path in self._set

    def has_folder(self, path: str) -> bool:
        """True if there is a folder PATH, entered or not."""
        return path in self._folders

    @property
    def folders(self) -> list[str]:
        """Every folder seen, in order."""
        return sorted(self._folders)

    def first(self, *paths: str) -> str | None:
        """The first of PATHS that is a file."""
        return next((p for p in paths if p in self._set), None)

    def below(self, folder: str) -> Iterator[str]:
        """Files below FOLDER ("." for all), shallow first."""
        if folder in (".", ""):
            return iter(self.files)
        return (f for f in self.files if f.startswith(folder + "/")) if folder in self._folders else iter(())

    def shallow(self, depth: int) -> Iterator[str]:
        """Files at most DEPTH folders below the root, shallow first."""
        return takewhile(lambda path: path.count("/") <= depth, self.files)

    def ending(self, *suffixes: str) -> Iterator[str]:
        """Files whose names end in one of SUFFIXES, shallow first."""
        if self._by_end is None:  # asked dozens of times, and a project may have 20,000 files
            self._by_end = {}
            for number, file in enumerate(self.files):
                self._by_end.setdefault(file[-2:], []).append(number)
        ends = [self._by_end.get(end, ()) for end in dict.fromkeys(s[-2:] for s in suffixes)]
        numbers = ends[0] if len(ends) == 1 else sorted(n for end in ends for n in end)
        return (file for n in numbers if (file := self.files[n]).endswith(suffixes))

    def manifest(self, path: str) -> str:
        """The whole text of a file that must be readable: InputError if it is too large, binary or not UTF-8."""
        data = self._bytes(path, MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise InputError("the file is larger than 1 MiB", where=path, hint="is it really a manifest?")
        encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"  # as PowerShell's `>` writes it
        if b"\0" in data and encoding != "utf-16":
            raise InputError("the file is binary, not text", where=path)
        try:
            return self._texts.setdefault(path, data.decode(encoding))
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise InputError("the file is not UTF-8", where=f"{path}:{line}", hint="save it as UTF-8") from error

    def text(self, path: str) -> str:
        """The text of a file that may help; empty if it is missing, too large, binary or unreadable.

        Empty for a Dockerfile that dockgen wrote, too: what it found out once is no evidence.
        """
        if path not in self._texts:
            try:
                data = self._bytes(path, MAX_BYTES + 1)
            except InputError:
                data = b""
            usable = len(data) <= MAX_BYTES and b"\0" not in data and not _is_ours(path, data)
            self._texts[path] = data.decode("utf-8-sig", "replace") if usable else ""
        return self._texts[path]

    def head(self, path: str, limit: int = LOCK_HEAD) -> str:
        """The first LIMIT bytes of a file as text: enough to tell a lock file's kind and format."""
        try:
            return self._bytes(path, limit).decode("utf-8-sig", "replace")
        except InputError:
            return ""

    def whole(self, path: str, limit: int = 32 * MAX_BYTES) -> str:
        """A lock file's whole text, where a table says that its head is not enough; empty if over LIMIT bytes."""
        try:
            data = self._bytes(path, limit + 1)
        except InputError:
            return ""
        return data.decode("utf-8-sig", "replace") if len(data) <= limit else ""

    def json(self, path: str) -> dict[str, Any]:
        """The object in a JSON file; InputError with the line if it is not one."""
        import json  # noqa: PLC0415

        try:
            value = json.loads(self.manifest(path))
        except json.JSONDecodeError as error:
            raise InputError(f"not valid JSON: {error.msg}", where=f"{path}:{error.lineno}") from error
        except ValueError as error:  # a number with thousands of digits
            raise InputError("not valid JSON: a number is too long", where=path) from error
        except RecursionError as error:
            raise InputError("not valid JSON: nested too deeply", where=path) from error
        if not isinstance(value, dict):
            raise InputError(f"expected a JSON object, found {_kind(value)}", where=f"{path}:1")
        return value

    def toml(self, path: str) -> dict[str, Any]:
        """The table in a TOML file; InputError with the line if it is not valid."""
        import re  # noqa: PLC0415
        import tomllib  # noqa: PLC0415

        text = self.manifest(path)
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            at = re.search(r"at line (\d+)", str(error))  # else at the end of the document
            line = at[1] if at else text.count("\n") + 1
            raise InputError(f"not valid TOML: {error}", where=f"{path}:{line}") from error
        except ValueError as error:  # a number with thousands of digits
            raise InputError("not valid TOML: a number is too long", where=path) from error
        except RecursionError as error:
            raise InputError("not valid TOML: nested too deeply", where=path) from error

    def line_of(self, path: str, needle: str) -> int | None:
        """The 1-based line of the first occurrence of NEEDLE in a text file."""
        text = self.text(path)
        at = text.find(needle)
        return line_at(text, at) if at >= 0 else None

    def _bytes(self, path: str, limit: int) -> bytes:
        if path not in self._set:
            raise InputError("no such file", where=path)
        try:
            return self._reader(path, limit)
        except OSError as error:
            raise InputError(f"cannot read it: {error.strerror or error}", where=path) from error


def _is_ours(path: str, data: bytes) -> bool:
    """True if PATH is a Dockerfile that dockgen wrote, edited since or not."""
    return "dockerfile" in path.rpartition("/")[2].lower() and b"\n# dockgen " in b"\n" + data[:2000]


def _kind(value: object) -> str:
    names = {list: "a list", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def scan(folder: str | os.PathLike[str]) -> Project:
    """The project in FOLDER: one bounded walk that follows no symlink out of it.

    InputError if FOLDER is not a readable folder. Folders that cannot be read are named in the project's notes.
    """
    root = os.path.realpath(folder)
    if not os.path.isdir(root):  # noqa: PTH112  (pathlib is slow to import)
        raise InputError("not a folder" if os.path.exists(root) else "no such folder", where=root)  # noqa: PTH110
    files: list[str] = []
    folders: list[str] = []
    notes: list[str] = []
    level = [""]
    seen = 0
    for depth in range(MAX_DEPTH + 1):
        below: list[str] = []
        for prefix in level:
            if seen > MAX_ENTRIES:
                rest = prefix.rstrip("/") or "."
                notes.append(f"the project has more than {MAX_ENTRIES} files; folders from {rest} on were not read")
                return _view(root, files, folders, notes)
            try:
                found = _entries(root, prefix, MAX_IN_FOLDER if prefix else MAX_ENTRIES)
            except OSError as error:
                if not prefix:
                    raise InputError(f"cannot read the folder: {error.strerror}", where=root) from error
                notes.append(f"{prefix.rstrip('/')}: not read ({error.strerror})")
                continue
            if found is None and not prefix:
                notes.append(f"the folder has more than {MAX_ENTRIES} entries; only files of usual names were read")
            inner, names = found if found is not None else ([], _landmarks(root, prefix))
            seen += len(inner) + len(names)
            folders += [prefix + name for name in inner]
            files += [prefix + name for name in names] + _probed(root, prefix, inner)
            if depth < MAX_DEPTH:
                below += [f"{prefix}{name}/" for name in inner if _is_entered(name)]
        level = below
    return _view(root, files, folders, notes)


def above(folder: str | os.PathLike[str], names: Iterable[str]) -> Iterator[tuple[str, str, Project]]:
    """The folders above FOLDER, nearest first: each with the path from it to FOLDER and a view of those of NAMES in it.

    Ends at the top of the git repository, at the home folder, at a folder that cannot be read, and after LEVELS_ABOVE.
    """
    wanted = tuple(names)
    here = os.path.realpath(folder)
    home = os.path.realpath(os.path.expanduser("~"))  # noqa: PTH111
    path = ""
    for _ in range(LEVELS_ABOVE):
        if os.path.exists(f"{here}/.git"):  # noqa: PTH110
            return
        here, _, name = here.rpartition("/")
        path = f"{name}/{path}" if path else name
        if here in ("", home) or not name.isprintable():
            return
        files = [w for w in wanted if _inside(f"{here}/{w}", here)]
        yield here, path, Project(name=here.rpartition("/")[2], files=files, reader=_reader(here))


def _view(root: str, files: list[str], folders: list[str], notes: list[str]) -> Project:
    name = root.rpartition("/")[2]
    return Project(name=name, files=files, folders=folders, notes=tuple(notes), reader=_reader(root))


def _is_entered(name: str) -> bool:
    return name not in PRUNED and (name[0] != "." or name in HIDDEN_ENTERED)


def is_seen(path: str) -> bool:
    """True if a scan comes to the file PATH, in a folder that is none of dependencies, data or a tool's own."""
    folders = path.split("/")[:-1]
    return len(folders) <= MAX_DEPTH and all(map(_is_entered, folders))


def _probed(root: str, prefix: str, folders: list[str]) -> list[str]:
    """The files in PROBES that exist in those of FOLDERS that are not entered."""
    wanted = [f"{prefix}{name}/{probe}" for name in folders for probe in PROBES.get(name, ())]
    return [path for path in wanted if _inside(f"{root}/{path}", root)]


def _entries(root: str, prefix: str, most: int) -> tuple[list[str], list[str]] | None:
    """The names of the folders and of the files in a folder, in order; a virtual environment has neither.

    None if there are more than MOST.
    """
    folder = f"{root}/{prefix}"
    folders: list[str] = []
    files: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name
            if not name.isprintable():
                continue  # a name that could break out of a line is not a name that we read
            if entry.is_file(follow_symlinks=False):
                files.append(name)
            elif entry.is_dir(follow_symlinks=False):
                folders.append(name)
            elif entry.is_symlink() and _inside(entry.path, root):
                files.append(name)
            if len(files) + len(folders) > most:
                return None
    return ([], []) if VENV_MARK in files else (sorted(folders), sorted(files))


def _landmarks(root: str, prefix: str) -> list[str]:
    """The usual names that are in a folder, in order; none in a virtual environment."""
    found = sorted(name for name in (*LANDMARKS, VENV_MARK) if _inside(f"{root}/{prefix}{name}", root))
    return [] if VENV_MARK in found else found


def _inside(path: str, root: str) -> bool:
    """True if PATH is a regular file, or a symlink that ends in one inside ROOT."""
    try:
        target = os.path.realpath(path, strict=True)
        return stat.S_ISREG(os.stat(target).st_mode) and target.startswith(root.rstrip("/") + "/")  # noqa: PTH116
    except OSError:  # a loop, a dangling link, or no permission
        return False


def _reader(root: str) -> Reader:
    def read(path: str, limit: int) -> bytes:
        with open(f"{root}/{path}", "rb") as file:  # noqa: PTH123
            return file.read(limit)

    return read
