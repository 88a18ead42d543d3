"""The lighthouse's log."""

from sanic import Request, Sanic, text

app = Sanic("lighthouse")


@app.get("/")
async def last(request: Request):
    """The last entry."""
    return text("lamp lit at dusk")


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=8500, dev=True)
