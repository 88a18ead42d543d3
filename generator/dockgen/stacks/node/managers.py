"""Which package manager a project uses, at which version, with which lock file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dockgen import lazy, releases
from dockgen.errors import InputError
from dockgen.facts import Fact, default, fact, first
from dockgen.stacks.node import locks
from dockgen.values import is_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockgen.project import Project
    from dockgen.stacks.node.package import Package

NAMES = ("npm", "pnpm", "yarn", "yarn-berry", "bun")
# Lock files, in the order that decides between several of them.
LOCKS = (
    ("pnpm-lock.yaml", "pnpm"),
    ("bun.lock", "bun"),
    ("bun.lockb", "bun"),
    ("yarn.lock", "yarn"),
    ("package-lock.json", "npm"),
    ("npm-shrinkwrap.json", "npm"),
)
# Files that only one package manager reads.
HINTS = (
    (".yarnrc.yml", "yarn-berry"),
    (".pnp.cjs", "yarn-berry"),
    ("pnpm-workspace.yaml", "pnpm"),
    (".pnpmfile.cjs", "pnpm"),
    ("bunfig.toml", "bun"),
)
# Format of pnpm-lock.yaml -> the last pnpm that writes it and still runs on current Node.
PNPM_BY_LOCK = (("9", releases.TOOLS["pnpm"]), ("6", "8.15.9"), ("5.4", "7.33.7"), ("5", "6.35.1"))
# The oldest Node that a major version of a package manager runs on (pnpm.io, yarnpkg.com, npm's `engines`).
NEEDS_NODE = {
    "pnpm": {6: 12, 7: 14, 8: 16, 9: 18, 10: 18, 11: 22, 12: 22},
    "yarn-berry": {2: 10, 3: 12, 4: 18},
    "npm": {7: 10, 8: 12, 9: 14, 10: 18, 11: 20, 12: 22},
}
_PIN = lazy.pattern(r"(npm|pnpm|yarn|bun)@[\^~>=v]*([0-9][0-9A-Za-z.-]*)(?:\+[0-9A-Za-z.]+)?")
_VERSION = lazy.pattern(r"\d+\.\d+\.\d+(?:-[0-9A-Za-z.]+)?")
_YARN_PATH = lazy.pattern(r"^yarnPath:\s*[\"']?([^\s\"'#]+)", re.MULTILINE)
_LINKER = lazy.pattern(r"^nodeLinker:\s*[\"']?([a-z-]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagerFacts:
    """The package manager: its exact version ("" for the one that comes with Node), its lock file ("" for none).

    `release` is a Yarn that the project carries in .yarn/releases; `plug_and_play` is Yarn without node_modules.
    """

    name: Fact[str]
    version: Fact[str]
    lock: str
    stale: str = ""  # a dependency that the lock file does not have as package.json asks for it
    release: str = ""
    plug_and_play: bool = False
    parts: bool = True  # can install production dependencies alone
    warnings: tuple[str, ...] = ()

    @property
    def is_locked(self) -> bool:
        """True if a strict installation is possible."""
        return bool(self.lock) and not self.stale

    @property
    def major(self) -> int:
        """The major version, 0 if it is the one that comes with Node."""
        m = re.match(r"\d+", self.version.value)
        return int(m[0]) if m else 0

    @property
    def least_node(self) -> int:
        """The oldest major version of Node that it runs on."""
        return NEEDS_NODE.get(self.name.value, {}).get(self.major, 0)


def detect(project: Project, package: Package, asked: str | None = None) -> ManagerFacts:
    """The package manager by `packageManager`, `devEngines`, `volta`, lock files, its own files and `engines`.

    ASKED overrides them. InputError if ASKED is none that is known.
    """
    if asked and asked not in NAMES:
        raise InputError(f"unknown package manager {asked!r}", hint=f"one of {', '.join(NAMES)}")
    found = [fact(asked, note="--set manager")] if asked else list(_candidates(project, package))
    name = first(found) or default("npm", "no lock file and no packageManager; npm comes with Node")
    lock = _lock(project, name.value)
    stale = locks.missing(project, package, lock) if lock else ""
    release = _release(project) if name.value == "yarn-berry" else ""
    version = _version(project, package, name.value, lock, release)
    return ManagerFacts(
        name=name,
        version=version,
        lock=lock,
        stale=stale,
        release=release,
        plug_and_play=name.value == "yarn-berry" and _linker(project) == "pnp",
        parts=name.value != "yarn-berry" or not version.value.startswith(("2.", "3.")) or _can_focus(project),
        warnings=tuple(_warnings(project, name, lock, stale)),
    )


def _candidates(project: Project, package: Package) -> Iterator[Fact[str]]:
    """Everything that speaks for a package manager, strongest first."""
    if m := _PIN.match(package.package_manager):
        yield _said(project, package, _flavour(project, m[1], m[2]), "packageManager")
    name, wanted = package.dev_engines.get("packageManager", ("", ""))
    if name in NAMES:
        yield _said(project, package, _flavour(project, name, wanted), "devEngines")
    yield from _listed(project, package, package.volta, ("pnpm", "yarn"), "volta")
    present = [(lock, name) for lock, name in LOCKS if project.has(lock) and project.head(lock, 64).strip()]
    if len(present) > 1:  # one that fits package.json before one that does not
        present.sort(key=lambda pair: bool(locks.missing(project, package, pair[0])))
    for lock, name in present:
        yield fact(_flavour(project, name, ""), lock)
    for file, name in HINTS:
        if project.has(file):
            yield fact(name, file)
    yield from _listed(project, package, package.engines, ("pnpm", "yarn", "bun"), "engines")


def _listed(
    project: Project, package: Package, table: Mapping[str, str], names: tuple[str, ...], key: str
) -> Iterator[Fact[str]]:
    for name in names:
        if wanted := table.get(name):
            yield _said(project, package, _flavour(project, name, wanted), key)


def _said(project: Project, package: Package, name: str, key: str) -> Fact[str]:
    return fact(name, package.path, project.line_of(package.path, f'"{key}"'), key)


def _flavour(project: Project, name: str, wanted: str) -> str:
    """`yarn-berry` for a Yarn that is not Yarn 1, by its version, its lock file or its configuration."""
    if name != "yarn":
        return name
    if m := re.search(r"\d+", wanted):
        return "yarn" if int(m[0]) < 2 else "yarn-berry"
    head = project.head("yarn.lock")
    if "__metadata:" in head:
        return "yarn-berry"
    return "yarn-berry" if "# yarn lockfile v1" not in head and project.has(".yarnrc.yml") else "yarn"


def _lock(project: Project, name: str) -> str:
    family = "yarn" if name == "yarn-berry" else name
    names = [lock for lock, manager in LOCKS if manager == family]
    if name == "npm":
        names.reverse()  # npm itself prefers npm-shrinkwrap.json
    return next((n for n in names if project.has(n) and project.head(n, 64).strip()), "")


def _release(project: Project) -> str:
    m = _YARN_PATH.search(project.text(".yarnrc.yml"))
    return m[1] if m and is_path(m[1]) and project.has(m[1]) else ""


def _can_focus(project: Project) -> bool:
    """Before Yarn 4 `yarn workspaces focus` is a plugin that the project brings, or does not."""
    return any("plugin-workspace-tools" in f for f in project.below(".yarn/plugins"))


def _linker(project: Project) -> str:
    m = _LINKER.search(project.text(".yarnrc.yml"))
    return m[1] if m else "pnp"


def _version(project: Project, package: Package, name: str, lock: str, release: str) -> Fact[str]:
    line = project.line_of(package.path, '"packageManager"')
    m = _PIN.match(package.package_manager)
    if m and _flavour(project, m[1], m[2]) == name and _VERSION.fullmatch(m[2]):
        return fact(m[2], package.path, line, "packageManager")
    pair = package.dev_engines.get("packageManager", ("", ""))
    tool = "yarn" if name == "yarn-berry" else name
    for value, note in ((pair[1] if pair[0] == tool else "", "devEngines"), (package.volta.get(tool, ""), "volta")):
        if exact := _VERSION.fullmatch(value.lstrip("^~=v")):
            return fact(exact[0], package.path, project.line_of(package.path, f'"{note}"'), note)
    if release and (exact := _VERSION.search(release)):
        return fact(exact[0], ".yarnrc.yml", project.line_of(".yarnrc.yml", "yarnPath"), "yarnPath")
    if name == "pnpm" and lock:
        return _pnpm_by_lock(project, lock)
    if name == "npm":
        return default("", "comes with Node")
    return default(releases.TOOLS[name], f"the project does not say which {tool}")


def _pnpm_by_lock(project: Project, lock: str) -> Fact[str]:
    m = re.search(r"^lockfileVersion:\s*['\"]?(\d+(?:\.\d+)?)", project.head(lock), re.MULTILINE)
    for prefix, pnpm in PNPM_BY_LOCK:
        if m and (m[1] == prefix or m[1].startswith(prefix + ".")):
            return fact(pnpm, lock, project.line_of(lock, "lockfileVersion"), f"lock file format {m[1]}")
    return default(releases.TOOLS["pnpm"], "the lock file does not say its format")


def _warnings(project: Project, name: Fact[str], lock: str, stale: str) -> Iterator[str]:
    present = [n for n, _ in LOCKS if project.has(n)]
    others = [n for n in present if n != lock]
    if lock and others and not {lock, *others} <= {"bun.lock", "bun.lockb"}:
        yield f"several lock files: {lock} is used ({name.evidence[0]}); delete {', '.join(others)} or set `manager`"
    if stale:
        yield f"{lock} does not have {stale} as package.json asks for it: a strict install would fail; update it"
    if not lock:
        yield (
            "there is no lock file, so every build may install other versions; "
            f"run `{name.value.removesuffix('-berry')} install` and commit the lock file"
        )
