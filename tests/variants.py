"""Golden projects written with settings: a name, the project, what is set. tests/test_variants.py holds the output."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_BASES = {
    "alpine": ("node-express-npm", "node-sqlite-npm", "node-fastify-ts-pnpm", "node-hono-bun", "node-vite-react",
               "node-puppeteer", "node-worker-ts", "python-fastapi-uv", "python-psycopg2", "python-django-sqlite",
               "python-streamlit", "go-gin", "go-sqlite", "static-site"),
    "distroless": ("node-express-npm", "node-next-plain", "node-worker-ts", "python-fastapi-uv", "go-gin"),
    "chainguard": ("node-koa-yarn1", "node-next-plain", "node-vite-react", "python-litestar-uv", "go-gin", "go-sqlite", "static-site"),
    "slim": ("go-gin", "go-sqlite"),
}  # fmt: skip
_STYLES: Mapping[str, Mapping[str, str]] = {
    "teach": {"comments": "teach"},
    "bare": {"comments": "none", "syntax": "no"},
    "arguments": {"versions": "arg", "syntax": "no"},
    "podman": {"builder": "podman"},
    "upgrade": {"os-upgrade": "yes"},
    "quiet": {"health": "none", "init": "none"},
}
_STYLED = (
    "node-private-registry",
    "node-vite-react",
    "node-nest-npm",
    "python-private-index",
    "python-django-poetry",
    "go-gin",
    "go-sqlite",
    "static-site",
)
VARIANTS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    f"{base}-{project}": (project, {"base": base} | ({"version": "24"} if base == "distroless" and "next" in project else {}))
    for base, projects in _BASES.items()
    for project in projects
} | {
    f"{style}-{project}": (project, values)
    for style, values in _STYLES.items()
    for project in _STYLED
    if (style, project) != ("upgrade", "go-gin") and (style, project) != ("upgrade", "go-sqlite")  # nothing to upgrade
} | {
    f"dev-{project}": (project, {"dev": "yes"})
    for project in (
        "node-express-npm", "node-fastify-ts-pnpm", "node-next-plain", "node-vite-react", "node-nest-npm",
        "node-hono-bun", "node-express-nodemon", "node-nest-prisma", "node-express-client", "node-astro-ssr",
        "python-fastapi-uv", "python-flask-pip", "python-django-poetry", "python-streamlit", "python-starlette-pdm",
        "python-flask-pipenv", "python-extras", "python-worker-uv", "go-chi", "go-frontend", "go-templ",
        "static-site", "static-mkdocs", "static-hugo",
    )
}  # fmt: skip
