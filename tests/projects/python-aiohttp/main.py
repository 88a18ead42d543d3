"""Buoys that call in."""

from aiohttp import web

from config import settings


async def buoys(request: web.Request) -> web.Response:
    """Those that called today."""
    return web.json_response({"buoys": ["north", "bar"]})


def make_app() -> web.Application:
    """The app, complete only when it is run."""
    app = web.Application()
    app.router.add_get("/", buoys)
    return app


if __name__ == "__main__":
    web.run_app(make_app(), host=settings.host, port=settings.http_port)
