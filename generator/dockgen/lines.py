"""Lines of a text: the one that an offset lies in, all of them put in order, what stands in them."""

from __future__ import annotations

import json
import re


def line_at(text: str, offset: int) -> int:
    """The 1-based line of TEXT that holds the character at OFFSET."""
    return text.count("\n", 0, offset) + 1


def tidy(text: str) -> str:
    """TEXT without trailing blanks or runs of empty lines, ending in one line break."""
    text = re.sub(r"[ \t]+$", "", text.replace("\r\n", "\n"), flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"


def stands(value: str, text: str) -> bool:
    """True if VALUE stands in TEXT, as whole words or as the words of a command in exec form."""
    command = json.dumps(value.split(), ensure_ascii=False)[1:-1]
    is_there = bool(value) and bool(re.search(rf"(?<![\w.]){re.escape(value)}(?!\w)", text))
    return is_there or (" " in value and command in text)
