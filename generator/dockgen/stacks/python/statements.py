"""What a project says about its Python: the range that each file names, and the releases that it is tested with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dockgen.facts import Evidence
from dockgen.lazy import pattern
from dockgen.lines import line_at
from dockgen.records import dataclass
from dockgen.stacks.python.manifests import string, table
from dockgen.stacks.python.ranges import key, poetry_spec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockgen.project import Project


@dataclass(frozen=True, slots=True)
class Wanted:
    """A PEP 440 range and where it stands. `is_enforced`: the package manager refuses a Python outside of it."""

    spec: str
    evidence: Evidence
    is_enforced: bool = False


_LINE = pattern(r"^[ \t]*([^\s#]+)", re.MULTILINE)
_MISE = pattern(r"^python[ \t]*=[ \t]*(?:\[\s*|\{[^}\n]*?version[ \t]*=[ \t]*)?[\"']([^\"']+)", re.MULTILINE)
# Files that name one Python, the strongest first, and where in them it stands (detection.md §1.2.2).
FILES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (".python-version", _LINE),
    (".python-versions", _LINE),
    (".tool-versions", pattern(r"^python[ \t]+([^\s#]+)", re.MULTILINE)),
    ("mise.toml", _MISE),
    (".mise.toml", _MISE),
    ("runtime.txt", _LINE),
    ("Pipfile", pattern(r"^python_full_version[ \t]*=[ \t]*[\"']([^\"']+)", re.MULTILINE)),
    ("Pipfile", pattern(r"^python_version[ \t]*=[ \t]*[\"']([^\"']+)", re.MULTILINE)),
    ("Pipfile.lock", pattern(r"\"python_(?:full_)?version\": \"([^\"]+)\"")),
)  # fmt: skip
# What stands in such files: `3.12`, `3.12.4`, `3.12.x`, `python-3.12`, `cpython@3.12`, `3.13t`, `pypy3.10-7.3`.
_WORD = pattern(r"(pypy-?|c?python-?|py)?@?v?(\d+\.\d+)(?![\d])(?:\.(?:\d+|x|\*))?(?:[a-z+-].*)?", re.IGNORECASE)
_LOCKED_RANGE = pattern(r'^(?:requires-python|python-versions|requires_python) = "([^"]+)"', re.MULTILINE)
_PYTHON_REQUIRES = pattern(r"python_requires\s*=\s*[\"']?([<>=!~][^\"'\n]*)")
# What Poetry exports is installed by pip, which is not told the range: who pins a patch release gets the newest one.
_AT_LINE = pattern(r"(?<![<>=!~])(<=|==)(\d+)\.(\d+)(?:\.\d+)?(?![\d.])")
ENFORCING = frozenset({"uv", "poetry", "pdm", "pip (project)"})


def said(project: Project, data: Mapping[str, Any], lock: str, manager: str) -> list[Wanted]:
    """Every range that the project names, the strongest source first."""
    return [*_named(project), *_ranges(project, data, lock, enforced=manager in ENFORCING)]


def _named(project: Project) -> Iterator[Wanted]:
    """The first Python in each file that names them; a file may list several, for tests."""
    for path, place in FILES:
        if not project.has(path):
            continue
        text = project.head(path) if path.endswith(".lock") else project.text(path)
        for m in place.finditer(text):
            if spec := _spec(m[1]):
                yield Wanted(spec, Evidence(path, line_at(text, m.start(1)), m[1]))
                break


def _spec(word: str) -> str:
    """The range that a word for a Python stands for: its release line; "" if it stands for none."""
    if re.match(r"[<>=!~^]", word):
        return poetry_spec(word)
    m = _WORD.fullmatch(word)
    return f"=={m[2]}.*" if m else ""


def _ranges(project: Project, data: Mapping[str, Any], lock: str, *, enforced: bool) -> Iterator[Wanted]:
    path = "pyproject.toml"
    if wanted := string(table(data, "project").get("requires-python")):
        yield Wanted(wanted, Evidence(path, project.line_of(path, "requires-python"), wanted), enforced)
    if wanted := string(table(data, "tool", "poetry", "dependencies").get("python")):
        spec = _AT_LINE.sub(_whole_line, poetry_spec(wanted))
        yield Wanted(spec, Evidence(path, project.line_of(path, "python ="), wanted), enforced)
    # Poetry's lock repeats pyproject.toml at its end.
    if lock and lock != "poetry.lock" and (m := _LOCKED_RANGE.search(project.head(lock))):
        yield Wanted(poetry_spec(m[1]), Evidence(lock, None, m[1]), enforced)
    for path in ("setup.py", "setup.cfg"):
        if m := _PYTHON_REQUIRES.search(project.text(path)):
            yield Wanted(m[1].strip(), Evidence(path, project.line_of(path, "python_requires"), m[1].strip()), enforced)


def _whole_line(m: re.Match[str]) -> str:
    return f"=={m[2]}.{m[3]}.*" if m[1] == "==" else f"<{m[2]}.{int(m[3]) + 1}"


MAX_WORKFLOWS = 12
MIN_MINOR = 5  # below it is 3.10 in YAML without quotes, or a Python that nobody has any more
_RELEASE = pattern(r"(?<![\d.])3\.(\d{1,2})(?![\d])")
_CONDA = pattern(r"^[ \t]*-[ \t]*[\"']?python[ \t]*[=<>]+[ \t]*([\d.]+)", re.MULTILINE)
_IMAGE = pattern(r"^(?:FROM\b.{0,200}?\bpython[:-]?|ARG PYTHON_VERSION=[\"']?)(3\.\d+)", re.MULTILINE)
_COMPILED = pattern(r"^#.*(?:pip-compile with Python |--python-version[ =])(3\.\d+)", re.MULTILINE)
_LISTS = ("requirements.txt", "requirements/base.txt", "requirements/production.txt", "requirements/prod.txt")
# Where the Pythons stand that a project is tested with or runs on: files, and the part of each that names them.
TESTED: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = (
    (("pyproject.toml", "setup.py", "setup.cfg"), pattern(r"Programming Language :: Python :: (3\.\d+)")),
    (("tox.ini",), pattern(r"^env_?list[ \t]*=(.*(?:\n[ \t]+.*)*)", re.MULTILINE)),
    (("noxfile.py",), pattern(r"python\s*=\s*(\[[^\]]*\]|[\"'][\d.]+[\"'])")),
    (("environment.yml", "environment.yaml", "conda.yml", "conda.yaml"), _CONDA),
    (("Dockerfile", "Dockerfile.orig"), _IMAGE),
    (_LISTS, _COMPILED),
    ((".gitlab-ci.yml",), pattern(r"image:.{0,80}?\bpython:(3\.\d+)")),
    ((".travis.yml",), pattern(r"^python:(.*(?:\n[ \t]*-.*)*)", re.MULTILINE)),
    (("render.yaml", "netlify.toml", "vercel.json"), pattern(r"PYTHON_VERSION\W{1,6}(?:value\W{1,6})?(3\.\d+)")),
    (("app.yaml",), pattern(r"^runtime:[ \t]*[\"']?python(3\d+)", re.MULTILINE)),
)  # fmt: skip
_MATRIX = pattern(r"python(?:[-_]?versions?)?[\"']?:[ \t]*(.*(?:\n[ \t]*-[ \t].*)*)")


def tested(project: Project) -> list[tuple[str, Evidence]]:
    """The newest Python that each file says the project is tested with or runs on, the newest first."""
    found = [hit for paths, place in TESTED for path in paths if (hit := _newest(project, path, place))]
    workflows = [f for f in project.below(".github/workflows") if f.endswith((".yml", ".yaml"))]
    found += [hit for path in workflows[:MAX_WORKFLOWS] if (hit := _newest(project, path, _MATRIX))]
    return sorted(found, key=lambda hit: key(hit[0]), reverse=True)


def _newest(project: Project, path: str, place: re.Pattern[str]) -> tuple[str, Evidence] | None:
    if not project.has(path):
        return None
    text = project.text(path)
    best = ((0, 0), 0)
    for m in place.finditer(text):
        listed = m[1] if path not in ("tox.ini", "app.yaml") else re.sub(r"\b(?:py)?3(?=\d)", "3.", m[1])
        for release in _RELEASE.finditer(listed):
            best = max(best, ((3, int(release[1])), -m.start(1)))
    (major, minor), at = best
    if minor < MIN_MINOR:
        return None
    line = f"{major}.{minor}"
    return line, Evidence(path, line_at(text, -at), f"names Python {line}")
