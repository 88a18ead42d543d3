"""`docker` of the tutorials: the engine of the tests, with an image and a container that are this run's own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import engine

IMAGE = re.compile(r"[a-z][\w./-]*:[\w.-]+")


def main() -> int:
    """Run `docker ARGUMENTS` of a page that calls its image and container NAME, as OWN; how it ended."""
    name, own, command, *words = sys.argv[1:]
    os.environ["PATH"] = os.environ["REAL_PATH"]
    if command == "build":
        words[words.index("-t") + 1] = own
        with engine.scratch() as folder:
            dockerfile = engine.buildable(Path(words[-1]) / "Dockerfile", folder)
            return subprocess.call(["docker", "build", *engine.HOST_NETWORK, "-f", dockerfile, *words])
    words = [own if word == name else word for word in words]
    if command == "run":
        words = [*engine.HOST_NETWORK, *words]
        for image in filter(IMAGE.fullmatch, words if engine.TOOL.exists() else ()):
            engine.run(engine.TOOL, "provide", image)
    return subprocess.call(["docker", command, *words])


if __name__ == "__main__":
    sys.exit(main())
