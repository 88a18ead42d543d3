"""End-to-end tests need an engine; where none answers they are skipped, and say so."""

from __future__ import annotations

from pathlib import Path

import engine
import pytest


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in Path(item.path).parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session", autouse=True)
def an_engine():
    if reason := engine.missing():
        pytest.skip(f"NOTHING WAS BUILT OR RUN: {reason}")


@pytest.fixture
def scratch():
    with engine.scratch() as folder:
        yield folder
