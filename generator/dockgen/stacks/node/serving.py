"""How the files of a built site are served: below which path, which of them may be kept, which are compressed."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.facts import Fact, fact
from dockgen.records import dataclass
from dockgen.stacks.node import sites

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dockgen.project import Project
    from dockgen.stacks.node.frameworks import Framework
    from dockgen.stacks.node.package import Package

# Framework -> the setting that names the path below which the site lives, and the option of its build that does.
BASES: Mapping[str, tuple[str, str]] = {
    "angular": ("baseHref", "--base-href"),
    "astro": ("base", "--base"),
    "docusaurus": ("baseUrl", ""),
    "eleventy": ("pathPrefix", "--pathprefix"),
    "ember": ("rootURL", ""),
    "gatsby": ("pathPrefix", ""),
    "hexo": ("root", ""),
    "next": ("basePath", ""),
    "nuxt": ("baseURL", ""),
    "parcel": ("", "--public-url"),
    "quasar": ("publicPath", ""),
    "react-router": ("base", "--base"),
    "rspress": ("base", ""),
    "slidev": ("", "--base"),
    "sveltekit": ("base", ""),
    "umi": ("base", ""),
    "vite": ("base", "--base"),
    "vitepress": ("base", "--base"),
    "vocs": ("basePath", ""),
    "vue-cli": ("publicPath", ""),
    "vuepress": ("base", ""),
}
# Where the setting is written, if not in the framework's usual configuration.
FILES: Mapping[str, tuple[str, ...]] = {
    "angular": ("angular.json",),
    "ember": ("config/environment.js",),
    "gatsby": ("gatsby-config.js", "gatsby-config.ts", "gatsby-config.mjs"),
    "hexo": ("_config.yml",),
    "react-router": ("vite.config.ts", "vite.config.js", "vite.config.mjs"),
    "umi": (".umirc.ts", ".umirc.js", "config/config.ts", "config/config.js"),
}
# Below this folder every file has a digest in its name, unless the project puts files of its own there.
HASHED: Mapping[str, tuple[str, str]] = {
    "astro": ("_astro", "public"),
    "create-react-app": ("static", "public"),
    "docusaurus": ("assets", "static"),
    "next": ("_next/static", "public"),
    "nuxt": ("_nuxt", "public"),
    "react-router": ("assets", "public"),
    "sveltekit": ("_app/immutable", "static"),
    "vite": ("assets", "public"),
    "vitepress": ("assets", "public"),
}
# Plugins that leave a compressed copy beside each file.
COMPRESSORS = ("vite-plugin-compression", "vite-plugin-compression2", "compression-webpack-plugin",
    "gatsby-plugin-gzip", "gatsby-plugin-zopfli", "@gfx/zopfli", "rollup-plugin-gzip", "ember-cli-gzip")  # fmt: skip
_COMMENT = lazy.pattern(r"(?<![:\"'`\w])//[^\n]*|/\*.*?\*/", re.DOTALL)
_LITERAL = lazy.pattern(r"""["'`]([^"'`$\n]*)["'`]""")
_TERNARY = lazy.pattern(r"(?s)(.+?)\?(?![?.])\s*(.+?)\s*:\s*(.+)")
_OTHERWISE = lazy.pattern(r"""[^"'`\n]*?(?:\|\||\?\?)\s*(["'`][^"'`\n]*["'`])\s*""")
_PRODUCTION = lazy.pattern(r"""(?<![!])==?=?\s*["'](?:production|build)["']|^\s*is_?prod|^\s*prod""", re.IGNORECASE)
_DEVELOPMENT = lazy.pattern(
    r"""!==?\s*["'](?:production|build)["']|=\s*["'](?:development|serve|test)["']|^\s*!|^\s*is_?dev|^\s*dev\b""",
    re.IGNORECASE,
)
_ENVIRONMENT = lazy.pattern(r"(?:process\.env|import\.meta\.env|\benv)\b")
_PATH = lazy.pattern(r"/?[A-Za-z0-9_~-][A-Za-z0-9._~-]*(?:/[A-Za-z0-9._~-]+)*/?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """`base` is the path below which the site lives, "" for the root; `nested`: the build made that folder already.

    `hashed` is the folder whose files may be kept for ever; `compressed`: .gz files lie beside the files.
    """

    base: Fact[str] | None = None
    nested: bool = False
    hashed: str = ""
    compressed: bool = False


def of(project: Project, package: Package, row: Framework, script: str = "build") -> Serving:
    """How the site that ROW builds by SCRIPT is served."""
    return Serving(
        base=_base(project, package, row.name, script),
        nested=row.name == "nuxt",
        hashed=_hashed(project, row.name),
        compressed=any(name in package.all_dependencies for name in COMPRESSORS),
    )


def _base(project: Project, package: Package, framework: str, script: str) -> Fact[str] | None:
    key, option = BASES.get(framework, ("", ""))
    build = package.scripts.get(script, "")
    if option and (m := re.search(rf"{option}[= ]+[\"']?([^\s\"']+)", build)):
        path = _clean(m[1])
        return fact(path, package.path, project.line_of(package.path, f'"{script}"'), option) if path else None
    if not key or (framework == "gatsby" and "prefix-paths" not in build):
        return None
    file = configuration(project, framework)
    found = setting(project.text(file), key) if file else None
    path = _clean(found) if found else ""
    return fact(path, file or "", project.line_of(file or "", key), f"{key}: {found}") if path else None


def configuration(project: Project, framework: str) -> str | None:
    """The file in which FRAMEWORK is configured; None if there is none."""
    if framework in FILES:
        return project.first(*FILES[framework])
    if framework in ("vitepress", "vuepress"):
        folder = f".{framework}/config."
        return next((f for f in project.files if folder in f and f.count("/") <= 2), None)
    return sites.config(project, framework)


def setting(text: str, key: str) -> str | None:
    """The text that KEY of a JavaScript, JSON or YAML configuration has in a production build; None if unclear."""
    if key not in text:
        return None
    plain = _COMMENT.sub("", text)
    m = re.search(rf"(?<![\w.$])[\"']?{key}[\"']?\s*:\s*([^\n]*(?:\n\s*[?:|&][^\n]*)*)", plain)
    return _value(m[1], plain) if m else None


def _value(expression: str, text: str, depth: int = 0) -> str | None:
    """What EXPRESSION is in a production build whose variables are not set."""
    expression = expression.strip().rstrip(",;} ").strip()
    if m := _LITERAL.match(expression):
        return m[1] if not expression[m.end() :].strip(" ,)}") else None
    if m := _OTHERWISE.fullmatch(expression):
        return m[1][1:-1]
    if m := _TERNARY.fullmatch(expression):
        if _DEVELOPMENT.search(m[1]):
            return _value(m[3], text, depth)
        if _PRODUCTION.search(m[1]):
            return _value(m[2], text, depth)
        return _value(m[3], text, depth) if _ENVIRONMENT.search(m[1]) else None
    if depth < 2 and re.fullmatch(r"[A-Za-z_]\w*", expression):
        m = re.search(rf"\b(?:const|let|var)\s+{expression}\s*=\s*([^\n]*(?:\n\s*[?:|&][^\n]*)*)", text)
        return _value(m[1], text, depth + 1) if m else None
    return expression if re.fullmatch(r"/[\w./~-]*", expression) else None  # YAML


def _clean(value: str) -> str:
    """The path `/x/` that a base names; "" for the root, for relative ones, and for another host."""
    path = value.strip()
    if not _PATH.fullmatch(path) or ".." in path.split("/"):
        return ""
    return f"/{path.strip('/')}/"


def _hashed(project: Project, framework: str) -> str:
    folder, public = HASHED.get(framework, ("", ""))
    if not folder or any(posixpath.join(p, folder) in project.folders for p in (public, f"docs/{public}")):
        return ""
    file = configuration(project, framework)
    text = project.text(file) if file else ""
    return "" if "FileNames" in text or "assetsDir" in text or "assetPrefix" in text else f"/{folder}/"


def below(served: Serving | None, path: str) -> str:
    """PATH of a site below the base that it lives at, if the build does not make that folder itself."""
    is_below = served and served.base and (path != "/" or not served.nested)
    return served.base.value + path.lstrip("/") if served and served.base and is_below else path
