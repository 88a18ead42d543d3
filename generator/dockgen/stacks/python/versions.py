"""Which Python a project runs on: what it says, what its old dependencies allow, and a supported release that fits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dockgen.facts import Evidence, Fact, Rejected
from dockgen.releases import PYTHON, by_line, newest
from dockgen.stacks.python.manifests import Dependency, poetry_spec, string, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dockgen.project import Project

# A package below a version has no wheel for, or does not run on, a Python newer than the one named.
# Sources: the packages' change logs and file lists; detection.md §1.2.2.
CAPS: tuple[tuple[str, str, str], ...] = (
    ("aiohttp", "3.8", "3.10"), ("aiohttp", "3.9", "3.11"), ("aiohttp", "3.10.6", "3.12"), ("aiohttp", "3.13", "3.13"),
    ("asyncpg", "0.29", "3.11"), ("asyncpg", "0.30", "3.12"), ("asyncpg", "0.31", "3.13"),
    ("celery", "5.3", "3.11"),
    ("cffi", "1.16", "3.11"), ("cffi", "1.17", "3.12"), ("cffi", "2", "3.13"),
    ("django", "4.2", "3.11"), ("django", "5.1", "3.12"), ("django", "5.2.8", "3.13"),
    ("eventlet", "0.34", "3.11"), ("eventlet", "0.37", "3.12"),
    ("flask", "2", "3.11"), ("flask", "3", "3.13"),
    ("frozenlist", "1.4.1", "3.11"), ("frozenlist", "1.5", "3.12"), ("frozenlist", "1.8", "3.13"),
    ("gevent", "23.9", "3.11"), ("gevent", "24.10.1", "3.12"), ("gevent", "25.8", "3.13"),
    ("greenlet", "3", "3.11"), ("greenlet", "3.1", "3.12"), ("greenlet", "3.2.4", "3.13"),
    ("grpcio", "1.59", "3.11"), ("grpcio", "1.66.2", "3.12"), ("grpcio", "1.75.1", "3.13"),
    ("gunicorn", "20.1", "3.11"),
    ("httptools", "0.6", "3.11"), ("httptools", "0.6.2", "3.12"), ("httptools", "0.7", "3.13"),
    ("jinja2", "2.11", "3.9"),
    ("lxml", "4.9.3", "3.11"), ("lxml", "5.3", "3.12"), ("lxml", "6", "3.13"),
    ("markupsafe", "1.1", "3.9"), ("markupsafe", "2.1.3", "3.11"), ("markupsafe", "3", "3.13"),
    ("matplotlib", "3.8", "3.11"), ("matplotlib", "3.9.2", "3.12"), ("matplotlib", "3.10.5", "3.13"),
    ("multidict", "6.0.5", "3.11"), ("multidict", "6.1", "3.12"), ("multidict", "6.7", "3.13"),
    ("numba", "0.59", "3.11"), ("numba", "0.61", "3.12"), ("numba", "0.63", "3.13"),
    ("numpy", "1.21", "3.9"), ("numpy", "1.23.2", "3.10"), ("numpy", "1.26", "3.11"), ("numpy", "2.1", "3.12"), ("numpy", "2.3.2", "3.13"),
    ("orjson", "3.9.6", "3.11"), ("orjson", "3.10.7", "3.12"), ("orjson", "3.11.3", "3.13"),
    ("pandas", "1.3.3", "3.9"), ("pandas", "1.5.1", "3.10"), ("pandas", "2.1.1", "3.11"), ("pandas", "2.2.3", "3.12"), ("pandas", "2.3.3", "3.13"),
    ("pillow", "9.3", "3.10"), ("pillow", "10.1", "3.11"), ("pillow", "11", "3.12"), ("pillow", "12", "3.13"),
    ("psycopg-binary", "3.1.12", "3.11"), ("psycopg-binary", "3.2.2", "3.12"), ("psycopg-binary", "3.2.10", "3.13"),
    ("psycopg2-binary", "2.9.5", "3.10"), ("psycopg2-binary", "2.9.9", "3.11"), ("psycopg2-binary", "2.9.10", "3.12"), ("psycopg2-binary", "2.9.11", "3.13"),
    ("pyarrow", "14", "3.11"), ("pyarrow", "18", "3.12"), ("pyarrow", "22", "3.13"),
    ("pydantic", "1.10.13", "3.11"), ("pydantic", "2", "3.13"), ("pydantic", "2.8", "3.12"), ("pydantic", "2.12", "3.13"),
    ("pydantic-core", "2.20", "3.12"), ("pydantic-core", "2.41", "3.13"),
    ("pyyaml", "6", "3.9"), ("pyyaml", "6.0.1", "3.11"), ("pyyaml", "6.0.2", "3.12"), ("pyyaml", "6.0.3", "3.13"),
    ("scikit-learn", "1.3.1", "3.11"), ("scikit-learn", "1.5.2", "3.12"), ("scikit-learn", "1.7.2", "3.13"),
    ("scipy", "1.11.2", "3.11"), ("scipy", "1.14.1", "3.12"), ("scipy", "1.16.1", "3.13"),
    ("spacy", "3.8", "3.12"),
    ("sqlalchemy", "1.4", "3.11"), ("sqlalchemy", "2.0.31", "3.12"),
    ("tensorflow", "2.16", "3.11"), ("tensorflow", "2.20", "3.12"), ("tensorflow", "3", "3.13"),
    ("tiktoken", "0.8", "3.12"), ("tiktoken", "0.12", "3.13"),
    ("torch", "2.2", "3.11"), ("torch", "2.5", "3.12"), ("torch", "2.9", "3.13"),
    ("uvloop", "0.18", "3.11"), ("uvloop", "0.21", "3.12"), ("uvloop", "0.22", "3.13"),
    ("werkzeug", "1", "3.9"), ("werkzeug", "3", "3.13"),
    ("yarl", "1.9.3", "3.11"), ("yarl", "1.13", "3.12"), ("yarl", "1.22", "3.13"),
)  # fmt: skip

# Packages whose versions are dates: they tell when a list of pins was made.
DATED = (
    "certifi",
    "pytz",
    "tzdata",
    "regex",
    "fsspec",
    "pyopenssl",
    "attrs",
    "packaging",
    "cattrs",
    "structlog",
    "twisted",
    "black",
)
# A Python and the month from which packages are published with wheels for it, two months after its release.
WHEELS_FROM: tuple[tuple[str, tuple[int, int]], ...] = (
    ("3.14", (2025, 12)),
    ("3.13", (2024, 12)),
    ("3.12", (2023, 12)),
)
OLDEST_BY_DATE = "3.11"  # an old date alone does not lead to a Python out of support

# Modules that left the standard library, with the last Python that has them, unless a package brings them back.
REMOVED: tuple[tuple[str, str, str], ...] = (
    ("distutils", "3.11", "setuptools"),
    ("imp", "3.11", ""),
    ("asyncore", "3.11", "pyasyncore"),
    ("asynchat", "3.11", "pyasynchat"),
    ("smtpd", "3.11", ""),
    ("cgi", "3.12", "legacy-cgi"),
    ("crypt", "3.12", "legacy-crypt"),
    ("telnetlib", "3.12", "telnetlib3"),
    ("imghdr", "3.12", "standard-imghdr"),
    ("sndhdr", "3.12", "standard-sndhdr"),
    ("audioop", "3.12", "audioop-lts"),
    ("pipes", "3.12", "standard-pipes"),
    ("nntplib", "3.12", "standard-nntplib"),
    ("xdrlib", "3.12", "standard-xdrlib"),
)
_REMOVED_IMPORT = re.compile(
    r"^(?:import|from)[ \t]+(" + "|".join(name for name, _, _ in REMOVED) + r")\b", re.MULTILINE
)


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
    """True if VERSION is in the PEP 440 range SPEC; an unreadable range allows everything."""
    simple = True
    for part in (p.strip() for p in spec.split(",")):
        m = re.fullmatch(r"(>=|<=|<|>)\s*(\d+(?:\.\d+)*)", part)
        if not m:
            simple = False
            break
        a, b = key(version), key(m[2])
        width = max(len(a), len(b))
        a, b = a + (0,) * (width - len(a)), b + (0,) * (width - len(b))
        if not {">=": a >= b, "<=": a <= b, "<": a < b, ">": a > b}[m[1]]:
            return False
    if simple or not spec:
        return True
    from packaging.specifiers import InvalidSpecifier, SpecifierSet  # noqa: PLC0415

    try:
        return SpecifierSet(spec).contains(version, prereleases=True)
    except InvalidSpecifier:
        return True


def said(project: Project, data: Mapping[str, Any], lock: str | None) -> list[tuple[str, Evidence]]:
    """Every range that the project names, the strongest source first (detection.md §1.2.2)."""
    found: list[tuple[str, Evidence]] = []

    def exact(path: str, pattern: str) -> None:
        text = project.text(path)
        if m := re.search(pattern, text, re.MULTILINE):
            found.append(
                (f"=={'.'.join(m[1].split('.')[:2])}.*", Evidence(path, text.count("\n", 0, m.start(1)) + 1, m[1]))
            )

    exact(".python-version", r"^\s*(?:cpython-|python-?)?(\d+\.\d+(?:\.\d+)?)")
    exact(".tool-versions", r"^python\s+(\d+\.\d+(?:\.\d+)?)")
    for path in ("mise.toml", ".mise.toml"):
        exact(path, r"^python\s*=\s*[\"'](\d+\.\d+(?:\.\d+)?)")
    exact("runtime.txt", r"^python-(\d+\.\d+(?:\.\d+)?)")
    exact("Pipfile", r"^python_(?:full_)?version\s*=\s*[\"'](\d+\.\d+)")
    found += _ranges(project, data, lock)
    return found


def _ranges(project: Project, data: Mapping[str, Any], lock: str | None) -> list[tuple[str, Evidence]]:
    found: list[tuple[str, Evidence]] = []
    path = "pyproject.toml"
    if wanted := string(table(data, "project").get("requires-python")):
        found.append((wanted, Evidence(path, project.line_of(path, "requires-python"), wanted)))
    if wanted := string(table(data, "tool", "poetry", "dependencies").get("python")):
        found.append((poetry_spec(wanted), Evidence(path, project.line_of(path, "python ="), wanted)))
    if lock and (
        m := re.search(
            r'^(?:requires-python|python-versions|requires_python) = "([^"]+)"', project.head(lock), re.MULTILINE
        )
    ):
        found.append((poetry_spec(m[1]), Evidence(lock, None, m[1])))
    for path in ("setup.py", "setup.cfg"):
        if m := re.search(r"python_requires\s*=\s*[\"']?([<>=!~][^\"'\n]*)", project.text(path)):
            found.append((m[1].strip(), Evidence(path, project.line_of(path, "python_requires"), m[1].strip())))
    return found


def caps(
    dependencies: Iterable[Dependency], versions: Mapping[str, str], project: Project, sources: Iterable[str]
) -> list[tuple[str, Evidence]]:
    """The newest Python that each old dependency or removed module allows."""
    dependencies = tuple(dependencies)
    pinned = {d.name: (v, d.evidence) for d in dependencies if (v := upper(d.spec))}
    pinned |= {name: (v, pinned[name][1] if name in pinned else Evidence(note=name)) for name, v in versions.items()}
    found = []
    for name, below, limit in CAPS:
        if name in pinned and key(pinned[name][0]) < key(below):
            version, where = pinned[name]
            found.append((limit, Evidence(where.path, where.line, f"{name} {version} is for Python {limit} at most")))
    found += _date_cap(pinned)
    brought = {d.name for d in dependencies} | set(versions)
    for path in sources:
        for m in _REMOVED_IMPORT.finditer(project.text(path)):
            _, limit, package = next(r for r in REMOVED if r[0] == m[1])
            if package not in brought:
                line = project.text(path).count("\n", 0, m.start()) + 1
                found.append((limit, Evidence(path, line, f"module {m[1]} left Python after {limit}")))
    return found


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
    return [
        (
            limit,
            Evidence(
                where.path, where.line, f"{name} {version}: pins of {date[0]} have wheels for Python {limit} at most"
            ),
        )
    ]


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


def resolve(
    wanted: list[tuple[str, Evidence]], limits: list[tuple[str, Evidence]]
) -> tuple[Fact[str], tuple[str, ...]]:
    """The release line to run on and warnings: the newest supported one in every range and under every limit.

    A range that contradicts a stronger one is left out and told. An exact statement of the project beats the limits.
    """
    warnings: list[str] = []
    used: list[tuple[str, Evidence]] = []
    candidates = [*PYTHON]
    for spec, evidence in wanted:
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
