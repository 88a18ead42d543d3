"""Golden projects written with settings: a name, the project, what is set. tests/test_variants.py holds the output."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIANTS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    f"dev-{project}": (project, {"dev": "yes"})
    for project in (
        "node-express-npm", "node-fastify-ts-pnpm", "node-next-plain", "node-vite-react", "node-nest-npm",
        "node-hono-bun", "node-express-nodemon", "node-nest-prisma", "node-express-client", "node-astro-ssr",
        "python-fastapi-uv", "python-flask-pip", "python-django-poetry", "python-streamlit", "python-starlette-pdm",
        "python-flask-pipenv", "python-extras", "python-worker-uv", "go-chi", "go-frontend", "go-templ",
        "static-site", "static-mkdocs", "static-hugo",
    )
}  # fmt: skip
