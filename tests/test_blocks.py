"""Every block of the documentation is tried, or stands in a table with the reason; those for a cloud, with stand-ins."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys

import blocks
import pytest
from helpers import ROOT
from shell import shell
from test_docs import steps

HERE = ROOT / "tests"
EVERY = [block for page in blocks.PAGES for block in blocks.blocks(page)]
# Programs that a page calls and that are not run: they note how they were called.
FOREIGN = [
    "aws",
    "az",
    "cosign",
    "crane",
    "docker",
    "grype",
    "kubectl",
    "kustomize",
    "pip",
    "pipx",
    "skopeo",
    "trivy",
    "yq",
]
# What the reader of a page has already.
GIVEN = {
    "how-to/ecs": "EFS_FILE_SYSTEM_ID=fs-0",
    "how-to/pin-digests": "mkdir api && echo FROM node:26-trixie-slim | tee Dockerfile web.Dockerfile >api/Dockerfile",
    "how-to/kubernetes": "touch production.env",
    "how-to/migrate-a-database": "DATABASE_URL=postgres://shop@db.example.com/shop",
    "how-to/github": "touch cosign.pub",
    "how-to/harden-a-container": "touch cosign.pub",
}


def test_each_block_is_tried_or_listed_with_a_reason():
    untried = {block.name for block in EVERY if not block.tried_by}
    assert untried - set(blocks.NOT_RUN) == set(), "no test tries these"
    assert set(blocks.NOT_RUN) - untried == set(), "these are tried, or are there no more"


def test_what_the_tables_name_is_there():
    has = {(block.page, block.language) for block in EVERY}
    assert [page for page in blocks.ON_AN_ENGINE if (page, "bash") not in has] == []
    assert [page for page in blocks.WITH_STAND_INS if (page, "sh") not in has] == []
    assert set(blocks.BY_THEMSELVES) <= has
    named = {**blocks.ON_AN_ENGINE, **{page: test for (page, _), test in blocks.BY_THEMSELVES.items()}}
    for page, test in named.items():
        text = (HERE / test).read_text(encoding="utf-8")
        assert page in text or page.partition("/")[2] in text, f"{test} does not name {page}"


def test_each_block_on_publishing_is_chosen_by_a_test():
    """The tests of that page leave out the blocks whose programs they do not need; no block is left out by all."""
    text = (HERE / "e2e/test_image_pages.py").read_text(encoding="utf-8")
    left_out = [re.findall(r'"([\w-]+)"', each) for each in re.findall(r"publish\.run\(without\((.*?)\)\)", text)]
    assert len(left_out) == 4
    assert 'publish.run(lambda block: "--provenance" in block)' in text
    never = [
        block.name
        for block in blocks.blocks("how-to/publish-an-image")
        if block.language == "bash" and "--provenance" not in block.text
        and all(any(program in block.text for program in programs) for programs in left_out)
    ]  # fmt: skip
    assert never == []


def test_an_unknown_block_is_found():
    block = blocks.Block(page="how-to/make", line=1, language="bash", text="make\n", shown=False)
    assert not block.tried_by
    assert not blocks.Block(page="how-to/make", line=1, language="", text="x\n", shown=False).tried_by


def with_stand_ins(folder):
    """A shell in FOLDER where programs only note how they were called, in the file `calls`."""
    env = {"STANDIN_CALLS": str(folder / "calls"), "REAL_PATH": os.environ["PATH"]}
    standin = (sys.executable, str(HERE / "standin.py"))
    return shell(folder, {name: (*standin, name) for name in FOREIGN}, env)


@pytest.mark.parametrize(
    ("command", "wrong"),
    [
        ("docker compose -f gone.yaml up", "gone.yaml"),
        ("docker load --input gone.tar", "no such file: gone.tar"),
        ("docker build --tagg shop .", "no such option: --tagg"),
        ("kubectl create secret generic shop --from-env-fil=x", "no such option: --from-env-fil"),
        ("kubectl apply -k gone", "gone"),
    ],
)
def test_a_command_that_cannot_be_right_is_found(command, wrong, tmp_path):
    program = command.partition(" ")[0]
    if not shutil.which(program) and "no such file" not in wrong:
        pytest.skip(f"there is no {program} here to ask")
    done = with_stand_ins(tmp_path).run(command)
    assert done.returncode == 97
    assert wrong in done.stdout


@pytest.mark.parametrize("page", blocks.WITH_STAND_INS)
def test_commands_can_be_right(page, tmp_path):
    calls = tmp_path / "calls"
    sh = with_stand_ins(tmp_path)
    ran = 0
    for block in blocks.blocks(page):
        if block.language == "console":
            for command, _ in steps(f"```console\n{block.text}```\n"):
                sh.run(command)
        elif block.language == "sh":
            if missing := [name for name in ("jq", "envsubst", "openssl", "git") if needs(block.text, name)]:
                pytest.skip(f"there is no {missing[0]} here: these commands are not tried")
            given = f"{GIVEN[page]}\n" if page in GIVEN and not ran else ""
            done = sh.run(given + block.text, name="bash", options=("-eu", "-o", "pipefail"))
            assert done.returncode == 0, f"{page}:{block.line}\n{block.text}\n{done.stdout}"
            ran += 1
    assert ran
    called = [json.loads(line) for line in calls.read_text().splitlines()] if calls.exists() else []
    text = "".join(block.text for block in blocks.blocks(page) if block.language == "sh")
    assert {words[0] for words in called} >= {name for name in FOREIGN if re.search(rf"^{name} ", text, re.MULTILINE)}


def needs(text, program):
    return re.search(rf"\b{program}\b", text) and not shutil.which(program)
