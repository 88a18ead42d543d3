"""PEP 440 and Poetry ranges: whether a version is in one, and the newest version that one can mean."""

from __future__ import annotations

import re

from dockgen.lazy import pattern

_PLAIN = pattern(r"(>=|<=|<|>)\s*v?(\d+(?:\.\d+)*)")
_OPERATOR = pattern(r"([<>=!~^]+)\s+")
_NEXT = pattern(r"[,\s]+(?=[<>=!~^*\d])")


def key(version: str) -> tuple[int, ...]:
    """A version as numbers for comparing; what is not a number ends it."""
    numbers = []
    for part in version.split("."):
        if not (m := re.match(r"\d+", part)):
            break
        numbers.append(int(m[0]))
        if m[0] != part:
            break
    return tuple(numbers)


def satisfies(version: str, spec: str) -> bool:
    """True if VERSION is in the PEP 440 range SPEC, or in one of several with `||` between them, as Poetry writes it.

    A part of a range that cannot be read allows everything.
    """
    return any(all(_fits(version, part.strip()) for part in each.split(",")) for each in spec.split("||"))


def _fits(version: str, part: str) -> bool:
    """Whether VERSION is in one plain range such as `>=3.9`."""
    if m := re.fullmatch(r"==(\d+\.\d+)\.\*", part):  # what a .python-version comes to
        return key(version)[:2] == key(m[1])
    if m := _PLAIN.fullmatch(part):
        a, b = key(version), key(m[2])
        width = max(len(a), len(b))
        a, b = a + (0,) * (width - len(a)), b + (0,) * (width - len(b))
        return {">=": a >= b, "<=": a <= b, "<": a < b, ">": a > b}[m[1]]
    if not part:
        return True
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415  (slow to import, seldom needed)

    try:
        return SpecifierSet(part).contains(version, prereleases=True)
    except InvalidSpecifier:
        return True


def upper(spec: str) -> str:
    """The newest version that a requirement can mean: that of `==`, `~=` or `<`; "" if it is open."""
    if m := re.search(r"(?:===?|<=)\s*v?(\d+(?:\.\d+)*)", spec):
        return m[1]
    if m := re.search(r"~=\s*(\d+(?:\.\d+)*)", spec):
        return ".".join(m[1].split(".")[:-1]) + ".9999"
    if m := re.search(r"<\s*(\d+(?:\.\d+)*)", spec):
        numbers = [int(n) for n in m[1].split(".")]
        while len(numbers) > 1 and numbers[-1] == 0:
            numbers.pop()
        return ".".join(map(str, [*numbers[:-1], max(numbers[-1] - 1, 0), 9999]))
    return ""


def poetry_spec(text: str) -> str:
    """A Poetry constraint as PEP 440: `^3.9` is `>=3.9,<4`, `~3.9` is `>=3.9,<3.10`, `3.9` is `==3.9`; `||` stays."""
    return "||".join(_poetry_part(part) for part in re.split(r"\|\|?", text))


def _poetry_part(text: str) -> str:
    parts = []
    for part in (p.strip() for p in _NEXT.split(_OPERATOR.sub(r"\1", text.strip()))):
        if not part or part == "*":
            continue
        if m := re.fullmatch(r"([\^~])\s*v?(\d+(?:\.\d+)*)", part):
            numbers = [int(n) for n in m[2].split(".")]
            last = len(numbers) - 1
            at = next((i for i, n in enumerate(numbers) if n), last) if m[1] == "^" else min(1, last)
            limit = ".".join(str(n) for n in [*numbers[:at], numbers[at] + 1])
            parts.append(f">={m[2]},<{limit}")
        else:
            parts.append(part if re.match(r"[<>=!~]", part) else f"=={part}")
    return ",".join(parts)
