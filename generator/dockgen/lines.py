"""The line of a text that an offset lies in, as evidence tells it."""

from __future__ import annotations


def line_at(text: str, offset: int) -> int:
    """The 1-based line of TEXT that holds the character at OFFSET."""
    return text.count("\n", 0, offset) + 1
