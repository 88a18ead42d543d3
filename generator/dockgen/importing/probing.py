"""The health check of an old file: which path or port it asks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen.importing import starts
from dockgen.importing.model import Probe

if TYPE_CHECKING:
    from dockgen.dockerfile import Instruction
    from dockgen.importing.variables import Scope

_LOCAL = r"(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\]|\$\{?HOSTNAME\}?)"
_URL = re.compile(rf"https?://{_LOCAL}(?::(?P<port>\d+|\$\{{?\w+\}}?))?(?P<path>/[^\s\"'`|;)\\>]*)?")
_BARE = re.compile(rf"\b(?:curl|wget)\b.*?\s{_LOCAL}(?::(?P<port>\d+))?(?P<path>/[^\s\"'`|;)\\>]*)?")
_CODE = re.compile(r"\bpath\s*:\s*[\"'](?P<path>/[^\"'\s]*)|\brequest\([\"']GET[\"'],\s*[\"'](?P<other>/[^\"'\s]*)")
_TCP = re.compile(r"\bnc\b.*-\w*z|/dev/tcp/|\bcreate_connection\b|\bnet'?\)?\.connect\b|\bwait-for-it\b")
_NUMBER = re.compile(r"(?:localhost|127\.0\.0\.1|0\.0\.0\.0)[\s/:'\",]+(\d{2,5})\b")


def read(instruction: Instruction, scope: Scope) -> Probe | None:
    """What a HEALTHCHECK asks for; None if it is NONE."""
    value = re.sub(r"^(?:--\S+\s+)+", "", instruction.value)
    verb, _, rest = value.partition(" ")
    if verb.upper() != "CMD" or not rest.strip():
        return None
    argv = starts.words(rest.strip())
    command = " ".join(argv) if argv is not None else rest.strip()
    text = scope.shell(command[:4096]).text
    line = instruction.first
    tool = next((w for w in ("curl", "wget", "nc") if re.search(rf"\b{w}\b", command[:4096])), "")
    if match := _URL.search(text) or _BARE.search(text):
        number = match["port"] or ""
        return Probe(asks=match["path"] or "/", line=line, tool=tool, port=number if number.isdecimal() else "")
    if match := _CODE.search(text):
        return Probe(asks=match["path"] or match["other"], line=line, tool=tool)
    if _TCP.search(text):
        number = _NUMBER.search(text)
        return Probe(asks="tcp", line=line, tool=tool, port=number[1] if number else "")
    return Probe(asks="", line=line, command=command[:200])
