"""A ship's clock."""

from datetime import datetime

from nicegui import ui


@ui.page("/")
def clock() -> None:
    """The bells."""
    ui.label("Eight bells")
    ui.label(f"{datetime.now():%H:%M}")


ui.run(title="Clock", port=8090, reload=False, show=False)
