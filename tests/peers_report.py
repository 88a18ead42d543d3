"""The results of tests/peers.py as Markdown."""

from __future__ import annotations

import re
from statistics import mean

WORTH = {"pass": 1.0, "half": 0.5, "fail": 0.0}
# Lines that name what is wrong, and lines that only say that something is.
_CAUSE = re.compile(
    r"not found|not answering|no such file|no module named|modulenotfound|cannot find|could not|cannot open|refused|denied|missing"
    r"|unsupported|does not|did not|invalid|exited with|no port|is required",
    re.IGNORECASE,
)
_TROUBLE = re.compile(r"error|failed|fatal|exit code", re.IGNORECASE)
_HOLLOW = re.compile(
    r"complete log of this run|failed to solve: process|^ERROR: process|^docker |^command failed|^exit code|warn",
    re.IGNORECASE,
)
# The build could not reach a host, or a registry's mirror did not answer it: that says nothing about the Dockerfile.
_UNREACHABLE = re.compile(
    r"ENOTFOUND|EAI_AGAIN|Could not resolve host|Temporary failure in name resolution|no such host|dns error"
    r"|failed to lookup address|ETIMEDOUT|ECONNREFUSED|Server answered with HTTP"
)
_ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_NOISE = re.compile(r"^dockgen-e2e-\S+ |^(#\d+ )?(\d+\.\d+ )?(npm (error|ERR!) )?")
# The Dockerfile that BuildKit shows around a step that failed.
_FRAME = re.compile(r"^---|^>>>|^\d+ \||^\w+\.Dockerfile:\d+$")
# What BuildKit and Docker put before every cause.
_WRAPPING = re.compile(r"^.*(failed to calculate checksum of ref [^:]+::\w+|failed to solve|runc create failed): ")
_ADDRESS = re.compile(r"https?://\S+")
_FOLDERS = re.compile(r"/(tmp|var|home|root)/\S*/")


def one_line(said: str, most: int = 150) -> str:
    """The line of a program's output that most likely names the trouble, without addresses and folders of this machine."""
    lines = [_NOISE.sub("", line.strip()) for line in _ESCAPES.sub("", said).splitlines()]
    lines = [line for line in lines if line and not _FRAME.search(line)]
    telling = [line for line in lines if not _HOLLOW.search(line)]
    causes = [line for line in telling if _CAUSE.search(line)]
    line = ((causes or [line for line in telling if _TROUBLE.search(line)] or telling or lines or [""])[-1]).replace(
        "|", "/"
    )
    line = _FOLDERS.sub("…/", _ADDRESS.sub("…", _WRAPPING.sub("", line)))
    half = most // 2
    return line if len(line) <= most else f"{line[:half]} … {line[-half:]}"


def settled(row: dict) -> dict:
    """The result as it counts: a build that failed for want of a host is not judged."""
    if row["built"] is False and _UNREACHABLE.search(row["log"]):
        return row | {"built": None, "answered": None, "unjudged": "network"}
    return row


def judged(row: dict) -> dict | None:
    """The fullest report that there is for a result: with the image, else of the files alone."""
    return row.get("image") or row.get("static")


def hard_fails(row: dict) -> list[int]:
    """The hard items that a result fails, in the files or in the image."""
    return sorted({item for part in ("static", "image") for item in (row.get(part) or {}).get("hard_fails", ())})


def rates(rows: list[dict]) -> dict[int, dict[str, tuple[float, int]]]:
    """Item -> generator -> (points of one each that it got, projects where the item could be judged)."""
    found: dict[int, dict[str, tuple[float, int]]] = {}
    for row in rows:
        for item in (judged(row) or {}).get("items", ()):
            if item["result"] in WORTH:
                got, of = found.setdefault(item["id"], {}).get(row["generator"], (0.0, 0))
                found[item["id"]][row["generator"]] = (got + WORTH[item["result"]], of + 1)
    return found


