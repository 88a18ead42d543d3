"""Decide how the build stage of a Python app makes what the image runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen import given, values
from dockgen.records import dataclass
from dockgen.releases import TOOLS
from dockgen.stacks.python import tools
from dockgen.stacks.python.ranges import key
from dockgen.stacks.python.servers import added_version, with_hashes
from dockgen.stacks.python.state import DATA

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.given import Secret
    from dockgen.stacks.node.stage import FrontendStage, Made
    from dockgen.stacks.python.managers import Manager
    from dockgen.stacks.python.model import Entry, PythonFacts

UID = 10001
ACCEPT = {"GIT_SSH_COMMAND": "ssh -o StrictHostKeyChecking=accept-new"}  # nobody is there to say yes
STRICT: Mapping[str, str] = {"uv": "--locked ", "pdm": "--check "}
# From here on a virtual environment has nothing but pip that an app could rely on: before, it has setuptools too.
BARE = (3, 12)
PIP_OUTSIDE = "pip --python /app/.venv/bin/python"
UV = ("uv", "uv-workspace", "pyproject", "script")  # partials that run uv
HOME = DATA  # of an app that writes into its home folder


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonBuild:
    """What templates/python prints. `manifests` are bind-mounted while dependencies are installed."""

    image: str
    suite: str
    install: str  # partial in templates/python/install
    tool: tuple[str, ...]  # requirements of the package manager itself; empty for pip and uv
    tool_limits: tuple[str, ...]  # bounds of what the package manager itself depends on
    pip: str  # the command of pip, as words for a shell, that installs into the virtual environment
    without_pip: bool  # the virtual environment has no pip of its own, which would ship
    uv_image: str
    manifests: tuple[str, ...]
    requirements: tuple[str, ...]  # files
    packages: tuple[str, ...]  # requirements that a script lists in itself
    constraints: tuple[str, ...]  # files
    held: tuple[str, ...]  # requirements that keep back what the list leaves open and would not run
    has_hashes: bool  # pip wants a hash of everything that it is given with the requirements
    options: str  # which extras and groups are installed, as the manager is told
    secrets: tuple[Secret, ...]  # what `docker build --secret` and `--ssh` bring
    is_locked: bool  # there is a lock file, up to date or not
    stale: str  # the lock file, if it is older than its manifest and brought up to date by the build; else ""
    strict: str  # the option with which uv and PDM keep to the lock, "" where they need not
    strict_after: str  # the same for the project itself, which comes after its dependencies
    verb: str  # what Pipenv is told to do; what Poetry is told before it reads the lock, "" if nothing
    installs_project: bool
    needs_source: bool
    source_is_copied: bool  # the build stage has the source
    server: str  # name==version of a server that is added
    server_wheels: tuple[str, ...]  # the same with all that it needs and their hashes, if pip wants hashes
    env: Mapping[str, str]
    apt: tuple[str, ...]
    native: tuple[str, ...]
    collect_static: str
    prepare: tuple[tuple[str, ...], ...]  # commands that the framework wants before the start, as words for a shell
    folders: tuple[str, ...]  # absolute; they belong to the app
    folders_first: bool  # they are made before the source comes, so that an edit of it does not make them anew
    links: tuple[tuple[str, str], ...]  # file of the app -> where it is kept, both absolute
    kept: tuple[tuple[str, str], ...]  # what of these the project has: path in the project -> where it is kept
    in_place: bool  # the app makes folders among its own files, so they belong to it
    home: str  # where the project lies: below /app by its own name if its code imports it by that
    workdir: str
    copies_source: bool
    source: str  # what of the context is copied to /app
    package: str  # of a uv workspace; "" for a project that stands alone
    python: str = "/usr/local/bin/python"  # of the image that builds
    interpreter: str = ""  # of the image that runs, where it is another
    root: bool = False  # the image that builds has to be told to run as root
    frontends: tuple[FrontendStage, ...] = ()  # stages that build what the app serves
    made: tuple[Made, ...] = ()  # what they make
    shipped: tuple[Made, ...] = ()  # of that, what is not only collected; where it lies in the image
    left_out: tuple[str, ...] = ()  # folders of which only that is needed


def build(
    detail: PythonFacts, manager: Manager, entry: Entry | None, image: str, version: str, apt: tuple[str, ...]
) -> PythonBuild:
    """What templates/python print for the build stage, every path and name validated."""
    tool = values.version(detail.tool.value if detail.tool else TOOLS["uv"])
    uv_image = values.image(f"ghcr.io/astral-sh/uv:{tool}") if detail.template in UV else ""
    server = entry.server if entry else ""
    below = f"{detail.member.folder}/" if detail.member else ""
    without_pip = key(version) >= BARE
    strict = STRICT.get(manager.name, "") if detail.lock else ""
    hashed = with_hashes(server, version, detail.hashed) if server and detail.hashed is not None else ()
    cli_only = bool(entry and entry.script and entry.kind == "cli" and detail.installs_project)
    return PythonBuild(
        image=image,
        suite=detail.suite,
        install=detail.template,
        tool=tools.requirements(manager, tool),
        tool_limits=tools.LIMITS.get(manager.tool, ()),
        pip=PIP_OUTSIDE if without_pip else "pip",
        without_pip=without_pip,
        uv_image=uv_image,
        manifests=tuple(values.path(m) for m in _manifests(detail, manager)),
        requirements=tuple(values.path(r) for r in detail.roots),
        packages=detail.packages,
        constraints=tuple(values.path(c) for c in detail.constraints),
        held=detail.held,
        has_hashes=detail.hashed is not None,
        options=_options(detail),
        secrets=(*detail.secrets, *((given.ssh(detail.over_ssh),) if detail.over_ssh else ())),
        is_locked=bool(detail.lock),
        stale=detail.lock if detail.is_stale else "",
        strict="" if detail.is_stale else strict,
        strict_after="" if detail.is_stale and detail.needs_source else strict,
        verb=_verb(detail, manager, tool),
        installs_project=detail.installs_project,
        needs_source=detail.needs_source,
        source_is_copied=detail.installs_project or detail.needs_source or detail.template == "project",
        server=f"{server}=={added_version(server, version)}" if server else "",
        server_wheels=hashed,
        env={values.env_name(k): v for k, v in detail.build_env} | (ACCEPT if detail.over_ssh else {}),
        apt=apt,
        native=detail.native,
        collect_static=detail.static_root,
        prepare=_prepare(detail),
        folders=_folders(detail),
        folders_first=not (
            detail.state.committed or _is_below(f"/app/{detail.static_root}", detail.state.folders) or detail.frontends
        ),
        links=tuple(
            (f"{_home(entry)}/{values.path(name)}", f"/{values.path(where[1:])}") for name, where in detail.state.links
        ),
        kept=tuple((values.path(below + name), f"/{values.path(where[1:])}") for name, where in detail.state.committed),
        in_place=detail.state.in_place is not None,
        home=_home(entry),
        workdir=_home(entry) + (f"/{values.path(entry.workdir)}" if entry and entry.workdir else ""),
        copies_source=not cli_only,
        source=values.path(detail.member.folder) if detail.member else ".",
        package=detail.member.name if detail.member else "",
    )


def _home(entry: Entry | None) -> str:
    """Where the project lies in the image."""
    return f"/app/{values.path(entry.own)}" if entry and entry.own else "/app"


def _options(detail: PythonFacts) -> str:
    """The project's own extras and groups that are installed, in the words of what installs them."""
    extras, groups = detail.extras, detail.groups
    words = [w for name in extras for w in ("--extra", name)]
    if detail.template in UV:
        words += [w for name in groups for w in ("--group", name)]
        words += [w for name in detail.no_groups for w in ("--no-group", name)]
    elif detail.template == "poetry":
        words = ["--only", ",".join(("main", *groups)), *(w for name in extras for w in ("--extras", name))]
        words += ["--without-hashes"] if detail.has_git else []
        words += ["--with-credentials"] if detail.secrets else []
    elif detail.template == "pdm":
        words = [w for name in (*extras, *groups) for w in ("-G", name)]
    elif detail.template == "project":
        return f"[{','.join(extras)}]" if extras else ""
    return "".join(f" {w}" for w in words)


