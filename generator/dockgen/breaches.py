"""What breaks a guard rail: functions that find it in a Dockerfile, each with the lines and the words for them."""

from __future__ import annotations

import json
import posixpath
import re
from itertools import pairwise
from typing import TYPE_CHECKING

from dockgen import dockerfile, images, secretnames
from dockgen.lazy import pattern
from dockgen.patterns import Rules
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dockgen.dockerfile import Instruction

INSTRUCTIONS = frozenset({
    "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER",
    "ONBUILD", "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
})  # fmt: skip
# A field or a statement of Jinja, but not a template of Go, whose fields begin with a dot and whose words stand alone.
_JINJA = pattern(
    r"\{\{[-+]?\s*(?!(?:end|else|break|continue)\b)[A-Za-z_]\w*(?:\.\w+|\[[^\]]*\])*\s*(?:[|+~(]|[-+]?\}\}|if )"
    r"|\{%[-+]?\s*[a-z]+\b[^%]*%\}"
)
# What says of an address or a text that it is a secret, whatever its variable is called.
_SECRET_VALUE = pattern(
    r"://[^/\s:@]*:[^/\s@$]+@|^(?:ghp_|gho_|github_pat_|glpat-|xox[bp]-|AKIA[0-9A-Z]{12}|sk-[A-Za-z0-9]{16}|sk_live_)"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY"
)
_APT = pattern(r"\bapt(?:-get)?\s+(?:-\S+\s+)*install\b")
_APT_CLEAN = pattern(
    r"\brm\b[^&;|]*/var/lib/apt|--mount=\S*type=(?:cache|tmpfs)\S*(?:target|dst|destination)=/var/lib/apt"
)
_SUDO = pattern(r"(?:^|[;&|(]|\b(?:then|do|else)\b)\s*sudo\s")
_GLOB = frozenset("*?[$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage: its FROM, the image or the stage that it stands on, its name in small letters, and what it does."""

    start: Instruction
    image: str
    name: str
    instructions: tuple[Instruction, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is looked at: the Dockerfile TEXT, the lines of its .dockerignore, and images that dockgen itself chose."""

    text: str
    file: dockerfile.Dockerfile
    stages: tuple[Stage, ...]
    ignore: tuple[str, ...]
    own: frozenset[str]


def subject(text: str, ignore: Iterable[str], own: frozenset[str]) -> Subject:
    """The Dockerfile TEXT, beside a .dockerignore of the lines IGNORE, as the functions here look at it."""
    file = dockerfile.read(text)
    return Subject(text=text, file=file, stages=tuple(_stages(file.instructions)), ignore=tuple(ignore), own=own)


def _stages(instructions: tuple[Instruction, ...]) -> Iterator[Stage]:
    starts = [i for i, instruction in enumerate(instructions) if instruction.name == "FROM"]
    for start, end in pairwise([*starts, len(instructions)]):
        words = _after_flags(instructions[start].value).split()
        named = words[2].lower() if len(words) > 2 and words[1].lower() == "as" else ""
        yield Stage(
            start=instructions[start],
            image=words[0] if words else "",
            name=named,
            instructions=instructions[start + 1 : end],
        )


def _after_flags(value: str) -> str:
    """VALUE without the options at its beginning."""
    return re.sub(r"^(?:--\S+\s+)+", "", value)


def _flags(instruction: Instruction, name: str) -> Iterator[str]:
    """The values of the option NAME at the beginning of INSTRUCTION."""
    for word in instruction.value.split():
        if not word.startswith("--"):
            return
        if word.startswith(f"--{name}="):
            yield word.partition("=")[2]


def _mount(flag: str) -> dict[str, str]:
    """The fields of a --mount, under their long names."""
    pairs = (part.partition("=") for part in flag.split(","))
    long = {"src": "source", "dst": "target", "destination": "target"}
    return {long.get(key, key): value for key, _, value in pairs}


def no_from(subject: Subject) -> Iterator[tuple[int, str]]:
    if not subject.stages:
        yield 1, "there is no FROM"


def unknown(subject: Subject) -> Iterator[tuple[int, str]]:
    for instruction in subject.file.instructions:
        if instruction.name not in INSTRUCTIONS:
            yield instruction.first, f"{instruction.name[:40]!r} is no instruction"


def before_from(subject: Subject) -> Iterator[tuple[int, str]]:
    for instruction in subject.file.instructions:
        if instruction.name == "FROM":
            return
        if instruction.name in INSTRUCTIONS - {"ARG"}:
            yield instruction.first, f"{instruction.name} comes before the first FROM"


def unrendered(subject: Subject) -> Iterator[tuple[int, str]]:
    for instruction in subject.file.instructions:
        if found := _JINJA.search(f"{instruction.name} {instruction.value}"):
            yield instruction.first, f"{found[0][:40]!r} was not rendered: nothing expands it here"


def missing_stages(subject: Subject) -> Iterator[tuple[int, str]]:
    names = [stage.name for stage in subject.stages]
    for number, stage in enumerate(subject.stages):
        before, later = names[:number], names[number:]
        if stage.image.lower() in later and stage.image.lower() not in before:
            yield stage.start.first, f"FROM {stage.image}: the stage {stage.image} comes later"
        for instruction in stage.instructions:
            for option, name in _sources(instruction):
                if name.isdigit():
                    is_there = int(name) < number
                else:
                    is_there = name.lower() in before or bool(set(name) & set(":/@$")) or name == "scratch"
                if not is_there:
                    where = "comes later" if name.lower() in later else "does not exist"
                    yield instruction.first, f"{instruction.name} {option}{name}: the stage {name} {where}"


def _sources(instruction: Instruction) -> Iterator[tuple[str, str]]:
    """The option as it is written and the stage or image after it, of each `--from=` and `--mount=…from=`."""
    if instruction.name == "COPY":
        yield from (("--from=", name) for name in _flags(instruction, "from"))
    elif instruction.name == "RUN":
        mounts = (_mount(flag) for flag in _flags(instruction, "mount"))
        yield from (("--mount=from=", mount["from"]) for mount in mounts if mount.get("from"))


def user(subject: Subject) -> Iterator[tuple[int, str]]:
    stages = list(subject.stages)
    if not stages:
        return
    line, stage = stages[-1].start.first, stages[-1]
    while True:
        users = [i for i in stage.instructions if i.name == "USER"]
        if users:
            user = users[-1].value.partition(":")[0].strip("\"'")
            if user.lower() == "root" or re.fullmatch("0+", user):
                yield users[-1].first, "the image runs as root"
            return
        stages = stages[: stages.index(stage)]
        below = [s for s in stages if s.name and s.name == stage.image.lower()]
        if not below:
            yield line, "no USER is named, so the image runs as whoever its base image says, mostly root"
            return
        stage = below[-1]


def shell_form(subject: Subject) -> Iterator[tuple[int, str]]:
    for instruction in subject.file.instructions:
        if instruction.name in ("CMD", "ENTRYPOINT") and not _is_list(instruction.value):
            yield instruction.first, f"{instruction.name} is run by a shell, which does not pass signals on"


def _is_list(value: str) -> bool:
    return _words(value) is not None


def _words(value: str) -> list[str] | None:
    """VALUE as a JSON list of words; None if it is none."""
    try:
        words = json.loads(value) if value.startswith("[") else None
    except (ValueError, RecursionError):
        return None
    return words if isinstance(words, list) and all(isinstance(word, str) for word in words) else None


def secrets(subject: Subject) -> Iterator[tuple[int, str]]:
    for instruction in subject.file.instructions:
        if instruction.name not in ("ARG", "ENV"):
            continue
        words = dockerfile.words(instruction.value)
        pairs = [word.partition("=") for word in words]
        if instruction.name == "ENV" and pairs and not pairs[0][1]:  # the old form, `ENV NAME value`
            pairs = [(words[0], "=", " ".join(words[1:]))]
        for name, equals, value in pairs:
            if equals and value.strip("\"'") and secretnames.is_secret(name):
                yield instruction.first, f"{instruction.name} {name} looks like a secret, and stays in the image"


def is_secret_value(value: str) -> bool:
    """True if VALUE looks like a secret, whatever its variable is called."""
    return bool(_SECRET_VALUE.search(value))


def tags(subject: Subject) -> Iterator[tuple[int, str]]:
    for ref in images.references(subject.text):
        is_chosen = any(ref.text == own or _same(ref.text, own) for own in subject.own)
        if ref.is_literal and not ref.digest and ref.tag in ("", "latest") and not is_chosen:
            said = "has no tag" if not ref.tag else "is `latest`"
            yield ref.line, f"{ref.text} {said}: it is another image whenever somebody pushes one"


def _same(reference: str, own: str) -> bool:
    """True if REFERENCE is the image OWN from another registry."""
    return "/" in own and reference.endswith(own[own.index("/") :])


def add_url(subject: Subject) -> Iterator[tuple[int, str]]:
    for instruction in subject.file.instructions:
        if instruction.name == "ADD" and not any(_flags(instruction, "checksum")):
            for word in _after_flags(instruction.value).split()[:-1]:
                if re.match(r"https?://", word) and not re.search(r"\.git(?:#|$)", word):
                    yield (
                        instruction.first,
                        f"ADD {word[:80]} takes whatever is there on the day of the build",
                    )


def apt_lists(subject: Subject) -> Iterator[tuple[int, str]]:
    for instruction, script in _scripts(subject):
        if _APT.search(script) and not _APT_CLEAN.search(f"{instruction.value}\n{script}"):
            yield instruction.first, "apt-get install leaves the lists of packages in the layer"


def sudo(subject: Subject) -> Iterator[tuple[int, str]]:
    for instruction, script in _scripts(subject):
        if _SUDO.search(script):
            yield instruction.first, "sudo in a build: say USER instead"


def _scripts(subject: Subject) -> Iterator[tuple[Instruction, str]]:
    """Each RUN with what it runs, heredocs included."""
    for instruction in subject.file.instructions:
        if instruction.name == "RUN":
            yield instruction, "\n".join([_after_flags(instruction.value), *(h.content for h in instruction.heredocs)])


def hidden(subject: Subject) -> Iterator[tuple[int, str]]:
    rules = Rules(subject.ignore)
    for instruction in subject.file.instructions:
        for source in _from_context(instruction):
            path = posixpath.normpath(source.lstrip("/"))
            if path not in (".", "") and rules.is_ignored(path) and not rules.may_return(path):
                yield instruction.first, f"{instruction.name} needs {path}, which .dockerignore leaves out"


def _from_context(instruction: Instruction) -> Iterator[str]:
    """The paths of the context that INSTRUCTION names without a pattern or a variable."""
    if instruction.name == "RUN":
        mounts = (_mount(flag) for flag in _flags(instruction, "mount"))
        found = [m.get("source", "") for m in mounts if m.get("type", "bind") == "bind" and "from" not in m]
    elif instruction.name in ("COPY", "ADD") and not any(_flags(instruction, "from")):
        rest = _after_flags(instruction.value)
        found = (_words(rest) or rest.split())[:-1]
    else:
        found = []
    yield from (s for s in found if s and not set(s) & _GLOB and not s.startswith("<<") and "://" not in s)


def twice(subject: Subject) -> Iterator[tuple[int, str]]:
    seen: set[str] = set()
    for stage in subject.stages:
        if stage.name in seen:
            yield stage.start.first, f"there is a stage {stage.name} before this one"
        seen |= {stage.name} - {""}
