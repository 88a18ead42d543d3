"""The databases, caches and queues that an app needs: what speaks for them, and which variables have their address."""

from __future__ import annotations

import pytest
from dockgen import releases, stores
from dockgen.companions import bundle, variables
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.settings import read

FASTAPI = "import os\nfrom fastapi import FastAPI\napp = FastAPI()\n"
EXPRESS = "require('express')().listen(3000)\n"
GO = 'package main\n\nimport (\n\t"net/http"\n\t"os"\n\t{imports}\n)\n\nfunc main() {{\n\t{body}\n\thttp.ListenAndServe(":8080", nil)\n}}\n'


def python(requirements: str, code: str = "", **files: str) -> dict[str, str]:
    return {"requirements.txt": f"fastapi\nuvicorn\n{requirements}", "main.py": FASTAPI + code, **files}


def node(dependencies: str, code: str = "", more: str = "", **files: str) -> dict[str, str]:
    return {"package.json": f'{{"main": "server.js", "dependencies": {{"express": "5", {dependencies}}} {more}}}',
            "server.js": EXPRESS + code, **files}  # fmt: skip


def go(module: str, body: str = "", **files: str) -> dict[str, str]:
    require = f"module example.com/shop\n\ngo 1.26\n\nrequire {module} v1.0.0\n"
    return {"go.mod": require, "main.go": GO.format(imports=f'_ "{module}"', body=body), **files}


def service(files: dict[str, str], *flags: str):
    settings = read(("with=compose", *flags), {})
    facts = detect(Project.of(files), settings)
    app = bundle.App(
        facts=facts, plan=decide(facts, settings), folder="", context="", dockerfile="Dockerfile", image=""
    )
    made = bundle.make([app], name="shop")
    return made, {
        v.name: f"{v.before}{{{v.asked}}}{v.after}" if v.asked else v.before for v in made.services[0].variables
    }


@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        (python("psycopg[binary]"), ["postgres"]),
        (python("psycopg2-binary\nasyncpg"), ["postgres"]),
        (python("mysqlclient"), ["mysql"]),
        (python("mariadb"), ["mariadb"]),
        (python("motor"), ["mongo"]),
        (python("celery[redis]"), ["valkey"]),
        (python("aio-pika\nredis"), ["valkey", "rabbitmq"]),
        (python("celery", "BROKER = 'amqp://guest@localhost'\n"), ["rabbitmq"]),
        (python("celery"), []),
        (python("aiosqlite\nsqlalchemy"), []),
        (python("", **{"requirements-dev.txt": "psycopg\n"}), []),
        (node('"pg": "8", "bullmq": "5"'), ["postgres", "valkey"]),
        (node('"mongoose": "8"'), ["mongo"]),
        (node('"amqplib": "0.10"'), ["rabbitmq"]),
        (node('"better-sqlite3": "12"'), []),
        (node('"cors": "2"', more=', "devDependencies": {"pg": "8"}'), []),
        (node('"cors": "2"', more=', "optionalDependencies": {"pg": "8"}'), []),
        (go("github.com/jackc/pgx/v5"), ["postgres"]),
        (go("github.com/redis/go-redis/v9"), ["valkey"]),
        (go("go.mongodb.org/mongo-driver/v2"), ["mongo"]),
        (go("github.com/mattn/go-sqlite3"), []),
    ],
)  # fmt: skip
def test_what_dependencies_ask_for(files, wanted):
    made, _ = service(files)
    assert [s.name for s in made.stores] == wanted


def test_nothing_is_looked_for_where_no_companion_is_wanted():
    assert detect(Project.of(python("psycopg")), read((), {})).stores == ()


