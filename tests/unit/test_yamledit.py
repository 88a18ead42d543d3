"""A file that people wrote gets a value or an item: one patch of its text, everything else byte for byte as it was."""

from __future__ import annotations

import pytest
import yaml
from dockgen.errors import InputError
from dockgen.yamledit import with_item, with_value
from hypothesis import given
from hypothesis import strategies as st

ROWS = {
    "nothing": ("", "packs: [acme]\n"),
    "comments only": ("# ours\n", "# ours\npacks: [acme]\n"),
    "no such key": ("dockgen: 1\n", "dockgen: 1\npacks: [acme]\n"),
    "no such key and no end of line": ("dockgen: 1", "dockgen: 1\npacks: [acme]\n"),
    "comments around": (
        "# top\ndockgen: 1  # one\n\nset:\n  port: 9000 # ours\n# end\n",
        "# top\ndockgen: 1  # one\n\nset:\n  port: 9000 # ours\n# end\npacks: [acme]\n",
    ),
    "block": ("packs:\n  - a\ndockgen: 1\n", "packs:\n  - a\n  - acme\ndockgen: 1\n"),
    "block that is not indented": ("packs:\n- a\n- b # why\nx: 1\n", "packs:\n- a\n- b # why\n- acme\nx: 1\n"),
    "block at the end": ("packs:\n  - a", "packs:\n  - a\n  - acme\n"),
    "block with comments": (
        "packs:\n  # first\n  - a # one\n\n  # last\nset: {}\n",
        "packs:\n  # first\n  - a # one\n  - acme\n\n  # last\nset: {}\n",
    ),
    "flow": ("packs: [a, b] # both\nx: 1\n", "packs: [a, b, acme] # both\nx: 1\n"),
    "flow with quotes": ("packs: ['./a', \"b\"]\n", "packs: ['./a', \"b\", acme]\n"),
    "flow with a comma at its end": ("packs: [a, ]\n", "packs: [a, acme, ]\n"),
    "flow on lines": ("packs: [\n  a, # one\n  b  # two\n]\n", "packs: [\n  a, # one\n  b, acme  # two\n]\n"),
    "empty flow": ("packs: [] # none\n", "packs: [acme] # none\n"),
    "nothing there": ("packs: # none yet\ndockgen: 1\n", "packs: [acme] # none yet\ndockgen: 1\n"),
    "one alone": ("packs: ./a # ours\n", "packs: [./a, acme] # ours\n"),
    "one alone in quotes": ("packs: './a'\n", "packs: ['./a', acme]\n"),
    "all in one line": ("{dockgen: 1, set: {a: b}}\n", "{dockgen: 1, set: {a: b}, packs: [acme]}\n"),
    "JSON": ('{\n  "dockgen": "1",\n  "packs": ["a"]\n}\n', '{\n  "dockgen": "1",\n  "packs": ["a", acme]\n}\n'),
    "empty braces": ("{}\n", "{packs: [acme]}\n"),
    "start of a document": ("---\ndockgen: 1\n", "---\ndockgen: 1\npacks: [acme]\n"),
    "Windows": ("dockgen: 1\r\npacks:\r\n  - a # x\r\n", "dockgen: 1\r\npacks:\r\n  - a # x\r\n  - acme\r\n"),
    "Windows, no such key": ("dockgen: 1\r\n", "dockgen: 1\r\npacks: [acme]\r\n"),
    "other letters": ("# Größe 🚢\npacks: [é] # ü\n", "# Größe 🚢\npacks: [é, acme] # ü\n"),
    "there already": ("packs: [b, acme] # x\n", "packs: [b, acme] # x\n"),
    "alone already": ("packs: acme\n", "packs: acme\n"),
}


@pytest.mark.parametrize("row", ROWS)
def test_patched(row):
    before, after = ROWS[row]
    assert with_item(before, ("packs",), "acme") == after
    assert with_item(after, ("packs",), "acme") == after


CANNOT = [
    "- a\n", "a\n", "packs: {a: 1}\n", "packs: [a\n", "dockgen: 1\n...\n", "packs: [a]\npacks: [b]\n", "a: 1\n---\nb: 1\n", "\x00",
]  # fmt: skip


@pytest.mark.parametrize("text", CANNOT, ids=range(len(CANNOT)))
def test_what_cannot_be_patched_is_told(text):
    with pytest.raises(InputError, match="cannot write packs into it") as caught:
        with_item(text, ("packs",), "acme")
    assert caught.value.hint == "write it yourself: packs: [acme]"


