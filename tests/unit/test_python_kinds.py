"""What is Python and yet no app for an image is refused with the reason and the nearest thing that would work."""

from __future__ import annotations

import pytest
from dockgen.errors import UndecidedError, UnsupportedError
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.settings import NOTHING, read

LIBRARY = '[project]\nname = "x"\nversion = "1"\n[build-system]\nrequires = []\n'


@pytest.mark.parametrize(
    ("files", "what", "where"),
    [
        ({"main.py": "import os\nimport tkinter as tk\nmain()\n"}, "opens a window", "main.py:2"),
        (
            {"main.py": "import game\ngame.main()\nmain()\n", "game.py": "from pygame import display\n"},
            "pygame",
            "game.py:1",
        ),
        ({"ui.py": "from PyQt6.QtWidgets import QApplication\n", "b.py": ""}, "PyQt6", "ui.py:1"),
        (
            {"custom_components/x/manifest.json": "{}", "custom_components/x/__init__.py": ""},
            "Home Assistant",
            "manifest",
        ),
        ({"action.yml": "runs:\n  using: composite\n", "main.py": "main()\n"}, "GitHub Action", "action.yml"),
        (
            {"serverless.yml": "provider:\n  runtime: python3.12\n", "handler.py": "def h(): ...\n"},
            "Lambda",
            "serverless",
        ),
        ({"host.json": '{"version": "2.0"}', "function_app.py": "app = 1\n"}, "Azure", "host.json"),
        ({"dags/daily.py": "from airflow import DAG\n"}, "Airflow", "dags/daily.py"),
        ({"dbt_project.yml": "name: x\n", "a.py": ""}, "dbt", "dbt_project.yml"),
        (
            {"rxconfig.py": "import reflex\n", "app/app.py": "import reflex as rx\napp = rx.App()\n"},
            "Reflex",
            "rxconfig.py",
        ),
        (
            {"pyproject.toml": LIBRARY + '[project.entry-points.pytest11]\nx = "x"\n', "x.py": ""},
            "plugin of pytest",
            "pyproject.toml",
        ),
        (
            {"setup.py": "setup(name='x', entry_points={'flake8.extension': ['X = x']})\n", "x.py": ""},
            "flake8",
            "setup.py",
        ),
        ({"requirements.txt": "pandas\n", "a.ipynb": "{}", "b.ipynb": "{}", "helper.py": ""}, "notebooks", "a.ipynb"),
    ],
)
def test_refused(files, what, where):
    with pytest.raises(UnsupportedError) as caught:
        detect(Project.of({"requirements.txt": ""} | files), NOTHING)
    assert what in caught.value.what
    assert where in (caught.value.where or "")
    assert caught.value.hint


@pytest.mark.parametrize(
    "files",
    [
        {"main.py": "try:\n    import tkinter\nexcept ImportError:\n    tkinter = None\nmain()\n"},
        {"main.py": "def show():\n    import tkinter\nmain()\n"},
        {"main.py": "main()\n", "window.py": "import tkinter\n"},
        {"action.yml": "runs:\n  using: docker\n  image: Dockerfile\n", "main.py": "main()\n"},
        {
            "requirements.txt": "fastapi\nuvicorn\n",
            "a.ipynb": "{}",
            "main.py": "from fastapi import FastAPI\nx = FastAPI()\n",
        },
    ],
)
def test_not_refused(files):
    project = Project.of({"requirements.txt": "requests\n"} | files)
    assert decide(detect(project, NOTHING), NOTHING).runtime.command


def test_the_user_may_insist():
    files = {"requirements.txt": "", "main.py": "import tkinter\nmain()\n"}
    settings = read(["start=python main.py --headless"], {})
    assert decide(detect(Project.of(files), settings), settings).runtime.command == ("python", "main.py", "--headless")


def test_a_library_says_what_was_looked_for():
    with pytest.raises(UndecidedError, match="looked for"):
        detect(Project.of({"pyproject.toml": LIBRARY, "x/__init__.py": "def f(): ...\n"}), NOTHING)
