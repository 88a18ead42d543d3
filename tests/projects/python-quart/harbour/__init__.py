"""The harbour master's desk."""

from quart import Quart


def create_app() -> Quart:
    """The app."""
    app = Quart(__name__)

    @app.get("/")
    async def berths() -> str:
        return "three berths are free"

    return app
