"""The images of others that a Dockerfile names: where each stands, and which digest it is pinned to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import dockerfile, lazy
from dockgen.lines import line_at
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockgen.dockerfile import Instruction

_WORD = lazy.pattern(r"[^\t\v\f\r ]+")
_VARIABLE = lazy.pattern(r"\$(?:\{(?P<name>\w+)(?::?-(?P<default>[^}]*))?[^}]*\}|(?P<bare>\w+))")
# Where `COPY --from=` and `RUN --mount=…,from=` name an image, in the flags before anything else.
_FLAG = {"COPY": lazy.pattern(r"--from=([^\s]+)"), "RUN": lazy.pattern(r"--mount=(?:[^\s]*,)?from=([^\s,]+)")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """An image as the file names it, from offset `start` to `end`; `place` is FROM, COPY, RUN or syntax."""

    text: str
    start: int
    end: int
    line: int
    place: str

    @property
    def digest(self) -> str:
        """What it is pinned to, such as `sha256:…`; "" if nothing."""
        return self.text.partition("@")[2]

    @property
    def tag(self) -> str:
        """Its tag; "" if it has none."""
        path = self.text.partition("@")[0].rpartition("/")[2]
        return path.partition(":")[2]

    @property
    def image(self) -> str:
        """Name and tag without the digest: what a registry is asked for. No tag and no digest mean `latest`."""
        named = self.text.partition("@")[0]
        return named if self.tag or self.digest else f"{named}:latest"

    @property
    def is_literal(self) -> bool:
        """True if the name is written out: no variable, no quotes."""
        return not set(self.text) & set("$\"'\\`")


def references(text: str) -> tuple[Reference, ...]:
    """The images of others in the Dockerfile TEXT, in order: no stages of its own, no `scratch`, no named context.

    A name without tag after `--from=` can only be guessed; it is taken for a context that the build is given.
    """
    file = dockerfile.read(text)
    found = [
        Reference(text=d.value.split()[0], start=d.offset, end=d.offset + len(d.value.split()[0]), place="syntax",
                  line=line_at(text, d.offset))
        for d in file.directives if d.name == "syntax"
    ]  # fmt: skip
    stages: list[str] = []
    defaults: dict[str, str] = {}
    for instruction in file.instructions:
        if instruction.name == "ARG" and not stages:
            defaults |= _defaults(instruction.value)
        for start, end in _places(instruction):
            name = instruction.value[start:end]
            is_stage = _is_stage(name, stages, defaults)
            if is_stage or (instruction.name != "FROM" and (name.isdigit() or not re.search("[:@/$]", name))):
                continue
            at = instruction.offset(start)
            found.append(Reference(text=name, start=at, end=instruction.offset(end - 1) + 1, line=line_at(text, at),
                                   place=instruction.name))  # fmt: skip
        if instruction.name == "FROM":
            named = re.search(r"\s+as\s+(\S+)\s*$", instruction.value, re.IGNORECASE)
            stages.append(named[1].lower() if named else "")
    return tuple(found)


def _places(instruction: Instruction) -> Iterator[tuple[int, int]]:
    """Start and end of each image in the value of an instruction."""
    if instruction.name not in ("FROM", *_FLAG):
        return
    for word in _WORD.finditer(instruction.value):
        if not word[0].startswith("--"):
            if instruction.name == "FROM":
                yield word.span()
            return
        if instruction.name != "FROM" and (named := _FLAG[instruction.name].match(word[0])):
            yield word.start() + named.start(1), word.start() + named.end(1)


def _defaults(value: str) -> dict[str, str]:
    pairs = (word.partition("=") for word in dockerfile.words(value))
    return {name: default.strip("\"'") for name, equals, default in pairs if equals}


def _is_stage(name: str, stages: list[str], defaults: Mapping[str, str]) -> bool:
    """True if NAME is `scratch` or an earlier stage: with its variables' defaults, or as `a-${ARCH}` may be."""
    filled = _VARIABLE.sub(lambda m: defaults.get(m["name"] or m["bare"]) or m["default"] or m[0], name).lower()
    if filled == "scratch" or filled in stages:
        return True
    pattern = ".+".join(map(re.escape, _VARIABLE.sub("\n", filled).split("\n")))
    has_text = pattern.replace(".+", "") != ""
    return has_text and "$" in filled and any(re.fullmatch(pattern, stage) for stage in stages if stage)


def with_digests(text: str, digests: Mapping[Reference, str]) -> str:
    """The Dockerfile TEXT with each of the references in DIGESTS pinned to its digest, else byte for byte the same."""
    for reference in sorted(digests, key=lambda r: r.start, reverse=True):
        pinned = f"{reference.image}@{digests[reference]}"
        text = text[: reference.start] + pinned + text[reference.end :]
    return text


def keep(text: str, before: str) -> tuple[str, tuple[str, ...]]:
    """TEXT with the digests of BEFORE for the images that both name, and the images that are left without one.

    None is told if BEFORE pins no image. With two digests for one image the first counts.
    """
    old = [r for r in references(before) if r.digest and r.tag and r.is_literal]
    pinned = {r.image: r.digest for r in reversed(old)}
    wanted = [r for r in references(text) if not r.digest]
    left = {r.image if r.is_literal else r.text: None for r in wanted if r.image not in pinned and r.place != "syntax"}
    kept = with_digests(text, {r: pinned[r.image] for r in wanted if r.image in pinned})
    return kept, tuple(left) if any(r.place != "syntax" for r in old) else ()
