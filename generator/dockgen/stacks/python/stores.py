"""Find the databases, caches and queues that a Python app needs, by the clients among its dependencies."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import lazy, stores
from dockgen.facts import Evidence, Fact
from dockgen.stacks.python import databases, dependencies
from dockgen.stacks.python.code import Code
from dockgen.stacks.python.environment import settings_prefix

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockgen.facts import Facts
    from dockgen.project import Project
    from dockgen.settings import Settings
    from dockgen.stores import Need

# Package -> store, and what SQLAlchemy wants its URL to begin with.
PACKAGES: Mapping[str, tuple[str, str]] = {
    "psycopg2": ("postgres", "postgresql"),
    "psycopg2-binary": ("postgres", "postgresql"),
    "psycopg": ("postgres", "postgresql+psycopg"),
    "psycopg-binary": ("postgres", "postgresql+psycopg"),
    "psycopg-c": ("postgres", "postgresql+psycopg"),
    "pg8000": ("postgres", "postgresql+pg8000"),
    "asyncpg": ("postgres", "postgresql+asyncpg"),
    "aiopg": ("postgres", "postgresql"),
    "mysqlclient": ("mysql", "mysql"),
    "pymysql": ("mysql", "mysql+pymysql"),
    "mysql-connector-python": ("mysql", "mysql+mysqlconnector"),
    "aiomysql": ("mysql", "mysql+aiomysql"),
    "asyncmy": ("mysql", "mysql+asyncmy"),
    "mariadb": ("mariadb", "mariadb+mariadbconnector"),
    "pymongo": ("mongo", ""),
    "motor": ("mongo", ""),
    "beanie": ("mongo", ""),
    "mongoengine": ("mongo", ""),
    "odmantic": ("mongo", ""),
    "flask-pymongo": ("mongo", ""),
    "redis": ("valkey", ""),
    "valkey": ("valkey", ""),
    "aioredis": ("valkey", ""),
    "django-redis": ("valkey", ""),
    "django-valkey": ("valkey", ""),
    "channels-redis": ("valkey", ""),
    "flask-redis": ("valkey", ""),
    "rq": ("valkey", ""),
    "django-rq": ("valkey", ""),
    "arq": ("valkey", ""),
    "pika": ("rabbitmq", ""),
    "aio-pika": ("rabbitmq", ""),
    "aiormq": ("rabbitmq", ""),
    "amqpstorm": ("rabbitmq", ""),
}
# The same for extras of packages that can do with several.
EXTRAS: Mapping[tuple[str, str], str] = {
    ("celery", "redis"): "valkey",
    ("celery", "librabbitmq"): "rabbitmq",
    ("celery", "mongodb"): "mongo",
    ("kombu", "redis"): "valkey",
    ("dramatiq", "redis"): "valkey",
    ("dramatiq", "rabbitmq"): "rabbitmq",
    ("taskiq", "redis"): "valkey",
    ("flask-limiter", "redis"): "valkey",
    ("aiocache", "redis"): "valkey",
    ("limits", "redis"): "valkey",
    ("faststream", "redis"): "valkey",
    ("faststream", "rabbit"): "rabbitmq",
}
QUEUES = ("celery", "kombu", "dramatiq")  # whose broker is named by a URL
ASYNC = ("asyncpg", "aiomysql", "asyncmy")
MAPPERS = ("sqlalchemy", "sqlmodel", "flask-sqlalchemy", "databases", "alembic")
_DIALECT = lazy.pattern(r"django\.(?:contrib\.gis\.)?db\.backends\.(postgresql|mysql)|[\"'](mysql|postgresql)[\"']")
# What else reads a variable: environs' and django-environ's methods without a name, and dj-database-url.
_READS_CACHE = lazy.pattern(r"\benv\.(?:cache|cache_url)\(\s*\)")


def find(project: Project, _found: Facts, settings: Settings) -> tuple[Need, ...]:
    """The stores that the app needs, each with the variables that its code or the example of .env names."""
    data = project.toml("pyproject.toml") if project.has("pyproject.toml") else {}
    wanted = dependencies.read(project, data, settings)
    code = Code(project)
    texts = [(path, code.text(path)) for path in code.paths]
    told = stores.told(texts, _DIALECT)
    found = stores.chosen(_needed(wanted, told), told)
    if not found:
        return ()
    packages = [each.name for each in wanted.direct]
    is_async = any("create_async_engine" in text for _, text in texts)
    return tuple(
        replace(need, scheme=need.scheme or _scheme(need.store.value, packages, is_async=is_async))
        for need in stores.needs(project, found, _read(code, texts), texts)
    )


def _needed(wanted: dependencies.Dependencies, told: Mapping[str, Evidence]) -> Iterator[Fact[str]]:
    for each in wanted.direct:
        if row := PACKAGES.get(each.name):
            yield Fact(row[0], (each.evidence,))
        for extra in each.extras:
            if store := EXTRAS.get((each.name, extra)):
                yield Fact(store, (each.evidence,))
        for store in ("valkey", "rabbitmq") if each.name in QUEUES else ():
            if store in told:
                yield Fact(store, (each.evidence, told[store]))


def _scheme(store: str, packages: list[str], *, is_async: bool) -> str:
    """How the URL begins for the library among PACKAGES that reads it; "" for the usual way."""
    drivers = [p for p in packages if p in PACKAGES and PACKAGES[p][0] == store]
    if "tortoise-orm" in packages:
        return "postgres" if store == "postgres" else ""
    if not any(p in packages for p in MAPPERS):
        return ""
    fits = [p for p in drivers if (p in ASYNC) == is_async] or drivers
    return PACKAGES[fits[0]][1] if fits else ""


def _read(code: Code, texts: list[tuple[str, str]]) -> Iterator[tuple[str, Evidence]]:
    """The variables that the code reads, the fields of pydantic's settings among them."""
    for path, text in texts:
        yield from stores.variables(databases.READ, path, text)
        if databases.READS_URL.search(text):
            yield "DATABASE_URL", Evidence(path, None, "DATABASE_URL")
        if _READS_CACHE.search(text):
            yield "CACHE_URL", Evidence(path, None, "CACHE_URL")
        if "BaseSettings" not in text or (module := code.module(path)) is None:
            continue
        for settings in module.classes.values():
            if not any(ast.unparse(b).endswith("BaseSettings") for b in settings.bases):
                continue
            prefix = settings_prefix(settings)
            for line in settings.body:
                if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
                    name = prefix + line.target.id.upper()
                    yield name, Evidence(path, line.lineno, name)
