"""Which package manager a project uses, at which version, with which lock file."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import lazy, releases
from dockgen.confidence import CONVENTION
from dockgen.errors import InputError
from dockgen.facts import Fact, default, fact, first
from dockgen.lines import line_at
from dockgen.records import dataclass
from dockgen.stacks.node import config, locks, ranges, resolved
from dockgen.values import is_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockgen.project import Project
    from dockgen.stacks.node.config import Config
    from dockgen.stacks.node.package import Package
    from dockgen.stacks.node.resolved import Resolved

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
# The newest version of each line (registry, 2026-11-23), in the order of preference where a range leaves the choice.
VERSIONS: Mapping[str, tuple[str, ...]] = {
    "npm": (releases.TOOLS["npm"], "11.21.2", "10.9.9", "9.9.4", "8.19.4", "7.24.2", "6.14.18"),
    "pnpm": (releases.TOOLS["pnpm"], "9.15.9", "11.28.11", "12.21.0", "8.15.9", "7.33.7", "6.35.1"),
    "yarn": (releases.TOOLS["yarn"],),
    "yarn-berry": (releases.TOOLS["yarn-berry"], "4.14.1", "4.13.0", "4.9.4", "4.5.3", "3.8.7", "3.1.1", "2.4.2"),
    "bun": (releases.TOOLS["bun"], "1.3.14", "1.2.23", "1.1.45", "1.0.36"),
}
# Format of a lock file -> the last version that writes it, so that a strict install leaves it as it is.
BY_FORMAT = {
    "pnpm": (("9", releases.TOOLS["pnpm"]), ("6", "8.15.9"), ("5.4", "7.33.7"), ("5", "6.35.1")),
    "yarn-berry": (("10", releases.TOOLS["yarn-berry"]), ("9", "4.14.1"), ("8", "4.13.0"), ("6", "3.8.7"),
                   ("5", "3.1.1"), ("4", "2.4.2")),
}  # fmt: skip
# The oldest Node that a major version of a package manager runs on (pnpm.io, yarnpkg.com, npm's `engines`).
NEEDS_NODE = {
    "pnpm": {6: 12, 7: 14, 8: 16, 9: 18, 10: 18, 11: 22, 12: 22},
    "yarn-berry": {2: 10, 3: 12, 4: 18},
    "npm": {7: 10, 8: 12, 9: 14, 10: 18, 11: 20, 12: 22},
}
# What npm and its like install; without any of it, a lock file has nothing to lock.
_LOCKED = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
_PIN = lazy.pattern(r"(npm|pnpm|yarn|bun)@v?([\^~>=]*[0-9][0-9A-Za-z.-]*)(?:\+[0-9A-Za-z.]+)?")
_VERSION = lazy.pattern(r"\d+\.\d+\.\d+(?:-[0-9A-Za-z.]+)?")
_INSTALLS = lazy.pattern(r"(?<![\w/-])(npm|pnpm|yarn|bun)[^\S\n]+(?:install|i|ci)\b(?![^\S\n]+(?:-g|--global))")
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
    stale: str = ""  # what about the lock file does not fit package.json, as a sentence
    resolved: Resolved
    config: Config
    release: str = ""
    plug_and_play: bool = False
    parts: bool = True  # can install production dependencies alone
    flags: tuple[str, ...] = ()  # that a strict installation needs
    exactly: bool = False  # the project refuses any other version
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
    settings = config.read(project, package)
    locked = {lock: resolved.read(project, lock) for lock in _present(project)}
    fits = {k: not locks.stale(project, package, k, v, settings.overridden) for k, v in locked.items()}
    found = [fact(asked, note="--set manager")] if asked else list(_candidates(project, package, fits))
    name = first(found) or default("npm", "no lock file and no packageManager; npm comes with Node")
    lock = _lock(project, name.value)
    tree = locked.get(lock) or resolved.Resolved()
    release = _release(project) if name.value == "yarn-berry" else ""
    written = locks.format_of(project, lock) if lock else ""
    version, exactly = _version(project, package, name.value, (lock, written), release, settings)
    stale = locks.stale(project, package, lock, tree, settings.overridden) if lock else ""
    major = int(m[0]) if (m := re.match(r"\d+", version.value)) else 0
    stale = stale or locks.mismatch(name.value, version.value, written)
    stale = stale or locks.overrides(project, package, lock, major)
    return ManagerFacts(
        name=name,
        version=version,
        lock=lock,
        stale=stale,
        resolved=tree,
        config=settings,
        release=release,
        plug_and_play=name.value == "yarn-berry" and _linker(project) == "pnp",
        parts=name.value != "yarn-berry" or not version.value.startswith(("2.", "3.")) or _can_focus(project),
        flags=locks.settings(
            project, lock, {"autoInstallPeers": settings.peers, "excludeLinksFromLockfile": settings.links}
        ),
        exactly=exactly,
        warnings=(*_warnings(project, name, lock, stale), *config.warnings(settings)),
    )


def _present(project: Project) -> list[str]:
    return [lock for lock, _ in LOCKS if project.has(lock) and project.head(lock, 64).strip()]


def _candidates(project: Project, package: Package, fits: Mapping[str, bool]) -> Iterator[Fact[str]]:
    """Everything that speaks for a package manager, strongest first. FITS: the lock files, and which are up to date."""
    if m := _PIN.match(package.package_manager):
        yield _said(project, package, _flavour(project, m[1], m[2]), "packageManager")
    for name, wanted in package.dev_engines.get("packageManager", ()):
        if name in NAMES:
            yield _said(project, package, _flavour(project, name, wanted), "devEngines")
    yield from _listed(project, package, package.volta, ("pnpm", "yarn"), "volta")
    names = dict(LOCKS)
    for lock in sorted(fits, key=lambda k: not fits[k]):
        yield fact(_flavour(project, names[lock], ""), lock)
    for file, name in HINTS:
        if project.has(file):
            yield fact(name, file)
    yield from _listed(project, package, package.engines, ("pnpm", "yarn", "bun"), "engines")
    if not fits:
        yield from _habits(project)


def _habits(project: Project) -> Iterator[Fact[str]]:
    """What CI and the README install with, where no lock file is kept; npm is what they would say anyway."""
    workflows = sorted(f for f in project.below(".github/workflows") if f.endswith((".yml", ".yaml")))
    readmes = [f for f in project.files if "/" not in f and f.lower().startswith("readme")]
    for file in (*workflows, *readmes):
        if m := _INSTALLS.search(project.text(file)):
            line = line_at(project.text(file), m.start(1))
            if m[1] != "npm":
                yield replace(fact(_flavour(project, m[1], ""), file, line, m[0].strip()), confidence=CONVENTION)
            return


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
    head = project.head("yarn.lock")
    if wanted.startswith(">") and head.strip():
        wanted = ""  # such as >=1.22, which every Yarn is
    if m := re.search(r"\d+", wanted):
        return "yarn" if int(m[0]) < 2 else "yarn-berry"
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


def _version(
    project: Project, package: Package, name: str, lock: tuple[str, str], release: str, settings: Config
) -> tuple[Fact[str], bool]:
    """The version, exact where the project pins it, else the newest line that fits; and if no other one will do."""
    tool = "yarn" if name == "yarn-berry" else name
    wishes = list(_wishes(package, tool))
    for wish, key in wishes:
        if exact := _VERSION.fullmatch(wish.lstrip("=v")):
            return fact(exact[0], package.path, project.line_of(package.path, f'"{key}"'), key), False
    if release and (exact := _VERSION.search(release)):
        return fact(exact[0], ".yarnrc.yml", project.line_of(".yarnrc.yml", "yarnPath"), "yarnPath"), False
    if name == "bun" and (exact := _VERSION.match(project.text(".bun-version").strip())):
        return fact(exact[0], ".bun-version", 1), False
    by_lock = _by_lock(project, name, *lock)
    order = dict.fromkeys([*([by_lock.value] if by_lock else []), *VERSIONS[name]])
    for wish, key in wishes if name != "npm" else ():
        if fitting := next((v for v in order if ranges.satisfies(v, wish)), None):
            if by_lock is not None and by_lock.value == fitting:
                return by_lock, False
            return fact(fitting, package.path, project.line_of(package.path, f'"{key}"'), f"{key} {wish}"), False
    if name == "npm" and settings.engine_strict and (asked := package.engines.get("npm")):
        strict = next((v for v in VERSIONS["npm"][1:] if ranges.satisfies(v, asked)), "")
        line = project.line_of(package.path, '"npm"')
        return fact(strict, package.path, line, f"engines.npm {asked}, and .npmrc has engine-strict"), True
    if name == "npm":
        return default("", "comes with Node"), False
    return by_lock or default(releases.TOOLS[name], f"the project does not say which {tool}"), False


def _wishes(package: Package, tool: str) -> Iterator[tuple[str, str]]:
    """The versions or ranges of TOOL that package.json names, strongest first, each with its key."""
    m = _PIN.match(package.package_manager)
    if m and m[1] == tool:
        yield m[2], "packageManager"
    yield from ((v, "devEngines") for n, v in package.dev_engines.get("packageManager", ()) if n == tool and v)
    for table, key in ((package.volta, "volta"), (package.engines, "engines")):
        if wanted := table.get(tool):
            yield wanted, key


def _by_lock(project: Project, name: str, lock: str, written: str) -> Fact[str] | None:
    """The version by the format of the lock file; None if that says nothing."""
    for prefix, version in BY_FORMAT.get(name, ()):
        if written == prefix or written.startswith(prefix + "."):
            mark = "__metadata" if lock == "yarn.lock" else "lockfileVersion"
            return fact(version, lock, project.line_of(lock, mark), f"lock file format {written}")
    return None


def _warnings(project: Project, name: Fact[str], lock: str, stale: str) -> Iterator[str]:
    present = [n for n, _ in LOCKS if project.has(n)]
    others = [n for n in present if n != lock]
    if lock and others and not {lock, *others} <= {"bun.lock", "bun.lockb"}:
        yield f"several lock files: {lock} is used ({name.evidence[0]}); delete {', '.join(others)} or set `manager`"
    if stale:
        yield f"{lock} is out of date: {stale}; a strict install would fail, so it is not strict: update the lock file"
    manifest = project.json("package.json") if project.has("package.json") else {}
    if not lock and any(manifest.get(key) for key in _LOCKED):
        yield (
            "there is no lock file, so every build may install other versions; "
            f"run `{name.value.removesuffix('-berry')} install` and commit the lock file"
        )
