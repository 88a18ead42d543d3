"""Scripts that an install runs by itself, and what they need before any source has been copied."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.records import dataclass
from dockgen.values import is_path

if TYPE_CHECKING:
    from dockgen.project import Project
    from dockgen.stacks.node.config import Config
    from dockgen.stacks.node.package import Package

HOOKS = ("preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare")
# Serves a developer's clone (git hooks, checks of the package manager, generated editor types); pointless in an image.
_DESK = lazy.pattern(
    r"husky|simple-git-hooks|lefthook|yorkie|pre-commit|git config|git submodule|only-allow|check-node|is-ci|npx-cli"
    r"|nuxt prepare|nuxi prepare|svelte-kit sync|astro sync|wxt prepare|next typegen|ts-patch|cypress install"
    r"|playwright install|link-workspace|contributors|opencollective|salita|update-browserslist|ngcc|allow-scripts"
)
# Makes what the Dockerfile makes in a step of its own, after the source has been copied.
_BUILD = lazy.pattern(r"(?:npm|pnpm|yarn)(?: run)? (?:build|build:prod|build:production|compile)")
_NOTHING = lazy.pattern(r"(?:echo\b.*|true|exit 0|:|node -e .*|)")
_PATCHES = lazy.pattern(r"patch-package|pnpm patch")
_PRISMA = lazy.pattern(r"prisma generate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle:
    """`drop`: scripts that are left out. `works`: some script does work that the app needs.

    `copies` are the folders and files that they need; `whole` means that only the whole source will do.
    """

    drop: tuple[str, ...] = ()
    works: bool = False
    copies: tuple[str, ...] = ()
    whole: bool = False
    linked: tuple[str, ...] = ()  # folders of the project that are dependencies of it


def detect(
    project: Project, package: Package, config: Config, *, builds: bool = False, needless: tuple[str, ...] = ()
) -> Lifecycle:
    """What the install scripts of PACKAGE need. BUILDS: the image has a step that builds. NEEDLESS are left out."""
    drop, copies, works, whole = [], set[str](), False, False
    for hook in HOOKS:
        if hook not in package.scripts:
            continue
        parts = [p.strip() for p in re.split(r"&&|\|\||;", package.scripts[hook])]
        real = [p for p in parts if not _DESK.search(p) and not _NOTHING.fullmatch(p)]
        if hook in needless or not real or (builds and all(_BUILD.fullmatch(p) for p in real)):
            drop.append(hook)
            continue
        works = True
        for part in real:
            if _PATCHES.search(part):
                copies |= {_patch_folder(part)} & set(project.folders)
            elif _PRISMA.search(part):
                copies |= set(prisma_files(project))
            else:
                whole = True
    if "patch-package" in package.all_dependencies or project.has_folder("patches"):
        copies |= {"patches"} & set(project.folders)
    copies |= {p.rpartition("/")[0] or p for p in config.patches if not p.startswith(".yarn/")}
    linked = _local(project, package)
    copies |= linked | ({config.mirror} if config.mirror else set())
    return Lifecycle(
        drop=tuple(drop),
        works=works or package.has_gyp,
        copies=tuple(sorted(c for c in copies if is_path(c))),
        whole=whole or package.has_gyp,
        linked=tuple(sorted(f for f in linked if project.has_folder(f))),
    )


def _patch_folder(command: str) -> str:
    """Where patch-package finds its patches."""
    m = re.search(r"--patch-dir[= ](\S+)", command)
    return m[1].removeprefix("./").rstrip("/") if m else "patches"


def _local(project: Project, package: Package) -> set[str]:
    """Folders and archives of the project that it depends on by their path."""
    found = set()
    for spec in package.all_dependencies.values():
        kind, _, path = spec.partition(":")
        if kind in ("file", "link", "portal"):
            name = posixpath.normpath(path.partition("#")[0])
            if not name.startswith(("..", "/")) and name != "." and (project.has(name) or project.has_folder(name)):
                found.add(name)
    return found


def prisma_files(project: Project) -> list[str]:
    """What `prisma generate` reads."""
    files = [f for f in ("prisma.config.ts", "prisma.config.js", "prisma.config.mjs") if project.has(f)]
    return [*files, "prisma"] if project.has_folder("prisma") else files
