"""What an app writes beside its code is found, and has a place to go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dockgen.pipeline import decide, detect
from dockgen.project import Project
from dockgen.settings import read
from dockgen.stacks.python.code import Code
from dockgen.stacks.python.state import State, find

if TYPE_CHECKING:
    from dockgen.plans import Plan

HEAD = "import os\nfrom pathlib import Path\n"


def state(text: str, path: str = "app.py", workdir: str = "", **others: str) -> State:
    project = Project.of({path: HEAD + text} | others)
    return find(project, Code(project), workdir)


@pytest.mark.parametrize(
    ("text", "folders"),
    [
        ("os.makedirs('uploads', exist_ok=True)", ("/app/uploads",)),
        ("Path('cache').mkdir()", ("/app/cache",)),
        ("BASE = Path(__file__).resolve().parent\n(BASE / 'media').mkdir()", ("/app/media",)),
        ("BASE = Path(__file__).resolve().parents[0]\n(BASE / 'media').mkdir()", ("/app/media",)),
        ("BASE: Path = Path(__file__).parent\nPath(f'{BASE}/media/a').mkdir(parents=True)", ("/app/media",)),
        ("D = os.path.join(os.path.dirname(__file__), 'out')\ndef f():\n    os.mkdir(D)", ("/app/out",)),
        ("D = os.path.dirname(__file__) + '/out'\nos.mkdir(D)", ("/app/out",)),
        ("os.makedirs(os.getenv('X', './spool'))", ("/app/spool",)),
        ("os.makedirs(os.getenv('X') or 'spool')", ("/app/spool",)),
        ("os.makedirs(config('X', default='spool'))", ("/app/spool",)),
        ("app.config['UPLOAD_FOLDER'] = 'up'", ("/app/up",)),
        ("app.config['WHERE_TO'] = 'up'\nos.makedirs(app.config['WHERE_TO'])", ("/app/up",)),
        ("class Config:\n    UPLOAD_FOLDER = os.path.join('static', 'up')", ("/app/static",)),
        ("def create_app(app):\n    os.makedirs(app.instance_path)", ("/app/instance",)),
        ("logging.FileHandler('logs/app.log')", ("/app/logs",)),
        ("logger.add('logs/app.log')\nlogging.basicConfig(filename='log2/app.log')", ("/app/log2",)),
        ("LOGGING = {'handlers': {'f': {'filename': 'logs/x.log'}}}", ("/app/logs",)),
        ("with open('out/result.json', 'w') as f: ...", ("/app/out",)),
        ("open('out/result.json')", ()),
        ("os.makedirs('/data/x')", ("/data/x",)),
        ("os.makedirs('/var/lib/x')", ("/var/lib/x",)),
        ("os.makedirs('/etc/x')", ()),
        ("os.makedirs('/tmp/x')", ()),
        ("os.makedirs('a b; rm -rf')", ()),
        ("os.makedirs('../up')", ()),
        ("A = B\nB = A\nos.makedirs(A)", ()),
    ],
)
def test_folders(text, folders):
    assert state(text).folders == folders


def test_a_folder_is_seen_from_the_folder_that_the_app_works_in():
    assert state("os.makedirs('media')", "backend/app.py", "backend").folders == ("/app/backend/media",)


def test_of_a_folder_with_code_only_what_is_made_in_it_belongs_to_the_app():
    found = state("os.makedirs('static/uploads')", **{"static/site.css": "p {}"})
    assert found.folders == ("/app/static/uploads",)


def test_a_setting_of_another_file():
    settings = "from pathlib import Path\nROOT = Path(__file__).parent\nSPOOL_HOME = ROOT / 'spool'\n"
    assert state("import conf\nos.makedirs(conf.SPOOL_HOME)", **{"conf.py": settings}).folders == ("/app/spool",)
    assert state("from conf import *\nos.makedirs(SPOOL_HOME)", **{"conf.py": settings}).folders == ("/app/spool",)


def test_what_is_written_below_the_home_folder():
    found = state("(Path.home() / '.shop').mkdir()")
    assert found.writes_home is not None
    assert found.folders == ()


def test_a_folder_made_at_import_that_cannot_be_told():
    found = state("os.makedirs(app.config['X'])").in_place
    assert found is not None
    assert found.line == 3


def test_a_folder_made_in_a_function_that_cannot_be_told_is_no_reason():
    assert state("def f(x):\n    os.makedirs(x)").in_place is None


@pytest.mark.parametrize(
    ("text", "links", "folders"),
    [
        (
            "B = Path(__file__).parent.parent\nD = {'ENGINE': 'django.db.backends.sqlite3', 'NAME': B / 'db.sqlite3'}",
            (("db.sqlite3", "/data/db.sqlite3"),),
            ("/data",),
        ),
        (
            (
                "B = Path(__file__).parent.parent\n"
                "D = {'ENGINE': 'django.db.backends.sqlite3', 'NAME': os.path.join(B, 'data', 'x.db')}"
            ),
            (),
            ("/app/data",),
        ),
        ("U = 'sqlite:///' + os.path.join('app.db')", (("app.db", "/data/app.db"),), ("/data",)),
        ('U = f\'sqlite:///{os.path.join("a", "app.db")}\'', (), ("/app/a",)),
        ("SQLALCHEMY_DATABASE_URI = 'sqlite:///site.db'", (), ("/app/instance",)),
        ("U = 'sqlite+aiosqlite:///./app.db'", (("app.db", "/data/app.db"),), ("/data",)),
        ("db = SqliteDatabase('app.db')", (("app.db", "/data/app.db"),), ("/data",)),
        ("U = 'sqlite:////data/x.db'", (), ("/data",)),
        ("U = 'sqlite:///:memory:'", (), ()),
        ("def f(where):\n    sqlite3.connect(os.path.join(where, 'copy.db'))", (), ()),
        ("name = 'x.db'", (), ()),
    ],
)
def test_sqlite(text, links, folders):
    found = state(text, "conf/settings.py")
    assert found.links == links
    assert found.folders == folders


@pytest.mark.parametrize(
    ("text", "unless"),
    [
        ("U = 'sqlite:///app.db'", ()),
        ("U = os.getenv('DATABASE_URL', 'sqlite:///app.db')", ("DATABASE_URL",)),
        ("U = os.getenv('SQLITE_PATH', 'sqlite:///app.db')", ()),
        ("class Config:\n    URI = os.environ.get('DB_URI') or 'sqlite:///app.db'", ("DB_URI",)),
        (
            "from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    db_url: str = 'sqlite:///app.db'",
            ("DB_URL",),
        ),
        ("H = os.getenv('DB_HOST')\nif H:\n    U = H\nelse:\n    U = 'sqlite:///app.db'", ("DB_HOST",)),
        ("D = dj_database_url.config(default='sqlite:///app.db')", ("DATABASE_URL",)),
    ],
)
def test_variables_that_name_a_server_instead(text, unless):
    found = state(text).database
    assert found is not None
    assert found.unless == unless


SETTINGS = (
    "from pathlib import Path\nB = Path(__file__).parent.parent\n"
    "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': B / 'db.sqlite3'}}\n"
)
DJANGO = {
    "manage.py": "import django\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\n",
    "requirements.txt": "django\ngunicorn==23.0.0\n",
    "site/wsgi.py": "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\napplication = 1",
    "site/settings.py": SETTINGS,
}


def plan(files: dict[str, str | bytes], *flags: str) -> Plan:
    settings = read(flags, {})
    return decide(detect(Project.of(files), settings), settings)


def command(files: dict[str, str | bytes], *flags: str) -> str:
    return (plan(files, *flags).runtime.command or ("",))[-1]


def test_django_makes_its_tables_when_it_starts():
    made = plan(DJANGO)
    assert command(DJANGO).startswith("python manage.py migrate --noinput && exec gunicorn site.wsgi:application ")
    assert made.runtime.volumes == made.build.folders == ("/data",)
    assert made.build.links == (("/app/db.sqlite3", "/data/db.sqlite3"),)
    assert made.build.kept == ()
    assert any("mount volumes to keep /data (for db.sqlite3" in w for w in made.warnings)


def test_a_database_in_the_folder_goes_along_unless_git_ignores_it():
    assert plan(DJANGO | {"db.sqlite3": b"\x00"}).build.kept == (("db.sqlite3", "/data/db.sqlite3"),)
    ignored = plan(DJANGO | {"db.sqlite3": b"\x00", ".gitignore": "*.sqlite3\n"})
    assert ignored.build.kept == ()
    assert "db.sqlite3" in ignored.ignore[-1].patterns


def test_folders_are_made_before_the_source_comes_unless_the_source_has_them():
    files = {
        "app.py": "import os\nfrom flask import Flask\napp = Flask(__name__)\nos.makedirs('uploads', exist_ok=True)\n"
    }
    files |= {"requirements.txt": "flask==3.1.3\ngunicorn==23.0.0\n"}
    made = plan(files)
    assert (made.build.folders, made.build.folders_first) == (("/app/uploads",), True)
    assert "uploads" in {p for group in made.ignore for p in group.patterns}  # it may be there when the image is built
    brought = plan(files | {"uploads/sample.txt": "x"})
    assert (brought.build.folders, brought.build.folders_first) == (("/app/uploads",), False)
    assert "uploads" not in {p for group in brought.ignore for p in group.patterns}


def test_a_server_is_not_migrated_unasked():
    switch = (
        SETTINGS
        + "import dj_database_url\nDATABASES['default'] = dj_database_url.config(default='sqlite:///db.sqlite3')\n"
    )
    files = DJANGO | {
        "site/settings.py": switch.replace("'ENGINE': 'django.db.backends.sqlite3', 'NAME': B / 'db.sqlite3'", "")
    }
    guarded = "case $DATABASE_URL in ''|sqlite*|file:*) python manage.py migrate --noinput;; esac && exec "
    assert command(files).startswith(guarded)
    assert command(files, "migrate=start").startswith("python manage.py migrate --noinput && exec ")
    assert plan(files, "migrate=none").runtime.command[0] == "gunicorn"


def test_a_job_migrates_a_server():
    server = "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql'}}\n"
    made = plan(DJANGO | {"site/settings.py": server})
    assert made.runtime.command is not None
    assert made.runtime.command[0] == "gunicorn"
    assert any("docker run --rm app python manage.py migrate --noinput" in w for w in made.warnings)
    assert not any("does not change" in w for w in plan(DJANGO | {"site/settings.py": server}, "migrate=none").warnings)


def test_the_settings_that_the_server_uses_decide():
    files = DJANGO | {
        "site/wsgi.py": "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings.production')\napplication = 1",
        "site/settings/base.py": SETTINGS + "MEDIA_ROOT = B / 'media'\n",
        "site/settings/production.py": "from .base import *\nDATABASES = {'default': {'ENGINE': 'x.postgresql'}}\n",
    }
    del files["site/settings.py"]
    made = plan(files)
    assert made.runtime.volumes == ("/app/site/media",)
    assert made.runtime.command[0] == "gunicorn"


def test_alembic_with_sqlite():
    files: dict[str, str | bytes] = {
        "requirements.txt": "fastapi\nuvicorn\nalembic\nsqlalchemy\n",
        "main.py": "from fastapi import FastAPI\napp = FastAPI()\nURL = 'sqlite:///./app.db'\n",
        "alembic.ini": "[alembic]\nscript_location = alembic\nprepend_sys_path = .\n",
        "alembic/versions/1_first.py": "",
    }
    assert command(files).startswith("alembic upgrade head && exec uvicorn main:app ")
    old = files | {"alembic.ini": "[alembic]\nscript_location = alembic\n"}
    assert command(old).startswith("python -m alembic upgrade head && exec ")
    itself = files | {"main.py": str(files["main.py"]) + "command.upgrade(cfg, 'head')\n"}
    assert plan(itself).runtime.command[0] == "uvicorn"


def test_a_database_that_only_the_running_app_can_name_is_kept_among_its_files():
    found = state("def f(path):\n    return create_engine('sqlite:///{0}'.format(path))").in_place
    assert found is not None
    assert found.line == 4
