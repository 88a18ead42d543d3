"""Where the TypeScript compiler puts what it makes of a source file."""

from __future__ import annotations

import json
import posixpath
import re
from typing import TYPE_CHECKING, Any

from dockgen import lazy

if TYPE_CHECKING:
    from dockgen.project import Project
    from dockgen.stacks.node.package import Package

CONFIGS = ("tsconfig.build.json", "tsconfig.json", "tsconfig.server.json", "tsconfig.prod.json")
_COMMENTS = lazy.pattern(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', re.DOTALL)
# Entities and migrations of TypeORM, as sources.
_SOURCES = lazy.pattern(r"[\"'`=,](?:\./)?src/[\w./*{},-]*\*")
_TRAILING = lazy.pattern(r'("(?:\\.|[^"\\])*")|,(\s*[}\]])')


def options(project: Project, path: str = "", depth: int = 0) -> dict[str, Any]:
    """The compilerOptions of a tsconfig with what it extends, plus its `include`; empty if it cannot be read."""
    path = path or next((c for c in CONFIGS if project.has(c) and "outDir" in project.text(c)), "tsconfig.json")
    data = _jsonc(project.text(path))
    base = data.get("extends")
    inherited: dict[str, Any] = {}
    if isinstance(base, str) and base.startswith(".") and depth < 4:
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), base))
        inherited = options(project, target if target.endswith(".json") else f"{target}.json", depth + 1)
    own = data.get("compilerOptions")
    include = {"include": data["include"]} if isinstance(data.get("include"), list) else {}
    return {**inherited, **(own if isinstance(own, dict) else {}), **include}


def _jsonc(text: str) -> dict[str, Any]:
    """A JSON object with comments and trailing commas; empty if it is none."""
    plain = _TRAILING.sub(lambda m: m[1] or m[2], _COMMENTS.sub(lambda m: m[1] or "", text))
    try:
        value = json.loads(plain)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def out_folder(project: Project) -> str:
    """The folder that tsc writes to, "" if it writes beside the sources or not at all."""
    found = options(project)
    out = found.get("outDir")
    if not isinstance(out, str) or found.get("noEmit") is True or found.get("emitDeclarationOnly") is True:
        return ""
    folder = posixpath.normpath(out.replace("${configDir}/", ""))
    return "" if folder in (".", "..") or folder.startswith(("/", "../")) else folder


def loads(project: Project, package: Package) -> bool:
    """True if the running app loads TypeScript by name, so that it cannot be started from what the compiler makes."""
    config = project.first(*(f"ormconfig.{end}" for end in ("json", "js", "yml", "yaml", "env")))
    return "typeorm" in package.all_dependencies and bool(config and _SOURCES.search(project.text(config)))


def compiled(project: Project, package: Package, source: str) -> str:
    """The path that tsc gives to what it makes of SOURCE, "" if that cannot be told."""
    out = out_folder(project)
    if not out:
        return ""
    found = options(project)
    root = found.get("rootDir")
    root = posixpath.normpath(root) if isinstance(root, str) else _common_root(project, package, found.get("include"))
    prefix = "" if root == "." else f"{root}/"
    if not source.startswith(prefix):
        return ""
    made = re.sub(r"\.([cm]?)tsx?$", r".\1js", source.removeprefix(prefix))
    return f"{out}/{made}"


def _common_root(project: Project, package: Package, include: Any) -> str:
    """Without rootDir: the folder that holds all sources; from TypeScript 6 on the folder of the tsconfig."""
    if (package.major("typescript") or 0) >= 6:
        return "."
    globs = [g for g in include if isinstance(g, str)] if isinstance(include, list) else []
    tops = {g.removeprefix("./").split("/")[0] for g in globs if not g.endswith(".d.ts")}
    if len(tops) == 1 and globs and (top := tops.pop()) and "*" not in top and not top.endswith(".ts"):
        return top
    if globs:
        return "."
    sources = [f for f in project.ending(".ts", ".tsx") if not f.endswith((".d.ts", ".test.ts", ".spec.ts"))]
    return "src" if sources and all(f.startswith("src/") for f in sources) else "."
