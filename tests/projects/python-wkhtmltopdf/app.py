import pdfkit
from flask import Flask, Response

app = Flask(__name__)


@app.get("/")
def index():
    return "invoices"


@app.get("/invoice.pdf")
def invoice():
    return Response(pdfkit.from_string("<h1>Invoice</h1>", False), mimetype="application/pdf")
