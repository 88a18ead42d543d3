"""Scripts that an install runs by itself, and what they need before any source has been copied."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dockgen import lazy

if TYPE_CHECKING:
    from dockgen.project import Project
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


def detect(project: Project, package: Package, *, builds: bool = False, needless: tuple[str, ...] = ()) -> Lifecycle:
    """What the install scripts of PACKAGE need. BUILDS: the image has a step that builds. NEEDLESS are left out."""
    drop, copies, works, whole = [], set(), False, False
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
                copies |= {"patches"} & set(project.folders)
            elif _PRISMA.search(part):
                copies |= set(prisma_files(project))
            else:
                whole = True
    if "patch-package" in package.all_dependencies or project.has_folder("patches"):
        copies |= {"patches"} & set(project.folders)
    return Lifecycle(drop=tuple(drop), works=works, copies=tuple(sorted(copies)), whole=whole)


def prisma_files(project: Project) -> list[str]:
    """What `prisma generate` reads."""
    files = [f for f in ("prisma.config.ts", "prisma.config.js", "prisma.config.mjs") if project.has(f)]
    return [*files, "prisma"] if project.has_folder("prisma") else files
