"""What the name of a variable says of its value, for each of those who ask."""

from __future__ import annotations

import pytest
from dockgen import secretnames

# name, whether linters complain, whether it is a secret without doubt, whether its value belongs in no file
NAMES = [
    ("SECRET_KEY", True, True, True), ("API_TOKEN", True, True, True), ("GIT_AUTH", True, True, True),
    ("apikey", True, True, True), ("AWS_CREDENTIALS", True, True, True), ("PGPASSWORD", True, True, True),
    ("CLIENTSECRET", True, True, True), ("GITAUTH", True, True, True),
    # where a secret lies, which of several it is, or one half of a pair
    ("KEY_FILE", False, False, False), ("KEY_VERSION", False, False, False), ("PUBLIC_KEY", False, False, False),
    ("DB_PASSWORD_FILE", True, False, True), ("KEY_PATH", True, False, True), ("KEYFILE", False, False, False),
    # what linters take for one, and a person would not
    ("DB_USERNAME", True, False, True), ("VITE_PRIVATE_URL", True, False, True), ("TOKENIZERS_PARALLELISM", True, False, True),
    ("VITE_MAP_KEY", True, True, True), ("NEXT_PUBLIC_MAP_KEY", False, False, False), ("VITE_AUTH_DOMAIN", True, True, True),
    ("NEXT_PUBLIC_API_KEY", True, False, True), ("VITE_TOKEN_URL", True, True, True),
    # what linters do not know
    ("DATABASE_URL", False, False, True), ("MONGODB_URI", False, False, True), ("REDIS_CACHE_URL", False, False, True),
    ("DB_PASS", False, False, True), ("PASSPHRASE", False, False, True), ("MYSQL_PWD", False, False, True),
    ("APP_KEYS", False, False, True), ("SENTRY_DSN", False, False, True), ("DSN_MAIN", False, False, True),
    ("SALT", False, False, True), ("SLACK_WEBHOOK", False, False, True), ("TLS_CERT", False, False, True),
    ("CREDENTIALS_DIR", True, True, True), ("GOOGLECREDENTIAL", False, False, True),
    # none
    ("PORT", False, False, False), ("VITE_KEYCLOAK_URL", False, False, False), ("PUBLIC_URL", False, False, False),
    ("MONKEY", False, False, False), ("AUTHOR", False, False, False), ("KEYBOARD", False, False, False),
    ("API_URL", False, False, False), ("", False, False, False),
]  # fmt: skip


@pytest.mark.parametrize(("name", "is_linted", "is_secret", "holds"), NAMES)
def test_names(name, is_linted, is_secret, holds):
    found = secretnames.is_linted(name), secretnames.is_secret(name), secretnames.holds_secret(name)
    assert found == (is_linted, is_secret, holds)
    if name:
        assert found == tuple(
            f(name.lower()) for f in (secretnames.is_linted, secretnames.is_secret, secretnames.holds_secret)
        )
