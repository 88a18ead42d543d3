"""Find Docker Compose, as a plugin of docker or on its own."""

from __future__ import annotations

import functools
import re
import shutil
import subprocess


@functools.cache
def program() -> tuple[str, ...]:
    """The words that start Compose 2 or newer; () if there is none on this machine."""
    for words in (("docker-compose",), ("docker", "compose")):
        if not shutil.which(words[0]):
            continue
        run = subprocess.run([*words, "version", "--short"], capture_output=True, check=False, text=True)
        found = re.match(r"v?(\d+)\.", run.stdout)
        if run.returncode == 0 and found and int(found[1]) >= 2:
            return words
    return ()