@pytest.mark.parametrize(
    ("files", "wanted"),
    [
        (python("psycopg2", "URL = os.environ['DATABASE_URL']\n"),
         {"DATABASE_URL": "postgresql://app:{POSTGRES_PASSWORD}@postgres:5432/app"}),
        (python("psycopg\nsqlalchemy", "URL = os.environ['DATABASE_URL']\n"),
         {"DATABASE_URL": "postgresql+psycopg://app:{POSTGRES_PASSWORD}@postgres:5432/app"}),
        (python("asyncpg\npsycopg2\nsqlalchemy", "create_async_engine(os.environ['DB_URL'])\n"),
         {"DB_URL": "postgresql+asyncpg://app:{POSTGRES_PASSWORD}@postgres:5432/app"}),
        (python("psycopg\nsqlalchemy", "URL = os.getenv('DATABASE_URL', 'postgresql+psycopg2://localhost/x')\n"),
         {"DATABASE_URL": "postgresql+psycopg2://app:{POSTGRES_PASSWORD}@postgres:5432/app"}),
        (python("psycopg", "A = os.environ['DB_HOST'], os.environ['DB_PORT'], os.environ['DB_USER']\n"
                "B = os.environ['DB_PASSWORD'], os.environ['DB_NAME'], os.environ['TEST_DATABASE_URL']\n"),
         {"DB_HOST": "postgres", "DB_PORT": "5432", "DB_USER": "app", "DB_PASSWORD": "{POSTGRES_PASSWORD}",
          "DB_NAME": "app", "TEST_DATABASE_URL": "{TEST_DATABASE_URL}"}),
        (python("asyncpg\npydantic-settings", "from pydantic_settings import BaseSettings\n"
                "class Settings(BaseSettings):\n    postgres_dsn: str = ''\n    debug: bool = False\n"),
         {"POSTGRES_DSN": "postgresql://app:{POSTGRES_PASSWORD}@postgres:5432/app"}),
        (python("celery[redis]", "A = os.environ.get('CELERY_BROKER_URL', 'redis://localhost')\n"),
         {"CELERY_BROKER_URL": "redis://valkey:6379/0"}),
        (node('"pg": "8", "ioredis": "5"', "const a = process.env.DATABASE_URL, b = process.env.REDIS_HOST\n"),
         {"DATABASE_URL": "postgresql://app:{POSTGRES_PASSWORD}@postgres:5432/app", "REDIS_HOST": "valkey"}),
        (node('"mongoose": "8"', "const { MONGODB_URI, PORT } = process.env\n"),
         {"MONGODB_URI": "mongodb://app:{MONGO_PASSWORD}@mongo:27017/app?authSource=admin"}),
        (node('"pg": "8"', **{".env.example": "PGHOST=localhost\nPGPASSWORD=x\nPORT=3000\n"}),
         {"PGHOST": "postgres", "PGPASSWORD": "{POSTGRES_PASSWORD}"}),
        (go("github.com/lib/pq", '_ = os.Getenv("DATABASE_URL")'),
         {"DATABASE_URL": "postgresql://app:{POSTGRES_PASSWORD}@postgres:5432/app?sslmode=disable"}),
        (go("github.com/go-sql-driver/mysql", '_ = os.Getenv("MYSQL_DSN")'),
         {"MYSQL_DSN": "app:{MYSQL_PASSWORD}@tcp(mysql:3306)/app?parseTime=true"}),
        (go("github.com/redis/go-redis/v9", '_ = os.Getenv("REDIS_ADDR")'), {"REDIS_ADDR": "valkey:6379"}),
    ],
)  # fmt: skip
def test_the_variables_that_the_app_reads_have_the_address(files, wanted):
    assert service(files)[1] == wanted


def test_a_store_whose_address_nothing_reads_is_there_and_told():
    made, given = service(python("psycopg"))
    assert made.services[0].unread == ("postgres",)
    assert made.stores[0].address == "postgresql://app:${POSTGRES_PASSWORD}@postgres:5432/app"
    assert not given


def test_of_several_sql_servers_the_one_that_the_code_names_is_taken():
    made, _ = service(node('"pg": "8", "mysql2": "3"', "const db = { dialect: 'mysql' }\n"))
    assert [s.name for s in made.stores] == ["mysql"]
    settings = read(("with=compose",), {})
    facts = detect(Project.of(node('"pg": "8", "mysql2": "3"')), settings)
    assert facts.stores == ()  # any of them, or a file
    facts = detect(Project.of(node('"pg": "8", "mysql2": "3"', "const db = { dialect: 'mysql' }\n")), settings)
    assert facts.stores[0].store.rejected[0].value == "postgres"


