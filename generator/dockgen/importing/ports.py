"""Which port an old file speaks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen.importing import starts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.importing.case import Case
    from dockgen.importing.model import Proposal

NAMED = "the start names it"
PRIVILEGED = 1024


def propose(case: Case, start: str = "") -> Iterator[Proposal | None]:
    """The port; START is the start that is taken from the old file, and must go with it."""
    candidates = _candidates(case)
    if not candidates:
        return
    ours = str(case.found.plan.runtime.port or "") if case.found else ""
    same = next((c for c in candidates if c[0] == ours), None)
    if same and not case.rests("port"):
        return
    number, line, why, path = same or candidates[0]
    wanted = None
    if len(number) > 5 or int(number) < PRIVILEGED:
        why, wanted = f"{why}: a port that takes a privilege; ours runs without one", False
    elif len(case.old.ports) > 1 and why == "EXPOSE" and not same:
        why, wanted = f"one of the {len(case.old.ports)} ports that it exposes", False
    elif (why == NAMED and number in start) or why.removeprefix("ENV ") in variables(case):
        wanted = True
    elif case.found and not ours:
        why, wanted = f"{why}: but nothing was found that listens (--set kind=web)", False
    yield case.propose("port", number, line, why, wanted=wanted, path=path)


def variables(case: Case) -> frozenset[str]:
    """The variables by which ours tells the app its port: what one is set to beats the default in the code."""
    if case.found is None or not case.found.plan.runtime.port:
        return frozenset()
    runtime = case.found.plan.runtime
    return frozenset(name for name, value in runtime.env.items() if value == str(runtime.port))


def _candidates(case: Case) -> list[tuple[str, int, str, str]]:
    """The ports that the file names, the start's first: each with its line, the instruction, the script of the line."""
    start, found = case.old.start, []
    if start and not starts.is_for_development(start) and (number := starts.port(start)):
        found.append((number, start.line, NAMED, start.path))
    if (said := case.old.env.get("PORT")) and said.is_known and said.value.isdecimal():
        found.append((said.value, said.line, "ENV PORT", said.path))
    for name in sorted(variables(case) - {"PORT"}):
        said = case.old.env.get(name)
        if said and said.is_known and said.value.isdecimal():
            found.append((said.value, said.line, f"ENV {name}", said.path))
    return found + [(p.value, p.line, "EXPOSE", "") for p in case.old.ports]


def final(case: Case) -> str:
    """The port of the image as it will be, if the proposal for it is taken."""
    taken = next((p.value for p in propose(case) if p and p.wanted), "")
    return taken or (str(case.found.plan.runtime.port or "") if case.found else "")
