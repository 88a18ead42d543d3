"""How a Python app is found to start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dockgen.errors import UndecidedError
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.settings import read

if TYPE_CHECKING:
    from dockgen.plans import Plan

FASTAPI = "from fastapi import FastAPI\n"
FLASK = "from flask import Flask\n"


def plan(files: dict[str, str], *flags: str) -> Plan:
    settings = read(flags, {})
    return decide(detect(Project.of(files), settings), settings)


def argv(files: dict[str, str]) -> str:
    made = plan(files)
    return " ".join((*(made.runtime.entrypoint or ()), *(made.runtime.command or ())))


UVICORN = {"requirements.txt": "fastapi\nuvicorn\n"}
GUNICORN = {"requirements.txt": "flask\ngunicorn==23.0.0\n"}
TAIL = "--worker-tmp-dir=/dev/shm --access-logfile=-"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"main.py": FASTAPI + "app = FastAPI()"}, "uvicorn main:app --host=0.0.0.0 --port=8000"),
        (
            {"server.py": "import fastapi as f\nweb: f.FastAPI = f.FastAPI()"},
            "uvicorn server:web --host=0.0.0.0 --port=8000",
        ),
        (
            {"app/__init__.py": "", "app/main.py": FASTAPI + "from app.db import x\napp = FastAPI()", "app/db.py": ""},
            "uvicorn app.main:app ",
        ),
        (
            {"src/shop/__init__.py": "", "src/shop/api.py": FASTAPI + "from . import db\napp = FastAPI()"},
            "uvicorn shop.api:app ",
        ),
        ({"backend/main.py": FASTAPI + "import db\napp = FastAPI()", "backend/db.py": ""}, "uvicorn main:app "),
        ({"main.py": FASTAPI + "def make():\n    a = FastAPI()\n    return a\n"}, "uvicorn main:make --factory "),
        ({"main.py": FASTAPI + "class A(FastAPI): ...\napp = A()"}, "uvicorn main:app "),
        ({"main.py": FASTAPI + "try:\n    app = FastAPI()\nexcept ImportError:\n    raise\n"}, "uvicorn main:app "),
        ({"lib.py": FASTAPI + "app = FastAPI()", "main.py": FASTAPI + "app = FastAPI()"}, "uvicorn main:app "),
        ({"main.py": FASTAPI + "app = FastAPI()\nimport uvicorn\nuvicorn.run(app, port=9001)"}, "--port=9001"),
        (
            {"main.py": FASTAPI + "app = FastAPI()\nimport uvicorn\nuvicorn.run(app, host='127.0.0.1', port=80)"},
            "--host=0.0.0.0 --port=8000",
        ),
    ],
)
def test_asgi(files, expected):
    assert expected in argv(UVICORN | files)


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"app.py": FLASK + "app = Flask(__name__)"}, f"gunicorn app:app --bind=0.0.0.0:8000 {TAIL}"),
        (
            {
                "shop/__init__.py": FLASK + "def create_app():\n    return Flask('x')\n",
                "wsgi.py": "from shop import create_app\napp = create_app()\n",
            },
            "gunicorn wsgi:app ",
        ),
        (
            {"shop/__init__.py": FLASK + "def create_app(config=None):\n    return Flask('x')\n"},
            "gunicorn shop:create_app() ",
        ),
        (
            {
                "shop/__init__.py": FLASK + "def create_app(config):\n    return Flask('x')\n",
                "run.py": "from shop import create_app\nserver = create_app(1)\n",
            },
            "gunicorn run:server ",
        ),
        (
            {
                "blog.py": FLASK + "app = Flask('x')",
                "app.py": FLASK + "app = Flask('x')",
                ".flaskenv": "FLASK_APP=blog.py\n",
            },
            "gunicorn blog:app ",
        ),
        (
            {
                "requirements.txt": "flask\ngunicorn\ngevent\n",
                "app.py": FLASK + "app = Flask('x')",
                "Procfile": "web: gunicorn -k gevent -b 0.0.0.0:$PORT app:app\n",
            },
            "--worker-class=gevent",
        ),
        ({"app.py": FLASK + "app = Flask('x')", "Procfile": "web: gunicorn gone:app\n"}, "gunicorn app:app "),
    ],
)
def test_wsgi(files, expected):
    assert expected in argv(GUNICORN | files)


def test_server_is_added_and_told():
    made = plan({"requirements.txt": "flask\n", "app.py": FLASK + "app = Flask('x')"})
    assert made.build.server == "gunicorn==27.0.1"
    assert any("gunicorn 27.0.1 is added" in w for w in made.warnings)
    assert "--no-control-socket" in (made.runtime.command or ())


def test_server_that_comes_with_an_extra_is_not_added():
    made = plan({"requirements.txt": "fastapi[standard]\n", "main.py": FASTAPI + "app = FastAPI()"})
    assert made.build.server == ""


def test_two_import_roots():
    files = {
        "backend/main.py": FASTAPI + "import schemas, scripts.x\napp = FastAPI()",
        "backend/schemas.py": "",
        "scripts/x.py": "",
    }
    made = plan(UVICORN | files)
    assert (made.runtime.command or ())[1] == "backend.main:app"
    assert made.runtime.env["PYTHONPATH"] == "/app/backend"


DJANGO = {
    "manage.py": "import django\n",
    "requirements.txt": "django\ngunicorn==23.0.0\n",
    "site/wsgi.py": "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n",
}


def test_django():
    assert argv(DJANGO).startswith("gunicorn site.wsgi:application ")


def test_django_below_a_folder_runs_there():
    made = plan(
        {("src/" + k if k != "requirements.txt" else k): v for k, v in DJANGO.items()}
        | {"manage.py": "import django\n"}
    )
    assert (made.runtime.command or ())[1] == "site.wsgi:application"
    assert made.runtime.env["PYTHONPATH"] == "/app/src"


def test_django_collects_static_files_with_a_dummy_environment():
    settings = (
        "import os\nSECRET_KEY = os.environ['KEY']\nDB = os.environ.get('X', '')\n"
        "STATIC_ROOT = BASE_DIR / 'assets'\nMIDDLEWARE = ['whitenoise.x']\n"
    )
    made = plan(DJANGO | {"site/settings.py": settings})
    assert made.build.collect_static == "assets"
    collect = ("KEY=only-for-the-build", "/app/.venv/bin/python", "manage.py", "collectstatic", "--noinput")
    assert made.build.prepare == (collect,)
    assert made.run_args == ("-e", "KEY=change-me")


@pytest.mark.parametrize(
    ("files", "kind", "expected"),
    [
        ({"main.py": "print('hi')\nif __name__ == '__main__':\n    print(1)\n"}, "job", "tini -- python main.py"),
        ({"main.py": "import argparse\nif __name__ == '__main__':\n    print(1)\n"}, "cli", "python main.py"),
        ({"tool/__main__.py": "import sys\nprint(sys.argv)\n"}, "cli", "python -m tool"),
        (
            {"requirements.txt": "discord.py\n", "bot.py": "import discord\nbot.run('x')\n"},
            "worker",
            "python bot.py",
        ),
        (
            {"requirements.txt": "streamlit\n", "app.py": "import streamlit as st\nst.title('x')\n"},
            "web",
            "streamlit run app.py",
        ),
        (
            {"requirements.txt": "celery\n", "tasks_app.py": "from celery import Celery\napp = Celery('x')\n"},
            "worker",
            "celery --app=tasks_app:app worker",
        ),
        (
            {
                "requirements.txt": "aiohttp\n",
                "app.py": "from aiohttp import web\napp = web.Application()\nweb.run_app(app, port=8090)\n",
            },
            "web",
            "python app.py",
        ),
        (
            {
                "setup.py": (
                    "from setuptools import setup\n"
                    "setup(name='t', entry_points={'console_scripts': ['t = t.cli:main']})"
                ),
                "t/cli.py": "def main(): ...",
            },
            "cli",
            "t",
        ),
        (
            {
                "pyproject.toml": (
                    '[project]\nname = "t"\n[project.scripts]\nt = "t:main"\n[build-system]\nrequires = []\n'
                ),
                "t.py": "def main(): ...",
            },
            "cli",
            "t",
        ),
    ],
)
def test_programs(files, kind, expected):
    made = plan(files)
    assert made.kind == kind
    assert expected in argv(files)
    assert (made.runtime.port is None) is (kind != "web")
    assert (made.runtime.health is None) is (kind != "web")


def test_a_library_is_refused_with_what_was_looked_for():
    with pytest.raises(UndecidedError, match="looked for"):
        plan({"setup.py": "from setuptools import setup\nsetup(name='lib')", "lib/__init__.py": "x = 1\n"})


def test_a_library_runs_if_the_user_says_how():
    made = plan(
        {"setup.py": "from setuptools import setup\nsetup(name='lib')", "lib/__init__.py": "x = 1\n"},
        "start=python -m lib",
    )
    assert made.runtime.command == ("python", "-m", "lib")


def test_port_setting_moves_command_probe_and_environment():
    files = {"main.py": FASTAPI + "import os\napp = FastAPI()\nport = int(os.environ.get('PORT', '8080'))\n"}
    made = plan(UVICORN | files, "port=9000")
    assert made.runtime.port == 9000
    assert (made.runtime.command or ())[-1] == "--port=9000"
    assert made.runtime.env["PORT"] == "9000"
    assert "9000" in " ".join(made.runtime.health or ())


def test_health_route_in_the_code_is_asked():
    made = plan(UVICORN | {"main.py": FASTAPI + "app = FastAPI()\n@app.get('/healthz')\ndef h(): ...\n"})
    assert "'127.0.0.1', 8000" in (made.runtime.health or ())[-1]
    assert "'GET', '/healthz'" in (made.runtime.health or ())[-1]


@pytest.mark.parametrize("text", ["def broken(:\n", "\x00\x00", "print 'python 2'\n", "(" * 5000])
def test_sources_that_do_not_parse_are_passed_over(text):
    made = plan(UVICORN | {"main.py": FASTAPI + "app = FastAPI()", "other.py": text})
    assert (made.runtime.command or ())[1] == "main:app"


def test_packages_that_the_user_sets_do_not_take_the_entry_point_away():
    made = plan({"main.py": "if __name__ == '__main__':\n    print(1)\n"}, "apt.run=curl")
    assert (made.runtime.entrypoint or ())[0] == "/usr/bin/tini"
    assert made.runtime.apt == ("curl", "tini")