def _verb(detail: PythonFacts, manager: Manager, tool: str) -> str:
    """How Pipenv installs, and how Poetry brings its lock up to date, without newer releases of what is in it."""
    if manager.name == "pipenv":
        return "sync" if detail.lock and not detail.is_stale else "install" if detail.lock else "install --skip-lock"
    if manager.name == "poetry" and detail.is_stale:
        return "lock --no-update" if tool.startswith("1.") else "lock"
    return ""


def _manifests(detail: PythonFacts, manager: Manager) -> tuple[str, ...]:
    """The files that are there while dependencies are installed."""
    lock = (detail.lock,) if detail.lock else ()
    if detail.member:
        return detail.member.manifests
    if manager.name == "pip":
        return (*detail.requirements, *detail.constraints)
    if manager.name == "pipenv":
        return ("Pipfile", *lock)
    if detail.template in ("none", "project", "script"):
        return ()
    return ("pyproject.toml", *lock)


def _prepare(detail: PythonFacts) -> tuple[tuple[str, ...], ...]:
    """The commands that make static files; what the settings ask for has a value meanwhile."""
    if not detail.static_root and not detail.compresses:
        return ()
    dummies = tuple(f"{values.env_name(k)}={v}" for k, v in detail.dummy_env)
    manage = (*dummies, "/app/.venv/bin/python", values.path(detail.manage))
    commands = [(*manage, "collectstatic", "--noinput")] if detail.static_root else []
    if detail.compresses:
        commands.append((*manage, "compress", "--force"))
    return tuple(commands)


def _folders(detail: PythonFacts) -> tuple[str, ...]:
    """The folders that belong to the app."""
    home = (HOME,) if detail.state.writes_home and HOME not in detail.state.folders else ()
    return tuple(f"/{values.path(folder[1:])}" for folder in (*detail.state.folders, *home))


def _is_below(path: str, folders: tuple[str, ...]) -> bool:
    return any(f"{path}/".startswith(f"{folder}/") for folder in folders)
