from fastapi import FastAPI
from greetings import greet

app = FastAPI()


@app.get("/")
def index() -> dict[str, str]:
    return {"message": greet("world")}


@app.get("/healthz")
def healthz() -> dict[str, bool]:
    return {"ok": True}
