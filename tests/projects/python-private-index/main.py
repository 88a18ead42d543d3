import ferry_times
from fastapi import FastAPI

app = FastAPI()


@app.get("/")
def index():
    return ferry_times.today()
