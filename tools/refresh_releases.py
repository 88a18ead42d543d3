"""Bring generator/dockgen/releases.json, and its page in docs/, up to date from public data: endoflife.date, npm, pip.

    python tools/refresh_releases.py [--dry-run]

Dates come from the API of endoflife.date, versions of tools and of frameworks that it does not list from the clients
`npm` and `pip`, each with its own configuration. What people decided stays as it is: labels, all of a release but its
dates and its newest version (`suite`, `preferred` …), the `line` of a tool. A release that is new arrives without a
suite and is not preferred: nothing is built on it until somebody has tried it and says so. Read the diff, and run the
tests.
"""

from __future__ import annotations

import argparse
import datetime as dt
import difflib
import json
import re
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "generator" / "dockgen" / "releases.json"
PAGE = ROOT / "docs" / "reference" / "releases.md"
API = "https://endoflife.date/api/v1/products/{name}"
CLIENTS = {
    "npm": ("npm", "view", "{package}@{range}", "version", "--json"),
    "pip": (sys.executable, "-m", "pip", "index", "versions", "{package}"),
}
_PLAIN = re.compile(r"\d+(?:\.\d+)*")

Release = dict[str, Any]
TOLD = ("cycle", "latest", "active", "eol")  # what endoflife.date says of a release; the rest people decided


def key(version: str) -> tuple[int, ...]:
    """A plain version as numbers, for comparing."""
    return tuple(int(part) for part in re.findall(r"\d+", version))


def merged(product: Mapping[str, Any], answer: Mapping[str, Any], today: str) -> list[Release]:
    """The releases of PRODUCT after the ANSWER of endoflife.date: known ones updated, newer ones added, newest first.

    ValueError if a release has ended and neither side knows when.
    """
    known = {r["cycle"]: r for r in product["releases"]}
    newest = max(map(key, known), default=())
    for told in answer["result"]["releases"]:
        cycle = told["name"]
        is_out = not told["releaseDate"] or told["releaseDate"] <= today
        if not _PLAIN.fullmatch(cycle) or not is_out or (cycle not in known and key(cycle) < newest):
            continue
        known[cycle] = _updated(product, known.get(cycle), told)
    return sorted(known.values(), key=lambda r: key(r["cycle"]), reverse=True)


def _updated(product: Mapping[str, Any], old: Release | None, told: Mapping[str, Any]) -> Release:
    """One release, as it is TOLD; what endoflife.date does not know is kept from OLD."""
    was = old or {}
    latest = (told.get("latest") or {}).get("name") or ""
    active, end = told.get("eoasFrom") or was.get("active"), told.get("eolFrom")
    if told["isEol"] and not end:
        end = was.get("eol")
        if not end:
            what = f"{product['label']} {told['name']}"
            raise ValueError(f"{what} has ended, and nobody says when: write the date by hand")
    new = {"cycle": told["name"], "latest": max(latest, was.get("latest") or "", key=key)}
    new |= {"active": active} if active else {}
    new["eol"] = end
    if old is None:
        return new if "npm" in product or "pip" in product else {**new, "preferred": False}
    return new | {name: value for name, value in was.items() if name not in TOLD}


def with_version(product: Mapping[str, Any], version: str) -> list[Release]:
    """The releases of a PRODUCT that only a package index knows, VERSION being the newest; lines are major versions."""
    releases = [dict(r) for r in product["releases"]]
    line = version.partition(".")[0]
    for release in releases:
        if release["cycle"] == line:
            release["latest"] = max(version, release["latest"], key=key)
            return releases
    new = {"cycle": line, "latest": version, "eol": None}
    return sorted([*releases, new], key=lambda r: key(r["cycle"]), reverse=True)


def refreshed(
    data: Mapping[str, Any], answers: Mapping[str, Mapping[str, Any]], versions: Mapping[str, str], today: str
) -> dict[str, Any]:
    """DATA after the ANSWERS of endoflife.date, by name, and the newest VERSIONS of packages, by product or tool."""
    products = {}
    for name, product in data["products"].items():
        releases = product["releases"]
        if product.get("endoflife") in answers:
            releases = merged(product, answers[product["endoflife"]], today)
        elif name in versions:
            releases = with_version(product, versions[name])
        products[name] = {**product, "releases": releases}
    tools = {n: {**t, "version": max(t["version"], versions.get(n, ""), key=key)} for n, t in data["tools"].items()}
    sources = [s if s.get("by") == "hand" else {**_without(s, "version"), "read": today} for s in data["sources"]]
    return {"as_of": today, "sources": sources, "products": products, "tools": tools}


