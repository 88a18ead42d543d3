"""Parts of Python projects."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from matrix import Part, Row, Stack, line_in, merged

MANAGE = """import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
"""
DJANGO = {
    "manage.py": MANAGE,
    "site_config/__init__.py": "",
    "site_config/settings.py": 'SECRET_KEY = "x"\nROOT_URLCONF = "site_config.urls"\nALLOWED_HOSTS = ["*"]\n'
    'WSGI_APPLICATION = "site_config.wsgi.application"\nSTATIC_URL = "static/"\nSTATIC_ROOT = "staticfiles"\n',
    "site_config/urls.py": "urlpatterns = []\n",
    "site_config/wsgi.py": "import os\n\nfrom django.core.wsgi import get_wsgi_application\n\n"
    'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings")\napplication = get_wsgi_application()\n',
}


def _module(text: str, *needs: str, kind: str = "web", port: int | None = 8000, **expect: Any) -> Part:
    """A framework whose app is one module, which the layout gives its place as {MODULE}."""
    return Part(files={"{MODULE}": text}, needs=needs, expect={"kind": kind, "port": port, **expect})


PYTHON_FRAMEWORKS = {
    "django": Part(
        files=DJANGO,
        needs=("django", "gunicorn"),
        expect={"kind": "web", "port": 8000, "framework": "django", "start": "site_config.wsgi"},
    ),
    "fastapi": _module("from fastapi import FastAPI\n\napp = FastAPI()\n", "fastapi", "uvicorn", framework="fastapi"),
    "starlette": _module(
        "from starlette.applications import Starlette\n\napplication = Starlette()\n",
        "starlette",
        framework="starlette",
    ),
    "litestar": _module(
        "from litestar import Litestar\n\napp = Litestar([])\n", "litestar[standard]", framework="litestar"
    ),
    "flask": _module("from flask import Flask\n\napp = Flask(__name__)\n", "flask", "gunicorn", framework="flask"),
    "flask-factory": _module(
        "from flask import Flask\n\n\ndef create_app(config=None):\n    app = Flask(__name__)\n    return app\n",
        "flask",
        framework="flask",
    ),
    "sanic": _module('from sanic import Sanic\n\napp = Sanic("a")\n', "sanic", framework="sanic"),
    "aiohttp": _module(
        "from aiohttp import web\n\napp = web.Application()\n\nif __name__ == '__main__':\n    web.run_app(app, port=9090)\n",
        "aiohttp",
        framework="aiohttp",
        port=9090,
    ),
    "streamlit": _module("import streamlit as st\n\nst.title('x')\n", "streamlit", framework="streamlit", port=8501),
    "gradio": _module(
        "import gradio as gr\n\ndemo = gr.Interface(str, 'text', 'text')\n\nif __name__ == '__main__':\n    demo.launch()\n",
        "gradio",
        framework="gradio",
        port=7860,
    ),
    "bot": _module(
        "import discord\n\nclient = discord.Client()\n\nif __name__ == '__main__':\n    client.run('x')\n",
        "discord.py",
        kind="worker",
        port=None,
    ),
    "library": Part(files={"{MODULE}": "def add(a, b):\n    return a + b\n"}, expect={"refused": True}),
    "job": _module("def main():\n    print('x')\n\n\nif __name__ == '__main__':\n    main()\n", kind="job", port=None),
    "loop": _module(
        "import time\n\nif __name__ == '__main__':\n    while True:\n        time.sleep(60)\n", kind="worker", port=None
    ),
}


def _requires(spec: str, *lines: str) -> Part:
    """A range that stands where the manager keeps it."""
    return Part(manifest={"requires": spec}, expect={"lines": lines})


PYTHON_VERSIONS = {
    "unsaid": Part(expect=line_in("3.14")),
    "python-version": Part(files={".python-version": "3.12.4\n"}, expect=line_in("3.12")),
    "runtime": Part(files={"runtime.txt": "python-3.11.9\n"}, expect=line_in("3.11")),
    "tool-versions": Part(files={".tool-versions": "nodejs 22.1.0\npython 3.13.1\n"}, expect=line_in("3.13")),
    "mise": Part(files={"mise.toml": '[tools]\npython = "3.12"\n'}, expect=line_in("3.12")),
    "open": _requires(">=3.10", "3.11", "3.12", "3.13", "3.14"),
    "closed": _requires(">=3.10,<3.13", "3.11", "3.12"),
    "past": Part(manifest={"requires": ">=3.8,<3.10"}, expect={**line_in("3.8", "3.9"), "ended": "20(24|25)-"}),
}
PYTHON_LAYOUTS = {
    "flat": Part(manifest={"module": "app.py"}),
    "main": Part(manifest={"module": "main.py"}),
    "package": Part(manifest={"module": "shop/app.py"}, files={"shop/__init__.py": "", "shop/prices.py": "LIST = {}\n"}),
    "src": Part(manifest={"module": "src/shop/app.py"}, files={"src/shop/__init__.py": ""}),
    "furnished": Part(
        manifest={"module": "main.py"},
        files={"tests/test_a.py": "", "docs/conf.py": "", "README.md": "# x", ".env": "SECRET=1", "notebooks/a.ipynb": "{}",
               ".venv/pyvenv.cfg": "", "migrations/env.py": "", "Makefile": "run:\n\tpython main.py\n"},
    ),
}  # fmt: skip
PYTHON_NATIVE = {
    "none": Part(),
    "psycopg2": Part(needs=("psycopg2",)),
    "mysqlclient": Part(needs=("mysqlclient",)),
    "git": Part(needs=("thing @ git+https://git.invalid/thing",)),
}


def _pyproject(needs: list[str], requires: str, *, build: str = "", more: str = "") -> str:
    python = f'requires-python = "{requires}"\n' if requires else ""
    system = f'\n[build-system]\nrequires = ["{build}"]\nbuild-backend = "{build}"\n' if build else ""
    return f'[project]\nname = "shop"\nversion = "1"\n{python}dependencies = {json.dumps(needs)}\n{more}{system}'


def _setup(needs: list[str], requires: str) -> str:
    python = f', python_requires="{requires}"' if requires else ""
    return f'from setuptools import setup\n\nsetup(name="shop", version="1"{python}, install_requires={json.dumps(needs)})\n'


def _poetry(needs: list[str], requires: str) -> str:
    lines = [f'"{n.partition("[")[0].partition(" @")[0]}" = "*"' for n in needs if "git+" not in n]
    lines += [f'{n.partition(" @")[0]} = {{git = "https://git.invalid/thing"}}' for n in needs if "git+" in n]
    python = [f'python = "{requires}"'] if requires else []
    table = "\n".join([*python, *lines])
    return f'[tool.poetry]\nname = "shop"\nversion = "1"\npackage-mode = false\n\n[tool.poetry.dependencies]\n{table}\n'


def _pipfile(needs: list[str]) -> str:
    return "[packages]\n" + "".join(f'"{n.partition("[")[0].partition(" @")[0]}" = "*"\n' for n in needs)


PythonFiles = Callable[[list[str], str], dict[str, str]]
PYTHON_FILES: Mapping[str, PythonFiles] = {
    "requirements": lambda needs, _: {"requirements.txt": "\n".join(needs) + "\n"},
    "split": lambda needs, _: {
        "requirements/base.txt": "\n".join(needs) + "\n",
        "requirements/prod.txt": "-r base.txt\nrequests\n",
        "requirements/dev.txt": "-r base.txt\npytest\n",
    },
    "pip-tools": lambda needs, _: {
        "requirements.in": "\n".join(needs) + "\n",
        "requirements.txt": "".join(f"{n}\n    # via -r requirements.in\n" for n in needs),
    },
    "pyproject": lambda needs, python: {"pyproject.toml": _pyproject(needs, python)},
    "setup": lambda needs, python: {"setup.py": _setup(needs, python)},
    "uv": lambda needs, python: {
        "pyproject.toml": _pyproject(needs, python),
        "uv.lock": "version = 1\nrevision = 3\n" + (f'requires-python = "{python}"\n' if python else ""),
    },
    "poetry": lambda needs, python: {
        "pyproject.toml": _poetry(needs, python),
        "poetry.lock": '[metadata]\nlock-version = "2.1"\n' + (f'python-versions = "{python}"\n' if python else ""),
    },
    "pdm": lambda needs, python: {
        "pyproject.toml": _pyproject(needs, python, build="pdm-backend", more="[tool.pdm]\ndistribution = false\n"),
        "pdm.lock": '[metadata]\nlock_version = "4.5.0"\n',
    },
    "pipenv": lambda needs, _: {
        "Pipfile": _pipfile(needs),
        "Pipfile.lock": '{"_meta": {"pipfile-spec": 6}, "default": {}, "develop": {}}',
    },
    "pipenv-bare": lambda needs, _: {"Pipfile": _pipfile(needs)},
}
PYTHON_MANAGERS = {
    "requirements": Part(expect={"manager": "pip"}),
    "split": Part(expect={"manager": "pip"}),
    "pip-tools": Part(expect={"manager": "pip"}),
    "pyproject": Part(expect={"manager": "pip (project)"}),
    "setup": Part(expect={"manager": "pip (project)"}),
    "uv": Part(expect={"manager": "uv"}),
    "poetry": Part(expect={"manager": "poetry"}),
    "pdm": Part(expect={"manager": "pdm"}),
    "pipenv": Part(expect={"manager": "pipenv"}),
    "pipenv-bare": Part(expect={"manager": "pipenv"}),
}
RANGES = ("open", "closed", "past")
RANGELESS = ("requirements", "split", "pip-tools", "pipenv", "pipenv-bare")


def python(row: Row, chosen: Mapping[str, Part]) -> dict[str, str]:
    manifest = merged(chosen)
    needs = [n for part in chosen.values() for n in part.needs]
    files = PYTHON_FILES[row["manager"]](needs, manifest.get("requires", ""))
    for part in chosen.values():
        files |= {manifest["module"] if path == "{MODULE}" else path: text for path, text in part.files.items()}
    return files


def _pairs(dimension: str, names: tuple[str, ...], other: str, values: tuple[str, ...]) -> Iterator[Any]:
    for name, value in itertools.product(names, values):
        yield (dimension, name), (other, value)


STACK = Stack(
    name="python",
    dimensions={
        "framework": PYTHON_FRAMEWORKS,
        "manager": PYTHON_MANAGERS,
        "version": PYTHON_VERSIONS,
        "layout": PYTHON_LAYOUTS,
        "native": PYTHON_NATIVE,
    },
    compose=python,
    together=("framework", "manager", "native"),
    clashes=tuple(_pairs("version", RANGES, "manager", RANGELESS)),
)
