"""Where the build of a static site or single-page app leaves its files, and how unknown paths are answered."""

from __future__ import annotations

import json
import posixpath
import re
from typing import TYPE_CHECKING, Any

from dockgen import lazy
from dockgen.facts import Fact, default, fact
from dockgen.values import is_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.project import Project
    from dockgen.stacks.node.frameworks import Framework
    from dockgen.stacks.node.package import Package

# Configuration files of a framework, and the setting in them that names its output folder.
CONFIGS: dict[str, tuple[tuple[str, ...], str]] = {
    "vite": (("vite.config", "vitest.config"), r"\boutDir\s*:\s*(?:[\w.]+\([^)]*?)?[\"'`]([^\"'`]+)[\"'`]"),
    "astro": (("astro.config",), r"\boutDir\s*:\s*[\"'`]([^\"'`]+)[\"'`]"),
    "next": (("next.config",), r"\bdistDir\s*:\s*[\"'`]([^\"'`]+)[\"'`]"),
    "vue-cli": (("vue.config",), r"\boutputDir\s*:\s*[\"'`]([^\"'`]+)[\"'`]"),
    "eleventy": (
        (".eleventy", "eleventy.config"),
        r"\boutput\s*:\s*[\"'`]([^\"'`]+)[\"'`]|setOutputDirectory\(\s*[\"'`]([^\"'`]+)[\"'`]",
    ),
    "webpack": (
        ("webpack.config", "webpack.prod", "webpack.common"),
        r"\bpath\s*:\s*(?:[\w.]+\(\s*__dirname\s*,\s*)[\"'`]([^\"'`]+)[\"'`]",
    ),
    "sveltekit": (("svelte.config",), r"\b(?:pages|out)\s*:\s*[\"'`]([^\"'`]+)[\"'`]"),
    "rsbuild": (("rsbuild.config",), r"\broot\s*:\s*[\"'`]([^\"'`]+)[\"'`]"),
}
# Names that SvelteKit compiles in, and how many files are read to find them.
_STATIC = lazy.pattern(r"import\s*\{([^{}]{1,1000})\}\s*from\s*[\"']\$env/static/(?:private|public)[\"']")
MAX_FILES = 500
SUFFIXES = (".ts", ".js", ".mjs", ".mts", ".cjs", ".prod.js", ".common.js")
_NX_BUILD = lazy.pattern(r"\bnx\s+(?:build\s+|run\s+(?=[\w@/.-]+:build))([\w@/.][\w@/.-]*)")
_OUT_FLAG = lazy.pattern(r"--(?:outDir|out-dir|output|dest|dist-dir|output-path)[= ]+[\"']?([\w./-]+)")


def config(project: Project, framework: str) -> str | None:
    """The configuration file of FRAMEWORK, None if there is none."""
    stems, _ = CONFIGS.get(framework, ((f"{framework}.config",), ""))
    return project.first(*(stem + suffix for stem in stems for suffix in SUFFIXES))


def output(project: Project, package: Package, framework: Framework, script: str = "build") -> Fact[str]:
    """The folder that the build, which is the SCRIPT of that name, writes the site to."""
    build = package.scripts.get(script, "")
    if m := _OUT_FLAG.search(build):
        return fact(_clean(m[1]), package.path, project.line_of(package.path, f'"{script}"'), f"scripts.{script}")
    if framework.name == "angular" and (found := _angular(project, build)):
        return found
    if framework.name in ("vitepress", "vuepress"):
        return _documents(project, framework, build)
    file = config(project, framework.name)
    pattern = CONFIGS.get(framework.name, ((), ""))[1]
    if file and pattern and (m := re.search(pattern, project.text(file))):
        folder = _clean(next(g for g in m.groups() if g))
        root = _vite_root(project, file) if framework.name == "vite" else ""
        if is_path(joined := posixpath.normpath(posixpath.join(root, folder))):
            return fact(joined, file, project.line_of(file, m[0].split("\n")[0]))
    return default(framework.output[0], f"where {framework.title} writes to")


