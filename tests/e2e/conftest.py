"""End-to-end tests need an engine; where none answers they are skipped, and say so."""

from __future__ import annotations

from pathlib import Path

import engine
import pytest
from cases import THOROUGH


def pytest_collection_modifyitems(config, items):
    """Mark what needs an engine; without `-m` the thorough part is left out."""
    here = Path(__file__).parent
    left = []
    for item in items:
        if here in Path(item.path).parents:
            item.add_marker(pytest.mark.e2e)
            case = getattr(item, "callspec", None) and item.callspec.params.get("case")
            is_thorough = getattr(case, "thorough", getattr(case, "project", "") in THOROUGH)
            if not config.option.markexpr and is_thorough:
                left.append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if item not in left]


@pytest.fixture(scope="session", autouse=True)
def an_engine():
    if reason := engine.missing():
        pytest.skip(f"NOTHING WAS BUILT OR RUN: {reason}")


@pytest.fixture
def scratch():
    with engine.scratch() as folder:
        yield folder
