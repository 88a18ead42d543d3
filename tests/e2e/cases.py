"""The golden projects that are built and run: what each is, what it must answer, how its lock file is made first."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from dockgen.releases import TOOLS
from dockgen.stacks.python.managers import BY_NAME
from dockgen.stacks.python.tools import LIMITS, requirements


@dataclass(frozen=True)
class Case:
    """A project in tests/projects.

    kind: `web` answers TEXT at PATH; `worker` prints TEXT and stays; `cli` prints TEXT for ARGS and ends.
    env: what the app cannot start without. keeps_lock: the committed lock is stale on purpose.
    host: the name by which the app must be called.
    """

    project: str
    kind: str = "web"
    path: str = "/"
    text: str = ""
    args: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    keeps_lock: bool = False
    host: str = ""


def _npx(tool: str) -> str:
    """The version of TOOL that package.json asks for, else ours, for a shell."""
    asked = f"(require('./package.json').packageManager||'').match(/^{tool}@([^+]+)/)"
    ours = TOOLS["yarn-berry" if tool == "yarn" else tool]
    return f"$(node -p \"({asked}||[])[1]||'{ours}'\")"


# Poetry asks the index in a way that mirrors do not answer, unless it is named as a simple index.
SIMPLE_INDEX = (
    "from pip._internal.models.index import PyPI; "
    'print("\\n[[tool.poetry.source]]\\nname = \\"index\\"\\nurl = \\"" + PyPI.simple_url + "/\\"", '
    'file=open("pyproject.toml", "a"))'
)

# The committed lock files are heads, without addresses of a registry. Before a build the real one is made by the
# manager itself, in the image that the project builds on: lock file -> shell script.
LOCKS = {
    "uv.lock": f"pip install -q uv=={TOOLS['uv']}; uv lock -q",
    "poetry.lock": f"pip install -q poetry=={TOOLS['poetry']}; python -c '{SIMPLE_INDEX}'; poetry lock -q",
    "pdm.lock": f"pip install -q {shlex.join((*requirements(BY_NAME['pdm'], TOOLS['pdm']), *LIMITS['pdm']))}; pdm lock -q",
    "Pipfile.lock": f"pip install -q pipenv=={TOOLS['pipenv']}; pipenv lock -q",
    "package-lock.json": "npm install --package-lock-only --ignore-scripts --no-audit --no-fund",
    "npm-shrinkwrap.json": "npm install --package-lock-only --ignore-scripts --no-audit --no-fund; npm shrinkwrap",
    "pnpm-lock.yaml": f"npm install -g pnpm@{_npx('pnpm')}; pnpm install --lockfile-only",
    "bun.lock": "bun install --lockfile-only",
    "go.sum": "GOFLAGS=-mod=mod go mod tidy -e",  # -e: code that the build generates is not there yet
}
# The images that these are made in; all others in Node's or Bun's.
MADE_IN = dict.fromkeys(("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock"), ("python:",)) | {"go.sum": ("golang:",)}
# Yarn's two generations share the name of their lock file.
YARN_1 = f"npm install -g --force yarn@{TOOLS['yarn']}; yarn install --ignore-scripts; rm -rf node_modules"
YARN_BERRY = (
    f"npm install -g --force @yarnpkg/cli-dist@{_npx('yarn')}; "
    "YARN_ENABLE_IMMUTABLE_INSTALLS=false yarn install --mode=update-lockfile"
)

CASES = (
    Case("static-site", text="Open from eight"),
    Case("static-spa", path="/some/route", text="North is up"),
    Case("static-hugo", path="/lights/roter-sand/", text="1885"),
    Case("static-mkdocs", path="/bends/", text="sheet bend"),
    Case("static-pelican", path="/the-herring-gull.html", text="Louder"),
    Case("static-sphinx", path="/reading.html", text="UTC"),
    Case("python-fastapi-uv", path="/parcels/0", text="unknown"),
    Case("python-flask-pip", text="<"),
    Case("python-fastapi-pyproject", path="/?text=ahoy", text="ahoy"),
    Case("python-flask-pipenv", text="departures"),
    Case("python-django-poetry", text="Three books", env=("SECRET_KEY=only-a-test",)),
    Case("python-starlette-pdm", text="14:05"),
    Case("python-streamlit", text="<title>Streamlit"),
    Case("python-psycopg2", text="libpq"),
    Case("python-pip-split", text="12:37"),
    Case("python-pip-hashes", text="bottled"),
    Case("python-uv-stale", text="red", keeps_lock=True),
    Case("python-extras", text="cast off"),
    Case("python-wheel-limits", text="5.0"),
    Case("python-wkhtmltopdf", path="/invoice.pdf", text="%PDF"),
    Case("python-cli-setup", kind="cli", args=("--name", "dockgen"), text="Hello, dockgen!"),
    Case("python-uv-workspace", text="hello, world"),
    Case("node-workspace-npm", text="hello, world"),
    Case("node-workspace-turbo", text="Acme's site"),
    Case("python-cli-click", kind="cli", args=("kmh", "10"), text="18.52"),
    Case("python-django-sqlite", path="/?text=rain", text="1 days, the last: rain", env=("SECRET_KEY=only-a-test",)),
    Case("python-django-channels", text="channel 16", env=("SECRET_KEY=only-a-test",)),
    Case("python-fastapi-alembic", path="/items", text="rope"),
    Case("python-flask-migrate", text="1 on board"),
    Case("python-litestar-uv", path="/tides/monday", text="06:12"),
    Case("python-sanic", text="lamp lit"),
    Case("python-aiohttp", text="north"),
    Case("python-tornado", text="north-east"),
    Case("python-quart", text="three berths"),
    Case("python-falcon", path="/depth", text="4.2"),
    Case("python-dash", text="Catches"),
    Case("python-gradio", text="Flags"),
    Case("python-nicegui", text="Eight bells"),
    Case("python-fastmcp", text="high water in 2 harbours"),
    Case("python-job", kind="cli", text="plaice"),
    Case("python-worker-uv", kind="worker", text="all quiet"),
    Case("node-express-npm", path="/healthz", text="ok"),
    Case("node-fastify-ts-pnpm", path="/health", text="ok"),
    Case("node-koa-yarn1", text="next ferry"),
    Case("node-yarn-pnp", text="afloat"),
    Case("node-bcrypt-pnpm", text="the key fits"),
    Case("node-local-package", text="0.51 m at six"),
    Case("node-hono-bun", text="gulls"),
    Case("node-cli", kind="cli", args=("10",), text="18.52"),
    Case("node-next-plain", text="high at noon", env=("TIDES_URL=http://localhost",)),
    Case("node-sveltekit-node", text="Signal flag"),
    Case("node-sveltekit-static", path="/knots/", text="Knots to learn"),
    Case("node-vite-env", path="/weather/", text="Shipping forecast"),
    Case("node-react-router-spa", path="/any/route", text="<script"),
    Case("node-hono-drizzle", text="caught: "),
    Case("node-express-nodemon", text="visit "),
    Case("node-vue-pnpm", path="/some/route", text="Knots"),
    Case("go-chi", path="/healthz", text="ok"),
    Case("go-gin", path="/ping", text="pong"),
    Case("go-vendored"),
    Case("go-templ", text="Ferry to"),
    Case("go-config", text="Alte Weser"),
    Case("go-embed", path="/docs/index.md"),
    Case("go-cobra", kind="cli", args=("count", "a", "b"), text="2"),
    Case("go-worker", kind="worker", text="swept"),
    Case("python-django-tailwind", path="/static/recipes/site.css", text="wavy", env=("SECRET_KEY=only-a-test",)),
    Case("python-flask-vite", text="/assets/index-"),
    Case("python-fastapi-react", text="/assets/index-"),
    Case("python-django-health", text="berth 4 is free", env=("SECRET_KEY=only-a-test",), host="www.harbour.example"),
    Case("python-interrupt", text="06:12"),
    Case("node-nest-terminus", path="/api/buoys", text="Gedney 4"),
    Case("go-debian", text="kept by jq"),
    Case("node-express-client", path="/main.js", text="Twelve crowns left"),
    Case("go-frontend-dir", path="/main.js", text="All lamps are lit"),
)

# One of each family is built on each run; these join where `-m` asks for e2e, such as before a release.
THOROUGH = frozenset({
    "static-site", "static-pelican", "static-sphinx",
    "python-fastapi-pyproject", "python-pip-split", "python-pip-hashes", "python-uv-stale", "python-extras",
    "python-wheel-limits", "python-cli-click", "python-django-channels", "python-flask-migrate", "python-litestar-uv",
    "python-sanic", "python-aiohttp", "python-tornado", "python-quart", "python-falcon", "python-dash", "python-gradio",
    "python-nicegui", "python-fastmcp", "python-job", "python-django-health", "node-nest-terminus", "python-flask-vite",
    "python-fastapi-react",
    "node-bcrypt-pnpm", "node-local-package", "node-sveltekit-static", "node-vite-env", "node-react-router-spa",
    "node-express-nodemon", "node-cli",
    "go-chi", "go-config", "go-frontend-dir",
    "node-next-plain --base distroless --set node=24", "python-flask-pip --base distroless --set python=3.13",
    "static-site --os-upgrade", "python-psycopg2 --podman",
})  # fmt: skip
