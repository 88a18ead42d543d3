"""Files of people: texts stay as written, every mistake is told at once with its place, and no trick of YAML works."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  (read at run time)
from dataclasses import dataclass, field
from typing import Literal

import pytest
import yaml
from dockgen.errors import InputError
from dockgen.yamldoc import MAX_BYTES, Flat, Placed, Problem, decode, decode_flat, doc, place
from hypothesis import given
from hypothesis import strategies as st


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    size: int = doc("a number", default=1)
    where: str = place()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outer:
    name: str = doc("a text")
    on: bool = doc("yes or no", default=False)
    kind: Literal["a", "b"] = doc("one of two", default="a")
    tags: tuple[str, ...] = doc("texts", default=())
    flat: Flat = doc("settings", default_factory=dict)  # noqa: RUF009
    inner: Mapping[str, Inner] = doc("more", default_factory=dict)
    maybe: Placed | None = field(default=None)


def mistakes(text, kind=Outer):
    with pytest.raises(InputError) as caught:
        decode(kind, text, "f.yaml")
    error = caught.value
    return [str(m) for m in error.mistakes] or [
        f"{error.where}: {error.what}" + (f"; {error.hint}" if error.hint else "")
    ]


def test_texts_stay_as_they_are_written():
    read = decode(
        Outer, "name: 3.10\ntags: [no, 1e3, 0x10, ~, 2024-01-01, 1_000, 12:30:00]\nflat: {version: 3.10, a: no}\n", "f"
    )
    assert read.name == "3.10"
    assert read.tags == ("no", "1e3", "0x10", "~", "2024-01-01", "1_000", "12:30:00")
    assert {k: v.text for k, v in read.flat.items()} == {"version": "3.10", "a": "no"}


@pytest.mark.parametrize(
    ("text", "value"), [("yes", True), ("no", False), ("true", True), ("False", False), ("YES", True)]
)
def test_yes_and_no(text, value):
    assert decode(Outer, f"name: x\non: {text}\n", "f").on is value


def test_places():
    read = decode(Outer, "name: x\nflat:\n  a:\n    b: 1\nmaybe: later\ninner:\n  one: {size: 3}\n", "f.yaml")
    assert read.flat["a.b"] == Placed("1", "f.yaml:4:8")
    assert read.maybe == Placed("later", "f.yaml:5:8")
    assert read.inner["one"] == Inner(size=3, where="f.yaml:7:3")


def test_what_stands_alone_is_a_list_of_one_and_nothing_is_nothing():
    read = decode(Outer, "name: x\ntags: one\nflat:\ninner:\n", "f")
    assert (read.tags, read.flat, read.inner) == (("one",), {}, {})


def test_a_list_is_words_for_a_shell():
    assert decode_flat("start: [python, -c, 'print(1)']\nbase:\n- a\n- b\n", "f") == {
        "start": Placed("python -c 'print(1)'", "f:1:8"),
        "base": Placed("a b", "f:3:1"),
    }


def test_every_mistake_at_once_in_the_order_of_the_file():
    text = "nmae: x\non: perhaps\nkind: c\ntags: {a: b}\nflat: [1]\ninner:\n  one: {sice: 1}\n  two: {size: x}\n  two: {}\n"
    assert mistakes(text) == [
        "f.yaml:1:1: unknown key 'nmae'; did you mean 'name'?",
        "f.yaml:1:1: 'name' is missing",
        "f.yaml:2:5: expected yes or no, got 'perhaps'",
        "f.yaml:3:7: 'c' is none of a, b",
        "f.yaml:4:7: expected a text, got a mapping",
        "f.yaml:5:7: expected keys and values, got a list",
        "f.yaml:7:9: unknown key 'sice'; did you mean 'size'?",
        "f.yaml:8:15: expected a whole number, got 'x'",
        "f.yaml:9:3: 'two' stands here twice",
    ]


def test_more_mistakes_are_found_in_what_could_be_read():
    def more(read):
        assert read.name is None
        return [Problem(what="too small", where=read.inner["one"].where)]

    with pytest.raises(InputError) as caught:
        decode(Outer, "inner:\n  one: {}\n", "f", more)
    assert [m.what for m in caught.value.mistakes] == ["'name' is missing", "too small"]


@pytest.mark.parametrize("text", ["", "\n# nothing\n", "---\n", "~", "''"])
def test_an_empty_file_lacks_what_has_no_default(text):
    assert any("'name' is missing" in m or "expected keys" in m for m in mistakes(text))


@pytest.mark.parametrize(("text", "what"), [
    ("name: &a x\nflat: {b: *a}\n", "f.yaml:2:11: aliases are not read here; write it out"),
    ("name: !!python/object/apply:os.system ['id']\n", "f.yaml:1:7: tags such as tag:yaml.org,2002:python/object/apply:os.system are not read here"),
    ("name: !!str x\n", "f.yaml:1:7: tags such as tag:yaml.org,2002:str are not read here"),
    ("name: !secret x\n", "f.yaml:1:7: tags such as !secret are not read here"),
    ("!!map {name: x}\n", "f.yaml:1:1: tags such as tag:yaml.org,2002:map are not read here"),
    ("name: x\n---\nname: y\n", "f.yaml:2:1: not YAML: but found another document"),
    ("name: x\nname: y\n", "f.yaml:2:1: 'name' stands here twice"),
    ("name: x\n<<: {on: yes}\n", "f.yaml:2:1: unknown key '<<'"),
    ("name: x\nflat: {a: {b: 1}, a.b: 2}\n", "f.yaml:2:19: 'a.b' stands here twice"),
    ("name: x\n? [a]\n: b\n", "f.yaml:2:3: expected a text, got a list"),
    ("- name\n", "f.yaml:1:1: expected keys and values, got a list"),
    ("name\n", "f.yaml:1:1: expected keys and values, got a text"),
    ("name: [x\n", "f.yaml:2:1: not YAML: "),
    ("name: x\n\tb: c\n", "f.yaml:2:1: not YAML: "),
    ("name: 'x\n", "f.yaml:2:1: not YAML: "),
    ("name: " + "[" * 30 + "]" * 30, "f.yaml:1:26: this is nested too deeply"),
    ("name: x\x00y\n", "f.yaml: not YAML: "),
    ("%YAML 3.0\n---\nname: x\n", "f.yaml:1:1: not YAML: "),
])  # fmt: skip
def test_tricks_are_told(text, what):
    (told,) = mistakes(text)
    assert told.startswith(what), told


def test_a_bomb_is_no_work():
    bomb = "a: &a [x, x]\n" + "".join(
        f"{c}: &{c} [{', '.join([f'*{p}'] * 9)}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert mistakes(bomb) == ["f.yaml:2:8: aliases are not read here; write it out"]


def test_depth_costs_no_recursion():
    assert "nest" in mistakes("[" * 100_000)[0]  # the parser has a limit of its own
    assert "nested too deeply" in mistakes("".join(f"{' ' * n}a:\n" for n in range(500)))[0]


def test_a_huge_file_is_not_read():
    assert mistakes(b"#" * (MAX_BYTES + 1)) == ["f.yaml: the file is larger than 256 KiB"]


def test_encodings():
    assert decode(Outer, b"\xef\xbb\xbfname: caf\xc3\xa9\n", "f").name == "café"
    assert decode(Outer, b"name: x\r\non: yes\r\n", "f").on is True
    assert mistakes(b"name: caf\xe9\n") == ["f.yaml: the file is not UTF-8 text"]
    assert mistakes("name: x\n".encode("utf-16")) == ["f.yaml: the file is not UTF-8 text"]


def test_json_is_read_too():
    assert decode_flat('{\n\t"port": 9000,\n\t"dev": true,\n\t"env": {"A": "b c"}\n}\n', "f") == {
        "port": Placed("9000", "f:2:10"),
        "dev": Placed("true", "f:3:9"),
        "env.A": Placed("b c", "f:4:15"),
    }


TEXTS = st.recursive(
    st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["name", "on", "flat", "inner", "a", ""]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(TEXTS)
def test_whatever_a_file_holds_is_a_value_or_a_mistake(data):
    for text in (yaml.safe_dump(data), yaml.safe_dump(data, default_flow_style=True)):
        try:
            assert isinstance(decode(Outer, text, "f.yaml"), Outer)
        except InputError as error:
            assert error.where or error.mistakes  # noqa: PT017


@given(st.text(max_size=200) | st.binary(max_size=200))
def test_any_bytes_are_a_value_or_a_mistake(text):
    try:
        decode_flat(text, "f.yaml")
    except InputError as error:
        assert (error.where or str(error.mistakes[0].where)).startswith("f.yaml")  # noqa: PT017


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.text(st.characters(exclude_categories=["C", "Z"]), max_size=30)
    )
)
def test_a_text_that_was_written_is_what_is_read(data):
    assert {
        k: v.text for k, v in decode_flat(yaml.safe_dump(data, default_style='"', allow_unicode=True), "f").items()
    } == data
