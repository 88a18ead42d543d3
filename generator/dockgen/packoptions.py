"""Options of packs: what each can be set to, under which key, and the typed values that templates read."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import lazy, nearest, values
from dockgen.errors import InputError
from dockgen.plans import Choice
from dockgen.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockgen.documents import Option, PackFile
    from dockgen.plans import Plan
    from dockgen.settings import Setting, Settings
    from dockgen.yamldoc import Placed, Problem

Value = str | int | bool | tuple[str, ...]
NAME = lazy.pattern(r"[a-z][a-z0-9_]{0,39}")
# In a template, `packs.acme.items` is the dict's own method; the names of both are kept free of these.
METHODS = frozenset(name for name in dir(dict) if not name.startswith("_"))
MAX_OPTIONS = 100
_BOOLEAN = ("no", "yes")
_NUMBER = lazy.pattern(r"-?[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class Kind:
    """What an option can be set to: its type, the values of a choice, its default and where that stands.

    The wizard may ASK for it, by what `help` says, in projects for which the condition WHEN holds.
    """

    type: str
    choices: tuple[str, ...]
    default: str
    where: str
    help: str = ""
    ask: bool = False
    when: Placed | None = None

    def applies(self, plan: Plan) -> bool:
        """True if it is asked for in a project of this PLAN. InputError with its place if the condition fails."""
        if self.when is None:
            return True
        from dockgen.templating import conditions  # noqa: PLC0415  (few options have one)

        return conditions.holds(self.when, plan)

    def checked(self, key: str, value: str, source: str) -> str:
        """VALUE of KEY as it is kept; InputError from SOURCE if it is none of this type."""
        if self.type == "boolean" or self.choices:
            return _one_of(self.choices or _BOOLEAN, key, value, source)
        if self.type == "number" and not _NUMBER.fullmatch(value):
            raise InputError(f"{source}: {key} is a whole number, not {value[:40]!r}", hint=f"such as {key}=8080")
        if self.type == "list":
            try:
                shlex.split(value)
            except ValueError as error:
                hint = "words separated by spaces, quoted as in a shell"
                raise InputError(f"{source}: cannot read {key} as a list: {error}", hint=hint) from error
        if not values.is_plain(value):
            raise InputError(f"{source}: {key} has a line break or a control character: {value[:60]!r}")
        return value

    def value(self, text: str) -> Value:
        """TEXT, which is checked, as the type that it is."""
        if self.type == "number":
            return int(text)
        if self.type == "boolean":
            return text == "yes"
        return tuple(shlex.split(text)) if self.type == "list" else text


def _one_of(allowed: tuple[str, ...], key: str, value: str, source: str) -> str:
    from dockgen.settings import SPELLED  # noqa: PLC0415

    value = SPELLED.get(value.lower(), value) if "yes" in allowed else value
    if value in allowed:
        return value
    raise InputError(f"{source}: unknown value {value[:60]!r} of {key}", hint=nearest.hint(value, allowed))


def declared(file: PackFile) -> dict[str, Kind]:
    """The options of a pack, by key."""
    return {f"{file.name.text}.{name}": _kind(option) for name, option in file.options.items()}


def _kind(option: Option) -> Kind:
    texts = [item.text for item in option.default]
    default = shlex.join(texts) if option.type == "list" and len(texts) != 1 else "".join(texts)
    where = option.default[0].where if option.default else option.where
    is_asked = option.ask in ("yes", "true")
    return Kind(option.type, option.choices, default, where, option.help, is_asked, option.when)


def mistakes(file: PackFile) -> Iterator[Problem]:
    """What is wrong with the options that a pack declares."""
    from dockgen.yamldoc import Problem  # noqa: PLC0415

    if len(file.options) > MAX_OPTIONS:
        yield Problem(what=f"a pack has at most {MAX_OPTIONS} options", where=file.name.where)
    for name, option in file.options.items():
        if not NAME.fullmatch(name) or name in METHODS:
            hint = "small letters, digits and _; no method of a dict, such as items"
            yield Problem(what=f"not the name of an option: {name[:60]!r}", where=option.where, hint=hint)
            continue
        if option.when is not None:
            from dockgen.templating import conditions  # noqa: PLC0415

            yield from conditions.mistakes(option.when)
        default: tuple[Placed, ...] | None = option.default
        if default is None:  # the decoder has told
            continue
        if (option.type == "choice") != bool(option.choices):
            hint = "type: choice and choices: [one, another] go together"
            yield Problem(what=f"the choices of {name!r}", where=option.where, hint=hint)
        elif option.type != "list" and len(default) != 1:
            yield Problem(what=f"the default of {name!r} is a list", where=option.where, hint="type: list")
        else:
            yield from _of_default(name, option)


def _of_default(name: str, option: Option) -> Iterator[Problem]:
    from dockgen.yamldoc import Problem  # noqa: PLC0415

    kind = _kind(option)
    try:
        kind.checked(name, kind.default, "default")
    except InputError as error:
        yield Problem(what=error.what, where=kind.where, hint=error.hint or "")


def merged(files: Mapping[str, PackFile]) -> dict[str, Kind]:
    """The options of all packs, by key. InputError if the variables of two keys would have one name."""
    from dockgen import settings  # noqa: PLC0415

    found: dict[str, Kind] = {}
    taken = {settings.variable_of(key): key for key in settings.KEYS}
    for place, file in files.items():
        for key, kind in declared(file).items():
            kind = replace(kind, default=kind.checked(key, kind.default, place))  # noqa: PLW2901
            variable = settings.variable_of(key)
            other = taken.setdefault(variable, key)
            if other == key and variable.startswith(settings.variable_of("env.")):
                other = "env.NAME"
            if other != key:
                what = f"the variable of the option {key} would be that of {other}: {variable}"
                raise InputError(what, where=kind.where or place, hint="call the option or the pack something else")
            found[key] = kind
    return found


def apply(plan: Plan, given: Settings) -> Plan:
    """PLAN with the value of every option, for the templates, and as a choice with its source."""
    if not given.known:
        return plan
    packs: dict[str, dict[str, Value]] = {}
    made = []
    for key, kind in given.known.items():
        pack, _, name = key.partition(".")
        setting = given.get(key)
        packs.setdefault(pack, {})[name] = kind.value(setting.value if setting else kind.default)
        made.append(_choice(key, kind, setting))
    return replace(plan, packs=packs, choices=(*plan.choices, *made))


def _choice(key: str, kind: Kind, setting: Setting[str] | None) -> Choice:
    from dockgen.confidence import ASKED  # noqa: PLC0415

    if setting:
        return Choice(key=key, value=setting.value, source=setting.source, reason=setting.reason,
                      confidence=setting.confidence)  # fmt: skip
    # No place: that of a pack on the command line is another on each machine, and the plan is what a digest is made of.
    reason = f"default of the pack {key.partition('.')[0]}"
    return Choice(key=key, value=kind.default, source="default", reason=reason, confidence=ASKED)
