"""The apps of a folder that is none itself: which there are, and which of them is meant."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dockgen import nearest, stacks
from dockgen.errors import DockgenError, InputError, Open, UndecidedError, Way
from dockgen.stacks import workspaces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dockgen.facts import Facts
    from dockgen.project import Project
    from dockgen.settings import Settings

MAX_TRIED = 60  # folders that are looked into
MAX_NAMED = 12  # of them in a message
# Folders that hold what no one deploys: samples, tests, what a generator copies.
_BESIDE = re.compile(
    r"(?:^|/)(?:examples?|samples?|demos?|templates?|tests?|__tests__|e2e|fixtures?|testdata|bench(?:marks?)?|tools?"
    r"|scripts|hack|\.[^/]+|[^/]*-(?:e2e|tests?|examples?|template))(?:/|$)"
)
_DOCUMENTS = re.compile(r"(?:^|/)(?:docs?|documentation|website|storybook)$")
_INITIAL = "index.js"  # what `npm init` writes as `main`, whether or not there will be such a file
_SERVED = frozenset({"public", "static", "assets", "templates", "views", "dist", "build", "out"})


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """One app: its folder in the root, the view of it, and what it is. In a workspace the whole is the context."""

    path: str
    project: Project
    facts: Facts

    @property
    def context(self) -> str:
        """The folder that is sent to the engine, relative to the root; "" for the root itself."""
        return "" if self.project.workspace else self.path

    @property
    def is_documentation(self) -> bool:
        """True if it only tells about the others: it is taken when it is named, and not otherwise."""
        return bool(_DOCUMENTS.search(self.path))

    @property
    def label(self) -> str:
        """Its folder, and what it is."""
        return f"{self.path} ({self.what})"

    @property
    def what(self) -> str:
        """What it is: stack, framework, kind."""
        parts = [self.facts.stack.value, self.facts.framework.value if self.facts.framework else ""]
        return ", ".join(p for p in (*parts, self.facts.kind.value) if p)


def find(project: Project, settings: Settings, of: Callable[[str], Settings] | None = None) -> tuple[App, ...]:
    """The apps below PROJECT that could be deployed, in order: no command line tools, no samples.

    SETTINGS hold for all of them, or those OF each folder. One whose manifest is broken is none that can be chosen.
    """
    found: list[App] = []
    for view, path in _views(project):
        try:
            if _is_published(view):
                continue
            its = of(path) if of else settings
            facts = stacks.detect(view, stacks.choose(view, its), its)
        except DockgenError:
            continue
        if facts.kind.value != "cli":
            found.append(App(path=path, project=view, facts=facts))
    return tuple(found)


def untold(project: Project, app: App, settings: Settings) -> tuple[str, ...]:
    """A warning for each program in a folder of its own beside APP, if that is but pages: the image is without it."""
    if app.facts.kind.value != "static" or workspaces.declarations(project):
        return ()
    found = []
    for view, path in _views(project):
        if "/" in path:
            continue
        try:
            facts = stacks.detect(view, stacks.choose(view, settings), settings)
        except DockgenError:
            continue
        if facts.kind.value in ("web", "worker"):
            what = App(path=path, project=view, facts=facts).what
            found.append(
                f"{path}/ is a program of its own ({what}): this image does not contain it;"
                f" `dockgen init {shlex.quote(path)}` makes one for it"
            )
    return tuple(found)


def is_library(project: Project) -> bool:
    """True if the root is a package that others install: what lies below it are its samples and its site."""
    if project.has("package.json") and not workspaces.declarations(project):
        return _is_published(project)
    return project.first("setup.py", "go.mod", "pyproject.toml") is not None and not workspaces.declarations(project)


def _is_published(project: Project) -> bool:
    """True if package.json says what others import, and does not start anything itself."""
    if not project.has("package.json"):
        return False
    manifest = project.json("package.json")
    named = any(key in manifest for key in ("module", "exports", "types", "bin", "files", "publishConfig"))
    main = manifest.get("main")
    named = named or (isinstance(main, str) and (main != _INITIAL or project.has(main)))
    scripts = manifest.get("scripts")
    starts = isinstance(scripts, dict) and any(re.fullmatch(r"start(?:[:-]prod\w*)?", name) for name in scripts)
    return named and not starts and manifest.get("private") is not True


def pick(project: Project, apps: Iterable[App], why: UndecidedError | None = None) -> App:
    """The only app, or the one that the root's own start script is for.

    UndecidedError: WHY (what was wrong with the root itself) if there is none, else one that names the candidates.
    """
    known = tuple(a for a in apps if not a.is_documentation)
    if len(known) == 1:
        return known[0]
    if known and (meant := _started(project, known)):
        return meant
    if not known:
        raise why or UndecidedError("no app was found", where=project.name)
    shown = "\n".join(f"  {a.label}" for a in known[:MAX_NAMED])
    more = f"\n  and {len(known) - MAX_NAMED} more" if len(known) > MAX_NAMED else ""
    raise UndecidedError(
        f"{len(known)} apps are here, and nothing says which one is meant\n{shown}{more}",
        hint=f"--app {known[0].path}, or --all for a Dockerfile of each",
        open=Open(key="app", ways=tuple(Way(sets=(), shown=a.path, note=a.what) for a in known)),
    )


def named(apps: Iterable[App], wanted: str) -> App:
    """The app whose folder or name is WANTED. InputError if there is none, or more than one."""
    known = tuple(apps)
    name = wanted.strip("/").removeprefix("./")
    fits = [a for a in known if a.path == name]
    fits = fits or [a for a in known if name in (a.path.rpartition("/")[2], a.facts.about.name)]
    if len(fits) != 1:
        what = "several apps have that name" if fits else "no app has that name"
        paths = [a.path for a in fits or known]
        every = f"apps: {', '.join(paths) or 'none'}"
        near = (
            every if fits else nearest.hint(name, dict.fromkeys((*paths, *(a.facts.about.name for a in known))), every)
        )
        raise InputError(f"--app {wanted}: {what}", hint=near)
    return fits[0]


def _views(project: Project) -> Iterator[tuple[Project, str]]:
    """The folders to look into: members of workspaces first, then those that stand alone; none inside another."""
    seen: list[str] = []
    for declaration in workspaces.all_of(project):
        members = declaration.members(project)
        for path in members:
            if path not in seen and not _BESIDE.search(path) and len(seen) < MAX_TRIED:
                seen.append(path)
                yield project.within(path, declaration.of(project, path, members)), path
    suffixes = tuple(f"/{name}" for name in stacks.MANIFESTS)
    for file in project.ending(*suffixes):
        path = file.rpartition("/")[0]
        if file.endswith("/index.html") and ("/" in path or path in _SERVED):
            continue  # pages that something else sends out
        is_inside = any(f"{path}/".startswith(f"{s}/") for s in seen)
        if path.count("/") < stacks.MAX_DEPTH and not is_inside and not _BESIDE.search(path) and len(seen) < MAX_TRIED:
            seen.append(path)
            yield project.within(path), path


def _started(project: Project, apps: tuple[App, ...]) -> App | None:
    """The app that the start script at the root delegates to, such as `turbo run start --filter=web`."""
    if not project.has("package.json"):
        return None
    scripts = project.json("package.json").get("scripts")
    for key in ("start:prod", "start:production", "start"):
        text = scripts.get(key) if isinstance(scripts, dict) else None
        if not isinstance(text, str):
            continue
        words = set(re.split(r"[\s=:'\"]+", text)) | {w.removeprefix("./") for w in text.split()}
        named = [a for a in apps if words & {a.path, _package_name(a)}]
        if len(named) == 1:
            return named[0]
    return None


def _package_name(app: App) -> str:
    if not app.project.has("package.json"):
        return app.path
    name = app.project.json("package.json").get("name")
    return name if isinstance(name, str) and name else app.path
