"""An engine that is none: it notes how it was called and answers as the folder beside it says.

It is copied under an engine's name. `script.json` has, for the words that a call begins with, what is printed, the exit
code, and whether it waits to be ended; `calls` gets a line for each call, `ended` one for each that was ended.
"""

import json
import os
import signal
import sys
import time
from pathlib import Path

here = Path(__file__).resolve().parent
args = sys.argv[1:]


def note(name: str) -> None:
    with (here / name).open("a") as file:
        file.write(json.dumps([Path(sys.argv[0]).name, *args]) + "\n")


def ended(number: int, _: object) -> None:
    note("ended")
    os._exit(128 + number)


signal.signal(signal.SIGTERM, ended)
note("calls")
script = json.loads((here / "script.json").read_text())
rows = [row for row in script if row["words"] == args[: len(row["words"])]]
row = max(rows, key=lambda row: len(row["words"]), default={})
if "slow" in row:
    time.sleep(row["slow"])
if row.get("hangs"):
    time.sleep(600)
if "file" in row:
    sys.stdout.buffer.write((here / row["file"]).read_bytes())
sys.stdout.write(row.get("out", ""))
sys.stderr.write(row.get("err", ""))
sys.exit(row.get("code", 0))
