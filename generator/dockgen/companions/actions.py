"""The actions of GitHub that a workflow uses, each at one commit: actions.json, typed.

tools/refresh_actions.py brings the data up to date; a project's own bot moves what was written.
"""

from __future__ import annotations

import json
from dataclasses import fields
from functools import cache

from dockgen import resources
from dockgen.records import dataclass

FILE = "companions/actions.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """What `uses:` says of each action: its commit, and the version of that in a comment, which bots read."""

    checkout: str
    upload_artifact: str
    download_artifact: str
    setup_buildx: str
    login: str
    metadata: str
    build_push: str
    hadolint: str
    trivy: str
    upload_sarif: str
    cosign: str


@cache
def load() -> Actions:
    """The actions of actions.json."""
    rows = json.loads(resources.data(FILE))["actions"]
    said = {name: f"{row['action']}@{row['sha']} # {row['version']}" for name, row in rows.items()}
    return Actions(**{item.name: said[item.name] for item in fields(Actions)})
