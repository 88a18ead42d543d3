"""What an app writes beside its code is found, and has a place to go."""

from __future__ import annotations

import pytest
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.settings import NOTHING
from dockgen.stacks.python.code import Code
from dockgen.stacks.python.state import State, find

HEAD = "import os\nfrom pathlib import Path\n"


def state(text: str, path: str = "app.py") -> State:
    project = Project.of({path: HEAD + text})
    return find(project, Code(project))


@pytest.mark.parametrize(
    ("text", "folders"),
    [
        ("os.makedirs('uploads', exist_ok=True)", ("uploads",)),
        ("Path('cache').mkdir()", ("cache",)),
        ("BASE = Path(__file__).resolve().parent\n(BASE / 'media').mkdir()", ("media",)),
        ("D = os.path.join(os.path.dirname(__file__), 'out')\ndef f():\n    os.mkdir(D)", ("out",)),
        ("os.makedirs(os.getenv('X', './spool'))", ("spool",)),
        ("def create_app(app):\n    os.makedirs(app.instance_path)", ("instance",)),
        ("os.makedirs('/var/lib/x')", ()),
        ("os.makedirs('a b; rm -rf')", ()),
        ("os.makedirs('../up')", ()),
    ],
)
def test_folders(text, folders):
    assert state(text).folders == folders
    assert state(text).in_place is None


def test_a_folder_made_at_import_that_cannot_be_told():
    found = state("os.makedirs(app.config['X'])").in_place
    assert found is not None
    assert found.line == 3


def test_a_folder_made_in_a_function_that_cannot_be_told_is_no_reason():
    assert state("def f(x):\n    os.makedirs(x)").in_place is None


@pytest.mark.parametrize(
    ("text", "database"),
    [
        (
            "B = Path(__file__).parent.parent\nD = {'ENGINE': 'django.db.backends.sqlite3', 'NAME': B / 'db.sqlite3'}",
            "db.sqlite3",
        ),
        (
            (
                "B = Path(__file__).parent.parent\n"
                "D = {'ENGINE': 'django.db.backends.sqlite3', 'NAME': os.path.join(B, 'data', 'x.db')}"
            ),
            "data/x.db",
        ),
        ("U = 'sqlite:///' + os.path.join('app.db')", "app.db"),
        ("from flask import Flask\nU = 'sqlite:///site.db'", "instance/site.db"),
        ("U = 'sqlite:///./app.db'", "app.db"),
        ("U = 'sqlite:////var/x.db'", None),
        ("name = 'x.db'", None),
    ],
)
def test_database(text, database):
    found = state(text, "conf/settings.py").database
    assert (found.value if found else None) == database


def test_django_with_sqlite_ships_with_its_tables():
    settings = (
        "from pathlib import Path\nB = Path(__file__).parent.parent\n"
        "D = {'ENGINE': 'django.db.backends.sqlite3', 'NAME': B / 'db.sqlite3'}\n"
    )
    files = {
        "manage.py": "import django\n",
        "requirements.txt": "django\ngunicorn\n",
        "site/wsgi.py": "application = get_wsgi_application()",
        "site/settings.py": settings,
    }
    made = decide(detect(Project.of(files), NOTHING), NOTHING)
    assert made.build.prepare == (("/app/.venv/bin/python", "manage.py", "migrate", "--noinput"),)
    assert made.build.database_is_copied == "build"
    assert made.build.open_folders == ("/app",)
    assert any("mount a volume" in w for w in made.warnings)
    again = decide(detect(Project.of(files | {"db.sqlite3": b"\x00"}), NOTHING), NOTHING)
    assert again.build.prepare == ()
    assert again.build.database_is_copied == "context"
