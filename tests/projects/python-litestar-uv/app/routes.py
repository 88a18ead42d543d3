"""The routes."""

from litestar import get


@get("/tides/{day:str}")
async def high_water(day: str) -> dict[str, str]:
    """When the water is high on a day."""
    return {"day": day, "high": "06:12"}


@get("/health")
async def health() -> str:
    """Whether the app is well."""
    return "ok"
