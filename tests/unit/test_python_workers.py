"""Queues and their workers, jobs, pages of interactive frameworks, and addresses that are turned outward."""

from __future__ import annotations

import pytest
from dockgen.errors import InputError
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.settings import read

FASTAPI = "from fastapi import FastAPI\napp = FastAPI()\n"


def plan(files, *flags):
    settings = read(flags, {})
    return decide(detect(Project.of(files), settings), settings)


def argv(made):
    return " ".join((*(made.runtime.entrypoint or ()), *(made.runtime.command or ())))


@pytest.mark.parametrize(
    ("package", "text", "expected"),
    [
        ("celery", "from celery import Celery\nshop = Celery('x')\n", "celery --app=jobs:shop worker --loglevel=INFO"),
        ("dramatiq", "import dramatiq\n\n@dramatiq.actor\ndef send(): ...\n", "dramatiq jobs"),
        ("huey", "from huey import RedisHuey\nq = RedisHuey()\n", "python -m huey.bin.huey_consumer jobs.q"),
        ("arq", "import arq\nclass WorkerSettings:\n    functions = []\n", "arq jobs.WorkerSettings"),
        ("taskiq", "import taskiq\nbroker = taskiq.InMemoryBroker()\n", "taskiq worker jobs:broker"),
    ],
)
def test_a_project_of_tasks_alone_is_its_worker(package, text, expected):
    made = plan({"requirements.txt": f"{package}\n", "jobs.py": text})
    assert argv(made) == expected
    assert made.kind == "worker"
    assert made.runtime.port is None
    assert made.runtime.health is None


def test_beside_a_web_app_the_worker_is_told_with_its_command():
    files = {
        "requirements.txt": "fastapi\nuvicorn\ncelery\n",
        "main.py": FASTAPI,
        "tasks_app.py": "from celery import Celery\nc = Celery('x')\nc.conf.beat_schedule = {}\n",
    }
    made = plan(files)
    assert argv(made).startswith("uvicorn main:app")
    worker, beat = [w for w in made.warnings if "docker run app celery" in w]
    assert worker.endswith("`docker run app celery --app=tasks_app:c worker --loglevel=INFO`")
    assert "celery --app=tasks_app:c beat" in beat


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("print('done')\nmain()\n", "job"),
        ("while True:\n    main()\n", "worker"),
        ("main()\nscheduler = BlockingScheduler()\n", "worker"),
        ("main(input('name?'))\n", "cli"),
        ("import sys\nmain(sys.argv)\n", "cli"),
    ],
)
def test_a_program_ends_or_stays(text, kind):
    made = plan({"requirements.txt": "requests\n", "main.py": text})
    assert made.kind == kind
    assert made.runtime.port is None
    assert made.runtime.health is None


def test_a_program_that_stays_by_what_it_imports():
    files = {
        "requirements.txt": "requests\n",
        "main.py": "import loop\nloop.run()\nmain()\n",
        "loop.py": "while True: ...\n",
    }
    assert plan(files).kind == "worker"


def test_an_unknown_kind():
    with pytest.raises(InputError, match="unknown kind"):
        plan({"main.py": "main()\n"}, "kind=daemon")


@pytest.mark.parametrize(
    ("package", "text", "expected"),
    [
        ("panel", "import panel as pn\npn.Row().servable()\n", "panel serve app.py --address=0.0.0.0 --port=5006 "),
        ("shiny", "from shiny.express import ui\nui.h1('x')\n", "shiny run app.py --host=0.0.0.0 --port=8000"),
        ("shiny", "from shiny import App\napp = App(1, 2)\n", "uvicorn app:app --host=0.0.0.0 --port=8000"),
        ("marimo", "import marimo\napp = marimo.App()\n", "marimo run app.py --host=0.0.0.0 --port=2718 --headless"),
        ("solara", "import solara\ndef Page(): ...\n", "solara run app.py --host=0.0.0.0 --port=8765 --production"),
        ("responder", "import responder\napi = responder.API()\n", "uvicorn app:api --host=0.0.0.0 --port=8000"),
        (
            "python-socketio\nfastapi\nuvicorn",
            "import socketio\nfrom fastapi import FastAPI\napp = FastAPI()\nsio_app = socketio.ASGIApp(1, app)\n",
            "uvicorn app:sio_app ",
        ),
        ("sanic", "from sanic import Sanic\ndef make():\n    return Sanic('x')\n", "sanic app:make --factory "),
    ],
)
def test_frameworks(package, text, expected):
    assert expected in argv(plan({"requirements.txt": f"{package}\n", "app.py": text}))


