"""The app, made by a function."""

from litestar import Litestar

from app.routes import health, high_water


def create_app() -> Litestar:
    """The app with its two routes."""
    return Litestar(route_handlers=[high_water, health])
