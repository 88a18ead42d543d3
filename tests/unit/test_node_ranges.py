"""Node releases from npm ranges and version files."""

from __future__ import annotations

import json

import pytest
from dockgen import releases
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.rendering import render
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
        ("~22.3", "22"),
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


@pytest.mark.parametrize(
    "spec",
    [
        ">=18",
        "^20",
        "~24.1",
        "<25",
        "<=22",
        ">22",
        "24",
        "24.x",
        "22.1.0",
        ">=22.23.4",
        "^18 || ^20",
        ">= 18 < 25",
        ">=16 || 14.x",
        "=24.21.0",
        "^0.12",
        "^0.0.3",
        ">18.1 <=24.21.0",
    ],
)
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
        ({"node.json": '{"volta": {"node": "22.20.0"}}'}, {"volta": {"extends": "./node.json"}}, "22", "package.json"),
        ({".npmrc": "use-node-version=22.20.0\n"}, {"engines": {"node": ">=24"}}, "22", ".npmrc"),
        ({"pnpm-workspace.yaml": "useNodeVersion: 22.20.0\n"}, {}, "22", "pnpm-workspace.yaml"),
        ({}, {"devEngines": {"runtime": {"name": "node", "version": "^24"}}}, "24", "package.json"),
        ({}, {"devEngines": {"runtime": [{"name": "bun"}, {"name": "node", "version": "22"}]}}, "22", "package.json"),
        ({"mise.toml": '[tools]\nnode = { version = "22" }\n'}, {"engines": {"node": ">=24"}}, "22", "mise.toml"),
        ({"Dockerfile": "FROM node:24-alpine AS build\n"}, {}, "26", ""),  # what we write decides nothing
        ({".gitlab-ci.yml": "test:\n  image: node:16\n"}, {}, "26", ""),
        ({".gitlab-ci.yml": "test:\n  image: node:22\n"}, {}, "22", ".gitlab-ci.yml"),
        ({}, {"devDependencies": {"@types/node": "^22.1.0"}}, "22", "package.json"),
        ({}, {"devDependencies": {"@types/node": "^18.0.0"}}, "26", ""),
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


MATRIX = """jobs:
  a:
    strategy:
      matrix:
        node: {listed}
    steps:
      - uses: actions/setup-node@v4
        with:
          node-version: ${{{{ matrix.node }}}}
"""


@pytest.mark.parametrize(
    ("listed", "line"),
    [
        ("[18, 20, 22]", "22"),
        ("['22.x', '24.x']", "24"),
        ("\n          - 20\n          - 22", "22"),
        ("[16, 18]", "26"),
        ("[lts/*]", "26"),
    ],
)
def test_ci_matrix(listed, line):
    workflow = {".github/workflows/ci.yml": MATRIX.format(listed=listed)}
    assert detect(project(workflow), NOTHING).version.value == line


def lock(**packages):
    entries = {f"node_modules/{n}": {"version": v, **more} for n, (v, more) in packages.items()}
    roots = {n: v for n, (v, _) in packages.items()}
    return {
        "package-lock.json": json.dumps({"lockfileVersion": 3, "packages": {"": {"dependencies": roots}, **entries}})
    }


def locked(files=None, manifest=None, **packages):
    dependencies = {n: v for n, (v, _) in packages.items()}
    return detect(
        project({**lock(**packages), **(files or {})}, dependencies=dependencies, **(manifest or {})), NOTHING
    )


@pytest.mark.parametrize(
    ("name", "version", "line"),
    [
        ("better-sqlite3", "12.10.0", "26"),
        ("better-sqlite3", "12.2.0", "24"),
        ("better-sqlite3", "9.6.0", "20"),
        ("better-sqlite3", "7.4.0", "16"),
        ("jwa", "1.4.1", "24"),
        ("jwa", "2.0.0", "24"),
        ("jwa", "2.0.1", "26"),
        ("canvas", "2.11.2", "24"),
        ("canvas", "3.1.0", "26"),
        ("nan", "2.22.0", "26"),  # headers that nobody uses
    ],
)
def test_old_packages_bound_node(name, version, line):
    facts = locked(**{name: (version, {})})
    assert facts.version.value == line
    if line != "26":
        assert f"{name} {version} works on Node {line} at most" in facts.version.why


