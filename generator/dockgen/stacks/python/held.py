"""Dependencies that a list leaves open, and whose newest releases a package that it pins does not run with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.records import dataclass
from dockgen.stacks.python.ranges import key, upper

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.facts import Evidence
    from dockgen.project import Project
    from dockgen.stacks.python.dependencies import Dependencies

# A package below a version ("": in every version, and with which extra) does not run with another one from a version
# on; its own metadata do not say so. Source: both were installed, and the first was imported or called.
BREAKS: tuple[tuple[str, str, str, str, str], ...] = (
    ("flask", "2", "itsdangerous", "2.1", "imports itsdangerous.json"),
    ("flask", "2", "jinja2", "3.1", "imports jinja2.escape"),
    ("flask", "2", "werkzeug", "2.1", "uses what Werkzeug 2.1 has not"),
    ("flask", "2.2.4", "werkzeug", "3", "imports werkzeug.urls.url_quote"),
    ("flask-login", "0.6.3", "werkzeug", "3", "imports werkzeug.urls.url_decode"),
    ("flask-sqlalchemy", "3", "sqlalchemy", "2", "reads sqlalchemy.__all__"),
    ("flask-wtf", "1.2", "werkzeug", "3", "imports werkzeug.urls.url_encode"),
    ("jinja2", "3", "markupsafe", "2.1", "imports markupsafe.soft_unicode"),
    ("openai", "1.55.3", "httpx", "0.28", "passes on an argument that httpx 0.28 has not"),
    ("passlib", "", "bcrypt", "5", "hashes a password that is too long for bcrypt 5"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is held back at the installation, as a requirement, and for which package."""

    requirement: str
    why: str
    evidence: Evidence


_CONSTRAINED = lazy.pattern(r"^[ \t]*(?:-c|--constraint)\b", re.MULTILINE)


def back(project: Project, wanted: Dependencies) -> tuple[Held, ...]:
    """What a list of requirements leaves open and must not; nothing for one that is locked, hashed or constrained."""
    listed = wanted.listed
    if listed is None or wanted.lock or listed.has_hashes or listed.constraints:
        return ()
    if any(_CONSTRAINED.search(project.text(f)) for f in listed.files):
        return ()
    found: dict[str, Held] = {}
    for each in _broken(wanted):
        name, _, bound = each.requirement.partition("<")
        known = found.get(name)
        if known is None or key(bound) < key(known.requirement.partition("<")[2]):
            found[name] = each
    return tuple(found[name] for name in sorted(found))


def _broken(wanted: Dependencies) -> Iterator[Held]:
    asked = {d.name: d for d in wanted.direct}
    extras = {(d.name, e) for d in wanted.direct for e in d.extras}
    for package, below, other, bound, why in BREAKS:
        one, two = asked.get(package), asked.get(other)
        if one is None or (two and upper(two.spec)):
            continue
        version = upper(one.spec)
        is_old = bool(version) and key(version) < key(below) if below else bool(two) or (package, other) in extras
        if is_old:
            told = f"{package} {version}".rstrip()
            yield Held(requirement=f"{other}<{bound}", why=f"{told} {why}", evidence=one.evidence)


def warnings(held: tuple[Held, ...]) -> Iterator[str]:
    """What is held back, why, and what the owner can write to settle it."""
    for each in held:
        place = f"{each.evidence.path}:{each.evidence.line}"
        yield f"{place}: {each.why}, so {each.requirement} is installed: write that there too"
