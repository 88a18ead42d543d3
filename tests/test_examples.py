"""The files that pages show are files of their kind: dockgen's own read them, and they do what the page says of them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import blocks
import pytest
import yaml
from dockgen import documents, packs, presets
from dockgen.cli import age
from dockgen.errors import InputError
from dockgen.yamldoc import decode
from helpers import ROOT, dockgen, instructions

OURS = [
    block for page in blocks.PAGES for block in blocks.blocks(page)
    if block.language == "yaml" and re.search(r"^dockgen: 1$", block.text, re.MULTILINE)
]  # fmt: skip


def only(page, language):
    """The one block of a page in LANGUAGE that stands there as a file."""
    (block,) = [block for block in blocks.blocks(page) if block.language == language]
    return block.text


def read(text, folder):
    """What dockgen reads a YAML file of its own as; InputError with every mistake."""
    said = yaml.safe_load(text)
    if "options" in said:
        (folder / "pack.yaml").write_text(text)
        return packs.read(folder, "pack").file
    if "summary" in said:
        return presets.read("shown", text.encode(), "shown.yaml", "project", {}).preset
    return decode(documents.Config, text, "dockgen.yaml", lambda config: presets.mistakes_of_config(config, {}))


def test_files_of_dockgen_are_valid(tmp_path):
    kinds = {type(read(block.text, tmp_path)) for block in OURS}
    assert kinds == {documents.Config, documents.Preset, documents.PackFile}


@pytest.mark.parametrize("wrong", ["dockgen: 1\nset: {prt: 1}\n", "dockgen: 1\nsummary: x\nset: {prt: 1}\n"])
def test_one_that_is_not_is_found(wrong, tmp_path):
    with pytest.raises(InputError, match="prt"):
        read(wrong, tmp_path)


def test_the_gates_name_what_there_is():
    workflow, _, hooks = (yaml.safe_load(b.text) for b in blocks.blocks("how-to/ci-gate") if b.language == "yaml")
    (given,) = [step["with"] for step in workflow["jobs"]["dockgen"]["steps"] if "<owner>" in step["uses"]]
    assert set(given) <= set(yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"])
    actions = json.loads((ROOT / "generator/dockgen/companions/actions.json").read_text(encoding="utf-8"))["actions"]
    newest = {row["action"]: row["version"].partition(".")[0] for row in actions.values()}
    used = dict(step["uses"].split("@") for step in workflow["jobs"]["dockgen"]["steps"])
    assert {name: version for name, version in used.items() if newest.get(name, version) != version} == {}
    shipped = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    assert {hook["id"] for hook in hooks["repos"][0]["hooks"]} <= shipped


def test_packages_of_the_system_come_from_a_mirror(tmp_path):
    own = tmp_path / "own/common"
    own.mkdir(parents=True)
    (own / "stage.j2").write_text(only("how-to/private-registry", "jinja"))
    project = ROOT / "tests/projects/node-express-npm"
    assert dockgen("templates", "lint", project, "--templates", tmp_path / "own").code == 0
    copied = "COPY --link mirror.sources /etc/apt/sources.list.d/debian.sources\n"
    assert copied in dockgen("generate", project, "--templates", tmp_path / "own", "-o", "-").out
    assert (
        copied not in dockgen("generate", project, "--templates", tmp_path / "own", "--base", "alpine", "-o", "-").out
    )


def test_a_makefile_and_a_justfile_reach_ours(tmp_path):
    (tmp_path / "index.html").write_text("<h1>Open</h1>")
    assert dockgen("generate", tmp_path, "--with", "make,just", "--set", "image=registry.example.com/site").code == 0
    (tmp_path / "Makefile").write_text(only("how-to/make", "make"))
    (tmp_path / "justfile").write_text(only("how-to/make", "text"))
    just = shutil.which("just") or str(Path(sys.prefix) / "bin/just")
    for argv in (["make", "--dry-run", "docker-build"], [just, "--dry-run", "docker", "build"]):
        if not shutil.which(argv[0]):
            pytest.skip(f"there is no {argv[0]} here")
        done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "docker" in done.stdout + done.stderr


def test_the_check_of_a_go_program_is_that_of_the_tutorial():
    tutorial = blocks.PAGES["tutorials/go"].read_text(encoding="utf-8")
    for line in only("explanation/processes-and-health", "go").splitlines():
        assert line.replace("resp", "answer").strip() in tutorial


def test_the_note_on_old_data_is_told_so():
    told = only("reference/releases", "text").strip()
    date = re.search(r"\d{4}-\d\d-\d\d", told)[0]
    assert told.replace(date, "DAY").replace("120", "AGE") == re.sub(
        r"\d{4}-\d\d-\d\d", "DAY", age.note("2099-01-01")
    ).replace(re.search(r"\d+ days", age.note("2099-01-01"))[0], "AGE days")


def test_the_dockerfile_before_is_one():
    before = next(block for block in blocks.blocks("README") if block.language == "dockerfile")
    assert [name for name, _ in instructions(before.text)] == ["FROM", "COPY", "RUN", "CMD"]
