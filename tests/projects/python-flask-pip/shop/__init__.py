import os

from flask import Flask, render_template


def create_app():
    app = Flask(__name__)

    @app.get("/")
    def index():
        return render_template("index.html", town=os.environ.get("TOWN", "Bergen"))

    @app.get("/healthz")
    def healthz():
        return "ok"

    return app
