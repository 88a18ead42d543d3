"""Patterns that are compiled when they are first used."""

from __future__ import annotations

import re

import pytest
from dockgen import lazy


def test_nothing_is_compiled_before_a_method_is_called():
    broken = lazy.pattern("(")
    with pytest.raises(re.error):
        broken.search("")


def test_methods_are_those_of_the_pattern():
    number = lazy.pattern(r"a(\d)", re.IGNORECASE)
    assert number.search("xA1")[1] == "1"
    assert [m[1] for m in number.finditer("a1 A2")] == ["1", "2"]
    assert number.sub("-", "a1") == "-"
