from flask import Flask

from logbook import page

app = Flask(__name__)


@app.get("/")
def index():
    return page(["08:00 cast off", "09:30 fog"])
