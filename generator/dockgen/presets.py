"""Presets: where they are found, what they build on, and the settings that they give."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dockgen import settings as keys
from dockgen.errors import InputError
from dockgen.settings import Setting
from dockgen.yamldoc import Placed, Problem, decode, refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from dockgen.documents import Preset
    from dockgen.facts import Facts

ENDING = ".yaml"
MATCHED = ("stack", "kind", "framework", "manager")  # what `match` can ask for
_NAME = re.compile(r"(?:[a-z][a-z0-9_]*/)?[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """A place with presets: `project`, `user`, the name of a pack, or `dockgen` for our own.

    `read` gives the text of a preset by its name, None if there is none; `names` are all of them; SHOWN is the folder.
    """

    name: str
    shown: str
    read: Callable[[str], bytes | None]
    names: Callable[[], Iterable[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A preset, what it is called, and where it was found."""

    name: str
    shelf: str
    path: str
    preset: Preset


def is_file(name: str) -> bool:
    """True if NAME is the path of a file and no preset's name."""
    return name.endswith((".yaml", ".yml")) or name.startswith((".", "/", "~")) or "\\" in name


def resolve(
    wanted: Iterable[Placed], shelves: Sequence[Shelf], file: Callable[[Placed], bytes] | None = None
) -> tuple[Found, ...]:
    """The presets WANTED with those that they extend, the weakest first, each once; FILE reads one that is a path.

    InputError if there is none of a name, or one extends itself.
    """
    found: dict[str, Found] = {}
    for name in wanted:
        _add(name, shelves, file, (), found)
    return tuple(found.values())


def _add(
    name: Placed,
    shelves: Sequence[Shelf],
    file: Callable[[Placed], bytes] | None,
    above: tuple[str, ...],
    found: dict[str, Found],
) -> None:
    one = _read(name, file(name), name.text, "") if file and is_file(name.text) else _look(name, shelves)
    if one.path in above:
        chain = " -> ".join((*above[above.index(one.path) :], one.path))
        raise InputError(f"the preset {name.text!r} extends itself: {chain}", where=name.where or None)
    for base in one.preset.extends:
        _add(base, shelves, None, (*above, one.path), found)
    found.pop(one.path, None)  # named again: it is as strong as where it is named last
    found[one.path] = one


def _look(name: Placed, shelves: Sequence[Shelf]) -> Found:
    """The preset of that NAME, on the first of the SHELVES that has one; `shelf/name` means that shelf."""
    if not _NAME.fullmatch(name.text):
        hint = "a name such as fastapi or hardened, or a file: ./my.yaml"
        raise InputError(f"not the name of a preset: {name.text[:60]!r}", where=name.where or None, hint=hint)
    place, _, plain = name.text.rpartition("/")
    for shelf in shelves:
        if place in ("", shelf.name) and (text := shelf.read(plain)) is not None:
            return _read(name, text, f"{shelf.shown}/{plain}{ENDING}", shelf.name)
    known = sorted({n for shelf in shelves for n in shelf.names()})
    raise InputError(f"there is no preset {name.text!r}", where=name.where or None, hint=_nearest(plain, known))


def _read(name: Placed, text: bytes, path: str, shelf: str) -> Found:
    from dockgen.documents import Preset  # noqa: PLC0415  (start-up time: only where a preset is used)

    preset = decode(Preset, text, path)
    unknown = [key for key in preset.match if key not in MATCHED]
    refuse(
        (Problem(what=f"match: unknown key {k!r}", where=path, hint=f"one of {', '.join(MATCHED)}") for k in unknown),
        path,
    )
    return Found(name=name.text.rpartition("/")[2].removesuffix(ENDING), shelf=shelf, path=path, preset=preset)


def _nearest(name: str, known: Sequence[str]) -> str:
    import difflib  # noqa: PLC0415

    near = difflib.get_close_matches(name, known, 1)
    return f"did you mean {near[0]!r}?" if near else f"one of {', '.join(known)}"


def strong(found: Iterable[Found], known: Mapping[str, tuple[str, ...]]) -> dict[str, Setting[str]]:
    """What the presets set, whatever is detected. InputError with every mistake of a preset."""
    given: dict[str, Setting[str]] = {}
    for one in found:
        given |= checked({**one.preset.set, **slots(one.preset.extra)}, f"preset {one.name}", one.path, known)
    return given


def weak(found: Iterable[Found], known: Mapping[str, tuple[str, ...]]) -> dict[str, Setting[str]]:
    """What the presets say where nothing is detected. InputError with every mistake of a preset."""
    given: dict[str, Setting[str]] = {}
    for one in found:
        given |= checked(one.preset.defaults, f"default of preset {one.name}", one.path, known)
    return given


def slots(extra: Mapping[str, Placed]) -> dict[str, Placed]:
    """What a file says under `extra`, as keys of settings."""
    return {f"extra.{slot}": text for slot, text in extra.items()}


def checked(
    said: Mapping[str, Placed], source: str, path: str, known: Mapping[str, tuple[str, ...]]
) -> dict[str, Setting[str]]:
    """Settings from what a file SAID, each with SOURCE and its place; InputError with every mistake."""
    given: dict[str, Setting[str]] = {}
    problems: list[Problem] = []
    for name, placed in said.items():
        try:
            key = keys.named(name, source, known)
            value = placed.text if key.startswith("extra.") else placed.text.strip()
            given[key] = Setting(keys.checked(key, value, source, known), source, placed.where)
        except InputError as error:
            what = error.what.removeprefix(f"{source}: ")
            problems.append(Problem(what=what, where=placed.where, hint=error.hint or ""))
    refuse(problems, path)
    return given


def assumed(found: Iterable[Found]) -> dict[str, str]:
    """The files that the presets assume where there is no project; those of a later one win."""
    files: dict[str, str] = {}
    for one in found:
        files |= one.preset.project
    return files


def misfits(found: Iterable[Found], facts: Facts) -> Iterator[str]:
    """A warning for each preset that is meant for other projects than the one that FACTS tell of."""
    for one in found:
        for key, wanted in one.preset.match.items():
            fact = getattr(facts, key)
            if (fact.value if fact else None) not in wanted:
                is_what = f"this is {fact.value}" if fact else "nothing here is one"
                yield f"the preset {one.name} is meant for {key} {' or '.join(wanted)}, and {is_what}"
                break
