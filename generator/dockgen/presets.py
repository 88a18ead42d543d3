"""Presets: where they are found, what they build on, and the settings that they give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from dockgen import lazy, nearest, values
from dockgen import settings as keys
from dockgen.errors import InputError, Open
from dockgen.records import dataclass
from dockgen.settings import Setting
from dockgen.yamldoc import Placed, Problem, decode, refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from dockgen.documents import AppConfig, Config, Preset
    from dockgen.facts import Facts
    from dockgen.packoptions import Kind
    from dockgen.settings import Settings

ENDING = ".yaml"
_NAME = lazy.pattern(r"(?:[a-z][a-z0-9_]*/)?[a-z0-9][a-z0-9_-]*")


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
    text: bytes


Known = Mapping[str, "Kind"]  # the options of packs, by key


def is_file(name: str) -> bool:
    """True if NAME is the path of a file and no preset's name."""
    return name.endswith((".yaml", ".yml")) or name.startswith((".", "/", "~")) or "\\" in name


def resolve(
    wanted: Iterable[Placed],
    shelves: Sequence[Shelf],
    file: Callable[[Placed], bytes] | None = None,
    known: Known = MappingProxyType({}),
) -> tuple[Found, ...]:
    """The presets WANTED with those that they extend, the weakest first, each once; FILE reads one that is a path.

    InputError if there is none of a name, if one extends itself, or with every mistake of one.
    """
    found: dict[str, Found] = {}
    for name in wanted:
        _add(name, shelves, file, known, (), found)
    return tuple(found.values())


def _add(
    name: Placed,
    shelves: Sequence[Shelf],
    file: Callable[[Placed], bytes] | None,
    known: Known,
    above: tuple[str, ...],
    found: dict[str, Found],
) -> None:
    is_path = file is not None and is_file(name.text)
    one = read(name.text, file(name), name.text, "", known) if file and is_path else look(name, shelves, known)
    if one.path in above:
        chain = " -> ".join((*above[above.index(one.path) :], one.path))
        raise InputError(f"the preset {name.text!r} extends itself: {chain}", where=name.where or None)
    for base in one.preset.extends:
        _add(base, shelves, None, known, (*above, one.path), found)
    found.pop(one.path, None)  # named again: it is as strong as where it is named last
    found[one.path] = one


def look(name: Placed, shelves: Sequence[Shelf], known: Known = MappingProxyType({})) -> Found:
    """The preset of that NAME, on the first of the SHELVES that has one; `shelf/name` means that shelf.

    InputError if there is none, or with every mistake of it.
    """
    if not _NAME.fullmatch(name.text):
        hint = "a name such as fastapi or hardened, or a file: ./my.yaml"
        raise InputError(f"not the name of a preset: {name.text[:60]!r}", where=name.where or None, hint=hint)
    place, _, plain = name.text.rpartition("/")
    for shelf in shelves:
        if place in ("", shelf.name) and (text := shelf.read(plain)) is not None:
            return read(plain, text, f"{shelf.shown}/{plain}{ENDING}", shelf.name, known)
    names = sorted({n for shelf in shelves if place in ("", shelf.name) for n in shelf.names()})
    hint = nearest.hint(plain, names) or "dockgen presets list"
    raise InputError(f"there is no preset {name.text!r}", where=name.where or None, hint=hint)


def read(name: str, text: bytes, path: str, shelf: str, known: Known) -> Found:
    """The preset in TEXT, which the file PATH has. InputError with every mistake."""
    from dockgen.documents import Preset  # noqa: PLC0415  (start-up time: only where a preset is used)

    preset = decode(Preset, text, path, lambda p: _mistakes_of_preset(p, path, known))
    plain = name.replace("\\", "/").rpartition("/")[2].removesuffix(".yml").removesuffix(ENDING)
    return Found(name=plain, shelf=shelf, path=path, preset=preset, text=text)


def _mistakes_of_preset(preset: Preset, path: str, known: Known) -> Iterator[Problem]:
    for said in (preset.defaults, preset.set, slots(preset.extra)):
        yield from mistakes(said, known)
    for key, why in preset.needs.items():
        yield from _of_key(key, why.where, known)
    for file in preset.project:
        if file != file.strip("/") or ".." in file.split("/") or not file or not values.is_plain(file):
            yield Problem(what=f"not a path in a project: {file!r}", where=path, hint="such as app/main.py")


def mistakes_of_config(config: Config | AppConfig, known: Known) -> Iterator[Problem]:
    """What is wrong with the settings in CONFIG, those of its apps included."""
    for said in (config.set, slots(config.extra)):
        yield from mistakes(said, known)
    for app in getattr(config, "apps", {}).values():
        yield from mistakes_of_config(app, known)


