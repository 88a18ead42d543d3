"""What the package managers' own files say: .npmrc, .yarnrc, .yarnrc.yml, pnpm-workspace.yaml, bunfig.toml."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.records import dataclass
from dockgen.stacks.node import registries
from dockgen.values import is_path, is_plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.given import Secret
    from dockgen.project import Project
    from dockgen.stacks.node.package import Package

_NPMRC = lazy.pattern(r"^\s*([\w@:/.-]+)\s*=\s*(.*?)\s*$", re.MULTILINE)
_MIRROR = lazy.pattern(r"^yarn-offline-mirror\s+[\"']?([^\s\"']+)", re.MULTILINE)
_ENTRY = lazy.pattern(
    r"^\s+(?:-\s*)?[\"']?((?:@[\w.-]+/)?[\w.-]+)(?:@[^\s\"':]*)?[\"']?\s*(?::\s*[\"']?(.*?)[\"']?)?\s*$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The settings that change how an installation goes.

    `allowed` and `denied` are packages whose install scripts the project lets run or not; `decides` is true where it
    keeps such a list at all. `patches` are files that change dependencies, `mirror` is Yarn 1's folder of tarballs.
    """

    engine_strict: bool = False
    ignore_scripts: bool = False
    legacy_peers: bool = False
    scripts_on: bool = False  # Yarn's enableScripts: true
    secrets: tuple[Secret, ...] = ()  # variables that take a token or an address into the files
    literal: str = ""  # a file with a token written into it, which the build gets as a secret
    allowed: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()
    decides: bool = False
    overridden: frozenset[str] = frozenset()  # dependencies whose range is replaced elsewhere
    patches: tuple[str, ...] = ()
    mirror: str = ""
    peers: str = ""  # pnpm's autoInstallPeers and excludeLinksFromLockfile, "true", "false" or unsaid
    links: str = ""
    zero_install: bool = False  # Yarn's cache is committed


def read(project: Project, package: Package) -> Config:
    """The settings of PROJECT, with what package.json says of the same things."""
    npmrc = {m[1]: m[2] for m in _NPMRC.finditer(project.text(".npmrc")) if not m[1].startswith((";", "#"))}
    berry = project.text(".yarnrc.yml")
    workspace = project.text("pnpm-workspace.yaml")
    allowed, denied = set(package.allowed_builds), set(package.denied_builds)
    for key in ("onlyBuiltDependencies", "allowBuilds"):
        for name, value in _block(workspace, key):
            (denied if value == "false" else allowed).add(name)
    for key in ("ignoredBuiltDependencies", "neverBuiltDependencies"):
        denied |= {name for name, _ in _block(workspace, key)}
    patches = [*package.patches, *(value for _, value in _block(workspace, "patchedDependencies"))]
    mirror = _MIRROR.search(project.text(".yarnrc"))
    return Config(
        engine_strict=npmrc.get("engine-strict") == "true" or "\nengineStrict: true" in "\n" + workspace,
        ignore_scripts=npmrc.get("ignore-scripts") == "true",
        legacy_peers=npmrc.get("legacy-peer-deps") == "true" or npmrc.get("force") == "true",
        scripts_on="\nenableScripts: true" in "\n" + berry,
        secrets=registries.secrets(project, package),
        literal=registries.literal(project),
        allowed=frozenset(allowed),
        denied=frozenset(denied),
        decides=package.decides_builds or bool(_block(workspace, "onlyBuiltDependencies|allowBuilds")),
        overridden=package.overridden | {name for name, _ in _block(workspace, "overrides")},
        patches=tuple(p for p in dict.fromkeys(patches) if is_path(p) and _is_there(project, p)),
        mirror=_folder(project, mirror[1] if mirror else ""),
        peers=npmrc.get("auto-install-peers") or _plain(workspace, "autoInstallPeers"),
        links=npmrc.get("exclude-links-from-lockfile") or _plain(workspace, "excludeLinksFromLockfile"),
        zero_install=_zero_install(project, berry),
    )


def _is_there(project: Project, path: str) -> bool:
    """True for a file, or for one in a hidden folder, which is not looked into."""
    top = path.partition("/")[0]
    return project.has(path) or (top.startswith(".") and ".." not in path and project.has_folder(top))


def _block(text: str, key: str) -> list[tuple[str, str]]:
    """The entries of a list or a table at the top of a YAML text, each with what stands behind its colon."""
    m = re.search(rf"^(?:{key}):[^\S\n]*(?:#.*)?\n((?:[^\S\n]+\S.*(?:\n|$)|[^\S\n]*\n)+)", text, re.MULTILINE)
    return [(e[1], e[2] or "") for line in (m[1] if m else "").split("\n") if (e := _ENTRY.match(line))]


def _plain(text: str, key: str) -> str:
    """The value of a key at the top of a YAML text."""
    m = re.search(rf"^{key}:[^\S\n]*(\w+)", text, re.MULTILINE)
    return m[1] if m else ""


def _folder(project: Project, path: str) -> str:
    """PATH without its dot, if it is a folder of the project."""
    name = path.removeprefix("./").rstrip("/")
    return name if name and is_path(name) and project.has_folder(name) else ""


def _zero_install(project: Project, berry: str) -> bool:
    """True if .yarn/cache is there, git keeps it and Yarn reads it, which Yarn 4 does only when told: offline."""
    if not project.has_folder(".yarn/cache"):
        return False
    is_old = re.search(r"__metadata:\s*\n\s+version: [4-6]\b", project.head("yarn.lock"))
    if not is_old and not re.search(r"^enableGlobalCache:\s*false", berry, re.MULTILINE):
        return False
    lines = [line.strip().lstrip("/") for line in project.text(".gitignore").split("\n")]
    return "!.yarn/cache" in lines or not {".yarn", ".yarn/", ".yarn/*", ".yarn/cache", ".yarn/cache/"} & set(lines)


def warnings(config: Config) -> Iterator[str]:
    """What is wrong with the files themselves."""
    if config.literal and is_plain(config.literal):
        yield (
            f"{config.literal} holds a token: whoever reads the repository has it; it stays out of the build,"
            " which gets it as a secret; take the token from a variable instead"
        )
