"""Causes: the app writes where an image that nobody can change does not let it."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from dockgen.errors import InputError
from dockgen.values import folder, one_line
from dockgen.verify.repair.model import RUNS, Cause, Remedy

if TYPE_CHECKING:
    from dockgen.verify.repair.model import Case, Match

_PATH = r"(?P<path>[A-Za-z0-9_./~-][A-Za-z0-9_./@+~-]{0,200})"
_HOME = re.compile(r"~.*|/(?:root|home|nonexistent|Users)(?:/.*)?|/\.[^/]+(?:/.*)?")
_SQLITE = re.compile(r"sqlite:///(?P<path>/?[A-Za-z0-9_.][A-Za-z0-9_./-]{0,200})")
_MADE = re.compile(r"mkdir|makedirs|[Cc]reat(?:e|ing) (?:the )?director")


def folder_of(case: Case, place: Match) -> Remedy | None:
    """What is written has a path: its folder becomes the app's."""
    path = one_line(place["path"], 200)
    said = f"the app writes {path}, and may not"
    if _HOME.fullmatch(path):
        if case.plan.runtime.env.get("HOME") == "/tmp":  # noqa: S108  (a folder of the container)
            return None
        return Remedy(said=f"{said}: it takes that for its home", sets=("env.HOME=/tmp",))
    whole = posixpath.normpath(posixpath.join(case.plan.runtime.workdir, path))
    around = place.string[max(place.start() - 200, 0) : place.end() + 20]
    is_folder = path.endswith("/") or bool(_MADE.search(around))
    parent, _, name = whole.rpartition("/")
    if parent == case.plan.runtime.workdir and "." not in name:
        is_folder = True  # its folder cannot be given to the app anyway
    return _writable(case, whole if is_folder else parent, said)


def _writable(case: Case, where: str, said: str) -> Remedy | None:
    if any(f"{where}/".startswith(f"{volume}/") for volume in case.plan.runtime.volumes):
        return None
    try:
        return Remedy(said=said, sets=(f"writable={folder(where, case.plan.runtime.workdir)}",))
    except InputError:
        hint = "let the app keep it in a folder of its own, such as /data, and --set writable=/data"
        return Remedy(said=said, hint=hint)


def sqlite(case: Case, place: Match) -> Remedy | None:
    """SQLite does not say which file: a variable or the log may."""
    said = f"SQLite cannot write: {one_line(place[0], 60)}"
    texts = (*case.plan.runtime.env.values(), case.log)
    named = next((m["path"] for text in texts if (m := _SQLITE.search(text))), "")
    if not named:
        return Remedy(said=said, hint="--set writable=FOLDER, with the folder that the database file lies in")
    whole = posixpath.normpath(posixpath.join(case.plan.runtime.workdir, named))
    return _writable(case, posixpath.dirname(whole), said)


CAUSES = (
    Cause(
        id="read-only-path",
        steps=RUNS,
        title="The app writes where it may not",
        why="The image's files belong to root, and it is run read-only: only folders meant for it are the app's.",
        mends="`writable=FOLDER`, a volume that belongs to the app; `env.HOME=/tmp` for what it keeps in its home",
        patterns=(
            (
                rf"(?:EROFS: read-only file system|EACCES: permission denied|EPERM: operation not permitted), (?:mkdir"
                rf"|open|rename|unlink|copyfile|symlink|utime|chmod) '{_PATH}'"
            ),
            rf"ENOENT: no such file or directory, mkdir '{_PATH}'",
            (
                rf"(?:\[Errno (?:13|30|1)\] )?(?:Permission denied|Read-only file system"
                rf"|Operation not permitted): '{_PATH}'"
            ),
            (
                rf"\b(?:open|mkdir|create|rename|remove|chmod|stat) {_PATH}: (?:read-only file system"
                rf"|permission denied|operation not permitted)"
            ),
            (
                rf"(?:cannot|can't|could not|failed to|unable to) (?:create|open|write|make"
                rf"|touch)[^'\"\n]{{0,40}}['\"]{_PATH}['\"]?:? ?[^\n]{{0,40}}(?:Read-only|Permission denied"
                rf"|permission denied|read-only)"
            ),
        ),
        make=folder_of,
    ),
    Cause(
        id="read-only-database",
        steps=RUNS,
        title="SQLite cannot write its file",
        why="It puts its journal beside the database, so the folder has to be the app's as well.",
        mends="`writable=FOLDER` where the file is named somewhere; else nothing",
        patterns=(
            r"unable to open database file(?!:)",
            r"attempt to write a readonly database",
            r"SQLITE_(?:CANTOPEN|READONLY)\w{0,20}",
        ),
        make=sqlite,
    ),
)  # fmt: skip
