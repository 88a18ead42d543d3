"""Print reports of verifications: as a table, and as JSON, JUnit or SARIF for other programs."""

from __future__ import annotations

import json
import shlex
import sys
from typing import TYPE_CHECKING

from dockgen.cli import console, terminal
from dockgen.values import one_line
from dockgen.verify.checks import BY_NAME, CHECKS
from dockgen.verify.results import FAILED, PASSED, SKIPPED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dockgen import outputs
    from dockgen.verify.report import Report, Size
    from dockgen.verify.results import Check, Failure, Proposal

# How each status is shown where the terminal can show it, and in which colour.
SIGNS = {PASSED: ("✓", "green"), FAILED: ("✗", "red"), SKIPPED: ("–", "dim")}  # noqa: RUF001
BY_STEP = {"build": "builds", "start": "starts", "answer": "answers", "health": "healthy", "stop": "stops"}
LAST = 12  # lines of what a failure printed


def made(found: Sequence[Report], form: str, directory: str) -> str:
    """The reports FOUND in DIRECTORY, in a form."""
    if form == "json":
        return json.dumps({"schema": console.SCHEMA, **data(found)}, indent=2)
    if form == "junit":
        return junit(found)
    if form == "sarif":
        return sarif(found, directory)
    return text(found, terminal.screen(sys.stdout))


def text(found: Sequence[Report], on: terminal.Screen) -> str:
    """The reports as tables, with the last lines of what failed, and what would mend it."""
    return "\n\n".join("\n".join(_lines(report, on)) for report in found)


def _lines(report: Report, on: terminal.Screen) -> Iterator[str]:
    network = ", on the host's network" if report.network == "host" else ""
    which = report.dockerfile if report.on_disk else f"{report.dockerfile}, as dockgen would write it"
    yield f"{report.app}: {which}, with {report.engine}{network}"
    yield ""
    has_signs = on.width is not None and on.ellipsis == "…"
    width = max(len(row.title) for row in CHECKS)
    for check in report.checks:
        sign, colour = SIGNS[check.status]
        status = sign if has_signs else f"{check.status:<7}"
        row = f"  {status}  {BY_NAME[check.name].title:<{width}}  {one_line(check.said, 300)}"
        yield terminal.table(row, on._replace(colour=False), wrap=True).replace(status, on.paint(status, colour), 1)
    for check in report.failed:
        if lines := check.detail.splitlines()[-LAST:]:
            yield f"\n{BY_NAME[check.name].title}:"
            yield from (f"    {line}" for line in lines)
    yield from _mending(report)
    yield ""
    yield _summary(report)


def _mending(report: Report) -> Iterator[str]:
    """What was set, and what would mend what still fails."""
    for fix in report.fixes:
        yield f"\nFixed {fix.cause}: {fix.said}"
        yield from (f"    {each}" for each in fix.sets)
    proposal = report.proposal
    if proposal is None:
        return
    yield f"\nCause: {proposal.said} ({proposal.cause})"
    if proposal.sets:
        yield "    would be mended by"
        yield from (f"      --set {shlex.quote(each)}" for each in proposal.sets)
        yield "    the same command with --fix writes that into dockgen.yaml, and tries again"
    if proposal.hint:
        yield f"    {proposal.hint}"


def _summary(report: Report) -> str:
    counts = {status: sum(c.status == status for c in report.checks) for status in (PASSED, FAILED, SKIPPED)}
    told = ", ".join(f"{count} {status}" for status, count in counts.items() if count)
    return f"{told}; kept as {report.kept}" if report.kept else told


def data(found: Sequence[Report]) -> outputs.Verified:
    """The reports as plain data."""
    return {"holds": not any(report.failed for report in found), "apps": [_app(report) for report in found]}


