"""Judge an image by what its layers have: secrets, development, version control, size, its user."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import breaches, secretnames
from dockgen.values import one_line
from dockgen.verify import checks, development, origin
from dockgen.verify.report import Part, Size
from dockgen.weigh import human

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dockgen.verify.development import Development
    from dockgen.verify.layers import Image, Layer
    from dockgen.verify.results import Check

MOST = 5  # findings that are named; the others are counted
_PAIR = re.compile(r"(?<![\w$-])([A-Za-z_]\w*)=(\"[^\"]*\"|'[^']*'|[^\s\"';&|]+)")
# Values that are no secrets: to be replaced, or taken from elsewhere.
_PLACEHOLDER = re.compile(
    r"(?i)^(?:\$.*|<.*|%.*|x+|\*+|0+|none|null|true|false|yes|no|.*(?:dummy|change|example|placeholder|insecure|not-?a).*"
    r"|(?:build|test|ci|dev|unused|secret|password|key|token)(?:[-_].*)?)$"
)


def judge(image: Image, text: str, known: Development) -> tuple[list[Check], Size]:
    """The checks that need no container, and the size. TEXT is the Dockerfile's, KNOWN what the project says."""
    found = origin.above_base(image, text)
    layers, history = found or (image.layers, image.history)
    size = _size(image, layers if found else None)
    return [
        _secrets(layers, history, image),
        _development(layers, known),
        _vcs(layers),
        checks.passed("size", _size_said(size), detail="\n".join(_size_lines(size))),
    ], size


def _unread(name: str, layers: Iterable[Layer]) -> Check | None:
    """The check, if a layer could not be looked into."""
    count = sum(not layer.read for layer in layers)
    return checks.skipped(name, f"layers that are packed in a way that cannot be read here: {count}") if count else None


def _secrets(layers: Sequence[Layer], history: Sequence[str], image: Image) -> Check:
    said = [f"/{s.path} {s.why}" for layer in layers for s in layer.found.secrets]
    said += _in_variables(image.config.get("Env") or (), history)
    if said:
        return checks.failed("no-secrets", _few(said), detail="\n".join(said))
    none = checks.passed("no-secrets", "no file, variable or instruction looks like a secret")
    return _unread("no-secrets", layers) or none


def _in_variables(env: Iterable[str], history: Sequence[str]) -> Iterator[str]:
    """Variables that are set above the base and have a secret, and what of the HISTORY has one; never the value."""
    whole = "\n".join(history)
    told = set()
    for pair in env:
        name, _, value = pair.partition("=")
        if re.search(rf"(?<!\w){re.escape(name)}=", whole) and _is_secret(name, value):
            told.add(name)
            yield f"the variable {name} has a value that looks like a secret"
    for entry in history:
        for name, value in _PAIR.findall(entry):
            if name not in told and _is_secret(name, value.strip("\"'")):
                told.add(name)
                yield f"the history has a value of {name} that looks like a secret"


def _is_secret(name: str, value: str) -> bool:
    if not value or _PLACEHOLDER.match(value):
        return False
    return secretnames.is_secret(name) or breaches.is_secret_value(value)


def _development(layers: Sequence[Layer], known: Development) -> Check:
    if known.stack == development.GO:
        if any(layer.found.has_go for layer in layers):
            return checks.failed("no-dev", "Go's toolchain is in the image, in /usr/local/go")
        return _unread("no-dev", layers) or checks.passed("no-dev", "the image has no toolchain of Go's")
    if known.reason:
        return checks.skipped("no-dev", known.reason)
    if any(layer.found.has_archives for layer in layers):
        return checks.skipped("no-dev", "Yarn keeps the packages in archives, which are not looked into")
    packages = [package for layer in layers for package in layer.found.packages]
    found = development.in_image(known, packages)
    if found:
        return checks.failed("no-dev", f"only development needs {_few(found)}", detail="\n".join(found))
    count = len(known.asks)
    return _unread("no-dev", layers) or checks.passed(
        "no-dev",
        f"none of the {count} packages that only development asks for",
    )


def _vcs(layers: Sequence[Layer]) -> Check:
    found = [f"/{path}" for layer in layers for path in layer.found.vcs]
    if found:
        return checks.failed("no-vcs", _few(found), detail="\n".join(found))
    return _unread("no-vcs", layers) or checks.passed("no-vcs", "no data of version control in any layer")


def _few(found: Sequence[str]) -> str:
    more = f" and {len(found) - MOST} more" if len(found) > MOST else ""
    return ", ".join(found[:MOST]) + more


def _size(image: Image, layers: Sequence[Layer] | None) -> Size:
    total = sum(layer.size for layer in image.layers)
    above = image.layers if layers is None else layers
    parts = tuple(Part(instruction=shown(layer.made_by), size=layer.size) for layer in above if layer.size)
    return Size(total=total, base=None if layers is None else total - sum(layer.size for layer in layers), parts=parts)


def _size_said(size: Size) -> str:
    if size.base is None:
        return human(size.total)
    heaviest = max(size.parts, key=lambda part: part.size, default=None)
    most = f", {human(heaviest.size)} of it by {_short(heaviest.instruction)}" if heaviest else ""
    return f"{human(size.total)}, {human(size.total - size.base)} above its base{most}"


def _short(text: str, most: int = 48) -> str:
    return text if len(text) <= most else f"{text[:most].rstrip()} ..."


def _size_lines(size: Size) -> Iterator[str]:
    if size.base is not None:
        yield f"{human(size.base):>9}  the base image"
    for part in size.parts:
        yield f"{human(part.size):>9}  {part.instruction}"


def shown(made_by: str) -> str:
    """An instruction as the history has it, for people."""
    text = re.sub(r"^/bin/sh -c #\(nop\) +", "", made_by).removesuffix(" # buildkit")
    text = re.sub(r"^RUN (?:\|\d+ (?:\S+=\S* )*)?/bin/sh -\S*c ", "RUN ", text)
    return one_line(text, 120)


def user(image: Image, process: str | None) -> Check:
    """Whether the USER of IMAGE and the user of the running PROCESS, None if none runs, are somebody but root."""
    said = str(image.config.get("User") or "")
    if is_root(said):
        return checks.failed("non-root", f"the image's user is root{f' ({said})' if said else ': it has no USER'}")
    if process is not None and is_root(process):
        return checks.failed("non-root", f"the process runs as root, though the image's user is {said}")
    runs = f", the process runs as {process}" if process is not None else ""
    return checks.passed("non-root", f"the image's user is {said}{runs}")


def is_root(user: str) -> bool:
    """True if USER, a name or a number, with or without a group, is root."""
    name = user.partition(":")[0]
    return name in ("", "root") or (name.isdigit() and int(name) == 0)
