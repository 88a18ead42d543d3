"""Lines of a text: the one that an offset lies in, and all of them put in order."""

from __future__ import annotations

import re


def line_at(text: str, offset: int) -> int:
    """The 1-based line of TEXT that holds the character at OFFSET."""
    return text.count("\n", 0, offset) + 1


def tidy(text: str) -> str:
    """TEXT without trailing blanks or runs of empty lines, ending in one line break."""
    text = re.sub(r"[ \t]+$", "", text.replace("\r\n", "\n"), flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"
