"""An image is hardly larger above its base than that of a Dockerfile written by hand. Times are told, never asserted."""

from __future__ import annotations

import pytest
from compare import MOST, OURS, compare, references


@pytest.mark.parametrize("reference", references(), ids=lambda reference: reference.name)
def test_image_is_hardly_larger(reference, scratch):
    mine, by_hand = compare(reference, scratch, rounds=0)
    assert mine.size <= MOST * by_hand.size


def test_there_are_references():
    assert len(list(OURS.iterdir())) >= 3
