"""Frozen dataclasses that share their methods, where the standard library compiles six for each class.

That would be a third of the time of a run, which defines some sixty classes, makes a few hundred records, compares a
handful of them, and prints, hashes and changes none (docs/decisions/0038-start-up.md).
"""

from __future__ import annotations

import dataclasses
from dataclasses import MISSING, FrozenInstanceError
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from dataclasses import dataclass
    from typing import NoReturn

__all__ = ["dataclass"]


def _init(self: Any, /, *values: Any, **named: Any) -> None:
    cls, order = type(self), self.__match_args__  # the fields that may be given without their names
    if len(values) > len(order):
        raise TypeError(f"{cls.__qualname__} takes {len(order)} arguments without names, not {len(values)}")
    for name, value in zip(order, values, strict=False):
        if name in named:
            raise TypeError(f"{cls.__qualname__} got two values for {name!r}")
        named[name] = value
    missing = []
    for name, field in cls.__dataclass_fields__.items():
        if name in named:
            value = named.pop(name)
        elif field.default is not MISSING:
            value = field.default
        elif field.default_factory is not MISSING:
            value = field.default_factory()
        else:
            missing.append(name)
            continue
        object.__setattr__(self, name, value)
    if missing or named:
        wrong = f"needs {', '.join(missing)}" if missing else f"has no {', '.join(named)}"
        raise TypeError(f"{cls.__qualname__} {wrong}")
    if after := getattr(self, "__post_init__", None):
        after()


def _compared(self: Any) -> tuple[Any, ...]:
    return tuple([getattr(self, name) for name, field in self.__dataclass_fields__.items() if field.compare])


def _eq(self: Any, other: object) -> bool:
    return _compared(self) == _compared(other) if type(other) is type(self) else NotImplemented


def _hash(self: Any) -> int:
    return hash(_compared(self))


def _repr(self: Any) -> str:
    shown = (f"{name}={getattr(self, name)!r}" for name, field in self.__dataclass_fields__.items() if field.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _setattr(self: Any, name: str, value: Any) -> NoReturn:  # noqa: ARG001
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _delattr(self: Any, name: str) -> NoReturn:  # noqa: ARG001
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _getstate(self: Any) -> list[Any]:
    return [getattr(self, name) for name in self.__dataclass_fields__]


def _setstate(self: Any, state: Iterable[Any]) -> None:
    for name, value in zip(self.__dataclass_fields__, state, strict=True):
        object.__setattr__(self, name, value)


_METHODS: dict[str, Callable[..., Any]] = {
    "__init__": _init,
    "__eq__": _eq,
    "__hash__": _hash,
    "__repr__": _repr,
    "__setattr__": _setattr,
    "__delattr__": _delattr,
    "__getstate__": _getstate,  # for copies and pickles, which would set the fields one by one
    "__setstate__": _setstate,
}

if not TYPE_CHECKING:  # a type checker knows it as that of the standard library, which it is but for its methods

    def dataclass(*, frozen: bool, slots: bool, kw_only: bool = False) -> Callable[[type], type]:
        """What `dataclasses.dataclass` makes of a class that is FROZEN and has SLOTS; a method of its own is kept."""
        if not (frozen and slots):
            raise TypeError("a record is frozen and has slots; anything else is for dataclasses.dataclass")
        plain = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True, kw_only=kw_only)

        def record(cls: type) -> type:
            for name, method in _METHODS.items():
                if name not in vars(cls):
                    setattr(cls, name, method)
            return plain(cls)

        return record
