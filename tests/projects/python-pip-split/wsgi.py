from flask import Flask, jsonify
from tides.table import high_water

app = Flask(__name__)


@app.get("/")
def index():
    return jsonify(high=high_water())
