"""An item is added to a list that people wrote: one patch of the text, everything else byte for byte as it was."""

from __future__ import annotations

import pytest
import yaml
from dockgen.errors import InputError
from dockgen.yamledit import with_item
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
    assert with_item(before, "packs", "acme") == after
    assert with_item(after, "packs", "acme") == after


CANNOT = [
    "- a\n", "a\n", "packs: {a: 1}\n", "packs: [a\n", "dockgen: 1\n...\n", "packs: [a]\npacks: [b]\n", "a: 1\n---\nb: 1\n", "\x00",
]  # fmt: skip


@pytest.mark.parametrize("text", CANNOT, ids=range(len(CANNOT)))
def test_what_cannot_be_patched_is_told(text):
    with pytest.raises(InputError, match="cannot add 'acme'") as caught:
        with_item(text, "packs", "acme")
    assert caught.value.hint == "write it yourself: packs: [acme]"


items = st.lists(st.sampled_from(["a", "./b", "../c", "d_1"]), max_size=4, unique=True)
comments = st.sampled_from(["", " # why", "\n# a line\n"])


@given(items, st.sampled_from(["block", "flow"]), comments, st.booleans())
def test_every_list_has_one_item_more_and_no_line_is_lost(items, style, comment, first):
    made = "".join(f"\n  - {i}" for i in items) if style == "block" and items else f" [{', '.join(items)}]"
    rest = f"dockgen: 1{comment}\n"
    text = f"packs:{made}\n{rest}" if first else f"{rest}packs:{made}\n"
    after = with_item(text, "packs", "acme")
    assert yaml.safe_load(after) == {"dockgen": 1, "packs": [*items, "acme"]}
    assert [line for line in text.splitlines() if "#" in line] == [line for line in after.splitlines() if "#" in line]
