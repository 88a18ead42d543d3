"""Give what an app writes a place in the image that belongs to its user, and say which of it outlives the container."""

from __future__ import annotations

import posixpath
import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dockgen import values

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.plan import Account
    from dockgen.project import Project
    from dockgen.stacks.node.model import App
    from dockgen.stacks.node.state import State

_DATABASE = re.compile(r".+\.(?:db|sqlite3?|nedb|mdb)")
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
            target = f"{self.home}/{link}"
            if link in self.kept:
                made.append(f"install -m 644 {owner} {link} {target}")
            made.append(f"ln -sf {target} {link}")
        if own := [f for f in self.kept if f not in self.links]:
            made.append(f"chown {account.uid}:{account.gid} {shlex.join(own)}")
        return tuple(made)


def arrange(project: Project, app: App, state: State) -> Storage:
    """The places for STATE: relative paths are those of the folder that the app starts in."""
    home = posixpath.join(app.folder, state.home) if state.home else ""
    moved = [_moved(app, f) for f in (*state.folders, *app.writes)]
    folders = {f if f.startswith("/") else posixpath.normpath(posixpath.join(app.folder, f)) for f in moved}
    links = tuple(
        posixpath.join(app.folder, f) for f in state.files if f not in {n for _, n in state.variables.values()}
    )
    whole = not app.output and not app.bundled  # the image has all files of the project
    kept = tuple(f for f in project.files if _DATABASE.fullmatch(f) and (f in links or posixpath.dirname(f) in folders)
                 and values.is_path(f)) if whole else ()  # fmt: skip
    if home:
        folders.add(home)
    return Storage(
        folders=tuple(sorted(folders)),
        volumes=tuple(sorted(f"/app/{f}" if f[0] != "/" else f for f in folders if _outlives(project, f))),
        kept=kept,
        links=tuple(posixpath.relpath(f, app.folder) if app.folder else f for f in links),
        home=state.home,
        env={name: f"{scheme}/app/{home}/{file}" for name, (scheme, file) in state.variables.items()},
    )


def _moved(app: App, folder: str) -> str:
    """FOLDER of the source as the compiled app sees it."""
    if app.built and app.output and folder.startswith("src/"):
        return folder.replace("src", app.output[0], 1)
    return folder


def _outlives(project: Project, folder: str) -> bool:
    """True for a folder that the app fills: a volume over files of the image would hide those of the next one."""
    names = (posixpath.basename(f) for f in project.below(folder)) if folder[0] != "/" else iter(())
    return folder not in _CACHES and not folder.endswith("/cache") and all(name.startswith(".") for name in names)