def mistakes(said: Mapping[str, Placed], known: Known) -> Iterator[Problem]:
    """What is wrong with the settings that a file SAID."""
    for name, placed in said.items():
        if isinstance(made := _setting(name, placed, "", known), Problem):
            yield made


def _of_key(key: str, where: str, known: Known) -> Iterator[Problem]:
    try:
        keys.named(key, "", known)
    except InputError as error:
        yield Problem(what=error.what.removeprefix(": "), where=where, hint=error.hint or "")


def strong(found: Iterable[Found], known: Known) -> dict[str, Setting[str]]:
    """What the presets set, whatever is detected."""
    given: dict[str, Setting[str]] = {}
    for one in found:
        said = checked({**one.preset.set, **slots(one.preset.extra)}, f"preset {one.name}", one.path, known)
        given |= added(given, said)
    return given


def weak(found: Iterable[Found], known: Known) -> dict[str, Setting[str]]:
    """What the presets say where nothing is detected."""
    given: dict[str, Setting[str]] = {}
    for one in found:
        given |= added(given, checked(one.preset.defaults, f"default of preset {one.name}", one.path, known))
    return given


def added(below: Mapping[str, Setting[str]], said: dict[str, Setting[str]]) -> dict[str, Setting[str]]:
    """What is SAID over what is BELOW it. Of companions both are wanted, unless it says that none is."""
    there, more = below.get("with"), said.get("with")
    if not there or not more or not more.value:
        return said
    value = " ".join(dict.fromkeys([*there.value.split(), *more.value.split()]))
    return {**said, "with": replace(more, value=value, reason=f"{there.reason}; {more.reason}")}


def slots(extra: Mapping[str, Placed]) -> dict[str, Placed]:
    """What a file says under `extra`, as keys of settings."""
    return {f"extra.{slot}": text for slot, text in extra.items()}


def checked(said: Mapping[str, Placed], source: str, path: str, known: Known) -> dict[str, Setting[str]]:
    """Settings from what the file PATH SAID, each with SOURCE and its place; InputError with every mistake."""
    made = [_setting(name, placed, source, known) for name, placed in said.items()]
    refuse((m for m in made if isinstance(m, Problem)), path)
    return dict(m for m in made if not isinstance(m, Problem))


def _setting(name: str, placed: Placed, source: str, known: Known) -> tuple[str, Setting[str]] | Problem:
    """The key that NAME is with what it is set to, or what is wrong with it."""
    try:
        key = keys.named(name, "", known)
        value = placed.text if key.startswith("extra.") else placed.text.strip()
        return key, Setting(keys.checked(key, value, "", known), source, placed.where)
    except InputError as error:
        return Problem(what=error.what.removeprefix(": "), where=placed.where, hint=error.hint or "")


def require(found: Iterable[Found], settings: Settings) -> None:
    """InputError with every key that a preset needs and that nobody sets."""
    problems = [
        Problem(what=f"the preset {one.name} needs {key}: {why}", where=why.where, hint=f"--set {key}=VALUE")
        for one in found
        for key, why in one.preset.needs.items()
        if not settings.value(keys.ALIASES.get(key, key))
    ]
    try:
        refuse(problems, "what the presets need")
    except InputError as error:
        error.open = Open(key=next(_needed(found, settings)), example="VALUE")
        raise


def _needed(found: Iterable[Found], settings: Settings) -> Iterator[str]:
    """The keys that presets need and that nobody sets."""
    for one in found:
        yield from (key for key in one.preset.needs if not settings.value(keys.ALIASES.get(key, key)))


def assumed(found: Iterable[Found]) -> dict[str, str]:
    """The files that the presets assume where there is no project; those of a later one win."""
    files: dict[str, str] = {}
    for one in found:
        files |= one.preset.project
    return files


def misfits(found: Iterable[Found], facts: Facts) -> Iterator[str]:
    """A warning for each preset that is meant for other projects than the one that FACTS tell of."""
    for one in found:
        if why := misfit(one.preset, facts):
            yield f"the preset {one.name} is meant for {why}"


def misfit(preset: Preset, facts: Facts) -> str:
    """What PRESET is meant for and FACTS are not; "" if it fits."""
    for field in fields(preset.match):
        wanted, fact = getattr(preset.match, field.name), getattr(facts, field.name)
        if wanted and (fact.value if fact else None) not in wanted:
            is_what = f"this is {fact.value}" if fact else "nothing here is one"
            return f"{field.name} {' or '.join(wanted)}, and {is_what}"
    return ""
