"""Node releases from npm ranges and version files."""

from __future__ import annotations

import json

import pytest
from dockgen import releases
from dockgen.pipeline import detect
from dockgen.project import Project
from dockgen.settings import NOTHING, read
from dockgen.stacks.node import ranges, runtime


@pytest.mark.parametrize(
    ("spec", "line"),
    [
        (">=18", "26"),
        ("^20.1.0", "20"),
        (">=20 <23", "22"),
        ("18 || 20 || 22", "22"),
        ("^18.17.1 || ^20.3.0 || >= 21.0.0", "26"),
        ("16 - 20", "20"),
        ("24.x", "24"),
        ("~22.3", None),
        ("*", "26"),
        ("lts/*", "26"),
        ("lts/jod", "22"),
        ("v22.11.0", "22"),
        ("=24.1.0", "24"),
        ("<=16", "16"),
        (">24", "26"),
        ("banana", None),
        ("10", None),
    ],
)
def test_best(spec, line):
    release = ranges.best(ranges.named(spec))
    assert (release.line if release else None) == line


@pytest.mark.parametrize("spec", [">=18", "^20", "~24.1", "<25", "<=22", ">22", "24", "24.x", "22.1.0", ">=22.23.4"])
def test_fast_path_agrees_with_the_library(spec):
    import nodesemver

    for release in releases.NODE:
        assert ranges.satisfies(release.latest, spec) == nodesemver.satisfies(release.latest, spec, loose=True), release


def project(files=None, **manifest):
    manifest = {"name": "x", "scripts": {"start": "node server.js"}, **manifest}
    return Project.of({"package.json": json.dumps(manifest), "server.js": "", **(files or {})})


@pytest.mark.parametrize(
    ("files", "manifest", "line", "path"),
    [
        ({".nvmrc": "22\n"}, {"engines": {"node": ">=24"}}, "22", ".nvmrc"),
        ({".node-version": "v24.1.0"}, {}, "24", ".node-version"),
        ({".tool-versions": "python 3.12\nnodejs 22.20.0\n"}, {}, "22", ".tool-versions"),
        ({"mise.toml": '[tools]\nnode = "24"\n'}, {}, "24", "mise.toml"),
        ({}, {"volta": {"node": "22.20.0"}, "engines": {"node": ">=24"}}, "22", "package.json"),
        ({}, {"devEngines": {"runtime": {"name": "node", "version": "^24"}}}, "24", "package.json"),
        (
            {".github/workflows/ci.yml": "jobs:\n  a:\n    steps:\n      - with:\n          node-version: 22\n"},
            {},
            "22",
            ".github/workflows/ci.yml",
        ),
        ({}, {}, "26", ""),
    ],
)
def test_precedence(files, manifest, line, path):
    version = detect(project(files, **manifest), NOTHING).version
    assert (version.value, version.evidence[0].path) == (line, path)


def test_ci_on_an_old_release_is_no_wish():
    workflow = {".github/workflows/ci.yml": "steps:\n  - with:\n      node-version: 20\n"}
    assert detect(project(workflow), NOTHING).version.value == "26"


def test_line_of_evidence_and_losers():
    facts = detect(project({".nvmrc": "22"}, engines={"node": ">=24"}), NOTHING)
    assert [r.value for r in facts.version.rejected] == ["26"]


def test_out_of_support_is_taken_only_where_nothing_else_fits_and_is_told():
    facts = detect(project(engines={"node": "^18"}), NOTHING)
    assert facts.version.value == "18"
    assert any("no security fixes since 2025-04-30" in w for w in facts.warnings)


def test_node_sass_fixes_the_newest_node():
    facts = detect(project(devDependencies={"node-sass": "^4.12.0"}), NOTHING)
    assert facts.version.value == "14"


def test_the_user_decides():
    assert detect(project({".nvmrc": "22"}), read(["node=24"], {})).version.value == "24"


@pytest.mark.parametrize(
    ("line", "said", "image"),
    [
        ("24", "24.21.0", "node:24.21-trixie-slim"),
        ("24", "24.6.0", "node:24-trixie-slim"),
        ("22", "v22.19.0", "node:22.19-trixie-slim"),
        ("22", ">=22", "node:22-trixie-slim"),
        ("18", "18.16.0", "node:18-bookworm-slim"),
    ],
)
def test_image(line, said, image):
    assert runtime.image(line, said) == image


@pytest.mark.parametrize(("said", "line"), [("23.11.1", "24"), ("10", "22"), ("v99.1.0", "26")])
def test_release_without_an_image_gets_the_next_one(said, line):
    found = detect(Project.of({"package.json": '{"name":"x"}', "server.js": "app.listen(1)", ".nvmrc": said}), NOTHING)
    assert found.version.value == line
    assert any("which has ended" in w for w in found.warnings)
