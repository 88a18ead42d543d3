"""Web frameworks, bots and task queues for Python: how each is told and how it is served in production."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dockgen import process

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """One framework.

    `serve` is how its app is started: wsgi or asgi (by a server that is pointed at the app object), run (the file is
    run and starts its own server), or the name of the framework's own command. `env` is what makes it listen outward.
    """

    name: str
    package: str  # normalised distribution whose presence speaks for it
    serve: str
    port: int = 8000
    classes: tuple[str, ...] = ()  # dotted names whose call makes the app
    health: str = ""  # path that the framework itself answers
    env: tuple[tuple[str, str], ...] = ()
    kind: str = "web"
    stops_at: str = process.TERM  # the signal at which it ends by itself as PID 1, "" for none (see below)
    wraps: bool = False  # its app is put around another one, which it then serves too


# Measured with `docker stop` on 2026-11-27 on Python 3.14, on a read-only root and without capabilities. Killed after
# ten seconds at SIGTERM, and ended with exit code 0 at SIGINT: Dash (1.7 s), Gradio (0.9 s), Robyn (0.3 s), Flask's
# and Bottle's own servers (0.4 s). Tornado ends at SIGINT with an error and exit code 130, so it gets tini. At SIGTERM
# end aiohttp (0.2 s) and NiceGUI (2.0 s).
HOME = ("HOME", "/tmp")  # noqa: S108  (the one place that is writable in a read-only container)

TABLE = (
    Framework(name="django", package="django", serve="wsgi", classes=("django.core.wsgi.get_wsgi_application",)),
    Framework(
        name="channels",
        package="channels",
        serve="asgi",
        classes=("channels.routing.ProtocolTypeRouter", "django.core.asgi.get_asgi_application"),
    ),
    Framework(
        name="fastapi", package="fastapi", serve="asgi", classes=("fastapi.FastAPI", "fastapi.applications.FastAPI")
    ),
    Framework(
        name="litestar", package="litestar", serve="asgi", classes=("litestar.Litestar", "litestar.app.Litestar")
    ),
    Framework(name="quart", package="quart", serve="asgi", classes=("quart.Quart",)),
    Framework(
        name="blacksheep",
        package="blacksheep",
        serve="asgi",
        classes=("blacksheep.Application", "blacksheep.server.Application"),
    ),
    Framework(
        name="fasthtml",
        package="python-fasthtml",
        serve="asgi",
        port=5001,
        classes=("fasthtml.common.FastHTML", "fasthtml.FastHTML"),
    ),
    Framework(name="sanic", package="sanic", serve="sanic", classes=("sanic.Sanic", "sanic.app.Sanic")),
    Framework(
        name="socketio",
        package="python-socketio",
        serve="asgi",
        classes=("socketio.ASGIApp", "engineio.ASGIApp"),
        wraps=True,
    ),
    Framework(name="socketio-wsgi", package="python-socketio", serve="wsgi", classes=("socketio.WSGIApp",), wraps=True),
    Framework(name="responder", package="responder", serve="asgi", classes=("responder.API", "responder.api.API")),
    Framework(name="connexion", package="connexion", serve="asgi", classes=("connexion.AsyncApp",)),
    Framework(name="starlette", package="starlette", serve="asgi", classes=("starlette.applications.Starlette",)),
    Framework(name="falcon-asgi", package="falcon", serve="asgi", classes=("falcon.asgi.App",)),
    Framework(
        name="dash",
        package="dash",
        serve="run",
        port=8050,
        classes=("dash.Dash",),
        env=(("HOST", "0.0.0.0"),),
        stops_at=process.INT,
    ),
    Framework(
        name="flask",
        package="flask",
        serve="wsgi",
        classes=("flask.Flask", "flask.app.Flask", "apiflask.APIFlask", "flask_openapi3.OpenAPI"),
    ),
    Framework(name="falcon", package="falcon", serve="wsgi", classes=("falcon.App", "falcon.API")),
    Framework(name="bottle", package="bottle", serve="wsgi", classes=("bottle.Bottle", "bottle.default_app")),
    Framework(name="pyramid", package="pyramid", serve="wsgi"),
    Framework(
        name="aiohttp",
        package="aiohttp",
        serve="run",
        port=8080,
        classes=("aiohttp.web.Application", "web.Application"),
    ),
    Framework(
        name="tornado",
        package="tornado",
        serve="run",
        port=8888,
        classes=("tornado.web.Application",),
        stops_at="",
    ),
    Framework(
        name="robyn",
        package="robyn",
        serve="run",
        port=8080,
        classes=("robyn.Robyn",),
        env=(("ROBYN_HOST", "0.0.0.0"),),
        stops_at=process.INT,
    ),
    Framework(
        name="streamlit", package="streamlit", serve="streamlit", port=8501, health="/_stcore/health", env=(HOME,)
    ),
    Framework(name="chainlit", package="chainlit", serve="chainlit", env=(HOME,)),
    Framework(name="panel", package="panel", serve="panel", port=5006, env=(HOME,)),
    Framework(name="shiny", package="shiny", serve="asgi", classes=("shiny.App",), env=(HOME,)),
    Framework(name="marimo", package="marimo", serve="marimo", port=2718, health="/health", env=(HOME,)),
    Framework(name="solara", package="solara", serve="solara", port=8765, env=(HOME,)),
    Framework(
        name="gradio",
        package="gradio",
        serve="run",
        port=7860,
        env=(HOME, ("GRADIO_SERVER_NAME", "0.0.0.0"), ("GRADIO_ANALYTICS_ENABLED", "False")),
        stops_at=process.INT,
    ),
    Framework(name="nicegui", package="nicegui", serve="run", port=8080, env=(HOME,)),
    Framework(
        name="fastmcp",
        package="fastmcp",
        serve="run",
        classes=("fastmcp.FastMCP", "fastmcp.server.FastMCP"),
        env=(("FASTMCP_HOST", "0.0.0.0"),),
        kind="mcp",
    ),
    Framework(
        name="mcp",
        package="mcp",
        serve="run",
        classes=("mcp.server.fastmcp.FastMCP", "mcp.server.mcpserver.MCPServer", "mcp.server.MCPServer"),
        kind="mcp",
    ),
    Framework(name="celery", package="celery", serve="celery", kind="worker", classes=("celery.Celery",)),
    Framework(name="dramatiq", package="dramatiq", serve="dramatiq", kind="worker"),
    Framework(name="huey", package="huey", serve="huey", kind="worker"),
    Framework(name="arq", package="arq", serve="arq", kind="worker"),
    Framework(name="taskiq", package="taskiq", serve="taskiq", kind="worker"),
    Framework(name="rq", package="rq", serve="rq", kind="worker"),
)
FRAMEWORKS: Mapping[str, Framework] = {f.name: f for f in TABLE}
# The `server` of a Dash app, which a server of ours can serve.
DASH_SERVER = replace(FRAMEWORKS["dash"], serve="wsgi", env=(), stops_at=process.TERM)
# Where a framework itself reads the port from.
PORT_VARIABLES: Mapping[str, str] = {"dash": "PORT", "gradio": "GRADIO_SERVER_PORT", "robyn": "ROBYN_PORT"}
CLASSES: Mapping[str, str] = {dotted: f.name for f in TABLE for dotted in f.classes}

# A project that depends on one of these and serves nothing is a worker: no port, no health check.
BOTS = (
    "python-telegram-bot", "aiogram", "pytelegrambotapi", "discord-py", "py-cord", "nextcord", "disnake", "slack-bolt",
    "pyrogram", "telethon", "apscheduler", "schedule", "rq", "dramatiq", "huey", "arq", "pika", "kafka-python",
    "aiokafka",
)  # fmt: skip

# Extras and packages that bring a server along.
BRINGS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("fastapi", "standard"): ("uvicorn",),
    ("fastapi", "all"): ("uvicorn",),
    ("fastapi-cli", "standard"): ("uvicorn",),
    ("channels", "daphne"): ("daphne",),
    ("litestar", "standard"): ("uvicorn",),
    ("quart", ""): ("hypercorn",),
    ("python-fasthtml", ""): ("uvicorn",),
    ("nicegui", ""): ("uvicorn",),
    ("responder", ""): ("uvicorn",),
    ("shiny", ""): ("uvicorn",),
}
