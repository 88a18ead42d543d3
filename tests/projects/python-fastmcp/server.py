"""Tides for language models: a tool over HTTP, and a page for people."""

from fastmcp import FastMCP
from starlette.requests import Request
from starlette.responses import PlainTextResponse

HIGH_WATER = {"Husum": "03:40", "Cuxhaven": "02:15"}

mcp = FastMCP("tides")


@mcp.tool
def high_water(harbour: str) -> str:
    """When the water is high in a harbour."""
    return HIGH_WATER[harbour]


@mcp.custom_route("/", methods=["GET"])
async def home(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"high water in {len(HIGH_WATER)} harbours\n")


if __name__ == "__main__":
    mcp.run(transport="http")
