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
    named = re.compile(rf"{re.escape(name)}(?=:[a-z]|$)")
    if command == "build":
        at = words.index("-t") + 1
        words[at] = named.sub(own, words[at])
        dockerfile = words[words.index("-f") + 1] if "-f" in words else f"{words[-1]}/Dockerfile"
        with engine.scratch() as folder:
            copy = engine.buildable(Path(dockerfile), folder)
            return subprocess.call(["docker", "build", *engine.HOST_NETWORK, *words[:-1], "-f", copy, words[-1]])
    words = [own + word.removeprefix(name) if named.match(word) else word for word in words]
    if command == "run":
        for image in filter(IMAGE.fullmatch, words if engine.TOOL.exists() else ()):
            if not image.startswith(own):
                engine.run(engine.TOOL, "provide", image)
        words = [*engine.HOST_NETWORK, *words]
    return subprocess.call(["docker", command, *words])


if __name__ == "__main__":
    sys.exit(main())
