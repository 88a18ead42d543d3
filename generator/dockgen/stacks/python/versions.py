"""Which Python a project runs on: a supported release in what it says, under what its dependencies allow."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import releases, support
from dockgen.facts import Evidence, Fact, Rejected
from dockgen.records import dataclass
from dockgen.releases import PYTHON, Release, by_line, newest
from dockgen.stacks.python.ranges import key, satisfies

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dockgen.facts import Ended
    from dockgen.stacks.python.limits import Limit
    from dockgen.stacks.python.statements import Wanted

# Since which patch release of a line its official image stands on a Debian suite: what is older stands on the next.
# Source: docker-library's official-images, at the dates of Debian 13 and Debian 12.
SUITES: tuple[tuple[str, dict[str, int]], ...] = (
    ("trixie", {"3.15": 0, "3.14": 0, "3.13": 7, "3.12": 11, "3.11": 13, "3.10": 18, "3.9": 23}),
    ("bookworm", {"3.13": 0, "3.12": 0, "3.11": 4, "3.10": 12, "3.9": 17, "3.8": 17, "3.7": 17}),
    ("bullseye", {"3.11": 0, "3.10": 0, "3.9": 7, "3.8": 12, "3.7": 12, "3.6": 15}),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """The release to run on, its end if that is past, and warnings."""

    version: Fact[str]
    ended: Ended | None
    warnings: tuple[str, ...]


def resolve(
    wanted: Sequence[Wanted], limits: Iterable[Limit] = (), tested: Sequence[Limit] = (), least: str = ""
) -> Chosen:
    """The release to run on and warnings: the newest supported one in every range and under every limit.

    A range that contradicts a stronger one is left out and told. What the project says exactly beats LIMITS. TESTED is
    what it is known to run on, the newest first: nothing newer is taken, unless that is out of support or older than
    LEAST, which its dependencies need.
    """
    candidates, used, warnings = _in_ranges(wanted)
    evidence = [w.evidence for w in wanted if w in used]
    limit = min(limits, key=lambda c: key(c[0]), default=None)
    if limit and key(_best(candidates).line) > key(limit[0]):
        under = [r for r in candidates if key(r.line) <= key(limit[0])]
        if under:
            candidates, evidence = under, [*evidence, limit[1]]
        else:
            warnings.append(f"{limit[1]}, but {_told(evidence)}: it may have to be compiled, or may not run")
    if tested and key(_best(candidates).line) > key(tested[0][0]):
        candidates, hint = _known(candidates, *tested[0], least)
        evidence += [hint] if hint else []
    best = _best(candidates)
    over = _ended(best, wanted, used, limit)
    warnings += support.warnings("python", best, over.where if over else evidence[0] if evidence else None)
    unlimited = newest(PYTHON)
    rejected = [Rejected(unlimited.line, Evidence(note="newest supported"))] if unlimited and unlimited != best else []
    value = _patch(best, [w.spec for w in used if w.is_enforced])
    why = tuple(evidence) or (Evidence(note="newest supported Python"),)
    return Chosen(version=Fact(value, why, tuple(rejected)), ended=over, warnings=tuple(warnings))


def _ended(best: Release, wanted: Sequence[Wanted], used: list[Wanted], limit: Limit | None) -> Ended | None:
    """What is to be said of BEST if its support has ended, or of what the project is pinned to and has no image.

    It is a pin if the ranges that were USED leave no supported release; the LIMIT of a dependency is none.
    """
    if best.is_supported:
        return _without_image(wanted) if wanted and not used else None
    supported = left = [r for r in PYTHON if r.is_supported]
    for each in used:
        left = _fitting(left, each)
        if not left:
            near = _nearest(supported, [u for u in used if u is not each])
            but = limit[1].note if limit and key(limit[0]) < key(near) else ""
            return support.end_of("python", best, each.evidence, pin=each.evidence, nearest=near, but=but)
    return support.end_of("python", best, limit[1] if limit else Evidence())


def _nearest(supported: list[Release], wanted: Iterable[Wanted]) -> str:
    """The oldest SUPPORTED release, each newer than any that has ended, in as many of the ranges WANTED as can be."""
    for each in wanted:
        supported = _fitting(supported, each) or supported
    return supported[-1].line


def _without_image(wanted: Sequence[Wanted]) -> Ended | None:
    """The ended release that the strongest statement names, if it is one of which there is no image, such as 2.7."""
    for each in wanted[:1]:
        known = next((r for r in releases.of("python") if not r.is_supported and _fitting([r], each)), None)
        if known:
            near = _nearest([r for r in PYTHON if r.is_supported], ())
            found = support.end_of("python", known, each.evidence, pin=each.evidence, nearest=near)
            return replace(found, is_used=False)
    return None


def _best(candidates: list[Release]) -> Release:
    return newest(tuple(candidates)) or PYTHON[0]


def _in_ranges(wanted: Sequence[Wanted]) -> tuple[list[Release], list[Wanted], list[str]]:
    """The releases in every range, the ranges that were used, and what is told about the others.

    A range that the package manager enforces comes before the others: outside of it nothing can be installed.
    """
    candidates = [*PYTHON]
    used: list[Wanted] = []
    warnings: list[str] = []
    for each in sorted(wanted, key=lambda w: not w.is_enforced):
        fitting = _fitting(candidates, each)
        if fitting:
            candidates = fitting
            used.append(each)
        elif not used:
            warnings.append(f"{each.evidence}: no Python that dockgen knows fits; choosing another")
        else:
            other = next((u for u in used if not _fitting(_fitting([*PYTHON], u), each)), used[0])
            warnings.append(f"{each.evidence} contradicts {other.evidence}, which is used")
    return candidates, used, warnings


def _fitting(candidates: list[Release], wanted: Wanted) -> list[Release]:
    """Those of CANDIDATES that are in a range: by their newest patch release, else by an older one.

    Who writes `<=3.11` means the whole line, but a package manager that compares takes it at its word.
    """
    spec = wanted.spec
    by_latest = [r for r in candidates if satisfies(r.latest, spec)]
    if by_latest and wanted.is_enforced:
        return by_latest
    return [r for r in candidates if r in by_latest or satisfies(r.line, spec) or _in_line(r, [spec])]


def _in_line(release: Release, specs: Iterable[str]) -> str:
    """The newest patch release of a line that is in every range; "" if none is."""
    line, _, last = release.latest.rpartition(".")
    specs = list(specs)
    versions = (f"{line}.{patch}" for patch in range(int(last), -1, -1))
    return next((v for v in versions if all(satisfies(v, s) for s in specs)), "")


def _patch(release: Release, specs: list[str]) -> str:
    """The line of a release, or one patch release of it where the package manager allows no newer one."""
    if all(satisfies(release.latest, spec) for spec in specs):
        return release.line
    return _in_line(release, specs) or release.line


def _known(candidates: list[Release], line: str, where: Evidence, least: str) -> tuple[list[Release], Evidence | None]:
    """The CANDIDATES that are no newer than LINE; if none of them is supported and will do, the oldest that is."""
    good = [r for r in candidates if r.is_supported and key(r.line) >= key(least)]
    if under := [r for r in good if key(r.line) <= key(line)]:
        return under, where
    near = Evidence(where.path, where.line, f"{where.note}; the nearest that is supported is taken")
    return (good[-1:], near) if good else (candidates, None)


def _told(evidence: list[Evidence]) -> str:
    return str(evidence[0]) if evidence else "no older one is known"


def suite(version: str) -> str:
    """The Debian suite of the official image of a release line, or of one of its patch releases."""
    numbers = key(version)
    line = ".".join(map(str, numbers[:2]))
    release = by_line(PYTHON, line)
    if len(numbers) == 3:
        return next((name for name, since in SUITES if numbers[2] >= since.get(line, 10**6)), "bullseye")
    return release.suite if release else "trixie"
