"""Find the databases, caches and queues that a Node app needs, by the clients among its dependencies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dockgen import lazy, stores
from dockgen.facts import Evidence, Fact
from dockgen.stacks.node.imports import sources

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dockgen.facts import Facts
    from dockgen.project import Project
    from dockgen.settings import Settings
    from dockgen.stores import Need

PACKAGES: Mapping[str, str] = {
    "pg": "postgres",
    "postgres": "postgres",
    "pg-promise": "postgres",
    "slonik": "postgres",
    "@prisma/adapter-pg": "postgres",
    "mysql": "mysql",
    "mysql2": "mysql",
    "mariadb": "mariadb",
    "@prisma/adapter-mariadb": "mariadb",
    "mongodb": "mongo",
    "mongoose": "mongo",
    "redis": "valkey",
    "@redis/client": "valkey",
    "ioredis": "valkey",
    "iovalkey": "valkey",
    "@valkey/valkey-glide": "valkey",
    "bull": "valkey",
    "bullmq": "valkey",
    "bee-queue": "valkey",
    "@keyv/redis": "valkey",
    "amqplib": "rabbitmq",
    "amqp-connection-manager": "rabbitmq",
    "@golevelup/nestjs-rabbitmq": "rabbitmq",
    "@cloudamqp/amqp-client": "rabbitmq",
}
# Prisma's providers -> store; the others are files, or servers that we have no row for.
PROVIDERS: Mapping[str, str] = {"postgresql": "postgres", "postgres": "postgres", "mysql": "mysql", "mongodb": "mongo"}
_PRISMA = ("@prisma/client", "prisma")
_PROVIDER = lazy.pattern(r"datasource\s+\w+\s*\{[^}]*?provider\s*=\s*\"(\w+)\"")
_DIALECT = lazy.pattern(
    r"\b(?:dialect|client|type|driver|provider)[\"']?\s*:\s*[\"'`](postgres(?:ql)?|mysql|mariadb)[\"'`]"
)
_READS = lazy.pattern(
    r"(?:process\.env|Bun\.env|import\.meta\.env|\benv)(?:\.|\[\s*[\"'])([A-Z][A-Z0-9_]*)"
    r"|\benv(?:\.\w+)?\(\s*[\"']([A-Z][A-Z0-9_]*)[\"']"  # Prisma, Strapi
    r"|\bget(?:OrThrow)?(?:<[^>\n]{0,40}>)?\(\s*[\"']([A-Z][A-Z0-9_]*)[\"']"  # Nest's ConfigService, AdonisJS
    r"|^\s*[\"']?([A-Z][A-Z0-9_]*)[\"']?\s*:\s*(?:z|Joi|joi|yup|v|t|str|url|port|host|num|Env|Type)\b[.(]"  # schemas
)
_TAKEN = lazy.pattern(r"\{([^{}]{1,400})\}\s*=\s*(?:process|Bun)\.env\b")
_NAME = lazy.pattern(r"\b([A-Z][A-Z0-9_]+)\b")


def find(project: Project, found: Facts, _settings: Settings) -> tuple[Need, ...]:
    """The stores that the app needs, each with the variables that its code or the example of .env names."""
    whole = project.workspace.root if project.workspace else project
    texts = [(path, project.text(path)) for path in sources(project)]
    schemas = [(path, project.text(path)) for path in project.ending(".prisma")]
    if not schemas and whole is not project:
        schemas = [(path, whole.text(path)) for path in whole.ending(".prisma")]
    told = stores.told(texts, _DIALECT)
    needed = stores.chosen(_needed(project, found, schemas), told)
    if not needed:
        return ()
    return stores.needs(project, needed, _read([*texts, *schemas]), texts)


def _needed(project: Project, found: Facts, schemas: list[tuple[str, str]]) -> Iterator[Fact[str]]:
    package = found.detail.package
    if any(p in package.all_dependencies for p in _PRISMA):
        for path, text in schemas:
            if (m := _PROVIDER.search(text)) and (store := PROVIDERS.get(m[1])):
                yield Fact(store, (Evidence(path, text.count("\n", 0, m.start(1)) + 1, f"Prisma on {m[1]}"),))
    for name in package.dependencies:
        if store := PACKAGES.get(name):
            line = project.line_of(package.path, f'"{name}":') if project.has(package.path) else None
            yield Fact(store, (Evidence(package.path, line, name),))


def _read(texts: list[tuple[str, str]]) -> Iterator[tuple[str, Evidence]]:
    for path, text in texts:
        if "env" not in text and "get" not in text and ": z" not in text:
            continue
        yield from stores.variables(_READS, path, text)
        for m in _TAKEN.finditer(text):
            for name in _NAME.findall(m[1]):
                yield name, Evidence(path, text.count("\n", 0, m.start()) + 1, name)