def table(head: list[str], body: list[list[object]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *([str(cell) for cell in row] for row in body)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def said(value: bool | None) -> str:
    """A cell for something that is so, is not so, or was not judged."""
    return {True: "yes", False: "**no**", None: "not judged"}[value]


def points(report: dict | None, key: str = "score") -> str:
    """A cell for a score."""
    return f"{report[key]:.1f}" if report and report.get(key) is not None else "-"


def by_project(rows: list[dict], order: list[str]) -> str:
    """One row for each project and generator."""
    body = []
    for row in sorted(rows, key=lambda row: order.index(row["project"])):
        failed = hard_fails(row)
        body.append([
            row["project"], row["generator"],
            points(row.get("static")) if row["wrote"] else "no Dockerfile", points(row.get("image")),
            f"{len(failed)}: {', '.join(map(str, failed))}" if failed else "0",
            said(row["built"]), said(row["answered"]),
        ])  # fmt: skip
    return table(["project", "generator", "files", "with image", "hard fails", "built", "answered"], body)


def summary(rows: list[dict]) -> str:
    """One row for each language and generator: the same projects for all generators of a language."""
    body = []
    for language in dict.fromkeys(row["project"].partition("-")[0] for row in rows):
        for name in dict.fromkeys(row["generator"] for row in rows):
            mine = [r for r in rows if r["generator"] == name and r["project"].startswith(f"{language}-")]
            if mine:
                body.append([language, name, *_summed(mine)])
    head = ["language", "generator", "projects", "mean, files", "mean, with image", "hard fails", "built", "answered"]
    return table(head, body)


def _summed(rows: list[dict]) -> list[object]:
    """The cells of a summary from the results of one generator."""
    cells: list[object] = [len(rows)]
    for part in ("static", "image"):
        scores = [row[part]["score"] for row in rows if row.get(part)]
        cells.append(
            f"{mean(scores):.1f}" + (f" (of {len(scores)})" if len(scores) < len(rows) else "") if scores else "-"
        )
    cells.append(sum(len(hard_fails(row)) for row in rows))
    for key in ("built", "answered"):
        known = [row[key] for row in rows if row[key] is not None]
        cells.append(f"{sum(known)} of {len(known)}" if known else "not judged")
    return cells


def by_item(rows: list[dict]) -> str:
    """One row for each item of the checklist: how often each generator meets it."""
    names = list(dict.fromkeys(row["generator"] for row in rows))
    titles = {item["id"]: item for row in rows for item in (judged(row) or {}).get("items", ())}
    body = []
    for number, found in sorted(rates(rows).items()):
        item = titles[number]
        cells = [f"{found[name][0]:g}/{found[name][1]}" if name in found else "-" for name in names]
        body.append([f"{number}{' (hard)' if item['hard'] else ''}", item["title"], f"{item['points']:g}", *cells])
    return table(["item", "what it asks for", "points", *names], body)


def troubles(rows: list[dict], order: list[str]) -> str:
    """One row for each image that was not built or did not answer, with what was said."""
    body = [
        [row["project"], row["generator"], _stage(row), one_line(row["log"])]
        for row in sorted(rows, key=lambda row: order.index(row["project"]))
        if row["log"]
    ]
    return table(["project", "generator", "stage", "what was said"], body) if body else ""


def _stage(row: dict) -> str:
    """How far a result came."""
    if not row["wrote"]:
        return "wrote nothing"
    return row["unjudged"] or ("run" if row["built"] else "build")


def markdown(result: dict, cases, peers) -> str:
    """The whole report."""
    rows = [settled(row) for row in result.get("rows", [])]
    order = [case.project for case in cases]
    dates = sorted({row["date"] for row in rows})
    when = " to ".join(dict.fromkeys((dates[0], dates[-1]))) if dates else "never"
    versions = ", ".join(f"{peer.name} {peer.version} ({peer.registry})" for peer in peers)
    missing = "".join(f"\n{name}: {why}." for name, why in result.get("absent", {}).items())
    parts = [
        f"Measured {when} with {', '.join(result.get('linters', [])) or 'no linter'}. Generators: {versions}.{missing}\n",
        "### By language\n", summary(rows), "### By project\n", by_project(rows, order),
        "### By item\n", by_item(rows),
    ]  # fmt: skip
    if trouble := troubles(rows, order):
        parts += ["### What went wrong\n", trouble]
    return "\n".join(parts)
