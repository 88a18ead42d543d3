"""Every Debian package in the tables of native dependencies can be installed on the suites that have support."""

from __future__ import annotations

import engine
import pytest
from dockgen.releases import PYTHON, by_line
from dockgen.stacks.go.native import NATIVE as OF_GO
from dockgen.stacks.node.native import TABLE as OF_NODE
from dockgen.stacks.python.called import CLASSES, MODULES, PROGRAMS
from dockgen.stacks.python.debian import GONE, NATIVE
from dockgen.stacks.python.native import renamed
from dockgen.verify.repair import libraries

# A release line whose image stands on the suite.
ON = {"trixie": "3.14", "bookworm": "3.8"}


def packages(suite: str) -> list[str]:
    named = {p for row in NATIVE for p in (*row.build, *row.run)}
    if suite == "trixie":  # what Go and Node build on
        named |= {p for row in (*OF_GO, *OF_NODE) for p in (*row.build, *row.run)}
    named |= {*PROGRAMS.values(), *(p for table in (CLASSES, MODULES) for listed in table.values() for p in listed)}
    proposed = {libraries.on(suite, package) for package in libraries.everything()}
    return sorted(proposed | {renamed(p, suite) for p in named - (GONE if suite == "trixie" else set())})


@pytest.mark.parametrize("suite", ON)
def test_apt_knows_every_package(suite, scratch):
    release = by_line(PYTHON, ON[suite])
    assert release is not None
    assert release.suite == suite
    base = f"python:{ON[suite]}-slim-{suite}"
    (scratch / "Base").write_text(f"FROM {base} AS base\n")
    engine.buildable(scratch / "Base", scratch)
    (scratch / "packages").write_text("\n".join(packages(suite)))
    # apt names each that it has no version of; the candidates alone would leave out what only another package provides.
    script = (
        "apt-get -qq update; apt-cache --no-all-versions show $(cat packages) 2>&1 | grep -E '^[EN]:' || echo ALL THERE"
    )
    assert engine.in_base(base, scratch, script).strip().endswith("ALL THERE")
