"""Values for variables that have none yet: the project's example, else one of the form that the name lets expect."""

from __future__ import annotations

import re

from dockgen.values import is_plain

# What a value looks like, by its name.
_FORMS = (
    (r"MONGO", "mongodb://localhost:27017/build"),
    (r"MYSQL", "mysql://build:build@localhost:3306/build"),
    (r"REDIS.*(?:URL|URI)$", "redis://localhost:6379"),
    (r"(?:DATABASE|POSTGRES|PG|DB|DIRECT)_?.*(?:URL|URI|DSN)$|^DSN$", "postgresql://build:build@localhost:5432/build"),
    (r"EMAIL|MAIL_FROM", "nobody@example.invalid"),
    (r"PORT$", "3000"),
    (r"(?:URL|URI|ENDPOINT|ORIGIN|DSN)$", "http://localhost"),
)
OTHER = "only-for-the-build-not-a-secret-0000"
CHANGE = "change-me-before-this-serves"  # long enough for keys that must have a length


def placeholder(name: str) -> str:
    """A value of the form that NAME lets expect, which leads nowhere."""
    return next((value for form, value in _FORMS if re.search(form, name)), OTHER)


def usable(value: str) -> bool:
    """True if VALUE, from an example, can be used as it is: no gap to fill in, nothing that a shell would read."""
    return (
        bool(value)
        and is_plain(value)
        and not re.search(r"[<>$`\"'\\ ]|your|xxx|\.\.\.|\*\*|changeme", value, re.IGNORECASE)
    )


def shown(example: str, default: str) -> str:
    """What a command shows for a variable of the running app: its EXAMPLE, else DEFAULT, told to be changed."""
    if usable(example):
        return example
    return CHANGE if default == OTHER else default
