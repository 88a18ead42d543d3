"""Every preset that ships has reviewed Dockerfiles: for the project that it assumes, and for projects that it fits."""

from __future__ import annotations

import json
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest
from conftest import PROJECTS
from dockgen.cli import work
from dockgen.ignore import is_ignored
from dockgen.presets import read
from dockgen.sources import Request
from helpers import ROOT, dockgen
from test_golden import masked
from test_lint import CONFIG, check_images, check_layout, hadolint

SNAPSHOTS = Path(__file__).parent / "__snapshots__" / "test_presets"
FILES = sorted((ROOT / "presets").glob("*.yaml"))
# The projects in tests/projects that each is tried on.
ON = {
    "fastapi": ["python-fastapi-uv"],
    "flask": ["python-flask-pip"],
    "django": ["python-django-poetry", "python-django-channels"],
    "streamlit": ["python-streamlit"],
    "celery": ["python-celery"],
    "express": ["node-express-npm"],
    "fastify": ["node-fastify-ts-pnpm"],
    "nestjs": ["node-nest-npm"],
    "nextjs": ["node-next-standalone"],
    "vite": ["node-vite-react"],
    "go": ["go-gin"],
    "static": ["static-site"],
    "hardened": ["node-express-npm", "python-fastapi-uv", "python-psycopg2", "node-puppeteer", "go-gin", "go-sqlite",
                 "static-site"],
    "minimal": ["node-express-npm", "python-psycopg2", "node-bcrypt-pnpm", "go-gin", "static-site"],
    "dev": ["node-express-npm", "python-fastapi-uv", "go-chi", "static-site"],
    "airgapped": ["node-vite-react", "python-fastapi-uv", "go-gin", "static-site"],
    "ci": ["node-fastify-ts-pnpm", "python-fastapi-uv", "go-gin"],
    "github": ["node-express-npm", "python-fastapi-uv", "go-gin"],
}  # fmt: skip
NEEDED = {"airgapped": ("registry=registry.example.com/proxy",)}
ASSUMED = {file.stem for file in FILES if "\nproject:" in file.read_text()}
# preset or presets -> project, or the one that the preset assumes
CASES = [
    *((name, "") for name in sorted(ASSUMED)),
    *((name, project) for name, projects in ON.items() for project in projects),
    ("fastapi+hardened", ""),
    ("express+hardened+ci", ""),
    ("go+airgapped+dev", ""),
]


@cache
def found(presets: str, project: str, folder: Path) -> work.Found:
    names = tuple(presets.split("+"))
    flags = tuple(flag for name in names for flag in NEEDED.get(name, ()))
    (one,) = work.look(str(PROJECTS / project if project else folder), Request(presets=names, flags=flags))
    return one


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    folder = tmp_path_factory.mktemp("presets") / "app"
    folder.mkdir()
    return folder


@pytest.fixture(params=CASES, ids=lambda case: f"{case[0]}-{case[1] or 'assumed'}")
def case(request, empty):
    return found(*request.param, empty)


def test_preset(case, dockerfile):
    assert masked(work.render(case)[0].text) == dockerfile


def test_every_preset_is_exercised():
    assert set(ON) == {file.stem for file in FILES}
    assert {p.name for p in SNAPSHOTS.glob("*.Dockerfile")} == {
        f"test_preset[{name}-{project or 'assumed'}].Dockerfile" for name, project in CASES
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_says_what_it_is_for(file):
    preset = read(file.stem, file.read_bytes(), file.name, "dockgen", {}).preset
    assert re.fullmatch(r"[^\n]{10,118}[^\n.]", preset.summary)
    assert preset.set or preset.defaults or preset.needs
    assert bool(preset.project) == any(getattr(preset.match, key) for key in ("stack", "kind", "framework", "manager"))


def test_layout(case):
    text = work.render(case)[0].text
    if not case.plan.style.registry and case.plan.style.versions == "literal":
        check_images(text)
    check_layout(text, described=case.plan.style.comments != "none")


def test_ignore_file_lets_through_what_is_copied(case):
    lines = work.render(case)[1].text.splitlines()
    sources = (*case.plan.sources, *(case.plan.dev.sources if case.plan.dev else ()))
    assert [s for s in sources if s != "." and is_ignored(s, lines)] == []


def test_a_preset_fits_the_project_that_it_is_tried_on(case):
    assert [w for w in case.plan.warnings if "is meant for" in w] == []


def test_hadolint_finds_nothing():
    files = sorted(SNAPSHOTS.glob("*.Dockerfile"))
    done = subprocess.run(
        [hadolint(), "--config", CONFIG, "--format", "json", *files], capture_output=True, text=True, check=False
    )
    assert [f"{f['file']}:{f['line']} {f['code']} {f['message']}" for f in json.loads(done.stdout)] == []


@pytest.mark.parametrize("name", sorted(ASSUMED))
def test_an_assumed_project_is_complete(name, empty, tmp_path):
    """What the preset assumes, written to a folder, gives the same files without the preset."""
    preset = read(name, (ROOT / "presets" / f"{name}.yaml").read_bytes(), name, "dockgen", {}).preset
    project = tmp_path / "app"
    for path, text in preset.project.items():
        (project / path).parent.mkdir(parents=True, exist_ok=True)
        (project / path).write_text(text, encoding="utf-8")
    (alone,) = work.look(str(project), Request())
    assumed = found(name, "", empty)
    assert [masked(a.text) for a in work.render(alone)] == [masked(a.text) for a in work.render(assumed)]


@pytest.mark.parametrize("name", sorted(ASSUMED - {"celery"}))
def test_no_project_at_all_is_needed(name, tmp_path):
    run = dockgen("generate", "--preset", name, "--set", "port=9000", "-o", "-", cwd=tmp_path)
    assert run.code == 0, run.err
    assert "\nEXPOSE 9000\n" in run.out
    assert run.err.startswith("warning: there is no project here yet: this is for the one that the preset assumes (")
    assert list(tmp_path.iterdir()) == []


def test_what_a_preset_needs_is_told(tmp_path):
    (tmp_path / "index.html").touch()
    run = dockgen("generate", "--preset", "airgapped", "-o", "-", tmp_path)
    assert (run.code, run.out) == (2, "")
    assert run.err == (
        "error: the preset airgapped needs registry: where all images come from, such as registry.example.com/proxy\n"
        "  at dockgen/presets/airgapped.yaml:5:13\n"
        "  hint: --set registry=VALUE\n"
    )


def test_a_pipeline_guesses_nothing(tmp_path):
    (tmp_path / "package.json").write_text('{"dependencies": {"express": "5"}, "scripts": {"start": "node server.js"}}')
    (tmp_path / "server.js").write_text("import express from 'express';\nexpress().listen(await choose());\n")
    run = dockgen("generate", "--preset", "ci", tmp_path)
    assert run.code == 3
    assert "is a guess" in run.err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["package.json", "server.js"]


def test_hardened_tells_what_it_stands_on_and_why(empty):
    case = found("hardened", "python-psycopg2", empty)
    assert case.plan.runtime.system == "debian"
    assert case.plan.runtime.upgrade
    assert [w for w in case.plan.warnings if w.startswith("it stands on slim, not on distroless: ")]
    (base,) = [c for c in case.plan.choices if c.key == "base"]
    assert (base.value, base.source) == ("slim", "preset hardened")
    assert base.rivals[0].startswith("distroless (")
    bare = found("hardened", "node-express-npm", empty).plan.runtime
    assert (bare.system, bare.upgrade) == ("none", False)