def test_headers_bound_node_where_something_is_compiled_with_them():
    packages = {"nan": ("2.17.0", {}), "zlib-sync": ("0.1.8", {"dependencies": {"nan": "^2.14.0"}})}
    assert locked(**packages).version.value == "20"
    assert locked(nan=packages["nan"], fsevents=("1.2.13", {"dependencies": {"nan": "1"}})).version.value == "26"


def test_engines_of_direct_dependencies_choose_among_supported_releases():
    closed = {"engines": {"node": "^20.19.0 || ^22.12.0 || ^24.0.0"}}
    facts = locked(**{"@angular/core": ("20.0.0", closed)})
    assert facts.version.value == "24"
    assert "@angular/core 20.0.0 runs on ^20.19.0 || ^22.12.0 || ^24.0.0" in facts.version.why
    assert locked(ancient=("1.0.0", {"engines": {"node": "^14 || ^16"}})).version.value == "26"


def test_engine_strict_is_obeyed_even_by_a_release_out_of_support():
    old = {"ancient": ("1.0.0", {"engines": {"node": "^14 || ^16"}})}
    assert locked({".npmrc": "engine-strict=true\n"}, **old).version.value == "16"


def test_a_pin_below_what_a_dependency_needs_is_told():
    facts = locked({".nvmrc": "18"}, vite=("7.1.0", {"engines": {"node": "^20.19.0 || >=22.12.0"}}))
    assert facts.version.value == "18"
    assert any("but vite 7.1.0 needs ^20.19.0 || >=22.12.0" in w for w in facts.warnings)


def test_a_range_is_narrowed_by_what_is_installed():
    facts = locked(manifest={"engines": {"node": ">=18"}}, **{"better-sqlite3": ("12.2.0", {})})
    assert facts.version.value == "24"
    assert [r.value for r in facts.version.rejected] == ["26"]
    pinned = locked({".nvmrc": "26"}, **{"better-sqlite3": ("12.2.0", {})})
    assert pinned.version.value == "26"
    assert any("better-sqlite3 12.2.0 works on Node 24 at most" in w for w in pinned.warnings)


def test_a_pinned_minor_below_what_a_dependency_needs_gives_way_to_its_line():
    files = {".nvmrc": "24.8.0"}
    assert "FROM node:24-trixie-slim" in dockerfile_of(files, new=("1.0.0", {"engines": {"node": "^24.15.0 || >=26"}}))
    assert "FROM node:24.8-trixie-slim" in dockerfile_of(files, new=("1.0.0", {"engines": {"node": ">=24"}}))


def dockerfile_of(files, **packages):
    return render(decide(locked(files, **packages), NOTHING))[0].text


def test_a_conflict_is_told():
    warnings = detect(project({".nvmrc": "22"}, engines={"node": ">=24"}), NOTHING).warnings
    assert ".nvmrc:1 asks for Node 22, package.json:1 engines >=24 for another: the first is taken" in warnings
    assert not any(
        "another" in w for w in detect(project({".nvmrc": "22"}, engines={"node": ">=20"}), NOTHING).warnings
    )


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


@pytest.mark.parametrize(
    ("said", "line", "why"),
    [("23.11.1", "24", "which has ended"), ("10", "22", "which has ended"), ("0.12", "22", "which has ended"),
     ("v99.1.0", "26", "which dockgen does not know")],
)  # fmt: skip
def test_release_without_an_image_gets_the_next_one(said, line, why):
    found = detect(Project.of({"package.json": '{"name":"x"}', "server.js": "app.listen(1)", ".nvmrc": said}), NOTHING)
    assert found.version.value == line
    assert any(why in w for w in found.warnings)
