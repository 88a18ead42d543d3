from pathlib import Path

import uvicorn
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

app = FastAPI(title="Tides")


@app.get("/api/tides")
def tides() -> dict[str, str]:
    return {"high": "06:12", "low": "12:31"}


app.mount("/", StaticFiles(directory=Path(__file__).parent / "page", html=True))


def run() -> None:
    uvicorn.run(app, host="0.0.0.0", port=8000)
