"""Which Python a project runs on: what it says, what its old dependencies allow, and a supported release that fits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dockgen.facts import Evidence, Fact, Rejected
from dockgen.releases import PYTHON, by_line, newest
from dockgen.stacks.python.caps import CAPS, DATED, OLDEST_BY_DATE, REMOVED, WHEELS_FROM
from dockgen.stacks.python.manifests import Dependency, poetry_spec, string, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dockgen.project import Project

_REMOVED = {name: (limit, package) for name, limit, package in REMOVED}
_REMOVED_IMPORT = re.compile(rf"^(?:import|from)[ \t]+({'|'.join(_REMOVED)})\b", re.MULTILINE)
_LOCKED_RANGE = re.compile(r'^(?:requires-python|python-versions|requires_python) = "([^"]+)"', re.MULTILINE)


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
    """True if VERSION is in the PEP 440 range SPEC; a part of it that cannot be read allows everything."""
    return all(_fits(version, part.strip()) for part in spec.split(","))


def _fits(version: str, part: str) -> bool:
    """Whether VERSION is in one plain range such as `>=3.9`."""
    if m := re.fullmatch(r"==(\d+\.\d+)\.\*", part):  # what a .python-version comes to
        return key(version)[:2] == key(m[1])
    if m := re.fullmatch(r"(>=|<=|<|>)\s*(\d+(?:\.\d+)*)", part):
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


def said(project: Project, data: Mapping[str, Any], lock: str) -> list[tuple[str, Evidence]]:
    """Every range that the project names, the strongest source first (detection.md §1.2.2)."""
    found: list[tuple[str, Evidence]] = []

    def exact(path: str, pattern: str) -> None:
        text = project.text(path)
        if m := re.search(pattern, text, re.MULTILINE):
            found.append(
                (f"=={'.'.join(m[1].split('.')[:2])}.*", Evidence(path, text.count("\n", 0, m.start(1)) + 1, m[1]))
            )

    exact(".python-version", r"^[ \t]*(?:cpython-|python-?)?(\d+\.\d+(?:\.\d+)?)")
    exact(".tool-versions", r"^python\s+(\d+\.\d+(?:\.\d+)?)")
    for path in ("mise.toml", ".mise.toml"):
        exact(path, r"^python\s*=\s*[\"'](\d+\.\d+(?:\.\d+)?)")
    exact("runtime.txt", r"^python-(\d+\.\d+(?:\.\d+)?)")
    exact("Pipfile", r"^python_(?:full_)?version\s*=\s*[\"'](\d+\.\d+)")
    found += _ranges(project, data, lock)
    return found


def _ranges(project: Project, data: Mapping[str, Any], lock: str) -> Iterator[tuple[str, Evidence]]:
    path = "pyproject.toml"
    if wanted := string(table(data, "project").get("requires-python")):
        yield wanted, Evidence(path, project.line_of(path, "requires-python"), wanted)
    if wanted := string(table(data, "tool", "poetry", "dependencies").get("python")):
        yield poetry_spec(wanted), Evidence(path, project.line_of(path, "python ="), wanted)
    if lock and (m := _LOCKED_RANGE.search(project.head(lock))):
        yield poetry_spec(m[1]), Evidence(lock, None, m[1])
    for path in ("setup.py", "setup.cfg"):
        if m := re.search(r"python_requires\s*=\s*[\"']?([<>=!~][^\"'\n]*)", project.text(path)):
            yield m[1].strip(), Evidence(path, project.line_of(path, "python_requires"), m[1].strip())


def caps(
    dependencies: Iterable[Dependency], versions: Mapping[str, str], project: Project, sources: Iterable[str]
) -> list[tuple[str, Evidence]]:
    """The newest Python that each old dependency or removed module allows."""
    dependencies = tuple(dependencies)
    pinned = {d.name: (v, d.evidence) for d in dependencies if (v := upper(d.spec))}
    pinned |= {name: (v, pinned[name][1] if name in pinned else Evidence(note=name)) for name, v in versions.items()}
    brought = {d.name for d in dependencies} | set(versions)
    return [*_version_caps(pinned), *_date_cap(pinned), *_import_caps(project, sources, brought)]


def _version_caps(pinned: Mapping[str, tuple[str, Evidence]]) -> Iterator[tuple[str, Evidence]]:
    for name, below, limit in CAPS:
        if name in pinned and key(pinned[name][0]) < key(below):
            version, where = pinned[name]
            yield limit, Evidence(where.path, where.line, f"{name} {version} is for Python {limit} at most")


def _import_caps(project: Project, sources: Iterable[str], brought: set[str]) -> Iterator[tuple[str, Evidence]]:
    """The last Python of each imported module that left the standard library and is not BROUGHT by a package."""
    told: set[str] = set()  # counting the lines before each of thousands would take its time
    for path in sources:
        for m in _REMOVED_IMPORT.finditer(project.text(path)):
            limit, package = _REMOVED[m[1]]
            if package not in brought and m[1] not in told:
                told.add(m[1])
                line = project.text(path).count("\n", 0, m.start()) + 1
                yield limit, Evidence(path, line, f"module {m[1]} left Python after {limit}")


def _date_cap(pinned: Mapping[str, tuple[str, Evidence]]) -> list[tuple[str, Evidence]]:
    """The newest Python for which there were wheels when the pins were made, if a package's version tells when."""
    dates = []
    for name in DATED:
        numbers = key(pinned[name][0]) if name in pinned else ()
        if len(numbers) >= 2 and 9999 not in numbers:
            year = numbers[0] if numbers[0] > 2000 else 2000 + numbers[0]
            # A version such as 23.2 is the second of its year, not of February: count it as the year's end.
            month = numbers[1] if numbers[0] > 2000 and numbers[1] <= 12 else 12
            if 2015 < year < 2100:
                dates.append(((year, month), name))
    if not dates:
        return []
    date, name = max(dates)
    version, where = pinned[name]
    limit = next((python for python, since in WHEELS_FROM if date >= since), OLDEST_BY_DATE)
    if limit == WHEELS_FROM[0][0]:
        return []
    note = f"{name} {version}: pins of {date[0]} have wheels for Python {limit} at most"
    return [(limit, Evidence(where.path, where.line, note))]


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


