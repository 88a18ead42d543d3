"""When the schema of a database is changed: the setting `migrate`."""

from __future__ import annotations

import pytest
from dockgen import migration
from dockgen.choices import Chooser
from dockgen.errors import InputError
from dockgen.facts import Evidence
from dockgen.migration import Migration
from dockgen.settings import read


def found(*, embedded: bool) -> Migration:
    return Migration(command=("alembic", "upgrade", "head"), embedded=embedded, evidence=Evidence("alembic.ini"))


def mode(given: Migration | None, *flags: str, can_start: bool = True) -> str:
    return migration.choose(Chooser(read(flags, {})), given, can_start=can_start)


def test_a_file_is_migrated_at_the_start_and_a_server_by_a_job():
    assert mode(found(embedded=True)) == "start"
    assert mode(found(embedded=True), can_start=False) == "job"
    assert mode(found(embedded=False)) == "job"
    assert mode(None) == "none"


@pytest.mark.parametrize("wanted", migration.MODES)
def test_the_user_decides(wanted):
    assert mode(found(embedded=False), f"migrate={wanted}") == wanted


def test_what_cannot_be_done_is_said():
    with pytest.raises(InputError, match="no command is known"):
        mode(None, "migrate=start")
    with pytest.raises(InputError, match="unknown value"):
        mode(found(embedded=False), "migrate=later")
    assert mode(None, "migrate=none") == "none"


def test_the_app_takes_the_place_of_the_shell():
    started = migration.before(found(embedded=True), ("gunicorn", "a:b", "--bind=0.0.0.0:8000"))
    assert started == ("sh", "-c", "alembic upgrade head && exec gunicorn a:b --bind=0.0.0.0:8000")


def test_only_a_job_is_told_with_its_command():
    told = migration.told(found(embedded=False), "job", "shop", ("-e", "SECRET_KEY=change-me"))
    assert "docker run --rm -e SECRET_KEY=change-me shop alembic upgrade head" in told[0]
    assert migration.told(found(embedded=False), "none", "shop", ()) == ()
    assert migration.told(None, "job", "shop", ()) == ()
