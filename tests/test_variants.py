"""Golden projects with settings have a reviewed Dockerfile too, which keeps the rules of all others."""

from __future__ import annotations

import json
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import PROJECTS, cases
from dockgen.ignore import is_ignored
from dockgen.pipeline import choose, decide
from dockgen.project import scan
from dockgen.rendering import render
from dockgen.settings import read
from test_golden import masked
from test_lint import CONFIG, check_images, check_layout, hadolint, stages
from variants import VARIANTS

if TYPE_CHECKING:
    from dockgen.plans import Plan

SNAPSHOTS = Path(__file__).parent / "__snapshots__" / "test_variants"
# Chainguard's free images have no tag but `latest`, which `dockgen pin` fixes; and those that build run as nobody, so
# that a stage which installs has to be told otherwise. The stage that ships has a numeric user.
CHAINGUARD = ("DL3007", "DL3002")


@cache
def plan_of(variant: str) -> Plan:
    project, values = VARIANTS[variant]
    settings = read([f"{key}={value}" for key, value in values.items()], {})
    return decide(choose(scan(PROJECTS / project), settings).facts, settings)


@cache
def generated(variant: str) -> dict[str, str]:
    return {a.path: masked(a.text) for a in render(plan_of(variant))}


@pytest.mark.parametrize("variant", VARIANTS)
def test_variant(variant, dockerfile):
    assert generated(variant)["Dockerfile"] == dockerfile


def test_every_variant_has_a_snapshot():
    assert {p.name for p in SNAPSHOTS.glob("*.Dockerfile")} == {f"test_variant[{v}].Dockerfile" for v in VARIANTS}


@pytest.mark.parametrize("variant", VARIANTS)
def test_ignore_file_lets_through_what_is_copied(variant):
    plan = plan_of(variant)
    lines = generated(variant)[".dockerignore"].splitlines()
    sources = (*plan.sources, *(plan.dev.sources if plan.dev else ()))
    assert [s for s in sources if s != "." and is_ignored(s, lines)] == []


@pytest.mark.parametrize("variant", VARIANTS)
def test_layout(variant):
    text = generated(variant)["Dockerfile"]
    _, values = VARIANTS[variant]
    if values.get("base") != "chainguard":
        check_images(text)
    check_layout(text, described=values.get("comments") != "none")


def test_hadolint_finds_nothing():
    files = sorted(SNAPSHOTS.glob("*.Dockerfile"))
    done = subprocess.run(
        [hadolint(), "--config", CONFIG, "--format", "json", *files], capture_output=True, text=True, check=False
    )
    found = [f for f in json.loads(done.stdout) if not ("chainguard-" in f["file"] and f["code"] in CHAINGUARD)]
    assert [f"{f['file']}:{f['line']} {f['code']} {f['message']}" for f in found] == []


def test_every_project_has_a_stage_for_development_or_a_warning(tmp_path):
    settings = read(["dev=yes"], {})
    files = []
    for case in cases():
        plan = decide(choose(scan(PROJECTS / case), settings).facts, settings)
        text = masked(render(plan)[0].text)
        told = [w for w in plan.warnings if w.startswith("there is no target dev: ")]
        assert (plan.dev is None, " AS dev\n" in text, len(told)) in ((True, False, 1), (False, True, 0)), case
        check_images(text)
        check_layout(text)
        lines = render(plan)[1].text.splitlines()
        assert [s for s in (plan.dev.sources if plan.dev else ()) if s != "." and is_ignored(s, lines)] == [], case
        files.append(tmp_path / f"{case}.Dockerfile")
        files[-1].write_text(text)
    done = subprocess.run([hadolint(), "--config", CONFIG, *files], capture_output=True, text=True, check=False)
    assert done.stdout == ""


@pytest.mark.parametrize("variant", [v for v, (_, values) in VARIANTS.items() if values.get("dev") == "yes"])
def test_production_does_not_need_the_stage_for_development(variant):
    project, _ = VARIANTS[variant]
    text = generated(variant)["Dockerfile"]
    development = [s for s in stages(text) if s[0][1].endswith(" AS dev")]
    assert len(development) == 1
    assert not re.search(r"FROM (\S+ )?dev\b|--from=dev\b|from=dev\b", text)
    assert {name for name, _ in development[0]} & {"HEALTHCHECK", "ENTRYPOINT"} == set()
    without = "".join(re.split(r"^# dev is .*?(?=^# runtime is )", text, flags=re.DOTALL | re.MULTILINE))
    plain = render(decide(choose(scan(PROJECTS / project), read((), {})).facts, read((), {})))[0].text
    assert without == masked(plain)
