from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route


async def buoys(request):
    return JSONResponse({"red": 12, "green": 12})


app = Starlette(routes=[Route("/", buoys)])
