"""The companions: what they print for projects, held by snapshots, and what holds for all of them."""

from __future__ import annotations

import shutil

import pytest
from conftest import PROJECTS
from dockgen import header, settings
from dockgen.companions import table
from helpers import dockgen
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

# Each companion with projects that show what it can print; `--all` where a project has several apps.
CASES = {
    "kubernetes": (
        "python-fastapi-uv",
        "python-django-sqlite",
        "python-django-channels",
        "python-job",
        "python-telegram-bot",
        "node-workspace-npm",
        "go-nethttp",
        "go-worker",
    ),
    "ecs": (
        "python-fastapi-uv",
        "python-django-sqlite",
        "python-django-channels",
        "go-nethttp",
        "node-workspace-npm",
        "python-job",
    ),
    "aci": (
        "python-fastapi-uv",
        "node-strapi",
        "go-nethttp",
        "node-workspace-npm",
        "python-job",
        "static-site",
    ),
    "just": (
        "python-fastapi-uv",
        "python-django-sqlite",
        "python-private-index",
        "go-private",
        "go-cobra",
        "node-workspace-npm",
        "static-site",
    ),
    "make": (
        "python-fastapi-uv",
        "python-django-sqlite",
        "python-private-index",
        "go-private",
        "go-cobra",
        "node-workspace-npm",
        "static-site",
    ),
    "compose": ("python-fastapi-uv", "python-django-sqlite", "node-workspace-npm", "go-worker", "static-site"),
    "bake": ("python-fastapi-uv", "node-workspace-npm", "go-private", "node-private-registry"),
    "renovate": ("python-fastapi-uv", "go-chi", "static-site"),
    "dependabot": ("python-fastapi-uv", "node-workspace-npm", "static-site"),
    "hadolint": ("python-fastapi-uv",),
    "gitlab": ("python-fastapi-uv", "node-workspace-npm", "go-private", "node-private-registry"),
    "github": ("python-fastapi-uv", "node-workspace-npm", "go-private", "node-private-registry"),
}
ROWS = [(name, project) for name, projects in CASES.items() for project in projects]


class CompanionSnapshot(SingleFileSnapshotExtension):
    """One real file for each file of a companion."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


@pytest.fixture
def written(tmp_path, request):
    """The files that a companion adds to a project, by their paths."""

    def write(name, project, *options):
        shutil.copytree(PROJECTS / project, tmp_path / project)
        several = ["--all"] if "workspace" in project else []
        run = dockgen("generate", "--with", name, *several, *options, tmp_path / project)
        assert run.code == 0, run.err
        return {
            path.relative_to(tmp_path / project).as_posix(): path.read_text(encoding="utf-8")
            for file in table.files((name,))
            for path in sorted((tmp_path / project).glob(f"**/{file.path}" if file.each else file.path))
        }

    return write


def test_all_companions_are_settings_and_have_cases():
    assert set(settings.VALUES["with"]) == set(table.COMPANIONS) == set(CASES)


@pytest.mark.parametrize(("name", "project"), ROWS, ids=[f"{name}-{project}" for name, project in ROWS])
def test_golden(name, project, written, snapshot):
    for path, text in written(name, project).items():
        said, body = header.split(text)
        assert said
        assert header.digest(body) == said.body
        assert snapshot(name=path.replace("/", "_"), extension_class=CompanionSnapshot) == text
