"""How a rendered Dockerfile is written, whatever it builds: comments, the syntax line, versions, the builder."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import dockerfile, images, lazy, mirrors, rules
from dockgen.lines import tidy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockgen.dockerfile import Instruction
    from dockgen.plans import Style

WIDTH = 100
_BASE_LABEL = "org.opencontainers.image.base.name="
# What Buildah 1.39 (Podman 5.4, of Debian 13) cannot do, by its changelog: COPY --link came with 1.41, `env=` of a
# secret with 1.44. Heredocs (1.33), --start-interval (1.37) and --exclude (1.38) it can.
_LINK = lazy.pattern(r"^COPY --link ")
_SECRET_ENV = lazy.pattern(r"(--mount=type=secret,id=([A-Za-z0-9_]+)),env=([A-Za-z_][A-Za-z0-9_]*)(,required=true)?")
_VERSION = lazy.pattern(r"([^:]+):(\d+(?:\.\d+)*)([\w.-]*)")


def apply(text: str, style: Style) -> str:
    """The Dockerfile TEXT as STYLE wants it."""
    if style.builder == "podman":
        text = _for_podman(text)
    if style.registry:
        text = _from_registry(text, style.registry)
    if style.versions == "arg":
        text = _with_arguments(text)
    if style.comments == "none":
        text = _without_comments(text)
    elif style.comments == "teach":
        text = _taught(text)
    text = tidy(text)
    return text if style.syntax else re.sub(r"\A# syntax=[^\n]*\n", "", text)


def _for_podman(text: str) -> str:
    lines = text.splitlines()
    for instruction in dockerfile.read(text).instructions:
        first = instruction.first - 1
        if instruction.name == "COPY":
            lines[first] = _LINK.sub("COPY ", lines[first])
        elif instruction.name == "RUN" and (secrets := _SECRET_ENV.findall(instruction.value)):
            body = lines[first : instruction.last]
            lines[first : instruction.last] = _exported([_SECRET_ENV.sub(r"\1\4", line) for line in body], secrets)
    return "\n".join(lines) + "\n"


def _exported(body: list[str], secrets: list[tuple[str, str, str, str]]) -> list[str]:
    """The lines of a RUN with variables that are read from the files of its secrets, if these are given."""
    at = next(i for i, line in enumerate(body) if not re.match(r"(?:RUN )?\s*--mount=", line))
    read = [
        f'{name}="$(cat /run/secrets/{key}{"" if required else " || true"})" && export {name}'
        for _, key, name, required in secrets
    ]
    command = body[at].strip().removeprefix("RUN ")
    body[at] = f"    {read[0]} \\" + "".join(f"\n    && {line} \\" for line in read[1:]) + f"\n    && {command}"
    return body


def _from_registry(text: str, registry: str) -> str:
    """TEXT with all images of others from REGISTRY, which has each under its full path in its own registry."""
    for reference in reversed(images.references(text)):
        if not reference.is_literal or reference.text.startswith(f"{registry}/"):
            continue
        there = mirrors.below(registry, reference.text)
        text = text[: reference.start] + there + text[reference.end :]
        label = re.compile(rf"(?<={re.escape(_BASE_LABEL)}){re.escape(reference.text)}(?=\s)")
        text = label.sub(there, text)
    return text


def _with_arguments(text: str) -> str:
    """TEXT with the release of each base image in an ARG before the first stage; those without one are left."""
    arguments: dict[str, tuple[str, str]] = {}
    changes = []
    for reference in images.references(text):
        match = _VERSION.fullmatch(reference.text)
        if reference.place != "FROM" or not match:
            continue
        name = re.sub(r"[^A-Z0-9]+", "_", match[1].rpartition("/")[2].upper()) + "_VERSION"
        if arguments.setdefault(name, (match[1], match[2])) == (match[1], match[2]):
            changes.append((reference, f"{match[1]}:${{{name}}}{match[3]}"))
    for reference, new in reversed(changes):
        text = text[: reference.start] + new + text[reference.end :]
    block = "".join(
        f"# {name} is the release of {image}\nARG {name}={version}\n\n" for name, (image, version) in arguments.items()
    )
    return re.sub(r"\A((?:# \w+=[^\n]*\n)*\n*)", lambda m: m[1] + block, text, count=1)


def _without_comments(text: str) -> str:
    inside = {n for i in dockerfile.read(text).instructions for n in range(i.first, i.last + 1)}
    kept = [
        line
        for number, line in enumerate(text.splitlines(), 1)
        if number in inside or not line.startswith("#") or re.match(r"# (?:syntax|escape|check)=", line)
    ]
    return "\n".join(kept) + "\n"


def _taught(text: str) -> str:
    """TEXT with the reason of each practice above the first instruction that follows it."""
    lines = text.splitlines()
    above: dict[int, list[str]] = {}
    for instruction, rule in rules.first_uses(_shipping(dockerfile.read(text).instructions)):
        above.setdefault(_top(lines, instruction), []).extend(_comment(rule.why))
    out: list[str] = []
    for number, line in enumerate(lines):
        if number in above:
            # A comment right above FROM or ARG is taken for its description, so these are set apart from it.
            is_described = re.match(r"# \S+ |FROM |ARG ", line) is not None
            out += ["", *above[number], *([""] if is_described else [])]
        out.append(line)
    return "\n".join(out) + "\n"


def _shipping(instructions: Iterable[Instruction]) -> Iterator[Instruction]:
    """The INSTRUCTIONS that production needs: the stage for development follows other rules."""
    is_for_development = False
    for instruction in instructions:
        if instruction.name == "FROM":
            is_for_development = instruction.value.endswith(" AS dev")
        if not is_for_development:
            yield instruction


def _top(lines: list[str], instruction: Instruction) -> int:
    """The index of the first of the comment lines above INSTRUCTION, or its own."""
    at = instruction.first - 1
    while at and lines[at - 1].startswith("#") and not lines[at - 1].startswith("# syntax="):
        at -= 1
    return at


def _comment(why: str) -> Iterator[str]:
    import textwrap  # noqa: PLC0415  (only where it is asked for)

    yield from (f"# {line}" for line in textwrap.wrap(why, WIDTH - 2))
