"""Every Debian package in the tables of native dependencies can be installed on the suites that have support."""

from __future__ import annotations

import engine
import pytest
from dockgen.releases import PYTHON, by_line
from dockgen.stacks.python.called import CLASSES, MODULES, PROGRAMS
from dockgen.stacks.python.debian import GONE, NATIVE
from dockgen.stacks.python.native import renamed

# A release line whose image stands on the suite.
ON = {"trixie": "3.14", "bookworm": "3.8"}


def packages(suite: str) -> list[str]:
    named = {p for row in NATIVE for p in (*row.build, *row.run)}
    named |= {*PROGRAMS.values(), *(p for table in (CLASSES, MODULES) for listed in table.values() for p in listed)}
    return sorted({renamed(p, suite) for p in named - (GONE if suite == "trixie" else set())})


@pytest.mark.parametrize("suite", ON)
def test_apt_knows_every_package(suite, scratch):
    release = by_line(PYTHON, ON[suite])
    assert release is not None
    assert release.suite == suite
    base = f"python:{ON[suite]}-slim-{suite}"
    (scratch / "Base").write_text(f"FROM {base} AS base\n")
    engine.buildable(scratch / "Base", scratch)
    # All at once would name the first conflict only; this names each that is missing.
    (scratch / "packages").write_text("\n".join(packages(suite)))
    script = (
        "apt-get -qq update; "
        "for p in $(cat packages); do apt-get install -s --no-install-recommends $p >/dev/null || echo MISSING $p; done"
    )
    assert "MISSING" not in engine.in_base(base, scratch, script)
