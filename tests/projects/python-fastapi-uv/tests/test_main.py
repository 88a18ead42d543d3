from app.store import PARCELS


def test_store():
    assert PARCELS
