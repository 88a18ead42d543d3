from fastapi import FastAPI

from app.store import PARCELS

app = FastAPI(title="Parcels")


@app.get("/")
def index() -> dict[str, int]:
    return {"parcels": len(PARCELS)}


@app.get("/parcels/{number}")
def parcel(number: int) -> dict[str, str]:
    return {"state": PARCELS.get(number, "unknown")}
