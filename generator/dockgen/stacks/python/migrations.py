"""Find the command that brings the schema of an app's database up to date, and whether that is a file of its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dockgen import lazy
from dockgen.facts import Evidence
from dockgen.migration import Migration

if TYPE_CHECKING:
    from dockgen.project import Project
    from dockgen.stacks.python.code import Code
    from dockgen.stacks.python.databases import Database
    from dockgen.stacks.python.django import Django
    from dockgen.stacks.python.model import Entry, Known

# The app migrates by itself when it starts.
_BY_ITSELF = lazy.pattern(
    r"\bcommand\.upgrade\(|[\"']alembic[\"'],\s*[\"']upgrade|call_command\(\s*[\"']migrate[\"']|\bupgrade\(\)"
)
_REVISION = lazy.pattern(r"^(down_)?revision\s*(?::[^=\n]{1,80})?=\s*(\([^)]*\)|[^\n]+)", re.MULTILINE)
_APP_VARIABLE = "FLASK_APP"


def find(
    project: Project, code: Code, known: Known, entry: Entry, django: Django | None, database: Database | None
) -> Migration | None:
    """The migration of the app; None if it has none, or runs it by itself."""
    if any(_BY_ITSELF.search(text) and "cli.command" not in text for text in map(project.text, code.paths)):
        return None
    command: tuple[str, ...] = ()
    if django is not None:
        manage = _inside(django.manage, entry.workdir)
        command, path = ("python", manage, "migrate", "--noinput"), django.manage
        if not manage or not django.has_database:
            return None
    elif known.has("flask-migrate") and flask_app(entry) and (path := _revisions(project, entry.workdir, "migrations")):
        command = ("flask", "db", "upgrade", *(("heads",) if _is_forked(project, path) else ()))
    elif known.has("alembic") and (found := _alembic(project, entry.workdir)):
        path, first = found
        finds_app = "prepend_sys_path" in project.text(path)  # `python -m` does, as the folder is then on its path
        target = "heads" if _is_forked(project, first) else "head"
        command = (*(() if finds_app else ("python", "-m")), "alembic", "upgrade", target)
    else:
        return None
    return Migration(
        command=command,
        embedded=database is not None,
        unless=database.unless if database else (),
        evidence=Evidence(path),
    )


def flask_app(entry: Entry) -> str:
    """The app object that `flask` is pointed at; "" if the start command names none."""
    is_flask = entry.framework is not None and entry.framework.name == "flask"
    return next((w for w in entry.start.value if is_flask and ":" in w and not w.startswith("-")), "")


def environment(entry: Entry, found: Migration | None) -> tuple[tuple[str, str], ...]:
    """What the command FOUND needs to know; variables and no options, which old versions of Flask do not have."""
    if not found or found.command[0] != "flask":
        return ()
    app = flask_app(entry)
    if entry.is_package:  # Flask's command goes up to the folder that is no package, and finds the whole name itself
        app = app.removeprefix(f"{entry.own}.") if "." in app.partition(":")[0] else f"__init__:{app.partition(':')[2]}"
    return ((_APP_VARIABLE, app),)


def _inside(path: str, workdir: str) -> str:
    """PATH, relative to the project, as seen from WORKDIR; "" if it is outside."""
    if not workdir:
        return path
    return path[len(workdir) + 1 :] if path.startswith(f"{workdir}/") else ""


def _alembic(project: Project, workdir: str) -> tuple[str, str] | None:
    """Alembic's configuration in WORKDIR and one of its revisions; None if there are none beside it."""
    path = f"{workdir}/alembic.ini" if workdir else "alembic.ini"
    script = re.search(r"^script_location\s*=\s*(?:%\(here\)s/)?([\w./-]+)", project.text(path), re.MULTILINE)
    first = _revisions(project, workdir, script[1].removeprefix("./")) if script else ""
    return (path, first) if first else None


def _is_forked(project: Project, first: str) -> bool:
    """True if more than one revision beside FIRST is followed by none: Alembic then has no single head."""
    made: set[str] = set()
    followed: set[str] = set()
    for path in project.below(first.rpartition("/")[0]):
        for is_down, value in _REVISION.findall(project.text(path)) if path.endswith(".py") else ():
            (followed if is_down else made).update(re.findall(r"[\"']([^\"']+)[\"']", value))
    return len(made - followed) > 1


def _revisions(project: Project, workdir: str, folder: str) -> str:
    where = f"{workdir}/{folder}" if workdir else folder
    versions = f"{where.rstrip('/')}/versions"
    return next((f for f in project.below(versions) if f.endswith(".py")), "") if project.has_folder(versions) else ""
