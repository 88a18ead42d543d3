"""Read from the files on disk what they were written with: settings that flags gave, companions that are there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dockgen import header, values
from dockgen.rendering import USUAL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.header import Header

MAX_HEAD = 16_384  # bytes in which the header stands
Asked = tuple[tuple[str, str], ...]


def asked(folder: str, file: str = "") -> tuple[str, Asked]:
    """The name of the Dockerfile of ours in FOLDER, and what was asked for when it was written; "" if there is none.

    It is called FILE, if that is known. Otherwise it has the usual name, or it is the only one that says its own.
    """
    if said := _said(f"{folder}/{file or USUAL}"):
        return file or USUAL, said.asked
    if file:
        return "", ()
    named = [(name, said.asked) for name, said in _named(folder) if ("file", name) in said.asked]
    return named[0] if len(named) == 1 else ("", ())


def is_ours(path: str) -> bool:
    """True if the file at PATH has our header."""
    return _said(path) is not None


def _named(folder: str) -> Iterator[tuple[str, Header]]:
    """The files of ours in FOLDER that are called as a Dockerfile is."""
    try:
        names = sorted(os.listdir(folder or "."))  # noqa: PTH208
    except OSError:
        return
    for name in filter(values.is_dockerfile_name, names):
        if said := _said(f"{folder}/{name}"):
            yield name, said


def companions(root: str, place: str, folder: str = "", name: str = "") -> dict[str, str]:
    """The files of companions that dockgen wrote below ROOT, with the companion that each belongs to.

    PLACE is the folder that they were written to, FOLDER that of the app, which is called NAME.
    """
    from dockgen.companions import table  # noqa: PLC0415  (start-up time)

    found = {}
    for companion in table.COMPANIONS.values():
        for file in companion.files:
            path = table.path(file, folder if file.each else place, name)
            if path and _said(f"{root}/{path}"):
                found[path] = companion.name
    return found


def _said(path: str) -> Header | None:
    """The header of the file at PATH; None if it is no file of ours."""
    if not os.path.isfile(path):  # noqa: PTH113  (and nothing that waits, as a FIFO does)
        return None
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            head = file.read(MAX_HEAD)
    except OSError:
        return None
    return header.split(head.decode("utf-8", "surrogateescape"))[0]