items = st.lists(st.sampled_from(["a", "./b", "../c", "d_1"]), max_size=4, unique=True)
comments = st.sampled_from(["", " # why", "\n# a line\n"])


@given(items, st.sampled_from(["block", "flow"]), comments, st.booleans())
def test_every_list_has_one_item_more_and_no_line_is_lost(items, style, comment, first):
    made = "".join(f"\n  - {i}" for i in items) if style == "block" and items else f" [{', '.join(items)}]"
    rest = f"dockgen: 1{comment}\n"
    text = f"packs:{made}\n{rest}" if first else f"{rest}packs:{made}\n"
    after = with_item(text, ("packs",), "acme")
    assert yaml.safe_load(after) == {"dockgen": 1, "packs": [*items, "acme"]}
    assert [line for line in text.splitlines() if "#" in line] == [line for line in after.splitlines() if "#" in line]


VALUES = {
    "an empty file": ("", ("set", "port"), "set:\n  port: 9000\n"),
    "no such group": ("dockgen: 1 # one\n", ("set", "port"), "dockgen: 1 # one\nset:\n  port: 9000\n"),
    "beside others": (
        "set: # ours\n  base: slim # why\n\n# the end\npacks: []\n", ("set", "port"),
        "set: # ours\n  base: slim # why\n  port: 9000\n\n# the end\npacks: []\n",
    ),
    "deep": (
        "apps:\n  web: {preset: spa}\n  api:\n    set:\n      base: slim\n# end\n", ("apps", "api", "set", "port"),
        "apps:\n  web: {preset: spa}\n  api:\n    set:\n      base: slim\n      port: 9000\n# end\n",
    ),
    "another app": (
        "apps:\n    web:\n        set: {a: b}\n", ("apps", "services/api", "set", "port"),
        "apps:\n    web:\n        set: {a: b}\n    services/api:\n      set:\n        port: 9000\n",
    ),
    "in one line": ("apps: {web: {}} # x\n", ("apps", "web", "set", "port"), "apps: {web: {set: {port: 9000}}} # x\n"),
    "nothing there yet": ("set:\npacks: [a]\n", ("set", "port"), "set:\n  port: 9000\npacks: [a]\n"),
    "another value": ("set:\n  port: 80 # why\n", ("set", "port"), "set:\n  port: 9000 # why\n"),
    "a quoted value": ('set: {port: "80"}\n', ("set", "port"), "set: {port: 9000}\n"),
    "a list": ("set: {port: [8, 0]} # x\n", ("set", "port"), "set: {port: 9000} # x\n"),
    "there already": ("set: {port: 9000}\n", ("set", "port"), "set: {port: 9000}\n"),
    "after a text of several lines": (
        "extra:\n  before_user: |\n    RUN a\n    RUN b\n# end\n", ("extra", "port"),
        "extra:\n  before_user: |\n    RUN a\n    RUN b\n  port: 9000\n# end\n",
    ),
    "Windows": ("set:\r\n  a: b\r\n", ("set", "port"), "set:\r\n  a: b\r\n  port: 9000\r\n"),
}  # fmt: skip


@pytest.mark.parametrize("row", VALUES)
def test_a_value_is_set(row):
    before, path, after = VALUES[row]
    assert with_value(before, path, "9000") == after
    assert with_value(after, path, "9000") == after


@pytest.mark.parametrize(
    "text", ["- a\n", "set: a\n", "set: {port: |\n", "set:\n  port: |\n    a\n", "set:\n  port:\n    a: b\n"]
)
def test_a_value_that_cannot_be_set_is_told(text):
    with pytest.raises(InputError, match=r"cannot write set\.port into it") as caught:
        with_value(text, ("set", "port"), "9000")
    assert caught.value.hint == "write it yourself: set: port: 9000"


words = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], include_characters=" :#'\"{}[],&*!|>%@`-"), max_size=30
)


@given(words, st.sampled_from(["", "set:\n  a: b # why\n", "set: {a: b} # why\n", "# top\nset:\n"]))
def test_every_text_is_read_as_it_was_given(value, before):
    after = with_value(before, ("set", "start"), value)
    assert str(yaml.safe_load(after)["set"]["start"]) == value
    assert [line for line in before.splitlines() if "#" in line and line not in after] == (
        [] if "{" not in before else before.splitlines()
    )
