"""Docker's rules for the patterns of a .dockerignore: those of moby/patternmatcher and BuildKit's walk.

Patterns are relative to the context's root, `*` and `?` stop at a slash, `**` does not, a pattern also matches
everything below what it names, `!` brings back, the last match wins. They are not gitignore's, which is what the
matching libraries implement.
"""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from dockgen import lazy

if TYPE_CHECKING:
    from collections.abc import Iterable

_WILD = frozenset("*?[]\\")
_MEMBER = r"(?:\\.|[^\\\]-])"  # of a class of characters
_VALID = lazy.pattern(rf"(?:[^\\\[]|\\.|\[(?:\^|(?!\^))(?:{_MEMBER}(?:-{_MEMBER})?)+\])*", re.DOTALL)
_NEVER = lazy.pattern(r"(?!)")  # a pattern at which Docker stops the build


@lru_cache(maxsize=2048)
def _regex(pattern: str) -> re.Pattern[str]:
    """PATTERN, without `!` and cleaned, as a regular expression for a whole path."""
    if not is_valid(pattern):
        return _NEVER
    if pattern.startswith("**") and not _WILD.intersection(pattern[2:]):
        return re.compile(_suffix(pattern[2:]), re.DOTALL)
    try:
        return re.compile(_in_python(_in_go(pattern)), re.DOTALL)
    except re.error:  # such as [z-a]
        return _NEVER


def _in_go(pattern: str) -> str:
    """The regular expression that moby/patternmatcher makes of PATTERN, character by character, even in a class."""
    out, i = "", 0
    while i < len(pattern):
        c = pattern[i]
        i += 1
        if c == "*" and pattern[i : i + 1] == "*":
            i += 2 if pattern[i + 1 : i + 2] == "/" else 1
            out += ".*" if i >= len(pattern) else "(.*/)?"
        elif c == "*":
            out += "[^/]*"
        elif c == "?":
            out += "[^/]"
        elif c == "\\":
            out += re.escape(pattern[i]) if i < len(pattern) else r"\\"
            i += 1
        else:
            out += f"\\{c}" if c in ".+()|{}$" else c
    return out


def _in_python(expression: str) -> str:
    """EXPRESSION, written for Go: what only one of the two takes for special is written so that both agree."""
    out, i, inside = "", 0, False
    while i < len(expression):
        c = expression[i]
        if c == "\\":
            out += expression[i : i + 2]
            i += 2
            continue
        if not inside and c == "[":
            inside = True
            start = expression[i + 1 : i + 3]
            head = "[^" if start.startswith("^") else "["
            i += len(head)
            if expression[i : i + 1] == "]":
                head, i = f"{head}\\]", i + 1
            out += head
            continue
        if inside:
            inside = c != "]"
            out += f"\\{c}" if c in "[&~|" else c
        else:
            out += f"\\{c}" if c in "^#&~ ]" else c
        i += 1
    return out


def is_valid(pattern: str) -> bool:
    """True if Docker accepts PATTERN, for which it asks Go's filepath.Match."""
    return bool(_VALID.fullmatch(pattern))


def name_form(pattern: str) -> str:
    """The regular expression for what a PATTERN that begins with `**/` matches below a folder."""
    return _in_python(_in_go(pattern.removeprefix("**/")))


def _suffix(rest: str) -> str:
    """What `**` before plain text stands for: `**/a` any file a, `**a` any path that ends in a."""
    return rf"(?:.*/)?{re.escape(rest[1:])}" if rest.startswith("/") and rest != "/" else rf".*{re.escape(rest)}"


@lru_cache(maxsize=2048)
def clean(line: str) -> tuple[bool, str] | None:
    """Whether a line brings back, and its pattern as Docker cleans it; None for a comment or an empty line."""
    if line.startswith("#") or not line.strip():
        return None
    line = line.strip()
    bring_back = line.startswith("!")
    pattern = re.sub(r"/{2,}", "/", line[1:].strip() if bring_back else line)
    return bring_back, posixpath.normpath(pattern).removeprefix("/")


def fits(pattern: str, part: str) -> bool:
    """True if PATTERN names PART; one without wildcards is not worth a regular expression."""
    return bool(_regex(pattern).fullmatch(part)) if _WILD.intersection(pattern) else pattern == part


class Rules:
    """The lines of a .dockerignore, asked from the top folder down as BuildKit walks.

    It keeps what each pattern said of the folder above. A pattern that could not change the verdict is not asked
    (moby/patternmatcher, MatchesUsingParentResults): `!a` after `a/*` therefore brings nothing back.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._rules = [rule for line in lines if (rule := clean(line))]
        self._back = [pattern for bring_back, pattern in self._rules if bring_back]
        self._any_back = re.compile("|".join(f"(?:{_regex(p).pattern})" for p in self._back) or r"(?!)", re.DOTALL)
        self.start = (False,) * len(self._rules)  # what the patterns say of the top

    def ask(self, path: str, above: tuple[bool, ...]) -> tuple[bool, tuple[bool, ...]]:
        """True if PATH is left out; and what each pattern says of it, after what they said of the folder ABOVE it."""
        if True in above and not any(h and back for h, (back, _) in zip(above, self._rules, strict=True)):
            # Hidden with the folder, unless this is brought back: one question instead of fifty.
            return self._from_the_top(path) if self._any_back.fullmatch(path) else (True, above)
        return self._asked(path, above)

    def _from_the_top(self, path: str) -> tuple[bool, tuple[bool, ...]]:
        ignored, held = False, self.start
        parts = path.split("/")
        for depth in range(1, len(parts) + 1):
            ignored, held = self._asked("/".join(parts[:depth]), held)
        return ignored, held

    def _asked(self, path: str, above: tuple[bool, ...]) -> tuple[bool, tuple[bool, ...]]:
        ignored, held = False, list(above)
        for i, (bring_back, pattern) in enumerate(self._rules):
            if held[i] or (bring_back == ignored and fits(pattern, path)):
                held[i] = True
                ignored = not bring_back
        return ignored, tuple(held)

    def is_ignored(self, path: str) -> bool:
        """True if PATH is left out."""
        return self._from_the_top(path)[0]

    def may_return(self, folder: str) -> bool:
        """True if something below FOLDER, which is left out, may be brought back."""
        return any(_WILD.intersection(p) or p.startswith(f"{folder}/") for p in self._back)


def is_ignored(path: str, lines: Iterable[str]) -> bool:
    """True if Docker leaves the file PATH out of the context under the .dockerignore LINES."""
    return Rules(lines).is_ignored(path)
