from flask import Flask

from ferry.times import DEPARTURES


def create_app(config=None):
    app = Flask(__name__)
    app.config.update(config or {})

    @app.get("/")
    def index():
        return {"departures": DEPARTURES}

    return app
