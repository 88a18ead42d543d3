"""What the image of a FROM is: its language, release and system, as far as the names of official images say it."""

from __future__ import annotations

import re

from dockgen import releases
from dockgen.importing.model import Base

# The last part of an image's name and its language; others are none of ours.
_LANGUAGES = {
    "python": "python", "node": "node", "golang": "go", "go": "go", "uv": "python", "bun": "node", "deno": "",
    "nodejs": "node",
}  # fmt: skip
_SYSTEMS = (
    ("alpine", re.compile(r"alpine")),
    ("slim", re.compile(r"(?:^|-)slim")),
    ("full", re.compile(r"bookworm|bullseye|buster|trixie|stretch|debian|ubuntu|jammy|noble|focal")),
)
_OF_NAMES = {"alpine": "alpine", "debian": "full", "ubuntu": "full", "scratch": "scratch", "busybox": "busybox"}
_PYTHON_IN_TAG = re.compile(r"(?:^|[-.])python(\d+\.\d+)")
_DISTROLESS = re.compile(r"(?:^|/)distroless/(?:static|base|cc|(?:nodejs|python|java)(\d*))[\w-]*$")
PRODUCTS = {"python": releases.PYTHON, "node": releases.NODE, "go": releases.GO}
MAX_SHOWN = 100


def read(image: str, line: int, stage: str = "") -> Base:
    """The base that IMAGE is, its variables put in."""
    name, _, tag = image.partition("@")[0].rpartition("/")[2].partition(":")
    if match := _DISTROLESS.search(image.partition("@")[0].partition(":")[0]):
        language = {"nodejs": "node", "python3": "python"}.get(name.partition("-")[0].rstrip("0123456789"), "")
        language = language or ("node" if "nodejs" in name else "python" if "python" in name else "")
        version = match[1] if language == "node" and match[1] else ""
        return Base(image=image, line=line, stage=stage, language=language, version=version, system="distroless")
    language = _LANGUAGES.get(name, "")
    version = _version(language, name, tag)
    if image.startswith("cgr.dev/chainguard"):
        system = "chainguard"
    else:
        system = _OF_NAMES.get(name) or next(
            (s for s, form in _SYSTEMS if form.search(tag)), "full" if language else ""
        )
    if name == "nginx":
        language = "nginx"
    return Base(image=image[:MAX_SHOWN], line=line, stage=stage, language=language, version=version, system=system)


def _version(language: str, name: str, tag: str) -> str:
    """The release line in a tag: two numbers of Python's and Go's, one of Node's; "" if it names none."""
    if name == "uv":
        match = _PYTHON_IN_TAG.search(tag)
        return match[1] if match else ""
    numbers = re.match(r"v?(\d+)(?:\.(\d+))?", tag)
    if not numbers or name == "bun":
        return ""
    if language == "node":
        return numbers[1]
    return f"{numbers[1]}.{numbers[2]}" if language in ("python", "go") and numbers[2] else ""


def release(base: Base) -> releases.Release | None:
    """The release line that BASE names, among those that have images or had."""
    if not base.version or base.language not in PRODUCTS:
        return None
    return releases.by_line(releases.of(base.language), base.version)
