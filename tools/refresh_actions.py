"""Bring generator/dockgen/companions/actions.json up to date: the newest version of each action, and its commit.

    python tools/refresh_actions.py [--dry-run] [--from 'https://github.com/{}']

Asks git for the tags of each action's repository. Only versions that are written out (v1.2.3) count. Stops if the tag
that we have names another commit now: somebody moved it, as with trivy-action in March 2026, and a person must see why.
Read what a new version changes before you commit the difference.
"""

from __future__ import annotations

import argparse
import datetime as dt
import difflib
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "generator" / "dockgen" / "companions" / "actions.json"
SOURCE = "https://github.com/{}"
_TAG = re.compile(r"(?P<sha>[0-9a-f]{40})\trefs/tags/(?P<version>v\d+\.\d+\.\d+)(?P<peeled>\^\{\})?")

Row = dict[str, str]


def key(version: str) -> tuple[int, ...]:
    """A version as numbers, for comparing."""
    return tuple(map(int, re.findall(r"\d+", version)))


def commits(listed: str) -> dict[str, str]:
    """The commit of each version in what `git ls-remote --tags` LISTED: of a tag with a message the one behind it."""
    found: dict[str, str] = {}
    for line in listed.splitlines():
        if (tag := _TAG.fullmatch(line)) and (tag["peeled"] or tag["version"] not in found):
            found[tag["version"]] = tag["sha"]
    return found


def newest(row: Row, listed: str) -> tuple[str, str]:
    """Version and commit of the newest tag that was LISTED. ValueError if the tag of ROW was moved or is gone."""
    found = commits(listed)
    now = found.get(row["version"], "no commit at all")
    if now != row["sha"]:
        raise ValueError(f"{row['action']}: {row['version']} was {row['sha']} and is {now}: find out who moved it")
    version = max(found, key=key)
    return version, found[version]


def text(data: dict[str, Any]) -> str:
    """DATA as the file has it: JSON with one action a line."""
    rows = ",\n".join(f"    {json.dumps(name)}: {json.dumps(row)}" for name, row in data["actions"].items())
    return f'{{\n  "as_of": {json.dumps(data["as_of"])},\n  "actions": {{\n{rows}\n  }}\n}}\n'


def _git(*arguments: str) -> str:
    return subprocess.run(("git", *arguments), check=True, capture_output=True, text=True, timeout=120).stdout  # noqa: S603, S607


def _date(address: str, version: str) -> str:
    """The day of the commit that VERSION names in the repository at ADDRESS."""
    with tempfile.TemporaryDirectory() as folder:
        _git("init", "--quiet", "--bare", folder)
        _git("-C", folder, "fetch", "--quiet", "--depth=1", address, f"refs/tags/{version}")
        return _git("-C", folder, "log", "-1", "--format=%cs", "FETCH_HEAD").strip()


def refreshed(row: Row, source: str) -> Row:
    """ROW with the newest version that its repository, below SOURCE, has."""
    address = source.format("/".join(row["action"].split("/")[:2]))
    version, sha = newest(row, _git("ls-remote", "--tags", address))
    return row if sha == row["sha"] else {**row, "version": version, "sha": sha, "date": _date(address, version)}


def main() -> int:
    """Ask, show the difference, and write it unless it was only to be shown."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--dry-run", action="store_true", help="show the difference; write nothing")
    parser.add_argument("--from", dest="source", default=SOURCE, help="where the repositories are, {} for OWNER/NAME")
    asked = parser.parse_args()
    before = DATA.read_text(encoding="utf-8")
    data = json.loads(before)
    try:
        rows = {name: refreshed(row, asked.source) for name, row in data["actions"].items()}
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        sys.stderr.write(f"error: {error}\nNothing was written.\n")
        return 1
    after = text({"as_of": dt.datetime.now(dt.UTC).date().isoformat(), "actions": rows})
    lines = (before.splitlines(keepends=True), after.splitlines(keepends=True))
    sys.stdout.writelines(difflib.unified_diff(*lines, n=1))
    if not asked.dry_run:
        DATA.write_text(after, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
