"""Read an image as an engine saves it, in one pass and without holding it: its configuration, what each layer has."""

from __future__ import annotations

import json
import posixpath
import tarfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from dockgen.errors import InputError
from dockgen.verify import contents

if TYPE_CHECKING:
    from collections.abc import Mapping
    from io import BufferedReader
    from typing import IO

MAX_JSON = 8 << 20  # bytes of a description in the archive
_WHITEOUT = ".wh."


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A layer: the instruction that made it, as the image's history has it, the bytes of its files, what was found.

    READ is False for one that is packed in a way that this Python has no means for, such as zstd.
    """

    made_by: str
    size: int
    found: contents.Findings
    read: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An image: what a container of it starts with (`Config`), its history (the oldest first), its layers."""

    config: Mapping[str, Any]
    history: tuple[str, ...]
    layers: tuple[Layer, ...]


@dataclass(slots=True)
class _Archive:
    """What was seen of an archive so far, by the names in it."""

    documents: dict[str, Any] = field(default_factory=dict)
    layers: dict[str, tuple[int, contents.Findings] | None] = field(default_factory=dict)  # None: not to be read
    links: dict[str, str] = field(default_factory=dict)


def read(stream: IO[bytes]) -> Image:
    """The image in STREAM, which is read once. InputError if it is none."""
    seen = _Archive()
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for member in archive:
                _note(seen, archive, member)
        while stream.read(tarfile.RECORDSIZE):  # what fills the last record: whoever writes it has to come to an end
            pass
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise InputError(f"the engine's archive of the image cannot be read: {error}") from error
    return _image(seen)


def _note(seen: _Archive, archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
    name = posixpath.normpath(member.name)
    if member.issym() or member.islnk():
        seen.links[name] = posixpath.normpath(posixpath.join(posixpath.dirname(name), member.linkname))
    file = archive.extractfile(member) if member.isreg() else None
    if file is None:
        return
    start = cast("BufferedReader", file).peek(1)[:1]
    if start in (b"{", b"["):
        if member.size <= MAX_JSON:
            seen.documents[name] = json.loads(file.read())
    else:
        seen.layers[name] = _layer(file)


def _layer(file: IO[bytes]) -> tuple[int, contents.Findings] | None:
    """The bytes of the files in the layer FILE, which may be compressed, and what was found; None if it is no tar."""
    size, findings = 0, contents.Findings()
    try:
        with tarfile.open(fileobj=file, mode="r|*") as layer:
            for member in layer:
                name = posixpath.normpath(member.name).removeprefix("./").lstrip("/")
                if posixpath.basename(name).startswith(_WHITEOUT):
                    continue
                if member.isdir():
                    findings.folder(name)
                elif member.isreg() and (found := layer.extractfile(member)):
                    size += member.size
                    findings.file(name, member.size, found.read)
    except tarfile.ReadError:
        return None
    return size, findings


def _image(seen: _Archive) -> Image:
    manifest = seen.documents.get("manifest.json")
    if not isinstance(manifest, list) or not manifest:
        raise InputError("the engine's archive of the image has no manifest.json")
    config = seen.documents.get(posixpath.normpath(str(manifest[0].get("Config"))), {})
    history = [h for h in config.get("history") or () if isinstance(h, dict)]
    made_by = [str(h.get("created_by") or "") for h in history if not h.get("empty_layer")]
    names = [_followed(seen, posixpath.normpath(str(name))) for name in manifest[0].get("Layers") or ()]
    missing = max(0, len(names) - len(made_by))  # an engine that made one layer of many instructions
    found = (seen.layers.get(name) for name in names)
    layers = tuple(
        Layer(made_by=said, size=each[0], found=each[1])
        if each
        else Layer(made_by=said, size=0, found=contents.Findings(), read=False)
        for each, said in zip(found, [*[""] * missing, *made_by], strict=False)
    )
    return Image(
        config=config.get("config") or {},
        history=tuple(str(h.get("created_by") or "") for h in history),
        layers=layers,
    )


def _followed(seen: _Archive, name: str) -> str:
    for _ in range(8):
        if name not in seen.links:
            break
        name = seen.links[name]
    return name
