import os

from flask import Flask

DIST = os.path.join(os.path.dirname(__file__), "..", "frontend", "dist")

app = Flask(__name__, static_folder=DIST, static_url_path="")


@app.get("/api/notes")
def notes():
    return {"notes": ["The lift is repaired"]}


@app.get("/")
def index():
    return app.send_static_file("index.html")
