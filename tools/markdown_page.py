"""Parts of the pages of Markdown that the tools write."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

NOTE = "<!-- Written by tools/reference.py; a test holds it to the code. -->"


def cell(text: str) -> str:
    """TEXT for a cell of a table."""
    return text.replace("|", "\\|")


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A table with the titles HEAD."""
    lines = [head, tuple("---" for _ in head), *(tuple(map(cell, row)) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
