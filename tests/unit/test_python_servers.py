"""Which server serves an app, by the Procfile or by what is installed, and how the image ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.settings import read
from dockgen.stacks.python import servers

if TYPE_CHECKING:
    from dockgen.plans import Plan

FASTAPI = "from fastapi import FastAPI\napp = FastAPI()\n"
FLASK = "from flask import Flask\napp = Flask('x')\n"
MAKE_FASTAPI = "from fastapi import FastAPI\ndef create_app():\n    return FastAPI()\n"


def plan(files: dict[str, str], *flags: str) -> Plan:
    settings = read(flags, {})
    return decide(detect(Project.of(files), settings), settings)


def line(made: Plan) -> str:
    return " ".join((*(made.runtime.entrypoint or ()), *(made.runtime.command or ())))


@pytest.mark.parametrize(
    ("web", "source", "server", "begin"),
    [
        ("waitress-serve app:app", FLASK, "waitress==3.0.2", "waitress-serve --listen=0.0.0.0:8000 "),
        ("hypercorn app:app", FASTAPI, "hypercorn==0.18.0", "hypercorn app:app "),
        ("daphne app:app", FASTAPI, "daphne==4.2.3", "daphne --bind=0.0.0.0 --port=8000 app:app"),
        ("uvicorn app:app", FASTAPI, "uvicorn==0.54.0", "uvicorn app:app "),
        ("uvicorn app:create_app --factory", MAKE_FASTAPI, "uvicorn==0.54.0", "uvicorn app:create_app --factory "),
        ("daphne app:create_app()", MAKE_FASTAPI, "uvicorn==0.54.0", "uvicorn app:create_app --factory "),
        ("gunicorn -k uvicorn.workers.UvicornWorker app:app", FASTAPI, "uvicorn==0.54.0", "uvicorn app:app "),
        ("gunicorn -k gevent app:app", FLASK, "gunicorn==27.0.1", "gunicorn app:app "),
    ],
)
def test_a_server_that_the_procfile_names_is_added(web, source, server, begin):
    made = plan({"requirements.txt": "flask\nfastapi\n", "app.py": source, "Procfile": f"web: {web}\n"})
    assert made.build.server == server
    assert line(made).startswith(begin)
    assert "gevent" not in line(made)


def test_a_server_is_installed_where_nothing_else_is():
    made = plan({"app.py": "def app(environ, start): ...\n", "Procfile": "web: waitress-serve app:app\n"})
    assert made.build.install == "script"
    assert made.runtime.path == ("/app/.venv/bin",)


@pytest.mark.parametrize(
    ("server", "python", "version"),
    [("waitress", "3.8", "3.0.0"), ("hypercorn", "3.9", "0.17.3"), ("uvicorn", "3.9", "0.39.0"),
     ("daphne", "3.6", "3.0.2"), ("hypercorn", "3.6", ""), ("gunicorn", "3.10", "27.0.1")],
)  # fmt: skip
def test_added_version(server, python, version):
    assert servers.added_version(server, python) == version


def test_a_server_that_does_not_run_on_this_python_is_replaced():
    files = {"requirements.txt": "fastapi\n", "app.py": FASTAPI, "Procfile": "web: hypercorn app:app\n"}
    made = plan(files, "python=3.6", "allow-eol=yes")
    assert made.build.server == "uvicorn==0.16.0"


def test_no_server_needs_an_init_and_waitress_another_signal():
    assert {s.name: s.stops_at for s in servers.TABLE if s.stops_at != "SIGTERM"} == {"waitress": "SIGINT"}
    made = plan({"requirements.txt": "flask\nwaitress\n", "app.py": FLASK}).runtime
    assert (made.entrypoint, made.stop_signal, made.apt) == (None, "SIGINT", ())
    other = plan({"requirements.txt": "flask\ngunicorn\n", "app.py": FLASK}).runtime
    assert (other.entrypoint, other.stop_signal, other.apt) == (None, None, ())


def test_the_procfile_keeps_environment_health_and_import_roots():
    files = {
        "requirements.txt": "dash\ngunicorn==23.0.0\n",
        "site/main.py": "from dash import Dash\nimport data\nimport os\nport = os.getenv('PORT', '8051')\n"
        "app = Dash()\nserver = app.server\n",
        "site/data.py": "",
        "Procfile": "web: gunicorn site.main:server\n",
    }
    made = plan(files)
    assert line(made).startswith("gunicorn site.main:server --bind=0.0.0.0:8051")
    assert made.runtime.env["PYTHONPATH"] == "/app/site"
    assert made.runtime.env["PORT"] == "8051"


def test_environment_of_the_procfiles_framework():
    source = "from dash import Dash\napp = Dash()\n"
    made = plan({"requirements.txt": "dash\ngunicorn\n", "app.py": source, "Procfile": "web: gunicorn app:app\n"})
    assert made.runtime.env["HOST"] == "0.0.0.0"


@pytest.mark.parametrize(
    "begin", ["cd backend && gunicorn", "cd ./backend/ && X=1 gunicorn", "gunicorn --chdir backend"]
)  # fmt: skip
def test_the_procfiles_folder(begin):
    files = {"requirements.txt": "flask\ngunicorn\n", "backend/main.py": FLASK, "main.py": FLASK}
    made = plan({**files, "Procfile": f"web: {begin} main:app\n"})
    assert line(made).startswith("gunicorn main:app ")
    assert made.runtime.workdir == "/app/backend"


@pytest.mark.parametrize("folder", ["..", "/srv", "'a b'"])
def test_a_folder_that_is_none_of_ours(folder):
    files = {"requirements.txt": "flask\ngunicorn\n", "main.py": FLASK, "a b/main.py": FLASK}
    made = plan({**files, "Procfile": f"web: cd {folder} && gunicorn main:app\n"})
    assert made.runtime.workdir == "/app"
    assert line(made).startswith("gunicorn main:app ")


def test_a_factory_is_not_given_to_daphne():
    made = plan({"requirements.txt": "fastapi\ndaphne\n", "main.py": MAKE_FASTAPI})
    assert line(made).startswith("uvicorn main:create_app --factory ")
    made = plan({"requirements.txt": "fastapi\ndaphne\nhypercorn\n", "main.py": MAKE_FASTAPI})
    assert line(made).startswith("hypercorn main:create_app() ")


def test_granian_speaks_what_the_app_speaks():
    assert "--interface=wsgi" in line(plan({"requirements.txt": "flask\ngranian\n", "app.py": FLASK}))
    assert "--interface=asgi" in line(plan({"requirements.txt": "fastapi\ngranian\n", "app.py": FASTAPI}))


def test_evidence_of_a_start_is_of_one_file():
    files = {
        "requirements.txt": "aiohttp\n",
        "shop.py": "from aiohttp import web\n\n\n\napp = web.Application()\n",
        "start.py": "from aiohttp import web\nif __name__ == '__main__':\n    import shop\n    web.run_app(shop.app)\n",
    }
    facts = detect(Project.of(files), read((), {}))
    assert facts.start
    assert facts.start.value == ("python", "start.py")
    assert [(e.path, e.line) for e in facts.start.evidence] == [("start.py", 4)]


def test_lost_apps_are_those_of_the_same_folder():
    files = {"requirements.txt": "fastapi\nuvicorn\n", "api/main.py": FASTAPI + "import db\n", "api/db.py": ""}
    files |= {"api_old/main.py": FASTAPI, "api/other.py": FASTAPI}
    facts = detect(Project.of(files), read((), {}))
    assert facts.start
    assert [r.value for r in facts.start.rejected] == [("other:app",)]


@pytest.mark.parametrize("name", sorted({preferred[0] for preferred in servers.PREFERRED.values()}))
def test_servers_that_are_added_have_the_hash_of_the_version_that_is_added(name):
    row = servers.BY_NAME[name]
    assert row.wheels[0][0] == f"{name}=={row.version}"
    assert all(len(digest) == 64 and int(digest, 16) for _, digest in row.wheels)


HASH = " --hash=sha256:" + "0" * 64


def test_a_server_is_added_with_hashes_where_the_requirements_have_them():
    files = {"app.py": FASTAPI, "requirements.txt": f"fastapi==0.163.2{HASH}\nclick==8.3.0{HASH}\n"}
    made = plan(files)
    assert [r.partition(" ")[0] for r in made.build.server_wheels] == ["uvicorn==0.54.0", "h11==0.16.0"]
    without = plan(files | {"requirements.txt": "fastapi==0.163.2\n"})
    assert (without.build.server, without.build.server_wheels) == ("uvicorn==0.54.0", ())


def test_no_hash_is_made_up_for_the_last_version_that_an_old_python_runs():
    assert servers.with_hashes("uvicorn", "3.8", ()) == ()
    assert servers.with_hashes("daphne", "3.14", ()) == ()
