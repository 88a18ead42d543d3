"""The app, made by a function."""

from fastapi import FastAPI
from sqlalchemy import text

from .database import engine


def create_app() -> FastAPI:
    """The app with its routes."""
    app = FastAPI(title="Stock")

    @app.get("/items")
    def items() -> list[str]:
        with engine.connect() as connection:
            return [row.name for row in connection.execute(text("select name from item"))]

    @app.get("/healthz")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    return app
