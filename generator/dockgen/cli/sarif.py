"""SARIF 2.1.0, the form that code scanning of GitHub and others reads."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from dockgen import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def report(rules: Sequence[dict[str, Any]], results: Sequence[dict[str, Any]]) -> str:
    """The whole of it, with the RULES that RESULTS are about."""
    driver = {"name": "dockgen", "version": __version__, "rules": list(rules)}
    runs = [{"tool": {"driver": driver}, "results": list(results)}]
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": runs}, indent=2)


def result(rule: str, level: str, text: str, path: str, line: int = 1) -> dict[str, Any]:
    """What was found about RULE at a LINE of the file PATH, which is told as a URI."""
    from urllib.parse import quote

    place = {"artifactLocation": {"uri": quote(path, errors="surrogateescape")}, "region": {"startLine": line}}
    return {
        "ruleId": rule,
        "level": level,
        "message": {"text": text},
        "locations": [{"physicalLocation": place}],
    }


def below(root: str) -> str:
    """What is put before paths in ROOT: files are named from the current folder, the repository in a pipeline.

    "" if ROOT does not lie in it.
    """
    here = os.path.relpath(root)
    return "" if here == "." or here.startswith("..") else f"{here}/".replace(os.sep, "/")
