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
ENGINE = "tests/e2e"  # whose tests need the engine


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


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """With several workers each file has one of them; all that needs the engine has the same, for it takes turns.

    A scheduler and no marks of groups: pytest-xdist 3.8 drops these without a word under pytest 9.
    """
    from xdist.scheduler import LoadFileScheduling

    class Taking(LoadFileScheduling):
        def _split_scope(self, nodeid):
            return ENGINE if nodeid.startswith(f"{ENGINE}/") else super()._split_scope(nodeid)

    return Taking(config, log)


def cases() -> list[str]:
    """The names of the golden projects."""
    return sorted(p.name for p in PROJECTS.iterdir() if p.is_dir())
