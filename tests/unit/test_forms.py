"""Values in the files of companions: whoever reads these gets the very same text, in which nothing is replaced."""

from __future__ import annotations

import json
import re
import subprocess

import pytest
import yaml
from dockgen.templating.environment import github_form, gitlab_form, hcl_form
from dockgen.values import is_plain
from helpers import has_buildx
from hypothesis import example, given
from hypothesis import strategies as st

LIKELY = st.text(st.sampled_from("${}%'\"\\#:- ab1~"))
words = st.one_of(LIKELY, st.text(st.characters(exclude_categories=("Cs",)))).filter(is_plain)


def github_reads(text: str) -> str:
    """What a runner of GitHub makes of TEXT, whose expressions may only be texts: `${{ '…' }}`."""
    return re.sub(r"\$\{\{ '((?:[^']|'')*)' \}\}", lambda found: found[1].replace("''", "'"), text)


@given(words)
@example("${{ secrets.ALL }}")
@example("${{ '${{' }}")
@example("$${{${{{")
def test_github(value):
    written = github_form(value)
    assert "\n" not in written
    read = yaml.safe_load(written)
    assert isinstance(read, str)
    assert "${{" not in read.replace("${{ '${{' }}", "")
    assert github_reads(read) == value


@given(words)
def test_gitlab(value):
    written = gitlab_form(value)
    assert "\n" not in written
    read = yaml.safe_load(written)
    assert not re.search(r"(?<!\$)(\$\$)*\$(?!\$)", read)
    assert read.replace("$$", "$") == value


HOSTILE = ("${TAG}", "%{ if true }x%{ endif }", "$${TAG}", "%%{x", "$$${TAG}", 'a"b\\c', "é — 'x'", "$", "{}", "%")


@pytest.mark.skipif(not has_buildx(), reason="NO HCL WAS READ: there is no docker buildx on this machine")
def test_bake_reads_what_was_written(tmp_path):
    for number, value in enumerate(HOSTILE):
        file = tmp_path / f"{number}.hcl"
        file.write_text(
            f'variable "TAG" {{\n  default = "no"\n}}\ntarget "default" {{\n  description = {hcl_form(value)}\n}}\n',
            encoding="utf-8",
        )
        done = subprocess.run(
            ["docker", "buildx", "bake", "--file", file, "--print"], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, (value, done.stderr)
        assert json.loads(done.stdout)["target"]["default"]["description"] == value
