"""Where an app writes, and how its database gets its tables."""

from __future__ import annotations

import json

import pytest
from dockgen.errors import InputError
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.settings import NOTHING, read

SERVER = "require('http').createServer().listen(process.env.PORT || 3000);\n"
SCHEMA = 'generator client {\n  provider = "prisma-client-js"\n}\ndatasource db {\n  provider = "%s"\n  url = env("DATABASE_URL")\n}\n'
MIGRATION = {"prisma/migrations/1_init/migration.sql": ""}


def plan(code="", files=None, settings=NOTHING, **manifest):
    table = {"name": "x", "scripts": {"start": "node server.js"}, "dependencies": {"express": "5"}, **manifest}
    project = Project.of({"package.json": json.dumps(table), "server.js": SERVER + code, **(files or {})})
    return decide(detect(project, settings), settings)


@pytest.mark.parametrize(
    ("code", "places", "volumes"),
    [
        ("new Database('data/app.db')", ["install -d -o 1000 -g 1000 data"], ("/app/data",)),
        ("multer({ dest: path.join(__dirname, 'uploads') })", ["install -d -o 1000 -g 1000 uploads"], ("/app/uploads",)),
        ("const up = 'files/in'; fs.mkdirSync(up)", ["install -d -o 1000 -g 1000 files/in"], ("/app/files/in",)),
        ("cb(null, './uploads')", ["install -d -o 1000 -g 1000 uploads"], ("/app/uploads",)),
        ("new File({ filename: 'logs/error.log' })", ["install -d -o 1000 -g 1000 logs"], ("/app/logs",)),
        ("new Database('app.db')", ["install -d -o 1000 -g 1000 data", "ln -sf data/app.db app.db"], ("/app/data",)),
        ("open(path.join(folder, 'app.db'))", [], ()),
        ("open(`${__dirname}/store/app.sqlite`)", ["install -d -o 1000 -g 1000 store"], ("/app/store",)),
        ("fs.mkdirSync('tmp')", [], ()),
    ],
)  # fmt: skip
def test_places(code, places, volumes):
    made = plan(code)
    assert list(made.build.places) == places
    assert made.runtime.volumes == volumes


def test_a_database_that_the_project_has_is_the_apps_to_change():
    assert plan("new Database('app.db')", {"app.db": "x"}).build.places == (
        "install -d -o 1000 -g 1000 data",
        "install -m 644 -o 1000 -g 1000 app.db data/app.db",
        "ln -sf data/app.db app.db",
    )
    kept = plan("new Database('db/app.db')", {"db/app.db": "x", "db/seed.sql": ""})
    assert "chown 1000:1000 db/app.db" in kept.build.places
    assert kept.runtime.volumes == ()  # it would hide the seed of the next image


def test_a_folder_that_the_project_has_is_not_taken_for_data():
    made = plan("new Database('app.db')", {"data/cities.json": "[]"})
    assert made.build.places[0] == "install -d -o 1000 -g 1000 state"


def test_a_variable_that_names_the_database_is_set():
    made = plan("new Database(process.env.DB_PATH || './app.sqlite')")
    assert made.runtime.env["DB_PATH"] == "/app/data/app.sqlite"
    assert made.build.places == ("install -d -o 1000 -g 1000 data",)
    example = plan("open(process.env.DATABASE_URL)", {".env.example": 'DATABASE_URL="file:./dev.db?limit=1"\n'})
    assert example.runtime.env["DATABASE_URL"] == "file:/app/data/dev.db"


def prisma(provider, files=None, settings=NOTHING, **manifest):
    table = {"dependencies": {"express": "5", "@prisma/client": "6"}, "devDependencies": {"prisma": "6"}, **manifest}
    return plan("", {"prisma/schema.prisma": SCHEMA % provider, **(files or {})}, settings, **table)


def test_prisma_on_sqlite_migrates_before_the_start():
    made = prisma("sqlite", MIGRATION)
    assert made.runtime.command == ("sh", "-c", "node_modules/.bin/prisma migrate deploy && exec node server.js")
    assert made.runtime.entrypoint == ("/usr/bin/tini", "--")
    assert made.runtime.env["DATABASE_URL"] == "file:/app/data/app.db"
    assert not any(stage.name == "prod-deps" and "omit=dev" in str(stage.steps) for stage in made.build.stages)


