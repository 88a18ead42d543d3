"""Regular expressions that are compiled when they are first used: few of a stack's many are, in any one project."""

from __future__ import annotations

import re
from typing import Any, cast


class _Lazy:
    def __init__(self, text: str, flags: int) -> None:
        self._text, self._flags = text, flags

    def __getattr__(self, name: str) -> Any:
        value = getattr(re.compile(self._text, self._flags), name)
        setattr(self, name, value)
        return value


def pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` gives, without its cost until a method is called."""
    return cast("re.Pattern[str]", _Lazy(text, flags))