_EXACT = re.compile(r"(?<![=!<>~])===?\s*(\d+\.\d+)\.\d+(?![\d.*])")


def resolve(
    wanted: list[tuple[str, Evidence]], limits: list[tuple[str, Evidence]]
) -> tuple[Fact[str], tuple[str, ...]]:
    """The release line to run on and warnings: the newest supported one in every range and under every limit.

    A range that contradicts a stronger one is left out and told. An exact statement of the project beats the limits.
    """
    warnings: list[str] = []
    used: list[tuple[str, Evidence]] = []
    candidates = [*PYTHON]
    for exact, evidence in wanted:
        spec = _EXACT.sub(r"==\1.*", exact)  # images are tagged by line
        fitting = [r for r in candidates if satisfies(r.latest, spec) or satisfies(r.line, spec)]
        if fitting:
            candidates = fitting
            used.append((spec, evidence))
        elif not used:
            warnings.append(f"{evidence}: no Python that dockgen knows fits; choosing another")
    limit = min(limits, key=lambda c: key(c[0]), default=None)
    if limit:
        under = [r for r in candidates if key(r.line) <= key(limit[0])]
        candidates, limit = (under, limit) if under else (candidates, None)
    best = newest(tuple(candidates)) or PYTHON[0]
    if not best.is_supported:
        warnings.append(f"Python {best.line} is out of support since {best.end_of_life}")
    evidence_used = tuple(e for _, e in used)
    if limit:
        evidence_used += (limit[1],)
    unlimited = newest(PYTHON)
    rejected = (
        (Rejected(unlimited.line, Evidence(note="newest supported")),)
        if unlimited and unlimited.line != best.line
        else ()
    )
    return Fact(best.line, evidence_used or (Evidence(note="newest supported Python"),), rejected), tuple(warnings)


def suite(line: str) -> str:
    """The Debian suite of the official image of a release line."""
    release = by_line(PYTHON, line)
    return release.suite if release else "trixie"
