"""Give what an app writes a place in the image that belongs to its user, and say which of it outlives the container."""

from __future__ import annotations

import posixpath
import shlex
from typing import TYPE_CHECKING

from dockgen import lazy, values
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.plans import Account
    from dockgen.project import Project
    from dockgen.stacks.node.model import App
    from dockgen.stacks.node.state import State

_DATABASE = lazy.pattern(r".+\.(?:db|sqlite3?|nedb|mdb)")
_CACHES = ("cache", ".cache", "tmp", ".next/cache")  # nobody misses them


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """`folders` belong to the app's user; `volumes` are those of them that outlive the container, as absolute paths.

    `kept` are database files of the project itself, which the app changes. `links` are files of the work folder that
    lie in `home`; `env` tells the app where its database is.
    """

    folders: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    home: str = ""
    env: Mapping[str, str]

    def commands(self, account: Account) -> tuple[str, ...]:
        """The commands that make the places, for one RUN."""
        if not self.folders:
            return ()
        owner = f"-o {account.uid} -g {account.gid}"
        made = [f"install -d {owner} {shlex.join(self.folders)}"]
        for link in self.links:
            folder, _, name = link.rpartition("/")
            if link in self.kept:
                made.append(f"install -m 644 {owner} {link} {posixpath.join(folder, self.home, name)}")
            made.append(f"ln -sf {self.home}/{name} {link}")
        if own := [f for f in self.kept if f not in self.links]:
            made.append(f"chown {account.uid}:{account.gid} {shlex.join(own)}")
        return tuple(made)


def arrange(project: Project, app: App, state: State, at: str = "") -> Storage:
    """The places for STATE, whose relative paths start where the app does; AT is the folder of its package."""
    base = posixpath.join(at, app.folder) if app.folder else at
    named = {name for _, name in state.variables.values()}
    moved = {_moved(app, f) for f in (*state.folders, *app.writes, *((state.home,) if state.home else ()))}
    whole = not app.output and not app.bundled  # the image has all files of the project
    inside = {f"{f}/" for f in moved if f[0] != "/"}
    kept = [
        f
        for f in project.files
        if whole and _DATABASE.fullmatch(f) and values.is_path(f) and (f in state.files or f.startswith(tuple(inside)))
    ]
    return Storage(
        folders=tuple(sorted(_below(base, f) for f in moved)),
        volumes=tuple(sorted(posixpath.join("/app", _below(base, f)) for f in moved if _outlives(project, f))),
        kept=tuple(_below(base, f) for f in kept),
        links=tuple(_below(base, f) for f in state.files if f not in named),
        home=state.home,
        env={n: f"{scheme}{posixpath.join('/app', base, state.home, f)}" for n, (scheme, f) in state.variables.items()},
    )


def _below(base: str, path: str) -> str:
    """PATH below BASE; absolute ones are left as they are."""
    return posixpath.normpath(posixpath.join(base, path))


def _moved(app: App, folder: str) -> str:
    """FOLDER of the source as the compiled app sees it."""
    if app.built and app.output and folder.startswith("src/"):
        return folder.replace("src", app.output[0], 1)
    return folder


def _outlives(project: Project, folder: str) -> bool:
    """True for a folder that the app fills: a volume over files of the image would hide those of the next one."""
    names = (posixpath.basename(f) for f in project.below(folder)) if folder[0] != "/" else iter(())
    return folder not in _CACHES and not folder.endswith("/cache") and all(name.startswith(".") for name in names)
