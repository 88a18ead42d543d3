"""Find the databases, caches and queues that a Go program needs, by the clients among the packages that it imports."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from dockgen import lazy, stores
from dockgen.facts import Evidence, Fact

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockgen.facts import Facts
    from dockgen.project import Project
    from dockgen.settings import Settings
    from dockgen.stores import Need

# What an import path begins with -> store.
MODULES: Mapping[str, str] = {
    "github.com/lib/pq": "postgres",
    "github.com/jackc/pgx": "postgres",
    "github.com/go-pg/pg": "postgres",
    "github.com/uptrace/bun/driver/pgdriver": "postgres",
    "gorm.io/driver/postgres": "postgres",
    "github.com/go-sql-driver/mysql": "mysql",
    "gorm.io/driver/mysql": "mysql",
    "go.mongodb.org/mongo-driver": "mongo",
    "github.com/redis/go-redis": "valkey",
    "github.com/go-redis/redis": "valkey",
    "github.com/gomodule/redigo": "valkey",
    "github.com/redis/rueidis": "valkey",
    "github.com/valkey-io/valkey-go": "valkey",
    "github.com/hibiken/asynq": "valkey",
    "github.com/rabbitmq/amqp091-go": "rabbitmq",
    "github.com/streadway/amqp": "rabbitmq",
}
_DIALECT = lazy.pattern(r"\.Open\(\s*\"(postgres|mysql)\"")
# os.Getenv and functions like it, struct tags (`env:"NAME"`, `envconfig:"NAME"`), viper.
_READS = lazy.pattern(
    r"\b\w{0,30}[eE]nv\w{0,20}\(\s*\"([A-Z][A-Z0-9_]*)\"|\b(?:env|envconfig|mapstructure|koanf):\"([A-Z][A-Z0-9_]*)"
    r"|\bviper\.(?:Get\w*|BindEnv)\(\s*\"([A-Z][A-Z0-9_]*)\""
)


def find(project: Project, found: Facts, _settings: Settings) -> tuple[Need, ...]:
    """The stores that the program needs, each with the variables that its code or the example of .env names."""
    if project.workspace and project.workspace.manifest == "go.mod":  # paths are the whole workspace's
        project = project.workspace.root
    texts = [(path, project.text(path)) for path in found.detail.compiled]
    told = stores.told(texts, _DIALECT)
    needed = stores.chosen(_needed(project, found, texts), told)
    if not needed:
        return ()
    names = [pair for path, text in texts for pair in stores.variables(_READS, path, text)]
    return tuple(
        replace(
            need,
            # lib/pq asks for TLS unless it is told not to
            query="?sslmode=disable" if need.store.value == "postgres" else "",
            form="dsn" if need.store.value == "mysql" else "url",
        )
        for need in stores.needs(project, needed, names, texts)
    )


def _needed(project: Project, found: Facts, texts: list[tuple[str, str]]) -> Iterator[Fact[str]]:
    manifest = found.detail.module.file if found.detail.module else ""
    for path, text in texts:
        for module, store in MODULES.items():
            if m := re.search(rf"[\"`]{re.escape(module)}(?:/[\w./-]+)?[\"`]", text):
                line = project.line_of(manifest, module) if manifest else None
                place = Evidence(manifest, line, module) if line else Evidence(path, None, m[0].strip('"`'))
                yield Fact(store, (place,))
