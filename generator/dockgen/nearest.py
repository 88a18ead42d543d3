"""What somebody can have meant by a name that is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def hint(name: str, known: Iterable[str], otherwise: str | None = None) -> str:
    """`did you mean …?` with the one of KNOWN that is nearest to NAME; if none is near OTHERWISE, or all of them."""
    import difflib  # noqa: PLC0415  (start-up time: only where something is wrong)

    names = list(known)
    folded = {one.lower(): one for one in reversed(names)}  # whoever mistypes a name may not know its case either
    if near := difflib.get_close_matches(name.lower(), folded, 1):
        return f"did you mean {folded[near[0]]!r}?"
    if otherwise is not None:
        return otherwise
    return f"one of {', '.join(names)}" if names else ""


def after(name: str, known: Iterable[str]) -> str:
    """The hint as the end of a sentence: `; did you mean …?`, or nothing."""
    found = hint(name, known, "")
    return f"; {found}" if found else ""
