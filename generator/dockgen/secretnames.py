"""What the name of a variable says of its value: that it is a secret, or that one is in it."""

from __future__ import annotations

from dockgen.lazy import pattern

# What BuildKit's own check (SecretsUsedInArgOrEnv) looks for among the words between the underscores of a name, and
# the words that make a name harmless.
_WORDS = frozenset(
    {"apikey", "auth", "credential", "credentials", "gitauth", "key", "password", "pword", "passwd", "secret", "token"}
)
_HARMLESS = frozenset({"public", "file", "version"})
# What hadolint (DL3064) looks for anywhere in a name.
_PARTS = ("api_key", "client_key", "password", "private", "secret", "token", "username")
# Ends of a word that people write without an underscore before them, as in PGPASSWORD.
_ENDS = ("password", "passwd", "secret", "token", "apikey")
# What has a password in it, or gives somebody power, beside what linters look for.
_HOLDING = pattern(
    r"(?i)PASS(?:WORD|WD|PHRASE)?(?:_|$)|PWD$|CERT|SALT|DSN(?:_|$)|WEBHOOK|CREDENTIAL|(?:^|_)(?:KEYS|PWD)(?:_|$)"
    r"|(?:DATABASE|DB|POSTGRES\w*|PG|MYSQL|MARIADB|MONGO\w*|REDIS|AMQP|RABBITMQ|BROKER)(?:_\w+)?_UR[LI]$"
)


def is_linted(name: str) -> bool:
    """True if linters take NAME for that of a secret: an ARG or ENV of that name makes them complain."""
    low = name.lower()
    return any(part in low for part in _PARTS) or (bool(_words(low) & _WORDS) and not _words(low) & _HARMLESS)


def is_secret(name: str) -> bool:
    """True if NAME is that of a secret, without doubt: somebody who is told of it has to do something.

    Where a secret lies (`…_FILE`, `…_PATH`) is none, and neither is all that linters take for one, such as a user name.
    """
    words = _words(name.lower())
    if words & _HARMLESS or name.lower().endswith("_path"):
        return False
    return bool(words & _WORDS) or any(word.endswith(_ENDS) for word in words)


def holds_secret(name: str) -> bool:
    """True if the value of the variable NAME belongs in no file: it is a secret, or may have one in it."""
    return is_linted(name) or bool(_HOLDING.search(name))


def _words(name: str) -> set[str]:
    return set(name.split("_"))
