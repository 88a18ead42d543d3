"""Commands in other tools' files: evidence of what starts, never the truth."""

from __future__ import annotations

import pytest
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.settings import NOTHING
from dockgen.stacks.python import commands

FASTAPI = "from fastapi import FastAPI\napp = FastAPI()\n"
TWO = {"requirements.txt": "fastapi\nuvicorn\n", "main.py": FASTAPI, "tools/admin.py": FASTAPI, "shop/web.py": FASTAPI}


def plan(files):
    return decide(detect(Project.of(files), NOTHING), NOTHING)


def argv(files):
    made = plan(files)
    return " ".join((*(made.runtime.entrypoint or ()), *(made.runtime.command or ())))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Dockerfile", 'FROM python\nCMD ["uvicorn", "shop.web:app", "--port", "8123"]\n'),
        ("Dockerfile", "CMD exec uvicorn shop.web:app -p 8123\n"),
        ("docker-compose.yml", "services:\n  web:\n    command: uvicorn shop.web:app --port 8123\n"),
        ("render.yaml", "startCommand: uvicorn shop.web:app --host 0.0.0.0 --port=8123\n"),
        ("fly.toml", "[processes]\n  app = 'uvicorn shop.web:app --port 8123'\n"),
        ("Makefile", "run:\n\tpython -m uvicorn shop.web:app --port 8123\n"),
        ("start.sh", "#!/bin/sh\nexec uvicorn shop.web:app --port 8123\n"),
        ("supervisord.conf", "[program:web]\ncommand=gunicorn -b 0.0.0.0:8123 shop.web:app\n"),
    ],
)
def test_of_several_apps_the_one_that_a_command_names(path, text):
    assert "uvicorn shop.web:app --host=0.0.0.0 --port=8123" in argv(TWO | {path: text})


@pytest.mark.parametrize(
    "text", ["# uvicorn shop.web:app\n", "RUN pip install uvicorn\n", "CMD uvicorn gone:app\n", "CMD uvicorn\n"]
)
def test_what_is_not_there_is_not_started(text):
    assert "uvicorn main:app" in argv(TWO | {"Dockerfile": text})


def test_an_app_of_an_unknown_framework_is_served_as_the_project_serves_it():
    files = {"requirements.txt": "uvicorn\n", "src/site.py": "app = make()\n", "Dockerfile": "CMD uvicorn site:app\n"}
    assert argv(files) == "uvicorn site:app --host=0.0.0.0 --port=8000"
    assert plan(files).runtime.workdir == "/app/src"


def test_a_script_that_a_deployment_names_is_run_but_not_one_of_a_developers():
    files = {"requirements.txt": "requests\n", "fetch.py": "print(1)\n", "clean.py": "print(2)\n"}
    assert argv(files | {"Dockerfile": 'CMD ["python", "-u", "fetch.py"]\n'}).endswith("python fetch.py")
    assert argv(files | {"main.py": "main()\n", "Makefile": "x:\n\tpython clean.py\n"}).endswith("python main.py")


@pytest.mark.parametrize(
    ("path", "text", "port"),
    [
        ("gunicorn.conf.py", 'bind = "0.0.0.0:8111"\n', 8111),
        ("Dockerfile", "FROM python\nEXPOSE 8222\n", 8222),
        ("Dockerfile", "FROM python\nEXPOSE 80\n", 8000),
        ("Dockerfile", "FROM python\nEXPOSE 8222\nEXPOSE 9222\n", 8000),
        ("wsgi.sh", "gunicorn -b :8333 main:app\n", 8000),
        ("run.sh", "gunicorn -b :8333 main:app\n", 8333),
    ],
)
def test_the_port_that_the_projects_own_tools_give(path, text, port):
    assert plan(TWO | {path: text}).runtime.port == port


def test_the_code_knows_its_port_better_than_an_old_dockerfile():
    files = TWO | {"main.py": FASTAPI + "uvicorn.run(app, port=8444)\n", "Dockerfile": "EXPOSE 8222\n"}
    assert plan(files).runtime.port == 8444


def test_uwsgi():
    files = {
        "requirements.txt": "flask\ngunicorn\n",
        "app.py": "from flask import Flask\napp = Flask('a')\n",
        "shop/front.py": "from flask import Flask\napi = Flask('b')\n",
        "uwsgi.ini": "[uwsgi]\nmodule = shop.front\ncallable = api\n",
    }
    assert "gunicorn shop.front:api " in argv(files)


