"""What there is to say of one line of a file that dockgen writes: what printed it, its settings, its practices."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from dockgen import dockerfile, header, nearest, rendering, rules
from dockgen.cli import work
from dockgen.errors import InputError
from dockgen.lines import stands

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dockgen import outputs
    from dockgen.dockerfile import Instruction
    from dockgen.plans import Choice
    from dockgen.rules import Rule
    from dockgen.templating.origins import Origin
    from dockgen.work import Found

# Settings that an instruction is about, whether or not their values stand in it.
ABOUT = {
    "ARG": ("versions",),
    "CMD": ("start",),
    "ENTRYPOINT": ("start", "init"),
    "EXPOSE": ("port",),
    "HEALTHCHECK": ("health",),
    "USER": ("user",),
}
# Values that say too little to be known by them.
COMMON = ("none", "auto", "yes", "no", "literal", "arg", "short", "teach", "web", "job", "cli")
HEADER = (
    "the header: the release of dockgen, digests of what the file is made from and of what was written, then the"
    " settings that flags gave; `check` and `update` go by it"
)
EMPTY = "an empty line, which means nothing"
TAUGHT = "a comment, since comments=teach asks why"
STYLED = "an instruction of a template, in the style that is asked for"


def line(found: Sequence[Found], name: str, number: int) -> outputs.Line:
    """What printed line NUMBER of the file NAME of the apps FOUND, and the practices that its instruction follows.

    InputError if there is no such file or line, or if several files are called so.
    """
    beside = {a.path: a.text for a in work.companions(found)[1]}
    texts = {a.path: a.text for one in found for a in work.render(one)} | beside
    path = _path(name, texts)
    text = texts[path]
    lines = text.splitlines()
    if not 0 < number <= len(lines):
        raise InputError(f"{path} has {len(lines)} lines", where=f"{name}:{number}")
    of = next((one for one in found if path in rendering.names(one.folder, one.context, one.file)), None)
    places = _places(of)[path] if of else work.companion_origins(found)[path]
    instructions = dockerfile.read(text).instructions if of and path == of.dockerfile else ()
    instruction = next((i for i in instructions if i.first <= number <= i.last), None)
    first, last = (instruction.first, instruction.last) if instruction else (number, number)
    origin = places[number - 1] or places[first - 1]
    about = "" if origin else _about(lines[number - 1], instruction)
    followed = _followed(lines[number - 1], instruction, instructions, number)
    said = _settings("\n".join(lines[first - 1 : last]), instruction, [of] if of else found)
    return {
        "file": path,
        "line": number,
        "text": lines[number - 1],
        "origin": _origin(origin) if origin else None,
        "about": about,
        "rules": [{"id": r.name, "why": r.why, "link": r.link} for r in followed],
        "settings": list(said) if about not in (HEADER, EMPTY) else [],
    }


def _path(name: str, texts: Iterable[str]) -> str:
    wanted = os.path.normpath(name)
    there = [path for path in texts if wanted == path] or [p for p in texts if p.rpartition("/")[2] == wanted]
    if not there:
        raise InputError(f"dockgen does not write {name}", hint=nearest.hint(name, texts))
    if len(there) > 1:
        raise InputError(f"there are several files called {name}", hint=f"one of {', '.join(there)}")
    return there[0]


def _followed(
    text: str, instruction: Instruction | None, instructions: Sequence[Instruction], number: int
) -> list[Rule]:
    """The practices that INSTRUCTION follows; of a comment those of the next one that it gives the reason of."""
    if instruction:
        return list(rules.of(instruction))
    following = next((i for i in instructions if i.first > number), None)
    return [rule for rule in rules.of(following) if rule.why in text] if following else []


def _origin(origin: Origin) -> outputs.Origin:
    made: outputs.Origin = {"layer": origin.layer, "place": origin.place, "block": origin.block, "prints": ""}
    return {**made, "prints": _purpose(origin)} if origin.block else made


def _purpose(origin: Origin) -> str:
    """What the block of ORIGIN is for, as dockgen's own templates say it: its own file, or one that has it as well."""
    from dockgen.templating.blocks import described
    from dockgen.templating.layers import built_in

    layer = built_in()
    own = origin.place.removeprefix(f"{layer.shown}/").rpartition(":")[0]
    found = (described(layer.read(path) or "").get(origin.block) for path in (own, *layer.paths()))
    return next((description for description, _ in filter(None, found)), "")


def _places(one: Found) -> dict[str, tuple[Origin | None, ...]]:
    return rendering.origins(one.plan, layers=one.layers, folder=one.folder, context=one.context, file=one.file)


def _about(text: str, instruction: Instruction | None) -> str:
    """What a line is that no template printed."""
    if header.split(f"{text}\n")[0]:
        return HEADER
    if not text.strip():
        return EMPTY
    return STYLED if instruction else TAUGHT


def _settings(text: str, instruction: Instruction | None, found: Sequence[Found]) -> Iterator[outputs.Explained]:
    """The decisions that INSTRUCTION is about, or whose value stands in TEXT."""
    from dockgen.cli.explain import choice as told

    about = ABOUT.get(instruction.name, ()) if instruction else ()
    given = {choice.key: choice for one in found for choice in (*_given(one), *work.decisions(one))}
    for choice in given.values():
        is_there = choice.value not in COMMON and stands(choice.value, text)
        if choice.key != "stack" and choice.value and (is_there or choice.key in about):
            yield told(choice)


def _given(one: Found) -> Iterator[Choice]:
    """How the file is written, which is no decision about the app."""
    for key, said in one.wanted.given.items():
        if not key.startswith("extra."):
            yield work.choice(key, said)