def test_robyn_listens_outward_by_its_own_variable():
    made = plan(
        {"requirements.txt": "robyn\n", "app.py": "from robyn import Robyn\napp = Robyn(1)\napp.start(port=8094)\n"}
    )
    assert made.runtime.env["ROBYN_HOST"] == "0.0.0.0"
    assert made.runtime.env["ROBYN_PORT"] == "8094"
    assert made.runtime.port == 8094


AIOHTTP = "from aiohttp import web\napp = web.Application()\n"


@pytest.mark.parametrize(
    ("files", "env"),
    [
        (
            {"app.py": AIOHTTP + "web.run_app(app, host=os.getenv('BIND_HOST', '127.0.0.1'))\n"},
            {"BIND_HOST": "0.0.0.0"},
        ),
        (
            {
                "app.py": "from conf import s\n" + AIOHTTP + "web.run_app(app, host=s.host, port=s.listen_port)\n",
                "conf.py": (
                    "from pydantic_settings import BaseSettings\n"
                    "class S(BaseSettings):\n    host: str = '127.0.0.1'\n    listen_port: int = 9123\n"
                ),
            },
            {"HOST": "0.0.0.0"},
        ),
        ({"app.py": AIOHTTP + "db = os.getenv('DB_HOST', 'localhost')\nweb.run_app(app)\n"}, {}),
    ],
)
def test_a_variable_that_turns_an_app_outward(files, env):
    made = plan({"requirements.txt": "aiohttp\n"} | files)
    assert {k: v for k, v in made.runtime.env.items() if "HOST" in k} == env
    if "conf.py" in files:
        assert made.runtime.port == 9123


def test_arguments_reach_a_service_that_is_a_console_script():
    files = {
        "pyproject.toml": '[project]\nname = "t"\nversion = "1"\n[project.scripts]\nt = "t:main"\n[build-system]\nrequires = []\n',
        "t.py": "import socketserver\ndef main():\n    create_server(port=8099).serve_forever()\n",
    }
    made = plan(files)
    assert made.kind == "web"
    assert made.runtime.port == 8099
    assert made.runtime.entrypoint == ("/usr/bin/tini", "--", "t")
    assert made.runtime.command is None


@pytest.mark.parametrize(
    ("files", "kind", "expected"),
    [
        (
            {
                "requirements.txt": "functions-framework\n",
                "main.py": "import functions_framework\n\n@functions_framework.http\ndef hi(request): ...\n",
            },
            "web",
            "functions-framework --source=main.py --target=hi --host=0.0.0.0 --port=8080",
        ),
        (
            {
                "requirements.txt": "pyramid\ngunicorn==23.0.0\n",
                "a.py": "",
                "production.ini": "[app:main]\nuse = egg:a\n[server:main]\nlisten = localhost:6550\n",
            },
            "web",
            "gunicorn --paste=production.ini --bind=0.0.0.0:6550 ",
        ),
        (
            {"requirements.txt": "mesop\n", "main.py": "import mesop as me\n@me.page()\ndef p(): ...\n"},
            "web",
            "gunicorn main:me --bind=0.0.0.0:8080 ",
        ),
        (
            {
                "requirements.txt": "bottle\n",
                "app.py": "from bottle import route, run\nrun(host='localhost', port=8090)\n",
            },
            "web",
            "python -m bottle --server=waitress --bind=0.0.0.0:8090 app",
        ),
        (
            {
                "requirements.txt": "scrapy\n",
                "scrapy.cfg": "",
                "x/spiders/a.py": "class A(scrapy.Spider):\n    name = 'fish'\n",
            },
            "job",
            "scrapy crawl fish",
        ),
        (
            {
                "requirements.txt": "scrapy\n",
                "scrapy.cfg": "",
                "x/spiders/a.py": "class A(Spider):\n    name = 'a'\n\nclass B(Spider):\n    name = 'b'\n",
            },
            "cli",
            "scrapy",
        ),
    ],
)
def test_what_a_tool_starts_by_its_own_convention(files, kind, expected):
    made = plan(files)
    assert made.kind == kind
    assert expected in argv(made)


def test_the_port_of_an_option_that_another_file_defines():
    files = {
        "requirements.txt": "tornado\n",
        "main.py": "import tornado.web\nimport opts\ndef main():\n    app.listen(opts.options.port)\nmain()\n",
        "opts.py": "from tornado.options import define\ndefine('port', default=5551, type=int)\n",
    }
    made = plan(files)
    assert (made.kind, made.framework, made.runtime.port) == ("web", "tornado", 5551)