def test_django_by_the_interface_that_a_command_names():
    files = {
        "manage.py": "import django\n",
        "requirements.txt": "django\ngunicorn\nuvicorn\n",
        "site/wsgi.py": "application = 1\n",
        "site/asgi.py": "application = 1\n",
    }
    assert "gunicorn site.wsgi:application" in argv(files)
    assert "uvicorn site.asgi:application" in argv(files | {"start.sh": "uvicorn site.asgi:application\n"})


def test_django_in_a_folder():
    files = {
        "requirements.txt": "django\ngunicorn\n",
        "backend/manage.py": "import django\n",
        "backend/site/wsgi.py": "application = 1\n",
        "example/manage.py": "import django\n",
    }
    made = plan(files)
    assert made.runtime.command[:2] == ("gunicorn", "site.wsgi:application")
    assert made.runtime.workdir == "/app/backend"


def test_a_hostile_line_is_read_in_no_time():
    long = "CMD " + "uvicorn " * 50_000
    found = commands.read(Project.of({"Dockerfile": long + "\n" + "python -m " * 9000}))
    assert all(len(" ".join(line.words)) <= commands.MAX_LINE for line in found)


def test_what_dockgen_wrote_is_no_evidence():
    ours = "# syntax=docker/dockerfile:1\n# dockgen 0.1.0 inputs=0 body=0 (to write it anew: dockgen generate)\n"
    assert plan(TWO | {"Dockerfile": ours + 'EXPOSE 8222\nCMD ["uvicorn", "shop.web:app"]\n'}).runtime.port == 8000
    assert "main:app" in argv(TWO | {"Dockerfile": ours + 'CMD ["uvicorn", "shop.web:app"]\n'})


def test_a_deployment_settles_which_of_several_programs_is_meant():
    files = {"requirements.txt": "requests\n", "one/main.py": "main()\n", "two/main.py": "main()\n"}
    assert argv(files | {"Dockerfile": "CMD python two/main.py\n"}).endswith("python two/main.py")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("gunicorn.conf.py", "wsgi_app = 'shop.web:app'\n"),
        ("README.md", "Run it:\n\n    fastapi run shop/web.py\n"),
        ("pyproject.toml", "[tool.taskipy.tasks]\nstart = 'uvicorn shop.web:app'\n"),
        ("Procfile", "release: python manage.py migrate\nworker: uvicorn shop.web:app\n"),
    ],
)
def test_other_places_that_name_the_app(path, text):
    assert "uvicorn shop.web:app " in argv(TWO | {path: text})


def test_the_page_that_a_command_names():
    files = {"requirements.txt": "streamlit\n", "app.py": "import streamlit\n", "ui/home.py": "import streamlit\n"}
    assert "streamlit run app.py " in argv(files)
    assert "streamlit run ui/home.py " in argv(files | {"Dockerfile": "CMD streamlit run ui/home.py\n"})


def test_a_script_that_listens_inward_gives_way_to_a_server_that_does_not():
    files = {
        "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n[project.scripts]\nshop = "shop.cli:main"\n'
        "[build-system]\nrequires = []\n",
        "requirements.txt": "fastapi\nuvicorn\n",
        "shop/__init__.py": "",
        "shop/service.py": FASTAPI,
        "shop/cli.py": "import uvicorn\ndef main():\n    uvicorn.run('shop.service:app', host='127.0.0.1', port=8055)\n",
    }
    assert argv(files).startswith("uvicorn shop.service:app --host=0.0.0.0 ")
    assert argv(files | {"shop/cli.py": files["shop/cli.py"].replace("127.0.0.1", "0.0.0.0")}) == "shop"


def test_the_server_of_a_dash_app_is_dashs():
    files = {
        "requirements.txt": "dash\ngunicorn\n",
        "app.py": "from dash import Dash\napp = Dash()\nserver = app.server\n",
    }
    made = plan(files)
    assert made.framework == "dash"
    assert "gunicorn app:server --bind=0.0.0.0:8050" in argv(files | {"Procfile": "web: gunicorn app:server\n"})