def _app(report: Report) -> outputs.VerifiedApp:
    return {
        "name": report.app,
        "folder": report.folder,
        "dockerfile": report.dockerfile,
        "on_disk": report.on_disk,
        "engine": report.engine,
        "network": report.network,
        "checks": [_check(check) for check in report.checks],
        "failure": _failure(report.failure, report.line) if report.failure else None,
        "proposal": _remedy(report.proposal) if report.proposal else None,
        "fixes": [_remedy(each) for each in report.fixes],
        "size": _size(report.size) if report.size else None,
        "kept": report.kept or None,
    }


def _check(check: Check) -> outputs.VerifiedCheck:
    return {
        "name": check.name,
        "title": BY_NAME[check.name].title,
        "status": check.status,
        "said": check.said,
        "detail": check.detail,
        "seconds": None if check.seconds is None else round(check.seconds, 3),
    }


def _failure(failure: Failure, line: int | None) -> outputs.VerifiedFailure:
    listening = failure.listening
    return {
        "step": failure.step,
        "exit_code": failure.exit_code,
        "instruction": failure.instruction,
        "stage": failure.stage,
        "line": line,
        "listening": None if listening is None else [{"address": e.address, "port": e.port} for e in listening],
        "log": failure.log,
    }


def _remedy(proposal: Proposal) -> outputs.Remedy:
    return {
        "cause": proposal.cause, "said": proposal.said, "sets": list(proposal.sets), "hint": proposal.hint,
    }  # fmt: skip


def _advice(report: Report, check: Check) -> str:
    """What would mend CHECK, if it is the one that failed first; "" if that is not known."""
    proposal = report.proposal
    if not proposal or not report.failure or check.name != BY_STEP[report.failure.step]:
        return ""
    sets = f"verify --fix sets {' '.join(proposal.sets)}" if proposal.sets else ""
    return "; ".join(filter(None, (f"{proposal.cause}: {proposal.said}", sets, proposal.hint)))


def _size(size: Size) -> outputs.VerifiedSize:
    parts: list[outputs.VerifiedPart] = [{"instruction": part.instruction, "bytes": part.size} for part in size.parts]
    return {"bytes": size.total, "base": size.base, "parts": parts}


def junit(found: Sequence[Report]) -> str:
    """A test suite for each app, a test case for each check."""
    from xml.etree import ElementTree as ET

    root = ET.Element("testsuites", name="dockgen verify")
    for report in found:
        seconds = sum(check.seconds or 0.0 for check in report.checks)
        suite = ET.SubElement(
            root, "testsuite", name=report.app, tests=str(len(report.checks)), failures=str(len(report.failed)),
            skipped=str(sum(check.status == SKIPPED for check in report.checks)), errors="0", time=f"{seconds:.3f}",
        )  # fmt: skip
        for check in report.checks:
            case = ET.SubElement(
                suite, "testcase", classname=f"{report.app}.verify", name=check.name, file=report.dockerfile,
                time=f"{check.seconds or 0.0:.3f}",
            )  # fmt: skip
            if check.status == FAILED:
                failure = ET.SubElement(case, "failure", message=_xml(check.said))
                failure.text = _xml("\n".join(filter(None, (_advice(report, check), check.detail))))
            elif check.status == SKIPPED:
                ET.SubElement(case, "skipped", message=_xml(check.said))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True)


def _xml(text: str) -> str:
    """TEXT without the characters that XML has no way to write."""
    return "".join(c for c in text if c in "\t\n" or (c >= " " and not "\ud800" <= c <= "\udfff" and c < "\ufffe"))


def sarif(found: Sequence[Report], directory: str) -> str:
    """The form that code scanning reads (SARIF 2.1.0): what failed, at its line of the Dockerfile."""
    from dockgen.cli import sarif as form

    below = form.below(directory)
    results = [
        form.result(
            check.name,
            "error",
            ". ".join(filter(None, (f"{report.app}: {check.said}", _advice(report, check)))),
            below + report.dockerfile,
            (report.line if check.name == "builds" else None) or 1,
        )
        for report in found
        for check in report.failed
    ]
    rules = [{"id": r.name, "shortDescription": {"text": r.asks}, "fullDescription": {"text": r.why}} for r in CHECKS]
    return form.report(rules, results)