def _without(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {k: v for k, v in row.items() if k != name}


def text(data: Mapping[str, Any]) -> str:
    """DATA as the file has it: JSON with one source, one release and one tool a line."""

    def rows(values: Iterable[str], indent: str) -> str:
        return ",\n".join(indent + value for value in values)

    products = []
    for name, product in data["products"].items():
        head = json.dumps(_without(product, "releases"))[:-1]
        body = rows(map(json.dumps, product["releases"]), "      ")
        products.append(f'{json.dumps(name)}: {head}, "releases": [\n{body}\n    ]}}')
    tools = (f"{json.dumps(name)}: {json.dumps(tool)}" for name, tool in data["tools"].items())
    return (
        f'{{\n  "as_of": {json.dumps(data["as_of"])},\n'
        f'  "sources": [\n{rows(map(json.dumps, data["sources"]), "    ")}\n  ],\n'
        f'  "products": {{\n{rows(products, "    ")}\n  }},\n'
        f'  "tools": {{\n{rows(tools, "    ")}\n  }}\n'
        "}\n"
    )


def page(old: str, data: Mapping[str, Any]) -> str:
    """The page of the documentation, OLD, with the supported releases of DATA in its table."""
    rows = []
    for product in data["products"].values():
        for r in product["releases"]:
            if not r["eol"] or r["eol"] > data["as_of"]:
                dates = f"{r.get('active', '')} | {r['eol'] or 'not announced'}"
                rows.append(f"| {product['label']} {r['cycle']} | {r['latest']} | {dates} |".replace("|  |", "| |"))
    head, mark, rest = old.partition("|---|---|---|---|\n")
    tail = rest[rest.index("\n\n") :] if "\n\n" in rest else "\n"
    day = re.sub(r"of \d{4}-\d\d-\d\d", f"of {data['as_of']}", head)
    return day + mark + "\n".join(rows) + tail


def newest_of(listed: str, line: str = "") -> str:
    """The newest plain version in what a client LISTED, of the LINE if one is given; "" if there is none."""
    numbers = re.findall(r"(?<![\w.-])\d+(?:\.\d+)+(?![\w.-])", listed)
    return max((n for n in numbers if f"{n}.".startswith(f"{line}." if line else "")), key=key, default="")


def asked(data: Mapping[str, Any]) -> dict[str, tuple[str, str, str]]:
    """What only a package index knows: product or tool -> client, package, line ("" for any)."""
    rows = {n: p for n, p in data["products"].items() if "endoflife" not in p} | data["tools"]
    return {n: (c, row[c], row.get("line", "")) for n, row in rows.items() for c in CLIENTS if c in row}


def _ask(name: str) -> Mapping[str, Any]:
    request = urllib.request.Request(API.format(name=name), headers={"User-Agent": "dockgen"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  (the address is a constant of https)
        found: Mapping[str, Any] = json.load(answer)
        return found


def _list(client: str, package: str, line: str) -> str:
    argv = [word.format(package=package, range=line or "latest") for word in CLIENTS[client]]
    return subprocess.run(argv, check=True, capture_output=True, text=True, timeout=120).stdout  # noqa: S603


def main() -> int:
    """Ask, merge, show the difference, and write it unless it was only to be shown."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--dry-run", action="store_true", help="show the difference; write nothing")
    only_shown = parser.parse_args().dry_run
    before = DATA.read_text(encoding="utf-8")
    data = json.loads(before)
    names = [p["endoflife"] for p in data["products"].values() if "endoflife" in p]
    try:
        answers = {name: _ask(name) for name in names}
        versions = {name: newest_of(_list(*what), what[2]) for name, what in asked(data).items()}
        after = text(refreshed(data, answers, versions, dt.datetime.now(dt.UTC).date().isoformat()))
    except (OSError, ValueError, KeyError, subprocess.SubprocessError) as error:
        sys.stderr.write(f"error: {error}\nNothing was written.\n")
        return 1
    difference = difflib.unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), n=1)
    sys.stdout.writelines(difference)
    if not only_shown:
        DATA.write_text(after, encoding="utf-8", newline="\n")
        PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), json.loads(after)), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
