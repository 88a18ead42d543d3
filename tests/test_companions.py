"""The companions: what they print for projects, held by snapshots, and what holds for all of them."""

from __future__ import annotations

import shutil

import pytest
from conftest import PROJECTS
from helpers import dockgen
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from dockgen import header, settings
from dockgen.companions import table

# Each companion with projects that show what it can print, and options; `--all` where a project has several apps.
CASES = {
    # On this machine.
    "compose": (
        "python-fastapi-uv", "python-django-sqlite", "python-django-channels", "python-psycopg2", "node-workspace-npm",
        "node-bullmq-pm2", "node-private-registry --dev", "go-worker", "go-chi --dev", "static-site",
    ),
    # Where it is deployed.
    # How it is built and delivered.
}  # fmt: skip
ROWS = [(name, case) for name, cases in CASES.items() for case in cases]
IDS = ["-".join([name, *case.replace("--", "").split()]) for name, case in ROWS]


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
            file.path: path.read_text(encoding="utf-8")
            for file in table.files((name,))
            if (path := tmp_path / project / file.path).exists()
        }

    return write


def test_all_companions_are_settings_and_have_cases():
    assert set(settings.VALUES["with"]) == set(table.COMPANIONS) == set(CASES)


@pytest.mark.parametrize(("name", "case"), ROWS, ids=IDS)
def test_golden(name, case, written, snapshot):
    files = written(name, *case.split())
    assert files
    for path, text in files.items():
        said, body = header.split(text)
        assert said and header.digest(body) == said.body
        assert snapshot(name=path.replace("/", "_"), extension_class=CompanionSnapshot) == text
