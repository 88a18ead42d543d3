"""Work that can wait."""

import os

from celery import Celery

app = Celery("nets", broker=os.environ.get("BROKER_URL", "memory://"))


@app.task
def mend(net: str) -> str:
    """One net."""
    return f"{net} is mended"
