import os

import fastapi


def make_app() -> fastapi.FastAPI:
    service = fastapi.FastAPI()

    @service.get("/")
    def echo(text: str = "hello") -> str:
        return text

    return service


app = make_app()

if __name__ == "__main__":
    import uvicorn

    uvicorn.run(app, host="127.0.0.1", port=int(os.environ.get("PORT", "8090")))
