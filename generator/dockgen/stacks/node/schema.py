"""How the schema of an app's database is brought up to date: the tool that it has, and whether the file is its own."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.facts import Evidence
from dockgen.migration import Migration
from dockgen.records import dataclass
from dockgen.stacks.node import programs, typescript
from dockgen.stacks.node.imports import aliases, reachable
from dockgen.values import is_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dockgen.project import Project
    from dockgen.stacks.node.model import App
    from dockgen.stacks.node.package import Package

_PROVIDER = lazy.pattern(r"datasource\s+\w+\s*\{[^}]*?provider\s*=\s*\"(\w+)\"", re.DOTALL)
_DIALECT = lazy.pattern(r"\b(?:dialect|client|type|driver)[\"']?\s*:\s*[\"'`]([\w:-]+)[\"'`]")
_OUT = lazy.pattern(r"\bout\s*:\s*[\"'`]([\w./-]+)[\"'`]")
_SQLITE = frozenset({"sqlite", "sqlite3", "better-sqlite3", "turso", "libsql", "expo-sqlite", "node:sqlite"})
# Code that brings the schema up to date by itself when the app starts.
_BY_ITSELF = lazy.pattern(
    r"drizzle-orm/[\w-]+/migrator|\bmigrate\.latest\(|\.sync\(\s*(?:\{[^}]*\})?\s*\)|\bsynchronize\s*:\s*true"
    r"|\bmigrationsRun\s*:\s*true|\brunMigrations\(|\bautoMigrate\(|CREATE TABLE IF NOT EXISTS|\.migrateToLatest\("
)
MAX_FILES = 12  # of a tool's configuration and what that imports
_WORDS = ("migrat", "Migrat", ".sync(", "synchronize", "CREATE TABLE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """`migration` as it runs in the image; `needs` is the package that brings its tool, `files` what it reads."""

    migration: Migration
    needs: str
    files: tuple[str, ...] = ()


def find(project: Project, package: Package, app: App, texts: list[str]) -> Schema | None:
    """The migration of the app; None if it has none, or if its code (TEXTS) does it by itself."""
    if app.kind.value not in ("web", "worker"):
        return None
    found = next(_all(project, package), None)
    if found is None or any(any(w in t for w in _WORDS) and _BY_ITSELF.search(t) for t in texts):
        return None
    return found


def _all(project: Project, package: Package) -> Iterator[Schema]:
    yield from _prisma(project, package)
    yield from _drizzle(project, package)
    yield from _knex(project, package)
    yield from _sequelize(project, package)
    yield from _typeorm(project, package)
    yield from _adonis(project, package)


def _prisma(project: Project, package: Package) -> Iterator[Schema]:
    config = project.first("prisma.config.ts", "prisma.config.js", "prisma.config.mjs") or ""
    m = re.search(r"\bschema\s*:\s*[\"'`]([\w./-]+)[\"'`]", project.text(config)) if config else None
    field = re.search(r'"prisma"\s*:\s*\{[^}]*"schema"\s*:\s*"([\w./-]+)"', project.text(package.path))
    named = posixpath.normpath(field[1] if field else m[1] if m else "prisma/schema.prisma")
    file = project.first(named, f"{named}/schema.prisma", "prisma/schema/schema.prisma", "schema.prisma")
    if not file or not {"prisma", "@prisma/client"} & package.all_dependencies.keys():
        return
    provider = _PROVIDER.search(project.text(file))
    if not provider or provider[1] == "mongodb":
        return
    folder = posixpath.dirname(file)
    has_migrations = any(f.endswith("migration.sql") for f in project.below(f"{folder}/migrations"))
    generates = () if (package.major("prisma") or 7) >= 7 else ("--skip-generate",)  # the client is made by the build
    words = ("migrate", "deploy") if has_migrations else ("db", "push", *generates)
    option = ("--schema", named) if not config and named != "prisma/schema.prisma" else ()
    yield _schema(project, "prisma", (*words, *option), provider[1], file, provider[0], (folder, config))


def _drizzle(project: Project, package: Package) -> Iterator[Schema]:
    config = project.first(*(f"drizzle.config.{s}" for s in ("ts", "js", "mjs", "json")))
    dialect = _DIALECT.search(project.text(config)) if config else None
    if not config or not dialect or "drizzle-kit" not in package.all_dependencies:
        return
    m = _OUT.search(project.text(config))
    out = posixpath.normpath(m[1]) if m else "drizzle"
    has_migrations = any(f.endswith(".sql") for f in project.below(out))
    source = re.search(r"\bschema\s*:\s*\[?\s*[\"'`]([\w./-]+)", project.text(config))
    tables = source[1].removeprefix("./") if source and not has_migrations else ""
    read = reachable(project, config)[:MAX_FILES]
    names = [n for n, _ in aliases(project) if any(re.search(rf"[\"']{re.escape(n)}", project.text(f)) for f in read)]
    paths = [f for f in ("tsconfig.json", "tsconfig.base.json") if names and project.has(f)]  # what the names stand for
    files = (*read, *paths, out if has_migrations else tables)
    force = ("--force",) if dialect[1] in _SQLITE else ()
    words = ("migrate",) if has_migrations else ("push", *force)
    yield _schema(project, "drizzle-kit", words, dialect[1], config, dialect[0], files)


def _knex(project: Project, package: Package) -> Iterator[Schema]:
    config = project.first("knexfile.js", "knexfile.cjs", "knexfile.mjs")
    clients = _DIALECT.findall(project.text(config)) if config else []
    if config and clients and "knex" in package.dependencies and project.has_folder("migrations"):
        worst = next((c for c in clients if c not in _SQLITE), clients[0])
        yield _schema(project, "knex", ("migrate:latest",), worst, config, worst, (config, "migrations"))


def _sequelize(project: Project, package: Package) -> Iterator[Schema]:
    if "sequelize-cli" not in package.all_dependencies or not project.has_folder("migrations"):
        return
    config = project.first("config/config.json", "config/config.js", "config/database.js", ".sequelizerc")
    dialects = _DIALECT.findall(project.text(config)) if config else []
    if config and dialects:
        worst = next((d for d in dialects if d not in _SQLITE), dialects[0])
        files = (posixpath.dirname(config) or config, "migrations", ".sequelizerc")
        yield _schema(project, "sequelize-cli", ("db:migrate",), worst, config, worst, files)


def _typeorm(project: Project, package: Package) -> Iterator[Schema]:
    """TypeORM, where a script says which data source its migrations belong to."""
    for name, text in package.scripts.items():
        m = re.search(r"typeorm\S*.*\bmigration:run\b.*?(?:-d|--dataSource)[= ]([\w./-]+)", text)
        if not m:
            continue
        file = posixpath.normpath(m[1])
        made = typescript.compiled(project, package, file) if file.endswith(".ts") else file
        dialect = _DIALECT.search(project.text(file))
        if made and dialect:
            words = ("migration:run", "-d", made)
            yield _schema(project, "typeorm", words, dialect[1], package.path, f'"{name}"', ())
        return


def _adonis(project: Project, package: Package) -> Iterator[Schema]:
    config = "config/database.ts"
    if "@adonisjs/lucid" in package.all_dependencies and project.has_folder("database/migrations"):
        dialect = _DIALECT.search(project.text(config))
        m = re.search(r"\bconnection\s*:\s*[\"'](\w+)[\"']", project.text(config))
        name = m[1] if m else dialect[1] if dialect else "server"
        command = ("node", "build/ace.js", "migration:run", "--force")
        evidence = Evidence(config, project.line_of(config, m[0]) if m else None, f"Lucid on {name}")
        yield Schema(migration=Migration(command=command, embedded=name in _SQLITE, evidence=evidence), needs="")


def _schema(
    project: Project, tool: str, words: tuple[str, ...], provider: str, file: str, mark: str, files: tuple[str, ...]
) -> Schema:
    evidence = Evidence(file, project.line_of(file, mark.rsplit("\n", maxsplit=1)[-1].strip()), f"{tool} on {provider}")
    command = programs.argv_of(tool, words)
    present = tuple(f for f in dict.fromkeys(files) if is_path(f) and (project.has(f) or project.has_folder(f)))
    return Schema(
        migration=Migration(command=command, embedded=provider in _SQLITE, evidence=evidence),
        needs=tool,
        files=present,
    )
