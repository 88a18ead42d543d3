"""Wheels by their names: which Pythons on Linux a list of files has one for (PEP 425, PEP 600)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen.lazy import pattern
from dockgen.stacks.python.ranges import key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ANY = "any"
_LINUX = pattern(r"(?:^|\.)(?:manylinux|linux)[a-z0-9_]*_x86_64(?:\.|$)")
_MUSL = pattern(r"(?:^|\.)musllinux[a-z0-9_]*_x86_64(?:\.|$)")
_CPYTHON = pattern(r"cp3(\d{1,2})")


def fits(files: Iterable[str], python: str, *, musl: bool = False) -> bool:
    """True if one of the wheels FILES can be installed on the release line PYTHON, on Linux with glibc or MUSL."""
    lines = _lines(files, _MUSL if musl else _LINUX)
    return any(line in (ANY, python) or (line[0] == ">" and key(python) >= key(line[1:])) for line in lines)


def newest(files: Iterable[str]) -> str:
    """The newest release line that has a wheel; "" if any newer one has, or if there is no wheel for Linux at all."""
    lines = set(_lines(files, _LINUX))
    if not lines or any(line == ANY or line[0] == ">" for line in lines):
        return ""
    return max(lines, key=key)


def _lines(files: Iterable[str], linux: re.Pattern[str]) -> Iterator[str]:
    """What each wheel for LINUX is for: "any", a release line such as "3.12", or ">3.9" for that and newer ones."""
    for file in files:
        parts = file.removesuffix(".whl").rsplit("-", 3)
        if len(parts) != 4 or not (parts[3] == ANY or linux.search(parts[3])):
            continue
        _, python, abi, _ = parts
        if re.search(r"\bpy3", python):
            yield ANY
        for minor in _CPYTHON.findall(python):
            if abi == "abi3":
                yield f">3.{minor}"
            elif not abi.endswith("t"):  # free-threaded builds are another Python
                yield f"3.{minor}"
