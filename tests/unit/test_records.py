"""Records do what frozen dataclasses of the standard library do."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import FrozenInstanceError, field
from typing import Generic, TypeVar

import pytest
from dockgen import records

T = TypeVar("T")


@records.dataclass(frozen=True, slots=True, kw_only=True)
class Ours(Generic[T]):
    """What is compared with Theirs."""

    name: str
    value: T | None = None
    env: dict[str, str] = field(default_factory=dict)
    seen: tuple[str, ...] = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("no name")

    @property
    def upper(self) -> str:
        """The name in capitals."""
        return self.name.upper()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Theirs(Generic[T]):
    """What Ours is compared with."""

    name: str
    value: T | None = None
    env: dict[str, str] = field(default_factory=dict)
    seen: tuple[str, ...] = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("no name")

    @property
    def upper(self) -> str:
        """The name in capitals."""
        return self.name.upper()


@records.dataclass(frozen=True, slots=True)
class OurPair:
    first: int
    second: int = 2


@dataclasses.dataclass(frozen=True, slots=True)
class TheirPair:
    first: int
    second: int = 2


BOTH = pytest.mark.parametrize("kind", [Ours, Theirs])
PAIRS = pytest.mark.parametrize("pair", [OurPair, TheirPair])


@BOTH
def test_fields_and_their_defaults(kind):
    made = kind(name="a")
    assert (made.name, made.value, made.env, made.seen, made.upper) == ("a", None, {}, (), "A")
    assert made.env is not kind(name="a").env
    assert not hasattr(made, "__dict__")
    assert dataclasses.asdict(made) == {"name": "a", "value": None, "env": {}, "seen": ()}
    assert [f.name for f in dataclasses.fields(kind)] == ["name", "value", "env", "seen"]


@PAIRS
def test_arguments_without_names(pair):
    assert pair(1, 3) == pair(1, second=3) == pair(first=1, second=3)
    match pair(5):
        case pair(first, 2):
            assert first == 5
        case other:
            pytest.fail(str(other))


@pytest.mark.parametrize("arguments", [{}, {"nme": "a"}, {"name": "a", "other": 1}])
@BOTH
def test_arguments_that_are_missing_or_unknown(kind, arguments):
    with pytest.raises(TypeError):
        kind(**arguments)


@PAIRS
def test_arguments_that_are_too_many(pair):
    for values, named in (((1, 2, 3), {}), ((1,), {"first": 1}), ((), {"second": 1})):
        with pytest.raises(TypeError):
            pair(*values, **named)
    with pytest.raises(TypeError):
        (Ours if pair is OurPair else Theirs)("a")


@BOTH
def test_what_is_checked_after_it_was_made(kind):
    with pytest.raises(ValueError, match="no name"):
        kind(name="")
    with pytest.raises(ValueError, match="no name"):
        dataclasses.replace(kind(name="a"), name="")


@BOTH
def test_equality_and_hash(kind):
    assert kind(name="a", seen=("x",)) == kind(name="a")
    assert kind(name="a") != kind(name="b")
    assert kind(name="a") != "a"
    assert kind(name="a").__eq__("a") is NotImplemented
    assert OurPair(1) != TheirPair(1)
    with pytest.raises(TypeError):
        hash(kind(name="a"))  # as its field env has none


@PAIRS
def test_members_of_sets(pair):
    assert {pair(1), pair(1, 2), pair(1, 3)} == {pair(1, 3), pair(1)}
    assert hash(pair(1)) == hash((1, 2))


def test_words_for_it():
    assert repr(Ours(name="a", value=1)) == repr(Theirs(name="a", value=1)).replace("Theirs", "Ours")
    assert repr(Ours(name="a")) == "Ours(name='a', value=None, env={})"


@BOTH
def test_nothing_can_be_set_or_deleted(kind):
    made = kind(name="a")
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'name'"):
        made.name = "b"
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'name'"):
        del made.name
    assert made.name == "a"


@BOTH
def test_copies(kind):
    made = kind(name="a", env={"x": "y"}, seen=("z",))
    changed = dataclasses.replace(made, value=2)
    assert (changed.name, changed.value, changed.seen) == ("a", 2, ("z",))
    for twin in (copy.copy(made), copy.deepcopy(made), pickle.loads(pickle.dumps(made))):
        assert twin == made
        assert twin is not made
        assert twin.seen == ("z",)


def test_methods_of_its_own_are_kept():
    @records.dataclass(frozen=True, slots=True)
    class Named:
        name: str

        def __repr__(self) -> str:
            return self.name

    assert repr(Named("a")) == "a"


@pytest.mark.parametrize("how", [{"frozen": False, "slots": True}, {"frozen": True, "slots": False}])
def test_what_is_no_record(how):
    with pytest.raises(TypeError, match="a record is frozen and has slots"):
        records.dataclass(**how)
