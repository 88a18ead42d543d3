"""What code scanning takes: a report is held against the official schema of SARIF 2.1.0."""

from __future__ import annotations

import json
import re
from functools import cache

import jsonschema
from helpers import ROOT


@cache
def schema():
    return json.loads((ROOT / "tests/schemas/sarif-schema-2.1.0.json").read_text())


def require_valid(report):
    """Fail unless REPORT is what the schema takes, its rules are declared, and its paths are URIs."""
    jsonschema.Draft4Validator(schema()).validate(report)
    (run,) = report["runs"]
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    for result in run["results"]:
        assert result["ruleId"] in rules
        for place in result["locations"]:
            assert re.fullmatch(r"[A-Za-z0-9._~%/-]+", place["physicalLocation"]["artifactLocation"]["uri"])