def test_prisma_without_migrations_pushes_its_schema():
    command = prisma("sqlite").runtime.command
    assert command[2].startswith("node_modules/.bin/prisma db push --skip-generate && ")


def test_a_database_server_is_never_migrated_unasked():
    made = prisma("postgresql", MIGRATION)
    assert made.runtime.command == ("node", "server.js")
    assert any("npx prisma migrate deploy" in w and "--set migrate=start" in w for w in made.warnings)
    asked = prisma("postgresql", MIGRATION, settings=read(["migrate=start"], {}))
    assert "prisma migrate deploy && exec" in asked.runtime.command[2]
    assert not any("prisma" in w for w in prisma("postgresql", MIGRATION, settings=read(["migrate=none"], {})).warnings)


def test_the_job_is_told_as_a_run_of_the_image_that_has_the_tool():
    made = prisma("postgresql", MIGRATION, dependencies={"express": "5", "prisma": "6", "@prisma/client": "6"})
    assert any("docker run --rm x node_modules/.bin/prisma migrate deploy" in w for w in made.warnings)


def test_drizzle_brings_its_configuration_and_what_that_imports():
    files = {
        "drizzle.config.ts": "import env from './src/env';\nexport default { dialect: 'sqlite', out: './migrations' }",
        "src/env.ts": "export default process.env",
        "src/index.ts": "serve({ port: 3000 })",
        "migrations/0000_init.sql": "",
        "tsconfig.json": '{"compilerOptions": {"outDir": "dist", "rootDir": "src"}}',
    }
    made = plan("", files, scripts={"start": "node dist/index.js", "build": "tsc"},
                devDependencies={"drizzle-kit": "0.31", "typescript": "5"})  # fmt: skip
    assert made.runtime.command[2] == "node_modules/.bin/drizzle-kit migrate && exec node dist/index.js"
    sources = {s for c in made.build.copies for s in c.sources}
    assert {"drizzle.config.ts", "src/env.ts", "migrations"} <= sources
    assert "tsconfig.json" not in sources


def test_names_that_the_configuration_of_drizzle_imports_by_are_known_in_the_image():
    files = {
        "drizzle.config.ts": "import env from '@/env';\nexport default { dialect: 'sqlite', out: './migrations' }",
        "src/env.ts": "export default process.env",
        "src/index.ts": "serve({ port: 3000 })",
        "migrations/0000_init.sql": "",
        "tsconfig.json": '{"compilerOptions": {"outDir": "dist", "paths": {"@/*": ["./src/*"]}}}',
    }
    made = plan("", files, scripts={"start": "node dist/index.js", "build": "tsc"},
                devDependencies={"drizzle-kit": "0.31", "typescript": "5"})  # fmt: skip
    assert {"tsconfig.json", "src/env.ts"} <= {s for c in made.build.copies for s in c.sources}


@pytest.mark.parametrize(
    ("files", "dependencies", "command"),
    [
        ({"knexfile.js": "module.exports = { client: 'better-sqlite3' }", "migrations/1.js": ""}, ["knex"],
         "knex migrate:latest"),
        ({"config/config.json": '{"production": {"dialect": "sqlite"}}', "migrations/1.js": ""}, ["sequelize-cli"],
         "sequelize-cli db:migrate"),
        ({"knexfile.js": "{ development: { client: 'sqlite3' }, production: { client: 'pg' } }", "migrations/1.js": ""},
         ["knex"], None),
    ],
)  # fmt: skip
def test_other_tools(files, dependencies, command):
    made = plan("", files, dependencies={"express": "5", **dict.fromkeys(dependencies, "1")})
    shell = f"node_modules/.bin/{command} && exec node server.js"
    assert made.runtime.command == (("sh", "-c", shell) if command else ("node", "server.js"))


def test_code_that_migrates_by_itself_is_left_alone():
    files = {"knexfile.js": "{ client: 'sqlite3' }", "migrations/1.js": ""}
    made = plan("knex.migrate.latest()", files, dependencies={"express": "5", "knex": "3"})
    assert made.runtime.command == ("node", "server.js")


def test_nothing_to_migrate():
    with pytest.raises(InputError, match="no command is known"):
        plan(settings=read(["migrate=start"], {}))
