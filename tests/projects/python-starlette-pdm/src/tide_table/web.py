from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .tides import NEXT_HIGH_WATER


async def index(request: Request) -> Response:
    return JSONResponse({"high water": NEXT_HIGH_WATER})


application = Starlette(routes=[Route("/", index)])
