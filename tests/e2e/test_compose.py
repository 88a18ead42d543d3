"""compose.yaml brought up by Compose: services become healthy, hardened as written, with a database that an app writes."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import textwrap
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

import compose
import engine
import pytest
import yaml
from helpers import PROJECTS, dockgen
from test_build_and_run import make_locks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Debian's server with the image's account, folders and variables, for an engine that pulls no image. What it does with
# them is a small part of what the entry point of the official image does.
POSTGRES = """\
FROM debian:trixie-slim
RUN groupadd --gid 999 postgres && useradd --uid 999 --gid 999 --home-dir /var/lib/postgresql postgres \\
    && apt-get update && apt-get install -y --no-install-recommends postgresql-common \\
    && echo 'create_main_cluster = false' >> /etc/postgresql-common/createcluster.conf \\
    && apt-get install -y --no-install-recommends postgresql-17 && rm -rf /var/lib/apt/lists/* \\
    && install -d -o postgres -g postgres -m 1777 /var/lib/postgresql && install -d -m 3777 /var/run/postgresql
ENV LANG=C.UTF-8 PATH=$PATH:/usr/lib/postgresql/17/bin PGDATA=/var/lib/postgresql/17/docker
VOLUME /var/lib/postgresql
COPY start.sh /usr/local/bin/
ENTRYPOINT ["start.sh"]
STOPSIGNAL SIGINT
"""
START = """\
#!/bin/sh
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    mkdir -p "$PGDATA"
    echo "$POSTGRES_PASSWORD" > /tmp/password
    initdb --username="$POSTGRES_USER" --pwfile=/tmp/password --auth=scram-sha-256
    pg_ctl --wait start -o "-c listen_addresses=''"
    PGPASSWORD=$POSTGRES_PASSWORD createdb --username="$POSTGRES_USER" "$POSTGRES_DB"
    pg_ctl --wait stop
fi
exec postgres -c listen_addresses='*'
"""
SHOP = {
    "requirements.txt": "alembic==1.17.2\nfastapi==0.122.0\npsycopg[binary]==3.2.13\nsqlalchemy==2.0.44\nuvicorn==0.38.0\n",
    "shop/__init__.py": "",
    "shop/main.py": """\
        import os

        import sqlalchemy
        from fastapi import FastAPI

        app = FastAPI()
        engine = sqlalchemy.create_engine(os.environ["DATABASE_URL"])


        @app.get("/healthz")
        def health():
            return {"status": "ok"}


        @app.get("/")
        def visit():
            with engine.begin() as database:
                database.execute(sqlalchemy.text("insert into visit default values"))
                return {"visits": database.execute(sqlalchemy.text("select count(*) from visit")).scalar()}
        """,
    "alembic.ini": "[alembic]\nscript_location = alembic\n",
    "alembic/env.py": """\
        import os

        import sqlalchemy
        from alembic import context

        with sqlalchemy.create_engine(os.environ["DATABASE_URL"]).connect() as connection:
            context.configure(connection=connection)
            with context.begin_transaction():
                context.run_migrations()
        """,
    "alembic/versions/1_visit.py": """\
        import sqlalchemy
        from alembic import op

        revision, down_revision = "1", None


        def upgrade():
            op.create_table("visit", sqlalchemy.Column("id", sqlalchemy.Integer, primary_key=True))
        """,
}


@dataclass(frozen=True)
class Case:
    """A project that is brought up as it is, and what each port of it answers."""

    project: str
    asks: tuple[tuple[str, str, str], ...]  # service, path, part of the answer
    env: tuple[tuple[str, str], ...] = ()
    has_health: bool = True
    thorough: bool = True


CASES = (
    Case("python-fastapi-uv", (("parcels", "/parcels/0", "unknown"),), thorough=False),
    Case("python-django-sqlite", (("python-django-sqlite", "/", ""),), (("SECRET_KEY", "x"),)),
    Case("node-express-npm", (("harbour-api", "/healthz", "ok"),)),
    Case("go-chi", (("ledger", "/healthz", "ok"),), has_health=False),  # in its image nothing could ask
    Case("node-workspace-npm", (("api", "/", ""), ("web", "/", ""))),
)


@pytest.fixture(autouse=True)
def a_compose():
    if not compose.program():
        pytest.skip("NOTHING WAS BROUGHT UP: there is no docker compose 2 or newer on this machine")


@contextlib.contextmanager
def up(folder: Path, scratch: Path, more: dict | None = None, **env: str) -> Iterator:
    """Bring up the compose.yaml of FOLDER, with MORE over it; a function that runs further commands of Compose."""
    said = yaml.safe_load((folder / "compose.yaml").read_text())
    name = f"{engine.PREFIX}-{uuid.uuid4().hex[:8]}"
    services = {key: dict(value) for key, value in (more or {}).items()}
    for key, service in said["services"].items():
        mine = services.setdefault(key, {})
        mine.setdefault("image", f"{engine.PREFIX}-{service['image']}")
        if "build" in service:
            built = folder / service["build"]["context"] / service["build"].get("dockerfile", "Dockerfile")
            mine["build"] = {"dockerfile": str(engine.buildable(built, scratch))}
        if engine.HOST_NETWORK:  # there is no other network: services have one name, and listen at their own ports
            mine |= {"network_mode": "host", "extra_hosts": [f"{other}:127.0.0.1" for other in said["services"]]}
            mine.get("build", {}).setdefault("network", "host") if "build" in mine else None
        if not engine.INIT and service.get("init"):
            mine["init"] = False
    override = scratch / f"{name}.yaml"
    text = yaml.safe_dump({"services": services})
    if engine.HOST_NETWORK:
        text = text.replace("    network_mode: host\n", "    network_mode: host\n    ports: !reset []\n")
    override.write_text(text)

    def command(*words: str, check: bool = True) -> str:
        argv = [
            *compose.program(),
            "--project-name",
            name,
            "-f",
            str(folder / "compose.yaml"),
            "-f",
            str(override),
            *words,
        ]
        done = subprocess.run(argv, env=os.environ | env, capture_output=True, text=True, timeout=900, check=False)
        if check and done.returncode:
            logs = subprocess.run(
                [*argv[: -len(words)], "logs", "--tail", "30"],
                env=os.environ | env,
                capture_output=True,
                text=True,
                check=False,
            )
            raise engine.EngineError(f"{' '.join(argv)}\n{done.stdout}{done.stderr}\n{logs.stdout}")
        return done.stdout

    try:
        command("up", "--build", "--detach", "--wait")
        yield command
    finally:
        command("down", "--volumes", "--remove-orphans", "--timeout", "5", check=False)
        for service in services.values():
            subprocess.run(["docker", "image", "rm", "--force", service["image"]], capture_output=True, check=False)


def port(folder: Path, service: str) -> int:
    """Where SERVICE is reached: on the host's network at its own port, else at the one that is published."""
    said = yaml.safe_load((folder / "compose.yaml").read_text())["services"][service]["ports"][0]
    return int(said.split(":")[2 if engine.HOST_NETWORK else 1])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.project)
def test_a_project_is_brought_up(case: Case, scratch):
    folder = scratch / case.project
    shutil.copytree(PROJECTS / case.project, folder)
    make_locks(folder, scratch)
    several = ["--all"] if "workspace" in case.project else []
    run = dockgen("generate", "--with", "compose", *several, "--force", folder)
    assert run.code == 0, run.err
    with up(folder, scratch, **dict(case.env)) as command:
        for service, path, part in case.asks:
            status, body = engine.get(port(folder, service), path)
            assert status < 500
            assert part in body
            container = command("ps", "--quiet", service).strip()
            found = json.loads(engine.docker("inspect", container))[0]
            assert found["HostConfig"]["ReadonlyRootfs"]
            assert found["HostConfig"]["CapDrop"] == ["ALL"]
            assert found["HostConfig"]["Memory"] > 0
            assert found["State"].get("Health", {}).get("Status") == ("healthy" if case.has_health else None)


def test_an_app_finds_its_database_which_outlives_it(scratch):
    folder = scratch / "shop"
    for path, text in SHOP.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(textwrap.dedent(text))
    run = dockgen("generate", "--with", "compose", folder)
    assert run.code == 0, run.err
    server = scratch / "postgres"
    server.mkdir()
    (server / "Dockerfile").write_text(POSTGRES)
    (server / "start.sh").write_text(START)
    (server / "start.sh").chmod(0o755)
    tag = f"{engine.PREFIX}-postgres"
    stand_in = {"postgres": {"image": tag}}
    with contextlib.ExitStack() as stack:
        built = stack.enter_context(engine.image(server, engine.buildable(server / "Dockerfile", scratch)))
        engine.docker("tag", built, tag)
        command = stack.enter_context(up(folder, scratch, stand_in, POSTGRES_PASSWORD=uuid.uuid4().hex))
        assert engine.get(port(folder, "shop"), "/") == (200, '{"visits":1}')
        made = json.loads(engine.docker("inspect", command("ps", "--quiet", "postgres").strip()))[0]
        assert made["Config"]["User"] == "postgres"
        assert made["HostConfig"]["ReadonlyRootfs"]
        assert made["HostConfig"]["CapDrop"] == ["ALL"]
        assert not made["HostConfig"]["PortBindings"]
        command("down", "--timeout", "20")
        command("up", "--detach", "--wait")
        assert engine.get(port(folder, "shop"), "/") == (200, '{"visits":2}')