def _clean(folder: str) -> str:
    return posixpath.normpath(folder).removeprefix("./").rstrip("/")


def _vite_root(project: Project, file: str) -> str:
    m = re.search(r"^\s*root\s*:\s*[\"'`]([^\"'`]+)[\"'`]", project.text(file), re.MULTILINE)
    return _clean(m[1]) if m else ""


def _documents(project: Project, framework: Framework, build: str) -> Fact[str]:
    """VitePress and VuePress write below the folder of the documents, which is an argument of the build."""
    script = next((s for s in (build,) if framework.name in s), "")
    m = re.search(rf"{framework.name} build ([\w./-]+)", script)
    folder = (
        m[1] if m else next((f for f in ("docs", "doc", "src") if project.has_folder(f"{f}/.{framework.name}")), "")
    )
    return default(
        posixpath.normpath(posixpath.join(folder, framework.output[0])), f"where {framework.title} writes to"
    )


def _angular(project: Project, script: str) -> Fact[str] | None:
    """outputPath of the project that is built; the application builder adds a `browser` folder."""
    for name, file, entry in (*_of_angular(project), *_of_nx(project, script)):
        targets = entry.get("architect") or entry.get("targets")
        build = targets.get("build") if isinstance(targets, dict) else None
        options = build.get("options") if isinstance(build, dict) else None
        if not isinstance(options, dict) or entry.get("projectType", "application") != "application":
            continue
        builder = str(build.get("builder") or build.get("executor")) if isinstance(build, dict) else ""
        path = options.get("outputPath", f"dist/{name}")
        is_application = builder.endswith(":application")
        base = path.get("base", f"dist/{name}") if isinstance(path, dict) else path
        browser = path.get("browser", "browser") if isinstance(path, dict) else "browser" if is_application else ""
        if isinstance(base, str) and isinstance(browser, str):
            folder = _clean(posixpath.join(base, browser))
            if is_path(folder):
                return fact(folder, file, project.line_of(file, '"outputPath"'), "outputPath")
    return None


def _of_angular(project: Project) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Name, file and settings of the projects in angular.json: the one by default, else all."""
    data = _object(project, "angular.json")
    projects = data.get("projects")
    if not isinstance(projects, dict):
        return
    wanted = data.get("defaultProject")
    for name in [wanted] if isinstance(wanted, str) and wanted in projects else sorted(projects):
        yield name, "angular.json", projects[name] if isinstance(projects[name], dict) else {}


def _of_nx(project: Project, script: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Name, file and settings of the project that Nx builds by SCRIPT, or by default."""
    if not project.has("nx.json"):
        return
    named = _NX_BUILD.search(script)
    wanted = named[1] if named else _object(project, "nx.json").get("defaultProject")
    for file in project.ending("/project.json") if isinstance(wanted, str) else ():
        entry = _object(project, file)
        if entry.get("name", file.split("/")[-2]) == wanted:
            yield str(wanted), file, entry


def _object(project: Project, file: str) -> dict[str, Any]:
    """The JSON object in a FILE; empty if it is none."""
    try:
        data: Any = json.loads(project.text(file) or "{}")
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def build_variables(project: Project) -> tuple[str, ...]:
    """Variables that SvelteKit takes from the environment while it builds; the build fails without them."""
    names: set[str] = set()
    for file, _ in zip(project.ending(".ts", ".js", ".svelte"), range(MAX_FILES), strict=False):
        if file.startswith("src/") and "$env/static/" in (text := project.text(file)):
            for m in _STATIC.finditer(text):
                names |= {n.split(" as ")[0].strip() for n in m[1].split(",")}
    return tuple(sorted(n for n in names if re.fullmatch(r"[A-Z_][A-Z0-9_]*", n)))


def has_server(project: Project) -> bool:
    """True if angular.json builds a server as well (Angular SSR)."""
    text = project.text("angular.json")
    return bool(re.search(r'"ssr"\s*:\s*(?:\{|true)', text)) and '"outputMode": "static"' not in text
