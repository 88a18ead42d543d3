"""What the tests share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

# The same examples on every run and machine; a slow machine is no failure.
settings.register_profile("dockgen", derandomize=True, deadline=None, database=None)
settings.load_profile("dockgen")

PROJECTS = Path(__file__).parent / "projects"


class DockerfileSnapshot(SingleFileSnapshotExtension):
    """One real Dockerfile per case: reviewed, linted and built as such."""

    _write_mode = WriteMode.TEXT
    file_extension = "Dockerfile"


class DockerignoreSnapshot(DockerfileSnapshot):
    """One real .dockerignore per case."""

    file_extension = "dockerignore"


@pytest.fixture
def dockerfile(snapshot):
    return snapshot.use_extension(DockerfileSnapshot)


@pytest.fixture
def dockerignore(snapshot):
    return snapshot.use_extension(DockerignoreSnapshot)


@pytest.hookimpl(tryfirst=True)  # xdist reads the marks in the same hook
def pytest_collection_modifyitems(config, items):
    """With several workers each file has one of them; all that needs the engine has the same, for it takes turns."""
    if not config.pluginmanager.hasplugin("xdist"):
        return
    for item in items:
        group = "engine" if item.get_closest_marker("e2e") else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))


def cases() -> list[str]:
    """The names of the golden projects."""
    return sorted(p.name for p in PROJECTS.iterdir() if p.is_dir())