@pytest.mark.parametrize("engine", ["mysql", "postgresql"])
def test_a_django_app_that_can_do_with_several_names_its_engine(engine):
    code = f'\nDB = {{"ENGINE": "django.db.backends.{engine}"}}\nif engine == "{engine}":\n    pass\n'
    made, _ = service(python("psycopg\nmysqlclient\n", code))
    assert [s.name for s in made.stores] == ["postgres" if engine == "postgresql" else engine]


def test_evidence_names_the_line():
    facts = detect(Project.of(python("redis\npsycopg")), read(("with=compose",), {}))
    assert [(e.path, e.line) for need in facts.stores for e in need.store.evidence] == [
        ("requirements.txt", 4),
        ("requirements.txt", 3),
    ]


def test_prisma_is_asked_for_its_provider():
    schema = 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n'
    files = node('"@prisma/client": "7"', **{"prisma/schema.prisma": schema})
    assert "postgresql://app:" in service(files)[1]["DATABASE_URL"]
    files["prisma/schema.prisma"] = schema.replace("postgresql", "sqlite")
    assert service(files)[0].stores == ()


@pytest.mark.parametrize(
    ("name", "role"),
    [("DATABASE_URL", "url"), ("APP_DB_PASSWORD", "password"), ("PGDATABASE", "name"), ("POSTGRES_DB", "name"),
     ("SQLALCHEMY_DATABASE_URI", "url"), ("DB_POOL_SIZE", ""), ("SHADOW_DATABASE_URL", ""), ("DATABASE_PATH", ""),
     ("HOST", ""), ("PORT", ""), ("API_URL", "")],
)  # fmt: skip
def test_roles(name, role):
    assert stores.role(stores.STORES["postgres"], name) == role


@pytest.mark.parametrize("store", stores.STORES.values(), ids=stores.STORES)
def test_every_store_has_a_release_and_no_password_of_its_own(store):
    assert releases.newest(releases.of(store.product)).is_supported
    for each in variables.of_store(store):
        assert "PASS" not in each.name or each.required or each.before == "yes"


def test_what_is_secret_or_made_up_is_asked_for():
    made = variables.of_app(
        {"SECRET_KEY": "abc", "API": "http://localhost", "WORKERS": "1", "A": "change-me", "X": "a b"}
    )
    assert {v.name: (v.required, v.default) for v in made} == {
        "SECRET_KEY": (True, ""), "API": (True, ""), "WORKERS": (False, "1"), "A": (True, ""), "X": (True, ""),
    }  # fmt: skip


def test_ports_of_this_machine_are_not_given_twice():
    settings = read(("with=compose", "dev=yes"), {})
    facts = detect(Project.of(python("")), settings)
    app = bundle.App(
        facts=facts, plan=decide(facts, settings), folder="", context="", dockerfile="Dockerfile", image=""
    )
    made = bundle.make([app, app], name="shop")
    assert [(s.name, s.port, s.host_port) for s in made.services] == [("app", 8000, 8000), ("app-2", 8000, 8001)]
    assert [(s.dev.port, s.dev.host_port) for s in made.services] == [(8000, 8000), (8000, 8001)]
    assert made.neighbour == "http://app:8000"


PARTS = "\nimport os\nhost, user = os.environ.get('DB_HOST'), os.environ.get('DB_USER')\n"
PASSWORD = "password = os.environ.get('DB_PASSWORD')\n"


def test_parts_of_an_address_are_given_only_if_they_are_whole():
    made, given = service(python("psycopg\n", PARTS))
    assert (made.services[0].unread, given) == (("postgres",), {})
    made, given = service(python("psycopg\n", PARTS + PASSWORD))
    assert made.services[0].unread == ()
    assert set(given) == {"DB_HOST", "DB_USER", "DB_PASSWORD"}
