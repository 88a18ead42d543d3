"""The Dockerfile under another name: its ignore file bears that name, and every command finds both."""

from __future__ import annotations

import json

import pytest
from helpers import dockgen


@pytest.fixture
def site(tmp_path):
    (tmp_path / "index.html").write_text("<h1>Hello</h1>\n")
    (tmp_path / "dockgen.yaml").write_text("dockgen: 1\nset: {file: Dockerfile.prod}\n")
    return tmp_path


def test_both_files_bear_the_name_and_the_usual_ones_are_left_alone(site):
    (site / "Dockerfile").write_text("FROM scratch\n")
    done = dockgen("generate", site)
    assert done.code == 0
    assert {p.name for p in site.iterdir()} == {
        "index.html", "dockgen.yaml", "Dockerfile", "Dockerfile.prod", "Dockerfile.prod.dockerignore",
    }  # fmt: skip
    assert (site / "Dockerfile").read_text() == "FROM scratch\n"
    assert f"docker build -t {site.name.replace('_', '-')} -f {site}/Dockerfile.prod {site}" in done.out.replace(
        "'", ""
    )


def test_check_explain_and_eject_know_it(site):
    dockgen("generate", site)
    check = dockgen("check", site, "--json")
    assert [f["path"] for f in json.loads(check.out)["files"]] == ["Dockerfile.prod", "Dockerfile.prod.dockerignore"]
    assert check.code == 0
    assert "block base" in dockgen("explain", "-C", site, "Dockerfile.prod:4").out
    assert "Dockerfile.prod\n" in dockgen("eject", site).out
    assert dockgen("check", site).code == 1


def test_dockgen_alone_knows_it(site):
    (site / "Dockerfile").write_text("FROM scratch\n")
    assert dockgen(cwd=site).out.endswith("Next: dockgen init\n")
    dockgen("generate", site)
    assert dockgen(cwd=site).out.endswith("Next: dockgen check\n")


def test_with_the_usual_name_the_ignore_file_of_others_is_left_alone(site):
    (site / ".dockerignore").write_text("theirs\n")
    done = dockgen("generate", site, "--set", "file=Dockerfile")
    assert "Created Dockerfile.dockerignore" in done.out
    assert " -f " not in done.out
    assert (site / ".dockerignore").read_text() == "theirs\n"


def test_a_name_that_is_none_is_refused(site):
    done = dockgen("generate", site, "--set", "file=package.json")
    assert done.code == 2
    assert "not the name of a Dockerfile: 'package.json'" in done.err
