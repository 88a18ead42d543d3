"""Decide how a Python app starts in production: by its Procfile, an app object, an interactive page or a program."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.stacks.python import conventions, django, interactive, procfile, programs, queues, rivals, routed, served
from dockgen.stacks.python.imports import stem

if TYPE_CHECKING:
    from dockgen.project import Project
    from dockgen.stacks.python.code import App, Code
    from dockgen.stacks.python.model import Entry, Known

# File names that hold the app of a service, the likeliest first (detection.md §1.2.4).
NAMES = (
    "main", "app", "wsgi", "asgi", "server", "run", "api", "application", "autoapp", "__init__", "index", "web",
    "webapp",
)  # fmt: skip
# What the app object is called, the likeliest first.
OBJECTS = ("app", "application", "server", "api", "asgi_app")
# What a script does that needs an app, and serves none.
_JOB = lazy.pattern(r"^with \w+\.app_context\(\)", re.MULTILINE)


def find(project: Project, code: Code, known: Known) -> Entry | None:
    """The production start of the project; None if there is nothing to run, such as in a library."""
    if (manage := django.manage_file(project)) and (entry := served.django(project, known, manage)):
        return entry
    apps = sorted(code.apps(), key=lambda app: _rank(project, known, app))
    if entry := procfile.find(project, code, known, apps):
        return entry
    serving = [a for a in apps if a.framework.kind == "web"]
    if serving and (entry := programs.bot(project, code, known, serving[0].path)):
        return entry
    if serving and not (known.scripts and known.installs_project and stem(serving[0].path) not in NAMES):
        best, *others = rivals.settle(serving, code, known.start, lambda app: _rank(project, known, app))
        app = routed.served(code, best)
        if (why := routed.only_when_run(code, app)) and (
            entry := programs.service(project, code, known, app.path, why)
        ):
            return entry
        return served.serve(project, code, known, [app, *others])
    if entry := interactive.find(project, code, known):
        return entry
    if not serving and (entry := conventions.find(project, code, known)):
        return entry
    if not serving and (entry := procfile.evident(project, code, known)):
        return entry
    if entry := programs.find(project, code, known):
        inward = entry.kind == "web" and entry.warnings  # a server of ours would listen on every address
        return served.serve(project, code, known, serving) if inward and serving else entry
    return queues.find(project, code, known, apps)


def _rank(project: Project, known: Known, app: App) -> tuple[int, ...]:
    """Lower is likelier: named in .flaskenv or a command, no job, an object, shallow, in a file of a usual name."""
    name = stem(app.path)
    flask_app = re.search(r"FLASK_APP\s*=\s*([\w./]+)", project.text(".flaskenv"))
    named = flask_app is not None and flask_app[1].removesuffix(".py").replace("/", ".").split(".")[-1] == name
    in_app_folder = app.path.split("/")[0] in (*procfile.FOLDERS, project.name.replace("-", "_")) and "/" in app.path
    return (
        0 if named else 1,
        1 if app.framework.kind == "worker" else 0,
        0 if known.starts(app.path, app.name) else 1,
        1 if name not in NAMES and _JOB.search(project.text(app.path)) else 0,
        1 if app.is_factory else 0,
        app.path.count("/") - in_app_folder,
        NAMES.index(name) if name in NAMES else len(NAMES),
        0 if app.framework.wraps else 1,
        OBJECTS.index(app.name) if app.name in OBJECTS else len(OBJECTS),
    )
