"""Find the front-end that has to be built before a Go program can embed it."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dockgen import releases
from dockgen.errors import InputError
from dockgen.facts import Evidence
from dockgen.stacks.go.gomod import inside
from dockgen.stacks.go.mains import ASIDE
from dockgen.values import is_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockgen.project import Project
    from dockgen.stacks.go.assets import Embed

MANAGERS = (  # lock file, manager, files and folders that its install reads, install command
    (
        "pnpm-lock.yaml",
        "pnpm",
        ("pnpm-lock.yaml", "pnpm-workspace.yaml", ".npmrc", "patches"),
        "pnpm install --frozen-lockfile",
    ),
    ("yarn.lock", "yarn", ("yarn.lock", ".yarnrc.yml", ".yarn/patches", "patches"), "yarn install --frozen-lockfile"),
    ("package-lock.json", "npm", ("package-lock.json", ".npmrc", "patches"), "npm ci"),
    ("npm-shrinkwrap.json", "npm", ("npm-shrinkwrap.json", ".npmrc", "patches"), "npm ci"),
)
SCRIPTS = ("build", "release", "build:prod", "package", "bundle")
CONFIGS = re.compile(
    r"(?:vite|esbuild|webpack|rollup|rspack|svelte|astro|next|nuxt|vue|angular|build)\b[\w.-]*\.(?:[cm]?[jt]s|json)"
)
_OUT = re.compile(
    r"(?:outDir|outdir|outfile|outputPath|outputDir|distDir|dir|path)[\"']?\s*[:=]\s*(?:[\w.]+\([^()\n]*?)?[\"']([\w./-]+)[\"']"
)
_OUT_FLAG = re.compile(r"--(?:outDir|outdir|out-dir|output-path|dest|dist-dir)[= ]([\w./-]+)")
_MANAGER = re.compile(r"(npm|pnpm|yarn)@(\d+(?:\.\d+){0,2}(?:-[\w.]+)?)(?:\+[\w.]+)?")
PLACEHOLDER = 2  # a folder with so few files is a stand-in that lets `go build` pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontend:
    """A Node project whose build writes what the program embeds. Folders are relative to the project's root."""

    folder: str
    output: str
    script: str
    manager: str
    manager_version: str
    node: str
    mounts: tuple[str, ...]
    install: str
    where: Evidence


def frontend(project: Project, patterns: Sequence[Embed]) -> Frontend | None:
    """The front-end to build, if one is missing from the checkout and a package.json can make it."""
    for path in project.files:
        if posixpath.basename(path) != "package.json" or path.count("/") > 3:
            continue
        folder = posixpath.dirname(path) or "."
        if not (folder == "." or is_path(folder)) or any(
            p in ASIDE or p in ("site", "website") for p in folder.split("/")
        ):
            continue
        if made := _made_by(project, path, folder, patterns):
            return made
    return None


def _made_by(project: Project, path: str, folder: str, patterns: Sequence[Embed]) -> Frontend | None:
    try:
        package = project.json(path)
    except InputError:
        return None
    scripts = package.get("scripts")
    if not isinstance(scripts, dict):
        return None
    options = [
        (n, out) for n in SCRIPTS if isinstance(scripts.get(n), str) for out in _outputs(project, folder, scripts[n])
    ]
    for script, output in options:
        for embed in patterns:
            if _feeds(output, embed) and _is_empty(project, output):
                where = Evidence(embed.where.path, embed.where.line, f"embeds {output}, which {path} builds")
                return _frontend(project, path, script, output, where)
    return None


def _outputs(project: Project, folder: str, script: str) -> Iterator[str]:
    """Folders that a script may write to: those it names, those of the bundler's configuration, the usual ones."""
    if flags := _OUT_FLAG.findall(script):
        yield from (inside(folder, flag) for flag in flags)
        return  # the flag overrides the configuration
    for path in project.below(folder):
        if (posixpath.dirname(path) or ".") == folder and CONFIGS.fullmatch(posixpath.basename(path)):
            for name in _OUT.findall(project.text(path)):
                out = inside(folder, name)
                yield posixpath.dirname(out) if re.search(r"\.\w{2,4}$", out) else out
    yield from (inside(folder, name) for name in ("dist", "build", "out"))


def _feeds(output: str, embed: Embed) -> bool:
    """True if what is written to OUTPUT is embedded."""
    if output in (".", "") or output.startswith("..") or not is_path(output):
        return False
    return f"{output}/".startswith(f"{embed.folder}/") or (
        embed.missing and f"{embed.pattern}/".startswith(f"{output}/")
    )


def _is_empty(project: Project, folder: str) -> bool:
    files = [f for f in project.below(folder) if posixpath.basename(f) not in (".gitkeep", ".gitignore", ".keep")]
    return len(files) < PLACEHOLDER and all(f.endswith((".html", ".txt", ".md")) for f in files)


def _frontend(project: Project, path: str, script: str, output: str, where: Evidence) -> Frontend:
    package, folder = project.json(path), posixpath.dirname(path) or "."
    declared = package.get("packageManager")
    match = _MANAGER.fullmatch(declared) if isinstance(declared, str) else None
    row = next((m for m in MANAGERS if project.has(inside(folder, m[0]))), None)
    manager = row[1] if row else match[1] if match else "npm"
    version = match[2] if match and match[1] == manager else "" if manager == "npm" else releases.TOOLS[manager]
    install = row[3] if row else f"{manager} install"
    if manager == "yarn" and version.partition(".")[0] != "1":
        install = "yarn install --immutable"
    mounts = ["package.json", *(row[2] if row else ())]
    return Frontend(
        folder=folder,
        output=output,
        script=script,
        manager=manager,
        manager_version=version,
        node=_node(package),
        mounts=tuple(m for m in mounts if project.has(inside(folder, m)) or project.has_folder(inside(folder, m))),
        install=install,
        where=where,
    )


def _node(package: dict[str, Any]) -> str:
    """The Node release for the build: the newest, unless `engines` names only older ones."""
    engines = package.get("engines")
    wanted = engines.get("node") if isinstance(engines, dict) else None
    if isinstance(wanted, str) and ">" not in wanted:
        majors = set(re.findall(r"(?<![\d.])(\d+)(?:\.[\dxX*]+)*", wanted))
        chosen = releases.newest(releases.NODE, lambda r: r.line in majors)
        if chosen and chosen.is_supported:
            return chosen.line
    return (releases.newest(releases.NODE) or releases.NODE[0]).line
