"""How old the data on releases is: the one question for which dockgen looks at the clock."""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING

from dockgen import releases

if TYPE_CHECKING:
    from collections.abc import Mapping

LIMIT = 90  # days


def today(environment: Mapping[str, str] = os.environ) -> str:
    """The date in UTC; the one of SOURCE_DATE_EPOCH where a build that is to be repeated sets it."""
    given = environment.get("SOURCE_DATE_EPOCH", "")
    return time.strftime("%Y-%m-%d", time.gmtime(int(given) if re.fullmatch(r"[0-9]{1,11}", given) else None))


def note(date: str) -> str:
    """What to say of the age of the data on DATE; "" while it is fresh."""
    age = releases.days(releases.AS_OF, date)
    return f"note: release data is from {releases.AS_OF}, {age} days old: update dockgen" if age > LIMIT else ""
