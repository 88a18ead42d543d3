"""Settings from Python values: a mapping of keys to texts, numbers, booleans and lists, as `--set` would have them."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

from dockgen import settings as keys
from dockgen.errors import InputError

Plain = str | int | bool | Sequence[str | int] | None
Value = Plain | Mapping[str, Plain]  # a mapping for a group of keys, such as env


def flags(settings: Mapping[str, Value], source: str = "settings") -> tuple[str, ...]:
    """What `--set` is given for SETTINGS; None says nothing. InputError from SOURCE for what is no such value.

    So a plan holds the same from wherever it was asked, and its files are the same to the byte.
    """
    if not isinstance(settings, Mapping):
        raise InputError(f"{source}: expected a mapping of keys to values, not {type(settings).__name__}")
    said: dict[str, object] = {}
    for key, value in settings.items():
        said |= {f"{key}.{name}": one for name, one in value.items()} if isinstance(value, Mapping) else {key: value}
    return tuple(f"{key}={text(key, value, source)}" for key, value in said.items() if value is not None)


def text(key: str, value: object, source: str) -> str:
    """VALUE as `--set` takes it: yes or no, a number, or the words of a list in a row, quoted where they need it."""
    if "=" in str(key):
        raise InputError(f"{source}: not a key: {key!r}")
    if isinstance(value, bool):
        if "yes" not in keys.VALUES.get(key, ()):
            raise InputError(f"{source}: {key} is not a question of yes or no")
        return "yes" if value else "no"
    if isinstance(value, (str, int)):
        return str(value)
    if isinstance(value, float):  # 3.10 would arrive as 3.1
        raise InputError(f"{source}: {key} is a number with a fraction", hint=f'write it as a text: "{value}"')
    if isinstance(value, Sequence) and all(isinstance(v, (str, int)) and not isinstance(v, bool) for v in value):
        return shlex.join(map(str, value))
    raise InputError(f"{source}: {key} cannot be {type(value).__name__}", hint="a text, a number, a boolean or a list")
