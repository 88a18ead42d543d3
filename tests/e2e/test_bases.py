"""On bases other than the default, what dockgen writes builds and runs as well.

Where no registry can be reached, the images of distroless with an interpreter are stood in for by ones that are made here
of distroless' own `cc` image: the same paths, no shell. Alpine and Chainguard cannot be stood in for.
"""

from __future__ import annotations

from dataclasses import dataclass

import engine
import pytest
from cases import CASES
from test_build_and_run import build_and_run

STAND_INS = {
    "gcr.io/distroless/nodejs24-debian13:nonroot": """
FROM node:24-trixie-slim AS node
FROM gcr.io/distroless/cc-debian13:nonroot
COPY --from=node /usr/local/bin/node /nodejs/bin/node
ENTRYPOINT ["/nodejs/bin/node"]
""",
    "gcr.io/distroless/python3-debian13:nonroot": """
FROM debian:trixie-slim AS debian
RUN apt-get update \\
    && apt-get install -y --no-install-recommends python3 \\
    && mkdir -p /out/usr/bin /out/usr/lib \\
    && cp -a /usr/bin/python3* /out/usr/bin \\
    && cp -a /usr/lib/python3* /usr/lib/*-linux-gnu /out/usr/lib
FROM gcr.io/distroless/cc-debian13:nonroot
COPY --from=debian /out/ /
ENTRYPOINT ["/usr/bin/python3"]
""",
}
BY_NAME = {case.project: case for case in CASES}
NODE, PYTHON = STAND_INS


@dataclass(frozen=True)
class Row:
    """A golden project, the flags that it is generated with, and the image that has to be stood in for."""

    golden: str
    flags: tuple[str, ...]
    image: str = ""

    @property
    def project(self) -> str:
        """The name of the row."""
        return f"{self.golden} {' '.join(self.flags)}"


ROWS = (
    Row("node-express-npm", ("--base", "distroless"), NODE),
    Row("node-next-plain", ("--base", "distroless", "--set", "node=24"), NODE),
    Row("python-fastapi-uv", ("--base", "distroless"), PYTHON),
    Row("python-flask-pip", ("--base", "distroless", "--set", "python=3.13"), PYTHON),
    Row("go-gin", ("--base", "slim", "--os-upgrade")),
    Row("static-site", ("--os-upgrade",)),
)


@pytest.mark.parametrize("case", ROWS, ids=lambda row: row.project)
def test_other_bases_build_and_run(case, scratch):
    if case.image and engine.TOOL.exists():
        stand_in(case.image, scratch)
    build_and_run(BY_NAME[case.golden], scratch, *case.flags)


def stand_in(image, scratch):
    """Make an image that stands for IMAGE, unless it is there."""
    dockerfile = scratch / "StandIn"
    dockerfile.write_text(STAND_INS[image].lstrip())
    context = scratch / "nothing"
    context.mkdir()
    engine.docker(
        "build", *engine.HOST_NETWORK, "-t", image, "-f", engine.buildable(dockerfile, scratch), context, timeout=600
    )
